//! Two metadata files compared: which entities came and went, and what of each changed.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;

use serde::Serialize;

use super::TextReport;
use super::texts::{Texts, cut};
use crate::Language;
use crate::crypto::digest::DigestAlgorithm;
use crate::limits;
use crate::saml::metadata::{Entities, Entity, Role, RootKind, Spanned, entities};
use crate::saml::names::{ASSERTION, IDPDISC, INIT, MDATTR, METADATA};
use crate::saml::{Value, attribute};
use crate::xml::{Doctype, Document, Node, read};

/// What two metadata files differ in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MetadataDifference {
    /// How many entities are in both and are the same in all that is compared.
    pub unchanged: usize,
    /// How many are in both and differ.
    pub changed: usize,
    /// How many are in the second file alone.
    pub added: usize,
    /// How many are in the first file alone.
    pub removed: usize,
    /// The changes, in the order of the files; as far as [`crate::limits::COMPARED_ROWS`] goes.
    pub rows: Vec<MetadataChange>,
    /// How many changes are left out.
    pub left_out: usize,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetadataChange {
    /// The `entityID`; empty for what belongs to the file as a whole.
    pub entity_id: String,
    /// The role's element, where it is one's.
    pub role: Option<String>,
    /// What changed: `entity`, `entity-id`, `role`, `key`, `certificate`, `endpoint`,
    /// `default-endpoint`, `name-id-format`, `flag`, `protocols`, `valid-until`, `cache-duration`, `name`, `organization`, `contact`,
    /// `scope`, `registrar`.
    pub what: String,
    /// `added`, `removed` or `changed`.
    pub kind: String,
    /// What stood in the first file.
    pub left: Option<TextReport>,
    /// What stands in the second.
    pub right: Option<TextReport>,
    /// What that means for a login, in a sentence.
    pub text: String,
}

/// Compares two metadata files. `None` where one of the texts is no metadata.
pub fn metadata_difference(left: &str, right: &str, language: Language) -> Option<MetadataDifference> {
    let (left, right) = (read(left, Doctype::Show).whole().ok()?, read(right, Doctype::Show).whole().ok()?);
    let elements = [elements(&left), elements(&right)];
    let (left, right) = (entities(&left), entities(&right));
    if left.root == RootKind::Other || right.root == RootKind::Other {
        return None;
    }
    Some(compared(&left, &right, elements, Texts::of(language)))
}

/// The elements of entities by the byte that they begin at: what is compared of them alone is not kept of every entity.
fn elements<'d>(document: &'d Document<'d>) -> Elements<'d> {
    let nodes = document.nodes().filter(|node| node.is(METADATA, "EntityDescriptor"));
    nodes.map(|node| (node.span().start, node)).collect()
}

type Elements<'d> = HashMap<usize, Node<'d>>;

