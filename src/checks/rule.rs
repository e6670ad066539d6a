//! What a rule is: its facts as data, and the function that answers its question.

use serde::{Deserialize, Serialize};

use crate::context::MetadataFile;
use crate::dsig::Cure;
use crate::flow::{Case, IdentityProvider, Place, Profile, Seen};
use crate::saml::Value;
use crate::saml::metadata::Spanned;
use crate::xml::Node;

/// A rule's answer for one case.
pub(crate) enum Answer {
    /// The case has nothing that the rule is about.
    Inapplicable,
    /// The rule looked, and all is well.
    Passed,
    /// Something is wrong.
    Fired(Box<Hit>),
    /// It could not be looked at without these keys of the context; any one of them would do.
    NotChecked(&'static [&'static str]),
}

/// What a rule that fired found.
#[derive(Debug, Default)]
pub(crate) struct Hit {
    /// The proof. The first is what the sentence speaks of.
    pub(crate) evidence: Vec<Evidence>,
    /// Where this case is worse or better than the rule's own severity.
    pub(crate) severity: Option<Severity>,
    /// Where somebody else must act than the rule says.
    pub(crate) who: Option<Who>,
    /// More values for the texts, by the name of their placeholder.
    pub(crate) values: Vec<(&'static str, String)>,
    /// Of a signature that does not hold: what would make it hold, which the sentence then tells.
    pub(crate) cure: Option<Box<Cure>>,
    /// Whether it is wrong with the copy that was captured, and says nothing of what was sent.
    pub(crate) is_of_copy: bool,
}

/// One proof in the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Where it stands; `None` for a file of the context.
    pub(crate) place: Option<Place>,
    /// The metadata file of the context that it stands in.
    pub(crate) file: Option<String>,
    /// What it is, in the standard's term: `NameID`, `Audience`, `Response/@Destination`.
    pub(crate) what: String,
    /// What is there. `None`: nothing.
    pub(crate) actual: Option<String>,
    /// What ought to be there, in words or values.
    pub(crate) expected: Option<String>,
    /// The one value that the actual one is compared with character by character.
    pub(crate) nearest: Option<String>,
}

impl Evidence {
    /// A value of a capture's message.
    pub(crate) fn of(seen: &Seen<'_>, what: &str, value: &Value<'_>) -> Self {
        Self::at(seen.place(value), what).actual(&value.text)
    }

    /// An element of a capture's message.
    pub(crate) fn node(seen: &Seen<'_>, what: &str, node: Node<'_>) -> Self {
        Self::at(seen.place_of(node), what)
    }

    /// A value of a capture that stands in no XML: its RelayState, its URL, a step of its decoding.
    pub(crate) fn outside(seen: &Seen<'_>, what: &str, actual: &str) -> Self {
        Self::at(seen.outside(), what).actual(actual)
    }

    /// A value of metadata, in a capture or in a file of the context.
    pub(crate) fn metadata(file: &MetadataFile, what: &str, value: &Spanned) -> Self {
        Self::metadata_span(file, what, [value.span.start, value.span.end]).actual(&value.text)
    }

    /// Bytes of metadata.
    pub(crate) fn metadata_span(file: &MetadataFile, what: &str, span: [usize; 2]) -> Self {
        let place = file.capture.map(|capture| Place { capture, decryption: None, span: Some(span) });
        let name = place.is_none().then(|| file.name.clone());
        Self { place, file: name, ..Self::nowhere(what) }
    }

    /// Something that stands nowhere: it is missing, or known from the context alone.
    pub(crate) fn nowhere(what: &str) -> Self {
        Self { place: None, file: None, what: what.to_owned(), actual: None, expected: None, nearest: None }
    }

    fn at(place: Place, what: &str) -> Self {
        Self { place: Some(place), ..Self::nowhere(what) }
    }

    /// Says what is there.
    pub(crate) fn actual(mut self, actual: &str) -> Self {
        self.actual = Some(actual.to_owned());
        self
    }

    /// Says what ought to be there, in words.
    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Says the one value that ought to be there, to be compared with what is.
    pub(crate) fn instead_of(mut self, expected: impl Into<String>) -> Self {
        let expected = expected.into();
        self.nearest = Some(expected.clone());
        self.expected = Some(expected);
        self
    }

    /// Says the values of which one ought to be there; the nearest of them is compared with what is.
    pub(crate) fn one_of<'e>(mut self, expected: impl IntoIterator<Item = &'e str>) -> Self {
        let expected: Vec<&str> = expected.into_iter().collect();
        let actual = self.actual.as_deref().unwrap_or_default();
        self.nearest =
            super::nearmiss::nearest(actual, expected.iter().copied()).map(|(nearest, _)| nearest.to_owned());
        self.expected = Some(expected.join(", "));
        self
    }
}

