//! Whatever chain of encodings a message went through, its bytes come back, and every liberty is told.

use std::io::Write;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use samlens::intake::{Captured, RepairKind, StepName, take};

/// One encoding of what tools, mails, logs and people do to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Percent,
    PercentLower,
    PercentAll,
    Base64,
    Unpadded,
    UrlSafe,
    UrlSafeUnpadded,
    Wrapped(usize, &'static str),
    Deflate,
    Zlib,
    Gzip,
    References,
    NumericReferences,
    Json,
    JsonString,
    QuotedPrintable,
    Utf16(bool, bool),
    Quotes,
    SmartQuotes,
    Brackets,
    Prose,
    Label,
    JsonLabel,
    Parameters,
    Url,
    Form,
}

use Encoding::*;

fn encoding() -> impl Strategy<Value = Encoding> {
    prop_oneof![
        Just(Percent),
        Just(Percent),
        Just(PercentLower),
        Just(PercentAll),
        Just(Base64),
        Just(Base64),
        Just(Unpadded),
        Just(UrlSafe),
        Just(UrlSafeUnpadded),
        (20_usize..100, prop_oneof![Just("\n"), Just("\r\n"), Just("\n    "), Just("\r\n\t")])
            .prop_map(|(width, by)| Wrapped(width, by)),
        Just(Deflate),
        Just(Zlib),
        Just(Gzip),
        Just(References),
        Just(NumericReferences),
        Just(Json),
        Just(JsonString),
        Just(QuotedPrintable),
        (any::<bool>(), any::<bool>()).prop_map(|(big, mark)| Utf16(big, mark)),
        Just(Quotes),
        Just(SmartQuotes),
        Just(Brackets),
        Just(Prose),
        Just(Label),
        Just(JsonLabel),
        Just(Parameters),
        Just(Url),
        Just(Form),
    ]
}

fn percent(text: &str, lower: bool, all: bool) -> String {
    let escaped = |byte: u8| if lower { format!("%{byte:02x}") } else { format!("%{byte:02X}") };
    let is_plain = |byte: u8| !all && (byte.is_ascii_alphanumeric() || b"-_.~!*'()".contains(&byte));
    text.bytes().map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { escaped(byte) }).collect()
}

fn references(text: &str, numeric: bool) -> String {
    let named = |c| match c {
        '<' if numeric => "&#x3C;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '&' => "&amp;".to_owned(),
        '"' => "&quot;".to_owned(),
        '+' | '=' | '\n' | '\r' if numeric => format!("&#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(named).collect()
}

fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for byte in text.bytes() {
        let piece = match byte {
            b'\n' => "\n".to_owned(),
            b'=' | b'\r' | 127.. => format!("={byte:02X}"),
            byte => char::from(byte).to_string(),
        };
        if piece != "\n" && width + piece.len() > 75 {
            out.push_str("=\n");
            width = 0;
        }
        width = if piece == "\n" { 0 } else { width + piece.len() };
        out.push_str(&piece);
    }
    out
}

fn packed<W: Write>(mut encoder: W, bytes: &[u8]) -> W {
    encoder.write_all(bytes).unwrap();
    encoder
}

/// What is a value by itself: XML or base64, however escaped. What holds a value is not copied out of prose by this part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Xml,
    Value,
    Holder,
}

/// Encodes once more, where that can be: `None` where nobody could.
fn encode(bytes: &[u8], shape: Shape, encoding: Encoding) -> Option<(Vec<u8>, Shape)> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    let is_bare = text.is_some_and(|text| {
        text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=-_%&#;\\".contains(&b)) && shape == Shape::Value
    });
    let kept = |text: String| Some((text.into_bytes(), shape));
    let value = |text: String| Some((text.into_bytes(), Shape::Value));
    let holder = |text: String| Some((text.into_bytes(), Shape::Holder));
    match encoding {
        Base64 => value(BASE64_STANDARD.encode(bytes)),
        Unpadded => value(BASE64_STANDARD_NO_PAD.encode(bytes)),
        UrlSafe => value(BASE64_URL_SAFE.encode(bytes)),
        UrlSafeUnpadded => value(BASE64_URL_SAFE_NO_PAD.encode(bytes)),
        Wrapped(width, by) => {
            let one = BASE64_STANDARD.encode(bytes);
            let lines: Vec<&str> =
                one.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
            value(lines.join(by))
        }
        Deflate => Some((packed(DeflateEncoder::new(Vec::new(), Compression::best()), bytes).finish().unwrap(), shape)),
        Zlib => Some((packed(ZlibEncoder::new(Vec::new(), Compression::best()), bytes).finish().unwrap(), shape)),
        Gzip => Some((packed(GzEncoder::new(Vec::new(), Compression::best()), bytes).finish().unwrap(), shape)),
        Utf16(big, mark) => {
            let unit = if big { u16::to_be_bytes } else { u16::to_le_bytes };
            let text = text.filter(|text| text.as_bytes()[..2].is_ascii())?;
            let wide = text.encode_utf16().flat_map(unit);
            Some((unit(0xFEFF).into_iter().filter(|_| mark).chain(wide).collect(), shape))
        }
        Percent => kept(percent(text?, false, false)),
        PercentLower => kept(percent(text?, true, false)),
        PercentAll => kept(percent(text?, false, true)),
        References => kept(references(text?, false)),
        // Nobody writes the line ends within an encoding as references.
        NumericReferences => kept(references(text.filter(|text| !text.contains("=\n"))?, true)),
        Json => {
            let string = serde_json::to_string(text?).unwrap().replace('/', "\\/").replace('+', "\\u002b");
            kept(string[1..string.len() - 1].to_owned())
        }
        JsonString => kept(serde_json::to_string(text?).unwrap().replace('<', "\\u003c")),
        QuotedPrintable => kept(quoted_printable(text?)),
        Quotes => kept(format!("'{}'", text?)),
        SmartQuotes => kept(format!("“{}”", text?)),
        Brackets => kept(format!("({})", text?)),
        Prose if shape == Shape::Xml || is_bare => {
            kept(format!("Hello,\n\nthe answer of the provider was:\n\n{}\n\nRegards\nAnna", text?))
        }
        Label if is_bare => value(format!("SAMLResponse: {}", text?)),
        JsonLabel if is_bare => value(format!("{{\"SAMLResponse\": {}}}", serde_json::to_string(text?).unwrap())),
        Prose | Label | JsonLabel => None,
        Parameters => holder(format!("SAMLResponse={}&RelayState=r", percent(text?, false, false))),
        Url => {
            holder(format!("https://app.acme.example/acs?SAMLResponse={}&RelayState=r", percent(text?, false, false)))
        }
        Form => holder(format!(
            "<html><body><form method=\"post\" action=\"https://app.acme.example/acs\">\
             <input type=\"hidden\" name=\"SAMLResponse\" value=\"{}\"/></form></body></html>",
            references(text?, true)
        )),
    }
}

