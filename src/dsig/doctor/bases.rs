//! What a signer may have hashed instead: by another method, with other namespaces in scope, of another element.

use std::ops::Range;

use super::{letters, namespaces};
use crate::dsig::names::DSIG;
use crate::dsig::reference::Target;
use crate::xml::{
    CanonicalMethod, Canonicalization, Doctype, Document, Node, NodeId, NodeKind, PrefixList, canonicalize, read,
};

/// What is hashed: what the Reference names, or the SignedInfo.
#[derive(Clone)]
pub(super) struct Subject<'d> {
    /// The `<ds:Signature>`.
    pub(super) signature: Node<'d>,
    /// The node that is canonicalized: the SignedInfo, or the Reference's target.
    pub(super) node: Node<'d>,
    /// As it is stated.
    pub(super) method: Canonicalization,
    pub(super) prefixes: String,
    /// Whether the signature is left out; never of a SignedInfo.
    pub(super) enveloped: bool,
}

impl<'d> Subject<'d> {
    pub(super) fn of_target(target: &Target<'d>, signature: Node<'d>) -> Self {
        let Target { node, canonicalization, prefix_list, enveloped, .. } = target.clone();
        Self { signature, node, method: canonicalization, prefixes: prefix_list, enveloped }
    }

    pub(super) fn is_info(&self) -> bool {
        self.node.local_name() == "SignedInfo"
    }

    /// The element that it is, of a document its root.
    pub(super) fn element(&self) -> Node<'d> {
        self.node.document().root_element().filter(|_| self.node.kind() == NodeKind::Document).unwrap_or(self.node)
    }
}

/// A stretch of the source, and what stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) with: String,
}

/// Which node is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Stated,
    Content,
    /// Its children, each by itself.
    Children,
    Other(NodeId),
}

/// One way to make canonical octets.
#[derive(Debug, Clone)]
pub(super) struct Base {
    /// How it is another than the stated one; `None` for that.
    pub(super) name: Option<&'static str>,
    /// What it has or names that the stated one has not.
    pub(super) was: Option<String>,
    /// Whether edits are tried upon it.
    pub(super) leads: bool,
    pub(super) splices: Vec<Splice>,
    method: Canonicalization,
    prefixes: String,
    which: Which,
    enveloped: bool,
}

/// Elements other than the stated one that are tried, so that the time does not grow with their number.
const ELEMENTS: usize = 64;

/// The way that is stated.
pub(super) fn stated(subject: &Subject<'_>) -> Base {
    Base {
        name: None,
        was: None,
        leads: true,
        splices: Vec::new(),
        method: subject.method,
        prefixes: subject.prefixes.clone(),
        which: Which::Stated,
        enveloped: subject.enveloped,
    }
}

/// Every way, the stated one first.
pub(super) fn all(subject: &Subject<'_>) -> Vec<Base> {
    let stated = stated(subject);
    let mut all = vec![stated.clone()];
    methods(subject, &stated, &mut all);
    let named = |name, leads| Base { name: Some(name), leads, ..stated.clone() };
    if !subject.is_info() {
        let turned = Base { enveloped: !subject.enveloped, ..named("not-enveloped", true) };
        // Where the transforms were lost, the method was lost with them.
        let exclusive = Canonicalization::new(CanonicalMethod::Exclusive10, false);
        let values = subject.signature.descendants();
        let values = values.filter(|node| ["DigestValue", "SignatureValue"].contains(&node.local_name()));
        let emptied = values.map(|node| Splice { range: node.content_span(), with: String::new() }).collect();
        // A signature was a template with empty values when it was hashed with the rest.
        let template = Base { enveloped: false, splices: emptied, ..turned.clone() };
        all.extend([turned.clone(), Base { method: exclusive, ..turned }, template]);
    }
    for (name, was, leads, splices) in namespaces::all(subject) {
        all.push(Base { was, splices, ..named(name, leads) });
    }
    if subject.is_info() {
        return all;
    }
    let own = subject.element();
    for which in [Which::Children, Which::Content] {
        all.push(Base { which, was: Some("content".to_owned()), ..named("wrong-element", false) });
    }
    let around = subject.node.ancestors();
    let others =
        around.chain(own.elements()).chain(own.document().nodes().filter(|node| node.kind() == NodeKind::Element));
    for node in others.filter(|node| *node != subject.node).take(ELEMENTS) {
        let name = if node.kind() == NodeKind::Document { "document" } else { node.local_name() };
        let leads = node == own.document().root();
        for enveloped in [true, false] {
            let base = named("wrong-element", leads && enveloped);
            all.push(Base { which: Which::Other(node.id()), was: Some(name.to_owned()), enveloped, ..base });
        }
    }
    all
}

