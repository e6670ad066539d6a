//! Which metadata a rule looks at, and how what it finds there becomes its answer.

use crate::checks::{Answer, Evidence, Severity, Who};
use crate::context::MetadataFile;
use crate::flow::{Case, IDP, SP};
use crate::saml::metadata::{Entity, Role, RootKind};
use crate::sorted::sort_by_key;

/// How many places one finding shows; a fault that a federation has a thousand times is one fault.
const PLACES: usize = 20;

/// How many of the entities a finding names.
const NAMED: usize = 3;

/// An entity that is looked at.
#[derive(Clone, Copy)]
pub(super) struct Site<'d> {
    pub(super) file: &'d MetadataFile,
    pub(super) entity: &'d Entity,
    /// One among many, and not the one of this login: what is wrong with it costs nobody the whole file.
    among_many: bool,
}

/// Something wrong, how bad that is, and who must act.
#[derive(Debug, Clone)]
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

    /// How bad it is that one entity has a fault.
    fn capped(&self, severity: Severity) -> Severity {
        if self.among_many { severity.max(Severity::Warning) } else { severity }
    }

    /// Whether it is one of many. The only one of a file is asked about by the rules of what a login stands on as well.
    pub(super) fn is_among_many(&self) -> bool {
        self.among_many
    }

    /// A trouble of this entity alone.
    pub(super) fn trouble(&self, severity: Severity, evidence: Evidence) -> Trouble {
        self.trouble_named(self.capped(severity), evidence, self.entity.id())
    }

    /// A trouble of the whole file, which of many entities is called by its own name.
    pub(super) fn trouble_of_file(&self, severity: Severity, evidence: Evidence) -> Trouble {
        let many = self.file.entities.entities.len() > 1;
        let name = if many { Some(self.file.name.as_str()) } else { self.entity.id() };
        self.trouble_named(severity, evidence, name)
    }

    fn trouble_named(&self, severity: Severity, evidence: Evidence, name: Option<&str>) -> Trouble {
        let who = if self.entity.is_idp() { Who::IdpAdmin } else { Who::SpAdmin };
        Trouble { evidence, severity, who, entity: name.unwrap_or("?").to_owned() }
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
pub(super) fn answer<'d>(sites: Vec<Site<'d>>, find: &mut dyn FnMut(&Site<'d>) -> Vec<Trouble>) -> Answer {
    if sites.is_empty() {
        return Answer::Inapplicable;
    }
    let mut gathered = Gathered::default();
    for site in &sites {
        for trouble in find(site) {
            gathered.add(site, trouble);
        }
    }
    gathered.told()
}

/// What one rule found: all of it counted, and the worst kept.
#[derive(Debug, Default, Clone)]
pub(super) struct Gathered {
    troubles: Vec<Trouble>,
    places: usize,
    entities: usize,
    /// The entity that was counted last, by its address.
    last: usize,
}

impl Gathered {
    /// Counts a place, and says whether what is this bad is still to be told there.
    pub(super) fn counts(&mut self, site: &Site<'_>, severity: Severity) -> bool {
        self.places += 1;
        let entity = std::ptr::from_ref(site.entity).addr();
        self.entities += usize::from(self.last != entity);
        self.last = entity;
        self.troubles.len() < PLACES || self.troubles.iter().any(|trouble| trouble.severity > site.capped(severity))
    }

    /// Keeps what is to be told. Where there is too much, what is least bad goes.
    pub(super) fn keep(&mut self, trouble: Trouble) {
        if self.troubles.len() >= PLACES {
            let lesser = self.troubles.iter().rposition(|kept| kept.severity > trouble.severity);
            let Some(lesser) = lesser else { return };
            self.troubles.remove(lesser);
        }
        self.troubles.push(trouble);
    }

    fn add(&mut self, site: &Site<'_>, trouble: Trouble) {
        if self.counts(site, trouble.severity) {
            self.keep(trouble);
        }
    }

    /// The rule's answer.
    pub(super) fn told(mut self) -> Answer {
        sort_by_key(&mut self.troubles, |trouble| trouble.severity);
        let Some((severity, who, entity)) =
            self.troubles.first().map(|first| (first.severity, first.who, first.entity.clone()))
        else {
            return Answer::Passed;
        };
        let mut names: Vec<&str> = Vec::new();
        for trouble in &self.troubles {
            if names.len() < NAMED && !names.contains(&trouble.entity.as_str()) {
                names.push(&trouble.entity);
            }
        }
        let names = names.join(", ");
        let more = self.places.saturating_sub(self.troubles.len());
        let mut evidence: Vec<Evidence> = self.troubles.into_iter().map(|trouble| trouble.evidence).collect();
        if more > 0 {
            evidence.push(Evidence::nowhere("further places").actual(&more.to_string()));
        }
        let answer = Answer::found(evidence).severity(severity).who(who).with("entity", entity);
        match self.entities {
            0 | 1 => answer,
            several => answer.with("concerned", several.to_string()).with("names", names),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::{Scene, fires, silent};
    use crate::{Context, Input, Instant, inspect};

    const IDP: &str = include_str!("../../testing/idp-metadata.xml");
    const SP: &str = include_str!("../../testing/sp-metadata.xml");

    fn group(entities: &[&str]) -> String {
        let content = entities.concat();
        format!(
            "<g:EntitiesDescriptor xmlns:g=\"urn:oasis:names:tc:SAML:2.0:metadata\">{content}</g:EntitiesDescriptor>"
        )
    }

    /// How bad a rule's finding is, and how many places it shows.
    fn found(xml: &str, rule: &str) -> Option<(&'static str, usize)> {
        let context = Context::at(Instant::parse("2026-03-02T08:16:20Z").unwrap());
        let report = inspect(&[Input { name: "metadata.xml", bytes: xml.as_bytes() }], &context);
        let finding = report.findings.iter().find(|finding| finding.rule == rule && finding.why.is_some())?;
        Some((finding.severity.as_str(), finding.evidence.len()))
    }

    #[test]
    fn what_is_wrong_with_one_of_many_does_not_spoil_the_file() {
        let broken = IDP.replace("SAML:2.0:protocol", "SAML:1.1:protocol");
        assert_eq!(found(&broken, "md-protocol"), Some(("error", 1)));
        assert_eq!(found(&group(&[&broken]), "md-protocol"), Some(("error", 1)));
        assert_eq!(found(&group(&[SP, &broken]), "md-protocol"), Some(("note", 1)));
        let unnamed = IDP.replace("urn:oasis:names:tc:SAML:2.0:protocol", "");
        assert_eq!(found(&group(&[SP, &unnamed]), "md-protocol"), Some(("warning", 1)));
        // What ends all of it does.
        let expired = group(&[SP, IDP])
            .replace("<g:EntitiesDescriptor", "<g:EntitiesDescriptor validUntil=\"2026-01-01T00:00:00Z\"");
        assert_eq!(found(&expired, "md-validuntil-past"), Some(("error", 1)));
    }

    #[test]
    fn a_fault_that_many_share_is_shown_at_some_and_counted() {
        let broken = IDP.replace("SAML:2.0:protocol", "SAML:1.1:protocol");
        let many = group(&vec![broken.as_str(); 50]);
        assert_eq!(found(&many, "md-protocol"), Some(("note", super::PLACES + 1)));
    }

    #[test]
    fn beside_a_message_only_what_it_uses_is_looked_at() {
        let http = SP.replace("https://app.acme.example/slo", "http://app.acme.example/slo");
        silent("md-endpoint-http", &Scene::login().metadata("sp.xml", &http));
        silent("md-endpoint-http", &Scene::login().and(&group(&[&http, IDP])));
        fires("md-endpoint-http", &Scene::login().and(&http));
        let past = http.replace("2026-12-31", "2026-01-31");
        fires("md-validuntil-past", &Scene::login().and(&group(&[&past, IDP])));
        let other = past.replace("https://app.acme.example/sp", "urn:other");
        silent("md-validuntil-past", &Scene::login().and(&group(&[&other, SP, IDP])));
    }
}
