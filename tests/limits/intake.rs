//! What is pasted, and the steps down to a message.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use samlens::intake::{StepErrorKind, peel, take};
use samlens::limits::*;

use super::Proof::{At, Everywhere, Natively};
use super::containers::archive;
use super::made::{deflated, is_told, limits_of, many, noise, response};
use super::{LARGE, SLOW};

pub const ROWS: super::Rows = &[
    ("INPUT_BYTES", Natively(input_bytes, LARGE)),
    ("INFLATED_BYTES", Natively(inflated_bytes, SLOW)),
    ("INFLATE_RATIO", Everywhere(inflate_ratio)),
    ("GZIP_FILE_BYTES", Natively(gzip_file_bytes, LARGE)),
    ("RUNS_TRIED", Everywhere(runs_tried)),
    ("RUN_TRIED_BYTES", Everywhere(run_tried_bytes)),
    ("STEPS", Everywhere(steps)),
    ("CAPTURES", Everywhere(captures)),
    ("LOG_RECORD_BYTES", Natively(log_record_bytes, SLOW)),
    ("PAGE_TEXT_BYTES", At("src/intake/page.rs", "PAGE_TEXT_BYTES")),
    ("ADDRESS_BYTES", Everywhere(address_bytes)),
    ("MASKED_BYTES", Everywhere(masked_bytes)),
    ("PERCENT_LAYERS", Everywhere(percent_layers)),
];

/// An archive of a message, of this many bytes: most are between it and the directory, where nobody looks.
fn roomy_archive(bytes: usize) -> Vec<u8> {
    let whole = archive(&[response("").as_bytes()], 1, false);
    let directory = whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let end = whole.len() - 22;
    let start = u32::try_from(bytes - (whole.len() - directory)).unwrap().to_le_bytes();
    let mut out = vec![0; bytes];
    out[..directory].copy_from_slice(&whole[..directory]);
    out[bytes - (whole.len() - directory)..].copy_from_slice(&whole[directory..]);
    out[bytes - whole.len() + end + 16..][..4].copy_from_slice(&start);
    out
}

fn input_bytes() {
    assert!(take(&roomy_archive(INPUT_BYTES))[0].xml.is_some());
    assert_eq!(limits_of(&roomy_archive(INPUT_BYTES + 1)), ["INPUT_BYTES"]);
}

fn inflated_bytes() {
    // Letters enough that the ratio is none to speak of.
    let of = |bytes: usize| {
        let piece = [noise(128).iter().map(|byte| byte & 63 | 64).collect(), vec![b' '; 3_968]].concat();
        let text: Vec<u8> = b"<a>".iter().chain(piece.iter().cycle()).copied().take(bytes).collect();
        deflated(&text, Compression::fast())
    };
    assert_eq!(limits_of(&of(INFLATED_BYTES + 1)), ["INFLATED_BYTES"]);
    // As much as that and no more is read as XML, for five seconds in a build for tests.
}

fn inflate_ratio() {
    let of = |spaces: usize| {
        let text = format!("<a>{}</a>", " ".repeat(spaces));
        let packed = deflated(text.as_bytes(), Compression::best());
        (text.len(), packed.len() * INFLATE_RATIO + (1 << 20), packed)
    };
    // The most that has room: what is compressed grows with it, a little.
    let mut spaces = 1 << 20;
    while of(spaces + 64).0 <= of(spaces + 64).1 {
        spaces += (of(spaces).1 - of(spaces).0).max(64);
    }
    let value = |packed: &[u8]| format!("SAMLRequest={}", STANDARD.encode(packed).replace('+', "%2B"));
    let (_, _, over) = of(spaces + 1_000);
    assert_eq!(limits_of(value(&over).as_bytes()), ["INFLATE_RATIO"]);
    is_told(value(&over).as_bytes(), "INFLATE_RATIO");
    // What came out before stays to be seen.
    assert!(take(value(&over).as_bytes())[0].xml.as_deref().unwrap().starts_with("<a> "));
    let (bytes, room, under) = of(spaces - 1_000);
    assert!(bytes <= room && room - bytes < 4_000, "{bytes} {room}");
    assert_eq!(take(value(&under).as_bytes())[0].xml.as_deref().map(str::len), Some(bytes));
}

fn gzip_file_bytes() {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    let piece = [noise(64), vec![b' '; 4_032]].concat();
    (0..GZIP_FILE_BYTES / piece.len()).for_each(|_| writer.write_all(&piece).unwrap());
    writer.write_all(b" ").unwrap();
    assert_eq!(limits_of(&writer.finish().unwrap()), ["GZIP_FILE_BYTES"]);
    // As much as that and no more would be searched for messages, for longer than a test should take.
}

