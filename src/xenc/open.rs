//! Opening one EncryptedData: every EncryptedKey with every private key, until one gives what can be read.
//!
//! The reasons are told apart, which a service must never do (Bleichenbacher, Vaudenay): here the holder of the private
//! key looks at a captured message, and its sender never sees the answer.

use super::NamedKey;
use super::candidates::{Candidate, Ready};
use super::part::Attempt;
use super::plaintext::Element;
use super::reason::{Failure, Reason, Step};
use crate::crypto::cipher::{self, BlockCipher, CipherError};
use crate::crypto::key_transport::{KeyTransport, KeyTransportError, decrypt_key};
use crate::crypto::{DigestAlgorithm, PrivateKey, Secret};
use crate::limits;
use crate::sorted::sort_by_key;

/// RSA decryptions that are left for this document.
pub(super) struct Budget(pub(super) usize);

impl Budget {
    fn spend(&mut self) -> Result<(), Reason> {
        let none_left = Reason::Limit { name: "KEY_ATTEMPTS", limit: limits::KEY_ATTEMPTS };
        self.0 = self.0.checked_sub(1).ok_or(none_left)?;
        Ok(())
    }
}

/// What is to be opened.
pub(super) struct Lock<'a> {
    pub(super) cipher: BlockCipher,
    pub(super) data: &'a [u8],
    pub(super) candidates: &'a [Candidate],
    /// Reads the plaintext as what may stand there.
    pub(super) read: &'a dyn Fn(Vec<u8>) -> Result<Element, Reason>,
}

/// Tries until something opens; the last attempt is then the one that did.
///
/// Where nothing does, the failure is that of the attempt that came furthest, and among those that failed alike of the
/// one whose private key is the one that the message names.
pub(super) fn open(
    lock: &Lock<'_>,
    keys: &[NamedKey],
    budget: &mut Budget,
) -> (Vec<Attempt>, Result<Element, Failure>) {
    let mut attempts = Vec::new();
    for (encrypted_key, candidate) in lock.candidates.iter().enumerate() {
        let mut order: Vec<_> = keys
            .iter()
            .enumerate()
            .map(|(number, named)| (number, &named.key, candidate.facts.names.belongs(&named.key)))
            .collect();
        sort_by_key(&mut order, |(_, _, belongs)| match belongs {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        });
        for (key, private, belongs) in order {
            let result = attempt(lock, candidate, private, belongs, budget);
            let failure = result.as_ref().err().cloned();
            attempts.push(Attempt { encrypted_key, key, belongs, failure });
            if let Ok(element) = result {
                return (attempts, Ok(element));
            }
        }
    }
    let mut worst: Option<(&Attempt, &Failure)> = None;
    for attempt in &attempts {
        let Some(failure) = &attempt.failure else { continue };
        if worst.is_none_or(|(other, its)| weight(attempt, failure) > weight(other, its)) {
            worst = Some((attempt, failure));
        }
    }
    let nothing = Failure { step: Step::FindKey, reason: Reason::NoEncryptedKey };
    let failure = worst.map_or(nothing, |(_, failure)| failure.clone());
    (attempts, Err(failure))
}

fn weight(attempt: &Attempt, failure: &Failure) -> (Step, u8, u8) {
    let known = match failure.reason {
        Reason::OtherDigests { .. } | Reason::OtherTransport(_) | Reason::LabelUnused => 2,
        Reason::WrongKey => 0,
        _ => 1,
    };
    let belongs = match attempt.belongs {
        Some(true) => 2,
        None => 1,
        Some(false) => 0,
    };
    (failure.step, known, belongs)
}

fn attempt(
    lock: &Lock<'_>,
    candidate: &Candidate,
    key: &PrivateKey,
    belongs: Option<bool>,
    budget: &mut Budget,
) -> Result<Element, Failure> {
    let at = |step| move |reason| Failure { step, reason };
    let session = unwrap(candidate, key, belongs, lock.cipher.key_len(), budget).map_err(at(Step::UnwrapKey))?;
    let plaintext = cipher::decrypt(lock.cipher, session.expose(), lock.data)
        .map_err(|error| at(Step::Decrypt)(cipher_reason(error)))?;
    (lock.read)(plaintext).map_err(at(Step::ReadPlaintext))
}

fn unwrap(
    candidate: &Candidate,
    key: &PrivateKey,
    belongs: Option<bool>,
    key_len: usize,
    budget: &mut Budget,
) -> Result<Secret, Reason> {
    let ready = candidate.ready()?;
    budget.spend()?;
    let error = match decrypt_key(ready.transport, key, ready.octets, ready.label) {
        Ok(session) => return Ok(session),
        Err(error) => error,
    };
    // A key that is not the one named needs no second look.
    let wrong = belongs == Some(false);
    match error {
        KeyTransportError::OtherDigests { digest, mgf_digest } => Err(Reason::OtherDigests { digest, mgf_digest }),
        _ if wrong => Err(Reason::WrongKey),
        KeyTransportError::WrongKey { has } => Err(Reason::NotRsa { has }),
        KeyTransportError::Length { expected, actual } => Err(Reason::WrappedLength { expected, actual }),
        _ => Err(second_look(&ready, key, key_len, budget)?),
    }
}

/// What the sender did where it was not what the message says: the other key transport, or no label.
fn second_look(ready: &Ready<'_>, key: &PrivateKey, key_len: usize, budget: &mut Budget) -> Result<Reason, Reason> {
    let Ready { transport, label, octets } = *ready;
    budget.spend()?;
    // Chance gives the form of PKCS #1 once in some ten thousand times, and this length as well almost never.
    let fits = |session: Secret| session.expose().len() == key_len;
    if let KeyTransport::RsaOaep { .. } = transport {
        if decrypt_key(KeyTransport::RsaPkcs1, key, octets, &[]).is_ok_and(fits) {
            return Ok(Reason::OtherTransport(KeyTransport::RsaPkcs1));
        }
        if label.is_empty() {
            return Ok(Reason::DoesNotOpen);
        }
        budget.spend()?;
        return Ok(match decrypt_key(transport, key, octets, &[]) {
            Ok(_) | Err(KeyTransportError::OtherDigests { .. }) => Reason::LabelUnused,
            Err(_) => Reason::DoesNotOpen,
        });
    }
    let sha1 = DigestAlgorithm::Sha1;
    Ok(match decrypt_key(KeyTransport::RsaOaep { digest: sha1, mgf_digest: sha1 }, key, octets, label) {
        Ok(_) => Reason::OtherTransport(KeyTransport::RsaOaep { digest: sha1, mgf_digest: sha1 }),
        Err(KeyTransportError::OtherDigests { digest, mgf_digest }) => {
            Reason::OtherTransport(KeyTransport::RsaOaep { digest, mgf_digest })
        }
        Err(_) => Reason::DoesNotOpen,
    })
}

fn cipher_reason(error: CipherError) -> Reason {
    match error {
        CipherError::KeyLength { expected, actual } => Reason::SessionKeyLength { expected, actual },
        CipherError::TooShort { minimum, actual } => Reason::TooShort { minimum, actual },
        CipherError::TooLong { .. } => {
            Reason::Limit { name: "MAX_CIPHERTEXT_BYTES", limit: limits::MAX_CIPHERTEXT_BYTES }
        }
        CipherError::NotWholeBlocks { block, actual } => Reason::NotWholeBlocks { block, actual },
        CipherError::Padding { .. } => Reason::Padding,
        CipherError::Authentication => Reason::Authentication,
        CipherError::ShortTag { len } => Reason::ShortTag { len },
    }
}
