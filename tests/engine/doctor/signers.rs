//! Faults of signers, and what namespaces suffer on the way: the message that arrives was never signed as it says.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use samlens::crypto::DigestAlgorithm;
use samlens::dsig::signed_octets;
use samlens::xml::{Canonicalization, Node};

use super::forms::{beyond_ascii, leaves, value};
use super::sign::{Manner, again, below, document, octets, replaced, signatures, signed, signed_over};
use super::{Edit, Edited, Make};

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const INCLUSIVE_11: &str = "http://www.w3.org/2006/12/xml-c14n11";
const XS: &str = " xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"";
const XSI: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

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

/// The start of the attributes of the root.
fn in_root(text: &str) -> usize {
    let root = document(text).root_element().unwrap().span().start;
    root + text[root..].find([' ', '\n']).unwrap()
}

/// With namespaces on the root that nothing uses there; those that are there already stay.
fn with_unused(text: &str) -> String {
    let mut text = text.to_owned();
    for (prefix, declaration) in [("xs", XS), ("xsi", XSI), ("ds", " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"")]
    {
        let root = document(&text).root_element().unwrap().open_tag().to_owned();
        if !text[root].contains(&format!("xmlns:{prefix}=")) {
            let at = in_root(&text);
            text = replaced(&text, at..at, declaration);
        }
    }
    text
}

/// Every Reference and SignedInfo canonicalized by this method, and rightly signed.
fn by_method(text: &str, uri: &str) -> Option<String> {
    let mut text = text.to_owned();
    for from in [EXCLUSIVE, INCLUSIVE, INCLUSIVE_11] {
        text = text.replace(&format!("Transform Algorithm=\"{from}\""), &format!("Transform Algorithm=\"{uri}\""));
    }
    again(&without_prefix_lists(&text))
}

fn without_prefix_lists(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = text.find("<ec:InclusiveNamespaces") {
        let end = at + text[at..].find("/>").unwrap() + 2;
        text.replace_range(at..end, "");
    }
    text
}

/// The message with a PrefixList of `xs`, which its root declares.
fn with_list(make: &Make) -> Option<String> {
    let list = format!("<ec:InclusiveNamespaces xmlns:ec=\"{EXCLUSIVE}\" PrefixList=\"xs\"/>");
    let mut text = without_prefix_lists(&with_unused(&make.xml));
    let document = document(&text.clone()).to_owned_spans();
    for (span, name, open) in document.into_iter().rev() {
        if open {
            continue;
        }
        let body = text[span.clone()].trim_end_matches("/>").to_owned();
        text = replaced(&text, span, &format!("{body}>{list}</{name}>"));
    }
    again(&text)
}

/// The exclusive Transforms of a message: where each stands, its name as it is written, and whether it is open.
trait Transforms {
    fn to_owned_spans(&self) -> Vec<(Range<usize>, String, bool)>;
}

impl Transforms for samlens::xml::Document<'_> {
    fn to_owned_spans(&self) -> Vec<(Range<usize>, String, bool)> {
        let exclusive = |node: &Node<'_>| node.attribute("Algorithm").is_some_and(|value| value.value() == EXCLUSIVE);
        let found = self.nodes().filter(|node| node.local_name() == "Transform" && exclusive(node));
        let name = |node: Node<'_>| node.source()[1..].split([' ', '/', '>']).next().unwrap().to_owned();
        found.map(|node| (node.span(), name(node), !node.source().ends_with("/>"))).collect()
    }
}

pub const NAMESPACES: &[Edit] = &[
    Edit::new("unused namespaces dropped", &[&["namespace-dropped"]], |make| {
        let text = by_method(&with_unused(&make.xml), INCLUSIVE)?;
        let after = text.replacen(XS, "", usize::from(!make.xml.contains("xs:"))).replacen(
            XSI,
            "",
            usize::from(!make.xml.contains("xsi:")),
        );
        Edited::unless_same(&text, after)
    }),
    Edit::new("a product's namespace dropped", &[&["namespace-dropped"]], |make| {
        if !make.xml.contains("xmlns:orafed-arxn=") {
            return None;
        }
        Edited::unless_same(
            &make.xml,
            make.xml.replace(" xmlns:x500=\"urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500\"", ""),
        )
    }),
    Edit::new("the namespace of types dropped", &[&["namespace-dropped"]], |make| {
        let text = with_list(make)?;
        let at = text.find(XS)?;
        Some(Edited::of(replaced(&text, at..at + XS.len(), "")))
    }),
    Edit::new("namespaces moved to the root", &[&["namespace-moved"]], |make| {
        let text = by_method(&make.xml, INCLUSIVE)?;
        let root = document(&text).root_element().unwrap().open_tag();
        if !text.contains(XSI) || text[root.clone()].contains(XSI) {
            return None;
        }
        let (head, body) = text.split_at(root.end);
        let had_xs = body.contains(XS) && !head.contains(XS);
        let body = body.replace(XSI, "").replace(if had_xs { XS } else { "\0" }, "");
        let at = in_root(&text);
        Some(Edited::of(format!("{}{XSI}{}{}{body}", &head[..at], if had_xs { XS } else { "" }, &head[at..])))
    }),
    Edit::new("namespaces moved to where they are used", &[&["namespace-moved"]], |make| {
        let text = with_unused(&without_types(&make.xml)?);
        let text = by_method(&text, INCLUSIVE)?;
        let after = text.replacen(XS, "", 1).replacen(XSI, "", 1);
        Some(Edited::of(after.replace(" xsi:type=", &format!("{XS}{XSI} xsi:type="))))
    }),
    Edit::new("prefix declared again within", &[&["namespace-moved", "namespace-added"]], |make| {
        let text = with_list(make)?;
        let at = leaves(&text).iter().rev().find(|(name, _)| name == "AttributeValue")?.1.start - 1;
        Some(Edited::of(replaced(&text, at..at, " xmlns:xs=\"http://www.w3.org/2001/XMLSchema#\""))).filter(|_| false) // Another namespace under the same prefix changes what is said: no edit of the form.
    }),
];

/// Types whose namespaces stand on the root alone.
fn without_types(text: &str) -> Option<String> {
    let root = document(text).root_element().unwrap().open_tag();
    let (head, body) = text.split_at(root.end);
    if !body.contains("xsi:type=\"xs:") {
        return None;
    }
    Some(format!("{head}{}", body.replace(XS, "").replace(XSI, "")))
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
        over(&text, |signature| {
            Some(octets(
                signature.parent()?,
                method(EXCLUSIVE),
                ["xs", "xs xsi", "xs ds"][make.number % 3],
                Some(signature),
            ))
        })
    }),
    Edit::new(
        "PrefixList said and not followed",
        &[&["prefix-list-ignored", "prefix-list-missing", "prefix-list-other"]],
        |make| {
            let text = with_list(make)?;
            over(&text, |signature| Some(octets(signature.parent()?, method(EXCLUSIVE), "", Some(signature))))
        },
    ),
    Edit::new(
        "comments hashed as well",
        &[&["comments-kept", "comments-hashed", "comments-removed", "comments"]],
        |make| {
            let at = leaves(&make.xml).first()?.1.end;
            let at = at + make.xml[at..].find('>')? + 1;
            let text = again(&replaced(&make.xml, at..at, "<!-- issued by node 3 -->"))?;
            let exclusive = Canonicalization { comments: true, ..method(EXCLUSIVE) };
            over(&text, |signature| Some(octets(signature.parent()?, exclusive, "", Some(signature))))
        },
    ),
];