/// Messages with all in them that could be taken for an encoding, and long enough to be found in prose.
fn message() -> impl Strategy<Value = String> {
    let text = "[ a-zA-Z0-9+/=%éß漢𝄞'#;\\\\]{0,60}";
    (text, text, prop_oneof![Just(""), Just("<?xml version=\"1.0\"?>\n")]).prop_map(|(id, value, head)| {
        format!(
            "{head}<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_{id}\" \
             Destination=\"https://app.acme.example/acs?a=b&amp;c=%20+d\">\n  <samlp:Status>{value} &lt;x&gt; %3C =3D \
             \\u003c</samlp:Status>\r\n</samlp:Response>"
        )
    })
}

/// What a capture says that was done: no liberty without a repair.
fn is_told(capture: &Captured<'_>, chain: &[Encoding]) -> Result<(), TestCaseError> {
    let repaired = |kind| capture.steps.iter().flat_map(|step| &step.repairs).any(|repair| repair.kind == kind);
    let is_cut_out =
        || [RepairKind::AroundRemoved, RepairKind::TextBefore, RepairKind::TextAfter].into_iter().any(repaired);
    let did = |name| capture.steps.iter().any(|step| step.name == name);
    let mut last = None;
    for encoding in chain {
        let told = match encoding {
            Percent | PercentLower => true,
            PercentAll => did(StepName::PercentDecode),
            Base64 | Unpadded | UrlSafe | UrlSafeUnpadded => did(StepName::Base64),
            Wrapped(..) => did(StepName::Base64) && repaired(RepairKind::WhitespaceRemoved),
            Deflate => did(StepName::Inflate),
            Zlib => repaired(RepairKind::ZlibHeader),
            Gzip => repaired(RepairKind::GzipHeader) || did(StepName::Gunzip),
            References | NumericReferences | Json => true,
            JsonString => {
                did(StepName::JsonText)
                    || did(StepName::Parameters)
                    || repaired(RepairKind::QuotesRemoved)
                    || is_cut_out()
            }
            QuotedPrintable => true,
            Utf16(..) => repaired(RepairKind::FromUtf16),
            Quotes | SmartQuotes => repaired(RepairKind::QuotesRemoved) || is_cut_out(),
            Brackets => repaired(RepairKind::BracketsRemoved) || is_cut_out(),
            Prose => is_cut_out(),
            Label | JsonLabel => did(StepName::Parameters) || did(StepName::Unwrap),
            Parameters | Url | Form => did(StepName::Parameters),
        };
        prop_assert!(told, "{encoding:?} after {last:?} of {chain:?} is not told: {:?}", capture.steps);
        last = Some(encoding);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_chain_of_encodings_gives_the_same_bytes(xml in message(), chain in prop::collection::vec(encoding(), 0..=5)) {
        let (mut bytes, mut shape, mut done) = (xml.clone().into_bytes(), Shape::Xml, Vec::new());
        for encoding in chain {
            if let Some(next) = encode(&bytes, shape, encoding) {
                (bytes, shape) = next;
                done.push(encoding);
            }
        }
        let all = take(&bytes);
        prop_assert_eq!(all.len(), 1, "{:?}", done);
        let capture = &all[0];
        prop_assert!(capture.error().is_none(), "{:?} of {}: {:?}", done, String::from_utf8_lossy(&bytes), capture.steps);
        prop_assert_eq!(capture.xml.as_deref(), Some(xml.as_str()), "{:?}", done);
        is_told(capture, &done)?;
        // Each step goes on where the one before it ended, and none changes bytes without saying how many.
        for step in &capture.steps {
            let same = matches!(step.name, StepName::Xml | StepName::Recognise) && step.repairs.is_empty();
            prop_assert!(!same || step.bytes_in == step.bytes_out, "{:?}", step);
        }
    }
}