fn compared(left: &Entities, right: &Entities, elements: [Elements<'_>; 2], texts: &Texts) -> MetadataDifference {
    let mut told = Told { texts, elements, entity_id: String::new(), role: None, rows: Vec::new(), left_out: 0 };
    let mut difference = MetadataDifference::default();
    if left.root == RootKind::EntitiesDescriptor && right.root == RootKind::EntitiesDescriptor {
        told.value("valid-until", left.valid_until.as_ref(), right.valid_until.as_ref());
        told.value("cache-duration", left.cache_duration.as_ref(), right.cache_duration.as_ref());
    }
    let mut others: HashMap<&str, &Entity> = HashMap::new();
    for entity in &right.entities {
        others.entry(entity.id().unwrap_or_default()).or_insert(entity);
    }
    // Two files of one entity each are about the same one, whatever it is called.
    let alone = match (left.entities.as_slice(), right.entities.as_slice()) {
        ([one], [other]) => Some((one, other)),
        _ => None,
    };
    let mut seen: HashMap<&str, ()> = HashMap::new();
    for entity in &left.entities {
        let id = entity.id().unwrap_or_default();
        if seen.insert(id, ()).is_some() {
            continue;
        }
        told.entity_id = id.to_owned();
        let other = others.remove(id).or(alone.map(|(_, other)| other));
        match other {
            Some(other) => {
                let before = told.count();
                told.entity(entity, other);
                if told.count() == before { difference.unchanged += 1 } else { difference.changed += 1 }
            }
            None => {
                difference.removed += 1;
                told.add("entity", "removed", item_of(entity), None);
            }
        }
    }
    for entity in &right.entities {
        let id = entity.id().unwrap_or_default();
        if alone.is_none() && others.remove(id).is_some() {
            difference.added += 1;
            told.entity_id = id.to_owned();
            told.add("entity", "added", None, item_of(entity));
        }
    }
    MetadataDifference { rows: told.rows, left_out: told.left_out, ..difference }
}

/// Something that is compared: what it is known by, and how it is told.
#[derive(Clone)]
struct Item {
    known_by: String,
    text: String,
    span: Range<usize>,
}

impl Item {
    fn of(value: &Spanned) -> Self {
        Self { known_by: value.text.to_string(), text: value.text.to_string(), span: value.span.clone() }
    }

    fn told(self) -> TextReport {
        let text = cut(&self.text, limits::IDENTITY_TEXT_BYTES).to_owned();
        TextReport { text, decryption: None, span: [self.span.start, self.span.end] }
    }
}

fn item_of(entity: &Entity) -> Option<Item> {
    let id = entity.id().unwrap_or_default().to_owned();
    Some(Item { known_by: id.clone(), text: id, span: entity.span.clone() })
}

/// What was told so far, and of what is being told.
struct Told<'t> {
    texts: &'t Texts,
    /// Of the first file, and of the second.
    elements: [Elements<'t>; 2],
    entity_id: String,
    role: Option<&'static str>,
    rows: Vec<MetadataChange>,
    left_out: usize,
}

impl Told<'_> {
    fn count(&self) -> usize {
        self.rows.len() + self.left_out
    }

    fn add(&mut self, what: &str, kind: &str, left: Option<Item>, right: Option<Item>) {
        self.add_as(what, kind, &format!("change.{what}.{kind}"), left, right);
    }

    /// `name`: of the words for it.
    fn add_as(&mut self, what: &str, kind: &str, name: &str, left: Option<Item>, right: Option<Item>) {
        if self.rows.len() >= limits::COMPARED_ROWS {
            self.left_out += 1;
            return;
        }
        self.rows.push(MetadataChange {
            entity_id: self.entity_id.clone(),
            role: self.role.map(str::to_owned),
            what: what.to_owned(),
            kind: kind.to_owned(),
            left: left.map(Item::told),
            right: right.map(Item::told),
            text: self.texts.message(name).to_owned(),
        });
    }

    /// A value that there is once.
    fn value(&mut self, what: &str, left: Option<&Spanned>, right: Option<&Spanned>) {
        let text = |value: Option<&Spanned>| value.map(|value| value.text.trim().to_owned());
        if text(left) != text(right) {
            let kind = match (left, right) {
                (None, _) => "added",
                (_, None) => "removed",
                _ => "changed",
            };
            self.add_as(what, kind, &format!("change.{what}"), left.map(Item::of), right.map(Item::of));
        }
    }

    /// Values of which there are many: each that is in one list alone.
    fn set(&mut self, what: &str, left: Vec<Item>, right: Vec<Item>) {
        let (gone, new) = apart(left, right);
        gone.into_iter().for_each(|item| self.add(what, "removed", Some(item), None));
        new.into_iter().for_each(|item| self.add(what, "added", None, Some(item)));
    }

    /// The same of values that are known by something: of those that differ in nothing else one has become the other.
    fn pairs(&mut self, what: &str, left: Vec<Item>, right: Vec<Item>) {
        let (gone, new) = apart(left, right);
        let mut known: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (number, old) in gone.iter().enumerate() {
            known.entry(kind_of(&old.known_by).to_owned()).or_default().push_back(number);
        }
        let mut gone: Vec<Option<Item>> = gone.into_iter().map(Some).collect();
        for item in new {
            let number = known.get_mut(kind_of(&item.known_by)).and_then(VecDeque::pop_front);
            match number.and_then(|number| gone.get_mut(number)?.take()) {
                Some(old) => self.add(what, "changed", Some(old), Some(item)),
                None => self.add(what, "added", None, Some(item)),
            }
        }
        gone.into_iter().flatten().for_each(|old| self.add(what, "removed", Some(old), None));
    }

    /// What only the elements say: categories, and of a service the attributes that it asks for and its own extensions.
    fn elements(&mut self, left: &Entity, right: &Entity) {
        let [of_left, of_right] = &self.elements;
        let Some((one, other)) = of_left.get(&left.span.start).copied().zip(of_right.get(&right.span.start).copied())
        else {
            return;
        };
        self.set("category", categories(one), categories(other));
        // A role that is new or gone is told as a whole.
        if left.is_sp() && right.is_sp() {
            self.role = Some("SPSSODescriptor");
            self.pairs("requested-attribute", requested(one), requested(other));
            self.pairs("endpoint", extended(one), extended(other));
            self.role = None;
        }
    }

    fn entity(&mut self, left: &Entity, right: &Entity) {
        self.role = None;
        if left.id() != right.id() {
            self.value("entity-id", left.entity_id.as_ref(), right.entity_id.as_ref());
        }
        self.value("valid-until", left.valid_until.as_ref(), right.valid_until.as_ref());
        self.value("cache-duration", left.cache_duration.as_ref(), right.cache_duration.as_ref());
        let texts = |entity: &Entity, list: &[Box<str>]| -> Vec<Item> {
            let item =
                |text: &str| Item { known_by: text.to_string(), text: text.to_string(), span: entity.span.clone() };
            list.iter().map(|text| item(text)).collect()
        };
        let names = |entity: &Entity| -> Vec<Item> {
            let name = |name: &crate::saml::metadata::Named| Item {
                known_by: format!("{} {}", name.language, name.text),
                text: name.text.to_string(),
                span: entity.span.clone(),
            };
            entity.about.names.iter().map(name).collect()
        };
        self.set("name", names(left), names(right));
        self.set("organization", texts(left, &left.about.organization), texts(right, &right.about.organization));
        self.set("contact", texts(left, &left.about.emails), texts(right, &right.about.emails));
        self.set("scope", texts(left, &left.about.scopes), texts(right, &right.about.scopes));
        let registrar = |entity: &Entity| texts(entity, entity.about.registrar.as_slice());
        self.set("registrar", registrar(left), registrar(right));
        self.elements(left, right);
        // Roles of one kind are held against one another in their order: one for each protocol.
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for role in &left.roles {
            let number = numbers.entry(role.kind).or_default();
            let other = right.roles_named(role.kind).nth(*number);
            *number += 1;
            self.role = Some(role.kind);
            match other {
                Some(other) => self.role(role, other),
                None => self.add("role", "removed", Some(role_item(role)), None),
            }
        }
        for role in &right.roles {
            let number = numbers.entry(role.kind).or_default();
            match *number {
                0 => {
                    self.role = Some(role.kind);
                    self.add("role", "added", None, Some(role_item(role)));
                }
                _ => *number -= 1,
            }
        }
        self.role = None;
    }

    fn role(&mut self, left: &Role, right: &Role) {
        self.value("valid-until", left.valid_until.as_ref(), right.valid_until.as_ref());
        let protocols = |role: &Role| {
            let mut list: Vec<&str> = role.protocols.iter().flat_map(|p| p.text.split_ascii_whitespace()).collect();
            list.sort_unstable();
            list.join(" ")
        };
        if protocols(left) != protocols(right) {
            self.value("protocols", left.protocols.as_ref(), right.protocols.as_ref());
        }
        for (one, other) in [
            (&left.want_authn_requests_signed, &right.want_authn_requests_signed),
            (&left.authn_requests_signed, &right.authn_requests_signed),
            (&left.want_assertions_signed, &right.want_assertions_signed),
        ] {
            let is_true = |flag: &Option<Spanned>| flag.as_ref().and_then(Spanned::boolean).unwrap_or_default();
            if is_true(one) != is_true(other) {
                self.value("flag", one.as_ref(), other.as_ref());
            }
        }
        let formats = |role: &Role| role.name_id_formats.iter().map(Item::of).collect();
        self.set("name-id-format", formats(left), formats(right));
        self.endpoints(left, right);
        for usage in ["signing", "encryption"] {
            self.keys(usage, left, right);
        }
    }

    /// Endpoints are known by element, binding and index; of those that have no other a new address is a change.
    fn endpoints(&mut self, left: &Role, right: &Role) {
        self.pairs("endpoint", endpoints(left), endpoints(right));
        let default = |role: &Role| {
            let marked = role.endpoints.iter().find(|endpoint| endpoint.is_marked_default());
            marked.and_then(|endpoint| endpoint.location.as_ref()).map(Item::of)
        };
        let (old, new) = (default(left), default(right));
        let place = |item: &Option<Item>| item.as_ref().map(|item| item.known_by.clone());
        let is_known = |item: &Option<Item>, role: &Role| {
            item.iter()
                .any(|item| role.endpoints.iter().any(|one| one.location.as_ref().is_some_and(|l| l.text == item.text)))
        };
        // An address that is new is told already.
        if place(&old) != place(&new) && (is_known(&new, left) || is_known(&old, right)) {
            self.add_as("default-endpoint", "changed", "change.default-endpoint", old, new);
        }
    }

    /// The keys of a use: a certificate that is new over the same key is no new key.
    fn keys(&mut self, usage: &str, left: &Role, right: &Role) {
        let (old, new) = (keys(left, usage), keys(right, usage));
        let (mut gone, mut come) = apart(old.clone(), new.clone());
        let renewed = |gone: &mut Vec<Item>, come: &mut Vec<Item>| -> Vec<(Item, Item)> {
            let mut pairs = Vec::new();
            let mut new: HashMap<String, Vec<Item>> = HashMap::new();
            come.drain(..).rev().for_each(|item| new.entry(kind_of(&item.known_by).to_owned()).or_default().push(item));
            gone.retain(|old| match new.get_mut(kind_of(&old.known_by)).and_then(Vec::pop) {
                Some(item) => {
                    pairs.push((old.clone(), item));
                    false
                }
                None => true,
            });
            come.extend(new.into_values().flatten());
            come.sort_by_key(|item| item.span.start);
            pairs
        };
        for (old, new) in renewed(&mut gone, &mut come) {
            self.add_as("certificate", "changed", "change.certificate", Some(old), Some(new));
        }
        let all_replaced = !come.is_empty() && !old.is_empty() && gone.len() == old.len();
        let name = |kind: &str| format!("change.key.{usage}.{kind}");
        if all_replaced {
            let mut come = come.into_iter();
            let first = come.next();
            let mut gone = gone.into_iter();
            self.add_as("key", "changed", &name("replaced"), gone.next(), first);
            gone.for_each(|old| self.add_as("key", "removed", &name("removed"), Some(old), None));
            come.for_each(|new| self.add_as("key", "added", &name("added"), None, Some(new)));
            return;
        }
        gone.into_iter().for_each(|old| self.add_as("key", "removed", &name("removed"), Some(old), None));
        come.into_iter().for_each(|new| self.add_as("key", "added", &name("added"), None, Some(new)));
    }
}