impl Answer {
    /// Fires where there is evidence, else passes.
    pub(crate) fn found(evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self::of(evidence.into_iter().collect())
    }

    fn of(evidence: Vec<Evidence>) -> Self {
        if evidence.is_empty() { Self::Passed } else { Self::Fired(Box::new(Hit { evidence, ..Hit::default() })) }
    }

    /// Fires with one piece of evidence.
    pub(crate) fn fired(evidence: Evidence) -> Self {
        Self::found([evidence])
    }

    /// Fires where the condition holds, else passes.
    pub(crate) fn when(condition: bool, evidence: impl FnOnce() -> Evidence) -> Self {
        if condition { Self::fired(evidence()) } else { Self::Passed }
    }

    /// Gives the texts one more value.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Fired(hit) = &mut self {
            hit.values.push((name, value.into()));
        }
        self
    }

    /// Adds to the proof.
    pub(crate) fn and(mut self, more: Vec<Evidence>) -> Self {
        if let Self::Fired(hit) = &mut self {
            hit.evidence.extend(more);
        }
        self
    }

    /// Makes it worse or better than the rule's own severity.
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        if let Self::Fired(hit) = &mut self {
            hit.severity = Some(severity);
        }
        self
    }

    /// Names somebody else than the rule does.
    pub(crate) fn who(mut self, who: Who) -> Self {
        if let Self::Fired(hit) = &mut self {
            hit.who = Some(who);
        }
        self
    }
}

/// How bad it is (rule catalogue, section 0.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The login is refused.
    Error,
    /// It works, or might, and should not.
    Security,
    /// It works by luck, or not for long.
    Warning,
    /// It explains.
    Note,
}

impl Severity {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Security => "security",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    /// Whether it decides what becomes of the login.
    pub fn decides(self) -> bool {
        matches!(self, Self::Error | Self::Security)
    }
}

/// Who must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// Whoever runs the identity provider.
    IdpAdmin,
    /// Whoever runs the service.
    SpAdmin,
    /// The user.
    User,
    /// Something on the way changed the message.
    Network,
    /// Nobody, as far as is known.
    Nobody,
}

/// In which order what is wrong must be mended: what stands earlier is met earlier, and what comes after it cannot be
/// judged, or need not, before it is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Somebody attacks; nothing else about the message matters.
    Attack,
    /// The message did not come across whole, or not by the right way.
    Transport,
    /// The identity provider itself says that the login failed.
    Status,
    /// The request was not what the identity provider takes.
    Request,
    /// Whether and by whom it is signed, or encrypted.
    Signature,
    /// Whose message it is and for which endpoint: version, ID, Issuer, Destination, InResponseTo.
    Envelope,
    /// For which service the assertion is: Audience, Recipient, what must be there at all.
    Conditions,
    /// Whom it is about: NameID.
    Subject,
    /// What it grants: roles and other attributes.
    Attributes,
    /// When it holds. Late: an old capture has expired whatever else is wrong with it.
    Time,
    /// The metadata, where that itself is looked at.
    Metadata,
    /// Where the user lands.
    RelayState,
    /// Weak algorithms and habits, which refuse nobody as a rule.
    Hygiene,
}

impl Stage {
    /// Under what a reader looks for it, unless the rule says otherwise.
    const fn group(self) -> Group {
        match self {
            Self::Transport => Group::Decode,
            Self::Status | Self::Request | Self::Envelope | Self::Hygiene => Group::Message,
            Self::Signature | Self::Attack => Group::Signature,
            Self::Time => Group::Time,
            Self::Conditions => Group::Audience,
            Self::Subject => Group::Identity,
            Self::Attributes => Group::Roles,
            Self::RelayState => Group::RelayState,
            Self::Metadata => Group::Metadata,
        }
    }
}

/// What a rule is about, in the order in which a service would run the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// How the message came across, and whether it can be read at all.
    Decode,
    /// What it is, whose, for which endpoint, and whether it is put together as the standard has it.
    Message,
    /// Signatures, encryption, and the keys and certificates of both.
    Signature,
    /// When it holds.
    Time,
    /// For which service it is.
    Audience,
    /// Whom it is about.
    Identity,
    /// What it grants: roles and other attributes.
    Roles,
    /// Where the user lands.
    RelayState,
    /// What the metadata says.
    Metadata,
}

