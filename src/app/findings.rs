//! What the rules found beside the root cause: each with its sentence, its repair and its proof.

use std::rc::Rc;

use yew::{Html, Properties, component, html};

use super::icon::{Icon, Shape};
use crate::{EvidenceReport, Finding, Piece, Report, Severity, State};

/// See [`Findings`].
#[derive(Debug, PartialEq, Properties)]
pub struct FindingsProps {
    /// The engine's answer.
    pub report: Rc<Report>,
}

/// The findings, the worst first; and how many rules could not be asked, with what they lack.
#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    let report = &*props.report;
    let mut others: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.state == State::Fired && Some(finding.rule) != report.verdict.root_cause)
        .filter(|finding| finding.because.is_none() || finding.because != report.verdict.root_cause)
        .collect();
    others.sort_by_key(|finding| finding.severity);
    let unchecked: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.state == State::NotChecked).collect();
    html! {
        <section class="group">
            <h2>{ "Other findings" }</h2>
            <ul class="steps findings">{ for others.iter().map(|finding| row(finding)) }</ul>
            <details>
                <summary>{ format!("{} rules could not be asked", unchecked.len()) }</summary>
                <ul>{ for unchecked.iter().map(|finding| unasked(finding)) }</ul>
            </details>
        </section>
    }
}

fn row(finding: &Finding) -> Html {
    let (shape, class, severity) = match finding.severity {
        Severity::Error => (Shape::Failed, "failed", "Error"),
        Severity::Security => (Shape::Failed, "failed", "Security"),
        Severity::Warning => (Shape::Mended, "mended", "Warning"),
        Severity::Note => (Shape::Unknown, "unknown", "Note"),
    };
    html! {
        <li {class} data-rule={finding.rule}>
            <Icon {shape} />
            <div>
                <p><span class="title">{ format!("{severity}: {}", finding.title) }</span></p>
                <p>{ finding.why.clone().unwrap_or_default() }</p>
                { repair(finding) }
                { proof(finding) }
                <p class="quiet">{ format!("{} · {}", finding.rule, finding.source) }</p>
            </div>
        </li>
    }
}

fn unasked(finding: &Finding) -> Html {
    html! { <li class="quiet">{ format!("{}: needs {}", finding.title, finding.needs.join(" or ")) }</li> }
}

/// What to do, by who does it.
pub(super) fn repair(finding: &Finding) -> Html {
    let fixes = finding.fix.iter().flat_map(|fix| [("Identity provider", &fix.idp), ("Service", &fix.sp)]);
    let fixes = fixes.filter_map(|(who, fix)| Some((who, fix.as_ref()?)));
    let fixes = fixes.map(|(who, fix)| html! { <><dt>{ who }</dt><dd>{ fix.clone() }</dd></> });
    html! { <dl class="repair">{ for fixes }</dl> }
}

/// What is there and what ought to be, with their difference marked.
pub(super) fn proof(finding: &Finding) -> Html {
    html! { <dl class="proof">{ for finding.evidence.iter().map(evidence) }</dl> }
}

fn evidence(evidence: &EvidenceReport) -> Html {
    let difference = evidence.difference.as_ref();
    let value = |value: &Option<String>, pieces: Option<&[Piece]>| match (pieces, value) {
        (Some(pieces), _) => html! { <code>{ for pieces.iter().map(piece) }</code> },
        (None, Some(value)) => html! { <code>{ value.clone() }</code> },
        (None, None) => html! { <span class="quiet">{ "—" }</span> },
    };
    let actual = value(&evidence.actual, difference.map(|difference| difference.actual.as_slice()));
    let expected = value(&evidence.expected, difference.map(|difference| difference.expected.as_slice()));
    html! {
        <>
            <dt>{ evidence.what.clone() }</dt>
            <dd>{ actual }</dd>
            <dt class="quiet">{ "expected" }</dt>
            <dd>{ expected }</dd>
        </>
    }
}

fn piece(piece: &Piece) -> Html {
    if piece.differs {
        html! { <mark>{ piece.text.clone() }</mark> }
    } else {
        html! { <span>{ piece.text.clone() }</span> }
    }
}
