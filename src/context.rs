//! What is known about a login beside its captures.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::crypto::PrivateKey;
use crate::crypto::armor::ArmorError;
use crate::crypto::private_key::PrivateKeyError;
use crate::dsig::KeyRing;
use crate::flow::Profile;
use crate::instant::Instant;
use crate::intake::{self, Capture, Captured, Foreign, Given, StepErrorKind};
use crate::language::Language;
use crate::saml::Message;
use crate::saml::metadata::{Entities, entities};
use crate::stated::Stated;
use crate::xenc::NamedKey;
use crate::xml::{Doctype, read};

/// The context that captures are judged in. Time comes in with it: the engine reads no clock.
#[derive(Debug, Clone)]
pub struct Context {
    /// The caller's wall clock.
    pub clock: Instant,
    /// Which time counts as now.
    pub now: Now,
    /// How far the clocks of the parties may differ, in seconds (SAML2int SDP-G01 asks for three to five minutes).
    pub clock_skew_seconds: i64,
    /// The service; `None`: find out.
    pub profile: Option<Profile>,
    /// The URL that the message was delivered to.
    pub received_at: Option<String>,
    /// The service's entity ID.
    pub sp_entity_id: Option<String>,
    /// What the user saw.
    pub error_text: Option<String>,
    /// The account at Alibaba Cloud.
    pub alibaba: Alibaba,
    /// The language of the report.
    pub language: Language,
    /// Which login the verdict is about, by its index in the report; `None`, or one that there is not: the last that has a
    /// Response, else the last.
    pub login: Option<usize>,
    /// The keys that the user vouches for.
    pub(crate) keys: KeyRing,
    /// The metadata that was given.
    pub(crate) metadata: Vec<MetadataFile>,
    /// The request that the login began with, and the name of its file.
    pub(crate) request: Option<(String, Capture)>,
    /// What whoever redacted the case states of it.
    pub(crate) stated: Arc<Stated>,
    /// The service's private keys: in memory only, wiped when dropped, and in no report.
    pub(crate) private_keys: Vec<NamedKey>,
}

/// What is known of the account at Alibaba Cloud. Left out is not known; an empty list is known to be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Alibaba {
    /// The account ID, 16 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The default domain of RAM users: `ALIAS.onaliyun.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_domain: Option<String>,
    /// The domain alias, its ownership verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain_alias: Option<String>,
    /// The auxiliary domain of user-based SSO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auxiliary_domain: Option<String>,
    /// `SsoLoginWithDomain` of `SetUserSsoSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sso_login_with_domain: Option<bool>,
    /// The names of the RAM users, without the domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ram_users: Option<Vec<String>>,
    /// The names of the RAM roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ram_roles: Option<Vec<String>>,
    /// The names of the SAML identity providers in RAM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saml_providers: Option<Vec<String>>,
    /// The names of the CloudSSO users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloudsso_users: Option<Vec<String>>,
    /// The IdP Name that is set in the IDaaS application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idaas_idp_name: Option<String>,
}

impl Alibaba {
    /// Whether nothing is known.
    pub(crate) fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

/// A file of metadata: what it describes.
#[derive(Debug, Clone)]
pub(crate) struct MetadataFile {
    /// The name of the file.
    pub(crate) name: String,
    /// The number of the capture that it is; `None` for a file of the context.
    pub(crate) capture: Option<usize>,
    /// How many bytes its XML has.
    pub(crate) bytes: usize,
    /// What it describes.
    pub(crate) entities: Entities,
}

/// Why something given as context cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextError {
    /// A metadata file that cannot be decoded to XML.
    Unreadable(StepErrorKind),
    /// A metadata file that is XML and no metadata: its root element.
    NoMetadata(String),
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
    /// When the newest message of the login was captured.
    Capture,
    /// This time.
    At(Instant),
}

/// How far the clocks of the parties may differ where the context does not say, in seconds.
pub const CLOCK_SKEW_SECONDS: i64 = 180;

/// How far from the capture the wall clock may lie to be taken for it, in seconds.
pub const AUTO_SECONDS: i64 = 15 * 60;

