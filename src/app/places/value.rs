//! A value of the message: what it is, what vouches for it, and the way to its bytes.

use yew::{AttrValue, Html, Properties, component, html};

use crate::app::engine::TextOf;
use crate::app::parts::{Copy, Shape, Show, icon};
use crate::app::state::Dispatch;
use crate::app::words::{put, use_language, words};
use crate::{CaptureReport, TextReport};

words! {
    Words {
        unsigned: "not signed", "未签名";
        unvouched: "signed with the {target}, by a key that nobody vouches for", "由 {target} 的签名覆盖，但其密钥没有可信来源";
        trusted: "signed with the {target}, by a key you gave", "由 {target} 的签名覆盖，其密钥由您提供";
    }
}

/// Bytes of a value that may be more than its box shows.
const LONG: usize = 240;

/// What vouches for a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Signed {
    /// A signature over this element, by a key that the user vouches for.
    Trusted(AttrValue),
    /// A signature over this element, by the message's own key, which proves nothing.
    Unvouched(AttrValue),
    /// Nothing.
    No,
}

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The value.
    pub text: AttrValue,
    /// What vouches for it; `None` for what no signature could cover, such as the binding.
    pub signed: Option<Signed>,
    /// Its bytes.
    pub place: Option<(TextOf, [usize; 2])>,
}

impl Shown {
    /// What was not read off the message itself.
    pub fn said(text: impl Into<AttrValue>) -> Self {
        Self { text: text.into(), signed: None, place: None }
    }

    /// What stands in a capture.
    pub fn at(capture: &CaptureReport, text: &str, decryption: Option<usize>, span: [usize; 2]) -> Self {
        Self {
            text: text.to_owned().into(),
            signed: Some(signed(capture, decryption, span)),
            place: Some((TextOf { capture: capture.index, decryption }, span)),
        }
    }

    /// What the report tells of a text.
    pub fn of(capture: &CaptureReport, text: &TextReport) -> Self {
        Self::at(capture, &text.text, text.decryption, text.span)
    }
}

/// The signature that covers bytes, a trusted one before another. One that covers a ciphertext covers what came out of it.
fn signed(capture: &CaptureReport, decryption: Option<usize>, span: [usize; 2]) -> Signed {
    let (mut text, mut bytes) = (decryption, span);
    let mut found = Signed::No;
    // Each round leaves one encryption, so that there are no more than those.
    for _ in 0..=capture.decryptions.len() {
        let [start, end] = bytes;
        let covering = capture.signatures.iter().filter(|signature| {
            signature.decryption == text && signature.covers.iter().any(|[from, to]| *from <= start && end <= *to)
        });
        for signature in covering {
            let target = AttrValue::from(signature.target.clone());
            match (signature.trusted, &found) {
                (true, _) => return Signed::Trusted(target),
                (false, Signed::No) => found = Signed::Unvouched(target),
                _ => {}
            }
        }
        let Some(around) = text.and_then(|number| capture.decryptions.get(number)) else { break };
        (text, bytes) = (around.within, around.span);
    }
    found
}

/// What vouches for a value, as an icon that says so.
pub fn cover(signed: Option<&Signed>, words: &Words) -> Html {
    let (class, shape, said) = match signed {
        None => return html! { <span class="cover" /> },
        Some(Signed::No) => ("cover", Shape::Unsigned, words.unsigned.to_owned()),
        Some(Signed::Unvouched(target)) => ("cover", Shape::Unknown, put(words.unvouched, &[("target", target)])),
        Some(Signed::Trusted(target)) => ("cover trusted", Shape::Done, put(words.trusted, &[("target", target)])),
    };
    html! {
        <span {class} title={said.clone()}>{ icon(shape, "") }<span class="visually-hidden">{ said }</span></span>
    }
}

/// See [`Valued`].
#[derive(PartialEq, Properties)]
pub struct ValuedProps {
    /// Its name in the standard, or the words for it.
    pub name: AttrValue,
    /// The value.
    pub shown: Shown,
    /// What it means, in plain words.
    #[prop_or_default]
    pub note: AttrValue,
    /// Where actions go.
    pub dispatch: Dispatch,
}

/// A value with what vouches for it, its bytes and a copy of it.
#[component]
pub fn Valued(props: &ValuedProps) -> Html {
    let ValuedProps { name, shown, note, dispatch } = props;
    let words = Words::of(use_language());
    let jump = shown.place.map(|(text, span)| {
        html! { <Show {text} {span} what={name.clone()} dispatch={dispatch.clone()} /> }
    });
    // What is long scrolls in its box, by the keyboard as well.
    let scrolls = shown.text.len() > LONG;
    html! {
        <div class="valued">
            { cover(shown.signed.as_ref(), words) }
            <div class="text" tabindex={scrolls.then_some("0")}>
                <span class="value" data-name={name.clone()}>{ shown.text.clone() }</span>
                <span class="quiet">{ note.clone() }</span>
            </div>
            <span class="way">{ jump }</span>
            <Copy what={name.clone()} text={shown.text.clone()} />
        </div>
    }
}

/// A value beside its name.
#[component]
pub fn Row(props: &ValuedProps) -> Html {
    let ValuedProps { name, shown, note, dispatch } = props;
    html! {
        <div class="row">
            <dt>{ name.clone() }</dt>
            <dd><Valued name={name.clone()} shown={shown.clone()} note={note.clone()} dispatch={dispatch.clone()} /></dd>
        </div>
    }
}
