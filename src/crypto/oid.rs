//! Owns object identifiers: their dotted form, and the names of those that certificates use.

/// The dotted form of the content of an OBJECT IDENTIFIER (X.690 §8.19). Arcs beyond 64 bits end it with `…`.
pub(crate) fn dotted(content: &[u8]) -> String {
    let mut text = String::new();
    let mut arc: u64 = 0;
    for byte in content {
        let Some(shifted) = arc.checked_mul(128) else {
            text.push_str(".…");
            return text;
        };
        arc = shifted | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            // The first two arcs share one number.
            let root = (arc / 40).min(2);
            text = format!("{root}.{}", arc - root * 40);
        } else {
            text.push('.');
            text.push_str(&arc.to_string());
        }
        arc = 0;
    }
    text
}

/// The keyword of an attribute type in a name (RFC 4514 §3, and those in common use beyond it).
pub(crate) fn attribute(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.13" => "description",
        "2.5.4.15" => "businessCategory",
        "2.5.4.17" => "postalCode",
        "2.5.4.42" => "GN",
        "2.5.4.43" => "initials",
        "2.5.4.46" => "dnQualifier",
        "2.5.4.65" => "pseudonym",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => return None,
    })
}

/// The name of a signature algorithm in a certificate (RFC 3279, 4055, 5758, 8410, and older ones).
pub(crate) fn signature(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "1.2.840.113549.1.1.2" => "RSA with MD2",
        "1.2.840.113549.1.1.4" => "RSA with MD5",
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => "RSA with SHA-1",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.113549.1.1.11" => "RSA with SHA-256",
        "1.2.840.113549.1.1.12" => "RSA with SHA-384",
        "1.2.840.113549.1.1.13" => "RSA with SHA-512",
        "1.2.840.113549.1.1.14" => "RSA with SHA-224",
        "1.3.36.3.3.1.2" => "RSA with RIPEMD-160",
        "2.16.840.1.101.3.4.3.13" => "RSA with SHA3-224",
        "2.16.840.1.101.3.4.3.14" => "RSA with SHA3-256",
        "2.16.840.1.101.3.4.3.15" => "RSA with SHA3-384",
        "2.16.840.1.101.3.4.3.16" => "RSA with SHA3-512",
        "1.2.840.10040.4.3" => "DSA with SHA-1",
        "2.16.840.1.101.3.4.3.1" => "DSA with SHA-224",
        "2.16.840.1.101.3.4.3.2" => "DSA with SHA-256",
        "1.2.840.10045.4.1" => "ECDSA with SHA-1",
        "1.2.840.10045.4.3.1" => "ECDSA with SHA-224",
        "1.2.840.10045.4.3.2" => "ECDSA with SHA-256",
        "1.2.840.10045.4.3.3" => "ECDSA with SHA-384",
        "1.2.840.10045.4.3.4" => "ECDSA with SHA-512",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.2.643.2.2.3" => "GOST R 34.10-2001",
        "1.2.643.7.1.1.3.2" => "GOST R 34.10-2012 (256 bits)",
        "1.2.643.7.1.1.3.3" => "GOST R 34.10-2012 (512 bits)",
        "1.2.156.10197.1.501" => "SM2 with SM3",
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        _ => return None,
    })
}

/// The name of a kind of public key which is recognised but not computed with.
pub(crate) fn foreign_key(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "1.2.840.10040.4.1" => "DSA",
        "1.2.840.113549.1.3.1" | "1.2.840.10046.2.1" => "Diffie-Hellman",
        "1.3.101.110" => "X25519",
        "1.3.101.111" => "X448",
        "1.3.101.113" => "Ed448",
        "1.2.643.2.2.19" => "GOST R 34.10-2001",
        "1.2.643.7.1.1.1.1" => "GOST R 34.10-2012 (256 bits)",
        "1.2.643.7.1.1.1.2" => "GOST R 34.10-2012 (512 bits)",
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        _ => return None,
    })
}

