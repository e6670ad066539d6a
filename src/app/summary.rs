//! What the message says, in the standard's words.

use std::rc::Rc;

use yew::{Html, Properties, component, html};

use super::copy::Copy;
use crate::{AttributeSummary, CaptureReport, Report, Summary};

/// See [`SummaryView`].
#[derive(Debug, PartialEq, Properties)]
pub struct SummaryProps {
    /// The engine's answer.
    pub report: Rc<Report>,
    /// Which capture is shown.
    pub selected: usize,
}

/// A group of rows under one heading; left out where it has none.
type Group = (&'static str, Vec<(&'static str, String)>);

/// Tables of what the message says, grouped as a person asks.
#[component]
pub fn SummaryView(props: &SummaryProps) -> Html {
    let capture = props.report.captures.get(props.selected);
    let groups = capture.map(groups).unwrap_or_default();
    let attributes = capture.and_then(|capture| capture.summary.as_ref()).map(|summary| summary.attributes.as_slice());
    html! {
        <div class="summary">
            <div class="groups">
                { for groups.into_iter().filter(|(_, rows)| !rows.is_empty()).map(group) }
            </div>
            <div class="attributes">
                if let Some(attributes) = attributes.filter(|attributes| !attributes.is_empty()) {
                    { attribute_table(attributes) }
                }
            </div>
        </div>
    }
}

fn groups(capture: &CaptureReport) -> Vec<Group> {
    let empty = Summary::default();
    let summary = capture.summary.as_ref().unwrap_or(&empty);
    let rows = |pairs: &[(&'static str, &Option<String>)]| {
        pairs.iter().filter_map(|(name, value)| Some((*name, (*value).clone()?))).collect::<Vec<_>>()
    };
    let each = |name, values: &[String]| values.iter().map(|value| (name, value.clone())).collect::<Vec<_>>();

    let mut subject = rows(&[("NameID", &summary.name_id), ("Format", &summary.name_id_format)]);
    if summary.encrypted_assertions > 0 {
        subject.push(("EncryptedAssertion", format!("{}, not decrypted", summary.encrypted_assertions)));
    }
    if summary.assertions > 1 {
        subject.push(("Assertion", format!("{}; the first one is shown", summary.assertions)));
    }
    let mut status = each("StatusCode", &summary.status);
    status.extend(rows(&[("StatusMessage", &summary.status_message)]));
    let mut meant_for = each("Audience", &summary.audiences);
    meant_for.extend(each("Recipient", &summary.recipients));
    meant_for.extend(rows(&[
        ("Destination", &summary.destination),
        ("AssertionConsumerServiceURL", &summary.assertion_consumer_service_url),
    ]));
    vec![
        ("Status", status),
        ("Subject", subject),
        ("From", rows(&[("Issuer", &summary.issuer)])),
        ("Meant for", meant_for),
        (
            "Times",
            rows(&[
                ("IssueInstant", &summary.issue_instant),
                ("NotBefore", &summary.not_before),
                ("NotOnOrAfter", &summary.not_on_or_after),
                ("Confirmation until", &summary.confirmation_not_on_or_after),
                ("AuthnInstant", &summary.authn_instant),
                ("SessionNotOnOrAfter", &summary.session_not_on_or_after),
            ]),
        ),
        (
            "Exchange",
            rows(&[
                ("Binding", &capture.binding.map(str::to_owned)),
                ("Sent to", &capture.url),
                ("RelayState", &capture.relay_state),
                ("ID", &summary.id),
                ("InResponseTo", &summary.in_response_to),
                ("SessionIndex", &summary.session_index),
            ]),
        ),
    ]
}

fn group((title, rows): Group) -> Html {
    let rows = rows.into_iter().map(|(name, value)| {
        html! {
            <div class="row">
                <dt>{ name }</dt>
                <dd>
                    <span class="value" data-name={name}>{ value.clone() }</span>
                    <Copy what={name} text={value} />
                </dd>
            </div>
        }
    });
    html! {
        <section class="group" key={title}>
            <h2>{ title }</h2>
            <dl>{ for rows }</dl>
        </section>
    }
}

fn attribute_table(attributes: &[AttributeSummary]) -> Html {
    let row = |attribute: &AttributeSummary| {
        let name = attribute.name.clone().unwrap_or_else(|| "(no Name)".to_owned());
        let values = attribute.values.iter().map(|value| html! { <li class="value">{ value.clone() }</li> });
        html! {
            <tr>
                <th scope="row">
                    <span class="value">{ name }</span>
                    <span class="quiet">{ attribute.friendly_name.clone().unwrap_or_default() }</span>
                </th>
                <td><ul>{ for values }</ul></td>
            </tr>
        }
    };
    html! {
        <section class="group">
            <h2>{ "Attributes" }</h2>
            <table>
                <thead><tr><th scope="col">{ "Name" }</th><th scope="col">{ "Values" }</th></tr></thead>
                <tbody>{ for attributes.iter().map(row) }</tbody>
            </table>
        </section>
    }
}
