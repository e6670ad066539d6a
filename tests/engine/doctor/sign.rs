//! Signs messages anew with a published test key: rightly, to have a message of a certain content, or as a faulty signer does.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{LazyLock, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPrivateKey};
use samlens::crypto::DigestAlgorithm;
use samlens::crypto::digest::digest;
use samlens::dsig::signed_octets;
use samlens::xml::{Canonicalization, Doctype, Document, Node, PrefixList, canonicalize, read};

use crate::mutation::{DSIG, fixture};

/// The header of PKCS#1's DigestInfo (RFC 8017 §9.2, note 1).
fn digest_info(algorithm: DigestAlgorithm) -> Vec<u8> {
    let last = match algorithm {
        DigestAlgorithm::Sha1 => {
            return vec![0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 20];
        }
        DigestAlgorithm::Sha256 => 1,
        DigestAlgorithm::Sha384 => 2,
        DigestAlgorithm::Sha512 => 3,
        DigestAlgorithm::Sha224 => 4,
    };
    let length = algorithm.output_len() as u8;
    vec![0x30, 17 + length, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last, 5, 0, 4, length]
}

/// The numbers of an RSA key in PKCS#8, unencrypted.
static KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| {
    let pem = String::from_utf8(fixture("keys/rsa2048.key")).unwrap();
    let der = STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap();
    // A value of DER: what it holds, and what comes after it.
    fn value(der: &[u8]) -> (&[u8], &[u8]) {
        let (length, from) = match der[1] {
            0x82 => (usize::from(der[2]) * 256 + usize::from(der[3]), 4),
            0x81 => (usize::from(der[2]), 3),
            short => (usize::from(short), 2),
        };
        der[from..].split_at(length)
    }
    let (info, _) = value(&der);
    let (_, after_version) = value(info);
    let (_, after_algorithm) = value(after_version);
    let (octets, _) = value(after_algorithm);
    let (mut rest, _) = value(octets);
    let mut numbers = Vec::new();
    while !rest.is_empty() {
        let (number, after) = value(rest);
        numbers.push(BoxedUint::from_be_slice_vartime(number));
        rest = after;
    }
    let [_, n, e, d, p, q, ..] = numbers.as_slice() else { panic!("no RSA key") };
    RsaPrivateKey::from_components(n.clone(), e.clone(), d.clone(), vec![p.clone(), q.clone()]).unwrap()
});

/// Signatures that were made: many edits begin with the same message.
static MADE: LazyLock<Mutex<BTreeMap<Vec<u8>, String>>> = LazyLock::new(Mutex::default);

fn rsa(hash: DigestAlgorithm, octets: &[u8]) -> String {
    let info = [digest_info(hash), digest(hash, octets).as_bytes().to_vec()].concat();
    if let Some(value) = MADE.lock().unwrap().get(&info) {
        return value.clone();
    }
    let value = STANDARD.encode(KEY.sign(Pkcs1v15Sign::new_unprefixed(), &info).unwrap());
    MADE.lock().unwrap().insert(info, value.clone());
    value
}

pub fn document(text: &str) -> Document<'_> {
    read(text, Doctype::Refuse).whole().unwrap_or_else(|error| panic!("{error:?}"))
}

pub fn signatures<'d>(document: &'d Document<'d>) -> Vec<Node<'d>> {
    document.nodes().filter(|node| node.is(DSIG, "Signature")).collect()
}

/// The first element below a node of a name of XML Signature.
pub fn below<'d>(node: Node<'d>, name: &str) -> Node<'d> {
    node.descendants().find(|node| node.is(DSIG, name)).unwrap()
}

pub fn replaced(text: &str, range: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..range.start], &text[range.end..])
}

/// The content of an element of the signature of this number.
pub fn content(text: &str, at: usize, name: &str) -> Range<usize> {
    let document = document(text);
    below(signatures(&document)[at], name).content_span()
}

fn hash_named(uri: &str) -> Option<DigestAlgorithm> {
    Some(match uri.rsplit(['#', '-']).next()? {
        "sha1" => DigestAlgorithm::Sha1,
        "sha224" => DigestAlgorithm::Sha224,
        "sha256" => DigestAlgorithm::Sha256,
        "sha384" => DigestAlgorithm::Sha384,
        "sha512" => DigestAlgorithm::Sha512,
        _ => return None,
    })
}

fn algorithm(text: &str, at: usize, name: &str) -> String {
    let document = document(text);
    below(signatures(&document)[at], name).attribute("Algorithm").unwrap().value().into_owned()
}

/// The hash that the Reference names.
pub fn digest_method(text: &str, at: usize) -> DigestAlgorithm {
    hash_named(&algorithm(text, at, "DigestMethod")).unwrap()
}

/// Whether the test key can make such a signature.
pub fn is_rsa(text: &str, at: usize) -> bool {
    algorithm(text, at, "SignatureMethod").contains("#rsa-sha")
}

/// The canonical form of a node, without another.
pub fn octets(node: Node<'_>, method: Canonicalization, prefixes: &str, without: Option<Node<'_>>) -> Vec<u8> {
    let mut out = Vec::new();
    let without = without.map(Node::id);
    canonicalize(node, method, &PrefixList::parse(prefixes), without, &mut |part| out.extend_from_slice(part)).unwrap();
    out
}

/// How a signer goes about it.
#[derive(Default)]
pub struct Manner {
    /// The hash of the digest, where it is not the one that is named.
    pub digest: Option<DigestAlgorithm>,
    /// The hash of the signature, where it is not the one that is named.
    pub hash: Option<DigestAlgorithm>,
    /// The canonicalization of SignedInfo, where it is not the one that is named.
    pub canonicalization: Option<Canonicalization>,
}

/// Signs with these octets as what the Reference is over; `None` where the key is of another kind.
pub fn signed_over(text: &str, at: usize, over: &[u8], manner: &Manner) -> Option<String> {
    if !is_rsa(text, at) {
        return None;
    }
    let value = digest(manner.digest.unwrap_or(digest_method(text, at)), over);
    let text = replaced(text, content(text, at, "DigestValue"), &STANDARD.encode(value.as_bytes()));
    let declared = Canonicalization::from_uri(&algorithm(&text, at, "CanonicalizationMethod")).unwrap();
    let info = {
        let document = document(&text);
        octets(below(signatures(&document)[at], "SignedInfo"), manner.canonicalization.unwrap_or(declared), "", None)
    };
    let hash = manner.hash.unwrap_or(hash_named(&algorithm(&text, at, "SignatureMethod"))?);
    let range = content(&text, at, "SignatureValue");
    Some(replaced(&text, range, &rsa(hash, &info)))
}

/// Signs the signature of this number as it says that it is.
pub fn signed(text: &str, at: usize) -> Option<String> {
    let over = {
        let document = document(text);
        signed_octets(signatures(&document)[at]).unwrap()
    };
    signed_over(text, at, &over, &Manner::default())
}

/// The message with another content, and every signature rightly made; the inner ones first, since the outer ones cover them.
pub fn again(text: &str) -> Option<String> {
    let count = signatures(&document(text)).len();
    (0..count).rev().try_fold(text.to_owned(), |text, at| signed(&text, at))
}
