//! The ladder from the pasted text to the XML.

use yew::{Html, component, html};

use super::PlaceProps;

use crate::StepReport;
use crate::app::parts::{Icon, Shape};

/// Every decoding step with its byte counts, what it mended, and why it failed.
#[component]
pub fn Decode(props: &PlaceProps) -> Html {
    let steps = props.state.capture().map(|capture| capture.steps.as_slice()).unwrap_or_default();
    html! {
        <section class="group">
            <h2>{ "Decoding" }</h2>
            <ol class="steps">{ for steps.iter().map(step) }</ol>
        </section>
    }
}

fn step(step: &StepReport) -> Html {
    let (shape, class, state) = match (&step.error, step.repairs.is_empty()) {
        (Some(_), _) => (Shape::Failed, "failed", "failed"),
        (None, true) => (Shape::Done, "done", "done"),
        (None, false) => (Shape::Mended, "mended", "done, with repairs"),
    };
    let repairs = step.repairs.iter().map(|repair| html! { <li>{ repair.text.clone() }</li> });
    html! {
        <li class={class}>
            <Icon {shape} />
            <div>
                <p>
                    <span class="title">{ step.title }</span>
                    <span class="visually-hidden">{ format!(" ({state})") }</span>
                    <span class="quiet">{ format!(" {} → {} bytes", step.bytes_in, step.bytes_out) }</span>
                </p>
                <ul class="quiet">{ for repairs }</ul>
                <p class="error">{ step.error.as_ref().map(|error| error.message.clone()).unwrap_or_default() }</p>
            </div>
        </li>
    }
}