/// The other methods, each with the lists of prefixes that signers have.
fn methods(subject: &Subject<'_>, stated: &Base, all: &mut Vec<Base>) {
    use CanonicalMethod::{Exclusive10, Inclusive10, Inclusive11};
    let scope: Vec<&str> = namespaces::in_scope(subject.element()).into_keys().collect();
    let every =
        scope.iter().map(|prefix| if prefix.is_empty() { "#default" } else { prefix }).collect::<Vec<_>>().join(" ");
    let lists: [&str; 8] = [&subject.prefixes, "", "xs", "xsd", "xs xsi", "xsd xsi", "xsi", &every];
    let mut push = |name, method, prefixes: &str, leads| {
        let base = Base { method, prefixes: prefixes.to_owned(), name: Some(name), leads, ..stated.clone() };
        all.push(Base { was: Some(prefixes.to_owned()).filter(|list| !list.is_empty()), ..base });
    };
    let own = subject.method.method;
    for method in [Inclusive10, Inclusive11, Exclusive10] {
        let name = match (own, method) {
            (Exclusive10, Exclusive10) if subject.prefixes.is_empty() => "prefix-list-missing",
            (Exclusive10, Exclusive10) => "prefix-list-other",
            (Exclusive10, _) => "inclusive-for-exclusive",
            (_, Exclusive10) => "exclusive-for-inclusive",
            _ => "other-canonical-version",
        };
        let plain = Canonicalization::new(method, false);
        if method == Exclusive10 {
            for (number, list) in lists.iter().enumerate() {
                let is_first = lists.iter().position(|other| other == list) == Some(number);
                if is_first && (own != method || **list != *subject.prefixes) {
                    push(name, plain, list, own != method && list.is_empty());
                }
            }
        } else if own != method {
            push(name, plain, "", subject.is_info() || method == Inclusive10 && own == Exclusive10);
        }
    }
    // A bare name leaves comments out before any transform, which some signers do not (XMLDSig 1.1 §4.4.3.3).
    push("with-comments", Canonicalization::new(own, true), &subject.prefixes, false);
}

impl Base {
    /// The octets; `None` where there are none, or the source is no document with its splices.
    pub(super) fn octets(&self, subject: &Subject<'_>) -> Option<String> {
        if self.splices.is_empty() {
            return self.canonical(subject.node, subject.signature);
        }
        let source = subject.node.document().text();
        let text = spliced(source, &self.splices);
        let document = read(&text, Doctype::Refuse).whole().ok()?;
        let start = self.forward(subject.signature.span().start)?;
        let signature = document.elements_named(DSIG, "Signature").find(|node| node.span().start == start)?;
        let node = match subject.node.kind() {
            NodeKind::Document => document.root(),
            _ if subject.is_info() => signature.element(DSIG, "SignedInfo")?,
            _ => signature.parent()?,
        };
        self.canonical(node, signature)
    }

    fn canonical(&self, stated: Node<'_>, signature: Node<'_>) -> Option<String> {
        let node = self.node(stated)?;
        let mut octets = Vec::new();
        let without = self.enveloped.then(|| signature.id());
        let prefixes = PrefixList::parse(&self.prefixes);
        let children = (self.which == Which::Children).then(|| node.children()).into_iter().flatten();
        let whole = Some(node).filter(|_| self.which != Which::Children);
        for node in children.chain(whole).filter(|node| Some(node.id()) != without) {
            match node.kind() {
                NodeKind::Text | NodeKind::CData => octets.extend(letters::written(&node.text(), false).into_bytes()),
                NodeKind::Comment | NodeKind::Instruction => {}
                _ => canonicalize(node, self.method, &prefixes, without, &mut |b| octets.extend_from_slice(b)).ok()?,
            }
        }
        let octets = String::from_utf8(octets).ok()?;
        match self.which {
            Which::Content => {
                let start = octets.find('>')? + 1;
                let end = octets.rfind("</")?;
                octets.get(start..end).map(str::to_owned)
            }
            _ => Some(octets),
        }
    }

