//! Whether an HMAC was made with what everybody can read: a public key that a verifier takes for the shared secret.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::key::Key;
use super::structure;
use crate::crypto::digest::{DigestAlgorithm, digest};
use crate::xml::{Canonicalization, Node, PrefixList, canonicalize};

/// The bytes of a block of each digest that HMAC is made with (RFC 2104 §2).
fn block(algorithm: DigestAlgorithm) -> usize {
    if algorithm.output_len() > 32 { 128 } else { 64 }
}

/// HMAC (RFC 2104 §2).
fn hmac(algorithm: DigestAlgorithm, secret: &[u8], text: &[u8]) -> Vec<u8> {
    let mut key = secret.to_vec();
    if key.len() > block(algorithm) {
        key = digest(algorithm, secret).as_bytes().to_vec();
    }
    key.resize(block(algorithm), 0);
    let keyed = |pad: u8, text: &[u8]| {
        let mut bytes: Vec<u8> = key.iter().map(|byte| byte ^ pad).collect();
        bytes.extend_from_slice(text);
        digest(algorithm, &bytes)
    };
    keyed(0x5C, keyed(0x36, text).as_bytes()).as_bytes().to_vec()
}

/// Everything that a verifier may hold in the place of a secret: the certificate or the key as DER, as base64 in one line
/// and in lines, and as PEM with and without its line ends.
fn secrets(key: &Key) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let certificate = key.certificate.as_ref().map(|certificate| ("CERTIFICATE", certificate.der.clone()));
    let spki = ("PUBLIC KEY", key.key.to_spki());
    for (label, der) in certificate.into_iter().chain([spki]) {
        let text = STANDARD.encode(&der);
        // Base64 is ASCII: no character is cut.
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        let lines = lines.join("\n");
        let pem = format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----");
        let ended = [format!("{lines}\n"), format!("{pem}\n"), pem.replace('\n', "")];
        all.push(der);
        all.extend([text, lines, pem].into_iter().chain(ended).map(String::into_bytes));
    }
    all
}

/// The first of some keys that the HMAC of a `<ds:Signature>` was made with as if it were a secret.
pub fn public_secret<'k>(signature: Node<'_>, mut keys: impl Iterator<Item = &'k Key>) -> Option<&'k Key> {
    use DigestAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};
    let shape = structure::read(signature).ok()?;
    let (_, name) = shape.signature_method.algorithm.rsplit_once("#hmac-")?;
    let all = [("sha1", Sha1), ("sha224", Sha224), ("sha256", Sha256), ("sha384", Sha384), ("sha512", Sha512)];
    let algorithm = all.into_iter().find(|(known, _)| *known == name)?.1;
    let method = Canonicalization::from_uri(&shape.canonicalization.algorithm)?;
    let mut signed = Vec::new();
    let list = shape.canonicalization.prefix_list();
    let prefixes = PrefixList::parse(&list);
    canonicalize(shape.signed_info, method, &prefixes, None, &mut |bytes| signed.extend_from_slice(bytes)).ok()?;
    keys.find(|key| secrets(key).iter().any(|secret| hmac(algorithm, secret, &signed) == shape.signature_value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hmac_is_that_of_the_standard() {
        // RFC 4231, 4.3 and 4.7.
        let hex = |algorithm, secret: &[u8], text: &[u8]| {
            hmac(algorithm, secret, text).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let sha256 = hex(DigestAlgorithm::Sha256, b"Jefe", b"what do ya want for nothing?");
        assert_eq!(sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let sha512 =
            hex(DigestAlgorithm::Sha512, &[0xAA; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert!(sha512.starts_with("80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"), "{sha512}");
    }
}
