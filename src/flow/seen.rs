//! One capture as it was read: its message with what is encrypted opened in place, its signatures, where each value stands.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::places::Places;
use crate::context::Context;
use crate::dsig::names::DSIG;
use crate::dsig::{
    Key, KeyRing, QueryVerdict, SignatureVerdict, Surroundings, Wrapping, verify_document, verify_query, wrappings,
};
use crate::instant::Instant;
use crate::intake::{Artifact, Binding, Captured};
use crate::saml::names::PROTOCOL;
use crate::saml::wrapping::artifact_response;
use crate::saml::{Assertion, Message, Value, attribute};
use crate::xenc::{Decryption, Outcome, decrypt_or_stated};
use crate::xml::{Doctype, Document, Node, NodeId, read};

/// The documents of one capture, which everything that is read from them borrows.
pub(crate) struct Read<'c> {
    /// The message as it was sent, where the capture has it read already.
    kept: Option<&'c Document<'c>>,
    /// Else the same.
    document: Option<Document<'c>>,
    /// What its encrypted parts are, and what came out.
    decryption: Option<Decryption>,
}

impl<'c> Read<'c> {
    /// Reads a capture's XML and opens what is encrypted in it.
    ///
    /// Read as for showing: a document type does not hide a message, and keeps every signature in it from being valid.
    pub(crate) fn of(capture: &'c Captured<'c>, context: &Context) -> Self {
        let kept = capture.document.as_ref();
        let xml = capture.xml.as_deref().filter(|_| kept.is_none());
        let document = xml.and_then(|xml| read(xml, Doctype::Show).whole().ok());
        // Nothing in metadata is encrypted, and a federation's is long.
        let is_metadata = |document: &&Document<'_>| Message::of(document).is_some_and(Message::is_metadata);
        let message = kept.or(document.as_ref()).filter(|document| !is_metadata(document));
        let decryption = message.map(|document| decrypt_or_stated(document, &context.private_keys, &context.stated));
        Self { kept, document, decryption }
    }

    /// The message with its decrypted parts in place, where there are any.
    pub(crate) fn opened(&self) -> Option<Document<'_>> {
        let spliced = self.decryption.as_ref()?.document.as_ref()?;
        read(&spliced.text, Doctype::Show).whole().ok()
    }

    /// The message as it was sent.
    pub(crate) fn document(&self) -> Option<&Document<'c>> {
        self.kept.or(self.document.as_ref())
    }
}

/// One capture, read.
pub(crate) struct Seen<'d> {
    /// Its number among the captures.
    pub(crate) index: usize,
    /// The name of the input that it came from.
    pub(crate) input: &'d str,
    /// How it was decoded.
    pub(crate) capture: &'d Captured<'d>,
    /// The message, decrypted parts in place; `None` where there is no well-formed XML.
    pub(crate) message: Option<Message<'d>>,
    /// The message as it was sent.
    pub(crate) sent: Option<&'d Document<'d>>,
    /// Where values stand, what covers them, and every signature of the XML.
    pub(crate) places: Places<'d>,
    /// The query's signature, where it has one.
    pub(crate) query: Option<QueryVerdict>,
    /// What each signature shows of its keys; read when first asked for, since many rules ask.
    shown: OnceCell<Vec<Vec<Key>>>,
    /// What stands in it that no signature is meant for; looked for when first asked.
    wrappings: OnceCell<Vec<Wrapping<(bool, NodeId)>>>,
}

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of the capture.
    pub(crate) capture: usize,
    /// The number of the decryption whose text it stands in; `None` for the XML as it was sent.
    pub(crate) decryption: Option<usize>,
    /// Its bytes there, half open; `None` for what stands in no XML, such as a RelayState.
    pub(crate) span: Option<[usize; 2]>,
}

