//! Elements that were put into a message around its signatures: what a careless service reads beside what is signed.
//!
//! By coverage and by the identity of nodes, never by a name or an ID alone. One walk finds what could be taken for the
//! message or its assertion; what no signature covers and none is meant for was put there by somebody else.

use std::ops::Range;

use super::fault::Fault;
use super::names::DSIG;
use super::reference::id_of;
use super::verify::{SignatureVerdict, is_hashed};
use super::wrapping_shape::{Told, is_place, shape};
use crate::limits;
use crate::saml::names::{ASSERTION, METADATA, PROTOCOL};
use crate::saml::{Message, Value};
use crate::sorted::sort_by_key;
use crate::xml::{Node, NodeId, NodeKind};

#[cfg(test)]
mod tests;

/// A message with all that is known of its signatures.
pub struct Surroundings<'d, 'v> {
    /// The message.
    pub message: Node<'d>,
    /// Every `<ds:Signature>` of its document, in document order.
    pub signatures: Vec<(Node<'d>, &'v SignatureVerdict)>,
    /// Whether a signature that holds covers an element.
    pub is_covered: &'v dyn Fn(Node<'_>) -> bool,
}

/// One element that no signature is meant for, beside the one that a signature names. `N`: a node, or its number.
#[derive(Debug, Clone, Copy)]
pub struct Wrapping<N> {
    /// The shape, and the words that tell it.
    pub told: Told,
    /// What a careless service reads.
    pub consumed: N,
    /// What is signed; `None` where no signature names anything else that is there.
    pub signed: Option<N>,
}

/// How far a signature around an element speaks for it although it does not cover it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Excuse {
    /// There is none.
    #[default]
    None,
    /// Something within was changed, so that this may have been put in.
    Broken,
    /// Nothing is known of the content.
    Unknown,
    /// The content is as signed, and only the key or the value is wrong.
    Intact,
}

/// A signature, and what it is over by its own words.
struct Meant<'d> {
    node: Node<'d>,
    parent: Node<'d>,
    /// Every element that its References name, the one that it stands in before others.
    named: Vec<Node<'d>>,
    /// How many References it has.
    references: usize,
    /// Whether it is meant for the element that it stands in, whether it holds or not.
    for_parent: bool,
    excuse: Excuse,
}

/// Something that could be taken for the message, or for its assertion.
struct Part<'d> {
    node: Node<'d>,
    /// The number of its own signature.
    own: Option<usize>,
    excuse: Excuse,
    /// Whether it stands where one assertion quotes another.
    quoted: bool,
    /// Whether it stands where the schema lets stand what it does not know.
    hidden: bool,
    /// Whom it is about.
    name: Option<String>,
}

impl Part<'_> {
    fn is_assertion(&self) -> bool {
        self.node.is(ASSERTION, "Assertion")
    }
}

/// What an element hands on to those within it.
#[derive(Clone, Copy, Default)]
struct Frame {
    end: u32,
    signature: Option<NodeId>,
    /// Of what stands within, and of what stands within its own signature.
    excuse: Excuse,
    outer: Excuse,
    quoted: bool,
    hidden: bool,
}

/// Every wrapped element of a message, in document order; at most [`limits::WRAPPINGS`].
pub fn wrappings<'d>(around: &Surroundings<'d, '_>) -> Vec<Wrapping<Node<'d>>> {
    if around.signatures.is_empty() || around.message.namespace() == METADATA {
        return Vec::new();
    }
    let meant: Vec<Meant<'d>> = around.signatures.iter().filter_map(|(node, verdict)| meant(*node, verdict)).collect();
    let parts = parts(around.message, &meant);
    let rivals = Rivals::of(&parts);
    let is_foisted = |part: &&Part<'d>| is_foisted(around, &meant, &parts, &rivals, part);
    let foisted: Vec<&Part<'d>> = parts.iter().filter(is_foisted).take(limits::WRAPPINGS).collect();
    if foisted.is_empty() {
        return Vec::new();
    }
    let genuine = genuine(around, &meant);
    let mut found: Vec<Wrapping<Node<'d>>> = Vec::new();
    let mut root = None;
    for part in foisted {
        // The assertion of a Response that was put around another is a part of that.
        let told = root.is_some_and(|root| part.is_assertion() && part.node.parent() == Some(root));
        if told || genuine.iter().any(|(signature, signed)| is_within(part.node, *signed, *signature)) {
            continue;
        }
        if part.node == around.message {
            root = Some(part.node).filter(|node| Message(*node).assertions().next().is_some_and(|own| own.0 != *node));
        }
        let signed = signed(around, &meant, &genuine, part.node);
        let own = part.own.and_then(|own| meant.get(own)).map(|own| own.node);
        let second = meant.iter().any(|meant| meant.references > 1 && meant.named.contains(&part.node));
        let sure = signed.is_some_and(|signed| is_genuine(around, &genuine, signed));
        let told = shape(around.message, part.node, signed, own, second, sure);
        found.push(Wrapping { told, consumed: part.node, signed });
    }
    found
}

