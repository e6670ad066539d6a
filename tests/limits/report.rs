//! What a report tells, and of how much.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlens::intake::take;
use samlens::limits::*;
use samlens::{
    CaseFile, CasePart, Export, Input, Language, compare, decoding, explain, export, inspect, octet_difference,
};

use super::Proof::{At, Everywhere, Natively};
use super::SLOW;
use super::made::{CERTIFICATE, assertion, base64_of, context, many, report, request, response, statement};

pub const ROWS: super::Rows = &[
    ("REPORT_LINES", Everywhere(report_lines)),
    ("REPORT_XML_BYTES", Everywhere(report_xml_bytes)),
    ("SHOWN_XML_BYTES", Natively(shown_xml_bytes, SLOW)),
    ("IDENTITY_VALUES", Everywhere(identity_values)),
    ("IDENTITY_TIMES", Everywhere(identity_times)),
    ("IDENTITY_TEXT_BYTES", Everywhere(identity_text_bytes)),
    ("COMPARED_ROWS", Everywhere(compared_rows)),
    ("COMPARED_TEXT_BYTES", Everywhere(compared_text_bytes)),
    ("DIFFERENCE_OCTETS", At("src/octets.rs", "DIFFERENCE_OCTETS / 2")),
    ("DIFFERENCE_PIECES", Everywhere(difference_pieces)),
    ("DIFFERENCE_TEXT_BYTES", Everywhere(difference_text_bytes)),
    ("STEP_HEAD_BYTES", Everywhere(step_head_bytes)),
    ("REPORT_KEYS", At("src/report/keys/tests.rs", "REPORT_KEYS")),
    ("KEY_USES", At("src/report/keys/tests.rs", "KEY_USES")),
    ("PEM_BYTES", Everywhere(pem_bytes)),
    ("EXPLAINED_PATH", Everywhere(explained_path)),
];

fn report_xml_bytes() {
    let has_text = |bytes: usize| {
        let text = format!("<a>{}</a>", "x".repeat(bytes - 7));
        report(text.as_bytes()).abridged().captures[0].xml.is_some()
    };
    assert_eq!([has_text(REPORT_XML_BYTES), has_text(REPORT_XML_BYTES + 1)], [true, false]);
}

fn shown_xml_bytes() {
    let of = |bytes: usize| {
        let (head, tail) =
            ("<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' entityID='a'>", "</EntityDescriptor>");
        let text = format!("{head}{}{tail}", " ".repeat(bytes - head.len() - tail.len()));
        let capture = report(text.as_bytes()).captures.remove(0);
        (capture.xml.is_some(), capture.xml_in_input)
    };
    assert_eq!(of(SHOWN_XML_BYTES), (true, None));
    assert_eq!(of(SHOWN_XML_BYTES + 1), (false, Some([0, SHOWN_XML_BYTES + 1])));
}

