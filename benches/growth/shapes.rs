//! The worst inputs that are known, by the stage that they are worst for: each is made for any size.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use sha2::{Digest as _, Sha256};

use super::work::{CANONICAL, COMPARE, CONTEXT, DIFFER, EXPORTS, INSPECT, METADATA, READ, REDACT, SIEVE, VIEW, Work};

/// An input of any size, and what is done with it.
pub struct Shape {
    /// The stage that it is worst for.
    pub stage: &'static str,
    /// What there is much of.
    pub name: &'static str,
    /// How much of it the smallest of the sizes has.
    pub count: usize,
    /// Makes it.
    pub make: fn(usize) -> Vec<u8>,
    /// What is measured.
    pub work: Work,
}

const fn shape(stage: &'static str, name: &'static str, count: usize, work: Work, make: fn(usize) -> Vec<u8>) -> Shape {
    Shape { stage, name, count, make, work }
}

const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const EDDSA: &str = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const CERTIFICATE: &str = include_str!("../../tests/fixtures/crypto/ed25519.crt");
const KEY: &str = include_str!("../../tests/fixtures/crypto/ed25519.key");

fn many(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect()
}

fn wrap(head: &str, inner: &str, tail: &str) -> Vec<u8> {
    [head, inner, tail].concat().into_bytes()
}

fn base64_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

/// A Response that holds this beside its Status.
fn response(inner: &str) -> String {
    format!(
        r#"<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_r" Version="2.0" IssueInstant="2026-01-01T00:00:00Z" Destination="https://signin.alibabacloud.com/saml/SSO"><saml:Issuer>https://idp.example.com/</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{inner}</samlp:Response>"#
    )
}

/// An assertion whose text is its exclusive canonical form; `inner` stands behind its Subject.
fn assertion(id: &str, signature: &str, subject: &str, inner: &str) -> String {
    format!(
        r#"<saml:Assertion xmlns:saml="{SAML}" ID="{id}" IssueInstant="2026-01-01T00:00:00Z" Version="2.0"><saml:Issuer>https://idp.example.com/</saml:Issuer>{signature}<saml:Subject><saml:NameID>{id}@example.com</saml:NameID>{subject}</saml:Subject>{inner}</saml:Assertion>"#
    )
}

fn plain(inner: &str) -> Vec<u8> {
    response(&assertion("_a", "", "", inner)).into_bytes()
}

