//! The one list of all rules, and the run over it.

use super::rule::{Answer, Finding, Pack};
use super::{generic, providers};
use crate::flow::Case;

/// Every pack, the particular before the general.
pub(crate) fn packs() -> impl Iterator<Item = &'static Pack> {
    providers::PACKS.iter().chain(generic::PACKS).copied()
}

/// Asks every rule that is about the case.
pub(crate) fn run(case: &Case<'_>) -> Vec<Finding> {
    let packs = packs().filter(|pack| pack.scope.holds(case));
    let rules = packs.flat_map(|pack| pack.rules.iter().map(|rule| (pack.scope, rule)));
    let findings = rules.map(|(scope, rule)| Finding { rule, scope, answer: (rule.check)(case) });
    without_faults_of_copies(findings.filter(|finding| !matches!(finding.answer, Answer::Inapplicable)).collect())
}

/// Leaves out what follows from a fault of the copy and from nothing else: of what was sent it says nothing.
fn without_faults_of_copies(mut findings: Vec<Finding>) -> Vec<Finding> {
    let of_copy = |finding: &Finding| finding.hit().is_some_and(|hit| hit.is_of_copy);
    let (copies, own): (Vec<&Finding>, Vec<_>) = findings
        .iter()
        .filter(|finding| finding.hit().is_some() && (of_copy(finding) || finding.severity().decides()))
        .partition(|finding| of_copy(finding));
    let explained = |by: &[&Finding], id: &str| by.iter().any(|finding| finding.rule.does_explain(id));
    let is_left_out = |finding: &&&Finding| explained(&copies, finding.rule.id) && !explained(&own, finding.rule.id);
    let left_out: Vec<&str> = own.iter().filter(is_left_out).map(|finding| finding.rule.id).collect();
    findings.retain(|finding| !left_out.contains(&finding.rule.id));
    findings
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::Language;
    use crate::checks::{Group, Hit, Severity};
    use crate::report::texts::{Texts, placeholders};

    /// The ids in the first column of a table in `tests/rules/`.
    fn table(name: &str) -> BTreeMap<String, Vec<String>> {
        let text =
            std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(name)).unwrap();
        let rows = text.lines().skip(1).filter(|line| !line.is_empty());
        rows.map(|row| row.split('\t').map(str::to_owned).collect::<Vec<_>>())
            .map(|row| (row[0].clone(), row))
            .collect()
    }

    /// The catalogue, and the rules that it lacks, which say their severity in the second column.
    fn catalogue() -> BTreeMap<String, Vec<String>> {
        let mut all = table("catalogue.tsv");
        for (id, mut row) in table("added.tsv") {
            assert_eq!(row.len(), 4, "{id}: id, severity, when it fires, source");
            row.insert(1, "generic".to_owned());
            assert!(all.insert(id.clone(), row).is_none(), "{id} is in the catalogue");
        }
        all
    }

    fn ids() -> BTreeSet<String> {
        packs().flat_map(|pack| pack.rules).map(|rule| rule.id.to_owned()).collect()
    }

    #[test]
    fn what_follows_from_a_fault_of_the_copy_alone_is_left_out() {
        let fired = |id: &'static str, is_of_copy: bool| {
            let mut all = packs().flat_map(|pack| pack.rules.iter().map(|rule| (pack.scope, rule)));
            let (scope, rule) = all.find(|(_, rule)| rule.id == id).unwrap();
            let severity = is_of_copy.then_some(Severity::Warning);
            Finding { rule, scope, answer: Answer::Fired(Box::new(Hit { severity, is_of_copy, ..Hit::default() })) }
        };
        let left = |findings: &[(&'static str, bool)]| {
            let findings = findings.iter().map(|(id, is_of_copy)| fired(id, *is_of_copy)).collect();
            without_faults_of_copies(findings).iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
        };
        let (copy, follows) = ("sig-digest-mismatch", ("ali-user-signature-invalid", false));
        let other = ("asr-audience-mismatch", false);
        assert_eq!(left(&[follows, (copy, true), other]), [copy, other.0]);
        // It has a cause of its own, or what it follows from was sent so.
        let cause = ("ali-user-issuer-mismatch", false);
        assert_eq!(left(&[follows, (copy, true), cause]), [follows.0, copy, cause.0]);
        assert_eq!(left(&[follows, (copy, false)]), [follows.0, copy]);
    }

    #[test]
    fn every_id_of_the_catalogue_is_a_rule_or_says_why_not() {
        let (catalogue, not_rules, ids) = (catalogue(), table("not-rules.tsv"), ids());
        let count = packs().map(|pack| pack.rules.len()).sum::<usize>();
        println!("{count} rules of {} ids; {} are deliberately none", catalogue.len(), not_rules.len());
        assert_eq!(count, ids.len(), "an id is there twice");
        let neither: Vec<_> =
            catalogue.keys().filter(|id| !ids.contains(*id) && !not_rules.contains_key(*id)).collect();
        assert!(neither.is_empty(), "{} neither rule nor reason: {neither:?}", neither.len());
        let both: Vec<_> = not_rules.keys().filter(|id| ids.contains(*id)).collect();
        assert!(both.is_empty(), "both rule and reason: {both:?}");
        let strange: Vec<_> = ids.iter().chain(not_rules.keys()).filter(|id| !catalogue.contains_key(*id)).collect();
        assert!(strange.is_empty(), "not in the catalogue: {strange:?}");
        let bare: Vec<_> = not_rules.iter().filter(|(_, row)| row.get(1).is_none_or(String::is_empty)).collect();
        assert!(bare.is_empty(), "without a reason: {bare:?}");
    }

    #[test]
    fn a_rule_that_the_catalogue_lacks_has_the_source_that_its_table_names() {
        let added = table("added.tsv");
        for rule in packs().flat_map(|pack| pack.rules) {
            let named = added.get(rule.id).map(|row| row[3].as_str());
            assert!(named.is_none_or(|source| source == rule.source), "{}: {}", rule.id, rule.source);
        }
        assert!(added.keys().all(|id| ids().contains(id)));
    }

    #[test]
    fn a_rule_is_as_bad_as_the_catalogue_says() {
        let catalogue = catalogue();
        for rule in packs().flat_map(|pack| pack.rules) {
            let said = catalogue.get(rule.id).map(|row| row[2].split(['/', ' ']).next().unwrap_or_default().to_owned());
            let expected = match rule.severity {
                super::super::Severity::Error => "FAIL",
                super::super::Severity::Security => "INSEC",
                super::super::Severity::Warning => "WARN",
                super::super::Severity::Note => "HINT",
            };
            assert_eq!(said.as_deref(), Some(expected), "{}", rule.id);
        }
    }

    #[test]
    fn every_rule_has_its_words_in_both_languages_and_no_words_are_left_over() {
        let ids = ids();
        let [english, chinese] = [Language::English, Language::Chinese].map(Texts::of);
        let mut faults = Vec::new();
        for (language, texts) in [("en", english), ("zh", chinese)] {
            faults.extend(
                ids.iter().filter(|id| !texts.rules.contains_key(*id)).map(|id| format!("{language}: {id} missing")),
            );
            faults.extend(
                texts.rules.keys().filter(|id| !ids.contains(*id)).map(|id| format!("{language}: {id} unused")),
            );
            for (id, words) in &texts.rules {
                let given = [Some(&words.title), Some(&words.why), words.idp.as_ref(), words.sp.as_ref()];
                if given.into_iter().flatten().any(|text| text.trim().is_empty()) {
                    faults.push(format!("{language}: {id} has an empty text"));
                }
                if !placeholders(&words.title).is_empty() {
                    faults.push(format!("{language}: the title of {id} has values"));
                }
            }
        }
        for (id, words) in &english.rules {
            let Some(other) = chinese.rules.get(id) else { continue };
            let same = |a: Option<&String>, b: Option<&String>| {
                a.is_some() == b.is_some() && a.map(|a| placeholders(a)) == b.map(|b| placeholders(b))
            };
            let why = same(Some(&words.why), Some(&other.why));
            if !why || !same(words.idp.as_ref(), other.idp.as_ref()) || !same(words.sp.as_ref(), other.sp.as_ref()) {
                faults.push(format!("{id}: the languages do not match"));
            }
        }
        assert_eq!(english.labels.keys().collect::<Vec<_>>(), chinese.labels.keys().collect::<Vec<_>>());
        assert_eq!(english.verdict.keys().collect::<Vec<_>>(), chinese.verdict.keys().collect::<Vec<_>>());
        assert!(faults.is_empty(), "{} faults: {faults:#?}", faults.len());
    }

    #[test]
    fn every_rule_has_a_test_that_fires_it_and_one_that_does_not() {
        let mut sources = String::new();
        let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/checks")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else if entry.extension().is_some_and(|extension| extension == "rs") {
                    sources += &std::fs::read_to_string(entry).unwrap();
                }
            }
        }
        let sources: String = sources.split_whitespace().collect::<Vec<_>>().join("");
        let missing: Vec<_> = ids()
            .into_iter()
            .flat_map(|id| ["fires", "silent"].map(|how| format!("{how}(\"{id}\",")))
            .filter(|call| !sources.contains(call))
            .collect();
        assert!(missing.is_empty(), "{} without: {missing:?}", missing.len());
    }

    #[test]
    fn every_rule_is_about_one_thing_and_every_thing_has_rules() {
        let mut counts = BTreeMap::new();
        for rule in packs().flat_map(|pack| pack.rules) {
            *counts.entry(rule.group()).or_insert(0) += 1;
        }
        println!("{counts:?}");
        let groups: Vec<&str> = counts.keys().map(|group| group.as_str()).collect();
        let order = "decode message signature time audience identity roles relay-state metadata";
        assert_eq!(groups.join(" "), order);
        assert!(counts.values().all(|count| *count >= 15), "{counts:?}");
        assert_eq!(counts.values().sum::<usize>(), ids().len());
    }

    #[test]
    fn a_rule_is_about_what_its_name_says() {
        for (start, group) in [
            ("req-", Group::Message),
            ("slo-", Group::Message),
            ("saml-status-", Group::Message),
            ("sig-", Group::Signature),
            ("enc-", Group::Signature),
            ("crypto-", Group::Signature),
            ("asr-audience-", Group::Audience),
            ("nid-", Group::Identity),
            ("relay-", Group::RelayState),
            ("md-", Group::Metadata),
        ] {
            let rules = packs().flat_map(|pack| pack.rules).filter(|rule| rule.id.starts_with(start));
            let others: Vec<_> = rules.filter(|rule| rule.group() != group).map(|rule| rule.id).collect();
            let known: &[&str] = match start {
                // What came back otherwise than it was sent.
                "req-" => &["req-relaystate-not-returned"],
                // Metadata says so, the message does not do it.
                "md-" => &["md-wantassertionssigned", "md-authnrequestssigned"],
                _ => &[],
            };
            assert_eq!(others, known, "{start}");
        }
        for rule in packs().flat_map(|pack| pack.rules).filter(|rule| rule.id.starts_with("attack-")) {
            assert!([Group::Message, Group::Signature].contains(&rule.group()), "{}", rule.id);
        }
    }

    #[test]
    fn what_a_rule_explains_is_a_rule() {
        let ids = ids();
        for rule in packs().flat_map(|pack| pack.rules) {
            for explained in rule.explains {
                let known = match explained.strip_suffix('*') {
                    Some(start) => ids.iter().any(|id| id.starts_with(start)),
                    None => ids.contains(*explained),
                };
                assert!(known, "{} explains {explained}, which is none", rule.id);
            }
        }
    }

    #[test]
    fn what_a_rule_needs_is_a_key_of_the_context() {
        // And the keys of what is a file.
        let files = ["metadata", "certificates", "private_keys", "request"];
        let known: Vec<&str> = crate::FACT_KEYS.into_iter().chain(files).collect();
        for rule in packs().flat_map(|pack| pack.rules) {
            assert!(rule.needs.iter().all(|key| known.contains(key)), "{}: {:?}", rule.id, rule.needs);
            assert!(!rule.source.is_empty(), "{} has no source", rule.id);
        }
    }
}
