//! The card on top of the answer: what becomes of the login in a sentence, who must do what, and the proof; or why the
//! paste could not be read, and what to try.

use std::rc::Rc;

use yew::{Html, Properties, component, html};

use super::findings::{proof, repair};
use super::icon::{Icon, Shape};
use crate::{CaptureReport, Finding, Outcome, Report, Who};

/// See [`Answer`].
#[derive(Debug, PartialEq, Properties)]
pub struct AnswerProps {
    /// The engine's answer.
    pub report: Rc<Report>,
    /// Which capture is shown.
    pub selected: usize,
}

/// The card.
#[component]
pub fn Answer(props: &AnswerProps) -> Html {
    let report = &*props.report;
    let error = report.captures.get(props.selected).and_then(|capture| capture.error());
    match error {
        Some(error) => html! {
            <article class="card failed" role="status">
                <p class="outcome"><Icon shape={Shape::Failed} />{ "This could not be read" }</p>
                <h1>{ error.message.clone() }</h1>
                <p>{ error.advice.clone() }</p>
                <p class="quiet">{ format!("Step “{}”, byte {} of what it was given.", error.step, error.at) }</p>
            </article>
        },
        None => verdict(report),
    }
}

fn verdict(report: &Report) -> Html {
    let is_saml = |capture: &CaptureReport| capture.is_saml;
    let (class, shape, outcome) = match report.verdict.outcome {
        Outcome::Rejected => ("card failed", Shape::Failed, "The login is refused"),
        Outcome::Insecure => ("card insecure", Shape::Failed, "It may work, and should not"),
        Outcome::Accepted => ("card accepted", Shape::Done, "Nothing is wrong with it"),
        Outcome::Undetermined if report.captures.iter().any(is_saml) => {
            ("card unknown", Shape::Unknown, "Nothing wrong was seen, but not all could be checked")
        }
        Outcome::Undetermined => ("card unknown", Shape::Unknown, "No SAML message"),
    };
    let root = report.verdict.root_cause;
    let root = report.findings.iter().find(|finding| Some(finding.rule) == root);
    let who = match report.verdict.who {
        Who::IdpAdmin => "The identity provider's admin must act.",
        Who::SpAdmin => "The service's admin must act.",
        Who::User => "The user must act.",
        Who::Network => "Something on the way changed the message.",
        Who::Nobody => "",
    };
    html! {
        <article {class} role="status">
            <p class="outcome"><Icon {shape} />{ outcome }</p>
            <h1>{ report.verdict.sentence.clone() }</h1>
            <div>{ for root.map(|root| cause(root, who)) }</div>
            <ul class="follows">{ for consequences(report) }</ul>
            <p class="quiet">{ judged(report) }</p>
        </article>
    }
}

fn cause(root: &Finding, who: &str) -> Html {
    html! {
        <>
            <p class="who">{ who.to_owned() }</p>
            { repair(root) }
            { proof(root) }
        </>
    }
}

/// What the repair of the root cause mends as well.
fn consequences(report: &Report) -> impl Iterator<Item = Html> {
    let root = report.verdict.root_cause;
    let consequences = report.findings.iter().filter(move |finding| root.is_some() && finding.because == root);
    consequences.map(|finding| html! { <li class="quiet">{ format!("Follows from it: {}", finding.title) }</li> })
}

fn judged(report: &Report) -> String {
    let service = report.profile.as_ref().map(|profile| profile.name).unwrap_or_default();
    let provider = report.identity_provider.as_ref().map(|provider| provider.name).unwrap_or_default();
    let time = match report.now_source {
        "given" => "the time given",
        "capture" => "the time of the capture",
        _ => "the time now",
    };
    format!("Service: {service}. Identity provider: {provider}. Judged at {}, {time}.", report.now)
}