fn role_item(role: &Role) -> Item {
    Item { known_by: role.kind.to_owned(), text: role.kind.to_owned(), span: role.span.clone() }
}

/// What stands in one list alone: of the first, and of the second.
fn apart(left: Vec<Item>, right: Vec<Item>) -> (Vec<Item>, Vec<Item>) {
    let (of_left, of_right) = (counted(&left), counted(&right));
    (without(left, of_right), without(right, of_left))
}

fn counted(items: &[Item]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for item in items {
        *counts.entry(item.known_by.clone()).or_default() += 1;
    }
    counts
}

/// The items without as many of each as are counted.
fn without(items: Vec<Item>, mut counts: HashMap<String, usize>) -> Vec<Item> {
    let is_left = |item: &Item| match counts.get_mut(&item.known_by) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    items.into_iter().filter(is_left).collect()
}

/// What an item is a value of: the first line of what it is known by.
fn kind_of(known_by: &str) -> &str {
    known_by.split('\n').next().unwrap_or_default()
}

fn endpoints(role: &Role) -> Vec<Item> {
    let text = |value: &Option<Spanned>| value.as_ref().map(|value| value.text.trim().to_owned()).unwrap_or_default();
    let item = |endpoint: &crate::saml::metadata::Endpoint| {
        let (binding, location, response) =
            (text(&endpoint.binding), text(&endpoint.location), text(&endpoint.response_location));
        let index = endpoint.index_number().map(|index| index.to_string()).unwrap_or_default();
        let short = binding.rsplit(':').next().unwrap_or_default().to_owned();
        let shown = [endpoint.name, &short, &index, &location, &response];
        Item {
            known_by: format!("{} {binding} {index}\n{location}\n{response}", endpoint.name),
            text: shown.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
            span: endpoint.span.clone(),
        }
    };
    role.endpoints.iter().map(item).collect()
}