/// The bytes of an element as they stand, without some within.
fn raw(text: &str, of: Range<usize>, without: Range<usize>) -> Vec<u8> {
    [&text.as_bytes()[of.start..without.start], &text.as_bytes()[without.end..of.end]].concat()
}

pub const TAKEN: &[Edit] = &[
    Edit::new("the whole message hashed", &[&["wrong-element"]], |make| {
        over(&make.xml, |signature| {
            let root = signature.document().root_element().filter(|root| Some(*root) != signature.parent())?;
            Some(octets(root, method(EXCLUSIVE), "", Some(signature)))
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
            Some(octets(inner, method(EXCLUSIVE), "", None))
        })
    }),
    Edit::new("the content without its tags hashed", &[&["wrong-element"]], |make| {
        over(&make.xml, |signature| {
            let parts = signature.parent()?.children().filter(|node| *node != signature);
            Some(parts.flat_map(|node| octets(node, method(EXCLUSIVE), "", None)).collect())
        })
    }),
    Edit::new("enveloped-signature not said", &[&["not-enveloped"]], |make| {
        let at = make.xml.find("xmldsig#enveloped-signature\"")?;
        let start = make.xml[..at].rfind('<')?;
        let end = at + make.xml[at..].find('>')? + 1;
        let text = replaced(&make.xml, start..end, "");
        over(&text, |signature| {
            Some(octets(signature.parent()?, method(EXCLUSIVE), list_of(signature).as_str(), Some(signature)))
        })
    }),
    Edit::new("hashed with an empty Signature in it", &[&["not-enveloped"]], |make| {
        let empty = |text: &str, name: &str| {
            let range = super::sign::content(text, 0, name);
            replaced(text, range, "")
        };
        let template = empty(&empty(&make.xml, "SignatureValue"), "DigestValue");
        let taken = {
            let document = document(&template);
            octets(signatures(&document)[0].parent()?, method(EXCLUSIVE), "", None)
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
    Edit::new(
        "the signature's hash is another than said",
        &[&["other-digest", "other-algorithm", "other-hash"]],
        |make| {
            let other = [DigestAlgorithm::Sha1, DigestAlgorithm::Sha512][make.number % 2];
            over_by(&make.xml, &Manner { hash: Some(other), ..Manner::default() }, rightly)
        },
    ),
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

/// A message that nobody changed, and whose signer did all rightly: each of the ways in which edits here begin.
pub fn sound(make: &Make) -> Vec<String> {
    let unused = with_unused(&make.xml);
    let all = [
        signed(&make.xml, 0).map(|_| make.xml.clone()),
        again(&unused),
        by_method(&unused, INCLUSIVE),
        with_list(make),
        beyond_ascii(make),
    ];
    all.into_iter().flatten().collect()
}
