//! Owns the forms of private keys: PEM, PKCS#8, PKCS#1 and SEC1.

use std::sync::Arc;

use ::rsa::{BoxedUint, RsaPrivateKey};
use p256::elliptic_curve::sec1::ToSec1Point;

use super::armor::PemBlock;
use super::asn1::{self, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE};
use super::certificate_fields::describe;
use super::key::{Curve, PublicKey, bit_len};
use super::limits::{MAX_RSA_BITS, MIN_RSA_BITS};
use super::private_key::{PrivateKey, PrivateKeyError};
use super::secret::Secret;
use super::{ber, oid, pkcs8, rsa};

/// The private key of a PEM block.
pub(crate) fn from_pem(block: &PemBlock, passphrase: Option<&[u8]>) -> Result<PrivateKey, PrivateKeyError> {
    if block.label == "OPENSSH PRIVATE KEY" {
        return Err(PrivateKeyError::UnsupportedKey { name: "OpenSSH".to_owned() });
    }
    if block.headers.iter().any(|line| line.contains("ENCRYPTED")) {
        let cipher = block
            .headers
            .iter()
            .find_map(|line| line.trim().strip_prefix("DEK-Info:")?.split(',').next())
            .unwrap_or("an unknown cipher");
        return Err(PrivateKeyError::UnsupportedEncryption {
            name: format!("OpenSSL's own Proc-Type: 4,ENCRYPTED ({})", cipher.trim()),
        });
    }
    match &block.content {
        Ok(der) => from_der(der.expose(), passphrase),
        Err(error) => Err(PrivateKeyError::Unreadable(error.clone())),
    }
}

/// The private key of DER or BER, of whichever form.
pub(crate) fn from_der(der: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKey, PrivateKeyError> {
    let der = Secret::new(ber::to_der(der)?.0.into_owned());
    let der = der.expose();
    let mut fields = Reader::new(der).required(SEQUENCE)?.reader();
    let first = fields.next()?;
    let second = fields.next()?;
    match (first.tag, first.content, second.tag) {
        (SEQUENCE, _, OCTET_STRING) => {
            let inner = pkcs8::decrypt(der, passphrase)?;
            // Padding that fits by chance leaves bytes that are no key.
            private_key_info(inner.expose()).map_err(|error| match error {
                PrivateKeyError::Malformed(_) => PrivateKeyError::WrongPassphrase,
                error => error,
            })
        }
        (INTEGER, _, SEQUENCE) if describe(der) != "a PKCS#12 key store" => private_key_info(der),
        (INTEGER, _, INTEGER) if fields.is_empty() => not_private("an RSA public key"),
        (INTEGER, _, INTEGER) => rsa_key(der),
        (INTEGER, [1], OCTET_STRING) => ec_key(der, None),
        (SEQUENCE, _, SEQUENCE) if super::Certificate::from_der(der).is_ok() => not_private("a certificate"),
        _ => not_private(describe(der)),
    }
}

fn not_private(what: &str) -> Result<PrivateKey, PrivateKeyError> {
    Err(PrivateKeyError::NotAPrivateKey { what: what.to_owned() })
}

/// PrivateKeyInfo, also called OneAsymmetricKey (RFC 5958 §2).
fn private_key_info(der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
    let der = Secret::new(ber::to_der(der)?.0.into_owned());
    let mut fields = Reader::new(der.expose()).required(SEQUENCE)?.reader();
    fields.required(INTEGER)?;
    let mut algorithm = fields.required(SEQUENCE)?.reader();
    let name = oid::dotted(algorithm.required(OID)?.content);
    let key = fields.required(OCTET_STRING)?.content;
    match name.as_str() {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.7" | "1.2.840.113549.1.1.10" => rsa_key(key),
        "1.2.840.10045.2.1" => ec_key(key, algorithm.optional(OID).map(|oid| oid::dotted(oid.content))),
        "1.3.101.112" => {
            let seed = Reader::new(key).required(OCTET_STRING)?.content;
            let seed = seed.try_into().map_err(|_| PrivateKeyError::Inconsistent)?;
            // The signing key wipes itself; the seed lies in `der`, which does so too.
            let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key();
            Ok(PrivateKey { public: PublicKey::Ed25519(public.to_bytes()), rsa: None })
        }
        oid => Err(PrivateKeyError::UnsupportedKey { name: oid::foreign_key(oid).unwrap_or(oid).to_owned() }),
    }
}

/// RSAPrivateKey (RFC 8017 §A.1.2). The numbers are checked against each other; those for the Chinese remainder
/// theorem are computed anew.
fn rsa_key(der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
    let der = Secret::new(ber::to_der(der)?.0.into_owned());
    let mut fields = Reader::new(der.expose()).required(SEQUENCE)?.reader();
    let version = fields.unsigned()?;
    let (n, e) = (fields.unsigned()?, fields.unsigned()?);
    let bits = bit_len(n);
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(PrivateKeyError::KeySize { bits });
    }
    let d = fields.unsigned()?;
    let mut primes = vec![fields.unsigned()?, fields.unsigned()?];
    if !version.is_empty() {
        // Version 1: more than two primes, after the three numbers that are not needed.
        for _ in 0..3 {
            fields.unsigned()?;
        }
        let mut others = fields.required(SEQUENCE)?.reader();
        while let Ok(other) = others.required(SEQUENCE) {
            primes.push(other.reader().unsigned()?);
        }
    }
    if primes.iter().chain([&d, &e]).any(|number| number.len() > n.len()) || primes.len() > 8 {
        return Err(PrivateKeyError::Inconsistent);
    }
    let public = PublicKey::from_rsa_numbers(n, e).map_err(PrivateKeyError::Key)?;
    let number = BoxedUint::from_be_slice_vartime;
    let primes = primes.into_iter().map(number).collect();
    let key = RsaPrivateKey::from_components(number(n), number(e), number(d), primes)
        .map_err(|_| PrivateKeyError::Inconsistent)?;
    Ok(PrivateKey { public, rsa: Some(Arc::new(key)) })
}

