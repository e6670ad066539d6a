//! A wrapped message: what a careless service reads and what is signed, side by side, with what they say differently.

use yew::{AttrValue, Callback, Html, html};

use super::message::token;
use crate::app::engine::TextOf;
use crate::app::parts::{Shape, icon};
use crate::app::state::{Action, Dispatch};
use crate::app::words::{number, put, words};
use crate::{CaptureReport, ClaimReport, Language, Layout, WrappingReport, lines};

words! {
    Words {
        consumed: "What a careless service reads", "轻率的服务方读取的内容";
        signed: "What is signed", "真正签名的内容";
        named: "What the signature names", "签名所指的内容";
        nothing: "The signature names nothing that is in the message.", "签名所指的元素不在消息中。";
        bare: "No signature covers it", "没有签名覆盖";
        covered: "A signature covers it", "有签名覆盖";
        broken: "No signature that holds covers it", "没有有效签名覆盖";
        path: "Stands in", "位置";
        audience: "Audience", "受众";
        attribute: "Attribute {name}", "属性 {name}";
        nameless: "without a Name", "（没有 Name）";
        none: "none", "无";
        differs: "says something else", "内容不同";
        show: "Show in the message", "在消息中显示";
        bytes: "bytes {from}–{to}", "字节 {from}–{to}";
        source: "its beginning, laid out", "开头部分（已排版）";
        more: "{count} more attributes are in the message.", "消息中还有 {count} 个属性。";
    }
}

/// Attributes of which both are shown; those that differ come first.
const ATTRIBUTES: usize = 8;
/// Bytes of an element that are shown, and lines of them.
const BYTES: usize = 1200;
const LINES: usize = 7;

/// Both elements of a wrapping; above them, unless that is `said` already, what was done.
pub fn wrapped(
    capture: &CaptureReport,
    wrapping: &WrappingReport,
    said: bool,
    language: Language,
    dispatch: &Dispatch,
) -> Html {
    let words = Words::of(language);
    let WrappingReport { shape, text, consumed, signed } = wrapping;
    let other = rows(signed.as_ref(), words);
    let own = rows(Some(consumed), words);
    // In one order on both sides: those that differ first, then as the message has them.
    let keys = keys(&own, &other);
    let signed = match signed {
        Some(claim) => panel(claim, true, &other, &own, &keys, capture, dispatch, words),
        None => html! { <div class="claim known"><p>{ words.nothing }</p></div> },
    };
    html! {
        <section class="wrapped" data-shape={*shape}>
            <p hidden={said}>{ text.clone() }</p>
            <div class="claims">
                { panel(consumed, false, &own, &other, &keys, capture, dispatch, words) }
                { signed }
            </div>
        </section>
    }
}

/// What a claim says, by the name of what it says it of; of attributes the name is the message's own.
fn rows(claim: Option<&ClaimReport>, words: &Words) -> Vec<(AttrValue, String)> {
    let Some(claim) = claim else { return Vec::new() };
    let mut rows = Vec::new();
    let mut push = |name: &'static str, value: &Option<String>| {
        rows.extend(value.iter().map(|value| (AttrValue::Static(name), value.clone())));
    };
    push(words.path, &Some(claim.path.clone()));
    push("ID", &claim.id);
    push("NameID", &claim.name_id);
    push("Issuer", &claim.issuer);
    push(words.audience, &Some(claim.audiences.join("\n")).filter(|all| !all.is_empty()));
    for attribute in &claim.attributes {
        let name = attribute.friendly_name.as_ref().or(attribute.name.as_ref());
        let name = put(words.attribute, &[("name", name.map_or(words.nameless, String::as_str))]);
        rows.push((name.into(), attribute.values.join("\n")));
    }
    rows
}

