//! Metadata as text for a terminal: a file's facts, lists, one entity, a difference.

use std::fmt::Write;

use super::words::{self, Word, say};
use super::{Dated, Listed, Opened};
use crate::{
    AttributeServiceReport, CalendarRow, ContactReport, EndpointReport, EntityKeyReport, EntityReport,
    EntityRoleReport, EntityRow, Instant, Language, MetadataDifference, MetadataReport, Report,
    RequestedAttributeReport, TextReport, Worded, plain,
};

const DAY: i64 = 86_400;

/// A text that is being written, line by line.
struct Page {
    language: Language,
    text: String,
}

impl Page {
    fn of(report: &Report) -> Self {
        Self { language: Language::from_tag(report.language), text: String::new() }
    }

    fn say(&self, word: Word) -> &'static str {
        say(word, self.language)
    }

    /// One line, whatever the values in it hold: controls could paint over what a terminal shows.
    fn line(&mut self, indent: usize, text: &str) {
        let safe = plain::line(text.trim_end());
        let _ = writeln!(self.text, "{:indent$}{safe}", "");
    }

    fn fact(&mut self, indent: usize, label: Word, text: &str) {
        if !text.is_empty() {
            let label = self.say(label);
            self.line(indent, &format!("{label}: {text}"));
        }
    }

    fn texts(&mut self, indent: usize, label: Word, texts: &[TextReport]) {
        for text in texts {
            self.fact(indent, label, &text.text);
        }
    }

    fn worded(&mut self, indent: usize, label: Word, texts: &[Worded]) {
        for Worded { language, text } in texts {
            let language = language.as_deref().map(|language| format!(" [{language}]")).unwrap_or_default();
            self.fact(indent, label, &format!("{}{language}", text.text));
        }
    }

    /// A moment, and how far it is from now.
    fn distance(&self, unix: i64, now: &str) -> String {
        let Ok(now) = Instant::parse(now) else { return day(Some(unix)) };
        let days = (unix - now.unix()).div_euclid(DAY);
        match days {
            0.. => format!("{}, {days} {}", day(Some(unix)), self.say(words::DAYS_LEFT)),
            _ => format!("{}, {} {}", day(Some(unix)), -days, self.say(words::DAYS_AGO)),
        }
    }
}

