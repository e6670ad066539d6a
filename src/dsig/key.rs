//! The keys that a signature is tried with: those the context vouches for, and those the message shows of itself.

use std::sync::Arc;

use super::names::{DSIG, DSIG11};
use crate::crypto::{Certificate, PublicKey, armor};
use crate::saml::metadata::{Entities, KeyDescriptor};
use crate::stated::Stated;
use crate::xml::Node;

/// A key and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// How reports name it: `metadata:FILE#1`, `certificate:FILE`, `keyinfo`.
    pub name: String,
    /// The key.
    pub key: PublicKey,
    /// The certificate that it stands in, if it stands in one.
    pub certificate: Option<Arc<Certificate>>,
    /// For keys from metadata: the entity whose key it is, and in which role.
    pub owner: Option<Owner>,
}

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The `entityID`.
    pub entity_id: String,
    /// The role's element: `IDPSSODescriptor`, `SPSSODescriptor`, …
    pub role: &'static str,
    /// Whether the metadata describes this entity alone.
    pub alone: bool,
}

impl Owner {
    /// Whether its role makes messages of this kind: a service no Responses, an identity provider no AuthnRequests.
    fn makes(&self, kind: &str) -> bool {
        match kind {
            "Response" | "Assertion" | "SAMLResponse" => self.role != "SPSSODescriptor",
            "AuthnRequest" => self.role == "SPSSODescriptor",
            _ => true,
        }
    }
}

/// Every key that a context vouches for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyRing {
    keys: Vec<Key>,
    /// What is stated to have held, of a redacted case.
    stated: Arc<Stated>,
}

impl KeyRing {
    /// Takes the keys of a certificate file: PEM, DER, bare base64, PKCS#7; or public keys as such in PEM. Says how
    /// many it has.
    ///
    /// # Errors
    /// Where nothing in it can be read.
    pub fn add_certificates(&mut self, name: &str, bytes: &[u8]) -> Result<usize, armor::ArmorError> {
        let bundle = armor::certificates(bytes)?;
        let before = self.keys.len();
        for key in armor::public_keys(bytes) {
            self.keys.push(Key { name: format!("certificate:{name}"), key, certificate: None, owner: None });
        }
        for certificate in bundle.certificates.into_iter().flatten() {
            self.keys.extend(with_certificate(format!("certificate:{name}"), certificate));
        }
        Ok(self.keys.len() - before)
    }

    /// Takes every signing key of what a metadata document describes: `<KeyDescriptor>` of `use` "signing" or of none
    /// (SAML 2.0 Metadata §2.4.1.1). Says how many it has.
    pub fn add_metadata(&mut self, name: &str, entities: &Entities) -> usize {
        let before = self.keys.len();
        let alone = entities.entities.len() == 1;
        for entity in &entities.entities {
            for role in &entity.roles {
                for (key, certificate) in role.signing_keys().flat_map(KeyDescriptor::keys) {
                    let number = self.keys.len() - before + 1;
                    let entity_id = entity.id().unwrap_or_default().to_owned();
                    self.keys.push(Key {
                        name: format!("metadata:{name}#{number}"),
                        key,
                        certificate,
                        owner: Some(Owner { entity_id, role: role.kind, alone }),
                    });
                }
            }
        }
        self.keys.len() - before
    }

    /// Takes statements for what they say.
    pub(crate) fn state(&mut self, stated: Arc<Stated>) {
        self.stated = stated;
    }

    /// Whether it is stated that a signature's value held under a key.
    pub(in crate::dsig) fn states(&self, key: &PublicKey, signed: &[u8], value: &[u8]) -> bool {
        !self.stated.signatures.is_empty() && self.stated.holds(signed, value, &key.to_spki())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Every key.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter()
    }