/// What each signature was really made over, where that is there: by the digest, so that an ID that stands twice, or a
/// signature that must not be followed, hides nothing.
fn genuine<'d>(around: &Surroundings<'d, '_>, meant: &[Meant<'d>]) -> Vec<(Node<'d>, Node<'d>)> {
    let mut found = Vec::new();
    for meant in meant.iter().take(limits::WRAPPINGS) {
        let is_it = |node: &Node<'d>| (around.is_covered)(*node) || is_hashed(meant.node, *node);
        found.extend(meant.named.iter().copied().find(is_it).map(|node| (meant.node, node)));
    }
    found
}

/// Whether an element is, or stands in, what a signature was made over; what stands in the signature itself is left out.
fn is_within(node: Node<'_>, signed: Node<'_>, signature: Node<'_>) -> bool {
    let at = node.subtree().start;
    let enveloped = signed.subtree().contains(&signature.subtree().start);
    signed.subtree().contains(&at) && !(enveloped && signature.subtree().contains(&at))
}

fn is_genuine(around: &Surroundings<'_, '_>, genuine: &[(Node<'_>, Node<'_>)], node: Node<'_>) -> bool {
    (around.is_covered)(node) || genuine.iter().any(|(_, signed)| *signed == node)
}

/// Every element of this ID.
pub fn elements_of_id<'d>(node: Node<'d>, id: &str) -> Vec<Node<'d>> {
    let alike = node.document().elements_by_id(id).filter(|node| id_of(*node).as_deref() == Some(id));
    alike.take(limits::SAME_ID).collect()
}

/// The URIs of a signature's References.
pub fn reference_uris(signature: Node<'_>) -> Vec<Option<Value<'_>>> {
    let infos = signature.elements_named(DSIG, "SignedInfo");
    let references = infos.flat_map(|info| info.elements_named(DSIG, "Reference"));
    references.map(|reference| reference.attribute("URI").map(Value::of_attribute)).collect()
}

/// Whether a signature is meant for the element that it stands in: one of its References names it and nothing that could
/// be taken for it, whether the signature holds or not.
pub fn names_its_parent(signature: Node<'_>) -> bool {
    let Some(parent) = signature.parent() else { return false };
    let uris = reference_uris(signature);
    // One that names no element of the document is told as that; it is not meant for another one here.
    uris.is_empty()
        || uris.iter().any(|uri| match uri.as_ref().and_then(|uri| uri.text.strip_prefix('#')) {
            None => true,
            Some(id) => {
                let named = elements_of_id(signature, id);
                let copies = named.iter().filter(|node| node.local_name() == parent.local_name()).count();
                named.is_empty() && !id.contains('(') || named.contains(&parent) && copies == 1
            }
        })
}

/// Whom an element is about that could be taken for a message or an assertion: an assertion's own NameID, that of a
/// Response's first assertion but for `apart`.
pub fn name_apart(node: Node<'_>, apart: Option<Node<'_>>) -> Option<String> {
    let mut assertions = Message(node).assertions().filter(|assertion| Some(assertion.0) != apart);
    let name = match node.local_name() {
        "Assertion" | "Response" => assertions.next()?.subject()?.name_id(),
        _ => Message(node).name_id(),
    };
    name.map(|name| own_text(name.0).trim().to_owned())
}

/// The text of an element without that of elements in it: what was put into a value does not hide it.
pub(super) fn own_text(node: Node<'_>) -> String {
    node.children().filter(|child| matches!(child.kind(), NodeKind::Text | NodeKind::CData)).map(Node::text).collect()
}

fn meant<'d>(node: Node<'d>, verdict: &SignatureVerdict) -> Option<Meant<'d>> {
    let parent = node.parent()?;
    let uris = reference_uris(node);
    let mut named = Vec::new();
    for uri in uris.iter().flatten() {
        match uri.text.strip_prefix('#') {
            Some(id) => named.extend(elements_of_id(node, id)),
            None if uri.text.is_empty() => named.extend(node.document().root_element()),
            None => {}
        }
    }
    sort_by_key(&mut named, |named| *named != parent);
    let excuse = match &verdict.fault {
        // The digest is looked at before the key.
        None | Some(Fault::SignatureMismatch(_) | Fault::NoKey) => Excuse::Intact,
        Some(Fault::DigestMismatch | Fault::Malformed(_)) => Excuse::Broken,
        Some(_) => Excuse::Unknown,
    };
    Some(Meant { node, parent, named, references: uris.len(), for_parent: names_its_parent(node), excuse })
}

