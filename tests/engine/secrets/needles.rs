//! A private key and its passphrase in every way that they could be written, to be looked for.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Like no other text.
pub const PASSPHRASE: &str = "Tr0ub4dor & 3 horses";

pub fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

/// The secret numbers of the key, d, p, q and those for the Chinese remainder theorem, by the tags and lengths of its DER.
pub fn numbers() -> Vec<Vec<u8>> {
    let der = fixture("encrypted/keys/sp.pkcs1.der");
    let (mut at, mut all) = (4, Vec::new());
    while at < der.len() {
        let (size, length) = match der[at + 1] {
            0x82 => (4, usize::from(der[at + 2]) << 8 | usize::from(der[at + 3])),
            0x81 => (3, usize::from(der[at + 2])),
            short => (2, usize::from(short)),
        };
        let number = &der[at + size..at + size + length];
        all.push(number.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<u8>>());
        at += size + length;
    }
    assert_eq!((all.len(), all[1].len(), all[3].len()), (9, 256, 256), "version, n, e, d, p, q, …");
    all.split_off(3)
}

/// The characters of a base64 text that has these bytes, wherever in it they begin.
fn base64s(bytes: &[u8]) -> impl Iterator<Item = String> {
    (0..3).map(move |before| {
        let text = STANDARD.encode([&vec![0; before], bytes].concat());
        text[[0, 2, 3][before]..(before + bytes.len()) * 8 / 6].to_owned()
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Pieces of the numbers, a piece of each every few bytes.
pub fn pieces() -> Vec<Vec<u8>> {
    let pieces = |number: &Vec<u8>| number.chunks(20).filter(|piece| piece.len() == 20).map(<[u8]>::to_vec).collect();
    numbers().iter().flat_map(|number| -> Vec<Vec<u8>> { pieces(number) }).collect()
}

/// Texts that stand in whatever has the key, its passphrase, or the key as it is encrypted under it.
pub fn texts() -> Vec<String> {
    let mut texts = Vec::new();
    for piece in pieces() {
        texts.extend(base64s(&piece));
        texts.extend([hex(&piece), hex(&piece).to_uppercase()]);
        texts.push(piece.iter().map(|byte| format!("{byte:02x} ")).collect());
        texts.push(format!("{piece:?}").trim_matches(['[', ']']).to_owned());
    }
    for name in ["encrypted/keys/sp.pkcs8.pem", "encrypted/keys/sp.pkcs1-dek-info.pem", "secrets/sp.encrypted.pem"] {
        let text = String::from_utf8(fixture(name)).unwrap();
        // The first half has the modulus, which certificates have as well.
        let lines: Vec<&str> = text.lines().filter(|line| line.len() == 64).collect();
        for line in &lines[8..] {
            texts.push(line[10..40].to_owned());
            texts.extend(base64s(&line.as_bytes()[10..40]));
        }
    }
    texts.extend(base64s(&fixture("secrets/sp.p12")[600..630]));
    texts.extend(base64s(PASSPHRASE.as_bytes()));
    texts.extend([hex(PASSPHRASE.as_bytes()), PASSPHRASE.to_owned()]);
    texts.extend([PASSPHRASE.replace(' ', "%20"), PASSPHRASE.replace(' ', "+"), PASSPHRASE.replace('&', "&amp;")]);
    texts
}

/// What of them stands in a text, however its lines are broken.
pub fn found(text: &str, needles: &[String]) -> Option<String> {
    let joined = text.replace("\\n", "").replace(['\n', '\r', '\0', ' '], "");
    needles.iter().find(|needle| text.contains(*needle) || joined.contains(*needle)).cloned()
}
