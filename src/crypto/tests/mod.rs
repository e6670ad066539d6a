//! Owns the tests that hold this room against other tools; `tests/fixtures/crypto/make.py` made the vectors.

use std::path::PathBuf;

mod algorithms;
mod armor;
mod certificate_parts;
mod certificates;
mod corpus;
mod decryption;
mod keys;
mod power;
mod private_keys;
mod signatures;

use super::key::PublicKey;

/// The message that every signature vector signs.
const MESSAGE: &[u8] = b"samlens: a message to sign\n";

fn fixture(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/fixtures/crypto", name].iter().collect();
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of a vector file, split at white space.
fn rows(name: &str) -> Vec<Vec<String>> {
    let text = String::from_utf8(fixture(name)).unwrap();
    text.lines().map(|line| line.split(' ').map(str::to_owned).collect()).collect()
}

fn base64(text: &str) -> Vec<u8> {
    super::armor::base64(text).unwrap()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap() as u8;
    text.as_bytes().chunks(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1])).collect()
}

fn public_key(name: &str) -> PublicKey {
    let text = String::from_utf8(fixture(&format!("{name}.pub"))).unwrap();
    let block = super::armor::pem_blocks(&text).remove(0);
    PublicKey::from_spki(block.content.unwrap().expose()).unwrap()
}