/// Whether a service that looks for elements by name could take it for what it reads.
fn is_part(node: Node<'_>) -> bool {
    match node.namespace() {
        ASSERTION => node.local_name() == "Assertion",
        PROTOCOL => ["Response", "Request", "Query", "Resolve"].iter().any(|end| node.local_name().ends_with(end)),
        _ => false,
    }
}

/// All of them in document order, but for the envelopes of the message.
fn parts<'d>(message: Node<'d>, meant: &[Meant<'d>]) -> Vec<Part<'d>> {
    let mut homes: Vec<(NodeId, usize)> = meant.iter().enumerate().map(|(i, meant)| (meant.parent.id(), i)).collect();
    sort_by_key(&mut homes, |home| *home);
    let own = |node: Node<'_>| {
        let at = homes.partition_point(|(parent, _)| *parent < node.id());
        homes.get(at).filter(|(parent, _)| *parent == node.id()).map(|(_, number)| *number)
    };
    let mut parts = Vec::new();
    let mut frames: Vec<Frame> = Vec::new();
    for node in message.document().nodes().filter(|node| node.kind() == NodeKind::Element) {
        let Range { start, end } = node.subtree();
        while frames.last().is_some_and(|frame| frame.end <= start) {
            frames.pop();
        }
        let outer = frames.last().copied().unwrap_or_default();
        // A signature is left out of what it is over.
        let excuse = if outer.signature == Some(node.id()) { outer.outer } else { outer.excuse };
        let own = own(node);
        let signature = own.and_then(|own| meant.get(own));
        let is_envelope = message != node && node.subtree().contains(&message.subtree().start);
        if is_part(node) && !is_envelope {
            parts.push(Part {
                node,
                own,
                excuse,
                quoted: outer.quoted,
                hidden: outer.hidden,
                name: name_apart(node, None),
            });
        }
        let quotes = node.is(ASSERTION, "Advice") || node.is(ASSERTION, "Evidence");
        frames.push(Frame {
            end,
            signature: signature.map(|signature| signature.node.id()),
            excuse: excuse.max(signature.filter(|own| own.for_parent).map_or(Excuse::None, |own| own.excuse)),
            outer: excuse,
            quoted: outer.quoted || quotes,
            hidden: outer.hidden || is_place(node),
        });
    }
    parts
}

/// The assertions that are not merely quoted: how many, how many with a signature of their own, whom they are about.
struct Rivals {
    names: Vec<Option<String>>,
    signed: usize,
}

