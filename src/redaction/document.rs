//! A message or metadata with pseudonyms in it: its markup, its times and what the standards fix stay as they are.

use super::layers::text_of;
use super::signatures;
use super::words::Kind;
use super::work::Work;
use crate::dsig::names::DSIG;
use crate::stated::{StatedDecryption, name_of};
use crate::xml::{Attribute, Doctype, Document, Node, NodeKind, read};

/// Attributes whose values the standards fix.
const FIXED: [&str; 36] = [
    "Version",
    "Format",
    "NameFormat",
    "Method",
    "Algorithm",
    "Binding",
    "ProtocolBinding",
    "protocolSupportEnumeration",
    "use",
    "index",
    "isDefault",
    "isRequired",
    "Type",
    "type",
    "IsPassive",
    "ForceAuthn",
    "WantAuthnRequestsSigned",
    "AuthnRequestsSigned",
    "WantAssertionsSigned",
    "Comparison",
    "lang",
    "nil",
    "cacheDuration",
    "Decision",
    "contactType",
    "Encoding",
    "EncodingType",
    "ValueType",
    "ProxyCount",
    "AllowCreate",
    "AssertionConsumerServiceIndex",
    "AttributeConsumingServiceIndex",
    "MinorVersion",
    "MajorVersion",
    "PrefixList",
    "schemaLocation",
];

/// Elements whose text is octets in base64.
const OCTETS: [&str; 10] = [
    "SignatureValue",
    "Modulus",
    "CipherValue",
    "X509SKI",
    "DigestValue",
    "PublicKey",
    "X509Digest",
    "BinarySecret",
    "X509CRL",
    "OAEPparams",
];

/// Elements whose text names a person, or may.
const PERSONS: [&str; 9] = [
    "NameID",
    "NameIdentifier",
    "GivenName",
    "SurName",
    "TelephoneNumber",
    "KeyName",
    "Username",
    "BaseID",
    "SPProvidedID",
];

/// The text with every value in it redacted, and its signatures made anew as far as they can be.
pub(super) fn redacted(work: &mut Work, text: &str, depth: usize) -> String {
    // What is cut off or broken is read as far as that goes, and the rest is text.
    let reading = read(text, Doctype::Show);
    let document = &reading.document;
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for node in document.nodes() {
        match node.kind() {
            NodeKind::Element => {
                for attribute in node.attributes() {
                    let old = attribute.value();
                    let new = of_attribute(work, node, &attribute, &old);
                    if new != *old {
                        edits.push((attribute.value_span(), escaped(&new, true)));
                    }
                }
            }
            NodeKind::Text | NodeKind::CData => {
                let Some(parent) = node.parent().filter(|parent| parent.kind() == NodeKind::Element) else { continue };
                let old = node.text();
                if old.trim().is_empty() {
                    continue;
                }
                let new = of_text(work, parent, &old, depth);
                if new != *old {
                    let is_cdata = node.kind() == NodeKind::CData && !new.contains("]]>");
                    edits.push((
                        node.span(),
                        if is_cdata { format!("<![CDATA[{new}]]>") } else { escaped(&new, false) },
                    ));
                }
            }
            NodeKind::Comment => {
                let old = node.text();
                let new = super::free::redacted(work, &old);
                if new != *old && !new.contains("--") {
                    edits.push((node.span(), format!("<!--{new}-->")));
                }
            }
            _ => {}
        }
    }
    if let Some(error) = &reading.error {
        let from = edits.iter().map(|(span, _)| span.end).max().unwrap_or(0).max(error.span.start);
        let rest = text.get(from..).unwrap_or_default();
        edits.push((from..text.len(), super::free::redacted(work, rest)));
    }
    // In one go, since a federation has a million of them.
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    edits.sort_by_key(|(span, _)| span.start);
    for (span, new) in edits.into_iter() {
        out += text.get(from..span.start).unwrap_or_default();
        out += &new;
        from = span.end;
    }
    out += text.get(from..).unwrap_or_default();
    signatures::made_anew(work, text, out)
}

fn of_attribute(work: &mut Work, node: Node<'_>, attribute: &Attribute<'_>, old: &str) -> String {
    let name = attribute.local_name();
    if FIXED.contains(&name) || old.is_empty() {
        return old.to_owned();
    }
    if let Some(time) = work.time(old) {
        return time;
    }
    match name {
        "ID" | "Id" | "InResponseTo" | "AssertionID" | "ResponseID" | "RequestID" | "URI" | "SessionIndex" | "id" => {
            work.words.put(old, Kind::Id, false)
        }
        "Address" | "DNSName" => work.words.put(old, Kind::Host, false),
        "Value" if node.local_name() == "StatusCode" => old.to_owned(),
        _ => of_value(work, old, Kind::Host, false),
    }
}

