//! What a signature's Reference names, by the identity of the node, and how it is transformed (XMLDSig 1.1 §4.4.3).

use super::fault::{Fault, Malformed, MalformedKind};
use super::names::{DSIG, ENVELOPED};
use super::structure::Shape;
use crate::saml::names::{ASSERTION_1, PROTOCOL_1};
use crate::xml::{CanonicalMethod, Canonicalization, Document, Node};

/// What is hashed.
#[derive(Debug, Clone)]
pub struct Target<'d> {
    /// The element that the signature speaks for: the one that it stands in.
    pub element: Node<'d>,
    /// What is canonicalized: that element, or all of the document.
    pub node: Node<'d>,
    /// How.
    pub canonicalization: Canonicalization,
    /// The `PrefixList` of that.
    pub prefix_list: String,
    /// Whether the signature itself is left out.
    pub enveloped: bool,
}

/// Most transforms that a SAML signature may have (SAML 2.0 Core §5.4.4).
const MOST_TRANSFORMS: usize = 2;

/// Finds what a signature covers.
///
/// # Errors
/// What is against the rules: of the Reference's form, of whom it names, of its transforms.
pub fn resolve<'d>(signature: Node<'d>, shape: &Shape<'d>) -> Result<Target<'d>, Fault> {
    let transforms = transforms(shape)?;
    let Some(parent) = signature.parent() else {
        return Err(malformed(MalformedKind::Missing("parent"), signature));
    };
    let document = signature.document();
    let node = match shape.uri.strip_prefix('#') {
        None if shape.uri.is_empty() => {
            if document.root_element() != Some(parent) {
                return Err(malformed(MalformedKind::WholeFromWithin, signature));
            }
            document.root()
        }
        // Not only NCNames: some providers make IDs that begin with a digit, and sign them.
        Some(id) if !id.is_empty() && !id.contains('(') => by_id(document, id, parent)?,
        _ => return Err(malformed(MalformedKind::ForeignUri(shape.uri.clone()), shape.signed_info)),
    };
    let (canonicalization, prefix_list, enveloped) = transforms;
    // A bare name and an empty URI both name a node-set without its comments, before any transform (§4.4.3.2, §4.4.3.3).
    let canonicalization = Canonicalization { comments: false, ..canonicalization };
    Ok(Target { element: parent, node, canonicalization, prefix_list, enveloped })
}

/// The one element of that ID, which must be the one that the signature stands in (SAML 2.0 Core §5.4.2).
fn by_id<'d>(document: &'d Document<'d>, id: &str, parent: Node<'d>) -> Result<Node<'d>, Fault> {
    let element = element_by_id(document, id).map_err(|count| match count {
        0 => Fault::ReferenceNotFound(id.to_owned()),
        count => Fault::ReferenceAmbiguous { id: id.to_owned(), count },
    })?;
    if element != parent {
        let signed = element.local_name().to_owned();
        return Err(malformed(MalformedKind::NotItsParent { signed }, element));
    }
    Ok(element)
}

/// The one element that has an ID.
///
/// # Errors
/// How many have it, where that is not one.
pub fn element_by_id<'d>(document: &'d Document<'d>, id: &str) -> Result<Node<'d>, usize> {
    let mut found = document.elements_by_id(id).filter(|node| has_id(*node, id));
    match (found.next(), found.count()) {
        (Some(element), 0) => Ok(element),
        (None, _) => Err(0),
        (Some(_), more) => Err(more + 1),
    }
}

/// Whether an element has this ID. Only attributes without namespace count, and only by the names that SAML gives them:
/// `ID`, and in SAML 1.1 `AssertionID`, `ResponseID` and `RequestID`.
///
/// `ID` counts on foreign elements too: some verifier would take them for it, so that they make an ID ambiguous.
fn has_id(node: Node<'_>, id: &str) -> bool {
    node.attributes().any(|attribute| {
        let name = match attribute.local_name() {
            "ID" => true,
            "AssertionID" => node.is(ASSERTION_1, "Assertion"),
            "ResponseID" => node.is(PROTOCOL_1, "Response"),
            "RequestID" => node.is(PROTOCOL_1, "Request"),
            _ => false,
        };
        name && attribute.namespace().is_empty() && attribute.value() == id
    })
}

