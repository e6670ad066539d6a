//! Faults of signers: the message arrives as it was sent, and was never signed as it says.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use samlens::crypto::DigestAlgorithm;
use samlens::dsig::signed_octets;
use samlens::xml::{Canonicalization, Node, NodeKind};

use super::forms::{beyond_ascii, leaves, value};
use super::namespaces::{by_method, with_list, with_unused, without_prefix_lists};
use super::sign::{Manner, again, below, content, document, octets, replaced, signatures, signed_over};
use super::{Edit, Edited, Make};

pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
pub const INCLUSIVE_11: &str = "http://www.w3.org/2006/12/xml-c14n11";
fn method(uri: &str) -> Canonicalization {
    Canonicalization::from_uri(uri).unwrap()
}

/// The outermost signature, over what the signer took.
fn over(text: &str, take: impl Fn(Node<'_>) -> Option<Vec<u8>>) -> Option<Edited> {
    over_by(text, &Manner::default(), take)
}

fn over_by(text: &str, manner: &Manner, take: impl Fn(Node<'_>) -> Option<Vec<u8>>) -> Option<Edited> {
    let taken = {
        let document = document(text);
        take(signatures(&document)[0])?
    };
    Some(Edited::of(signed_over(text, 0, &taken, manner)?))
}

fn rightly(signature: Node<'_>) -> Option<Vec<u8>> {
    signed_octets(signature).ok()
}

pub const METHODS: &[Edit] = &[
    Edit::new("hashed inclusively", &[&["inclusive-for-exclusive"]], |make| {
        let text = again(&with_unused(&make.xml))?;
        over(&text, |signature| Some(octets(signature.parent()?, method(INCLUSIVE), "", Some(signature))))
    }),
    Edit::new("hashed exclusively", &[&["exclusive-for-inclusive"]], |make| {
        let text = by_method(&with_unused(&make.xml), [INCLUSIVE, INCLUSIVE_11][make.number % 2])?;
        over(&text, |signature| Some(octets(signature.parent()?, method(EXCLUSIVE), "", Some(signature))))
    }),
    Edit::new("SignedInfo hashed inclusively", &[&["inclusive-for-exclusive"]], |make| {
        let text = again(&with_unused(&make.xml))?;
        over_by(&text, &Manner { canonicalization: Some(method(INCLUSIVE)), ..Manner::default() }, rightly)
    }),
    Edit::new("PrefixList not said", &[&["prefix-list-missing"]], |make| {
        let text = again(&without_prefix_lists(&with_unused(&make.xml)))?;
        over(&exclusive(&text)?, |signature| {
            Some(octets(
                signature.parent()?,
                method(EXCLUSIVE),
                ["xs", "xs xsi", "xsi"][make.number % 3],
                Some(signature),
            ))
        })
    }),
    Edit::new("PrefixList said and not followed", &[&["prefix-list-other", "prefix-list-missing"]], |make| {
        let text = exclusive(&with_list(make)?)?;
        over(&text, |signature| Some(octets(signature.parent()?, method(EXCLUSIVE), "", Some(signature))))
    }),
    Edit::new("comments hashed as well", &[&["with-comments"]], |make| {
        let at = leaves(&make.xml).first()?.1.end;
        let at = at + make.xml[at..].find('>')? + 1;
        let text = again(&replaced(&make.xml, at..at, "<!-- issued by node 3 -->"))?;
        over(&text, |signature| Some(as_declared(signature, signature.parent()?, true)))
    }),
];

/// The bytes of an element as they stand, without some within.
fn raw(text: &str, of: Range<usize>, without: Range<usize>) -> Vec<u8> {
    [&text.as_bytes()[of.start..without.start], &text.as_bytes()[without.end..of.end]].concat()
}

pub const TAKEN: &[Edit] = &[
    Edit::new("the whole message hashed", &[&["wrong-element"]], |make| {
        over(&make.xml, |signature| {
            let root = signature.document().root_element().filter(|root| Some(*root) != signature.parent())?;
            Some(as_declared(signature, root, false))
        })
    }),
    Edit::new("another element hashed", &[&["wrong-element"]], |make| {
        over(&make.xml, |signature| {
            let names = ["Assertion", "Subject", "AttributeStatement", "Issuer"];
            let wanted = names[make.number % names.len()];
            let inner = signature
                .parent()?
                .descendants()
                .find(|node| node.local_name() == wanted && Some(*node) != signature.parent())?;
            Some(as_declared(signature, inner, false))
        })
    }),
    Edit::new("the content without its tags hashed", &[&["wrong-element"]], |make| {
        over(&make.xml, |signature| {
            let parts = signature.parent()?.children().filter(|node| *node != signature);
            Some(
                parts
                    .flat_map(|node| match node.kind() {
                        NodeKind::Element => as_declared(signature, node, false),
                        _ => node.source().as_bytes().to_vec(),
                    })
                    .collect(),
            )
        })
    }),
    Edit::new("enveloped-signature not said", &[&["not-enveloped"]], |make| {
        let at = make.xml.find("xmldsig#enveloped-signature\"")?;
        let start = make.xml[..at].rfind('<')?;
        let end = at + make.xml[at..].find('>')? + 1;
        let text = replaced(&make.xml, start..end, "");
        over(&text, |signature| Some(as_declared(signature, signature.parent()?, false)))
    }),
    Edit::new("hashed with an empty Signature in it", &[&["not-enveloped"]], |make| {
        let empty = |text: &str, name: &str| {
            let range = content(text, 0, name);
            replaced(text, range, "")
        };
        let template = empty(&empty(&make.xml, "SignatureValue"), "DigestValue");
        let taken = {
            let document = document(&template);
            let signature = signatures(&document)[0];
            octets(signature.parent()?, declared(signature), &list_of(signature), None)
        };
        Some(Edited::of(signed_over(&make.xml, 0, &taken, &Manner::default())?))
    }),
    Edit::new("the text hashed as it is sent", &[&["transport-form"]], |make| {
        // A form that is not the canonical one, as most are: the attributes in another order, elements that close themselves.
        over(&make.xml, |signature| Some(raw(&make.xml, signature.parent()?.span(), signature.span())))
    }),
    Edit::new("the whole document hashed as it is sent", &[&["transport-form"]], |make| {
        over(&make.xml, |signature| Some(raw(&make.xml, 0..make.xml.len(), signature.span())))
    }),
    Edit::new("base64 hashed", &[&["transport-form"]], |make| {
        over(&make.xml, |signature| {
            Some(STANDARD.encode(raw(&make.xml, 0..make.xml.len(), signature.span())).into_bytes())
        })
    }),
    Edit::new("another digest than said", &[&["other-digest"]], |make| {
        let other = [DigestAlgorithm::Sha1, DigestAlgorithm::Sha512, DigestAlgorithm::Sha384][make.number % 3];
        over_by(&make.xml, &Manner { digest: Some(other), ..Manner::default() }, rightly)
    }),
    Edit::new("SHA-256 where SHA-1 is said", &[&["other-digest"]], |make| {
        let text =
            make.xml.replace("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1");
        let text = again(&text)?;
        over_by(&text, &Manner { digest: Some(DigestAlgorithm::Sha256), ..Manner::default() }, rightly)
    }),
    Edit::new("the signature's hash is another than said", &[&["other-algorithm", "other-digest"]], |make| {
        let other = [DigestAlgorithm::Sha1, DigestAlgorithm::Sha512][make.number % 2];
        over_by(&make.xml, &Manner { hash: Some(other), ..Manner::default() }, rightly)
    }),
    Edit::new("hashed in Latin-1", &[&["encoding-mistaken"]], |make| {
        let text = beyond_ascii(make)?;
        let one_byte = |octets: Vec<u8>| {
            let text = String::from_utf8(octets).unwrap();
            text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>()
        };
        over(&text, |signature| one_byte(signed_octets(signature).ok()?))
    }),
    Edit::new("hashed as it was misread", &[&["encoding-mistaken"]], |make| {
        let text = beyond_ascii(make)?;
        over(&text, |signature| {
            let octets = signed_octets(signature).ok()?;
            Some(octets.into_iter().map(char::from).collect::<String>().into_bytes())
        })
    }),
    Edit::new("\" hashed as &quot;", &[&["re-escaped"]], |make| {
        let text = with_marks(make)?;
        let taken = octets_with(&text, |text| text.replace("say \"yes\"", "say &quot;yes&quot;"))?;
        Some(Edited::of(signed_over(&text, 0, &taken, &Manner::default())?))
    }),
    Edit::new("> hashed as it is", &[&["re-escaped"]], |make| {
        let text = with_marks(make)?;
        let taken = octets_with(&text, |text| text.replace("&gt;", ">"))?;
        Some(Edited::of(signed_over(&text, 0, &taken, &Manner::default())?))
    }),
    Edit::new("a carriage return hashed as it is", &[&["re-escaped", "crlf-to-lf", "lf-to-crlf"]], |make| {
        let range = value(make, &make.xml)?;
        let text = again(&replaced(&make.xml, range, "one&#13;\ntwo"))?;
        let taken = octets_with(&text, |text| text.replace("&#xD;", "\r"))?;
        Some(Edited::of(signed_over(&text, 0, &taken, &Manner::default())?))
    }),
];

/// The canonicalization that the Reference names.
fn declared(signature: Node<'_>) -> Canonicalization {
    let transforms = below(signature, "Transforms").elements().filter_map(|node| node.attribute("Algorithm"));
    transforms.filter_map(|uri| Canonicalization::from_uri(&uri.value())).next().unwrap()
}

/// An element as the Reference says that it is canonicalized, but for the element.
fn as_declared(signature: Node<'_>, element: Node<'_>, comments: bool) -> Vec<u8> {
    octets(element, Canonicalization { comments, ..declared(signature) }, &list_of(signature), Some(signature))
}

/// A message whose first Reference is canonicalized exclusively.
fn exclusive(text: &str) -> Option<String> {
    let document = document(text);
    (declared(signatures(&document)[0]) == method(EXCLUSIVE)).then(|| text.to_owned())
}

/// The PrefixList of a Reference.
fn list_of(signature: Node<'_>) -> String {
    let lists = below(signature, "Transforms").descendants().filter(|node| node.local_name() == "InclusiveNamespaces");
    let list = lists.filter_map(|node| node.attribute("PrefixList")).map(|list| list.value().into_owned()).next();
    list.unwrap_or_default()
}

fn with_marks(make: &Make) -> Option<String> {
    again(&replaced(&make.xml, value(make, &make.xml)?, "say \"yes\" if 2 &gt; 1"))
}

/// What the outermost signature is over, written otherwise.
fn octets_with(text: &str, write: impl Fn(String) -> String) -> Option<Vec<u8>> {
    let document = document(text);
    let octets = signed_octets(signatures(&document)[0]).ok()?;
    Some(write(String::from_utf8(octets).ok()?).into_bytes())
}
