//! One walk over captured metadata for all the rules that are about how it is written.
//!
//! A federation has a million elements and as many places for each fault: they are walked once, nothing is copied before
//! something is wrong, and of each fault the first places are kept and the others counted.

mod endpoints;
mod keys;
mod texts;

use std::collections::{HashMap, HashSet};
use std::hash::RandomState;

use self::endpoints::has_space;
use super::scope::{Gathered, Site, captured, has_messages};
use super::style::RULES;
use crate::checks::{Answer, Evidence, Severity, Who};
use crate::dsig::names::DSIG;
use crate::flow::{Case, IDP, SP};
use crate::saml::names::{ALG, IDPDISC, INIT, MDRPI, MDUI, METADATA, PROTOCOL, SHIBMD};
use crate::xml::{Document, Node, NodeKind};

const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
/// Most characters of an element's text that a finding shows.
const SHOWN: usize = 256;

/// What a walk looks for: the number of its rule in [`RULES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    NoSignOn,
    NoConsumer,
    NoPost,
    ConsumerIndex,
    NoIndex,
    Defaults,
    DangerousLocation,
    RelativeLocation,
    HttpLocation,
    InternalLocation,
    FragmentLocation,
    PortLocation,
    UriSpace,
    UnknownBinding,
    IllegalBinding,
    BindingProtocol,
    HolderOfKey,
    RepeatedBinding,
    RepeatedIndex,
    RepeatedEntity,
    NoRole,
    NoEncryptionKey,
    KeyInfoNamespace,
    KeyInfoComment,
    SigningEncryptionMethod,
    MisplacedAlgorithm,
    SharedCertificate,
    FormatMissing,
    FormatMismatch,
    ScopeAny,
    ScopeSpace,
    ScopeRegexp,
    Language,
    DisplayLineBreak,
    RepeatedLanguage,
    SharedDisplayName,
    MisplacedUi,
    LogoSize,
    LogoAddress,
    LogoLong,
    NoLogout,
    LogoutResponse,
}

/// What a walk found, by [`Fault`].
type Found = Vec<Gathered>;

/// The answer of a rule whose fault the walk looks for.
pub(super) fn told(case: &Case<'_>, fault: Fault) -> Answer {
    let found = case.surveyed.get_or_init(|| Box::new(survey(case)));
    match found.downcast_ref::<Option<Found>>() {
        Some(Some(found)) => found.get(fault as usize).map_or(Answer::Passed, |found| found.clone().told()),
        _ => Answer::Inapplicable,
    }
}

/// `None` where there is no metadata to look at.
fn survey(case: &Case<'_>) -> Option<Found> {
    let sites = captured(case);
    let alone = !has_messages(case);
    let mut found: Found = Vec::new();
    found.resize_with(RULES.len(), Gathered::default);
    let mut rest = sites.as_slice();
    while let Some(first) = rest.first() {
        let file = first.file;
        let count = rest.iter().take_while(|site| std::ptr::eq(site.file, file)).count();
        let (own, others) = rest.split_at_checked(count.max(1))?;
        rest = others;
        let seen = case.seen.iter().find(|seen| Some(seen.index) == file.capture);
        if let Some(document) = seen.and_then(|seen| seen.sent) {
            let mut walk = Walk::new(own, &mut found, alone);
            walk.over(document);
        }
    }
    (!sites.is_empty()).then_some(found)
}

/// A role that the walk is in.
struct RoleAt<'d> {
    node: Node<'d>,
    end: usize,
    /// Whether it says that it speaks SAML 2.0; `None` where it says nothing.
    is_version_2: Option<bool>,
    /// Whether it has a SingleSignOnService, and the bindings of all of them, as bits.
    signs_on: bool,
    sign_on: u32,
    logs_out: bool,
    /// The first AssertionConsumerService, whether one takes HTTP-POST, and whether one is marked as the default.
    consumer: Option<Node<'d>>,
    takes_post: bool,
    has_default: bool,
    /// The indexes that were met, by element.
    indexes: HashSet<(&'d str, u16)>,
    encrypts: bool,
}

/// A key that the walk is in.
struct KeyAt {
    end: usize,
    /// Where its KeyInfo ends.
    info_end: usize,
    signs_only: bool,
    signs: bool,
}