/// The signature of an element with this ID and this canonical form, that holds.
fn signature(id: &str, over: &str, key_info: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(over.as_bytes()));
    let info = format!(
        r##"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="{EDDSA}"></ds:SignatureMethod><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="{DS}enveloped-signature"></ds:Transform><ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
    );
    let der = STANDARD.decode(base64_of(KEY)).unwrap_or_default();
    let seed = der.last_chunk::<32>().copied().unwrap_or_default();
    let value = SigningKey::from_bytes(&seed).sign(format!(r#"<ds:SignedInfo xmlns:ds="{DS}"{info}"#).as_bytes());
    let value = STANDARD.encode(value.to_bytes());
    format!(
        r#"<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo{info}<ds:SignatureValue>{value}</ds:SignatureValue>{key_info}</ds:Signature>"#
    )
}

fn signed(id: &str, key_info: &str, inner: &str) -> String {
    assertion(id, &signature(id, &assertion(id, "", "", inner), key_info), "", inner)
}

fn certificates(n: usize) -> String {
    let one = format!("<ds:X509Certificate>{}</ds:X509Certificate>", base64_of(CERTIFICATE));
    format!("<ds:KeyInfo><ds:X509Data>{}</ds:X509Data></ds:KeyInfo>", one.repeat(n))
}

/// A signature whose shape is this; that it holds is not to be expected.
fn shaped(transforms: &str, references: usize, key_info: &str) -> Vec<u8> {
    let reference = format!(
        r##"<ds:Reference URI="#_a"><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>"##
    );
    let signature = format!(
        r#"<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{EDDSA}"/>{}</ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue>{key_info}</ds:Signature>"#,
        reference.repeat(references)
    );
    response(&assertion("_a", &signature, "", "")).into_bytes()
}

fn attributes(n: usize, one: impl Fn(usize) -> String) -> Vec<u8> {
    plain(&format!("<saml:AttributeStatement>{}</saml:AttributeStatement>", many(n, one)))
}

fn values(name: &str, n: usize, one: impl Fn(usize) -> String) -> Vec<u8> {
    let values = many(n, |i| format!("<saml:AttributeValue>{}</saml:AttributeValue>", one(i)));
    plain(&format!(
        r#"<saml:AttributeStatement><saml:Attribute Name="{name}">{values}</saml:Attribute></saml:AttributeStatement>"#
    ))
}

fn confirmations(n: usize) -> Vec<u8> {
    let one = |i| {
        format!(
            r#"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="_q{i}" NotOnOrAfter="2026-01-01T00:05:00Z" Recipient="https://sp{i}.example.com/acs"/></saml:SubjectConfirmation>"#
        )
    };
    response(&assertion("_a", "", &many(n, one), "")).into_bytes()
}

fn encrypted(n: usize) -> Vec<u8> {
    let one = format!(
        r#"<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><ds:KeyInfo xmlns:ds="{DS}"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-1_5"/><xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>"#
    );
    response(&one.repeat(n)).into_bytes()
}

/// A trace of as many exchanges, of which this many hold a message.
fn har(n: usize, messages: usize) -> Vec<u8> {
    let one = |i: usize| {
        let message = match i < messages {
            true => STANDARD.encode(response(&assertion(&format!("_a{i}"), "", "", ""))).replace('+', "%2B"),
            false => "x".repeat(900),
        };
        let name = if i < messages { "SAMLResponse" } else { "other" };
        format!(
            r#"{}{{"startedDateTime":"2026-01-01T00:00:{:02}Z","request":{{"method":"POST","url":"https://sp.example.com/acs/{i}","headers":[],"postData":{{"mimeType":"application/x-www-form-urlencoded","text":"{name}={message}"}}}},"response":{{"status":200,"headers":[],"content":{{"text":"<html><body>no</body></html>"}}}}}}"#,
            if i == 0 { "" } else { "," },
            i % 60
        )
    };
    wrap(r#"{"log":{"entries":["#, &many(n, one), "]}}")
}

/// Requests and the responses to them, in the lines of a log.
fn logins(n: usize) -> Vec<u8> {
    let one = |i: usize| {
        let request = format!(
            r#"<samlp:AuthnRequest xmlns:samlp="{SAMLP}" ID="_q{i}" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"/>"#
        );
        let answer = response("").replacen("ID=\"_r\"", &format!("ID=\"_r{i}\" InResponseTo=\"_q{i}\""), 1);
        let line = |name: &str, xml: String| format!("2026-01-01 INFO got {name}={}\n", STANDARD.encode(xml));
        line("SAMLRequest", request) + &line("SAMLResponse", answer)
    };
    many(n, one).into_bytes()
}

fn entity(n: usize, inner: &str) -> String {
    let key = base64_of(CERTIFICATE);
    format!(
        r#"<EntityDescriptor entityID="https://e{n}.example/saml"><IDPSSODescriptor protocolSupportEnumeration="{SAMLP}"><KeyDescriptor><KeyInfo xmlns="{DS}"><X509Data><X509Certificate>{key}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>{inner}<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://e{n}.example/sso"/></IDPSSODescriptor></EntityDescriptor>"#
    )
}

fn metadata(inner: &str) -> Vec<u8> {
    wrap(r#"<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">"#, inner, "</EntitiesDescriptor>")
}

/// One entity that is a service, with this in its role.
fn service(inner: &str) -> Vec<u8> {
    format!(
        r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example/"><SPSSODescriptor protocolSupportEnumeration="{SAMLP}">{inner}</SPSSODescriptor></EntityDescriptor>"#
    )
    .into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).and_then(|()| writer.finish()).unwrap_or_default()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut writer = DeflateEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).and_then(|()| writer.finish()).unwrap_or_default()
}

/// An archive of as many stored files, as Fiddler names them.
fn archive(n: usize) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for i in 0..n {
        let name = format!("raw/{i:05}_c.txt");
        let body = format!("POST https://sp.example.com/{i} HTTP/1.1\r\nHost: sp.example.com\r\n\r\na=b");
        let size = (body.len() as u32).to_le_bytes();
        let mut rest = [0_u8; 26];
        rest[..2].copy_from_slice(&[20, 0]);
        rest[14..18].copy_from_slice(&size);
        rest[18..22].copy_from_slice(&size);
        rest[22..24].copy_from_slice(&(name.len() as u16).to_le_bytes());
        let at = out.len() as u32;
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&rest);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(body.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&rest);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (at, size, count) = (out.len() as u32, directory.len() as u32, (n as u16).to_le_bytes());
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Every shape.
pub const ALL: &[Shape] = &[
    // What was pasted.
    shape("intake", "percent-encoding, six layers", 500, INSPECT, |n| {
        let inner = STANDARD.encode(response(&"<a/>".repeat(n)));
        let all = (0..5).fold(percent(&inner), |text, _| text.replace('%', "%25"));
        format!("SAMLResponse={all}").into_bytes()
    }),
    shape("intake", "base64 in base64, eight times", 2_000, INSPECT, |n| {
        (0..8).fold(response(&"<a/>".repeat(n)), |text, _| STANDARD.encode(text)).into_bytes()
    }),
    shape("intake", "parameters", 20_000, INSPECT, |n| many(n, |i| format!("a{i}=b%20c&")).into_bytes()),
    shape("intake", "messages in parameters", 500, INSPECT, |n| {
        many(n, |i| format!("SAMLResponse={}&", STANDARD.encode(format!("<a>{i}</a>")))).into_bytes()
    }),
    shape("intake", "exchanges of a trace, no message", 2_000, INSPECT, |n| har(n, 0)),
    shape("intake", "exchanges of a trace, a message in each", 200, INSPECT, |n| har(n, n)),
    shape("intake", "exchanges of a trace, sieved", 10_000, SIEVE, |n| har(n, n / 100)),
    shape("intake", "gzip bomb", 10 << 20, INSPECT, |n| gzip(&vec![b' '; n])),
    shape("intake", "DEFLATE bomb", 10 << 20, INSPECT, |n| {
        format!("SAMLRequest={}", percent(&STANDARD.encode(deflate(&vec![b' '; n])))).into_bytes()
    }),
    shape("intake", "files of an archive", 2_000, INSPECT, archive),
    shape("intake", "lines of a log, a message in each", 200, INSPECT, |n| {
        many(n, |i| format!("2026-01-01 00:00:00 INFO got SAMLResponse={}\n", STANDARD.encode(format!("<a>{i}</a>"))))
            .into_bytes()
    }),
    shape("intake", "lines of a log, no message", 20_000, INSPECT, |n| {
        many(n, |i| format!("2026-01-01 00:00:00 INFO request {i} of https://sp.example.com/a?b=c served\n"))
            .into_bytes()
    }),
    shape("intake", "documents one behind the other", 500, INSPECT, |n| {
        many(n, |i| response("").replace("_r", &format!("_r{i}")) + "\n").into_bytes()
    }),
    shape("intake", "forms of a web page", 500, INSPECT, |n| {
        let one = |i| {
            format!(
                r#"<form method="post" action="https://sp.example.com/{i}"><input type="hidden" name="SAMLResponse" value="{}"></form>"#,
                STANDARD.encode(format!("<a>{i}</a>"))
            )
        };
        wrap("<html><body>", &many(n, one), "</body></html>")
    }),
    shape("intake", "headers of a request", 20_000, INSPECT, |n| {
        wrap("POST /acs HTTP/1.1\r\n", &many(n, |i| format!("X-{i}: b\r\n")), "\r\nSAMLResponse=PGEvPg%3D%3D")
    }),
    shape("intake", "quotes of a command", 20_000, INSPECT, |n| {
        wrap("curl 'https://sp.example.com/acs' --data-raw 'SAMLResponse=PGEvPg%3D%3D&x=", &"'\\''".repeat(n), "'")
    }),
    shape("intake", "runs of base64 in a text", 2_000, INSPECT, |n| {
        many(n, |i| format!("word {i} {} word\n", STANDARD.encode(format!("nothing that is a message at all {i:09}"))))
            .into_bytes()
    }),
    shape("intake", "certificates", 200, INSPECT, |n| CERTIFICATE.repeat(n).into_bytes()),
    shape("intake", "JSON within JSON", 20_000, INSPECT, |n| {
        ["{\"a\":".repeat(n), "1".to_owned(), "}".repeat(n)].concat().into_bytes()
    }),
    shape("intake", "escapes of JSON", 20_000, INSPECT, |n| wrap("{\"SAMLResponse\":\"", &"\\\\\\\"".repeat(n), "\"}")),
    shape("intake", "values below each other", 500, INSPECT, |n| {
        many(n, |i| STANDARD.encode(response("").replace("_r", &format!("_r{i}"))) + "\n").into_bytes()
    }),
    shape("intake", "fields on lines of their own", 500, INSPECT, |n| {
        many(n, |i| format!("SAMLResponse={}\nRelayState=r{i}\n", STANDARD.encode(format!("<a>{i}</a>")))).into_bytes()
    }),
    shape("intake", "names of fields in a text", 20_000, INSPECT, |n| {
        wrap("SAMLResponse => PGEvPg==\n", &"RelayState: ''\nx RelayState: \"\n".repeat(n), "")
    }),
    shape("intake", "string literals", 20_000, INSPECT, |n| {
        wrap("\"PHNh", &"\" + \"bWxwOlJlc3BvbnNlIHhtbG5z".repeat(n), "\"")
    }),
    shape("intake", "quotation marks", 200_000, INSPECT, |n| "\"aGVsbG8'".repeat(n).into_bytes()),
    shape("intake", "hexadecimal", 10_000, INSPECT, |n| {
        response(&"<a/>".repeat(n)).bytes().map(|byte| format!("{byte:02x} ")).collect::<String>().into_bytes()
    }),
    shape("intake", "rows of a dump", 10_000, INSPECT, |n| {
        let text = response(&"<a/>".repeat(n));
        let row = |(at, bytes): (usize, &[u8])| {
            let cells: String = bytes.iter().map(|byte| format!("{byte:02x} ")).collect();
            format!("{:08x}  {cells} |characters|\n", 16 * at)
        };
        text.as_bytes().chunks(16).enumerate().map(row).collect::<String>().into_bytes()
    }),
    shape("intake", "codes of a terminal", 20_000, INSPECT, |n| response(&"\x1b[1m<a/>\x1b[0m".repeat(n)).into_bytes()),
    shape("intake", "marks of a tree", 10_000, INSPECT, |n| response(&"\n- <a/>".repeat(n)).into_bytes()),
    shape("intake", "typographic quotation marks", 10_000, INSPECT, |n| response(&"<a b=“c”/>".repeat(n)).into_bytes()),
    shape("intake", "typographic quotation marks that end nothing", 20_000, INSPECT, |n| {
        response(&"<a b=“<a b=‘".repeat(n)).into_bytes()
    }),
    shape("intake", "rows of a table", 200, INSPECT, |n| {
        many(n, |i| format!("{i},\"{}\"\n", response("").replace('"', "\"\""))).into_bytes()
    }),
    shape("intake", "numbered lines", 10_000, INSPECT, |n| {
        let text = response(&"\n<a/>".repeat(n));
        text.lines().enumerate().map(|(at, line)| format!("{at}\t{line}\n")).collect::<String>().into_bytes()
    }),
    shape("intake", "items of a history", 500, INSPECT, |n| {
        let one = |i| {
            format!(
                "<item><url>https://sp.example.com/{i}</url><request><![CDATA[POST / HTTP/1.1\r\n\r\nSAMLResponse={}]]></request></item>",
                STANDARD.encode(format!("<a>{i}</a>"))
            )
        };
        wrap("<?xml version='1.0'?><items burpVersion='1'>".replace('\'', "\"").as_str(), &many(n, one), "</items>")
    }),
    shape("intake", "cells of a page", 20_000, INSPECT, |n| {
        wrap("<html><table>", &many(n, |i| format!("<tr><td>a{i}</td><td>RelayState</td></tr>")), "</table></html>")
    }),
    shape("intake", "objects of JSON, a message in each", 500, INSPECT, |n| {
        let one = |i| format!("{{\"SAMLResponse\":\"{}\"}},", STANDARD.encode(format!("<a>{i}</a>")));
        wrap("[", &many(n, one), "null]")
    }),
    // What stands in a document.
    shape("XML", "elements within elements", 10_000, READ, |n| {
        ["<a>".repeat(n), "</a>".repeat(n)].concat().into_bytes()
    }),
    shape("XML", "attributes of one element", 10_000, READ, |n| wrap("<a", &many(n, |i| format!(" a{i}=''")), "/>")),
    shape("XML", "namespaces of one element", 10_000, READ, |n| {
        wrap("<a", &many(n, |i| format!(" xmlns:p{i}='u:{i}' p{i}:a=''")), "/>")
    }),
    shape("XML", "namespaces in scope, looked up", 10_000, READ, |n| {
        let declared = many(n, |i| format!(" xmlns:p{i}='u:{i}'"));
        wrap(&format!("<a{declared}>"), &many(n, |i| format!("<p{i}:b/>")), "</a>")
    }),
    shape("XML", "a namespace at every level", 10_000, READ, |n| {
        [many(n, |i| format!("<p{i}:a xmlns:p{i}='u'>")), many(n, |i| format!("</p{}:a>", n - 1 - i))]
            .concat()
            .into_bytes()
    }),
    shape("XML", "long text", 2 << 20, READ, |n| wrap("<a>", &"x".repeat(n), "</a>")),
    shape("XML", "references", 200_000, READ, |n| wrap("<a>", &"&#65;&lt;".repeat(n), "</a>")),
    shape("XML", "comments", 100_000, READ, |n| wrap("<a>", &"<!--x-->y".repeat(n), "</a>")),
    shape("XML", "CDATA", 100_000, READ, |n| wrap("<a>", &"<![CDATA[x]]>".repeat(n), "</a>")),
    shape("XML", "entities of a document type", 20_000, INSPECT, |n| {
        let declared = many(n, |i| format!("<!ENTITY e{i} '&e{};'>", i.saturating_sub(1)));
        wrap(&format!("<!DOCTYPE a [{declared}]><a>"), &many(n, |i| format!("&e{i};")), "</a>")
    }),
    // What signatures are over.
    shape("canonical", "attributes, backwards", 10_000, CANONICAL, |n| {
        wrap("<a", &many(n, |i| format!(" a{:06}=''", n - i)), "/>")
    }),
    shape("canonical", "namespaces in scope, used", 5_000, CANONICAL, |n| {
        let declared = many(n, |i| format!(" xmlns:p{i}='u:{i}'"));
        wrap(&format!("<a{declared}>"), &many(n, |i| format!("<p{i}:b/>")), "</a>")
    }),
    shape("canonical", "the same prefix at every level", 10_000, CANONICAL, |n| {
        [many(n, |i| format!("<q:a xmlns:q='u:{i}'>")), "</q:a>".repeat(n)].concat().into_bytes()
    }),
    shape("canonical", "prefixes of a list, at every element", 2_000, CANONICAL, |n| {
        wrap("<a xmlns:p0='u' xmlns:q='v'>", &many(n, |i| format!("<b xmlns:p0='u:{i}'/>")), "</a>")
    }),
    shape("canonical", "xml:base at every level", 10_000, CANONICAL, |n| {
        ["<a xml:base='../b/'>".repeat(n), "</a>".repeat(n)].concat().into_bytes()
    }),
    // Signatures.
    shape("signatures", "signed assertions that hold", 250, INSPECT, |n| {
        response(&many(n, |i| signed(&format!("_a{i}"), "", ""))).into_bytes()
    }),
    shape("signatures", "signed assertions of one ID", 250, INSPECT, |n| {
        response(&many(n, |_| signed("_a", "", ""))).into_bytes()
    }),
    shape("signatures", "signed assertions within one another", 100, INSPECT, |n| {
        let nested = (0..n).fold(String::new(), |inner, i| {
            assertion(
                &format!("_a{i}"),
                &signature(&format!("_a{i}"), "", ""),
                "",
                &format!("<saml:Advice>{inner}</saml:Advice>"),
            )
        });
        response(&nested).into_bytes()
    }),
    shape("signatures", "signatures that do not hold", 250, INSPECT, |n| {
        response(&many(n, |i| assertion(&format!("_a{i}"), &signature(&format!("_a{i}"), "", ""), "", ""))).into_bytes()
    }),
    shape("signatures", "signatures of one assertion", 250, INSPECT, |n| {
        response(&assertion("_a", &many(n, |_| signature("_a", "", "")), "", "")).into_bytes()
    }),
    shape("signatures", "References", 1_000, INSPECT, |n| shaped("", n, "")),
    shape("signatures", "transforms", 5_000, INSPECT, |n| {
        shaped(&format!(r#"<ds:Transform Algorithm="{EXCLUSIVE}"/>"#).repeat(n), 1, "")
    }),
    shape("signatures", "prefixes of one PrefixList", 10_000, INSPECT, |n| {
        let list = many(n, |i| format!("p{i} "));
        shaped(
            &format!(
                r#"<ds:Transform Algorithm="{EXCLUSIVE}"><ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="{list}"/></ds:Transform>"#
            ),
            1,
            "",
        )
    }),
    shape("signatures", "certificates of one KeyInfo", 100, INSPECT, |n| {
        response(&signed("_a", &certificates(n), "")).into_bytes()
    }),
    shape("signatures", "assertions with a certificate each", 100, INSPECT, |n| {
        response(&many(n, |i| signed(&format!("_a{i}"), &certificates(1), ""))).into_bytes()
    }),
    shape("signatures", "elements of a signed assertion", 5_000, INSPECT, |n| {
        let inner = "<saml:Advice></saml:Advice>".repeat(n);
        response(&signed("_a", "", &inner)).into_bytes()
    }),
    shape("signatures", "unsigned assertions beside a signed one", 500, INSPECT, |n| {
        response(&(many(n, |i| assertion(&format!("_e{i}"), "", "", "")) + &signed("_a", "", ""))).into_bytes()
    }),
    shape("signatures", "elements of one ID", 5_000, INSPECT, |n| {
        response(&("<x ID=\"_a\"/>".repeat(n) + &signed("_a", "", ""))).into_bytes()
    }),
    shape("signatures", "a changed message, searched for its original", 10, INSPECT, |n| {
        let inner = "<saml:Advice><x></x> y </saml:Advice>".repeat(n);
        response(&signed("_a", "", &inner).replace("@example.com", "@example.org")).into_bytes()
    }),
    shape("decryption", "encrypted assertions", 250, INSPECT, encrypted),
    // Rules.
    shape("rules", "assertions", 500, INSPECT, |n| {
        response(&many(n, |i| assertion(&format!("_a{i}"), "", "", ""))).into_bytes()
    }),
    shape("rules", "attributes", 2_000, INSPECT, |n| {
        attributes(n, |i| {
            format!(r#"<saml:Attribute Name="a{i}"><saml:AttributeValue>v{i}</saml:AttributeValue></saml:Attribute>"#)
        })
    }),
    shape("rules", "attributes of one name", 2_000, INSPECT, |n| {
        attributes(n, |i| {
            format!(r#"<saml:Attribute Name="mail"><saml:AttributeValue>v{i}</saml:AttributeValue></saml:Attribute>"#)
        })
    }),
    shape("rules", "values", 5_000, INSPECT, |n| values("groups", n, |i| format!("cn=group {i},dc=example,dc=com"))),
    shape("rules", "roles of Alibaba Cloud", 1_000, INSPECT, |n| {
        values("https://www.aliyun.com/SAML-Role/Attributes/Role", n, |i| {
            format!("acs:ram::1234567890123456:role/r{i},acs:ram::1234567890123456:saml-provider/p{i}")
        })
    }),
    shape("rules", "roles of AWS", 1_000, INSPECT, |n| {
        values("https://aws.amazon.com/SAML/Attributes/Role", n, |i| {
            format!("arn:aws:iam::123456789012:role/r{i},arn:aws:iam::123456789012:saml-provider/p{i}")
        })
    }),
    shape("rules", "audiences", 2_000, INSPECT, |n| {
        let all = many(n, |i| format!("<saml:Audience>https://sp{i}.example.com/</saml:Audience>"));
        plain(&format!("<saml:Conditions><saml:AudienceRestriction>{all}</saml:AudienceRestriction></saml:Conditions>"))
    }),
    shape("rules", "restrictions of audiences", 2_000, INSPECT, |n| {
        let all = many(n, |i| {
            format!(
                "<saml:AudienceRestriction><saml:Audience>https://sp{i}.example.com/</saml:Audience></saml:AudienceRestriction>"
            )
        });
        plain(&format!("<saml:Conditions>{all}</saml:Conditions>"))
    }),
    shape("rules", "confirmations of the subject", 1_000, INSPECT, confirmations),
    shape("rules", "statements of authentication", 1_000, INSPECT, |n| {
        plain(&many(n, |i| {
            format!(
                r#"<saml:AuthnStatement AuthnInstant="2026-01-01T00:00:00Z" SessionIndex="_s{i}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"#
            )
        }))
    }),
    shape("rules", "codes within codes", 2_000, INSPECT, |n| {
        let codes = [
            "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\">".repeat(n),
            "</samlp:StatusCode>".repeat(n),
        ]
        .concat();
        response("")
            .replacen("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>", &codes, 1)
            .into_bytes()
    }),
    shape("rules", "messages within messages", 500, INSPECT, |n| {
        (0..n).fold(response(""), |inner, _| response(&inner)).into_bytes()
    }),
    shape("rules", "comments in a NameID", 5_000, INSPECT, |n| {
        String::from_utf8_lossy(&plain("")).replace("_a@", &format!("_a{}@", "<!---->x".repeat(n))).into_bytes()
    }),
    shape("rules", "a long NameID", 200_000, INSPECT, |n| {
        String::from_utf8_lossy(&plain("")).replace("_a@", &"x".repeat(n)).into_bytes()
    }),
    shape("rules", "a long address", 200_000, INSPECT, |n| {
        response("").replace("saml/SSO", &"a/../%2e".repeat(n / 8)).into_bytes()
    }),
    shape("rules", "extensions that nobody knows", 5_000, INSPECT, |n| {
        wrap(
            &format!(
                r#"<samlp:AuthnRequest xmlns:samlp="{SAMLP}" ID="_q" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"><samlp:Extensions>"#
            ),
            &many(n, |i| format!("<x xmlns='u:{i}'>y</x>")),
            "</samlp:Extensions></samlp:AuthnRequest>",
        )
    }),
    shape("rules", "identity providers that a request names", 2_000, INSPECT, |n| {
        wrap(
            &format!(
                r#"<samlp:AuthnRequest xmlns:samlp="{SAMLP}" ID="_q" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"><samlp:Scoping><samlp:IDPList>"#
            ),
            &many(n, |i| format!("<samlp:IDPEntry ProviderID=\"https://i{i}.example/\"/>")),
            "</samlp:IDPList></samlp:Scoping></samlp:AuthnRequest>",
        )
    }),
    shape("rules", "sessions of a logout", 2_000, INSPECT, |n| {
        wrap(
            &format!(
                r#"<samlp:LogoutRequest xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_q" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"><saml:NameID>a</saml:NameID>"#
            ),
            &many(n, |i| format!("<samlp:SessionIndex>s{i}</samlp:SessionIndex>")),
            "</samlp:LogoutRequest>",
        )
    }),
    shape("rules", "logins of one capture", 100, INSPECT, logins),
    // Metadata.
    shape("metadata", "entities", 200, INSPECT, |n| metadata(&many(n, |i| entity(i, "")))),
    shape("metadata", "entities of one name", 200, INSPECT, |n| metadata(&many(n, |_| entity(0, "")))),
    shape("metadata", "groups within groups", 2_000, INSPECT, |n| {
        metadata(&["<EntitiesDescriptor>".repeat(n), entity(0, ""), "</EntitiesDescriptor>".repeat(n)].concat())
    }),
    shape("metadata", "groups within groups, a namespace in each", 500, INSPECT, |n| {
        metadata(
            &[
                many(n, |i| format!("<EntitiesDescriptor xmlns:p{i}='u:{i}'>{}", entity(i, ""))),
                "</EntitiesDescriptor>".repeat(n),
            ]
            .concat(),
        )
    }),
    shape("metadata", "keys of one entity", 200, INSPECT, |n| {
        let key = base64_of(CERTIFICATE);
        service(&format!(r#"<KeyDescriptor><KeyInfo xmlns="{DS}"><X509Data><X509Certificate>{key}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"#).repeat(n))
    }),
    shape("metadata", "endpoints of one entity", 2_000, INSPECT, |n| {
        service(&many(n, |i| {
            format!(
                r#"<AssertionConsumerService index="{i}" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/{i}"/>"#
            )
        }))
    }),
    shape("metadata", "endpoints of one index", 2_000, INSPECT, |n| {
        service(&many(n, |i| {
            format!(
                r#"<AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/{i}"/>"#
            )
        }))
    }),
    shape("metadata", "requested attributes", 2_000, INSPECT, |n| {
        let all = many(n, |i| format!(r#"<RequestedAttribute Name="a{i}"/>"#));
        service(&format!(
            r#"<AttributeConsumingService index="0"><ServiceName xml:lang="en">x</ServiceName>{all}</AttributeConsumingService>"#
        ))
    }),
    shape("metadata", "scopes", 2_000, INSPECT, |n| {
        let all = many(n, |i| format!(r#"<s:Scope xmlns:s="urn:mace:shibboleth:metadata:1.0">e{i}.example</s:Scope>"#));
        metadata(&entity(0, &format!("<Extensions>{all}</Extensions>")))
    }),
    shape("metadata", "formats of one role", 2_000, INSPECT, |n| {
        service(&many(n, |i| format!("<NameIDFormat>urn:{i}</NameIDFormat>")))
    }),
    shape("metadata", "entities that a message is held against", 200, METADATA, |n| {
        metadata(&many(n, |i| entity(i, "")))
    }),
    shape("metadata", "entities of two files, compared", 200, DIFFER, |n| metadata(&many(n, |i| entity(i, "")))),
    // What is made of it.
    shape("redaction", "people", 500, REDACT, |n| values("mail", n, |i| format!("person{i}@example{i}.com"))),
    shape("redaction", "messages", 50, REDACT, |n| har(n, n)),
    shape("redaction", "lines of a log", 2_000, REDACT, |n| {
        many(n, |i| format!("2026-01-01 INFO user{i}@host{i}.example.com from 10.0.{}.{}\n", i / 250 % 250, i % 250))
            .into_bytes()
    }),
    shape("redaction", "signed assertions", 50, REDACT, |n| {
        response(&many(n, |i| signed(&format!("_a{i}"), "", ""))).into_bytes()
    }),
    shape("redaction", "comments beside a broken signature", 10_000, REDACT, |n| {
        let noted = format!("<saml:Advice>{}<a/></saml:Advice>", "\n<!---->".repeat(n));
        response(&signed("_a", "", &noted).replace("_a@example.com", "_b@example.com")).into_bytes()
    }),
    shape("redaction", "documents among words", 200, REDACT, |n| {
        many(n, |i| format!("2026-01-01 INFO got {}\n", response("").replace("_r", &format!("_r{i}")))).into_bytes()
    }),
    shape("redaction", "a long value", 100_000, REDACT, |n| values("x", 1, |_| "abc ".repeat(n / 4))),
    shape("exports", "assertions", 500, EXPORTS, |n| {
        response(&many(n, |i| assertion(&format!("_a{i}"), "", "", ""))).into_bytes()
    }),
    shape("exports", "values", 5_000, EXPORTS, |n| values("groups", n, |i| format!("cn=group {i}|*_`"))),
    shape("exports", "messages", 100, EXPORTS, |n| har(n, n)),
    shape("exports", "signed assertions", 100, EXPORTS, |n| {
        response(&many(n, |i| signed(&format!("_a{i}"), &certificates(1), ""))).into_bytes()
    }),
    shape("view", "elements, as lines", 50_000, VIEW, |n| wrap("<a>", &"<b c='d'>e</b>".repeat(n), "</a>")),
    shape("view", "elements within elements, as lines", 10_000, VIEW, |n| {
        ["<a>".repeat(n), "</a>".repeat(n)].concat().into_bytes()
    }),
    shape("view", "elements, compared", 2_000, COMPARE, |n| {
        wrap("<a>", &many(n, |i| format!("<b c='{i}'>e</b>")), "</a>")
    }),
    shape("context", "certificates that are given", 200, CONTEXT, |n| CERTIFICATE.repeat(n).into_bytes()),
];