/// ECPrivateKey (RFC 5915 §3). The curve stands within, or outside in the PrivateKeyInfo.
fn ec_key(der: &[u8], curve: Option<String>) -> Result<PrivateKey, PrivateKeyError> {
    let der = Secret::new(ber::to_der(der)?.0.into_owned());
    let mut fields = Reader::new(der.expose()).required(SEQUENCE)?.reader();
    fields.required(INTEGER)?;
    let scalar = asn1::strip_zeros(fields.required(OCTET_STRING)?.content);
    let inside = || {
        let parameters = fields.optional(asn1::context(0))?;
        Some(oid::dotted(parameters.reader().optional(OID)?.content))
    };
    let name = curve.or_else(inside).unwrap_or_else(|| "explicit parameters".to_owned());
    let curve = Curve::from_oid(&name).ok_or_else(|| PrivateKeyError::UnsupportedKey {
        name: format!("EC {}", oid::foreign_curve(&name).unwrap_or(&name)),
    })?;
    let scalar = rsa::fixed_len(scalar, curve.field_len()).map(Secret::new).ok_or(PrivateKeyError::Inconsistent)?;
    macro_rules! point {
        ($curve:ident) => {
            $curve::SecretKey::from_slice(scalar.expose())
                .map(|key| key.public_key().to_sec1_point(false).as_bytes().to_vec())
                .map_err(|_| PrivateKeyError::Inconsistent)?
        };
    }
    let point = match curve {
        Curve::P256 => point!(p256),
        Curve::P384 => point!(p384),
        Curve::P521 => point!(p521),
    };
    let public = PublicKey::from_point(curve, &point).map_err(PrivateKeyError::Key)?;
    Ok(PrivateKey { public, rsa: None })
}