fn day(unix: Option<i64>) -> String {
    let text = unix.map(|unix| Instant::from_unix(unix).to_string()).unwrap_or_default();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// What stands behind the last slash or colon of an identifier, which is what people know it by.
fn short(identifier: &str) -> &str {
    identifier.rsplit(['/', ':', '#']).find(|part| !part.is_empty()).unwrap_or(identifier)
}

/// The facts of every file, and the sums of its calendar.
pub(super) fn files(report: &Report) -> String {
    let mut page = Page::of(report);
    for file in &report.metadata {
        let counts = [(file.idps, words::IDPS), (file.sps, words::SPS), (file.others, words::OTHERS)];
        let counts = sums(&page, &counts);
        let total = format!("{} {}", file.entities, page.say(words::ENTITIES));
        page.line(0, &format!("{}: {}, {total}: {counts}", file.file, file.root));
        page.fact(2, words::NAME, file.name.as_deref().unwrap_or_default());
        page.fact(2, words::PUBLISHER, file.publisher.as_deref().unwrap_or_default());
        let until = file.valid_until_unix.map(|until| page.distance(until, &report.now));
        let until = until.or_else(|| file.valid_until.clone()).unwrap_or_default();
        page.fact(2, words::VALID_UNTIL, &until);
        page.fact(2, words::CACHE, file.cache_duration.as_deref().unwrap_or_default());
        let signature = signature(&page, file, report);
        page.fact(2, words::SIGNATURE, &signature);
        let calendar = &file.calendar;
        let dated = [
            (calendar.expired, words::EXPIRED),
            (calendar.expiring, words::EXPIRING),
            (calendar.not_yet, words::NOT_YET),
            (calendar.weak, words::WEAK),
            (calendar.shared, words::SHARED),
            (calendar.rollovers, words::ROLLOVERS),
        ];
        let dated = sums(&page, &dated);
        let dated = if dated.is_empty() { dated } else { format!(": {dated}") };
        page.fact(2, words::CERTIFICATES, &format!("{}{dated}", calendar.certificates));
    }
    page.text
}

/// What is not none, each with its count.
fn sums(page: &Page, counts: &[(usize, Word)]) -> String {
    let told = counts.iter().filter(|(count, _)| *count > 0);
    told.map(|(count, word)| format!("{count} {}", page.say(*word))).collect::<Vec<_>>().join(", ")
}

fn signature(page: &Page, file: &MetadataReport, report: &Report) -> String {
    let own = file.signature.as_ref().and_then(|own| report.captures.get(own.capture)?.signatures.get(own.signature));
    match own {
        Some(own) if own.status == "valid" && own.trusted => page.say(words::TRUSTED).to_owned(),
        Some(own) if own.status == "valid" => page.say(words::UNTRUSTED).to_owned(),
        Some(own) => own.detail.clone(),
        None => page.say(words::UNSIGNED).to_owned(),
    }
}

/// A line for each entity. `searched`: with how many were found.
pub(super) fn entities(listed: &[Listed<'_>], searched: bool, report: &Report) -> String {
    let mut page = Page::of(report);
    for file in listed {
        if searched || listed.len() > 1 {
            let (found, of) = (page.say(words::FOUND), page.say(words::OF));
            page.line(0, &format!("{}: {found} {}, {of} {}", file.file, file.found, file.entities));
        }
        for row in &file.rows {
            page.line(0, &listed_line(row));
        }
    }
    page.text
}

fn listed_line(row: &EntityRow) -> String {
    let roles: Vec<&str> = row.roles.iter().map(|role| role_code(role)).collect();
    let name = row.name.as_deref().map(|name| format!("  {name}")).unwrap_or_default();
    let expires = row.expires.map_or_else(|| "-".to_owned(), |expires| day(Some(expires)));
    format!("{:>6}  {:<9} {expires:<10}  {}{name}", row.number + 1, roles.join(","), row.entity_id)
}

/// A role's element in as few letters as people use for it.
fn role_code(element: &str) -> &str {
    match element {
        "IDPSSODescriptor" => "IdP",
        "SPSSODescriptor" => "SP",
        "AttributeAuthorityDescriptor" => "AA",
        "AuthnAuthorityDescriptor" => "AuthnA",
        "PDPDescriptor" => "PDP",
        "RoleDescriptor" => "role",
        _ => element,
    }
}

/// The certificates, the one that ends first before the others.
pub(super) fn calendar(dated: &[Dated<'_>], report: &Report) -> String {
    let mut page = Page::of(report);
    for file in dated {
        if dated.len() > 1 {
            page.line(0, file.file);
        }
        for row in &file.rows {
            let line = certificate(&page, row, file.now);
            page.line(0, &line);
            if let Some(weak) = &row.weak {
                page.fact(4, words::WEAK, weak);
            }
            if let Some(successor) = &row.successor {
                page.fact(4, words::FOLLOWED, successor);
            }
            for place in row.uses.iter().take(SHOWN_USES) {
                let usage = place.usage.as_deref().unwrap_or(page.say(words::BOTH_USES));
                page.line(4, &format!("{}  {} {usage}", place.entity_id, role_code(&place.role)));
            }
            if row.uses.len() > SHOWN_USES {
                let more = page.say(words::AND_MORE);
                page.line(4, &format!("{more} ({} {})", row.entities, page.say(words::ENTITIES)));
            }
        }
    }
    page.text
}

/// Places of a certificate that are listed.
const SHOWN_USES: usize = 5;

/// A certificate in a line: when it ends, its key, its subject, its fingerprint.
fn certificate(page: &Page, row: &CalendarRow, now: &str) -> String {
    let end = row.not_after.map(|end| page.distance(end, now)).unwrap_or_else(|| "-".to_owned());
    let state = match row.state {
        "expired" => Some(words::EXPIRED),
        "expiring" => Some(words::EXPIRING),
        "not-yet" => Some(words::NOT_YET),
        _ => None,
    };
    let state = state.map(|word| format!("{}: ", page.say(word))).unwrap_or_default();
    format!("{state}{end}  {}  {}  SHA-256 {}", row.key, row.subject, row.sha256)
}

/// All that one entity says. `file`: the one that it is in.
pub(super) fn entity(opened: &Opened<'_>, file: &MetadataReport) -> String {
    let mut page = Page::of(&opened.report);
    let entity = &opened.entity;
    let id = entity.entity_id.as_ref().map(|id| id.text.as_str()).unwrap_or("-");
    let row = file.rows.get(opened.number);
    let name = row.and_then(|row| row.name.as_deref()).map(|name| format!("  {name}")).unwrap_or_default();
    page.line(0, &format!("{id}{name}"));
    let number =
        format!("{} {} ({}: {})", page.say(words::NUMBER), opened.number + 1, page.say(words::OF), file.entities);
    page.line(2, &format!("{}, {number}", file.file));
    for other in &opened.same_entity_id {
        page.fact(2, words::SAME_NAME, &(other + 1).to_string());
    }
    if let Some(expires) = row.and_then(|row| row.expires) {
        let expires = page.distance(expires, &opened.report.now);
        page.fact(2, words::VALID_UNTIL, &expires);
    }
    about(&mut page, entity);
    for role in &entity.roles {
        self::role(&mut page, role, &opened.report);
    }
    page.text
}

fn about(page: &mut Page, entity: &EntityReport) {
    if let Some(registration) = &entity.registration {
        let text = |value: &Option<TextReport>| value.as_ref().map(|value| value.text.clone()).unwrap_or_default();
        let line = format!("{}  {}", text(&registration.authority), text(&registration.instant));
        page.fact(2, words::REGISTRAR, line.trim());
    }
    if let Some(organization) = &entity.organization {
        page.worded(2, words::ORGANIZATION, &organization.display_names);
        page.worded(2, words::ORGANIZATION, &organization.urls);
    }
    for contact in &entity.contacts {
        page.fact(2, words::CONTACT, &contact_line(contact));
    }
    for category in &entity.categories {
        let title = category.title.as_deref().map(|title| format!("  ({title})")).unwrap_or_default();
        page.fact(2, words::CATEGORY, &format!("{}{title}", category.value.text));
    }
    page.texts(2, words::MORE_METADATA, &entity.additional_locations);
    for extension in &entity.extensions {
        page.fact(2, words::EXTENSION, &format!("{} {{{}}}", extension.name, extension.namespace));
    }
}

fn contact_line(contact: &ContactReport) -> String {
    let texts = contact.emails.iter().chain(&contact.telephones).map(|text| text.text.as_str());
    let words = [&contact.kind, &contact.name, &contact.company];
    words.into_iter().flatten().map(String::as_str).chain(texts).collect::<Vec<_>>().join("  ")
}

fn role(page: &mut Page, role: &EntityRoleReport, report: &Report) {
    let of_type = role.role_type.as_deref().map(|of_type| format!(" {of_type}")).unwrap_or_default();
    page.line(0, "");
    page.line(0, &format!("{} ({}{of_type})", role.title, role.kind));
    page.texts(2, words::PROTOCOLS, role.protocols.as_slice());
    page.texts(2, words::VALID_UNTIL, role.valid_until.as_slice());
    for flag in &role.flags {
        page.line(2, &format!("{}: {}", flag.name, flag.value.text));
    }
    for endpoint in &role.endpoints {
        let line = endpoint_line(page, endpoint);
        page.line(2, &line);
    }
    for key in &role.keys {
        self::key(page, key, report);
    }
    page.texts(2, words::FORMAT, &role.name_id_formats);
    for attribute in &role.attributes {
        let line = attribute_line(page, attribute);
        page.fact(2, words::OFFERS, &line);
    }
    for service in &role.attribute_services {
        self::service(page, service);
    }
    for scope in &role.scopes {
        let pattern =
            if scope.is_pattern == Some(true) { format!(" ({})", page.say(words::PATTERN)) } else { String::new() };
        page.fact(2, words::SCOPE, &format!("{}{pattern}", scope.value.text));
    }
    for algorithm in &role.algorithms {
        page.fact(2, words::ALGORITHM, &algorithm.algorithm.text);
    }
    if let Some(ui) = &role.ui {
        page.worded(2, words::SHOWN_AS, &ui.display_names);
    }
    page.texts(2, words::HINT, &role.hints);
}

fn endpoint_line(page: &Page, endpoint: &EndpointReport) -> String {
    let text = |value: &Option<TextReport>| value.as_ref().map(|value| value.text.clone()).unwrap_or_default();
    let index = endpoint.index.as_deref().map(|index| format!(" {index}")).unwrap_or_default();
    let default =
        if endpoint.is_default == Some(true) { format!(" {}", page.say(words::DEFAULT)) } else { String::new() };
    let responses = endpoint.response_location.as_ref();
    let responses = responses.map(|at| format!("  ({} {})", page.say(words::RESPONSES), at.text)).unwrap_or_default();
    let binding = text(&endpoint.binding);
    format!("{}{index}{default}  {}  {}{responses}", endpoint.element, short(&binding), text(&endpoint.location))
}

fn key(page: &mut Page, key: &EntityKeyReport, report: &Report) {
    let usage = key.usage.clone().unwrap_or_else(|| page.say(words::BOTH_USES).to_owned());
    let calendar = report.metadata.first().map(|file| file.calendar.rows.as_slice()).unwrap_or_default();
    for sha256 in &key.certificates {
        let known = calendar.iter().find(|row| row.sha256 == *sha256);
        let told = known.map_or_else(|| sha256.clone(), |row| certificate(page, row, &report.now));
        page.fact(2, words::KEY, &format!("{usage}  {told}"));
    }
    for name in &key.key_names {
        page.fact(2, words::KEY, &format!("{usage}  KeyName {name}"));
    }
    for _ in 0..key.unreadable {
        let unreadable = page.say(words::UNREADABLE);
        page.fact(2, words::KEY, &format!("{usage}  {unreadable}"));
    }
}

fn service(page: &mut Page, service: &AttributeServiceReport) {
    let name = service.names.first().map(|name| name.text.text.as_str()).unwrap_or_default();
    let index = service.index.as_deref().unwrap_or_default();
    page.line(2, &format!("AttributeConsumingService {index}  {name}"));
    for attribute in &service.attributes {
        let line = attribute_line(page, attribute);
        page.fact(4, words::ASKS, &line);
    }
}

fn attribute_line(page: &Page, attribute: &RequestedAttributeReport) -> String {
    let name = attribute.name.as_ref().map(|name| name.text.as_str()).unwrap_or("-");
    let friendly = attribute.friendly_name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
    let required =
        if attribute.is_required == Some(true) { format!("  {}", page.say(words::REQUIRED)) } else { String::new() };
    let values =
        if attribute.values.is_empty() { String::new() } else { format!(" = {}", attribute.values.join(", ")) };
    format!("{name}{friendly}{values}{required}")
}

/// What a second file changes.
pub(super) fn difference(difference: &MetadataDifference, language: Language) -> String {
    let mut page = Page { language, text: String::new() };
    let counts = [
        (difference.unchanged, words::UNCHANGED),
        (difference.changed, words::CHANGED),
        (difference.added, words::ADDED),
        (difference.removed, words::REMOVED),
    ];
    let counts = sums(&page, &counts);
    page.fact(0, words::ENTITIES, &counts);
    let mut last = None;
    for row in &difference.rows {
        if last != Some(&row.entity_id) {
            let id = if row.entity_id.is_empty() { page.say(words::WHOLE_FILE) } else { &row.entity_id };
            page.line(0, id);
            last = Some(&row.entity_id);
        }
        let role = row.role.as_deref().map(|role| format!("{} ", role_code(role))).unwrap_or_default();
        page.line(2, &format!("{role}{}", row.text));
        for (mark, value) in [("-", &row.left), ("+", &row.right)] {
            if let Some(value) = value {
                page.line(4, &format!("{mark} {}", value.text));
            }
        }
    }
    if difference.left_out > 0 {
        let more = page.say(words::LEFT_OUT);
        page.line(0, &format!("{} {more}", difference.left_out));
    }
    page.text
}
