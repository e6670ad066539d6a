//! The typed reading of metadata against lxml's: every federation and every other metadata file of the public corpus, entity by
//! entity; each entity's own text, in canonical form; and the signatures of the federations, with what others say of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use samlens::limits::IDENTITY_TEXT_BYTES;
use samlens::{
    Context, EndpointReport, EntityReport, EntityRoleReport, EntityRow, Input, Instant, Language, MetadataReport,
    Report, TextReport, Worded, entity_report, inspect,
};
use serde_json::{Value, json};

use crate::corpus::{corpus, lines};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What the oracle answers to lines of text; `None`, and it is said, where there is no Python with lxml.
fn oracle(command: &[&str], input: &str) -> Option<Vec<String>> {
    let started = Command::new("python3")
        .arg("tests/engine/metadata_oracle.py")
        .args(command)
        .current_dir(here(""))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut python) = started else {
        println!("SKIPPED: no python3 to ask lxml with");
        return None;
    };
    let mut stdin = python.stdin.take().unwrap();
    let input = input.to_owned();
    // It answers while it is asked, so that two pipes are full at once where one thread does both.
    let asking = std::thread::spawn(move || _ = stdin.write_all(input.as_bytes()));
    let end = python.wait_with_output().unwrap();
    asking.join().unwrap();
    let said = String::from_utf8_lossy(&end.stderr);
    if said.contains("No module named 'lxml'") {
        println!("SKIPPED: python3 has no lxml");
        return None;
    }
    assert!(end.status.success(), "{said}");
    Some(String::from_utf8(end.stdout).unwrap().lines().map(str::to_owned).collect())
}