fn of_text(work: &mut Work, parent: Node<'_>, old: &str, depth: usize) -> String {
    let name = parent.local_name();
    if let Some(time) = work.time(old) {
        return time;
    }
    match name {
        "X509Certificate" => certificate(work, old).unwrap_or_else(|| old.to_owned()),
        name if OCTETS.contains(&name) => octets(work, parent, old),
        "StatusMessage" | "StatusDetail" | "Description" | "ServiceDescription" => super::free::redacted(work, old),
        "SessionIndex" | "AssertionIDRef" | "Artifact" | "RequestID" => {
            let new = text_of(work, old, depth + 1);
            if new == old { work.words.put(old, Kind::Id, false) } else { new }
        }
        name if PERSONS.contains(&name) => of_value(work, old, Kind::Person, true),
        "AttributeValue" => attribute_value(work, parent, old, depth),
        "AuthnContextClassRef" | "NameIDFormat" | "AuthenticationMethod" | "ConfirmationMethod" => {
            work.words.put(old, Kind::Value, false)
        }
        _ => of_value(work, old, Kind::Host, false),
    }
}

/// Attribute values name people, their groups and what they may do.
fn attribute_value(work: &mut Work, parent: Node<'_>, old: &str, depth: usize) -> String {
    let trimmed = old.trim();
    // What services read as it is: flags, lengths of time, and the parts of role pairs that are fixed.
    if matches!(trimmed, "true" | "false") || trimmed.len() < 6 && trimmed.bytes().all(|b| b.is_ascii_digit()) {
        return old.to_owned();
    }
    let attribute = parent.parent().and_then(|attribute| attribute.attribute("Name"));
    let name = attribute.map(|name| name.value().to_ascii_lowercase()).unwrap_or_default();
    if trimmed.starts_with("acs:")
        || trimmed.starts_with("arn:")
        || trimmed.starts_with("qcs::")
        || trimmed.contains("::")
    {
        return work.words.put(old, Kind::Account, false);
    }
    if trimmed.starts_with('<') {
        return text_of(work, old, depth + 1);
    }
    let kind = if name.contains("group") || name.contains("role") { Kind::Value } else { Kind::Person };
    of_value(work, old, kind, true)
}

/// A value: an address, an e-mail address, or words.
fn of_value(work: &mut Work, old: &str, kind: Kind, strict: bool) -> String {
    if let Some(new) = super::layers::encoded(work, old, 1) {
        return new;
    }
    if old.contains("://") || old.trim_start().starts_with("urn:") {
        return work.words.put(old, Kind::Host, false);
    }
    match old.rsplit_once('@') {
        Some((local, domain)) => {
            format!("{}@{}", work.words.put(local, Kind::Person, true), work.words.put(domain, Kind::Host, false))
        }
        None => work.words.put(old, kind, strict),
    }
}

fn certificate(work: &mut Work, old: &str) -> Option<String> {
    let octets = crate::crypto::armor::base64(old).ok()?;
    let new = work.certificate(&octets)?;
    if new == octets {
        return None;
    }
    Some(laid_out(old, &new))
}

/// Octets in base64 in the place of others: their key's where it is one, else anything of the same length.
fn octets(work: &mut Work, parent: Node<'_>, old: &str) -> String {
    let Ok(octets) = crate::crypto::armor::base64(old) else { return old.to_owned() };
    // Digests are made anew with the signatures, where they fitted.
    if parent.namespace() == DSIG && parent.local_name() == "DigestValue" && work.options.keep_certificates {
        return old.to_owned();
    }
    let new = match parent.local_name() {
        "Modulus" if work.options.keep_certificates => return old.to_owned(),
        "Modulus" => super::certificate::number(&mut work.words, &octets),
        "PublicKey" | "OAEPparams" => return old.to_owned(),
        _ => work.words.octets(&octets),
    };
    if let Some(text) = work.known.opened.get(&name_of(&octets)).cloned() {
        let text = text.map(|text| text_of(work, &text, 1));
        let cipher = name_of(&new);
        if work.stated.decrypted.iter().all(|known| known.cipher != cipher) {
            work.stated.decrypted.push(StatedDecryption { cipher, text });
        }
    }
    laid_out(old, &new)
}

/// Octets in base64 with the line breaks of what stood there.
pub(super) fn laid_out(old: &str, octets: &[u8]) -> String {
    use base64::Engine;
    let new = base64::engine::general_purpose::STANDARD.encode(octets);
    let mut letters = new.chars();
    let mut out = String::with_capacity(old.len());
    for c in old.chars() {
        if c.is_whitespace() {
            out.push(c);
        } else if let Some(letter) = letters.next() {
            out.push(letter);
        }
    }
    out.extend(letters);
    out
}

/// Text as it stands in XML.
pub(super) fn escaped(text: &str, in_attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' if in_attribute => out += "&quot;",
            '\'' if in_attribute => out += "&#39;",
            '\r' => out += "&#13;",
            '\n' | '\t' if in_attribute => out += &format!("&#{};", u32::from(c)),
            c => out.push(c),
        }
    }
    out
}

/// A document of a text that was read before, and so can be read again.
pub(super) fn document(text: &str) -> Option<Document<'_>> {
    read(text, Doctype::Show).whole().ok()
}
