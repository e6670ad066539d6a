//! `<ds:Signature>` read as strictly as its schema is written (XMLDSig 1.1 §4), with what SAML adds (Core §5.4).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::fault::{Malformed, MalformedKind};
use super::names::{DSIG, EXCLUSIVE};
use crate::xml::{Node, NodeKind};

/// A Signature whose shape is right.
#[derive(Debug, Clone)]
pub struct Shape<'d> {
    /// `<SignedInfo>`.
    pub signed_info: Node<'d>,
    /// `<CanonicalizationMethod>`.
    pub canonicalization: Method<'d>,
    /// `<SignatureMethod>`.
    pub signature_method: Method<'d>,
    /// The `URI` of the one Reference.
    pub uri: String,
    /// Its transforms in order.
    pub transforms: Vec<Method<'d>>,
    /// `<DigestMethod>`.
    pub digest_method: Method<'d>,
    /// The bytes of `<DigestValue>`.
    pub digest_value: Vec<u8>,
    /// The bytes of `<SignatureValue>`.
    pub signature_value: Vec<u8>,
    /// `<KeyInfo>`, whose content proves nothing.
    pub key_info: Option<Node<'d>>,
}

/// An element that names an algorithm.
#[derive(Debug, Clone)]
pub struct Method<'d> {
    /// The element, which may hold parameters.
    pub node: Node<'d>,
    /// Its `Algorithm`.
    pub algorithm: String,
}

impl<'d> Method<'d> {
    fn of(node: Node<'d>) -> Result<Self, Malformed> {
        match node.attribute("Algorithm") {
            Some(algorithm) => Ok(Self { node, algorithm: algorithm.value().into_owned() }),
            None => fail(MalformedKind::Missing("Algorithm"), node),
        }
    }

    /// The `PrefixList` of its `<InclusiveNamespaces>`, empty where it has none.
    pub fn prefix_list(&self) -> String {
        prefix_list(self.node)
    }
}

/// The `PrefixList` of the `<InclusiveNamespaces>` in an element.
pub(super) fn prefix_list(node: Node<'_>) -> String {
    let list = node.element(EXCLUSIVE, "InclusiveNamespaces");
    list.and_then(|list| list.attribute("PrefixList")).map(|list| list.value().into_owned()).unwrap_or_default()
}

/// Reads a `<ds:Signature>`.
///
/// # Errors
/// The first thing that is against the rules, and where.
pub fn read(signature: Node<'_>) -> Result<Shape<'_>, Malformed> {
    nothing_hidden(signature)?;
    let mut children = Children::of(signature)?;
    let signed_info = children.take("SignedInfo")?;
    let signature_value = children.take("SignatureValue")?;
    let key_info = children.try_take("KeyInfo");
    while children.try_take("Object").is_some() {}
    children.end()?;

    let mut info = Children::of(signed_info)?;
    let canonicalization = Method::of(info.take("CanonicalizationMethod")?)?;
    let signature_method = Method::of(info.take("SignatureMethod")?)?;
    let reference = info.take("Reference")?;
    let more = std::iter::from_fn(|| info.try_take("Reference")).count();
    if more > 0 {
        return fail(MalformedKind::References(more + 1), signed_info);
    }
    info.end()?;

    let mut parts = Children::of(reference)?;
    let transforms = match parts.try_take("Transforms") {
        None => Vec::new(),
        Some(transforms) => {
            let mut list = Children::of(transforms)?;
            let first = Method::of(list.take("Transform")?)?;
            let rest = std::iter::from_fn(|| list.try_take("Transform")).map(Method::of);
            let all = std::iter::once(Ok(first)).chain(rest).collect::<Result<_, _>>()?;
            list.end()?;
            all
        }
    };
    let digest_method = Method::of(parts.take("DigestMethod")?)?;
    let digest_value = parts.take("DigestValue")?;
    parts.end()?;
    let Some(uri) = reference.attribute("URI") else { return fail(MalformedKind::NoUri, reference) };
    Ok(Shape {
        signed_info,
        canonicalization,
        signature_method,
        uri: uri.value().into_owned(),
        transforms,
        digest_method,
        digest_value: base64(digest_value, "DigestValue")?,
        signature_value: base64(signature_value, "SignatureValue")?,
        key_info,
    })
}

/// No comment and no instruction anywhere, no signature within the signature.
fn nothing_hidden(signature: Node<'_>) -> Result<(), Malformed> {
    for node in signature.descendants() {
        let kind = match node.kind() {
            NodeKind::Comment => MalformedKind::Comment,
            NodeKind::Instruction => MalformedKind::Instruction,
            NodeKind::Element if node.is(DSIG, "Signature") => MalformedKind::Nested,
            _ => continue,
        };
        return fail(kind, node);
    }
    Ok(())
}

fn base64(node: Node<'_>, what: &'static str) -> Result<Vec<u8>, Malformed> {
    if let Some(child) = node.elements().next() {
        return fail(MalformedKind::Unexpected(child.local_name().to_owned()), child);
    }
    // As `xs:base64Binary` has it: white space anywhere, and nothing else but the canonical form. A value that can be
    // written in two ways is one that two readers may take for two (CVE-2025-29775).
    let text = node.text_content();
    let text: Vec<&[u8]> = text.as_bytes().split(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).collect();
    let text = text.concat();
    match STANDARD.decode(text) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        Ok(_) => fail(MalformedKind::Empty(what), node),
        Err(_) => fail(MalformedKind::NotBase64(what), node),
    }
}

