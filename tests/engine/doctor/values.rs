//! A value edited whose original stands elsewhere, keys that are not the right ones, and pairs of edits.

use std::fs;
use std::ops::Range;
use std::path::Path;

use samlens::dsig::{Fault, KeyRing, verify_document};

use super::forms::{beyond_ascii, indented, leaves, value};
use super::printers::{self, BEAUTIFIER, EDITOR, XMLLINT};
use super::sign::{again, content, document, replaced, signatures};
use super::{Edit, Edited, Make};

/// The last value of an element of this name that a signature is over.
fn named(text: &str, name: &str) -> Option<Range<usize>> {
    leaves(text).into_iter().rev().find(|(found, _)| found == name).map(|(_, range)| range)
}

fn edited(make: &Make, name: &str, change: impl Fn(&str) -> String) -> Option<Edited> {
    let range = named(&make.xml, name)?;
    let was = make.xml[range.clone()].to_owned();
    Edited::unless_same(&make.xml, replaced(&make.xml, range, &change(&was)))
}

/// The values of an attribute that a signature is over.
fn attributes(text: &str, name: &str) -> Vec<Range<usize>> {
    let document = document(text);
    let Some(target) = signatures(&document).last().and_then(|signature| signature.parent()) else { return Vec::new() };
    target.descendants().filter_map(|node| node.attribute(name)).map(|attribute| attribute.value_span()).collect()
}

/// Another message of the same user, as would be in the same trace.
fn logout(name_id: &str) -> String {
    format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_other\" Version=\"2.0\" \
         IssueInstant=\"2026-03-01T08:10:00Z\"><saml:Issuer>https://sp.globex.example/metadata</saml:Issuer>\
         <saml:NameID>{name_id}</saml:NameID></samlp:LogoutRequest>"
    )
}

/// The same login, captured by another tool that kept the values.
fn other_capture(text: &str) -> String {
    let document = document(text);
    let spans: Vec<_> = signatures(&document).iter().map(|signature| signature.span()).collect();
    let mut out = text.to_owned();
    for span in
        spans.iter().rev().filter(|span| !spans.iter().any(|other| other.start < span.start && span.end < other.end))
    {
        out = replaced(&out, span.clone(), "");
    }
    out
}

pub const VALUES: &[Edit] = &[
    Edit::new("NameID edited, a LogoutRequest has it", &[&["value-edited"]], |make| {
        let was = make.xml[named(&make.xml, "NameID")?].to_owned();
        let mut edited = edited(make, "NameID", |_| "mallory@evil.example".to_owned())?;
        edited.given.inputs.push(logout(&was));
        Some(edited)
    }),
    Edit::new("an attribute edited, another capture has it", &[&["value-edited"]], |make| {
        let mut edited = edited(make, "AttributeValue", |_| "administrators".to_owned())?;
        edited.given.inputs.push(other_capture(&make.xml));
        Some(edited)
    }),
    Edit::new("Audience edited, the context has it", &[&["value-edited"]], |make| {
        let was = make.xml[named(&make.xml, "Audience")?].to_owned();
        let mut edited = edited(make, "Audience", |_| "https://other.example/sp".to_owned())?;
        edited.given.sp_entity_id = Some(was);
        Some(edited)
    }),
    Edit::new("Recipient edited, the context has it", &[&["value-edited"]], |make| {
        let range = attributes(&make.xml, "Recipient").into_iter().next_back()?;
        let was = make.xml[range.clone()].to_owned();
        let mut edited = Edited::of(replaced(&make.xml, range, "https://proxy.example/acs"));
        edited.given.received_at = Some(was);
        Some(edited)
    }),
    Edit::new("NameID in another case", &[&["value-edited"]], |make| {
        edited(
            make,
            "NameID",
            |was| if was.contains(char::is_uppercase) { was.to_lowercase() } else { was.to_uppercase() },
        )
        .filter(|_| named(&make.xml, "NameID").is_some_and(|range| !make.xml[range].contains("6UZv")))
        .map(|edited| edited.with(named(&make.xml, "NameID").map(|range| logout(&make.xml[range]))))
    }),
    Edit::new("NameID lower-cased, nothing has it", &[&["value-edited"]], |make| {
        let range = named(&make.xml, "NameID")?;
        let text = again(&replaced(
            &make.xml,
            range,
            ["ALICE@ACME.EXAMPLE", "Alice@acme.example", "Alice.Moreau@acme.example"][make.number % 3],
        ))?;
        let range = named(&text, "NameID")?;
        let lower = text[range.clone()].to_lowercase();
        // Two capitals in the midst of a name are a guess that nobody makes.
        (make.number % 3 != 2).then(|| Edited::of(replaced(&text, range, &lower)))
    }),
    Edit::new("slash at the end of Audience", &[&["value-edited"]], |make| {
        edited(make, "Audience", |was| format!("{was}/"))
    }),
    Edit::new("http for https in Issuer", &[&["value-edited"]], |make| {
        edited(make, "Issuer", |was| was.replacen("https://", "http://", 1))
    }),
    Edit::new("the end of validity edited", &[&["value-edited"]], |make| {
        // The same time stands in SubjectConfirmationData and in Conditions.
        let ranges = attributes(&make.xml, "NotOnOrAfter");
        let (first, last) = (ranges.first()?, ranges.last()?);
        let same = first != last && make.xml[first.clone()] == make.xml[last.clone()];
        same.then(|| Edited::of(replaced(&make.xml, last.clone(), "2036-03-01T08:05:00Z")))
    }),
    Edit::new("Destination edited, the context has it", &[&["value-edited"]], |make| {
        let document = document(&make.xml);
        let target = signatures(&document).first()?.parent()?;
        let range = target.attribute("Destination")?.value_span();
        let was = make.xml[range.clone()].to_owned();
        let mut edited = Edited::of(replaced(&make.xml, range, "https://internal.example:8443/acs"));
        edited.given.received_at = Some(was);
        Some(edited)
    }),
    Edit::new("? for what is no ASCII, another capture has it", &[&["encoding-mistaken", "value-edited"]], |make| {
        let text = beyond_ascii(make)?;
        let (name, range) = leaves(&text).into_iter().find(|(_, range)| !text[range.clone()].is_ascii())?;
        let lost: String = text[range.clone()].chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        let mut edited = Edited::of(replaced(&text, range.clone(), &lost));
        edited.given.inputs.push(if name == "NameID" { logout(&text[range]) } else { other_capture(&text) });
        Some(edited)
    }),
];

