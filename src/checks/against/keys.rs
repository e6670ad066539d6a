//! The keys and algorithms that messages use, held against those that the parties' metadata lists.

use super::{Agreement, Listed, Party, Table};
use crate::checks::rule::Evidence;
use crate::crypto::PublicKey;
use crate::crypto::algorithm::{self, Role as Use};
use crate::crypto::certificate::Certificate;
use crate::crypto::digest::DigestAlgorithm;
use crate::dsig::names::DSIG;
use crate::dsig::{Key, shown};
use crate::flow::Seen;
use crate::saml::metadata::Spanned;
use crate::saml::{Value, attribute};
use crate::xenc::XENC;

impl<'d> Table<'_, 'd> {
    pub(super) fn keys(&mut self) {
        for (seen, message) in self.case.messages() {
            let sender = self.sender(message);
            let other = match sender.map(|party| party.side) {
                Some("idp") => self.sp,
                Some(_) => self.idp,
                None => None,
            };
            for verdict in seen.signatures() {
                let value = Value { text: "".into(), span: verdict.span.clone() };
                let said = Evidence::of(seen, "Signature", &value);
                if let Some(party) = sender {
                    self.key("signing", party, said.clone(), verdict.public_key.as_ref(), seen.shown(verdict));
                }
                let Some(other) = other else { continue };
                let methods = [
                    (
                        "signature-algorithm",
                        "SignatureMethod",
                        verdict.signature_algorithm.as_ref(),
                        &other.entity.about.signing_methods,
                    ),
                    (
                        "digest-algorithm",
                        "DigestMethod",
                        verdict.digest_algorithm.as_ref(),
                        &other.entity.about.digest_methods,
                    ),
                ];
                for (what, place, used, listed) in methods {
                    let said = used.map(|used| Evidence { what: place.to_owned(), ..said.clone() }.actual(used));
                    self.methods(what, other, said, listed);
                }
            }
            if let Some(query) = &seen.query {
                let said = Evidence::outside(seen, "Signature", "");
                if let Some(party) = sender {
                    self.key("signing", party, said, query.public_key.as_ref(), &[]);
                }
                if let Some(other) = other {
                    let used = query.signature_algorithm.as_ref().map(|used| Evidence::outside(seen, "SigAlg", used));
                    self.methods("signature-algorithm", other, used, &other.entity.about.signing_methods);
                }
            }
        }
        if let Some((seen, party)) = self.case.response().zip(self.sp) {
            self.encryption(seen, party);
        }
    }

    /// An algorithm, where the party lists those that it has.
    fn methods(&mut self, what: &'static str, party: Party<'d>, said: Option<Evidence>, listed: &'d [Spanned]) {
        if !listed.is_empty() {
            let listed: Vec<Listed<'_>> = listed.iter().map(|method| (party.file, "Algorithm", method)).collect();
            self.row(what, party.side, said, &listed);
        }
    }

    /// The key that a signature holds with or that something is encrypted to, or else the one that is shown beside it.
    fn key(&mut self, usage: &'static str, party: Party<'d>, said: Evidence, used: Option<&PublicKey>, shown: &[Key]) {
        let Some(used) = used.or_else(|| shown.first().map(|key| &key.key)) else { return };
        let certificate = shown.iter().filter(|key| key.key == *used).find_map(|key| key.certificate.as_ref());
        let (mut equal, mut same, mut others) = (false, false, false);
        let mut listed = Vec::new();
        let mut add = |key: Option<&PublicKey>, span: &std::ops::Range<usize>, what, text: String| {
            let evidence = Evidence::metadata_span(party.file, what, [span.start, span.end]).actual(&text);
            let is_used = key == Some(used);
            equal |= is_used;
            others |= !is_used;
            listed.insert(if is_used { 0 } else { listed.len() }, evidence);
        };
        for key in party.role.keys.iter().filter(|key| key.is_for(usage)) {
            for found in &key.certificates {
                let Ok(own) = &found.result else { continue };
                same |= certificate.is_some_and(|shown| print(shown) == print(own));
                add(own.key.as_ref().ok(), &found.span, "X509Certificate", named(own));
            }
            for (span, key) in &key.bare_keys {
                add(Some(key), span, "KeyValue", bare(key));
            }
        }
        let (what, second) = match usage {
            "signing" => ("signing-key", "second"),
            _ => ("encryption-key", ""),
        };
        let (outcome, told) = match (equal, listed.is_empty()) {
            (true, _) if certificate.is_some() && !same => (Agreement::Match, "renewed"),
            (true, _) if others => (Agreement::Match, second),
            (true, _) => (Agreement::Match, ""),
            (false, true) => (Agreement::Unlisted, ""),
            (false, false) => (Agreement::Mismatch, ""),
        };
        let said = said.actual(&certificate.map_or_else(|| bare(used), |certificate| named(certificate)));
        self.settled((what, party.side), (outcome, told), Some(said), listed);
    }

    /// What the assertion is encrypted to, and with what.
    fn encryption(&mut self, seen: &Seen<'d>, party: Party<'d>) {
        let Some(sent) = seen.sent else { return };
        for node in sent.elements_named(XENC, "EncryptedKey") {
            let keys = node.element(DSIG, "KeyInfo").map(shown).unwrap_or_default();
            let place = seen.place_as_sent(&node.open_tag());
            let said = Evidence { place: Some(place), ..Evidence::nowhere("EncryptedKey") };
            self.key("encryption", party, said, None, &keys);
        }
        let kinds = [
            ("EncryptedData", "encryption-algorithm", Use::Cipher),
            ("EncryptedKey", "key-transport", Use::KeyTransport),
        ];
        let listed = || party.role.encryption_keys().flat_map(|key| &key.encryption_methods);
        for (element, what, purpose) in kinds {
            // A list of ciphers says nothing of how keys are sent.
            let of_kind = |method: &&Spanned| algorithm::entry(&method.text).is_some_and(|entry| entry.role == purpose);
            let listed: Vec<Listed<'_>> =
                listed().filter(of_kind).map(|m| (party.file, "EncryptionMethod", m)).collect();
            for node in sent.elements_named(XENC, element).filter(|_| !listed.is_empty()) {
                let used = node.element(XENC, "EncryptionMethod").and_then(|method| attribute(method, "Algorithm"));
                let said = used.map(|used| {
                    let place = Some(seen.place_as_sent(&used.span));
                    Evidence { place, ..Evidence::nowhere("EncryptionMethod/@Algorithm") }.actual(&used.text)
                });
                self.row(what, party.side, said, &listed);
            }
        }
    }
}

fn print(certificate: &Certificate) -> crate::crypto::DigestValue {
    certificate.fingerprint(DigestAlgorithm::Sha256)
}

fn named(certificate: &Certificate) -> String {
    format!("{} · SHA-256 {}", certificate.subject, print(certificate).hex())
}

fn bare(key: &PublicKey) -> String {
    format!("{} · SHA-256 {}", key.name(), key.spki_sha256().hex())
}
