//! What the tints over the text mean: each signature, whose it is, and whether anyone vouches for it.

use yew::{Html, Properties, component, html};

use super::overlay::{Overlay, Signed, edge};
use super::shown::Shared;
use crate::app::words::{put, use_language, words};
use crate::view::Span;

/// Elements of a wrapped message that are listed.
const MOST: usize = 8;

words! {
    Words {
        title: "Signatures", "签名";
        trusted: "{target}: signed, by a key you gave", "{target}：已签名，密钥由您提供";
        unvouched: "{target}: signed, by a key that nobody vouches for", "{target}：已签名，但没有任何人为该密钥作保";
        invalid: "{target}: the signature does not hold, and covers nothing", "{target}：签名不成立，不覆盖任何字节";
        query: "The address's query is signed, not these bytes", "签名针对地址中的查询串，而不是这些字节";
        elsewhere: "{target}: covers nothing of this text", "{target}：不覆盖此文本中的任何字节";
        instead: "{target}: read instead by a careless service", "{target}：会被轻率的服务方代替签名内容读取";
        named: "{target}: what the signature names, without covering it", "{target}：签名所指的元素，但未被其覆盖";
        none: "No signature: nothing vouches for any of these bytes", "没有签名：没有任何依据能证明这些字节";
    }
}

/// See [`Legend`].
#[derive(PartialEq, Properties)]
pub struct LegendProps {
    /// What lies over the text.
    pub overlay: Shared<Overlay>,
}

/// The legend.
#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let words = Words::of(use_language());
    let all = &props.overlay.signatures;
    let entries = all.iter().enumerate().map(|(number, signed)| entry(number, signed, words));
    let claim = |class: &'static str, text: &'static str, (path, _): &(String, Span)| {
        let swatch = format!("swatch {class}");
        html! { <li><span class={swatch} aria-hidden="true" />{ put(text, &[("target", path)]) }</li> }
    };
    let instead = props.overlay.instead.iter().take(MOST).map(|one| claim("instead", words.instead, one));
    let named = props.overlay.named.iter().take(MOST).map(|one| claim("named", words.named, one));
    let entries = entries.chain(instead).chain(named);
    html! {
        <div class="legend">
            <ul aria-label={words.title}>{ for entries }</ul>
            <p class="quiet" hidden={!all.is_empty()}>{ words.none }</p>
        </div>
    }
}

fn entry(number: usize, signed: &Signed, words: &Words) -> Html {
    let text = match signed {
        Signed { query: true, valid: true, .. } => words.query,
        Signed { valid: false, .. } => words.invalid,
        Signed { covers, .. } if covers.is_empty() => words.elsewhere,
        Signed { trusted: true, .. } => words.trusted,
        _ => words.unvouched,
    };
    let tint = match (signed.covers.is_empty(), signed.trusted) {
        (true, _) => "swatch bare",
        (false, true) => "swatch covered vouched",
        (false, false) => "swatch covered unvouched",
    };
    html! {
        <li>
            <span class={format!("{tint} {}", edge(number, signed.trusted))} aria-hidden="true" />
            { put(text, &[("target", &signed.target)]) }
        </li>
    }
}