/// The names of what either says, without those of attributes that are too many.
fn keys(own: &[(AttrValue, String)], other: &[(AttrValue, String)]) -> Vec<AttrValue> {
    let mut keys: Vec<AttrValue> = Vec::new();
    for (name, _) in own.iter().chain(other) {
        if !keys.contains(name) {
            keys.push(name.clone());
        }
    }
    let at = |rows: &[(AttrValue, String)], name: &AttrValue| {
        rows.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let first = keys.iter().take_while(|name| own.iter().take(5).any(|(known, _)| known == *name)).count();
    let attributes = keys.split_off(first);
    let (differ, same): (Vec<_>, Vec<_>) = attributes.into_iter().partition(|name| at(own, name) != at(other, name));
    keys.extend(differ.into_iter().chain(same));
    keys
}

#[allow(clippy::too_many_arguments, reason = "both sides are drawn by it, each against the other")]
fn panel(
    claim: &ClaimReport,
    meant: bool,
    own: &[(AttrValue, String)],
    other: &[(AttrValue, String)],
    keys: &[AttrValue],
    capture: &CaptureReport,
    dispatch: &Dispatch,
    words: &Words,
) -> Html {
    let (class, title) = match (meant, claim.covered) {
        (false, _) => ("claim sent", words.consumed),
        (true, true) => ("claim known", words.signed),
        (true, false) => ("claim known", words.named),
    };
    let (state, shape, said) = match (meant, claim.covered) {
        (_, true) => ("state sound", Shape::Done, words.covered),
        (false, false) => ("state faulty", Shape::Unsigned, words.bare),
        (true, false) => ("state open", Shape::Unsigned, words.broken),
    };
    let at = |rows: &[(AttrValue, String)], name: &AttrValue| {
        rows.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let shown = keys.iter().take(5 + ATTRIBUTES).map(|name| {
        let value = at(own, name);
        let differs = !other.is_empty() && value != at(other, name);
        let text = value.clone().unwrap_or_else(|| words.none.to_owned());
        let class = if value.is_none() { "quiet" } else { "value" };
        let value = match differs {
            true => html! { <mark {class}>{ text }<span class="visually-hidden">{ format!(" ({})", words.differs) }</span></mark> },
            false => html! { <span {class}>{ text }</span> },
        };
        html! { <div class="row" data-differs={differs.to_string()}><dt>{ name.clone() }</dt><dd>{ value }</dd></div> }
    });
    let left = keys.len().saturating_sub(5 + ATTRIBUTES);
    let left = if left > 0 { put(words.more, &[("count", &number(left))]) } else { String::new() };
    let text = TextOf { capture: capture.index, decryption: claim.decryption };
    let [from, to] = claim.span;
    let bytes = put(words.bytes, &[("from", &number(from)), ("to", &number(to))]);
    let onclick = {
        let (dispatch, span) = (dispatch.clone(), claim.span);
        Callback::from(move |_| dispatch.dispatch(Action::Show(text, span)))
    };
    html! {
        <div {class} data-claim={if meant { "signed" } else { "consumed" }}>
            <h2>{ title }</h2>
            <p class={state}>{ icon(shape, "") }{ said }</p>
            <dl>{ for shown }</dl>
            <p class="quiet">{ left }</p>
            <pre class="source" dir="ltr" tabindex="0" role="group" aria-label={format!("{title}: {}", words.source)}>
                { source(capture, claim) }
            </pre>
            <button type="button" class="jump" {onclick}>
                <span>{ words.show }<span class="visually-hidden">{ format!(": {title}") }</span></span>
                { icon(Shape::Jump, "") }
                <span class="quiet">{ bytes }</span>
            </button>
        </div>
    }
}

/// The first lines of an element, in the message's colours.
fn source(capture: &CaptureReport, claim: &ClaimReport) -> Html {
    let text = match claim.decryption {
        None => capture.xml.as_deref(),
        Some(number) => capture.decryptions.get(number).and_then(|part| part.xml.as_deref()),
    };
    let [from, to] = claim.span;
    let element = text.and_then(|text| text.get(from..to)).unwrap_or_default();
    // Cut behind a tag, so that none is taken for something else.
    let end = if element.len() > BYTES {
        element.bytes().take(BYTES).rposition(|octet| octet == b'>').map_or(0, |at| at + 1)
    } else {
        element.len()
    };
    let part = element.get(..end).unwrap_or_default();
    let all = lines(part, Layout::Formatted);
    let cut = all.len() > LINES || end < element.len();
    let row = |line: &crate::Line| {
        let tokens = line.tokens.iter().map(|piece| {
            let source = part.get(piece.span.clone()).unwrap_or_default().to_owned();
            html! { <span class={token(piece.kind)}>{ source }</span> }
        });
        let indent = "  ".repeat(line.indent.min(8));
        html! { <>{ indent }{ for tokens }{ "\n" }</> }
    };
    html! { <code>{ for all.iter().take(LINES).map(row) }{ if cut { "…" } else { "" } }</code> }
}
