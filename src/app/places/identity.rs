//! What the message says, in the standard's words.

use yew::{Html, component, html};

use super::PlaceProps;

use crate::app::parts::Copy;
use crate::app::parts::{Icon, Shape};
use crate::{AttributeSummary, CaptureReport, Summary};

/// A group of rows under one heading; left out where it has none.
type Group = (&'static str, Vec<Vec<Row>>);

/// A value of the message, and what vouches for it.
struct Row {
    name: &'static str,
    value: String,
    /// The element whose signature covers it; `None` for what no signature could cover, such as the binding.
    signed: Option<Signed>,
}

enum Signed {
    /// By a key that the user vouches for.
    Trusted(String),
    /// By the message's own key, which proves nothing.
    Unvouched(String),
    No,
}

/// Tables of what the message says, grouped as a person asks.
#[component]
pub fn Identity(props: &PlaceProps) -> Html {
    let capture = props.state.capture();
    let groups = capture.map(groups).unwrap_or_default();
    let attributes = capture.and_then(|capture| capture.summary.as_ref()).map(|summary| summary.attributes.as_slice());
    html! {
        <div class="summary">
            <div class="groups">
                { for groups.into_iter().filter(|(_, rows)| rows.iter().any(|rows| !rows.is_empty())).map(group) }
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
    let signed = |key: &str, index: usize| {
        let value = summary.values.iter().filter(|value| value.key == key).nth(index)?;
        let signature = value.signature.and_then(|number| capture.signatures.get(number));
        Some(match signature {
            None => Signed::No,
            Some(signature) if signature.trusted => Signed::Trusted(signature.target.clone()),
            Some(signature) => Signed::Unvouched(signature.target.clone()),
        })
    };
    let one = |name, key: &str, value: &Option<String>| {
        value.iter().map(|value| Row { name, value: value.clone(), signed: signed(key, 0) }).collect::<Vec<_>>()
    };
    let each = |name, key: &str, values: &[String]| {
        let row = |(index, value): (usize, &String)| Row { name, value: value.clone(), signed: signed(key, index) };
        values.iter().enumerate().map(row).collect::<Vec<_>>()
    };
    let said = |name, value: String| Row { name, value, signed: None };

    let mut subject = one("NameID", "name_id", &summary.name_id);
    subject.extend(one("Format", "name_id_format", &summary.name_id_format));
    if summary.encrypted_assertions > 0 {
        subject.push(said("EncryptedAssertion", format!("{}, not decrypted", summary.encrypted_assertions)));
    }
    if summary.assertions > 1 {
        subject.push(said("Assertion", format!("{}; the first one is shown", summary.assertions)));
    }
    let acs = &summary.assertion_consumer_service_url;
    vec![
        (
            "Status",
            vec![
                each("StatusCode", "status", &summary.status),
                one("StatusMessage", "status_message", &summary.status_message),
            ],
        ),
        ("Subject", vec![subject]),
        ("From", vec![one("Issuer", "issuer", &summary.issuer)]),
        (
            "Meant for",
            vec![
                each("Audience", "audiences", &summary.audiences),
                each("Recipient", "recipients", &summary.recipients),
                one("Destination", "destination", &summary.destination),
                one("AssertionConsumerServiceURL", "assertion_consumer_service_url", acs),
            ],
        ),
        (
            "Times",
            vec![
                one("IssueInstant", "issue_instant", &summary.issue_instant),
                one("NotBefore", "not_before", &summary.not_before),
                one("NotOnOrAfter", "not_on_or_after", &summary.not_on_or_after),
                one("Confirmation until", "confirmation_not_on_or_after", &summary.confirmation_not_on_or_after),
                one("AuthnInstant", "authn_instant", &summary.authn_instant),
                one("SessionNotOnOrAfter", "session_not_on_or_after", &summary.session_not_on_or_after),
            ],
        ),
        (
            "Exchange",
            vec![
                one("Binding", "", &capture.binding.map(str::to_owned)),
                one("Sent to", "", &capture.url),
                one("RelayState", "", &capture.relay_state),
                one("ID", "id", &summary.id),
                one("InResponseTo", "in_response_to", &summary.in_response_to),
                one("SessionIndex", "session_index", &summary.session_index),
            ],
        ),
    ]
}

fn group((title, rows): Group) -> Html {
    html! {
        <section class="group" key={title}>
            <h2>{ title }</h2>
            <dl>{ for rows.into_iter().flatten().map(row) }</dl>
        </section>
    }
}

fn row(Row { name, value, signed }: Row) -> Html {
    let (class, shape, said) = match signed {
        None => ("cover", None, String::new()),
        Some(Signed::No) => ("cover", Some(Shape::Unsigned), "not signed".to_owned()),
        Some(Signed::Unvouched(target)) => {
            ("cover", Some(Shape::Unknown), format!("signed with the {target}, by a key that nobody vouches for"))
        }
        Some(Signed::Trusted(target)) => {
            ("cover trusted", Some(Shape::Done), format!("signed with the {target}, by a key you gave"))
        }
    };
    html! {
        <div class="row">
            <dt>{ name }</dt>
            <dd>
                <span {class} title={said.clone()}>
                    if let Some(shape) = shape {
                        <Icon {shape} />
                    }
                    <span class="visually-hidden">{ said }</span>
                </span>
                <span class="value" data-name={name}>{ value.clone() }</span>
                <Copy what={name} text={value} />
            </dd>
        </div>
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
