//! What messages say, held against the metadata of their parties: where a login is right nothing disagrees, and what was
//! made wrong is what disagrees.

use std::fs;

use samlens::{Context, Input, Instant, MatchReport, Outcome, Report, human, inspect, markdown};

use crate::scenarios::{all, report};

fn disagreeing(report: &Report) -> Vec<&MatchReport> {
    report.matches.iter().filter(|row| matches!(row.outcome, "mismatch" | "near-miss")).collect()
}

#[test]
fn nothing_disagrees_with_the_metadata_in_a_login_that_is_accepted() {
    let mut compared = 0;
    for folder in all() {
        let Some(report) = report(&folder).filter(|report| report.verdict.outcome == Outcome::Accepted) else {
            continue;
        };
        compared += report.matches.iter().filter(|row| row.outcome == "match").count();
        let wrong: Vec<_> = disagreeing(&report).iter().map(|row| (&row.what, &row.said)).collect();
        assert!(wrong.is_empty(), "{folder:?}: {wrong:?}");
    }
    assert!(compared > 40, "{compared}");
}

/// Scenarios in which something disagrees with the metadata, and all that does.
const WRONG: &[(&str, &[(&str, &str)])] = &[
    ("ali-user-stale-certificate", &[("signing-key", "mismatch")]),
    ("generic-audience-trailing-slash", &[("sp-entity-id", "near-miss")]),
    ("generic-issuer-http", &[("idp-entity-id", "near-miss"), ("idp-entity-id", "near-miss")]),
    ("request-acs-unregistered", &[("acs-url", "mismatch")]),
    ("sig-key-rollover", &[("signing-key", "mismatch")]),
];

#[test]
fn what_was_made_wrong_is_what_disagrees() {
    for (name, wrong) in WRONG {
        let folder = all().into_iter().find(|folder| folder.ends_with(name)).unwrap();
        let report = report(&folder).unwrap();
        let found: Vec<_> = disagreeing(&report).iter().map(|row| (row.what.as_str(), row.outcome)).collect();
        assert_eq!(&found, wrong, "{name}");
        let (row, first) = (disagreeing(&report)[0], &report.matches[0]);
        assert_eq!(row, first, "what disagrees comes first");
        assert!(row.said.is_some() && !row.listed.is_empty() && !row.text.is_empty() && !row.title.is_empty());
        assert_eq!(row.difference.is_some(), row.what != "signing-key", "{name}");
    }
}

#[test]
fn a_sender_is_known_by_name_by_key_and_by_what_is_nearly_its_name() {
    let of = |name: &str| {
        let folder = all().into_iter().find(|folder| folder.ends_with(name)).unwrap();
        report(&folder).unwrap().senders.into_iter().find(|sender| sender.capture == 0).unwrap()
    };
    let clean = of("clean-generic-entra-xml");
    assert_eq!((clean.by, clean.near), (vec!["issuer", "key"], None));
    let near = of("generic-issuer-http");
    assert!(near.near.is_some() || near.by == ["key"], "{near:?}");
    assert!(near.text.contains(&near.entity_id), "{}", near.text);
    // Of the stale certificate only the name is left.
    assert_eq!(of("ali-user-stale-certificate").by, ["issuer"]);
}

#[test]
fn what_disagrees_is_told_in_text_as_well_and_what_agrees_in_a_line() {
    let of = |name: &str| report(&all().into_iter().find(|folder| folder.ends_with(name)).unwrap()).unwrap();
    for (name, _) in WRONG {
        let report = of(name);
        let row = disagreeing(&report)[0];
        let nearest = row.listed[0].actual.as_ref().unwrap();
        for text in [human(&report, false), markdown(&report)] {
            let at = text.find("Against the metadata").unwrap_or_else(|| panic!("{name}: {text}"));
            assert!(text[at..].contains(&row.title) && text[at..].contains(nearest.as_str()), "{name}: {text}");
            assert!(text[at..].contains("Who may have sent it"), "{name}");
        }
    }
    let without = of("sig-pretty-printed");
    assert_eq!(human(&without, false).contains("Against the metadata"), !without.matches.is_empty());
}

/// Metadata pasted beside a message vouches for its keys, since whoever puts it there does; but not where it has a document
/// type, since then others may read other keys there, nor alone, since then there is nothing to vouch for.
#[test]
fn metadata_beside_a_message_vouches_unless_it_has_a_document_type() {
    let folder = all().into_iter().find(|folder| folder.ends_with("clean-generic-entra-xml")).unwrap();
    let [message, metadata] =
        ["input.xml", "idp-metadata.xml"].map(|file| fs::read_to_string(folder.join(file)).unwrap());
    let trusted = |metadata: &str| {
        let inputs = [("input.xml", message.as_str()), ("idp-metadata.xml", metadata)];
        let inputs = inputs.map(|(name, text)| Input { name, bytes: text.as_bytes() });
        let report = inspect(&inputs, &Context::at(Instant::parse("2026-03-13T14:11:32Z").unwrap()));
        let of_message = &report.captures[0].signatures;
        assert!(!of_message.is_empty());
        of_message.iter().all(|signature| signature.trusted)
    };
    assert!(trusted(&metadata));
    let body = metadata.split_once("?>").map_or(metadata.as_str(), |(_, body)| body);
    assert!(!trusted(&format!("<!DOCTYPE EntityDescriptor>{body}")));
}