impl<'d> Seen<'d> {
    /// Verifies and places what was read.
    pub(crate) fn of(
        index: usize,
        input: &'d str,
        capture: &'d Captured<'d>,
        read: &'d Read<'d>,
        opened: Option<&'d Document<'d>>,
        keys: &KeyRing,
    ) -> Self {
        let sent = read.document();
        let spliced = read.decryption.as_ref().and_then(|decryption| decryption.document.as_ref());
        let parts = read.decryption.as_ref().map(|decryption| decryption.parts.as_slice()).unwrap_or_default();
        let root = sent.and_then(Message::of);
        let issuer = root.and_then(Message::issuer).map(|issuer| issuer.text);
        let kind = root.map(Message::kind).unwrap_or_default();
        let query = capture.query.as_deref().and_then(|query| verify_query(query, kind, issuer.as_deref(), keys));
        // What is decrypted is verified in its place; the signatures around it are over what was sent.
        let verify = |document: Option<&Document<'_>>| document.map(|document| verify_document(document, keys));
        let is_within = |verdict: &SignatureVerdict| spliced.is_some_and(|s| s.part_at(verdict.span.start).is_some());
        let mut signatures: Vec<_> = verify(sent).unwrap_or_default().into_iter().map(|v| (false, v)).collect();
        let within = verify(opened).unwrap_or_default();
        signatures.extend(within.into_iter().filter(is_within).map(|verdict| (true, verdict)));
        let query_signed = query.as_ref().is_some_and(|query| query.fault.is_none());
        let message = opened.or(sent).and_then(Message::of);
        let places = Places::new(spliced, parts, signatures, query_signed);
        let (shown, wrappings) = (OnceCell::new(), OnceCell::new());
        Self { index, input, capture, message, sent, places, query, shown, wrappings }
    }