fn of_attribute(node: Node<'_>, name: &str) -> String {
    attribute(node, name).map(|value| value.text.trim().to_owned()).unwrap_or_default()
}

fn within<'d>(node: Node<'d>, namespace: &'static str, name: &'static str) -> impl Iterator<Item = Node<'d>> {
    node.elements_named(METADATA, "Extensions").flat_map(move |all| all.elements_named(namespace, name))
}

/// The values of `<mdattr:EntityAttributes>`.
fn categories(entity: Node<'_>) -> Vec<Item> {
    let attributes =
        within(entity, MDATTR, "EntityAttributes").flat_map(|all| all.elements_named(ASSERTION, "Attribute"));
    let values =
        attributes.flat_map(|one| one.elements_named(ASSERTION, "AttributeValue").map(move |value| (one, value)));
    let item = |(one, value): (Node<'_>, Node<'_>)| {
        let text = Value::of_element(value).text.into_owned();
        Item { known_by: format!("{} {text}", of_attribute(one, "Name")), text, span: value.span() }
    };
    values.map(item).collect()
}

/// The attributes that a service asks for.
fn requested(entity: Node<'_>) -> Vec<Item> {
    let services = entity
        .elements_named(METADATA, "SPSSODescriptor")
        .flat_map(|role| role.elements_named(METADATA, "AttributeConsumingService"));
    let all = services.flat_map(|service| {
        service.elements_named(METADATA, "RequestedAttribute").map(move |one| (of_attribute(service, "index"), one))
    });
    let item = |(index, one): (String, Node<'_>)| {
        let name = of_attribute(one, "Name");
        let is_required = matches!(of_attribute(one, "isRequired").as_str(), "true" | "1");
        let values =
            one.elements_named(ASSERTION, "AttributeValue").map(|value| Value::of_element(value).text.into_owned());
        let values: Vec<String> = values.collect();
        let required = if is_required { "isRequired" } else { "" };
        let shown = [of_attribute(one, "FriendlyName"), name.clone(), required.to_owned(), values.join(", ")];
        Item {
            known_by: format!("{index} {name} {}\n{is_required} {values:?}", of_attribute(one, "NameFormat")),
            text: shown.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
            span: one.span(),
        }
    };
    all.map(item).collect()
}