fn certificate(key: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/signatures/keys").join(format!("{key}.crt"));
    fs::read_to_string(path).unwrap().lines().filter(|line| !line.starts_with('-')).collect()
}

/// Metadata of an entity: its keys, each with its use.
fn metadata(entity: &str, role: &str, keys: &[(&str, &str)]) -> String {
    let keys = keys.iter().map(|(key_use, key)| {
        format!(
            "<KeyDescriptor use='{key_use}'><KeyInfo xmlns='http://www.w3.org/2000/09/xmldsig#'><X509Data>\
             <X509Certificate>{}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>",
            certificate(key)
        )
    });
    let location = match role {
        "IDPSSODescriptor" => {
            "<SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect' Location='https://idp.example/sso'/>"
        }
        _ => {
            "<AssertionConsumerService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' Location='https://sp.example/acs' index='0'/>"
        }
    };
    format!(
        "<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' entityID='{entity}'>\
         <{role} protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>{}{location}</{role}></EntityDescriptor>",
        keys.collect::<String>()
    )
}

/// The message without the KeyInfo of its outermost signature, and whose it is.
fn without_key(make: &Make) -> Option<(Edited, String)> {
    // Metadata that vouches for metadata is a matter of its own.
    if !make.xml.contains("KeyInfo>") || make.name == "metadata" {
        return None;
    }
    let range = content(&make.xml, 0, "KeyInfo");
    let text = replaced(&make.xml, range, "");
    let text = text.replacen("<ds:KeyInfo></ds:KeyInfo>", "", 1).replacen("<KeyInfo></KeyInfo>", "", 1).replacen(
        "<dsig:KeyInfo></dsig:KeyInfo>",
        "",
        1,
    );
    let text = text.replacen("<ns2:KeyInfo></ns2:KeyInfo>", "", 1);
    let document = document(&make.xml);
    let target = signatures(&document)[0].parent()?;
    let issuer =
        target.elements().find(|node| node.local_name() == "Issuer").map(|node| node.text_content().trim().to_owned());
    let issuer = issuer.or_else(|| target.attribute("entityID").map(|id| id.value().into_owned()))?;
    (signatures(&document).len() == 1 && target.local_name() != "AuthnRequest").then(|| (Edited::of(text), issuer))
}