struct Walk<'d, 'f> {
    found: &'f mut Found,
    sites: std::slice::Iter<'f, Site<'d>>,
    alone: bool,
    next: Option<Site<'d>>,
    site: Option<Site<'d>>,
    /// Where the entity ends.
    end: usize,
    /// How many of its roles were entered.
    roles: usize,
    role: Option<RoleAt<'d>>,
    key: Option<KeyAt>,
    /// Where the UIInfo ends, and the languages that were met in it, by element.
    ui: usize,
    languages: HashSet<(&'d str, &'d str)>,
    names: HashSet<&'d str>,
    hasher: RandomState,
    display_names: HashMap<u64, usize>,
    certificates: HashMap<u64, usize>,
}

impl<'d, 'f> Walk<'d, 'f> {
    fn new(sites: &'f [Site<'d>], found: &'f mut Found, alone: bool) -> Self {
        let mut sites = sites.iter();
        Self {
            found,
            next: sites.next().copied(),
            sites,
            alone,
            site: None,
            end: 0,
            roles: 0,
            role: None,
            key: None,
            ui: 0,
            languages: HashSet::new(),
            names: HashSet::new(),
            hasher: RandomState::new(),
            display_names: HashMap::new(),
            certificates: HashMap::new(),
        }
    }

    fn over(&mut self, document: &'d Document<'d>) {
        for node in document.nodes() {
            let kind = node.kind();
            if !matches!(kind, NodeKind::Element | NodeKind::Comment | NodeKind::Instruction) {
                continue;
            }
            let start = node.span().start;
            if self.next.is_some_and(|site| site.entity.span.start == start) && kind == NodeKind::Element {
                self.leave_role();
                self.enter(node);
                continue;
            }
            if start >= self.end {
                self.leave_role();
                self.site = None;
                continue;
            }
            if self.role.as_ref().is_some_and(|role| start >= role.end) {
                self.leave_role();
            }
            if self.key.as_ref().is_some_and(|key| start >= key.end) {
                self.key = None;
            }
            match kind {
                NodeKind::Element => self.element(node, start),
                _ => self.comment(node, start),
            }
        }
        self.leave_role();
    }

    /// Counts a fault, and says what it is where there is still room to tell.
    fn fault(&mut self, fault: Fault, severity: Option<Severity>, make: &dyn Fn(&Site<'d>) -> Evidence) {
        let (Some(site), Some(rule)) = (self.site, RULES.get(fault as usize)) else { return };
        let Some(gathered) = self.found.get_mut(fault as usize) else { return };
        let severity = severity.unwrap_or(rule.severity);
        if gathered.counts(&site, severity) {
            let who = match self.role.as_ref().map(|role| role.node.local_name()) {
                Some(SP) => Some(Who::SpAdmin),
                Some(_) => Some(Who::IdpAdmin),
                None => None,
            };
            let trouble = site.trouble(severity, make(&site));
            gathered.keep(match who {
                Some(who) => trouble.who(who),
                None => trouble,
            });
        }
    }

    /// A fault of an attribute's value, or of a missing attribute.
    fn attribute(&mut self, fault: Fault, severity: Option<Severity>, at: (Node<'d>, &str), expected: &str) {
        let (node, name) = at;
        let attribute = node.attribute(name);
        self.fault(fault, severity, &|site| {
            let what = format!("{}/@{name}", node.local_name());
            match attribute {
                Some(attribute) => site.element(&what, &attribute.value_span()).actual(&attribute.value()),
                None => site.element(&what, &node.open_tag()).actual(""),
            }
            .expected(expected)
        });
    }

    /// A fault of an element's text.
    fn content(&mut self, fault: Fault, severity: Option<Severity>, node: Node<'d>, expected: &str) {
        self.fault(fault, severity, &|site| {
            let text = node.text_content();
            let shown: String = text.chars().take(SHOWN).collect();
            site.element(node.local_name(), &node.content_span()).actual(&shown).expected(expected)
        });
    }

    fn enter(&mut self, node: Node<'d>) {
        let Some(site) = self.next else { return };
        self.site = Some(site);
        self.next = self.sites.next().copied();
        (self.end, self.roles) = (site.entity.span.end, 0);
        if let Some(id) = node.attribute("entityID") {
            if has_space(&id) {
                self.attribute(Fault::UriSpace, None, (node, "entityID"), "no white space");
            }
            let id = id.raw_value().trim();
            if !id.is_empty() && !self.names.insert(id) {
                self.attribute(Fault::RepeatedEntity, None, (node, "entityID"), "a name of its own");
            }
        }
        if site.entity.roles.is_empty() && node.element(METADATA, "AffiliationDescriptor").is_none() {
            let span = node.open_tag();
            self.fault(Fault::NoRole, None, &|site| {
                site.element("EntityDescriptor", &span)
                    .actual("no role")
                    .expected("IDPSSODescriptor or SPSSODescriptor")
            });
        }
    }

    fn leave_role(&mut self) {
        self.key = None;
        let Some(role) = &self.role else { return };
        let (node, speaks, consumer) = (role.node, role.is_version_2, role.consumer);
        let (is_idp, is_sp) = (node.local_name() == IDP, node.local_name() == SP);
        // What it is of another protocol needs no endpoints of SAML 2.0's profiles.
        let ours = speaks != Some(false);
        let sure = speaks == Some(true) && (is_idp || is_sp);
        let lacks = [
            (ours && is_idp && !role.signs_on, Fault::NoSignOn, "SingleSignOnService"),
            (ours && is_sp && consumer.is_none(), Fault::NoConsumer, "AssertionConsumerService"),
            (sure && !role.logs_out, Fault::NoLogout, "SingleLogoutService"),
            // The service may be one that never gets anything encrypted: nothing is broken.
            (sure && is_sp && !role.encrypts, Fault::NoEncryptionKey, "KeyDescriptor use=\"encryption\""),
        ];
        let no_post = consumer.filter(|_| ours && is_sp && !role.takes_post);
        for (_, fault, expected) in lacks.into_iter().filter(|(lacks, ..)| *lacks) {
            self.fault(fault, None, &|site| site.element(node.local_name(), &node.span()).expected(expected));
        }
        if let Some(first) = no_post {
            self.attribute(Fault::NoPost, None, (first, "Binding"), POST);
        }
        self.role = None;
    }

    fn element(&mut self, node: Node<'d>, start: usize) {
        let local = node.local_name();
        match node.namespace() {
            METADATA => match local {
                "KeyDescriptor" => self.enter_key(node),
                "EncryptionMethod" if self.key.as_ref().is_some_and(|key| key.signs_only) => {
                    self.attribute(Fault::SigningEncryptionMethod, None, (node, "Algorithm"), "use=\"encryption\"");
                }
                "RequestedAttribute" => self.requested(node),
                "AttributeConsumingService" => self.index(node),
                "ServiceName" | "OrganizationName" | "OrganizationDisplayName" => self.words(node, true),
                "ServiceDescription" | "OrganizationURL" => self.words(node, false),
                "X509Data" | "X509Certificate" | "KeyName" | "KeyValue" | "KeyInfo" => self.misnamed_key(node),
                _ if self.is_role(node) => self.enter_role(node),
                _ => self.endpoint(node, local),
            },
            DSIG => match local {
                "KeyInfo" => {
                    if let Some(key) = &mut self.key {
                        key.info_end = node.span().end;
                    }
                }
                "X509Certificate" => self.certificate(node),
                _ => {}
            },
            MDUI => match local {
                "UIInfo" => self.enter_ui(node),
                "Logo" => self.logo(node),
                "DisplayName" => {
                    self.words(node, true);
                    self.ui_words(node, local, start);
                    self.display_name(node);
                }
                "Description" | "Keywords" | "InformationURL" | "PrivacyStatementURL" => {
                    self.words(node, false);
                    self.ui_words(node, local, start);
                }
                _ => {}
            },
            SHIBMD if local == "Scope" => self.scope(node),
            ALG if matches!(local, "DigestMethod" | "SigningMethod") => self.algorithm(node),
            MDRPI if matches!(local, "RegistrationPolicy" | "UsagePolicy") => self.words(node, false),
            IDPDISC | INIT => self.endpoint(node, local),
            _ => self.misnamed_key(node),
        }
    }

    /// Whether a child of the entity is its next role.
    fn is_role(&self, node: Node<'d>) -> bool {
        let next = self.site.and_then(|site| site.entity.roles.get(self.roles));
        next.is_some_and(|role| role.span.start == node.span().start)
    }

    fn enter_role(&mut self, node: Node<'d>) {
        self.roles += 1;
        let protocols = node.attribute("protocolSupportEnumeration");
        let is_version_2 =
            protocols.map(|protocols| protocols.value().split_ascii_whitespace().any(|one| one == PROTOCOL));
        self.role = Some(RoleAt {
            node,
            end: node.span().end,
            is_version_2,
            signs_on: false,
            sign_on: 0,
            logs_out: false,
            consumer: None,
            takes_post: false,
            has_default: false,
            indexes: HashSet::new(),
            encrypts: false,
        });
    }
}
