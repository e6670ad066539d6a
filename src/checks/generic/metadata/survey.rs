//! One walk over captured metadata for all the rules that are about how it is written.
//!
//! A federation has a million elements and as many places for each fault: they are walked once, nothing is copied before
//! something is wrong, and of each fault the first places are kept and the others counted.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::scope::{Gathered, Site, captured, has_messages};
use super::style::RULES;
use super::{binding, location, text};
use crate::checks::{Answer, Evidence, Severity, Who};
use crate::dsig::names::DSIG;
use crate::flow::{Case, IDP, SP};
use crate::saml::names::{ALG, IDPDISC, INIT, MDRPI, MDUI, METADATA, PROTOCOL, SHIBMD};
use crate::xml::{Attribute, Document, Node, NodeKind, XML_NAMESPACE};

const URI_FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";

/// Letters at the end of a certificate that tell it from others: they are 48 octets of its signature.
const END: usize = 64;
/// Most characters of an element's text that a finding shows.
const SHOWN: usize = 256;

/// What a walk looks for: the number of its rule in [`RULES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
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
    /// The bindings of its SingleSignOnServices, as bits.
    sign_on: u32,
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
        if let Some(role) = &self.role {
            // The service may be one that never gets anything encrypted: nothing is broken.
            if role.node.local_name() == SP && role.is_version_2 == Some(true) && !role.encrypts {
                let span = role.node.open_tag();
                self.fault(Fault::NoEncryptionKey, None, &|site| {
                    site.element(SP, &span).expected("KeyDescriptor use=\"encryption\"")
                });
            }
        }
        self.role = None;
    }

    fn comment(&mut self, node: Node<'d>, start: usize) {
        if self.key.as_ref().is_some_and(|key| start < key.info_end) {
            // What stands within the base64 cuts it in two for readers that take the first piece of text.
            let cuts = node.parent().is_some_and(|parent| matches!(parent.local_name(), "X509Certificate" | "KeyName"));
            let severity = if cuts { Severity::Warning } else { Severity::Note };
            let span = node.span();
            self.fault(Fault::KeyInfoComment, Some(severity), &|site| {
                site.element("KeyInfo", &span).actual(node.source()).expected("no comment and no instruction")
            });
        }
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
            sign_on: 0,
            indexes: HashSet::new(),
            encrypts: false,
        });
    }

    fn enter_key(&mut self, node: Node<'d>) {
        let Some(role) = &mut self.role else { return };
        let usage = node.attribute("use").map(|usage| usage.raw_value());
        role.encrypts |= usage != Some("signing");
        self.key = Some(KeyAt {
            end: node.span().end,
            info_end: 0,
            signs_only: usage == Some("signing"),
            signs: usage != Some("encryption"),
        });
    }

    /// An element that is named as one of a key is, in a namespace in which no reader looks for it.
    fn misnamed_key(&mut self, node: Node<'d>) {
        let due = match (node.local_name(), node.parent().map(Node::local_name)) {
            ("KeyInfo", Some("KeyDescriptor"))
            | ("X509Data" | "KeyName" | "KeyValue", Some("KeyInfo"))
            | ("X509Certificate", Some("X509Data")) => self.key.is_some(),
            _ => false,
        };
        if due {
            let span = node.open_tag();
            self.fault(Fault::KeyInfoNamespace, None, &|site| {
                site.element(node.local_name(), &span).actual(node.namespace()).expected(DSIG)
            });
        }
    }

    /// The same certificate as another entity's, by its end, which is its signature's.
    fn certificate(&mut self, node: Node<'d>) {
        let (Some(site), true) = (self.site, self.key.as_ref().is_some_and(|key| key.signs)) else { return };
        let Some(text) = node.children().next().map(Node::source) else { return };
        let mut end = [0; END];
        let letters = text.bytes().rev().filter(|byte| !byte.is_ascii_whitespace());
        let mut count = 0;
        for (place, letter) in end.iter_mut().zip(letters) {
            *place = letter;
            count += 1;
        }
        if count < END {
            return;
        }
        let entity = site.entity.span.start;
        let first = *self.certificates.entry(self.hasher.hash_one(end)).or_insert(entity);
        if first != entity {
            let span = node.content_span();
            self.fault(Fault::SharedCertificate, None, &|site| {
                site.element("X509Certificate", &span).expected("a key of its own")
            });
        }
    }

    fn endpoint(&mut self, node: Node<'d>, local: &'d str) {
        let Some(element) = binding::element(local) else { return };
        let (mut binding, mut has_location, mut protocol_binding) = (None, false, false);
        for attribute in node.attributes() {
            match attribute.local_name() {
                "Binding" => binding = Some(attribute),
                "Location" => {
                    has_location = true;
                    self.location(node, "Location", &attribute);
                }
                "ResponseLocation" => self.location(node, "ResponseLocation", &attribute),
                "ProtocolBinding" => protocol_binding = attribute.namespace() == binding::HOLDER_OF_KEY,
                _ => {}
            }
        }
        if !has_location {
            self.attribute(Fault::RelativeLocation, None, (node, "Location"), "https://…");
        }
        self.binding(node, element, binding, protocol_binding);
        if matches!(local, "ArtifactResolutionService" | "DiscoveryResponse") {
            self.index(node);
        }
    }

    fn location(&mut self, node: Node<'d>, name: &str, address: &Attribute<'d>) {
        if has_space(address) {
            self.attribute(Fault::UriSpace, None, (node, name), "no white space");
        }
        let faults = location::faults(&address.value());
        if faults == location::Faults::default() {
            return;
        }
        for (is, fault, expected) in [
            (faults.dangerous, Fault::DangerousLocation, "https://…"),
            (faults.relative, Fault::RelativeLocation, "https://…"),
            (faults.http, Fault::HttpLocation, "https://…"),
            (faults.internal, Fault::InternalLocation, "a host that every user's browser reaches"),
            (faults.fragment, Fault::FragmentLocation, "no fragment"),
            (faults.port, Fault::PortLocation, "no port, since it is the one that browsers take anyway"),
        ] {
            if is {
                self.attribute(fault, None, (node, name), expected);
            }
        }
    }

    fn binding(&mut self, node: Node<'d>, element: u16, binding: Option<Attribute<'d>>, protocol_binding: bool) {
        let at = (node, "Binding");
        let Some(attribute) = binding else {
            return self.attribute(Fault::UnknownBinding, None, at, "urn:oasis:names:tc:SAML:2.0:bindings:…");
        };
        let value = attribute.value();
        let trimmed = value.trim_ascii();
        if trimmed.len() < value.len() {
            self.attribute(Fault::UriSpace, None, at, "no white space");
        }
        if protocol_binding != (trimmed == binding::HOLDER_OF_KEY) {
            let expected = if protocol_binding { binding::HOLDER_OF_KEY } else { "with hoksso:ProtocolBinding" };
            self.attribute(Fault::HolderOfKey, None, at, expected);
        }
        match binding::known(trimmed, element) {
            None => {
                // Others may have bindings of their own; a name of SAML's that SAML has not is a mistake.
                let severity = if trimmed.starts_with("urn:oasis:names:tc:SAML:") || trimmed.is_empty() {
                    Severity::Warning
                } else {
                    Severity::Note
                };
                self.attribute(Fault::UnknownBinding, Some(severity), at, "urn:oasis:names:tc:SAML:2.0:bindings:…");
            }
            Some((_, false)) => {
                self.attribute(Fault::IllegalBinding, None, at, "a binding that this endpoint may have");
            }
            Some((number, true)) if node.local_name() == "SingleSignOnService" => {
                if let Some(role) = &mut self.role {
                    let bit = 1 << number;
                    let again = role.sign_on & bit != 0;
                    role.sign_on |= bit;
                    if again {
                        self.attribute(Fault::RepeatedBinding, None, at, "one endpoint for each binding");
                    }
                }
            }
            Some(_) => {}
        }
        let speaks = self.role.as_ref().and_then(|role| role.is_version_2);
        if speaks == Some(false) && binding::is_version_2(trimmed) {
            self.attribute(Fault::BindingProtocol, None, at, "protocolSupportEnumeration with SAML 2.0");
        }
    }

    fn index(&mut self, node: Node<'d>) {
        let number = node.attribute("index").and_then(|index| index.value().trim().parse().ok());
        let (Some(role), Some(number)) = (&mut self.role, number) else { return };
        if !role.indexes.insert((node.local_name(), number)) {
            self.attribute(Fault::RepeatedIndex, None, (node, "index"), "a number of its own");
        }
    }

    fn requested(&mut self, node: Node<'d>) {
        let name = node.attribute("Name").map(|name| name.value()).unwrap_or_default();
        let Some(format) = node.attribute("NameFormat") else {
            return self.attribute(Fault::FormatMissing, None, (node, "NameFormat"), URI_FORMAT);
        };
        let is_uri = format.raw_value().trim() == URI_FORMAT;
        let (severity, expected) = if name.starts_with("urn:oid:") && !is_uri {
            (Severity::Warning, URI_FORMAT)
        } else if is_uri && !name.contains(':') {
            (Severity::Warning, "a Name that is a URI")
        } else if is_uri && name.starts_with("urn:mace:dir:attribute-def:") {
            (Severity::Note, "a Name of SAML 2.0: urn:oid:…")
        } else {
            return;
        };
        self.attribute(Fault::FormatMismatch, Some(severity), (node, "NameFormat"), expected);
    }

    fn scope(&mut self, node: Node<'d>) {
        let regexp = node.attribute("regexp");
        if regexp.is_none() {
            self.content(Fault::ScopeRegexp, None, node, "regexp=\"false\"");
        }
        let value = node.text_content();
        if value.contains(char::is_whitespace) {
            self.content(Fault::ScopeSpace, None, node, "no white space");
        }
        let is_pattern = regexp.is_some_and(|regexp| matches!(regexp.raw_value().trim(), "true" | "1"));
        if is_pattern && text::matches_anything(value.trim()) {
            self.content(Fault::ScopeAny, None, node, "a domain of this organisation");
        }
    }

    /// A name of an algorithm that stands where the algorithms that are supported do not (Metadata Profile for Algorithm
    /// Support 1.0 §2.2).
    fn algorithm(&mut self, node: Node<'d>) {
        let around = node.parent().filter(|parent| parent.is(METADATA, "Extensions")).and_then(Node::parent);
        let is_due = match &self.role {
            Some(role) => around == Some(role.node),
            None => around.is_some_and(|around| around.is(METADATA, "EntityDescriptor")),
        };
        if !is_due {
            self.attribute(
                Fault::MisplacedAlgorithm,
                None,
                (node, "Algorithm"),
                "in the Extensions of an entity or a role",
            );
        }
    }

    /// Words in one language: which, and whether they are one line.
    fn words(&mut self, node: Node<'d>, is_name: bool) {
        let is_there = language(node).is_some_and(|language| !language.raw_value().trim().is_empty());
        if !is_there {
            self.content(Fault::Language, None, node, "xml:lang");
        }
        if is_name && node.text_content().trim().contains(['\n', '\r']) {
            self.content(Fault::DisplayLineBreak, None, node, "one line");
        }
    }

    fn enter_ui(&mut self, node: Node<'d>) {
        self.ui = node.span().end;
        self.languages = HashSet::new();
        if self.role.is_none() {
            let span = node.open_tag();
            self.fault(Fault::MisplacedUi, None, &|site| {
                site.element("mdui:UIInfo", &span)
                    .actual("EntityDescriptor/Extensions")
                    .expected("IDPSSODescriptor/Extensions or SPSSODescriptor/Extensions")
            });
        }
    }

    fn ui_words(&mut self, node: Node<'d>, local: &'d str, start: usize) {
        let Some(language) = language(node).filter(|_| start < self.ui) else { return };
        if !self.languages.insert((local, language.raw_value())) {
            self.content(Fault::RepeatedLanguage, None, node, "one for each language");
        }
    }

    /// The same name as that of another identity provider in the list that users choose from.
    fn display_name(&mut self, node: Node<'d>) {
        let is_idp = self.role.as_ref().is_some_and(|role| role.node.local_name() == IDP);
        let Some(site) = self.site.filter(|_| is_idp && self.alone) else { return };
        let language = language(node).map(|language| language.raw_value()).unwrap_or_default();
        let name = node.text_content();
        let entity = site.entity.span.start;
        let key = self.hasher.hash_one((language, name.trim()));
        if *self.display_names.entry(key).or_insert(entity) != entity {
            self.content(Fault::SharedDisplayName, None, node, "a name of its own");
        }
    }

    fn logo(&mut self, node: Node<'d>) {
        for name in ["width", "height"] {
            let size = node.attribute(name).and_then(|size| size.value().trim().parse::<u32>().ok());
            if size.is_none_or(|size| size == 0) {
                self.attribute(Fault::LogoSize, None, (node, name), "a number of pixels");
            }
        }
        if language(node).is_some_and(|language| language.raw_value().trim().is_empty()) {
            self.content(Fault::Language, None, node, "xml:lang");
        }
        let address = node.text_content();
        let address = address.trim();
        match text::scheme(address) {
            "https" => {}
            "data" => {
                if address.len() > text::LONGEST_LOGO {
                    self.content(Fault::LogoLong, None, node, "an address of https");
                }
            }
            _ => self.content(Fault::LogoAddress, None, node, "an address of https"),
        }
    }
}

fn has_space(attribute: &Attribute<'_>) -> bool {
    let odd = |byte: u8| byte <= b' ' || byte == b'&' || !byte.is_ascii();
    attribute.raw_value().bytes().any(odd) && attribute.value().contains(char::is_whitespace)
}

fn language<'d>(node: Node<'d>) -> Option<Attribute<'d>> {
    node.attributes().find(|attribute| attribute.local_name() == "lang" && attribute.namespace() == XML_NAMESPACE)
}