pub const KEYS: &[Edit] = &[
    Edit::new("the key is one of metadata that is for encryption", &[&["other-key"]], |make| {
        let (mut edited, issuer) = without_key(make)?;
        edited.given.pinned = false;
        let keys = [("signing", "other-rsa2048"), ("encryption", make.key.as_str())];
        edited.given.metadata.push(metadata(&issuer, "IDPSSODescriptor", &keys));
        Some(edited)
    }),
    Edit::new("the key is another entity's", &[&["other-key"]], |make| {
        let (mut edited, issuer) = without_key(make)?;
        edited.given.pinned = false;
        edited.given.metadata.push(metadata(&issuer, "IDPSSODescriptor", &[("signing", "other-rsa2048")]));
        edited.given.metadata.push(metadata(
            "https://staging.acme.example/saml",
            "IDPSSODescriptor",
            &[("signing", &make.key)],
        ));
        Some(edited)
    }),
    Edit::new("the key is the service's", &[&["other-key"]], |make| {
        let (mut edited, issuer) = without_key(make)?;
        edited.given.pinned = false;
        edited.given.metadata.push(metadata(&issuer, "IDPSSODescriptor", &[("signing", "other-rsa2048")]));
        edited.given.metadata.push(metadata(
            "https://sp.globex.example/metadata",
            "SPSSODescriptor",
            &[("signing", &make.key)],
        ));
        Some(edited)
    }),
];

fn latin1(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// Whether every digest of the message is another than the one that is stated.
fn all_broken(text: &str) -> bool {
    let verdicts = verify_document(&document(text), &KeyRing::default());
    verdicts.iter().all(|verdict| verdict.fault == Some(Fault::DigestMismatch))
}

pub const PAIRS: &[Edit] = &[
    Edit::new("printed, blanks around a value", &[&["pretty-printed"], &["text-padded"]], |make| {
        let text = printers::printed(&make.xml, &XMLLINT);
        let range = value(make, &text)?;
        Some(Edited::of(replaced(&text, range.clone(), &format!(" {} ", &text[range]))))
    }),
    Edit::new("printed, a value trimmed", &[&["pretty-printed"], &["text-trimmed"]], |make| {
        let range = value(make, &make.xml)?;
        let text = again(&replaced(&make.xml, range.clone(), &format!("{} ", &make.xml[range])))?;
        let range = value(make, &text)?;
        let text = replaced(&text, range.end - 1..range.end, "");
        Some(Edited::of(printers::printed(&text, &EDITOR)))
    }),
    Edit::new(
        "printed, a line end after a value",
        &[&["pretty-printed"], &["trailing-newline", "text-padded"]],
        |make| {
            let text = printers::printed(&make.xml, &XMLLINT);
            let range = value(make, &text)?;
            Some(Edited::of(replaced(&text, range.end..range.end, "\n")))
        },
    ),
    Edit::new("printed, UTF-8 read as Latin-1", &[&["pretty-printed"], &["encoding-mistaken"]], |make| {
        Some(Edited::of(latin1(&printers::printed(&beyond_ascii(make)?, &EDITOR))))
    }),
    Edit::new("printed, escaped twice", &[&["pretty-printed"], &["double-escaped"]], |make| {
        let range = value(make, &make.xml)?;
        let text = again(&replaced(&make.xml, range, "Research &amp; Development"))?;
        Some(Edited::of(printers::printed(&text.replace("Research &amp;", "Research &amp;amp;"), &XMLLINT)))
    }),
    Edit::new("printed, + became a blank", &[&["pretty-printed"], &["base64-damaged"]], |make| {
        let count = signatures(&document(&make.xml)).len();
        let text = (0..count).try_fold(make.xml.clone(), |text, at| {
            let range = content(&text, at, "SignatureValue");
            text[range.clone()].contains('+').then(|| replaced(&text, range.clone(), &text[range].replace('+', " ")))
        })?;
        Some(Edited::of(printers::printed(&text, &XMLLINT)))
    }),
    Edit::new(
        "line ends as &#13;, one more after a value",
        &[&["lf-to-crlf"], &["trailing-newline", "text-padded"]],
        |make| {
            let body = make.xml.replace("&#13;\n", "\n");
            let root = body.find("?>\n").map_or(0, |at| at + 3);
            let (prolog, body) = body.split_at(root);
            let text = format!("{prolog}{}", body.trim_end().replace('\n', "&#13;\n"));
            let range = value(make, &text)?;
            all_broken(&text).then(|| Edited::of(replaced(&text, range.end..range.end, "\n")))
        },
    ),
    Edit::new("printed, Audience edited", &[&["pretty-printed"], &["value-edited"]], |make| {
        let was = make.xml[named(&make.xml, "Audience")?].to_owned();
        let edited = edited(make, "Audience", |_| "https://other.example/sp".to_owned())?;
        let mut edited = Edited { xml: printers::printed(&edited.xml, &XMLLINT), ..edited };
        edited.given.sp_entity_id = Some(was);
        Some(edited)
    }),
    // Of a message that was indented before, three things are to be undone: its lines, other lines, and the letters.
    Edit::new("beautified, UTF-8 read as Latin-1", &[&["pretty-printed"], &["encoding-mistaken"]], |make| {
        let text = beyond_ascii(make).filter(|_| !indented(make))?;
        Some(Edited::of(printers::printed(&latin1(&text), &BEAUTIFIER)))
    })
    .also(&["text-padded"]),
];