impl Context {
    /// A context that knows nothing but the time.
    pub fn at(clock: Instant) -> Self {
        Self {
            clock,
            now: Now::Auto,
            clock_skew_seconds: CLOCK_SKEW_SECONDS,
            profile: None,
            received_at: None,
            sp_entity_id: None,
            error_text: None,
            alibaba: Alibaba::default(),
            language: Language::default(),
            login: None,
            keys: KeyRing::default(),
            metadata: Vec::new(),
            request: None,
            private_keys: Vec::new(),
            stated: Arc::default(),
        }
    }

    /// Takes a metadata document, whose signing keys then count as trusted for the entities that it describes. Says how
    /// many keys it has; a service's may have none.
    ///
    /// # Errors
    /// Where it is no metadata.
    pub fn add_metadata(&mut self, name: &str, bytes: &[u8]) -> Result<usize, ContextError> {
        let capture = intake::take_one(bytes);
        readable(&capture)?;
        let xml = capture.xml.unwrap_or_default();
        // Refused: metadata is where trust comes from.
        let document =
            read(&xml, Doctype::Refuse).whole().map_err(|error| ContextError::Unreadable(StepErrorKind::Xml(error)))?;
        let kind = Message::of(&document).map(Message::kind).unwrap_or_default();
        if !matches!(kind, "EntityDescriptor" | "EntitiesDescriptor") {
            return Err(ContextError::NoMetadata(kind.to_owned()));
        }
        let entities = entities(&document);
        let keys = self.keys.add_metadata(name, &entities);
        self.metadata.push(MetadataFile { name: name.to_owned(), capture: None, bytes: xml.len(), entities });
        Ok(keys)
    }

    /// Takes the request that the login began with, in any of the forms that a capture may have.
    ///
    /// # Errors
    /// Where it cannot be decoded to XML.
    pub fn set_request(&mut self, name: &str, bytes: &[u8]) -> Result<(), ContextError> {
        let capture = intake::take_one(bytes);
        readable(&capture)?;
        self.request = Some((name.to_owned(), capture.into_owned()));
        Ok(())
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

    /// Takes what whoever redacted the case states of it.
    pub(crate) fn state(&mut self, stated: Stated) {
        self.stated = Arc::new(stated);
        self.keys.state(Arc::clone(&self.stated));
    }

    /// The same with the certificates and keys that stand among the captures, which count as given: whoever puts them
    /// beside a message vouches for them. `None` where there are none.
    pub(crate) fn with_given(&self, captures: &[(&str, &Captured<'_>)]) -> Option<Self> {
        let given = captures.iter().filter_map(|(name, capture)| Some((*name, capture.given.as_ref()?)));
        let mut own: Option<Self> = None;
        for (name, given) in given.filter(|_| captures.len() > 1) {
            let context = own.get_or_insert_with(|| self.clone());
            match given {
                // What has no key that can be read is told by the capture.
                Given::Certificates(bytes) => _ = context.keys.add_certificates(name, bytes),
                Given::PrivateKey(key) => {
                    context.private_keys.push(NamedKey { name: name.to_owned(), key: key.clone() });
                }
            }
        }
        own
    }

    /// Whether an error says that a private key is encrypted and no passphrase was given.
    pub fn needs_passphrase(error: &ContextError) -> bool {
        *error == ContextError::PrivateKey(PrivateKeyError::NeedsPassphrase)
    }

    /// The time to judge at, and where it comes from, given when the newest message was captured.
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

/// Whether there is XML in what was given as metadata or as a request.
fn readable(capture: &Captured<'_>) -> Result<(), ContextError> {
    let kind = match capture.error() {
        Some((_, error)) => error.kind.clone(),
        None if capture.given.is_some() => StepErrorKind::Foreign(Foreign::Pem),
        None if capture.xml.is_none() => StepErrorKind::NoParameter,
        None => return Ok(()),
    };
    Err(ContextError::Unreadable(kind))
}

/// Where the time to judge at comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NowSource {
    /// The context named it.
    Given,
    /// The wall clock.
    Clock,
    /// The newest message of the login: the trace's own time, else its `IssueInstant`.
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