    /// The keys that may speak for an issuer.
    ///
    /// A certificate given as such may speak for all. A key of metadata speaks for its own entity; where no entity of the
    /// metadata has that name, the one entity of a file that describes no other is what the user meant, and that its
    /// name differs is a finding of its own, as long as its role makes messages of that kind. Out of a federation no
    /// foreign entity's key is ever taken.
    ///
    /// `kind`: the local name of what is signed.
    pub fn candidates<'a>(&'a self, issuer: Option<&'a str>, kind: &'a str) -> impl Iterator<Item = &'a Key> {
        let known = self.keys.iter().filter_map(|key| key.owner.as_ref()).any(|o| Some(o.entity_id.as_str()) == issuer);
        self.keys.iter().filter(move |key| match &key.owner {
            None => true,
            Some(owner) if known => Some(owner.entity_id.as_str()) == issuer,
            Some(owner) => owner.alone && owner.makes(kind),
        })
    }
}

/// A certificate, or a key without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// A certificate, whatever its key is.
    Certificate(Box<Certificate>),
    /// A bare key.
    Key(PublicKey),
}

/// What a `<ds:KeyInfo>` holds (XMLDSig 1.1 §4.5), each with the element that it is in. What cannot be read is passed over:
/// nothing here is proof.
pub fn held(key_info: Node<'_>) -> Vec<(Node<'_>, Held)> {
    let mut all = Vec::new();
    for part in key_info.elements() {
        if part.is(DSIG, "X509Data") {
            for node in part.elements_named(DSIG, "X509Certificate") {
                let bundle = armor::certificates(node.text_content().as_bytes()).unwrap_or_default();
                let certificates = bundle.certificates.into_iter().flatten();
                all.extend(certificates.map(|certificate| (node, Held::Certificate(Box::new(certificate)))));
            }
        } else {
            all.extend(bare_key(part).map(|key| (part, Held::Key(key))));
        }
    }
    all
}

/// The key of a `<ds:KeyValue>` or a `<dsig11:DEREncodedKeyValue>`.
pub(crate) fn bare_key(part: Node<'_>) -> Option<PublicKey> {
    match (part.namespace(), part.local_name()) {
        (DSIG, "KeyValue") => part.elements().next().and_then(key_value),
        (DSIG11, "DEREncodedKeyValue") => bytes(part).and_then(|spki| PublicKey::from_spki(&spki).ok()),
        _ => None,
    }
}

/// The keys that a `<ds:KeyInfo>` shows.
pub fn shown(key_info: Node<'_>) -> Vec<Key> {
    let name = || "keyinfo".to_owned();
    let key = |held| match held {
        Held::Certificate(certificate) => with_certificate(name(), *certificate),
        Held::Key(key) => Some(Key { name: name(), key, certificate: None, owner: None }),
    };
    held(key_info).into_iter().filter_map(|(_, held)| key(held)).collect()
}

fn with_certificate(name: String, certificate: Certificate) -> Option<Key> {
    let key = certificate.key.clone().ok()?;
    Some(Key { name, key, certificate: Some(Arc::new(certificate)), owner: None })
}

/// `<RSAKeyValue>` (§4.5.2.2) or `<ECKeyValue>` (§4.5.2.3).
fn key_value(value: Node<'_>) -> Option<PublicKey> {
    match (value.namespace(), value.local_name()) {
        (DSIG, "RSAKeyValue") => {
            let modulus = bytes(value.element(DSIG, "Modulus")?)?;
            let exponent = bytes(value.element(DSIG, "Exponent")?)?;
            PublicKey::from_rsa_numbers(&modulus, &exponent).ok()
        }
        (DSIG11, "ECKeyValue") => {
            let curve = value.element(DSIG11, "NamedCurve")?.attribute("URI")?.value();
            PublicKey::from_ec(&curve, &bytes(value.element(DSIG11, "PublicKey")?)?).ok()
        }
        _ => None,
    }
}