/// The ID of an element that may be signed, by the name that its version of SAML gives it.
pub fn id_of(node: Node<'_>) -> Option<String> {
    let name = match (node.namespace(), node.local_name()) {
        (ASSERTION_1, "Assertion") => "AssertionID",
        (PROTOCOL_1, "Response") => "ResponseID",
        (PROTOCOL_1, "Request") => "RequestID",
        _ => "ID",
    };
    node.attribute(name).map(|attribute| attribute.value().into_owned())
}

/// Canonicalization, its prefix list, and whether the signature is left out (SAML 2.0 Core §5.4.4).
fn transforms(shape: &Shape<'_>) -> Result<(Canonicalization, String, bool), Fault> {
    let forbidden = |what: &str| Fault::ForbiddenTransform(what.to_owned());
    // Where no transform makes octets of the node-set, Canonical XML 1.0 does (XMLDSig 1.1 §4.4.3.2).
    let mut canonicalization = None;
    let mut enveloped = false;
    for transform in &shape.transforms {
        let uri = transform.algorithm.as_str();
        if uri == ENVELOPED {
            // Once, and before the octets are made: after that there are no nodes to leave out.
            if enveloped || canonicalization.is_some() {
                return Err(forbidden(uri));
            }
            enveloped = true;
        } else if let Some(method) = Canonicalization::from_uri(uri) {
            if canonicalization.is_some() {
                return Err(forbidden(uri));
            }
            canonicalization = Some((method, transform.prefix_list()));
        } else {
            return Err(forbidden(uri));
        }
    }
    if shape.transforms.len() > MOST_TRANSFORMS {
        return Err(forbidden("more than two transforms"));
    }
    let (method, prefix_list) =
        canonicalization.unwrap_or((Canonicalization::new(CanonicalMethod::Inclusive10, false), String::new()));
    Ok((method, prefix_list, enveloped))
}

fn malformed(kind: MalformedKind, node: Node<'_>) -> Fault {
    Fault::Malformed(Malformed { kind, span: node.span() })
}