/// The child elements of an element in their order, of which each must be asked for by its name.
struct Children<'d> {
    parent: Node<'d>,
    rest: std::iter::Peekable<std::vec::IntoIter<Node<'d>>>,
}

impl<'d> Children<'d> {
    fn of(parent: Node<'d>) -> Result<Self, Malformed> {
        for child in parent.children() {
            let blank = child.text().bytes().all(|b| b.is_ascii_whitespace());
            if matches!(child.kind(), NodeKind::Text | NodeKind::CData) && !blank {
                return fail(MalformedKind::Text, child);
            }
        }
        Ok(Self { parent, rest: parent.elements().collect::<Vec<_>>().into_iter().peekable() })
    }

    fn try_take(&mut self, name: &str) -> Option<Node<'d>> {
        self.rest.next_if(|node| node.is(DSIG, name))
    }

    fn take(&mut self, name: &'static str) -> Result<Node<'d>, Malformed> {
        match self.try_take(name) {
            Some(node) => Ok(node),
            None => fail(MalformedKind::Missing(name), self.parent),
        }
    }

    fn end(&mut self) -> Result<(), Malformed> {
        match self.rest.next() {
            Some(node) => fail(MalformedKind::Unexpected(node.local_name().to_owned()), node),
            None => Ok(()),
        }
    }
}

pub(super) fn fail<T>(kind: MalformedKind, node: Node<'_>) -> Result<T, Malformed> {
    Err(Malformed { kind, span: node.span() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Doctype, read as read_xml};

    const SOUND: &str = "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo><CanonicalizationMethod Algorithm='c'/>\
        <SignatureMethod Algorithm='s'/><Reference URI='#x'><Transforms><Transform Algorithm='t'/></Transforms><DigestMethod \
        Algorithm='d'/><DigestValue>AQI=</DigestValue></Reference></SignedInfo><SignatureValue> Aw\n==\t</SignatureValue><KeyInfo/>\
        <Object/><Object/></Signature>";

    fn kind(text: &str) -> Option<MalformedKind> {
        let document = read_xml(text, Doctype::Refuse).whole().unwrap();
        read(document.root_element().unwrap()).err().map(|malformed| malformed.kind)
    }

    #[test]
    fn a_sound_signature_is_read() {
        let document = read_xml(SOUND, Doctype::Refuse).whole().unwrap();
        let shape = read(document.root_element().unwrap()).unwrap();
        assert_eq!((shape.digest_value.as_slice(), shape.signature_value.as_slice()), (&[1, 2][..], &[3][..]));
        assert_eq!((shape.uri.as_str(), shape.transforms.len(), shape.key_info.is_some()), ("#x", 1, true));
    }

    #[test]
    fn what_is_against_the_schema_is_named() {
        use MalformedKind::*;
        let unexpected = |name: &str| Unexpected(name.to_owned());
        for (from, to, expected) in [
            ("<SignedInfo>", "<!--x--><SignedInfo>", Comment),
            ("<DigestValue>", "<DigestValue><!--x-->", Comment),
            ("<KeyInfo/>", "<KeyInfo><?x?></KeyInfo>", Instruction),
            ("<KeyInfo/>", "<KeyInfo><Signature/></KeyInfo>", Nested),
            ("<Object/><Object/>", "<Object><a><Signature/></a></Object>", Nested),
            ("<SignedInfo>", "x<SignedInfo>", Text),
            ("<SignatureMethod", "<![CDATA[x]]><SignatureMethod", Text),
            ("<KeyInfo/>", "<KeyInfo/><KeyInfo/>", unexpected("KeyInfo")),
            ("<Object/><Object/>", "<Object/><Other/>", unexpected("Other")),
            ("</Reference>", "</Reference><Other/>", unexpected("Other")),
            ("</DigestValue>", "</DigestValue><Other/>", unexpected("Other")),
            ("<Transform Algorithm='t'/>", "<Transform Algorithm='t'/><Other/>", unexpected("Other")),
            ("<Transform Algorithm='t'/>", "", Missing("Transform")),
            ("<SignatureMethod Algorithm='s'/>", "", Missing("SignatureMethod")),
            ("Algorithm='d'", "", Missing("Algorithm")),
            ("URI='#x'", "", NoUri),
            ("AQI=", "", Empty("DigestValue")),
            ("AQI=", " \n", Empty("DigestValue")),
            ("AQI=", "AQI", NotBase64("DigestValue")),
            ("AQI=", "AQJ=", NotBase64("DigestValue")),
            ("AQI=", "A<b/>QI=", unexpected("b")),
            (" Aw\n==\t", "Aw=\u{a0}=", NotBase64("SignatureValue")),
        ] {
            assert!(SOUND.contains(from), "{from}");
            assert_eq!(kind(&SOUND.replacen(from, to, 1)), Some(expected), "{to}");
        }
        let start = SOUND.find("<Reference").unwrap();
        let end = SOUND.find("</Reference>").unwrap() + "</Reference>".len();
        let reference = SOUND.get(start..end).unwrap();
        for count in [2, 3, 5] {
            let text = SOUND.replace(reference, &reference.repeat(count));
            assert_eq!(kind(&text), Some(References(count)), "{count}");
        }
    }
}