fn steps() {
    // Each layer is a step; the base64 and the XML under them are the last two.
    let of = |layers: usize| (0..layers).fold("PGE%2BPC9hPg==".to_owned(), |text, _| text.replace('%', "%25"));
    let text = |layers: usize| format!("SAMLResponse={}", of(layers));
    let made = take(text(0).as_bytes())[0].steps.len();
    let room = STEPS - made;
    let under = text(room);
    let under = take(under.as_bytes());
    assert_eq!((under[0].xml.as_deref(), under[0].steps.len()), (Some("<a></a>"), STEPS));
    assert_eq!(limits_of(text(room + 1).as_bytes()), ["STEPS"]);
    is_told(text(room + 1).as_bytes(), "STEPS");
}

fn captures() {
    let line = |i: usize| format!("2026-01-01 INFO got SAMLResponse={}\n", STANDARD.encode(format!("<a>{i}</a>")));
    let of = |messages: usize| many(messages, line);
    let under = of(CAPTURES);
    assert_eq!((take(under.as_bytes()).len(), limits_of(under.as_bytes()).len()), (CAPTURES, 0));
    let over = of(CAPTURES + 1);
    // Those up to the limit are kept, and the last says that there are more.
    assert_eq!((take(over.as_bytes()).len(), limits_of(over.as_bytes())), (CAPTURES + 1, vec!["CAPTURES"]));
    assert!(take(over.as_bytes())[..CAPTURES].iter().all(|capture| capture.xml.is_some()));
}

fn address_bytes() {
    let of = |bytes: usize| {
        let head = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.";
        format!("{head}{}", "A".repeat(bytes - head.len()))
    };
    let is_token = |bytes: usize| {
        let text = of(bytes);
        matches!(take(text.as_bytes())[0].error().unwrap().1.kind, StepErrorKind::Jwt { .. })
    };
    assert_eq!([is_token(ADDRESS_BYTES), is_token(ADDRESS_BYTES + 1)], [true, false]);
}

fn masked_bytes() {
    let is_masked = |stars: usize| {
        let text = format!("SAMLResponse={}", "*".repeat(stars));
        take(text.as_bytes())[0].error().unwrap().1.kind == StepErrorKind::Masked
    };
    assert_eq!([is_masked(MASKED_BYTES), is_masked(MASKED_BYTES + 1)], [true, false]);
}

fn percent_layers() {
    let of = |layers: usize| peel(&(1..layers).fold("a%20b".to_owned(), |text, _| text.replace('%', "%25")));
    let last = |layers: usize| of(layers).last().map(|(_, text)| text.clone()).unwrap();
    assert_eq!((of(PERCENT_LAYERS).len(), last(PERCENT_LAYERS)), (PERCENT_LAYERS, "a b".to_owned()));
    assert_eq!((of(PERCENT_LAYERS + 1).len(), last(PERCENT_LAYERS + 1)), (PERCENT_LAYERS, "a%20b".to_owned()));
}

fn runs_tried() {
    let of = |runs: usize| {
        let run = |i: usize| format!("word: {}\n", STANDARD.encode(format!("this is a text and no message {i:09}")));
        let text = many(runs - 1, run) + "word: " + &STANDARD.encode(response("")) + " word";
        take(text.as_bytes()).iter().any(|capture| capture.xml.is_some())
    };
    // The message is the last run that is tried, and the one after that.
    assert_eq!([of(RUNS_TRIED), of(RUNS_TRIED + 1)], [true, false]);
}

fn run_tried_bytes() {
    // Of two messages the first is taken, where it is seen to be one within the head of its run.
    let is_first = |spaces: usize| {
        let [first, second] = ["_first", "_second"].map(|id| response("").replace("_r", id));
        let text =
            format!("word: {} word: {} word", STANDARD.encode(" ".repeat(spaces) + &first), STANDARD.encode(second));
        take(text.as_bytes())[0].xml.as_deref().unwrap().contains("_first")
    };
    let room = RUN_TRIED_BYTES / 4 * 3;
    assert_eq!([is_first(room - 1), is_first(room)], [true, false]);
}

fn log_record_bytes() {
    let is_record = |bytes: usize| {
        let head = format!(r#"{{"message":"got SAMLResponse={}",""#, STANDARD.encode(response("")));
        let tail = r#"":1}"#;
        let text = [head.as_str(), &" ".repeat(bytes - head.len() - tail.len()), tail].concat();
        take(text.as_bytes())[0].xml.is_some()
    };
    // What is no record is told as JSON that is none of the traces.
    assert_eq!([is_record(LOG_RECORD_BYTES), is_record(LOG_RECORD_BYTES + 1)], [true, false]);
}