impl Group {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Message => "message",
            Self::Signature => "signature",
            Self::Time => "time",
            Self::Audience => "audience",
            Self::Identity => "identity",
            Self::Roles => "roles",
            Self::RelayState => "relay-state",
            Self::Metadata => "metadata",
        }
    }
}

/// A rule's question.
pub(crate) type Check = fn(&Case<'_>) -> Answer;

/// One rule.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its id in the catalogue.
    pub(crate) id: &'static str,
    /// How bad it is, unless the answer says otherwise.
    pub(crate) severity: Severity,
    /// Who must act, unless the answer says otherwise.
    pub(crate) who: Who,
    /// When it matters.
    pub(crate) stage: Stage,
    /// What it is about, where that is not what its stage says.
    pub(crate) grouped: Option<Group>,
    /// Where it comes from: a clause of a specification or a provider's page.
    pub(crate) source: &'static str,
    /// The keys of the context that it can use.
    pub(crate) needs: &'static [&'static str],
    /// Whether a login counts as accepted only where it could be checked.
    pub(crate) required: bool,
    /// The rules whose firing follows from this one's: ids, or with a `*` at the end all that begin so.
    pub(crate) explains: &'static [&'static str],
    /// The question.
    pub(crate) check: Check,
}

impl Rule {
    /// A rule.
    pub(crate) const fn new(
        id: &'static str,
        severity: Severity,
        who: Who,
        stage: Stage,
        source: &'static str,
        check: Check,
    ) -> Self {
        Self { id, severity, who, stage, grouped: None, source, needs: &[], required: false, explains: &[], check }
    }

    /// Names the keys of the context that it can use.
    pub(crate) const fn needs(mut self, keys: &'static [&'static str]) -> Self {
        self.needs = keys;
        self
    }

    /// No login is accepted without it.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Names the rules whose firing follows from this one's.
    pub(crate) const fn explains(mut self, rules: &'static [&'static str]) -> Self {
        self.explains = rules;
        self
    }

    /// Says what it is about where its stage does not.
    pub(crate) const fn grouped(mut self, group: Group) -> Self {
        self.grouped = Some(group);
        self
    }

    /// What it is about.
    pub(crate) fn group(&self) -> Group {
        self.grouped.unwrap_or(self.stage.group())
    }

    /// Whether another rule's firing follows from this one's.
    pub(crate) fn does_explain(&self, id: &str) -> bool {
        self.explains.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => id.starts_with(start),
            None => *pattern == id,
        })
    }
}

/// For which cases a pack's rules run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    /// All.
    Generic,
    /// Logins to one of these services.
    Service(&'static [Profile]),
    /// Logins from one of these identity providers.
    Provider(&'static [IdentityProvider]),
}

impl Scope {
    /// Whether its rules run for a case.
    pub(crate) fn holds(self, case: &Case<'_>) -> bool {
        match self {
            Self::Generic => true,
            // What one of them asks of SAML 2.0 says nothing of SAML 1.1; one general rule names that.
            _ if case.is_version_1() => false,
            Self::Service(profiles) => profiles.contains(&case.profile),
            Self::Provider(products) => products.contains(&case.identity_provider),
        }
    }

    /// Its place in the order of packs: what is particular goes before what is general.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Service(_) => 0,
            Self::Provider(_) => 1,
            Self::Generic => 2,
        }
    }
}

/// The rules of one subject, service or identity provider.
#[derive(Debug)]
pub(crate) struct Pack {
    /// The name that `samlens rules` shows as `profile`.
    pub(crate) profile: &'static str,
    /// For which cases they run.
    pub(crate) scope: Scope,
    /// The rules; of two that are alike in all else, the earlier is the root cause.
    pub(crate) rules: &'static [Rule],
}

/// A rule and its answer.
pub(crate) struct Finding {
    /// The rule.
    pub(crate) rule: &'static Rule,
    /// The scope of its pack.
    pub(crate) scope: Scope,
    /// What it says.
    pub(crate) answer: Answer,
}

impl Finding {
    /// What it found, where it fired.
    pub(crate) fn hit(&self) -> Option<&Hit> {
        match &self.answer {
            Answer::Fired(hit) => Some(hit),
            _ => None,
        }
    }

    /// How bad this case of it is.
    pub(crate) fn severity(&self) -> Severity {
        self.hit().and_then(|hit| hit.severity).unwrap_or(self.rule.severity)
    }

    /// Who must act in this case of it.
    pub(crate) fn who(&self) -> Who {
        self.hit().and_then(|hit| hit.who).unwrap_or(self.rule.who)
    }
}
