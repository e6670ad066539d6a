//! The card on top of the answer: what became of the paste, in a sentence, and what to try where it failed.

use std::rc::Rc;

use yew::{Html, Properties, component, html};

use super::icon::{Icon, Shape};
use crate::Report;

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
    let capture = props.report.captures.get(props.selected);
    let error = capture.and_then(|capture| capture.error());
    let kind = capture.and_then(|capture| capture.kind.clone());
    match error {
        Some(error) => html! {
            <article class="card failed" role="status">
                <p class="outcome"><Icon shape={Shape::Failed} />{ "This could not be read" }</p>
                <h1>{ error.message.clone() }</h1>
                <p>{ error.advice.clone() }</p>
                <p class="quiet">{ format!("Step “{}”, byte {} of what it was given.", error.step, error.at) }</p>
            </article>
        },
        None => html! {
            <article class="card unknown" role="status">
                <p class="outcome">
                    <Icon shape={Shape::Unknown} />
                    { if capture.is_some_and(|capture| capture.is_saml) { "Decoded, not judged" } else { "No SAML message" } }
                </p>
                <h1>{ kind.unwrap_or_default() }</h1>
                <p>{ props.report.verdict.sentence.clone() }</p>
            </article>
        },
    }
}
