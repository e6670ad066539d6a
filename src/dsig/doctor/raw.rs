//! Signers that hash no canonical form: the bytes as they were sent, base64 of them, another encoding.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::bases::{self, Subject, without};
use super::search::{Budget, Goal};
use super::{Edit, letters};

/// Tries what is no canonical form.
pub(super) fn search(subject: &Subject<'_>, goal: &Goal<'_>, budget: &mut Budget) -> Option<(Edit, Vec<u8>)> {
    let (document, own) = (subject.node.document(), subject.element());
    let all = 0..document.text().len();
    let edit = |name, what: &str| {
        let place = own.open_tag();
        Edit { name, count: 1, places: vec![place], was: Some(what.to_owned()), is: None }
    };
    let mut found = None;
    let mut tries = |name, what: &str, octets: Vec<u8>| {
        if found.is_none() && goal.is_met(&octets, budget) {
            found = Some((edit(name, what), octets));
        }
    };
    let texts = [
        document.text().to_owned(),
        without(document, all, subject.signature),
        own.source().to_owned(),
        without(document, own.span(), subject.signature),
    ];
    for text in &texts {
        tries("transport-form", "XML", text.clone().into_bytes());
        tries("transport-form", "XML", text.trim().as_bytes().to_vec());
        tries("transport-form", "XML", format!("{text}\n").into_bytes());
        tries("transport-form", "XML", text.replace('\n', "\r\n").into_bytes());
        tries("transport-form", "base64", STANDARD.encode(text).into_bytes());
    }
    let canonical = bases::stated(subject).octets(subject).unwrap_or_default();
    tries("transport-form", "base64", STANDARD.encode(&canonical).into_bytes());
    tries("encoding-mistaken", "UTF-8 with a byte order mark", format!("\u{FEFF}{canonical}").into_bytes());
    if let Some(octets) = letters::latin_1(&canonical).filter(|_| !canonical.is_ascii()) {
        tries("encoding-mistaken", "ISO-8859-1", octets);
    }
    let units = |order: fn(u16) -> [u8; 2]| canonical.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    tries("encoding-mistaken", "UTF-16LE", units(u16::to_le_bytes));
    tries("encoding-mistaken", "UTF-16BE", units(u16::to_be_bytes));
    tries("transport-form", "nothing", Vec::new());
    found
}
