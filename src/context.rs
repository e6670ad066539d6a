//! What is known about a login beside its captures.

use crate::crypto::PrivateKey;
use crate::crypto::armor::ArmorError;
use crate::crypto::private_key::PrivateKeyError;
use crate::dsig::KeyRing;
use crate::instant::Instant;
use crate::intake::{self, StepErrorKind};
use crate::saml::Message;
use crate::xenc::NamedKey;
use crate::xml::{Doctype, read};

/// The context that captures are judged in. Time comes in with it: the engine reads no clock.
#[derive(Debug)]
pub struct Context {
    /// The caller's wall clock.
    pub clock: Instant,
    /// Which time counts as now.
    pub now: Now,
    /// The keys that the user vouches for.
    pub(crate) keys: KeyRing,
    /// The service's private keys: in memory only, wiped when dropped, and in no report.
    pub(crate) private_keys: Vec<NamedKey>,
}

/// Why something given as context cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextError {
    /// A metadata file that cannot be decoded to XML.
    Unreadable(StepErrorKind),
    /// A metadata file that is XML and no metadata: its root element.
    NoMetadata(String),
    /// Metadata without a signing key.
    NoSigningKey,
    /// A certificate file that cannot be decoded.
    NoCertificate(ArmorError),
    /// A certificate file in which no certificate has a key that can be read.
    NoKey,
    /// A private key that cannot be used.
    PrivateKey(PrivateKeyError),
}

/// Which time counts as now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Now {
    /// The wall clock if it lies within [`AUTO_SECONDS`] of the capture, else the capture's time: an old capture must
    /// not read as one long list of expired times.
    #[default]
    Auto,
    /// The wall clock.
    Clock,
    /// When the newest message was issued.
    Capture,
    /// This time.
    At(Instant),
}

/// How far from the capture the wall clock may lie to be taken for it, in seconds.
pub const AUTO_SECONDS: i64 = 15 * 60;

impl Context {
    /// A context that knows nothing but the time.
    pub fn at(clock: Instant) -> Self {
        Self { clock, now: Now::Auto, keys: KeyRing::default(), private_keys: Vec::new() }
    }

    /// Takes a metadata document, whose signing keys then count as trusted for the entities that it describes. Says how
    /// many keys it has.
    ///
    /// # Errors
    /// Where it is no metadata, or has no signing key.
    pub fn add_metadata(&mut self, name: &str, bytes: &[u8]) -> Result<usize, ContextError> {
        let capture = intake::take(bytes);
        if let Some((_, error)) = capture.error() {
            return Err(ContextError::Unreadable(error.kind.clone()));
        }
        let xml = capture.xml.unwrap_or_default();
        // Refused: metadata is where trust comes from.
        let document =
            read(&xml, Doctype::Refuse).whole().map_err(|error| ContextError::Unreadable(StepErrorKind::Xml(error)))?;
        let kind = Message::of(&document).map(Message::kind).unwrap_or_default();
        if !matches!(kind, "EntityDescriptor" | "EntitiesDescriptor") {
            return Err(ContextError::NoMetadata(kind.to_owned()));
        }
        match self.keys.add_metadata(name, &document) {
            0 => Err(ContextError::NoSigningKey),
            keys => Ok(keys),
        }
    }

    /// Takes certificates (PEM, DER, bare base64, PKCS#7) or public keys in PEM, which then count as trusted. Says how
    /// many keys there are.
    ///
    /// # Errors
    /// Where no key can be read.
    pub fn add_certificates(&mut self, name: &str, bytes: &[u8]) -> Result<usize, ContextError> {
        match self.keys.add_certificates(name, bytes) {
            Ok(0) => Err(ContextError::NoKey),
            Ok(keys) => Ok(keys),
            Err(error) => Err(ContextError::NoCertificate(error)),
        }
    }

    /// Takes a private key: PKCS#8, PKCS#1 or SEC1, PEM or DER; encrypted PKCS#8 with its passphrase.
    ///
    /// # Errors
    /// Why it cannot be used; [`Context::needs_passphrase`] tells the one that a passphrase mends.
    pub fn add_private_key(&mut self, name: &str, bytes: &[u8], passphrase: Option<&[u8]>) -> Result<(), ContextError> {
        let key = PrivateKey::read(bytes, passphrase).map_err(ContextError::PrivateKey)?;
        self.private_keys.push(NamedKey { name: name.to_owned(), key });
        Ok(())
    }

    /// Whether an error says that a private key is encrypted and no passphrase was given.
    pub fn needs_passphrase(error: &ContextError) -> bool {
        *error == ContextError::PrivateKey(PrivateKeyError::NeedsPassphrase)
    }

    /// The time to judge at, and where it comes from, given when the newest message was issued.
    pub(crate) fn resolve_now(&self, captured: Option<Instant>) -> (Instant, NowSource) {
        match (self.now, captured) {
            (Now::At(instant), _) => (instant, NowSource::Given),
            (Now::Capture, Some(captured)) => (captured, NowSource::Capture),
            (Now::Auto, Some(captured)) if (self.clock.unix() - captured.unix()).abs() > AUTO_SECONDS => {
                (captured, NowSource::Capture)
            }
            _ => (self.clock, NowSource::Clock),
        }
    }
}

/// Where the time to judge at comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NowSource {
    /// The context named it.
    Given,
    /// The wall clock.
    Clock,
    /// The newest message's `IssueInstant`.
    Capture,
}

impl NowSource {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Clock => "clock",
            Self::Capture => "capture",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_capture_is_judged_at_its_own_time_unless_the_context_says_otherwise() {
        let clock = Instant::from_unix(1_000_000);
        let (near, old) = (Instant::from_unix(999_200), Instant::from_unix(5_000));
        let resolve = |now, captured| Context { now, ..Context::at(clock) }.resolve_now(captured);
        assert_eq!(resolve(Now::Auto, Some(near)), (clock, NowSource::Clock));
        assert_eq!(resolve(Now::Auto, Some(old)), (old, NowSource::Capture));
        assert_eq!(resolve(Now::Auto, None), (clock, NowSource::Clock));
        assert_eq!(resolve(Now::Clock, Some(old)), (clock, NowSource::Clock));
        assert_eq!(resolve(Now::Capture, Some(near)), (near, NowSource::Capture));
        assert_eq!(resolve(Now::At(old), Some(near)), (old, NowSource::Given));
    }
}