    /// The root element's local name; empty where nothing could be read.
    pub(crate) fn kind(&self) -> &'d str {
        self.message.map(Message::kind).unwrap_or_default()
    }

    /// When it was captured: the capture's own time where it has one, else when the message says it was issued.
    pub(crate) fn captured(&self) -> Option<Instant> {
        let is_one = self.message.is_some() || self.capture.artifact.is_some();
        self.capture.at.filter(|_| is_one).or_else(|| self.issued())
    }

    /// The artifact that stands for a message: what the browser brought, or what an ArtifactResolve asks with.
    pub(crate) fn artifact(&self) -> Option<Artifact> {
        let asked = || {
            let message = self.message.filter(|message| message.0.is(PROTOCOL, "ArtifactResolve"))?;
            Artifact::of_text(&Value::of_element(message.0.element(PROTOCOL, "Artifact")?).text)
        };
        self.capture.artifact.or_else(asked)
    }

    /// `InResponseTo` of the ArtifactResponse that the message was fetched with: the ID of the ArtifactResolve.
    pub(crate) fn fetched_by(&self) -> Option<Value<'d>> {
        attribute(artifact_response(self.sent?)?, "InResponseTo")
    }

    /// The place of a value of [`Seen::message`].
    pub(crate) fn place(&self, value: &Value<'_>) -> Place {
        self.place_of_span(&value.span)
    }

    /// The place of an element of [`Seen::message`]: its start tag, which is enough to see it.
    pub(crate) fn place_of(&self, node: Node<'_>) -> Place {
        self.place_within(node, &node.open_tag())
    }

    /// The place of bytes of the text that a node was read from: [`Seen::message`]'s, or the one as sent.
    pub(crate) fn place_within(&self, node: Node<'_>, span: &Range<usize>) -> Place {
        if self.is_as_sent(node) { self.place_as_sent(span) } else { self.place_of_span(span) }
    }

    /// Whether a valid signature covers an element, of [`Seen::message`] or as sent.
    pub(crate) fn covers(&self, node: Node<'_>) -> bool {
        let span = node.open_tag();
        let covers = |verdict: &SignatureVerdict| {
            verdict.covers.iter().any(|covered| covered.start <= span.start && span.end <= covered.end)
        };
        match self.is_as_sent(node) {
            true => {
                self.places.query_signed
                    || self.places.signatures.iter().any(|(within, verdict)| !within && covers(verdict))
            }
            false => self.is_covered(&span),
        }
    }

    /// Whether it is a node of the text as sent, where another is read.
    fn is_as_sent(&self, node: Node<'_>) -> bool {
        self.places.spliced.is_some() && self.sent.is_some_and(|sent| std::ptr::eq(sent, node.document()))
    }

    /// The place of bytes of the text that [`Seen::message`] was read from.
    pub(crate) fn place_of_span(&self, span: &Range<usize>) -> Place {
        let place = self.places.place(span);
        Place { capture: self.index, decryption: place.decryption, span: Some(place.span) }
    }

    /// The place of something that is no XML: a parameter, a step of the decoding.
    pub(crate) fn outside(&self) -> Place {
        Place { capture: self.index, decryption: None, span: None }
    }

    /// The assertion that is read of it: the first that a valid signature covers, since that is what a careful service
    /// reads; where there is none, the first.
    pub(crate) fn assertion(&self) -> Option<Assertion<'d>> {
        let mut assertions = self.message?.assertions();
        let signed = self.message?.assertions().find(|assertion| self.is_covered(&assertion.0.open_tag()));
        signed.or_else(|| assertions.next())
    }

    /// Every signature over XML.
    pub(crate) fn signatures(&self) -> impl Iterator<Item = &SignatureVerdict> {
        self.places.signatures.iter().map(|(_, verdict)| verdict)
    }

    /// The keys that the KeyInfo of one of [`Seen::signatures`] shows.
    pub(crate) fn shown(&self, verdict: &SignatureVerdict) -> &[Key] {
        let opened = self.message.map(|message| message.0.document());
        let read = |(within, verdict): &(bool, SignatureVerdict)| {
            let document = if *within { opened } else { self.sent };
            document.map(|document| verdict.shown(document)).unwrap_or_default()
        };
        let all = self.shown.get_or_init(|| self.places.signatures.iter().map(read).collect());
        let number = self.places.signatures.iter().position(|(_, of)| std::ptr::eq(of, verdict));
        number.and_then(|number| all.get(number)).map(Vec::as_slice).unwrap_or_default()
    }

    /// What stands in [`Seen::message`], or beside it, that no signature is meant for; also what is gone from that since
    /// it stood within what was encrypted.
    pub(crate) fn wrappings(&self) -> Vec<Wrapping<Node<'d>>> {
        let Some(Message(message)) = self.message else { return Vec::new() };
        let Some(sent) = self.sent else { return Vec::new() };
        let documents = [message.document(), sent];
        let number = |node: Node<'_>| (!std::ptr::eq(node.document(), message.document()), node.id());
        let node = |(sent, id): (bool, NodeId)| documents.get(usize::from(sent))?.node(id);
        let found = self.wrappings.get_or_init(|| {
            let mut found = self.find_wrappings(message);
            let opened = || self.places.parts.iter().filter(|part| matches!(part.outcome, Outcome::Decrypted { .. }));
            let is_gone = |w: &Wrapping<Node<'d>>| {
                let at = w.consumed.span().start;
                opened().any(|part| part.within.is_none() && part.span.contains(&at))
            };
            if let Some(outer) = Message::of(sent).filter(|_| self.places.spliced.is_some()) {
                let read = self.assertion().map(|read| read.0).filter(|read| self.covers(*read));
                let within = self.find_wrappings(outer.0).into_iter().filter(is_gone);
                found.extend(within.map(|w| Wrapping { signed: read.or(w.signed), ..w }));
            }
            let found = found.into_iter();
            found
                .map(|w| Wrapping { told: w.told, consumed: number(w.consumed), signed: w.signed.map(number) })
                .collect()
        });
        let nodes = |w: &Wrapping<(bool, NodeId)>| {
            Some(Wrapping { told: w.told, consumed: node(w.consumed)?, signed: w.signed.and_then(node) })
        };
        found.iter().filter_map(nodes).collect()
    }

    fn find_wrappings(&self, message: Node<'d>) -> Vec<Wrapping<Node<'d>>> {
        // By where it stands in the text that was verified: the decrypted part's own, or that as sent.
        let spliced = self.places.spliced.filter(|_| !self.is_as_sent(message));
        let start = |span: &Range<usize>| match spliced {
            Some(spliced) if spliced.part_at(span.start).is_some() => Some((true, span.start)),
            Some(spliced) => spliced.original_at(span.start).map(|start| (false, start)),
            None => Some((false, span.start)),
        };
        let verdicts: HashMap<(bool, usize), &SignatureVerdict> =
            self.places.signatures.iter().map(|(within, verdict)| ((*within, verdict.span.start), verdict)).collect();
        let elements = message.document().elements_named(DSIG, "Signature");
        let known = |node: Node<'d>| Some((node, *verdicts.get(&start(&node.span())?)?));
        let is_covered = |node: Node<'_>| self.covers(node);
        let signatures = elements.filter_map(known).collect();
        wrappings(&Surroundings { message, signatures, is_covered: &is_covered })
    }

    /// Whether a valid signature covers all bytes of a span of the text that [`Seen::message`] was read from.
    pub(crate) fn is_covered(&self, span: &Range<usize>) -> bool {
        self.places.covering(span).is_some()
    }

    /// Whether a valid signature with a key that the context vouches for covers all bytes of a span.
    pub(crate) fn is_vouched(&self, span: &Range<usize>) -> bool {
        self.places.vouched(span)
    }

    /// Whether it carries any signature, of whatever worth.
    pub(crate) fn is_signed(&self) -> bool {
        self.query.is_some() || self.signatures().next().is_some()
    }

    /// Whether the message came in a query: the redirect binding, or a message in a URL that should not be there.
    pub(crate) fn by_redirect(&self) -> bool {
        self.capture.binding == Some(Binding::Redirect)
    }

    /// A parameter of the query or form body that carried the message, still escaped.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'d str> {
        let pairs = self.capture.query.as_deref()?.split('&');
        pairs.filter_map(|pair| pair.split_once('=')).find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// The URLs that the message may be said to have been sent to: without its query, and with what of that is the
    /// endpoint's own. Empty where the capture does not tell.
    pub(crate) fn sent_to(&self) -> Vec<String> {
        let Some(url) = &self.capture.url else { return Vec::new() };
        let of_binding = ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding"];
        let pairs = self.capture.query.as_deref().filter(|_| self.by_redirect()).unwrap_or_default().split('&');
        let is_own = |pair: &&str| !of_binding.contains(&pair.split('=').next().unwrap_or_default());
        let own: Vec<&str> = pairs.filter(|pair| !pair.is_empty()).filter(is_own).collect();
        let mut urls = vec![url.clone()];
        if !own.is_empty() {
            urls.push(format!("{url}?{}", own.join("&")));
        }
        urls.extend(url.split_once('?').map(|(bare, _)| bare.to_owned()));
        urls
    }

    /// Every signature over XML with its element, which stands in [`Seen::message`] where the flag says so, else in
    /// [`Seen::sent`].
    pub(crate) fn signature_elements(&'d self) -> impl Iterator<Item = (bool, Node<'d>, &'d SignatureVerdict)> {
        let elements = |document: Option<&'d Document<'d>>| -> Vec<Node<'d>> {
            document.into_iter().flat_map(|document| document.elements_named(DSIG, "Signature")).collect()
        };
        let read = elements(self.message.map(|message| message.0.document()));
        let sent = elements(self.sent);
        self.places.signatures.iter().filter_map(move |(within, verdict)| {
            let all = if *within { &read } else { &sent };
            let number = all.binary_search_by_key(&verdict.span.start, |node| node.span().start).ok()?;
            all.get(number).map(|node| (*within, *node, verdict))
        })
    }

    /// The place of bytes of the text as sent.
    pub(crate) fn place_as_sent(&self, span: &Range<usize>) -> Place {
        Place { capture: self.index, decryption: None, span: Some([span.start, span.end]) }
    }
}

