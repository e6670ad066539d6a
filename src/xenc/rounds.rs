//! The rounds: everything encrypted in the message, then everything encrypted in what came out, until nothing more does.

use super::candidates::{self, attribute};
use super::method::{self, octets};
use super::open::{Budget, Lock, open};
use super::part::{Attempt, Container, Note, Outcome, Part};
use super::reason::{Failure, Reason, Step, UnsupportedAt};
use super::splice::{Replacement, Spliced};
use super::{Decryption, NamedKey, XENC, plaintext};
use crate::limits;
use crate::stated::Stated;
use crate::xml::{self, Doctype, Document, Node, XmlError};

pub(super) fn run(document: &Document<'_>, keys: &[NamedKey], stated: &Stated) -> Decryption {
    // Most documents hold nothing encrypted, and a federation's metadata is not copied to find that out.
    if !document.text().contains("EncryptedData") {
        return Decryption { parts: Vec::new(), document: None };
    }
    // A message with a document type is read for showing only; what is shown of it may be what it holds, too.
    let doctype = if document.has_doctype() { Doctype::Show } else { Doctype::Refuse };
    let mut work = Work { keys, stated, parts: Vec::new(), budget: Budget(limits::KEY_ATTEMPTS), rounds: 0 };
    let mut spliced = Spliced::whole(document.text());
    let mut replacements = work.round(document, &spliced, None);
    while !replacements.is_empty() {
        let (next, moves) = spliced.replace(&replacements);
        // Each plaintext was read by itself; together they may still go over a limit.
        let again = match xml::read(&next.text, doctype).whole() {
            Ok(document) => {
                for part in &mut work.parts {
                    if let Outcome::Decrypted { span, .. } = &mut part.outcome {
                        *span = moves.span(span);
                    }
                }
                let fresh: Vec<usize> = replacements.iter().map(|replacement| replacement.part).collect();
                work.round(&document, &next, Some(&fresh))
            }
            Err(error) => {
                work.take_back(&replacements, &error);
                break;
            }
        };
        (spliced, replacements) = (next, again);
    }
    let decrypted = work.parts.iter().any(|part| matches!(part.outcome, Outcome::Decrypted { .. }));
    Decryption { parts: work.parts, document: decrypted.then_some(spliced) }
}

struct Work<'k> {
    keys: &'k [NamedKey],
    stated: &'k Stated,
    parts: Vec<Part>,
    budget: Budget,
    rounds: usize,
}

