//! Inputs that the tests of several rooms make, and what is asked of their reports.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use samlens::intake::{StepErrorKind, take};
use samlens::{Context, Input, Instant, Report, State, inspect};
use sha2::{Digest as _, Sha256};

pub const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";

pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

pub const CERTIFICATE: &str = include_str!("../fixtures/crypto/ed25519.crt");

pub const KEY: &str = include_str!("../fixtures/crypto/ed25519.key");

pub fn context() -> Context {
    Context::at(Instant::from_unix(1_767_225_600))
}

pub fn report(bytes: &[u8]) -> Report {
    inspect(&[Input { name: "input", bytes }], &context())
}

/// The limits that the captures of an input name.
pub fn limits_of(bytes: &[u8]) -> Vec<&'static str> {
    let named = |kind: &StepErrorKind| match kind {
        StepErrorKind::Limit { name, .. } => Some(*name),
        _ => None,
    };
    take(bytes).iter().filter_map(|capture| named(&capture.error()?.1.kind)).collect()
}

/// What a person reads of an input that is over a limit: which, and what to do.
pub fn is_told(bytes: &[u8], name: &str) {
    let report = report(bytes);
    let error = report.captures.iter().filter_map(|capture| capture.error()).find(|error| error.message.contains(name));
    assert!(!error.unwrap_or_else(|| panic!("{name} is not told")).advice.is_empty(), "{name}");
}

pub fn response(inner: &str) -> String {
    format!(
        r#"<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_r" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"><saml:Issuer>https://idp.example.com/</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{inner}</samlp:Response>"#
    )
}

pub fn assertion(id: &str, signature: &str, inner: &str) -> String {
    format!(
        r#"<saml:Assertion xmlns:saml="{SAML}" ID="{id}" IssueInstant="2026-01-01T00:00:00Z" Version="2.0"><saml:Issuer>https://idp.example.com/</saml:Issuer>{signature}<saml:Subject><saml:NameID>a</saml:NameID></saml:Subject>{inner}</saml:Assertion>"#
    )
}

pub fn statement(attributes: &str) -> String {
    response(&assertion("_a", "", &format!("<saml:AttributeStatement>{attributes}</saml:AttributeStatement>")))
}

/// A signature over an element with this ID and this canonical form.
pub fn signature(id: &str, over: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(over.as_bytes()));
    let info = format!(
        r##"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"></ds:SignatureMethod><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="{DS}enveloped-signature"></ds:Transform><ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
    );
    let der = STANDARD.decode(base64_of(KEY)).unwrap();
    let key = SigningKey::from_bytes(der.last_chunk().unwrap());
    let value = STANDARD.encode(key.sign(format!(r#"<ds:SignedInfo xmlns:ds="{DS}"{info}"#).as_bytes()).to_bytes());
    format!(
        r#"<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo{info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"#
    )
}

pub fn signed(id: &str, inner: &str) -> String {
    assertion(id, &signature(id, &assertion(id, "", inner)), inner)
}

pub fn trusting() -> Context {
    let mut context = context();
    context.add_certificates("idp.crt", CERTIFICATE.as_bytes()).unwrap();
    context
}

pub fn judged(xml: &str) -> Report {
    inspect(&[Input { name: "input", bytes: xml.as_bytes() }], &trusting())
}

/// Whether a rule tells of XML beyond a limit.
pub fn is_bomb(report: &Report) -> bool {
    report.findings.iter().any(|finding| finding.rule == "attack-xml-bomb" && finding.state == State::Fired)
}

pub fn base64_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

pub fn many(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect()
}

pub fn deflated(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut writer = DeflateEncoder::new(Vec::new(), level);
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// Letters without order: base64 of them holds nothing.
pub fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..bytes).map(next).collect()
}

/// An AuthnRequest of this ID with these attributes and children.
pub fn request(id: &str, more: &str) -> String {
    let (attributes, children) = more.split_once('>').unwrap_or((more, ""));
    format!(
        r#"<samlp:AuthnRequest xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="{id}" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"{attributes}>{children}</samlp:AuthnRequest>"#
    )
}
