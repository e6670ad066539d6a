//! A row for each entity of a metadata file, and the file's own facts.

use std::collections::BTreeSet;

use super::calendar::Calendar;
use super::{EntityRow, Kept, MetadataReport};
use crate::context::MetadataFile;
use crate::crypto::digest::{DigestAlgorithm, digest};
use crate::flow::Case;
use crate::language::Language;
use crate::report::SignatureNumber;
use crate::report::texts::Texts;
use crate::saml::metadata::{Entity, RootKind};

impl MetadataReport {
    /// Every metadata file of a case.
    pub(in crate::report) fn all(case: &Case<'_>, texts: &Texts) -> Vec<Self> {
        case.metadata.iter().map(|file| Self::of(file, case, texts)).collect()
    }

    fn of(file: &MetadataFile, case: &Case<'_>, texts: &Texts) -> Self {
        let read = &file.entities;
        let mut calendar = Calendar::new(case.now);
        let language = case.context.language;
        let entities = read.entities.iter().enumerate();
        let rows: Vec<EntityRow> =
            entities.map(|(number, entity)| row(number, entity, language, &mut calendar)).collect();
        let registrar = || read.entities.first().filter(|_| read.entities.len() == 1)?.about.registrar.as_deref();
        let count = |is: fn(&Entity) -> bool| read.entities.iter().filter(|entity| is(entity)).count();
        let text = |value: &Option<crate::saml::metadata::Spanned>| value.as_ref().map(|value| value.text.to_string());
        Self {
            file: file.name.clone(),
            capture: file.capture,
            bytes: file.bytes,
            root: match read.root {
                RootKind::EntitiesDescriptor => "EntitiesDescriptor",
                _ => "EntityDescriptor",
            }
            .to_owned(),
            name: text(&read.name),
            id: text(&read.id),
            valid_until: text(&read.valid_until),
            valid_until_unix: read.valid_until.as_ref().and_then(|until| until.instant()).map(|until| until.unix()),
            cache_duration: text(&read.cache_duration),
            publisher: text(&read.publisher).or_else(|| registrar().map(str::to_owned)),
            signature: signature(file, case),
            entities: rows.len(),
            idps: count(Entity::is_idp),
            sps: count(Entity::is_sp),
            others: count(|entity| !entity.is_idp() && !entity.is_sp()),
            calendar: calendar.told(texts),
            rows,
            kept: super::KeptFile { around: read.around.clone() },
        }
    }
}

/// The signature of the file's root element, by its numbers in the report.
fn signature(file: &MetadataFile, case: &Case<'_>) -> Option<SignatureNumber> {
    let own = file.entities.signature.as_ref()?;
    let seen = case.seen.iter().find(|seen| Some(seen.index) == file.capture)?;
    let signature = seen.signatures().position(|verdict| verdict.span == *own)?;
    Some(SignatureNumber { capture: seen.index, signature })
}

fn row(number: usize, entity: &Entity, language: Language, calendar: &mut Calendar) -> EntityRow {
    let about = &entity.about;
    let id = entity.id().unwrap_or_default();
    let mut roles: Vec<String> = Vec::new();
    let mut keys = BTreeSet::new();
    let mut searched = id.to_lowercase();
    let mut find_by = |text: &str| {
        searched.push('\n');
        searched.push_str(&text.to_lowercase());
    };
    for role in &entity.roles {
        if roles.iter().all(|known| known != role.kind) {
            roles.push(role.kind.to_owned());
        }
        for key in &role.keys {
            for found in &key.certificates {
                let Ok(certificate) = &found.result else { continue };
                let prints = calendar.add(number, entity, role, key, certificate, &found.span);
                if !keys.contains(prints.sha256) {
                    keys.insert(prints.sha256.to_owned());
                    find_by(prints.sha256);
                    find_by(prints.sha1);
                }
            }
        }
    }
    // By what an artifact names its issuer (SAML 2.0 Bindings §3.6.4).
    find_by(&digest(DigestAlgorithm::Sha1, id.as_bytes()).hex());
    about.names.iter().for_each(|name| find_by(&name.text));
    let texts = [&about.organization, &about.scopes, &about.emails, &about.people];
    texts.into_iter().flatten().for_each(|text| find_by(text));
    about.registrar.iter().for_each(|registrar| find_by(registrar));
    let owned = |list: &[Box<str>]| list.iter().map(|text| text.to_string()).collect();
    EntityRow {
        number,
        entity_id: id.to_owned(),
        name: about.name(language.as_str()).map(str::to_owned),
        roles,
        registrar: about.registrar.as_deref().map(str::to_owned),
        scopes: owned(&about.scopes),
        contacts: owned(&about.emails),
        keys: keys.into_iter().collect(),
        expires: entity.expires.as_ref().map(|expires| expires.at.unix()),
        span: [entity.span.start, entity.span.end],
        kept: Kept { searched: searched.into(), around: entity.around },
    }
}