impl Work<'_> {
    /// Opens what stands in `document`: all of it, or what came out of the `fresh` parts. Adds a part for each, whose
    /// outcome says for now which bytes of this text it will take the place of.
    fn round(&mut self, document: &Document<'_>, spliced: &Spliced, fresh: Option<&[usize]>) -> Vec<Replacement> {
        let mut data: Vec<Node<'_>> = Vec::new();
        let mut keys: Vec<Node<'_>> = Vec::new();
        for node in document.nodes() {
            if node.is(XENC, "EncryptedKey") {
                keys.push(node);
            } else if node.is(XENC, "EncryptedData") {
                data.push(node);
            }
        }
        let mut replacements = Vec::new();
        let mut covered = 0;
        for node in data {
            let start = node.span().start;
            let within = spliced.part_at(start);
            if start < covered || fresh.is_some_and(|fresh| !within.is_some_and(|part| fresh.contains(&part))) {
                continue;
            }
            let container = Container::of(node.parent());
            let replaced = if container.is_replaced() { node.parent().unwrap_or(node) } else { node };
            covered = replaced.span().end;
            let number = self.parts.len();
            let span = match within.and_then(|part| self.parts.get(part)) {
                Some(outer) => outer.span.clone(),
                None => spliced.original(replaced.span()).unwrap_or_default(),
            };
            let mut part = Part {
                container,
                span,
                within,
                type_uri: attribute(node, "Type"),
                cipher: method::cipher(node),
                encrypted_keys: Vec::new(),
                notes: Vec::new(),
                attempts: Vec::new(),
                stated: false,
                outcome: Outcome::NoKey,
            };
            part.outcome = match self.part(node, &keys, spliced, &mut part) {
                Ok(None) => Outcome::NoKey,
                Ok(Some(text)) => {
                    replacements.push(Replacement { span: replaced.span(), part: number, text });
                    Outcome::Decrypted { span: replaced.span(), attempt: part.attempts.len().saturating_sub(1) }
                }
                Err(failure) => Outcome::Failed(failure),
            };
            self.parts.push(part);
        }
        self.rounds += 1;
        replacements
    }

    /// Opens one EncryptedData to the text that takes its place; `None` where no private key was given.
    fn part<'d>(
        &mut self,
        data: Node<'d>,
        keys: &[Node<'d>],
        spliced: &Spliced,
        part: &mut Part,
    ) -> Result<Option<String>, Failure> {
        let at = |step| move |reason| Failure { step, reason };
        let over = |name, limit| at(Step::FindKey)(Reason::Limit { name, limit });
        if self.rounds >= limits::DECRYPTION_ROUNDS {
            return Err(over("DECRYPTION_ROUNDS", limits::DECRYPTION_ROUNDS));
        }
        if self.parts.len() >= limits::ENCRYPTED_PARTS {
            return Err(over("ENCRYPTED_PARTS", limits::ENCRYPTED_PARTS));
        }
        let found = candidates::find(data, keys, spliced);
        part.encrypted_keys = found.candidates.iter().map(|candidate| candidate.facts.clone()).collect();
        part.notes = found.notes;

        let siblings = data.parent().map_or(1, |parent| parent.elements_named(XENC, "EncryptedData").count());
        if part.container.is_replaced() && siblings > 1 {
            return Err(at(Step::Decrypt)(Reason::SeveralEncryptedData(siblings)));
        }
        let method = part.cipher.as_ref().ok_or_else(|| at(Step::Decrypt)(Reason::Missing("EncryptionMethod")))?;
        let cipher = method.supported(UnsupportedAt::Cipher).map_err(at(Step::Decrypt))?;
        let octets = octets(data).map_err(at(Step::Decrypt))?;
        if found.candidates.is_empty() {
            return Err(at(Step::FindKey)(found.agreement.unwrap_or(Reason::NoEncryptedKey)));
        }
        let container = part.container.clone();
        let read = |plaintext| plaintext::read(plaintext, &container, data);
        if let Some(text) = self.stated.decrypted(&octets) {
            part.stated = true;
            let Some(text) = text else {
                let failure = Failure { step: Step::UnwrapKey, reason: Reason::WrongKey };
                part.attempts.push(Attempt { encrypted_key: 0, key: 0, belongs: None, failure: Some(failure.clone()) });
                return Err(failure);
            };
            return read(text.as_bytes().to_vec()).map(|element| Some(element.text)).map_err(at(Step::ReadPlaintext));
        }
        if self.keys.is_empty() {
            // A private key is only asked for where it may help.
            let mut unable = None;
            for candidate in &found.candidates {
                match candidate.ready() {
                    Ok(_) => return Ok(None),
                    Err(reason) => unable = unable.or(Some(reason)),
                }
            }
            return unable.map_or(Ok(None), |reason| Err(at(Step::UnwrapKey)(reason)));
        }
        let lock = Lock { cipher, data: &octets, candidates: &found.candidates, read: &read };
        let (attempts, result) = open(&lock, self.keys, &mut self.budget);
        part.attempts = attempts;
        match result {
            Ok(element) => {
                if !element.inherited.is_empty() {
                    part.notes.push(Note::NamespacesOfContainer(element.inherited));
                }
                Ok(Some(element.text))
            }
            Err(failure) if failure.step == Step::UnwrapKey && found.too_many => {
                Err(over("ENCRYPTED_KEYS", limits::ENCRYPTED_KEYS))
            }
            Err(failure) => Err(failure),
        }
    }

    /// A round whose results cannot stand together did not happen.
    fn take_back(&mut self, replacements: &[Replacement], error: &XmlError) {
        let reason = plaintext::reason(error.kind.clone(), 0);
        for replacement in replacements {
            if let Some(part) = self.parts.get_mut(replacement.part) {
                part.outcome = Outcome::Failed(Failure { step: Step::ReadPlaintext, reason: reason.clone() });
            }
        }
    }
}