fn identity_values() {
    let of = |count: usize| {
        let value = |i: usize| format!("<saml:AttributeValue>{i}</saml:AttributeValue>");
        let text = statement(&format!(r#"<saml:Attribute Name="a">{}</saml:Attribute>"#, many(count, value)));
        let identity = report(text.as_bytes()).captures.remove(0).identity.unwrap();
        (identity.attributes[0].values.len(), identity.left_out)
    };
    assert_eq!(of(IDENTITY_VALUES), (IDENTITY_VALUES, 0));
    assert_eq!(of(IDENTITY_VALUES + 1), (IDENTITY_VALUES, 1));
}

fn identity_times() {
    let of = |count: usize| {
        let one =
            r#"<saml:AuthnStatement AuthnInstant="2026-01-01T00:00:00Z"><saml:AuthnContext/></saml:AuthnStatement>"#;
        let identity =
            report(response(&assertion("_a", "", &one.repeat(count))).as_bytes()).captures.remove(0).identity;
        identity.unwrap().times.len()
    };
    let others = of(1) - 1;
    assert_eq!(of(IDENTITY_TIMES - others), IDENTITY_TIMES);
    assert_eq!(of(IDENTITY_TIMES - others + 1), IDENTITY_TIMES);
}

fn identity_text_bytes() {
    let of = |bytes: usize| {
        let text = statement(&format!(
            r#"<saml:Attribute Name="a"><saml:AttributeValue>{}</saml:AttributeValue></saml:Attribute>"#,
            "x".repeat(bytes)
        ));
        let identity = report(text.as_bytes()).captures.remove(0).identity.unwrap();
        let value = serde_json::to_string(&identity.attributes[0].values[0]).unwrap();
        (value.matches('x').count() >= bytes, value.matches('x').count())
    };
    assert!(of(IDENTITY_TEXT_BYTES).0);
    assert!(of(IDENTITY_TEXT_BYTES + 1).1 <= IDENTITY_TEXT_BYTES + 1);
}

fn compared_rows() {
    let of = |rows: usize| {
        let side = |name: &str| format!("<a>{}</a>", many(rows, |i| format!("<b{i} {name}='1'/>")));
        let compared = compare(&side("c"), &side("d"), Language::English);
        (compared.rows.len(), compared.left_out)
    };
    assert_eq!(of(COMPARED_ROWS / 2), (COMPARED_ROWS, 0));
    assert_eq!(of(COMPARED_ROWS / 2 + 1), (COMPARED_ROWS, 2));
}

fn compared_text_bytes() {
    let of = |bytes: usize| {
        let side = |c: &str| format!("<a>{}</a>", c.repeat(bytes));
        compare(&side("x"), &side("y"), Language::English).rows[0].left.clone().unwrap()
    };
    assert_eq!(of(COMPARED_TEXT_BYTES), "x".repeat(COMPARED_TEXT_BYTES));
    assert!(of(COMPARED_TEXT_BYTES + 1).len() <= COMPARED_TEXT_BYTES);
}

fn difference_pieces() {
    let of = |changes: usize| {
        let side = |odd: &str| many(changes, |i| format!("line {i} {odd}\nthe same {i}\n"));
        octet_difference(side("a").as_bytes(), side("b").as_bytes()).len()
    };
    assert!(of(DIFFERENCE_PIECES / 8) <= DIFFERENCE_PIECES);
    assert_eq!(of(DIFFERENCE_PIECES), DIFFERENCE_PIECES);
}

fn difference_text_bytes() {
    let of = |octets: usize| {
        let pieces = octet_difference(b"", &vec![b'a'; octets]);
        (pieces[0].text.len(), pieces[0].octets)
    };
    assert_eq!(of(DIFFERENCE_TEXT_BYTES), (DIFFERENCE_TEXT_BYTES, DIFFERENCE_TEXT_BYTES));
    assert_eq!(of(DIFFERENCE_TEXT_BYTES + 1), (DIFFERENCE_TEXT_BYTES, DIFFERENCE_TEXT_BYTES + 1));
}

fn step_head_bytes() {
    for bytes in [STEP_HEAD_BYTES, STEP_HEAD_BYTES + 1] {
        let text = format!("<a>{}</a>", "x".repeat(bytes - 7));
        let step = take(text.as_bytes()).remove(0).steps.remove(0);
        assert_eq!((step.head.len(), step.bytes_out), (STEP_HEAD_BYTES, bytes));
        assert_eq!(decoding(text.as_bytes(), 0).layers.len(), decoding(b"<a/>", 0).layers.len());
    }
}

fn explained_path() {
    let of = |depth: usize| {
        let text = "<a>".repeat(depth) + "<b/>" + &"</a>".repeat(depth);
        explain(&text, 3 * depth + 1, Language::English).unwrap().path.split(" / ").count()
    };
    assert_eq!(
        [of(EXPLAINED_PATH - 2), of(EXPLAINED_PATH - 1), of(EXPLAINED_PATH)],
        [EXPLAINED_PATH - 1, EXPLAINED_PATH, EXPLAINED_PATH]
    );
}

fn report_lines() {
    // Whether the last of so many requests is told of, and how many lines all of them are.
    let of = |requests: usize| {
        let one =
            |i: usize| format!("2026-01-01 INFO got SAMLRequest={}\n", STANDARD.encode(request(&format!("_q{i}"), "")));
        let text = many(requests, one);
        let case = CaseFile {
            inputs: vec![CasePart { name: "input".to_owned(), bytes: text.clone().into_bytes() }],
            ..CaseFile::default()
        };
        let html = String::from_utf8(export(&case, &context(), Export::Html, None).unwrap().bytes).unwrap();
        let logins = report(text.as_bytes()).flow.logins;
        let lines: usize = logins.iter().map(|login| 1 + login.arrows.len()).sum();
        (html.contains(&format!("{requests}/{requests}")), lines)
    };
    let per = of(2).1 / 2;
    let fit = REPORT_LINES / per;
    assert_eq!(of(fit), (true, fit * per));
    // All but one of the last one's lines are over it.
    assert_eq!(of(fit + 2), (false, (fit + 2) * per));
}

/// A value of DER.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x84], &length[..], content].concat()
}

/// What is in the value of DER that octets begin with, and what follows.
fn within(octets: &[u8]) -> (&[u8], &[u8]) {
    let (head, length) = match octets[1] {
        long @ 0x81.. => {
            let end = 2 + usize::from(long & 0x7F);
            (end, octets[2..end].iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)))
        }
        short => (2, usize::from(short)),
    };
    octets[head..].split_at(length)
}

fn pem_bytes() {
    let whole = STANDARD.decode(base64_of(CERTIFICATE)).unwrap();
    // The same certificate with an extension that nobody knows.
    let with = |octets: usize| {
        let (tbs, signature) = within(within(&whole).0);
        let at = tbs
            .windows(2)
            .rposition(|two| two[0] == 0xA3 && usize::from(two[1]) < 0x80 || two == [0xA3, 0x81])
            .unwrap();
        let extensions = within(within(&tbs[at..]).0).0;
        let new = der(0x30, &[&[0x06, 3, 0x2A, 3, 4], &der(0x04, &vec![0; octets])[..]].concat());
        let extensions = der(0xA3, &der(0x30, &[extensions, &new].concat()));
        der(0x30, &[&der(0x30, &[&tbs[..at], &extensions].concat()), signature].concat())
    };
    let added = PEM_BYTES - with(0).len();
    let has_pem = |octets: usize| {
        let certificate = with(octets);
        let mut context = context();
        context.add_certificates("large.crt", &certificate).unwrap();
        let report = inspect(&[Input { name: "input", bytes: response("").as_bytes() }], &context);
        let key = &report.certificates[0];
        assert!(key.certificate.is_some());
        (certificate.len(), key.pem.is_some())
    };
    assert_eq!([has_pem(added), has_pem(added + 1)], [(PEM_BYTES, true), (PEM_BYTES + 1, false)]);
}