fn bytes(node: Node<'_>) -> Option<Vec<u8>> {
    armor::base64(&node.text_content()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Doctype, read};

    const CERTIFICATE: &str = include_str!("../../tests/fixtures/signatures/keys/rsa2048.crt");
    const IDP: &str = "IDPSSODescriptor";
    const SP: &str = "SPSSODescriptor";

    /// Adds metadata in which each entity has one key in one role.
    fn add(ring: &mut KeyRing, name: &str, entities: &[(&str, &str)]) -> usize {
        let base64: String = CERTIFICATE.lines().filter(|line| !line.starts_with("-----")).collect();
        let entity = |(id, role): &(&str, &str)| {
            format!(
                "<EntityDescriptor entityID='{id}'><{role}><KeyDescriptor><KeyInfo xmlns='{DSIG}'><X509Data>\
                 <X509Certificate>{base64}</X509Certificate></X509Data></KeyInfo></KeyDescriptor></{role}></EntityDescriptor>"
            )
        };
        let all: String = entities.iter().map(entity).collect();
        let text =
            format!("<EntitiesDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata'>{all}</EntitiesDescriptor>");
        ring.add_metadata(name, &crate::saml::metadata::entities(&read(&text, Doctype::Refuse).whole().unwrap()))
    }

    fn names<'a>(ring: &'a KeyRing, issuer: &'a str, kind: &'a str) -> Vec<&'a str> {
        ring.candidates(Some(issuer), kind).map(|key| key.name.as_str()).collect()
    }

    #[test]
    fn keys_are_counted_and_named_by_what_they_came_in() {
        let mut ring = KeyRing::default();
        assert!(ring.is_empty());
        assert_eq!(ring.add_certificates("a.crt", CERTIFICATE.as_bytes()), Ok(1));
        assert!(!ring.is_empty());
        assert_eq!(ring.add_certificates("two.pem", CERTIFICATE.repeat(2).as_bytes()), Ok(2));
        assert_eq!(add(&mut ring, "b.xml", &[("x", IDP), ("y", SP)]), 2);
        assert_eq!(add(&mut ring, "c.xml", &[("z", IDP)]), 1);
        let all: Vec<_> = ring.iter().map(|key| key.name.as_str()).collect();
        let expected = ["a.crt", "two.pem", "two.pem"].map(|name| format!("certificate:{name}"));
        assert_eq!(all[..3], expected);
        assert_eq!(all[3..], ["metadata:b.xml#1", "metadata:b.xml#2", "metadata:c.xml#1"]);
    }

    #[test]
    fn what_is_stated_of_one_signature_holds_for_no_other() {
        use crate::stated::{StatedSignature, name_of};
        let mut ring = KeyRing::default();
        ring.add_certificates("a", CERTIFICATE.as_bytes()).unwrap();
        let key = ring.iter().next().unwrap().key.clone();
        assert!(!ring.states(&key, b"signed", b"value"));
        let [signed, value, spki] =
            [b"signed".to_vec(), b"value".to_vec(), key.to_spki()].map(|octets| name_of(&octets));
        let stated = Stated { signatures: vec![StatedSignature { signed, value, key: spki }], ..Stated::default() };
        ring.state(Arc::new(stated));
        assert!(ring.states(&key, b"signed", b"value"));
        assert!(!ring.states(&key, b"other", b"value"));
        assert!(!ring.states(&key, b"signed", b"other"));
        let other = PublicKey::from_rsa_numbers(&[0xc1; 256], &[3]).unwrap();
        assert!(!ring.states(&other, b"signed", b"value"));
    }

    #[test]
    fn a_key_speaks_for_its_own_entity_and_one_alone_for_what_its_role_makes() {
        let mut ring = KeyRing::default();
        add(&mut ring, "f", &[("x", IDP), ("y", SP)]);
        assert_eq!(names(&ring, "x", "Response"), ["metadata:f#1"]);
        // Its own entity's key, whatever the role: what is signed by it is a finding, and not another's.
        assert_eq!(names(&ring, "y", "Response"), ["metadata:f#2"]);
        assert!(names(&ring, "z", "Response").is_empty(), "no foreign key out of a federation");
        for (role, kind, speaks) in [
            (IDP, "Response", true),
            (IDP, "Assertion", true),
            (IDP, "SAMLResponse", true),
            (IDP, "AuthnRequest", false),
            (IDP, "LogoutRequest", true),
            (SP, "Response", false),
            (SP, "Assertion", false),
            (SP, "SAMLResponse", false),
            (SP, "AuthnRequest", true),
            (SP, "LogoutRequest", true),
        ] {
            let mut alone = KeyRing::default();
            add(&mut alone, "f", &[("x", role)]);
            assert_eq!(!names(&alone, "renamed", kind).is_empty(), speaks, "{role} {kind}");
        }
    }
}
