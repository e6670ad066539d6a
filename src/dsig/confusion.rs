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
        // As Python's hmac has them: a secret of one block is no digest yet.
        let whole = hex(DigestAlgorithm::Sha256, &[b'k'; 64], b"text");
        assert_eq!(whole, "0414bb1d8c0c4556cdb2028727b16610ae377b1a194b6db1f853d4297f2329bc");
        let whole = hex(DigestAlgorithm::Sha512, &[b'k'; 128], b"text");
        assert!(whole.starts_with("4e088c5e1001741d629227fb0aef3212a543e95e"), "{whole}");
    }

    /// A signature whose HMAC was made with a secret, under this name of an algorithm.
    fn signed(secret: &[u8], name: &str, algorithm: DigestAlgorithm) -> String {
        let made = |value: &str| {
            format!(
                "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo><CanonicalizationMethod \
                 Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'></CanonicalizationMethod><SignatureMethod \
                 Algorithm='http://www.w3.org/2001/04/xmldsig-more#{name}'></SignatureMethod><Reference URI=''><DigestMethod \
                 Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'></DigestMethod><DigestValue>AA==</DigestValue>\
                 </Reference></SignedInfo><SignatureValue>{value}</SignatureValue></Signature>"
            )
        };
        // Exclusive canonical form of what has one namespace and only double quotes to change.
        let text = made("");
        let (start, end) = (text.find("<SignedInfo").unwrap(), text.find("<SignatureValue").unwrap());
        let info = text.get(start..end).unwrap().replace('\'', "\"");
        let canonical = info.replacen("<SignedInfo", "<SignedInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"", 1);
        made(&STANDARD.encode(hmac(algorithm, secret, canonical.as_bytes())))
    }

    #[test]
    fn whatever_form_the_public_key_had_as_a_secret_it_is_found() {
        use crate::xml::{Doctype, read};
        let pem = include_str!("../../tests/fixtures/signatures/keys/rsa2048.crt").trim_end();
        let public = include_str!("../../tests/fixtures/signatures/keys/rsa2048.pub").trim_end();
        let mut ring = super::super::KeyRing::default();
        ring.add_certificates("own", pem.as_bytes()).unwrap();
        let key = ring.iter().next().unwrap();
        let found = |secret: &[u8], name, algorithm| {
            let xml = signed(secret, name, algorithm);
            let document = read(&xml, Doctype::Refuse).whole().unwrap();
            public_secret(document.root().elements().next().unwrap(), ring.iter()).is_some()
        };
        for text in [pem, public] {
            let lines = text.lines().filter(|line| !line.starts_with("---")).collect::<Vec<_>>().join("\n");
            let line = lines.replace('\n', "");
            let der = STANDARD.decode(&line).unwrap();
            let forms =
                [text.to_owned(), format!("{text}\n"), text.replace('\n', ""), format!("{lines}\n"), lines, line];
            for secret in forms.iter().map(String::as_bytes).chain([der.as_slice()]) {
                assert!(found(secret, "hmac-sha256", DigestAlgorithm::Sha256), "{}", String::from_utf8_lossy(secret));
            }
        }
        for (name, algorithm) in [
            ("hmac-sha224", DigestAlgorithm::Sha224),
            ("hmac-sha384", DigestAlgorithm::Sha384),
            ("hmac-sha512", DigestAlgorithm::Sha512),
        ] {
            assert!(found(pem.as_bytes(), name, algorithm), "{name}");
        }
        assert!(!found(b"a secret", "hmac-sha256", DigestAlgorithm::Sha256));
        assert!(!found(pem.as_bytes(), "hmac-sha512", DigestAlgorithm::Sha256), "another digest");
        assert!(!found(pem.as_bytes(), "rsa-sha256", DigestAlgorithm::Sha256), "no HMAC");
        assert!(key.certificate.is_some());
    }
}
