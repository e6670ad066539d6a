//! The attributes, with the names that people know them by.

use yew::{Html, html};

use super::super::value::{Shown, Valued};
use crate::app::state::Dispatch;
use crate::app::words::words;
use crate::{AttributeReport, CaptureReport, Language};

words! {
    Words {
        title: "Attributes", "属性";
        name: "Name", "名称";
        values: "Values", "值";
        nameless: "(no Name)", "（没有 Name）";
        called: "FriendlyName {name}", "FriendlyName {name}";
        none: "no value", "没有值";
        value: "value", "值";
    }
}

/// The table.
pub fn attributes(capture: &CaptureReport, language: Language, dispatch: &Dispatch) -> Option<Html> {
    let words = Words::of(language);
    let attributes = &capture.identity.as_ref()?.attributes;
    let rows = attributes.iter().map(|attribute| row(capture, attribute, words, dispatch));
    (!attributes.is_empty()).then(|| {
        html! {
            <section class="group attributes">
                <h2>{ words.title }{ " " }<span class="quiet">{ attributes.len() }</span></h2>
                <table>
                    <thead><tr><th scope="col">{ words.name }</th><th scope="col">{ words.values }</th></tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </section>
        }
    })
}

fn row(capture: &CaptureReport, attribute: &AttributeReport, words: &Words, dispatch: &Dispatch) -> Html {
    let name = attribute.name.as_ref().map_or(words.nameless, |name| &name.text).to_owned();
    let known = attribute.known_as.as_ref().filter(|known| **known != name).map(|known| {
        let from =
            attribute.known_from.as_ref().map(|from| html! { <span class="quiet">{ " " }{ from.clone() }</span> });
        html! { <span class="known"><b>{ known.clone() }</b>{ from }</span> }
    });
    let called = attribute.friendly_name.as_ref().map(|name| crate::app::words::put(words.called, &[("name", name)]));
    // All but the last part of a format is the same in every message.
    let format = attribute.name_format.as_ref().map(|format| format.rsplit(':').next().unwrap_or(format).to_owned());
    let notes: Vec<String> = [called, format].into_iter().flatten().collect();
    let values = attribute.values.iter().map(|value| {
        let what = attribute.known_as.clone().unwrap_or_else(|| name.clone());
        let what = format!("{what} {}", words.value);
        html! { <li><Valued name={what} shown={Shown::of(capture, value)} dispatch={dispatch.clone()} /></li> }
    });
    let none = if attribute.values.is_empty() { words.none } else { "" };
    html! {
        <tr>
            <th scope="row">
                <div>{ known }</div>
                <span class="value">{ name.clone() }</span>
                <span class="quiet">{ notes.join(" · ") }</span>
            </th>
            <td><ul>{ for values }</ul><span class="quiet">{ none }</span></td>
        </tr>
    }
}
