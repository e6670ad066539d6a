//! Owns opening encrypted private keys: PBES2 with PBKDF2 or scrypt, and naming the schemes that are not opened.

use pkcs5::pbes2::{self, Kdf};

use super::asn1::{OCTET_STRING, OID, Reader, SEQUENCE};
use super::limits::{MAX_PBKDF2_ITERATIONS, MAX_SCRYPT_BYTES, MAX_SCRYPT_PARALLELIZATION};
use super::oid;
use super::private_key::PrivateKeyError;
use super::secret::Secret;

const PBES2: &str = "1.2.840.113549.1.5.13";

/// Opens an EncryptedPrivateKeyInfo (RFC 5958 §3) to the PrivateKeyInfo within.
pub(crate) fn decrypt(der: &[u8], passphrase: Option<&[u8]>) -> Result<Secret, PrivateKeyError> {
    let mut fields = Reader::new(der).required(SEQUENCE)?.reader();
    let algorithm = fields.required(SEQUENCE)?;
    let scheme = oid::dotted(algorithm.reader().required(OID)?.content);
    let sealed = fields.required(OCTET_STRING)?;
    if scheme != PBES2 {
        return Err(PrivateKeyError::UnsupportedEncryption { name: old_scheme(&scheme).map_or(scheme, str::to_owned) });
    }
    let parameters = match pkcs5::EncryptionScheme::try_from(algorithm.whole) {
        Ok(pkcs5::EncryptionScheme::Pbes2(parameters)) => parameters,
        _ => {
            return Err(PrivateKeyError::UnsupportedEncryption { name: "PBES2 with other parameters".to_owned() });
        }
    };
    check_cost(&parameters)?;
    let passphrase = passphrase.ok_or(PrivateKeyError::NeedsPassphrase)?;
    match parameters.decrypt(passphrase, sealed.content) {
        Ok(key) => Ok(Secret::new(key)),
        Err(pkcs5::Error::UnsupportedAlgorithm { oid }) => {
            Err(PrivateKeyError::UnsupportedEncryption { name: format!("PBES2 ({oid})") })
        }
        Err(_) => Err(PrivateKeyError::WrongPassphrase),
    }
}

/// The cost is chosen by whoever made the file, and paid by whoever opens it.
fn check_cost(parameters: &pbes2::Parameters) -> Result<(), PrivateKeyError> {
    let too_costly = |what: String| Err(PrivateKeyError::TooCostly { what });
    match &parameters.kdf {
        Kdf::Pbkdf2(kdf) if kdf.iteration_count > MAX_PBKDF2_ITERATIONS => {
            too_costly(format!("PBKDF2 iterationCount {} > {MAX_PBKDF2_ITERATIONS}", kdf.iteration_count))
        }
        Kdf::Scrypt(kdf) => {
            let bytes = u64::from(kdf.block_size).saturating_mul(128).saturating_mul(kdf.cost_parameter);
            if bytes > MAX_SCRYPT_BYTES {
                too_costly(format!("scrypt 128·N·r {bytes} > {MAX_SCRYPT_BYTES}"))
            } else if kdf.parallelization > MAX_SCRYPT_PARALLELIZATION {
                too_costly(format!("scrypt p {} > {MAX_SCRYPT_PARALLELIZATION}", kdf.parallelization))
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

/// The schemes of PBES1 (RFC 8018 §A.3) and of PKCS#12 (RFC 7292 §C).
fn old_scheme(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "1.2.840.113549.1.5.1" => "PBES1 (MD2 and DES)",
        "1.2.840.113549.1.5.3" => "PBES1 (MD5 and DES)",
        "1.2.840.113549.1.5.4" => "PBES1 (MD2 and RC2)",
        "1.2.840.113549.1.5.6" => "PBES1 (MD5 and RC2)",
        "1.2.840.113549.1.5.10" => "PBES1 (SHA-1 and DES)",
        "1.2.840.113549.1.5.11" => "PBES1 (SHA-1 and RC2)",
        "1.2.840.113549.1.12.1.1" => "PKCS#12 PBE (SHA-1 and RC4, 128 bits)",
        "1.2.840.113549.1.12.1.2" => "PKCS#12 PBE (SHA-1 and RC4, 40 bits)",
        "1.2.840.113549.1.12.1.3" => "PKCS#12 PBE (SHA-1 and Triple DES)",
        "1.2.840.113549.1.12.1.4" => "PKCS#12 PBE (SHA-1 and two-key Triple DES)",
        "1.2.840.113549.1.12.1.5" => "PKCS#12 PBE (SHA-1 and RC2, 128 bits)",
        "1.2.840.113549.1.12.1.6" => "PKCS#12 PBE (SHA-1 and RC2, 40 bits)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::asn1::der;
    use super::*;

    /// RFC 8018 §A.3, RFC 7292 §C; all of them are one arc apart.
    #[test]
    fn the_schemes_of_old_tools_are_named() {
        for (arcs, last, name) in [
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5][..], 1, "PBES1 (MD2 and DES)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5], 3, "PBES1 (MD5 and DES)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5], 4, "PBES1 (MD2 and RC2)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5], 6, "PBES1 (MD5 and RC2)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5], 10, "PBES1 (SHA-1 and DES)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5], 11, "PBES1 (SHA-1 and RC2)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5], 12, "1.2.840.113549.1.5.12"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1], 1, "PKCS#12 PBE (SHA-1 and RC4, 128 bits)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1], 2, "PKCS#12 PBE (SHA-1 and RC4, 40 bits)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1], 3, "PKCS#12 PBE (SHA-1 and Triple DES)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1], 4, "PKCS#12 PBE (SHA-1 and two-key Triple DES)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1], 5, "PKCS#12 PBE (SHA-1 and RC2, 128 bits)"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1], 6, "PKCS#12 PBE (SHA-1 and RC2, 40 bits)"),
        ] {
            let algorithm = der(SEQUENCE, &der(OID, &[arcs, &[last]].concat()));
            let sealed = der(SEQUENCE, &[algorithm, der(OCTET_STRING, b"sealed")].concat());
            let expected = PrivateKeyError::UnsupportedEncryption { name: name.to_owned() };
            assert_eq!(decrypt(&sealed, Some(b"words")).err(), Some(expected));
        }
    }
}
