//! Which metadata a rule looks at, and how what it finds there becomes its answer.

use crate::checks::{Answer, Evidence, Severity, Who};
use crate::context::MetadataFile;
use crate::flow::{Case, IDP, SP};
use crate::saml::metadata::{Entity, Role, RootKind};

/// How many places one finding shows; a fault that a federation has a thousand times is one fault.
const PLACES: usize = 20;

/// An entity that is looked at.
pub(super) struct Site<'d> {
    pub(super) file: &'d MetadataFile,
    pub(super) entity: &'d Entity,
    /// One among many, and not the one of this login: what is wrong with it costs nobody the whole file.
    among_many: bool,
}

/// Something wrong, how bad that is, and who must act.
pub(super) struct Trouble {
    evidence: Evidence,
    severity: Severity,
    who: Who,
    entity: String,
}

impl<'d> Site<'d> {
    /// Its roles that the browser profile is about.
    pub(super) fn roles(&self) -> impl Iterator<Item = &'d Role> + use<'d> {
        self.entity.roles.iter().filter(|role| role.kind == IDP || role.kind == SP)
    }

    /// Its roles of one kind.
    pub(super) fn roles_of(&self, kind: &'static str) -> impl Iterator<Item = &'d Role> + use<'d> {
        self.entity.roles.iter().filter(move |role| role.kind == kind)
    }

    /// A trouble of this entity alone.
    pub(super) fn trouble(&self, severity: Severity, evidence: Evidence) -> Trouble {
        let severity = if self.among_many { severity.max(Severity::Warning) } else { severity };
        self.trouble_of_file(severity, evidence)
    }

    /// A trouble of the whole file.
    pub(super) fn trouble_of_file(&self, severity: Severity, evidence: Evidence) -> Trouble {
        let owner = if self.entity.is_idp() { Who::IdpAdmin } else { Who::SpAdmin };
        Trouble { evidence, severity, who: owner, entity: self.entity.id().unwrap_or("?").to_owned() }
    }

    /// An element that something is wrong with, or in which something is missing.
    pub(super) fn element(&self, what: &str, span: &std::ops::Range<usize>) -> Evidence {
        Evidence::metadata_span(self.file, what, [span.start, span.end])
    }
}

impl Trouble {
    /// Names somebody else who must act.
    pub(super) fn who(mut self, who: Who) -> Self {
        self.who = who;
        self
    }
}

/// Whether the case is about a login or a logout, and not about metadata alone.
pub(super) fn has_messages(case: &Case<'_>) -> bool {
    case.messages().next().is_some()
}

/// The captured files that are looked at in full. Beside a message an aggregate is only a place to look things up in.
pub(super) fn files<'d>(case: &Case<'d>) -> Vec<&'d MetadataFile> {
    let alone = !has_messages(case);
    let is_subject =
        |file: &&&MetadataFile| file.capture.is_some() && (alone || file.entities.root == RootKind::EntityDescriptor);
    case.metadata.iter().filter(is_subject).copied().collect()
}

/// Every entity of the captured metadata.
pub(super) fn captured<'d>(case: &Case<'d>) -> Vec<Site<'d>> {
    let sites = files(case).into_iter().flat_map(|file| {
        let many = file.entities.entities.len() > 1;
        file.entities.entities.iter().map(move |entity| Site { file, entity, among_many: many })
    });
    sites.collect()
}

/// Every entity of the captured metadata, and those that the login uses.
pub(super) fn concerned<'d>(case: &Case<'d>) -> Vec<Site<'d>> {
    let mut sites = captured(case);
    if has_messages(case) {
        for (file, entity) in [case.idp_entity(), case.sp_entity()].into_iter().flatten() {
            if !sites.iter().any(|site| std::ptr::eq(site.entity, entity)) {
                sites.push(Site { file, entity, among_many: false });
            }
        }
    }
    sites
}

/// Asks every site. What is worst comes first, and its severity is the finding's.
pub(super) fn answer<'d>(sites: Vec<Site<'d>>, mut find: impl FnMut(&Site<'d>) -> Vec<Trouble>) -> Answer {
    if sites.is_empty() {
        return Answer::Inapplicable;
    }
    let mut troubles: Vec<Trouble> = sites.iter().flat_map(&mut find).collect();
    troubles.sort_by_key(|trouble| trouble.severity);
    let Some((severity, who, entity)) = troubles.first().map(|first| (first.severity, first.who, first.entity.clone()))
    else {
        return Answer::Passed;
    };
    let more = troubles.len().saturating_sub(PLACES);
    troubles.truncate(PLACES);
    let mut evidence: Vec<Evidence> = troubles.into_iter().map(|trouble| trouble.evidence).collect();
    if more > 0 {
        evidence.push(Evidence::nowhere("further places").actual(&more.to_string()));
    }
    Answer::found(evidence).severity(severity).who(who).with("entity", entity)
}