/// The endpoints that stand among a service's extensions.
fn extended(entity: Node<'_>) -> Vec<Item> {
    let roles = entity.elements_named(METADATA, "SPSSODescriptor");
    let all =
        roles.flat_map(|role| within(role, IDPDISC, "DiscoveryResponse").chain(within(role, INIT, "RequestInitiator")));
    let item = |one: Node<'_>| {
        let (location, index) = (of_attribute(one, "Location"), of_attribute(one, "index"));
        Item {
            known_by: format!("{} {index}\n{location}", one.local_name()),
            text: [one.local_name(), &index, &location]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            span: one.span(),
        }
    };
    all.map(item).collect()
}

/// The certificates and keys of a use, each once, known by the key first.
fn keys(role: &Role, usage: &str) -> Vec<Item> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for key in role.keys.iter().filter(|key| key.is_for(usage)) {
        let certified = key.certificates.iter().filter_map(|found| {
            let certificate = found.result.as_ref().ok()?;
            let print = certificate.fingerprint(DigestAlgorithm::Sha256).hex();
            Some(Item {
                known_by: format!("{}\n{print}", certificate.spki_sha256().hex()),
                text: format!("{} · {} · SHA-256 {print}", certificate.subject, certificate.not_after.text),
                span: found.span.clone(),
            })
        });
        let bare = key.bare_keys.iter().map(|(span, key)| {
            let print = key.spki_sha256().hex();
            Item {
                known_by: format!("{print}\n"),
                text: format!("{} · SHA-256 {print}", key.name()),
                span: span.clone(),
            }
        });
        for item in certified.chain(bare) {
            if seen.insert(item.known_by.clone()) {
                found.push(item);
            }
        }
    }
    found
}

