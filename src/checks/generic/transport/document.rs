//! Whether what came is XML that may be read, and of SAML 2.0 (SAML 2.0 Core §1.1, §4.1).

use std::ops::Range;

use crate::checks::{Answer, Evidence, Group, Rule, Severity, Stage, Who};
use crate::flow::{Case, Place, Seen};
use crate::intake::StepErrorKind;
use crate::saml::Message;
use crate::saml::names::{ASSERTION_1, PROTOCOL, PROTOCOL_1};
use crate::saml::wrapping::is_token_response;
use crate::xml::{DeclaredKind, Document, Node, NodeKind, Piece, declared, pieces};

pub(in crate::checks::generic) const RULES: &[Rule] = &[
    Rule::new(
        "saml-xml-malformed",
        Severity::Error,
        Who::User,
        Stage::Transport,
        "XML 1.0 2.1; SAML 2.0 Core 1.1",
        malformed,
    ),
    Rule::new(
        "saml-xml-dtd",
        Severity::Security,
        Who::SpAdmin,
        Stage::Attack,
        "SAML2int SDP-G03; SAML 2.0 implementation profile IIP-G03; CVE-2025-23369; CVE-2025-25291",
        document_type,
    )
    .grouped(Group::Message)
    .explains(&["sig-digest-mismatch", "sig-value-mismatch", "nid-comment-split", "attack-xml-bomb"]),
    Rule::new(
        "saml-wrong-namespace",
        Severity::Error,
        Who::IdpAdmin,
        Stage::Transport,
        "SAML 2.0 Core 1.1, 4.1.3.3",
        wrong_namespace,
    )
    .grouped(Group::Message)
    // Nothing that SAML 2.0 asks for can be in a message of another protocol.
    .explains(&["saml-*", "asr-*", "nid-*", "sig-*", "attack-namespace-lookalike"]),
];

/// What is cut, damaged or not well-formed, as far as XML came out of it at all.
fn malformed(case: &Case<'_>) -> Answer {
    if case.judged().all(|seen| seen.capture.xml.is_none()) {
        return Answer::Inapplicable;
    }
    let mut first = None;
    let found: Vec<_> = case
        .judged()
        .filter(|seen| seen.message.is_none())
        .filter_map(|seen| {
            let (xml, (_, error)) = (seen.capture.xml.as_deref()?, seen.capture.error()?);
            let span = match &error.kind {
                StepErrorKind::Xml(error) => error.span.clone(),
                _ => xml.len()..xml.len(),
            };
            first.get_or_insert_with(|| line_and_column(xml, span.start));
            let place = Place { capture: seen.index, decryption: None, span: Some([span.start, span.end]) };
            Some(Evidence { place: Some(place), ..Evidence::nowhere("XML") }.actual(around(xml, span.start)))
        })
        .collect();
    let answer = Answer::found(found).with("at", first.unwrap_or_default());
    // Where the login's answer could be read, what else was pasted decides nothing about it.
    if case.response().is_some() { answer.severity(Severity::Warning) } else { answer }
}

/// `12:7`: line and column in characters, from 1.
fn line_and_column(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{line}:{column}")
}

/// A few characters from where it breaks; at the end those before it.
fn around(text: &str, at: usize) -> &str {
    const SHOWN: usize = 40;
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    if after.is_empty() {
        let start = before.char_indices().rev().nth(SHOWN - 1).map_or(0, |(at, _)| at);
        return before.get(start..).unwrap_or_default();
    }
    let end = after.char_indices().nth(SHOWN).map_or(after.len(), |(at, _)| at);
    after.get(..end).unwrap_or_default()
}

fn document_type(case: &Case<'_>) -> Answer {
    let documents: Vec<_> = case.judged().filter_map(|seen| Some((seen, seen.sent?))).collect();
    if documents.is_empty() {
        return Answer::Inapplicable;
    }
    let mut found: Vec<_> = documents.into_iter().flat_map(|(seen, document)| declarations(seen, document)).collect();
    crate::sorted::sort_by_key(&mut found, |(rank, _)| *rank);
    let harm = found.first().and_then(|(rank, _)| KINDS.get(*rank)).map_or("", |(_, harm)| harm);
    Answer::found(found.into_iter().map(|(_, evidence)| evidence)).with("harm", harm)
}