impl Rivals {
    fn of(parts: &[Part<'_>]) -> Self {
        let all = || parts.iter().filter(|part| part.is_assertion() && !part.quoted);
        let mut names: Vec<Option<String>> = Vec::new();
        for part in all() {
            // Two are enough to know that there is another than any.
            if names.len() < 2 && !names.contains(&part.name) {
                names.push(part.name.clone());
            }
        }
        Self { names, signed: all().filter(|part| part.own.is_some()).count() }
    }

    /// Whether there is another assertion that is signed by itself, or about somebody else.
    fn has(&self, part: &Part<'_>) -> bool {
        self.signed > 0 || self.names.iter().any(|name| *name != part.name)
    }
}

/// Whether a part is one that no signature is meant for.
///
/// Where a signature is meant for it, why that does not hold is told by a rule of its own: a changed message is no
/// wrapping. A signature around it whose digest is wrong excuses only what was there: no part where the protocol has no
/// place for one, and none beside another that is signed by itself or about somebody else.
fn is_foisted<'d>(
    around: &Surroundings<'d, '_>,
    meant: &[Meant<'d>],
    parts: &[Part<'d>],
    rivals: &Rivals,
    part: &Part<'d>,
) -> bool {
    if (around.is_covered)(part.node) {
        return false;
    }
    let own = part.own.and_then(|own| meant.get(own)).filter(|own| !(around.is_covered)(own.node));
    if let Some(own) = own.filter(|own| own.for_parent) {
        // A copy that was changed, where none should be at all.
        return part.hidden && !part.quoted && own.excuse != Excuse::Intact;
    }
    let at_home = part.node == around.message || part.node.parent() == Some(around.message) && part.is_assertion();
    if part.node == around.message && !part.is_assertion() {
        // That no signature is over all of it is usual, of a Response; not where one is over another such.
        let kind = part.node.local_name();
        let other = |other: &&Part<'d>| {
            let alike = kind != "Response" || other.node.local_name() == kind;
            other.node != part.node && !other.quoted && alike
        };
        return parts.iter().filter(other).any(|other| meant.iter().any(|meant| meant.named.contains(&other.node)));
    }
    if own.is_some() {
        return true;
    }
    let alone = at_home && !rivals.has(part);
    // A refusal has no assertion: whoever signed it put none in.
    if at_home && part.node != around.message && refuses(around.message) && part.excuse == Excuse::Broken {
        return true;
    }
    // A signature that stands elsewhere but names it is told as such a one.
    if alone && meant.iter().any(|meant| names(meant, part.node)) {
        return false;
    }
    match part.excuse {
        Excuse::None => true,
        Excuse::Broken => !part.quoted && !alone,
        Excuse::Unknown => !part.quoted && !at_home,
        Excuse::Intact => false,
    }
}

/// Whether a message says that the login failed.
pub(super) fn refuses(message: Node<'_>) -> bool {
    let code = Message(message).status_codes().next();
    code.is_some_and(|code| !code.text.ends_with(":Success"))
}

/// Whether one of a signature's References names an element and no other.
fn names(meant: &Meant<'_>, element: Node<'_>) -> bool {
    let id = id_of(element);
    let alike = meant.named.iter().filter(|node| id.is_some() && id_of(**node) == id);
    meant.named.contains(&element) && alike.count() == 1
}

/// What is signed beside an element: of several the one that is covered, or at least fits its digest; of those one of the
/// same kind, of those one that is not around it.
fn signed<'d>(
    around: &Surroundings<'d, '_>,
    meant: &[Meant<'d>],
    genuine: &[(Node<'d>, Node<'d>)],
    beside: Node<'d>,
) -> Option<Node<'d>> {
    let id = id_of(beside);
    let named = meant.iter().filter_map(|meant| match meant.named.first() {
        // The others of that ID are no more meant than this one.
        Some(first) if *first == beside => meant.named.iter().copied().find(|node| id_of(*node) != id),
        first => first.copied(),
    });
    let rank = |node: Node<'d>| {
        let alike = node.local_name() == beside.local_name();
        let covered = (around.is_covered)(node);
        (covered, is_genuine(around, genuine, node), alike, !node.subtree().contains(&beside.subtree().start))
    };
    let mut best: Option<(Node<'d>, _)> = None;
    let hashed = genuine.iter().map(|(_, signed)| *signed);
    for node in hashed.chain(named).filter(|node| *node != beside && is_part(*node)) {
        let rank = rank(node);
        if best.as_ref().is_none_or(|(_, best)| rank > *best) {
            best = Some((node, rank));
        }
    }
    // Nothing tells which of those of one ID is meant.
    let other = || meant.iter().flat_map(|meant| &meant.named).copied().find(|node| *node != beside && is_part(*node));
    best.map(|(node, _)| node).or_else(other)
}
