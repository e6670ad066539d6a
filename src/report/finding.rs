//! A rule's answer as the report tells it: the words, the proof, the repair.

use serde::{Deserialize, Serialize};

use super::doctor;
use super::texts::{RuleTexts, Texts, fill};
use crate::checks::{self, Answer, Group, Hit, Severity, Who, nearmiss};
use crate::language::Language;

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's id in the catalogue.
    pub rule: &'static str,
    /// What it is about.
    pub group: Group,
    /// Whether it fired, passed, or could not be checked.
    pub state: State,
    /// How bad it is.
    pub severity: Severity,
    /// The number of the capture that the proof stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<usize>,
    /// What it is about, in a few words.
    pub title: String,
    /// The proof.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceReport>,
    /// What is wrong, in one sentence with the actual values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What to do about it, and who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// Who must act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<Who>,
    /// The rule whose repair mends this as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'static str>,
    /// The keys of the context of which one would let it be checked.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub needs: &'static [&'static str],
    /// The clause or page that the rule comes from.
    pub source: &'static str,
}

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Something is wrong.
    Fired,
    /// All is well.
    Passed,
    /// It could not be looked at.
    NotChecked,
}

/// One proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceReport {
    /// The number of the capture; `None` for what stands in a file of the context, or nowhere.
    pub capture: Option<usize>,
    /// The number of the decryption whose text the span is in; `None` for the capture's XML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decryption: Option<usize>,
    /// The file of the context that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The bytes, half open; `None` for what stands in no XML.
    pub span: Option<[usize; 2]>,
    /// What it is, in the standard's term.
    pub what: String,
    /// What is there.
    pub actual: Option<String>,
    /// What ought to be.
    pub expected: Option<String>,
    /// Where one value is compared with another: how they differ, character by character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<nearmiss::Difference>,
}

/// What to do, by who does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// The identity provider's admin.
    pub idp: Option<String>,
    /// The service's admin.
    pub sp: Option<String>,
}

/// A rule, as a list of them tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleReport {
    /// Its id in the catalogue.
    pub id: &'static str,
    /// The service or identity provider whose rule it is, or `generic`.
    pub profile: &'static str,
    /// What it is about.
    pub group: Group,
    /// How bad it is, as a rule.
    pub severity: Severity,
    /// The keys of the context that it can use.
    pub needs: &'static [&'static str],
    /// The clause or page that it comes from.
    pub source: &'static str,
    /// What it is about.
    pub title: &'static str,
}

/// Every rule there is, in the order in which they are asked.
pub fn rules(language: Language) -> Vec<RuleReport> {
    let texts = Texts::of(language);
    let rules = checks::packs().flat_map(|pack| pack.rules.iter().map(|rule| (pack.profile, rule)));
    rules
        .map(|(profile, rule)| RuleReport {
            id: rule.id,
            profile,
            group: rule.group(),
            severity: rule.severity,
            needs: rule.needs,
            source: rule.source,
            title: &texts.rule(rule.id).title,
        })
        .collect()
}

impl Finding {
    pub(crate) fn of(finding: &checks::Finding, because: Option<&'static str>, texts: &'static Texts) -> Self {
        let words = texts.rule(finding.rule.id);
        let (state, needs) = match finding.answer {
            Answer::NotChecked(needs) => (State::NotChecked, needs),
            Answer::Fired(_) => (State::Fired, [].as_slice()),
            Answer::Passed | Answer::Inapplicable => (State::Passed, [].as_slice()),
        };
        let hit = finding.hit();
        let evidence = hit
            .map(|hit| hit.evidence.iter().map(|evidence| EvidenceReport::of(evidence, texts)).collect())
            .unwrap_or_default();
        Self {
            rule: finding.rule.id,
            group: finding.rule.group(),
            state,
            severity: finding.severity(),
            capture: hit.and_then(|hit| hit.evidence.iter().find_map(|evidence| evidence.place)).map(|p| p.capture),
            title: words.title.clone(),
            evidence,
            why: hit.map(|hit| match &hit.cure {
                Some(cure) => doctor::why(cure, &value(hit, "target", texts).unwrap_or_default(), texts),
                None => fill(&words.why, &|name| value(hit, name, texts)) + &concerned(hit, texts),
            }),
            fix: hit.map(|hit| fix(words, hit, texts)).filter(|fix| fix.idp.is_some() || fix.sp.is_some()),
            who: hit.map(|_| finding.who()),
            because,
            needs,
            source: finding.rule.source,
        }
    }
}

/// How many entities of a metadata file have the fault, where it is more than one, and the first of them.
fn concerned(hit: &Hit, texts: &Texts) -> String {
    let (Some(count), Some(names)) = (value(hit, "concerned", texts), value(hit, "names", texts)) else {
        return String::new();
    };
    texts.say("metadata.concerned", &[("count", &count), ("names", &names)])
}

/// What the verdict says of a finding that it is about, where that is less than all of its words.
pub(super) fn lead(finding: &checks::Finding, texts: &Texts) -> Option<String> {
    let hit = finding.hit()?;
    let cure = hit.cure.as_ref()?;
    Some(doctor::lead(cure, &value(hit, "target", texts).unwrap_or_default(), texts))
}

fn fix(words: &RuleTexts, hit: &Hit, texts: &Texts) -> Fix {
    let fill = |text: &Option<String>| text.as_ref().map(|text| fill(text, &|name| value(hit, name, texts)));
    Fix { idp: fill(&words.idp), sp: fill(&words.sp) }
}

/// The value of a placeholder.
pub(super) fn value(hit: &Hit, name: &str, texts: &Texts) -> Option<String> {
    let given = |name: &str| hit.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    if name == "story" {
        return super::wrapping::story_of(&|name| given(name).map(String::as_str), texts);
    }
    if let Some(value) = given(name) {
        return Some(texts.phrase(value).to_owned());
    }
    // A status code brings what it means in the language of the report.
    if let Some(status) = given("status").and_then(|code| texts.status.get(code)) {
        match name {
            "meaning" => return Some(status.meaning.clone()),
            "cause" => return Some(status.cause.clone()),
            _ => {}
        }
    }
    let first = hit.evidence.first()?;
    match name {
        "actual" => first.actual.as_deref().map(|actual| texts.phrase(actual).to_owned()),
        "expected" => first.expected.as_deref().map(|expected| texts.phrase_with(expected)),
        "what" => Some(texts.phrase(&first.what).to_owned()),
        _ => None,
    }
}

impl EvidenceReport {
    pub(super) fn of(evidence: &checks::Evidence, texts: &Texts) -> Self {
        let difference = match (&evidence.actual, &evidence.nearest) {
            (Some(actual), Some(nearest)) => nearmiss::compare(actual, nearest),
            _ => None,
        };
        Self {
            capture: evidence.place.map(|place| place.capture),
            decryption: evidence.place.and_then(|place| place.decryption),
            file: evidence.file.clone(),
            span: evidence.place.and_then(|place| place.span),
            what: texts.phrase(&evidence.what).to_owned(),
            actual: evidence.actual.as_deref().map(|actual| texts.phrase(actual).to_owned()),
            expected: evidence.expected.as_deref().map(|expected| texts.phrase_with(expected)),
            difference,
        }
    }
}