/// A federation of about a megabyte as `benches/data/aggregate.py` makes it, with its certificate; `None`, and it is said,
/// where it cannot be made.
fn synthetic() -> Option<(PathBuf, PathBuf)> {
    let made =
        Command::new("python3").args(["benches/data/aggregate.py", "--size", "1"]).current_dir(here("")).output();
    let why = match made {
        Ok(made) if made.status.success() => {
            let path = here("benches/data/out/aggregate-1m.xml");
            return Some((path.clone(), path.with_extension("pem")));
        }
        Ok(made) => String::from_utf8_lossy(&made.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    println!("SKIPPED: no federation could be made: {why}");
    None
}

fn at(clock: &str) -> Context {
    Context::at(Instant::parse(clock).unwrap())
}

fn report_of(name: &str, bytes: &[u8], context: &Context) -> Report {
    inspect(&[Input { name, bytes }], context)
}

/// The text that the report's spans count in.
fn text_of(report: &Report, bytes: &[u8]) -> String {
    let capture = &report.captures[0];
    match (&capture.xml, capture.xml_in_input) {
        (Some(xml), _) => xml.clone(),
        (None, Some([from, to])) => String::from_utf8(bytes[from..to].to_vec()).unwrap(),
        (None, None) => panic!("no text: {:?}", capture.error()),
    }
}

fn text(value: &TextReport) -> Value {
    json!(value.text)
}

fn maybe(value: Option<&TextReport>) -> Value {
    value.map_or(Value::Null, text)
}

fn texts(values: &[TextReport]) -> Value {
    values.iter().map(text).collect()
}

fn worded(values: &[Worded]) -> Value {
    values.iter().map(|one| json!([one.language, one.text.text])).collect()
}

/// Sorted, since the engine may put what an extension holds before or after what the role itself does.
fn sorted(values: impl Iterator<Item = Value>) -> Value {
    let mut all: Vec<String> = values.map(|value| value.to_string()).collect();
    all.sort();
    json!(all)
}

fn endpoint(one: &EndpointReport) -> Value {
    let (binding, location) = (maybe(one.binding.as_ref()), maybe(one.location.as_ref()));
    json!([one.element, binding, location, maybe(one.response_location.as_ref()), one.index, one.is_default])
}

fn requested(all: &[samlens::RequestedAttributeReport]) -> Value {
    all.iter()
        .map(|one| {
            json!({
                "name": maybe(one.name.as_ref()),
                "friendly_name": one.friendly_name,
                "name_format": one.name_format,
                "is_required": one.is_required,
                "values": one.values,
            })
        })
        .collect()
}

fn role(role: &EntityRoleReport) -> Value {
    let flags: BTreeMap<&str, &str> =
        role.flags.iter().map(|flag| (flag.name.as_str(), flag.value.text.as_str())).collect();
    let keys: Vec<Value> = role
        .keys
        .iter()
        .map(|key| {
            json!({
                "use": key.usage,
                "certificates": key.certificates,
                "unreadable": key.unreadable,
                "key_names": key.key_names,
                "encryption_methods": key.encryption_methods,
            })
        })
        .collect();
    let services: Vec<Value> = role
        .attribute_services
        .iter()
        .map(|one| {
            json!({
                "index": one.index,
                "is_default": one.is_default,
                "names": worded(&one.names),
                "descriptions": worded(&one.descriptions),
                "attributes": requested(&one.attributes),
            })
        })
        .collect();
    let ui = role.ui.as_ref();
    let of_ui = |read: fn(&samlens::UiReport) -> &Vec<Worded>| ui.map_or(json!([]), |ui| worded(read(ui)));
    let logos: Vec<Value> = ui
        .iter()
        .flat_map(|ui| &ui.logos)
        .map(|logo| json!([logo.language, logo.url.text, logo.width, logo.height]))
        .collect();
    json!({
        "kind": role.kind,
        "role_type": role.role_type,
        "protocols": maybe(role.protocols.as_ref()),
        "valid_until": maybe(role.valid_until.as_ref()),
        "error_url": maybe(role.error_url.as_ref()),
        "flags": flags,
        "endpoints": sorted(role.endpoints.iter().map(endpoint)),
        "keys": keys,
        "name_id_formats": texts(&role.name_id_formats),
        "attribute_services": services,
        "attributes": requested(&role.attributes),
        "scopes": sorted(role.scopes.iter().map(|scope| json!([scope.value.text, scope.is_pattern]))),
        "ui": {
            "display_names": of_ui(|ui| &ui.display_names),
            "descriptions": of_ui(|ui| &ui.descriptions),
            "keywords": of_ui(|ui| &ui.keywords),
            "information_urls": of_ui(|ui| &ui.information_urls),
            "privacy_urls": of_ui(|ui| &ui.privacy_urls),
            "logos": logos,
        },
        "hints": texts(&role.hints),
        "algorithms": sorted(role.algorithms.iter().map(|one| {
            json!([one.element, one.algorithm.text, one.min_key_size, one.max_key_size])
        })),
    })
}

fn details(entity: &EntityReport) -> Value {
    let registration = entity.registration.as_ref();
    let organization = entity.organization.as_ref().map(|organization| {
        json!({
            "OrganizationName": worded(&organization.names),
            "OrganizationDisplayName": worded(&organization.display_names),
            "OrganizationURL": worded(&organization.urls),
        })
    });
    let contacts: Vec<Value> = entity
        .contacts
        .iter()
        .map(|one| {
            let or_empty = |value: &Option<String>| value.clone().unwrap_or_default();
            json!({
                "company": or_empty(&one.company),
                "name": or_empty(&one.name),
                "emails": texts(&one.emails),
                "telephones": texts(&one.telephones),
            })
        })
        .collect();
    json!({
        "entity_id": maybe(entity.entity_id.as_ref()),
        "valid_until": maybe(entity.valid_until.as_ref()),
        "cache_duration": maybe(entity.cache_duration.as_ref()),
        "registrar": maybe(registration.and_then(|one| one.authority.as_ref())),
        "registered": maybe(registration.and_then(|one| one.instant.as_ref())),
        "policies": registration.map_or(json!([]), |one| worded(&one.policies)),
        "categories": entity.categories.iter().map(|one| json!([one.attribute, one.value.text])).collect::<Vec<_>>(),
        "roles": entity.roles.iter().map(role).collect::<Vec<_>>(),
        "contacts": contacts,
        "organization": organization,
        "additional_locations": texts(&entity.additional_locations),
    })
}

/// Which of several comes first is not promised.
fn row(row: &EntityRow) -> Value {
    let in_order =
        |list: &[String]| -> Vec<String> { list.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect() };
    assert_eq!(
        (in_order(&row.keys).len(), in_order(&row.scopes).len()),
        (row.keys.len(), row.scopes.len()),
        "each once"
    );
    json!({
        "entity_id": row.entity_id,
        "kinds": row.roles,
        "registrar": row.registrar,
        "scopes": in_order(&row.scopes),
        "mails": row.contacts,
        "certificates": in_order(&row.keys),
        "expires": row.expires,
    })
}

/// Every place where two values differ, as far as forty go.
fn differences(path: &str, theirs: &Value, ours: &Value, found: &mut Vec<String>) {
    match (theirs, ours) {
        _ if theirs == ours || found.len() >= 40 => {}
        (Value::Object(theirs), Value::Object(ours)) => {
            for (name, value) in ours {
                differences(&format!("{path}.{name}"), theirs.get(name).unwrap_or(&Value::Null), value, found);
            }
            for name in theirs.keys().filter(|name| !ours.contains_key(*name)) {
                found.push(format!("{path}.{name}: not there"));
            }
        }
        (Value::Array(theirs), Value::Array(ours)) if theirs.len() == ours.len() => {
            for (number, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                differences(&format!("{path}[{number}]"), theirs, ours, found);
            }
        }
        // A long text is told as far as a limit goes.
        (Value::String(theirs), Value::String(ours))
            if theirs.len() > IDENTITY_TEXT_BYTES
                && ours.len() > IDENTITY_TEXT_BYTES - 4
                && theirs.starts_with(ours) => {}
        _ => found.push(format!("{path}: lxml {theirs:.300}\n      ours {ours:.300}")),
    }
}

/// The keys of `theirs` that `ours` has as well: a row says less than the whole.
fn part_of(theirs: &Value, ours: &Value) -> Value {
    let keys = ours.as_object().unwrap().keys();
    keys.map(|key| (key.clone(), theirs[key].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn as_told(entity: &Value) -> Value {
    let mut told = entity.clone();
    let object = told.as_object_mut().unwrap();
    for contact in object["contacts"].as_array_mut().unwrap() {
        contact.as_object_mut().unwrap().remove("type");
        for mail in contact["emails"].as_array_mut().unwrap() {
            *mail = json!(without_scheme(mail.as_str().unwrap()));
        }
    }
    told
}

fn without_scheme(mail: &str) -> &str {
    match mail.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &mail[7..],
        _ => mail,
    }
}

/// What is compared of a file and its entities, counted.
#[derive(Debug, Default)]
struct Counts {
    files: usize,
    entities: usize,
    kinds: BTreeMap<String, usize>,
    endpoints: usize,
    keys: usize,
    formats: usize,
    scopes: usize,
    mails: usize,
    names: usize,
    categories: usize,
    requested: usize,
}

impl Counts {
    fn add(&mut self, entity: &Value) {
        let len = |value: &Value| value.as_array().map_or(0, Vec::len);
        self.entities += 1;
        for role in entity["roles"].as_array().unwrap() {
            *self.kinds.entry(role["kind"].as_str().unwrap().to_owned()).or_default() += 1;
            self.endpoints += len(&role["endpoints"]);
            self.keys += len(&role["keys"]);
            self.formats += len(&role["name_id_formats"]);
            self.names += len(&role["ui"]["display_names"]);
            self.requested +=
                role["attribute_services"].as_array().unwrap().iter().map(|one| len(&one["attributes"])).sum::<usize>();
        }
        self.scopes += len(&entity["scopes"]);
        self.mails += len(&entity["mails"]);
        self.categories += len(&entity["categories"]);
    }
}

/// Compares a file, entity by entity, and says which of them are to stand by themselves: number and text.
fn compared(told: &Value, counts: &mut Counts, faults: &mut Vec<String>) -> Vec<(usize, String)> {
    let path = told["path"].as_str().unwrap();
    let short = Path::new(path).file_name().unwrap().to_string_lossy();
    let bytes = fs::read(path).unwrap();
    let report = report_of(&short, &bytes, &at("2026-01-01T00:00:00Z"));
    let [metadata] = &report.metadata[..] else {
        faults.push(format!(
            "{path}: {} metadata files in the report; {:?}",
            report.metadata.len(),
            report.captures[0].error()
        ));
        return Vec::new();
    };
    counts.files += 1;
    let xml = text_of(&report, &bytes);
    let file = json!({
        "root": metadata.root,
        "name": metadata.name,
        "id": metadata.id,
        "valid_until": metadata.valid_until,
        "valid_until_unix": metadata.valid_until_unix,
        "cache_duration": metadata.cache_duration,
        "signed": metadata.signature.is_some(),
    });
    differences(&format!("{short}"), &part_of(told, &file), &file, faults);
    if told["root"] == "EntitiesDescriptor" {
        differences(&format!("{short}.publisher"), &told["publisher"], &json!(metadata.publisher), faults);
    }
    let entities = told["entities"].as_array().unwrap();
    let sizes = [metadata.entities, metadata.rows.len(), entities.len()];
    assert_eq!(sizes, [entities.len(); 3], "{short}: how many entities");
    let has = |entity: &&Value, kind: &str| entity["kinds"].as_array().unwrap().iter().any(|own| own == kind);
    let idps = entities.iter().filter(|entity| has(entity, "IDPSSODescriptor")).count();
    let sps = entities.iter().filter(|entity| has(entity, "SPSSODescriptor")).count();
    let others =
        entities.iter().filter(|entity| !has(entity, "IDPSSODescriptor") && !has(entity, "SPSSODescriptor")).count();
    assert_eq!([metadata.idps, metadata.sps, metadata.others], [idps, sps, others], "{short}: roles");
    let distinct: BTreeSet<&str> = entities
        .iter()
        .flat_map(|one| one["certificates"].as_array().unwrap())
        .map(|one| one.as_str().unwrap())
        .collect();
    let ours: Vec<&str> = metadata.calendar.rows.iter().map(|row| row.sha256.as_str()).collect();
    assert_eq!(metadata.calendar.certificates, distinct.len(), "{short}: certificates of the calendar");
    assert_eq!(ours.iter().copied().collect::<BTreeSet<_>>(), distinct, "{short}: the calendar's rows");
    assert_eq!(ours.len(), distinct.len(), "{short}: each of the calendar once");
    shares(&short, metadata, entities);
    let mut alone = Vec::new();
    for (number, entity) in entities.iter().enumerate() {
        counts.add(entity);
        let own = &metadata.rows[number];
        assert_eq!(own.number, number);
        let where_ = format!("{short}#{number}");
        let mut told = as_told(entity);
        told["entity_id"] = json!(told["entity_id"].as_str().unwrap_or_default());
        differences(&where_, &part_of(&told, &row(own)), &row(own), faults);
        named(&where_, entity, own, faults);
        let Some(text) = metadata.entity_text(xml.as_bytes(), number) else {
            faults.push(format!("{where_}: no text of its own"));
            continue;
        };
        match entity_report(&text, Language::English) {
            None => faults.push(format!("{where_}: no report of its own")),
            Some(read) => {
                let ours = details(&read);
                let mut ours_told = ours.clone();
                for contact in ours_told["contacts"].as_array_mut().unwrap() {
                    for mail in contact["emails"].as_array_mut().unwrap() {
                        *mail = json!(without_scheme(mail.as_str().unwrap()));
                    }
                }
                differences(&where_, &part_of(&as_told(entity), &ours), &ours_told, faults);
                spans(&where_, &text, &read, faults);
            }
        }
        alone.push((number, text));
    }
    alone
}

/// Of each certificate, how many entities have it, and where it stands.
fn shares(short: &str, metadata: &MetadataReport, entities: &[Value]) {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for entity in entities {
        for digest in entity["certificates"].as_array().unwrap() {
            *owners.entry(digest.as_str().unwrap()).or_default() += 1;
        }
    }
    for row in &metadata.calendar.rows {
        assert_eq!(row.entities, owners[row.sha256.as_str()], "{short}: who has {}", row.sha256);
        assert!(
            row.uses.len() >= row.entities.min(samlens::limits::KEY_USES),
            "{short}: {} stands in too few places",
            row.sha256
        );
        for one in &row.uses {
            let owner = &metadata.rows[one.entity];
            assert_eq!(owner.entity_id, one.entity_id, "{short}");
            assert!(owner.keys.contains(&row.sha256), "{short}: {} at {}", row.sha256, one.entity_id);
        }
    }
    assert_eq!(metadata.calendar.shared, owners.values().filter(|count| **count > 1).count(), "{short}: shared");
}

/// The name of a row is one of those that the entity has, and in English where there is one.
fn named(where_: &str, entity: &Value, row: &EntityRow, faults: &mut Vec<String>) {
    let organization = entity["organization"]["OrganizationDisplayName"].as_array().cloned().unwrap_or_default();
    let all: Vec<&Value> = entity["names"].as_array().unwrap().iter().chain(&organization).collect();
    let is_one = |name: &str| all.iter().any(|one| one[1] == *name);
    match &row.name {
        None if all.iter().any(|one| one[1] != "") => faults.push(format!("{where_}: no name of {all:?}")),
        Some(name) if !is_one(name) => faults.push(format!("{where_}: {name:?} is none of {all:?}")),
        Some(name) => {
            let own: Vec<&Value> = entity["names"].as_array().unwrap().iter().collect();
            let english =
                own.iter().find(|one| one[0].as_str().is_some_and(|tag| tag.to_lowercase().starts_with("en")));
            if let Some(english) = english
                && english[1] != **name
            {
                faults.push(format!("{where_}: {name:?}, where English has {}", english[1]));
            }
        }
        None => {}
    }
}

/// What is told stands where it is told to stand: as it is, or with references and white space around it.
fn spans(where_: &str, text: &str, entity: &EntityReport, faults: &mut Vec<String>) {
    let mut look = |value: &TextReport| {
        let [from, to] = value.span;
        let raw = without_scheme(text.get(from..to).unwrap_or("\u{0}"));
        let plain = |text: &str| -> String { text.split_whitespace().collect::<Vec<_>>().join(" ") };
        if !raw.contains('&') && !raw.contains('<') && plain(raw) != plain(&value.text) {
            faults.push(format!("{where_}: {:?} is said to stand at {raw:?}", value.text));
        }
    };
    entity.entity_id.iter().for_each(&mut look);
    for role in &entity.roles {
        role.protocols.iter().for_each(&mut look);
        role.name_id_formats.iter().for_each(&mut look);
        role.scopes.iter().map(|scope| &scope.value).for_each(&mut look);
        role.flags.iter().map(|flag| &flag.value).for_each(&mut look);
        for endpoint in &role.endpoints {
            [&endpoint.binding, &endpoint.location, &endpoint.response_location]
                .into_iter()
                .flatten()
                .for_each(&mut look);
        }
        role.ui.iter().flat_map(|ui| &ui.display_names).map(|name| &name.text).for_each(&mut look);
    }
    entity.contacts.iter().flat_map(|contact| &contact.emails).for_each(&mut look);
    entity.categories.iter().map(|category| &category.value).for_each(&mut look);
}

fn compare_all(files: &[String]) -> Option<Counts> {
    let told = oracle(&["read"], &(files.join("\n") + "\n"))?;
    assert_eq!(told.len(), files.len());
    let (mut counts, mut faults, mut asked) = (Counts::default(), Vec::new(), String::new());
    let (mut texts, mut certificates) = (0, BTreeSet::new());
    for line in &told {
        let told: Value = serde_json::from_str(line).unwrap();
        let entities = told["entities"].as_array().unwrap().iter();
        certificates.extend(entities.flat_map(|one| one["certificates"].as_array().unwrap()).map(Value::to_string));
        for (number, text) in compared(&told, &mut counts, &mut faults) {
            asked += &format!("{}\n", json!([told["path"], number, text]));
            texts += 1;
        }
    }
    let answers = oracle(&["form"], &asked)?;
    assert_eq!(answers.len(), texts);
    for (line, question) in answers.iter().zip(asked.lines()) {
        let answer: Value = serde_json::from_str(line).unwrap();
        if answer["same"] != true {
            faults.push(format!("{:.160}: {}", question, answer["why"]));
        }
    }
    println!("{counts:?}; {} certificates; {texts} entities by themselves", certificates.len());
    assert!(faults.is_empty(), "{} differ:\n  {}", faults.len(), faults[..faults.len().min(60)].join("\n  "));
    Some(counts)
}

fn found(folder: &Path) -> Option<Vec<String>> {
    oracle(&["find", folder.to_str().unwrap()], "")
}

#[test]
fn every_entity_of_the_federations_is_read_as_lxml_reads_it() {
    let Some(folder) = corpus().map(|corpus| corpus.join("aggregates")) else { return };
    let Some(files) = found(&folder) else { return };
    let Some(counts) = compare_all(&files) else { return };
    assert_eq!((counts.files, counts.entities), (6, 777));
}

#[test]
fn all_other_metadata_of_the_corpus_is_read_as_lxml_reads_it() {
    let Some(corpus) = corpus() else { return };
    let Some(mut files) = found(&corpus) else { return };
    files.retain(|path| !path.contains("/aggregates/"));
    let Some(counts) = compare_all(&files) else { return };
    assert!(counts.files >= 95, "{}", counts.files);
}

#[test]
fn our_own_fixtures_of_metadata_are_read_as_lxml_reads_them() {
    let Some(files) = found(&here("tests/fixtures/metadata")) else { return };
    assert!(files.len() > 10, "{}", files.len());
    compare_all(&files);
}

#[test]
fn a_made_federation_is_read_as_lxml_reads_it_and_verified_with_its_certificate() {
    let Some((path, certificate)) = synthetic() else { return };
    let Some(counts) = compare_all(&[path.to_str().unwrap().to_owned()]) else { return };
    assert_eq!(counts.entities, 111);
    let mut context = at("2026-06-01T00:00:00Z");
    context.add_certificates("federation.pem", &fs::read(certificate).unwrap()).unwrap();
    let report = report_of("federation.xml", &fs::read(path).unwrap(), &context);
    let signature = &report.captures[0].signatures[0];
    assert_eq!((signature.status, signature.trusted), ("valid", true), "{}", signature.detail);
}

#[test]
fn the_signatures_of_the_federations_get_their_known_verdicts() {
    let Some(folder) = corpus().map(|corpus| corpus.join("aggregates")) else { return };
    for line in lines(&folder.join("expected.jsonl")) {
        let path = line["path"].as_str().unwrap();
        let bytes = fs::read(folder.join(path)).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        // The certificate that the first signature shows is the one of the root.
        let shown = text.split_once("X509Certificate>").unwrap().1;
        let base64: String = shown.split('<').next().unwrap().split_whitespace().collect();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
        let mut context = at("2014-01-01T00:00:00Z");
        context.add_certificates("federation.pem", pem.as_bytes()).unwrap();
        let report = report_of(path, &bytes, &context);
        let metadata = &report.metadata[0];
        assert_eq!(json!(metadata.entities), line["entities"], "{path}");
        let number = metadata.signature.expect("the root is signed");
        let signature = &report.captures[number.capture].signatures[number.signature];
        assert_eq!(signature.target, "EntitiesDescriptor");
        let said = line["signatures"][0]["crypto"].as_str().unwrap();
        assert_eq!((signature.status, signature.trusted), (said, said == "valid"), "{path}: {}", signature.detail);
        // Nobody vouches for a certificate that the federation shows of itself.
        let report = report_of(path, &bytes, &at("2014-01-01T00:00:00Z"));
        let signature = &report.captures[0].signatures[number.signature];
        assert_eq!((signature.status, signature.trusted), (said, false), "{path}, without its certificate");
    }
}