/// The name of an elliptic curve which is recognised but not computed with (SEC 2, RFC 5639).
pub(crate) fn foreign_curve(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "1.2.840.10045.3.1.1" => "P-192",
        "1.3.132.0.33" => "P-224",
        "1.3.132.0.10" => "secp256k1",
        "1.3.36.3.3.2.8.1.1.7" => "brainpoolP256r1",
        "1.3.36.3.3.2.8.1.1.11" => "brainpoolP384r1",
        "1.3.36.3.3.2.8.1.1.13" => "brainpoolP512r1",
        "1.2.156.10197.1.301" => "SM2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_identifiers_are_written_in_dots() {
        assert_eq!(dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]), "1.2.840.113549.1.1.11");
        assert_eq!(dotted(&[0x55, 4, 3]), "2.5.4.3");
        assert_eq!(dotted(&[0x88, 0x37, 3]), "2.999.3");
        assert_eq!(dotted(&[]), "");
        assert!(dotted(&[0xff; 40]).ends_with('…'));
    }

    /// The content of an OBJECT IDENTIFIER (X.690 §8.19), which is written otherwise than it is read.
    fn content(oid: &str) -> Vec<u8> {
        let mut arcs: Vec<u64> = oid.split('.').map(|arc| arc.parse().unwrap()).collect();
        let root = arcs.remove(0);
        arcs[0] += 40 * root;
        let arc = |arc: &u64| {
            let digits: Vec<u64> = (0..9).rev().map(|place| arc >> (7 * place) & 0x7f).collect();
            let first = digits.iter().position(|digit| *digit > 0).unwrap_or(8);
            let last = digits.len() - 1;
            (first..=last).map(|at| digits[at] as u8 | if at < last { 0x80 } else { 0 }).collect::<Vec<u8>>()
        };
        arcs.iter().flat_map(arc).collect()
    }

    /// As RFC 4519, RFC 3279, RFC 4055, RFC 5758, RFC 8410, RFC 5480, RFC 5639 and the owners of the others have them.
    #[test]
    fn identifiers_have_the_names_of_their_registries() {
        type Named = fn(&str) -> Option<&'static str>;
        let names: [(Named, &str); 4] = [
            (
                attribute,
                "2.5.4.3 CN, 2.5.4.4 SN, 2.5.4.5 serialNumber, 2.5.4.6 C, 2.5.4.7 L, 2.5.4.8 ST, 2.5.4.9 STREET, 2.5.4.10 O, \
                 2.5.4.11 OU, 2.5.4.12 title, 2.5.4.13 description, 2.5.4.15 businessCategory, 2.5.4.17 postalCode, \
                 2.5.4.42 GN, 2.5.4.43 initials, 2.5.4.46 dnQualifier, 2.5.4.65 pseudonym, 2.5.4.97 organizationIdentifier, \
                 0.9.2342.19200300.100.1.1 UID, 0.9.2342.19200300.100.1.25 DC, 1.2.840.113549.1.9.1 emailAddress",
            ),
            (
                signature,
                "1.2.840.113549.1.1.2 RSA with MD2, 1.2.840.113549.1.1.4 RSA with MD5, 1.2.840.113549.1.1.5 RSA with SHA-1, \
                 1.3.14.3.2.29 RSA with SHA-1, 1.2.840.113549.1.1.10 RSASSA-PSS, 1.2.840.113549.1.1.11 RSA with SHA-256, \
                 1.2.840.113549.1.1.12 RSA with SHA-384, 1.2.840.113549.1.1.13 RSA with SHA-512, \
                 1.2.840.113549.1.1.14 RSA with SHA-224, 1.3.36.3.3.1.2 RSA with RIPEMD-160, \
                 2.16.840.1.101.3.4.3.13 RSA with SHA3-224, 2.16.840.1.101.3.4.3.14 RSA with SHA3-256, \
                 2.16.840.1.101.3.4.3.15 RSA with SHA3-384, 2.16.840.1.101.3.4.3.16 RSA with SHA3-512, \
                 1.2.840.10040.4.3 DSA with SHA-1, 2.16.840.1.101.3.4.3.1 DSA with SHA-224, \
                 2.16.840.1.101.3.4.3.2 DSA with SHA-256, 1.2.840.10045.4.1 ECDSA with SHA-1, \
                 1.2.840.10045.4.3.1 ECDSA with SHA-224, 1.2.840.10045.4.3.2 ECDSA with SHA-256, \
                 1.2.840.10045.4.3.3 ECDSA with SHA-384, 1.2.840.10045.4.3.4 ECDSA with SHA-512, 1.3.101.112 Ed25519, \
                 1.3.101.113 Ed448, 1.2.643.2.2.3 GOST R 34.10-2001, 1.2.643.7.1.1.3.2 GOST R 34.10-2012 (256 bits), \
                 1.2.643.7.1.1.3.3 GOST R 34.10-2012 (512 bits), 1.2.156.10197.1.501 SM2 with SM3, \
                 2.16.840.1.101.3.4.3.17 ML-DSA-44, 2.16.840.1.101.3.4.3.18 ML-DSA-65, 2.16.840.1.101.3.4.3.19 ML-DSA-87",
            ),
            (
                foreign_key,
                "1.2.840.10040.4.1 DSA, 1.2.840.113549.1.3.1 Diffie-Hellman, 1.2.840.10046.2.1 Diffie-Hellman, \
                 1.3.101.110 X25519, 1.3.101.111 X448, 1.3.101.113 Ed448, 1.2.643.2.2.19 GOST R 34.10-2001, \
                 1.2.643.7.1.1.1.1 GOST R 34.10-2012 (256 bits), 1.2.643.7.1.1.1.2 GOST R 34.10-2012 (512 bits), \
                 2.16.840.1.101.3.4.3.17 ML-DSA-44, 2.16.840.1.101.3.4.3.18 ML-DSA-65, 2.16.840.1.101.3.4.3.19 ML-DSA-87",
            ),
            (
                foreign_curve,
                "1.2.840.10045.3.1.1 P-192, 1.3.132.0.33 P-224, 1.3.132.0.10 secp256k1, 1.3.36.3.3.2.8.1.1.7 brainpoolP256r1, \
                 1.3.36.3.3.2.8.1.1.11 brainpoolP384r1, 1.3.36.3.3.2.8.1.1.13 brainpoolP512r1, 1.2.156.10197.1.301 SM2",
            ),
        ];
        for (name, list) in names {
            for one in list.split(", ") {
                let (oid, expected) = one.split_once(' ').unwrap();
                assert_eq!(dotted(&content(oid)), oid);
                assert_eq!(name(oid), Some(expected), "{oid}");
            }
            assert_eq!(name("1.2.3"), None);
        }
    }
}