#[cfg(test)]
#[allow(clippy::string_slice)] // Of places that were found.
mod tests {
    use super::*;

    const IDP: &str = include_str!("../checks/testing/idp-metadata.xml");
    const SP: &str = include_str!("../checks/testing/sp-metadata.xml");

    fn changes(left: &str, right: &str) -> Vec<(String, String)> {
        let difference = metadata_difference(left, right, Language::English).unwrap();
        for row in &difference.rows {
            assert!(!row.text.is_empty(), "{row:?}");
        }
        difference.rows.into_iter().map(|row| (row.what, row.kind)).collect()
    }

    fn change(from: &str, to: &str) -> Vec<(String, String)> {
        assert!(IDP.contains(from), "{from}");
        changes(IDP, &IDP.replacen(from, to, 1))
    }

    fn one(what: &str, kind: &str) -> Vec<(String, String)> {
        vec![(what.to_owned(), kind.to_owned())]
    }

    #[test]
    fn a_file_and_itself_differ_in_nothing() {
        let again = IDP.replace("md:", "other:").replace("xmlns:md", "xmlns:other").replace("><", ">\n  <");
        for same in [IDP.to_owned(), again, format!("<!-- again -->{IDP}")] {
            let difference = metadata_difference(IDP, &same, Language::Chinese).unwrap();
            assert_eq!(difference, MetadataDifference { unchanged: 1, ..MetadataDifference::default() });
        }
        assert_eq!(metadata_difference(IDP, "<a/>", Language::English), None);
        assert_eq!(metadata_difference("<a", IDP, Language::English), None);
    }

    #[test]
    fn each_change_is_told_and_nothing_else() {
        assert_eq!(
            change("https://idp.acme.example/sso\"", "https://idp.acme.example/sso2\""),
            one("endpoint", "changed")
        );
        assert_eq!(
            change("entityID=\"https://idp.acme.example/idp\"", "entityID=\"urn:other\""),
            one("entity-id", "changed")
        );
        let (start, end) = (IDP.find("<md:KeyDescriptor").unwrap(), IDP.find("</md:KeyDescriptor>").unwrap() + 19);
        let key = &IDP[start..end];
        let other = include_str!("../../tests/fixtures/crypto/ed25519.crt");
        let base64: String = other.lines().filter(|line| !line.starts_with('-')).collect();
        let of = |certificate: &str| {
            let (from, to) = (key.find("X509Certificate>").unwrap() + 16, key.find("</ds:X509Certificate>").unwrap());
            format!("{}{certificate}{}", &key[..from], &key[to..])
        };
        assert_eq!(changes(IDP, &IDP.replacen(key, "", 1))[0].0, "key");
        let added = changes(IDP, &IDP.replacen(key, &(key.to_owned() + &of(&base64)), 1));
        assert!(added.contains(&("key".to_owned(), "added".to_owned())), "{added:?}");
        let replaced = changes(IDP, &IDP.replacen(key, &of(&base64), 1));
        assert!(replaced.contains(&("key".to_owned(), "changed".to_owned())), "{replaced:?}");
    }

    #[test]
    fn entities_of_a_federation_come_and_go() {
        let group = |entities: &[&str]| {
            format!(
                "<g:EntitiesDescriptor xmlns:g=\"urn:oasis:names:tc:SAML:2.0:metadata\">{}</g:EntitiesDescriptor>",
                entities.concat()
            )
        };
        let difference = metadata_difference(&group(&[IDP, SP]), &group(&[SP]), Language::English).unwrap();
        assert_eq!((difference.removed, difference.added, difference.unchanged), (1, 0, 1));
        let difference = metadata_difference(&group(&[SP]), &group(&[IDP, SP]), Language::English).unwrap();
        assert_eq!((difference.removed, difference.added, difference.changed), (0, 1, 0));
        assert_eq!(difference.rows[0].entity_id, "https://idp.acme.example/idp");
    }
}