/// Every `<ds:Signature>` of a document in order.
pub fn signatures<'d>(document: &'d Document<'d>) -> impl Iterator<Item = Node<'d>> {
    document.elements_named(DSIG, "Signature")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsig::structure;
    use crate::xml::{Doctype, read};

    const INNER: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

    /// What a signature with this URI and these transforms, in the root of a document, names.
    fn resolved(root: &str, uri: &str, transforms: &[&str]) -> Result<(Option<String>, bool), Fault> {
        let transform = |uri: &&str| format!("<Transform Algorithm='{uri}'/>");
        let transforms: String = transforms.iter().map(transform).collect();
        let transforms =
            if transforms.is_empty() { transforms } else { format!("<Transforms>{transforms}</Transforms>") };
        let signature = format!(
            "<Signature xmlns='{DSIG}'><SignedInfo><CanonicalizationMethod Algorithm='{INNER}'/><SignatureMethod \
             Algorithm='x'/><Reference URI='{uri}'>{transforms}<DigestMethod Algorithm='y'/><DigestValue>AA==</DigestValue>\
             </Reference></SignedInfo><SignatureValue>AA==</SignatureValue></Signature>"
        );
        let text = root.replace("HERE", &signature);
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        let signature = signatures(&document).next().unwrap();
        let shape = structure::read(signature).unwrap();
        let target = resolve(signature, &shape)?;
        Ok((id_of(target.element), target.enveloped))
    }

    fn foreign(uri: &str) -> bool {
        let found = resolved("<a ID='x'>HERE</a>", uri, &[]);
        matches!(found, Err(Fault::Malformed(Malformed { kind: MalformedKind::ForeignUri(_), .. })))
    }

    #[test]
    fn only_a_bare_name_or_nothing_names_something() {
        let named = |uri| resolved("<a ID='x'>HERE</a>", uri, &[]);
        assert_eq!(named("#x"), Ok((Some("x".to_owned()), false)));
        assert_eq!(named(""), Ok((Some("x".to_owned()), false)));
        for uri in ["#", "#xpointer(/)", "#xpointer(id(x))", "x", "cid:x", "http://x.example/#x"] {
            assert!(foreign(uri), "{uri}");
        }
        assert_eq!(named("#y"), Err(Fault::ReferenceNotFound("y".to_owned())));
        // All of the document, by a signature that stands in a part of it.
        let within = resolved("<a><b ID='x'>HERE</b></a>", "", &[]);
        assert!(matches!(within, Err(Fault::Malformed(Malformed { kind: MalformedKind::WholeFromWithin, .. }))));
        let other = resolved("<a ID='y'><b ID='x'/>HERE</a>", "#x", &[]);
        assert!(matches!(other, Err(Fault::Malformed(Malformed { kind: MalformedKind::NotItsParent { .. }, .. }))));
    }

    #[test]
    fn an_id_is_what_saml_calls_one_and_stands_once() {
        for more in ["<b ID='x'/>", "<b><c ID='x'/></b>"] {
            let found = resolved(&format!("<a ID='x'>{more}HERE</a>"), "#x", &[]);
            assert_eq!(found, Err(Fault::ReferenceAmbiguous { id: "x".to_owned(), count: 2 }), "{more}");
        }
        let three = resolved("<a ID='x'><b ID='x'/><c ID='x'/>HERE</a>", "#x", &[]);
        assert_eq!(three, Err(Fault::ReferenceAmbiguous { id: "x".to_owned(), count: 3 }));
        // Elsewhere these are no IDs, and in a namespace none is.
        for more in [
            "<b AssertionID='x'/>",
            "<b ResponseID='x'/>",
            "<b RequestID='x'/>",
            "<b n:ID='x' xmlns:n='n'/>",
            "<b Id='x'/>",
        ] {
            assert!(resolved(&format!("<a ID='x'>{more}HERE</a>"), "#x", &[]).is_ok(), "{more}");
        }
        for (name, namespace, attribute) in [
            ("Assertion", ASSERTION_1, "AssertionID"),
            ("Response", PROTOCOL_1, "ResponseID"),
            ("Request", PROTOCOL_1, "RequestID"),
        ] {
            let own = format!("<{name} xmlns='{namespace}' {attribute}='x'>HERE</{name}>");
            assert_eq!(resolved(&own, "#x", &[]), Ok((Some("x".to_owned()), false)), "{name}");
            let of_2 = format!("<{name} xmlns='urn:oasis:names:tc:SAML:2.0:protocol' {attribute}='x'>HERE</{name}>");
            assert_eq!(resolved(&of_2, "#x", &[]), Err(Fault::ReferenceNotFound("x".to_owned())), "{name}");
        }
    }

    #[test]
    fn transforms_are_two_at_most_each_once_and_in_their_order() {
        let of = |transforms: &[&str]| resolved("<a ID='x'>HERE</a>", "#x", transforms).map(|(_, enveloped)| enveloped);
        assert_eq!(of(&[]), Ok(false));
        assert_eq!(of(&[ENVELOPED]), Ok(true));
        assert_eq!(of(&[INNER]), Ok(false));
        assert_eq!(of(&[ENVELOPED, INNER]), Ok(true));
        for wrong in [
            &[INNER, ENVELOPED][..],
            &[ENVELOPED, ENVELOPED],
            &[INNER, INNER],
            &["http://www.w3.org/TR/1999/REC-xpath-19991116"],
            &[ENVELOPED, INNER, "http://www.w3.org/2000/09/xmldsig#base64"],
        ] {
            assert!(matches!(of(wrong), Err(Fault::ForbiddenTransform(_))), "{wrong:?}");
        }
    }
}