    /// The node that is hashed, in the document as it is.
    pub(super) fn node<'n>(&self, stated: Node<'n>) -> Option<Node<'n>> {
        match self.which {
            Which::Other(id) => stated.document().node(id),
            _ => Some(stated),
        }
    }

    /// The element that is left out of it.
    pub(super) fn without<'n>(&self, signature: Node<'n>) -> Option<Node<'n>> {
        self.enveloped.then_some(signature)
    }

    /// Where an offset of the source is once the splices are made.
    fn forward(&self, at: usize) -> Option<usize> {
        let mut moved = at;
        for splice in self.splices.iter().filter(|splice| splice.range.start < at) {
            moved = (moved + splice.with.len()).checked_sub(splice.range.len())?;
        }
        Some(moved)
    }

    /// Whether it takes its element as it stands in the source, so that tags count alike there.
    pub(super) fn counts_as_source(&self) -> bool {
        !matches!(self.which, Which::Content | Which::Children) && self.name != Some("signature-added")
    }
}

/// The text with stretches of it replaced; they are in order and do not overlap.
pub(super) fn spliced(source: &str, splices: &[Splice]) -> String {
    let mut text = String::with_capacity(source.len() + 256);
    let mut from = 0;
    for splice in splices {
        text += source.get(from..splice.range.start).unwrap_or_default();
        text += &splice.with;
        from = splice.range.end;
    }
    text + source.get(from..).unwrap_or_default()
}