#[cfg(test)]
mod tests {
    use crate::intake::take;
    use crate::report::with_case;
    use crate::{Context, Instant, Now};

    #[test]
    fn the_trace_tells_when_a_message_was_captured_and_where_it_was_delivered() {
        let instant = |text| Instant::parse(text).unwrap();
        let login = include_str!("../checks/testing/login.xml");
        let mut captures: Vec<_> = take(login.as_bytes()).into_iter().map(|c| ("a.har".to_owned(), c)).collect();
        let mut context = Context::at(instant("2027-01-01T00:00:00Z"));
        let now = |captures: &[_], context: &Context| with_case(captures, context, |case, from| (case.now, from));
        assert_eq!(now(&captures, &context), (instant("2026-03-02T08:16:05Z"), "capture"));
        captures[0].1.at = Some(instant("2026-03-02T08:16:09Z"));
        captures[0].1.url = Some("https://app.acme.example/acs".to_owned());
        assert_eq!(now(&captures, &context), (instant("2026-03-02T08:16:09Z"), "capture"));
        context.now = Now::Capture;
        assert_eq!(now(&captures, &context), (instant("2026-03-02T08:16:09Z"), "capture"));
        let delivered = |context: &Context| {
            with_case(&captures, context, |case, _| case.received_at().map(|known| (known.listed(), known.from)))
        };
        let url = "https://app.acme.example/acs".to_owned();
        assert_eq!(delivered(&context), Some((url.clone(), "capture")));
        context.received_at = Some("https://other.example/acs".to_owned());
        assert_eq!(delivered(&context), Some(("https://other.example/acs".to_owned(), "received_at")));
    }
}