/// What a document type may hold, the worst first, and what comes of it.
const KINDS: [(&str, &str); 9] = [
    ("external parameter entity", FETCHED),
    ("external entity", FETCHED),
    ("external DTD", FETCHED),
    (
        "attribute default",
        "readers that take it see attributes that stand nowhere in the message, such as an ID or a namespace",
    ),
    ("entity in an ID", "the signature names another element to who resolves it than to who does not (CVE-2025-23369)"),
    ("entity in text", "who resolves it reads other text than who does not"),
    ("parameter entity", "what it declares shows only while it is read, so that no filter sees it"),
    ("entity", "entities can change what the message says, or exhaust its reader"),
    ("DOCTYPE", "a parser that takes it is open to entities of any kind"),
];
const FETCHED: &str = "a reader that fetches it opens files and the inner network to the sender (XXE)";

/// Each kind of thing that the document type of a capture holds, once, by its number among [`KINDS`]; where there is
/// nothing of it, the document type itself.
fn declarations(seen: &Seen<'_>, document: &Document<'_>) -> Vec<(usize, Evidence)> {
    let Some(doctype) = document.root().children().find(|node| node.kind() == NodeKind::Doctype) else {
        return Vec::new();
    };
    let mut found: Vec<(usize, Range<usize>)> = Vec::new();
    for one in declared(doctype.source()) {
        let rank = match one.kind {
            DeclaredKind::ExternalParameterEntity => 0,
            DeclaredKind::ExternalEntity => 1,
            DeclaredKind::ExternalSubset => 2,
            DeclaredKind::AttributeDefault => 3,
            DeclaredKind::ParameterEntity => 6,
            DeclaredKind::Entity => 7,
        };
        let start = doctype.span().start;
        found.push((rank, start + one.span.start..start + one.span.end));
    }
    let is_entity = |raw: &str| pieces(raw).any(|piece| matches!(piece, Piece::Entity(_)));
    for node in document.nodes() {
        let ids = node.attributes().filter(|attribute| ["ID", "URI"].contains(&attribute.local_name()));
        found.extend(ids.filter(|id| is_entity(id.raw_value())).map(|id| (4, id.span())));
        if node.kind() == NodeKind::Text && is_entity(node.source()) {
            found.push((5, node.span()));
        }
    }
    let mut known = [false; KINDS.len()];
    found.retain(|(rank, _)| known.get_mut(*rank).is_some_and(|known| !std::mem::replace(known, true)));
    if found.is_empty() {
        found.push((KINDS.len() - 1, doctype.span()));
    }
    let told = found.into_iter().map(|(rank, span)| {
        let what = KINDS.get(rank).map_or("", |(what, _)| what);
        let text = document.text().get(span.clone()).unwrap_or_default();
        (rank, Evidence { place: Some(seen.place_as_sent(&span)), ..Evidence::nowhere(what) }.actual(text))
    });
    told.collect()
}

fn wrong_namespace(case: &Case<'_>) -> Answer {
    let messages: Vec<_> = case
        .judged()
        .filter_map(|seen| Some((seen, seen.message?)))
        .filter(|(_, message)| !message.is_metadata())
        .collect();
    if messages.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::found(messages.into_iter().filter_map(|(seen, message)| of_another_protocol(seen, message)))
}

fn of_another_protocol(seen: &Seen<'_>, message: Message<'_>) -> Option<Evidence> {
    // What it is wrapped in says as much as what it is made of.
    let around = message.0.ancestors().filter(|node| node.kind() == NodeKind::Element);
    let mut nodes = around.chain([message.0]).chain(message.0.descendants());
    let found = nodes.find(|node| is_saml1(*node) || is_token_response(*node))?;
    let evidence = Evidence::node(seen, found.local_name(), found).actual(found.namespace());
    Some(evidence.expected(PROTOCOL))
}

fn is_saml1(node: Node<'_>) -> bool {
    [PROTOCOL_1, ASSERTION_1].contains(&node.namespace())
}