/// The text of a document with one of its elements left out.
pub(super) fn without(document: &Document<'_>, of: Range<usize>, node: Node<'_>) -> String {
    let (text, out) = (document.text(), node.span());
    if out.start < of.start || out.end > of.end {
        return text.get(of).unwrap_or_default().to_owned();
    }
    let before = text.get(of.start..out.start).unwrap_or_default();
    before.to_owned() + text.get(out.end..of.end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::DigestAlgorithm;
    use crate::crypto::digest::digest;
    use crate::dsig::names::ENVELOPED;
    use crate::dsig::reference::{resolve, signatures};
    use crate::dsig::structure;

    /// A message with an assertion that is signed, by this method with this list of prefixes.
    fn message(method: &str, prefixes: &str, uri: &str) -> String {
        let list = format!(
            "<i:InclusiveNamespaces xmlns:i='http://www.w3.org/2001/10/xml-exc-c14n#' PrefixList='{prefixes}'/>"
        );
        let list = if prefixes.is_empty() { String::new() } else { list };
        format!(
            "<p:Response xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol' xmlns:u='urn:u' xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns='urn:d'>\
             <x xmlns:u='urn:w'><y u:k='0'/></x>\
             <s:Assertion xmlns:s='urn:oasis:names:tc:SAML:2.0:assertion' xmlns:v='urn:v' ID='a'><Signature xmlns='{DSIG}'>\
             <SignedInfo><CanonicalizationMethod Algorithm='{method}'/><SignatureMethod Algorithm='m'/><Reference URI='{uri}'>\
             <Transforms><Transform Algorithm='{ENVELOPED}'/><Transform Algorithm='{method}'>{list}</Transform></Transforms>\
             <DigestMethod Algorithm='d'/><DigestValue>AA==</DigestValue></Reference></SignedInfo><SignatureValue>AA==\
             </SignatureValue></Signature><!--c--><s:AttributeStatement u:k='1'><s:AttributeValue type='xs:string'>t</s:AttributeValue>\
             <v:w/></s:AttributeStatement><s:AuthnStatement u:k='2' xmlns:t='urn:oasis:names:tc:SAML:2.0:assertion'/>\
             </s:Assertion></p:Response>"
        )
    }

    /// Every way that is tried, a line for each: its name and what it names, `+` where edits are tried upon it, the
    /// method, what is hashed, at how many places the source is another, and which octets that makes.
    fn tried(method: &str, prefixes: &str, of: &str) -> String {
        let mut text = message(method, prefixes, if of == "document" { "" } else { "#a" });
        if of == "document" {
            // A signature over the document stands in its root.
            let (_, assertion) = text.split_once("<s:Assertion ").unwrap();
            let assertion = assertion.strip_suffix("</p:Response>").unwrap();
            text = format!("<?o?><s:Assertion xmlns:u='urn:u' xmlns:xs='http://www.w3.org/2001/XMLSchema' {assertion}");
        }
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        let signature = signatures(&document).next().unwrap();
        let shape = structure::read(signature).unwrap();
        let mut subject = Subject::of_target(&resolve(signature, &shape).unwrap(), signature);
        if of == "SignedInfo" {
            subject = Subject { node: shape.signed_info, enveloped: false, ..subject };
        }
        let line = |base: &Base| {
            let which = match base.which {
                Which::Stated => String::new(),
                Which::Other(id) => {
                    format!(" of {}", document.node(id).map(|node| node.local_name()).unwrap_or_default())
                }
                other => format!(" of {other:?}"),
            };
            let made = base.octets(&subject).map_or("none".to_owned(), |octets| {
                let hash = digest(DigestAlgorithm::Sha256, octets.as_bytes()).hex();
                format!("{} octets {}", octets.len(), hash.get(..8).unwrap_or_default())
            });
            format!(
                "{}{} {:?} {:?}{}{which}{}, {} changes: {made}\n",
                base.name.unwrap_or("as stated"),
                if base.leads { "+" } else { "" },
                base.was.as_deref().unwrap_or_default(),
                base.method.method,
                if base.method.comments { " with comments" } else { "" },
                if base.enveloped { " enveloped" } else { "" },
                base.splices.len(),
            )
        };
        all(&subject).iter().map(line).collect()
    }

    #[test]
    fn what_a_signer_may_have_done_instead_is_tried() {
        let (exclusive, inclusive) =
            ("http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315");
        let cases = [
            (exclusive, "", "assertion"),
            (exclusive, "xs", "assertion"),
            (inclusive, "", "assertion"),
            (inclusive, "", "SignedInfo"),
            (exclusive, "", "document"),
        ];
        let all: String = cases
            .into_iter()
            .map(|(method, prefixes, of)| format!("# {method} {prefixes:?} {of}\n{}", tried(method, prefixes, of)))
            .collect();
        let known = include_str!("testing/tried.txt");
        // Shown where it fails: what the file would have to say.
        println!("{all}");
        for (number, (found, known)) in all.lines().zip(known.lines()).enumerate() {
            assert_eq!(found, known, "line {} of tried.txt", number + 1);
        }
        assert_eq!(all.lines().count(), known.lines().count());
    }

    #[test]
    fn offsets_move_with_what_stands_before_them() {
        let text = message("m", "", "#a");
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        let signature = signatures(&document).next().unwrap();
        let subject = Subject {
            signature,
            node: signature,
            method: Canonicalization::ALL[0].0,
            prefixes: String::new(),
            enveloped: false,
        };
        let splices =
            vec![Splice { range: 2..4, with: "abc".to_owned() }, Splice { range: 10..10, with: "d".to_owned() }];
        let base = Base { splices, ..stated(&subject) };
        assert_eq!([1, 2, 4, 10, 11].map(|at| base.forward(at)), [Some(1), Some(2), Some(5), Some(11), Some(13)]);
        // Tags count as in the source where the element is the source's, with or without its signature.
        let counts = |which, name| Base { which, name, ..stated(&subject) }.counts_as_source();
        assert!(counts(Which::Stated, None) && counts(Which::Other(signature.id()), Some("wrong-element")));
        assert!(!counts(Which::Content, None) && !counts(Which::Children, None));
        assert!(!counts(Which::Stated, Some("signature-added")));
    }

    #[test]
    fn an_element_is_left_out_of_what_it_stands_in() {
        let text = "<a>1<b>2</b>3</a>";
        let document = read(text, Doctype::Refuse).whole().unwrap();
        let b = document.root_element().unwrap().elements().next().unwrap();
        let of = |range: Range<usize>| without(&document, range, b);
        assert_eq!(of(0..text.len()), "<a>13</a>");
        assert_eq!(of(4..12), "");
        assert_eq!(of(3..13), "13");
        assert_eq!(of(5..13), "b>2</b>3", "it begins before");
        assert_eq!(of(3..11), "1<b>2</b", "it ends after");
    }
}
