//! Under the text: what it is, and what the pointer or the caret is on.

use std::rc::Rc;

use yew::{Html, Properties, component, html};

use super::overlay::Overlay;
use super::shown::{Shared, Shown};
use crate::app::words::{number, put, use_language, words};
use crate::view::{Cover, Span};

words! {
    Words {
        bytes: "{bytes} bytes", "{bytes} 字节";
        utf8: "UTF-8", "UTF-8";
        from_utf16: "UTF-8, converted from UTF-16", "UTF-8（由 UTF-16 转换）";
        hint: "Point at an element, or move with the arrow keys: it is explained here.",
            "将指针移到元素上，或使用方向键移动：此处显示说明。";
        span: "bytes {from}–{to}", "字节 {from}–{to}";
        covered: "covered by the {target}’s signature", "由 {target} 的签名覆盖";
        unvouched: "covered by the {target}’s signature, which nobody vouches for", "由 {target} 的签名覆盖，但无人为其密钥作保";
        part: "covered in part by the {target}’s signature", "部分由 {target} 的签名覆盖";
        bare: "covered by no signature", "没有签名覆盖";
    }
}

/// See [`Foot`].
#[derive(PartialEq, Properties)]
pub struct FootProps {
    /// The text.
    pub shown: Rc<Shown>,
    /// What lies over it.
    pub overlay: Shared<Overlay>,
    /// The byte that the caret is at.
    pub caret: Option<usize>,
    /// The byte that the pointer is on.
    pub hover: Option<usize>,
}

/// The foot.
#[component]
pub fn Foot(props: &FootProps) -> Html {
    let FootProps { shown, overlay, caret, hover } = props;
    let words = Words::of(use_language());
    let capture = shown.capture();
    let kind = capture.and_then(|capture| capture.kind.clone()).filter(|_| shown.of.decryption.is_none());
    let steps = capture.map(|capture| capture.steps.as_slice()).unwrap_or_default();
    let encoding = if steps.iter().any(|step| step.name == "from-utf-16") { words.from_utf16 } else { words.utf8 };
    let facts = [kind, Some(put(words.bytes, &[("bytes", &number(shown.text.len()))])), Some(encoding.to_owned())];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let point = hover.or(*caret);
    let told = match point {
        None => html! { <p class="quiet">{ words.hint }</p> },
        Some(offset) => {
            let span = [offset, offset + 1];
            html! { <p>{ place(span, words) }{ " · " }{ covered(overlay, span, words) }</p> }
        }
    };
    html! {
        <footer class="foot">
            <p class="facts">{ facts.join(" · ") }</p>
            <div class="told" aria-live={if hover.is_none() { "polite" } else { "off" }}>{ told }</div>
        </footer>
    }
}

fn place([from, to]: Span, words: &Words) -> String {
    put(words.span, &[("from", &number(from)), ("to", &number(to))])
}

fn covered(overlay: &Overlay, span: Span, words: &Words) -> String {
    let all = overlay.covering(span).map(|(signed, cover)| {
        let text = match (cover, signed.trusted) {
            (Cover::Part, _) => words.part,
            (_, true) => words.covered,
            (_, false) => words.unvouched,
        };
        put(text, &[("target", &signed.target)])
    });
    let all: Vec<String> = all.collect();
    if all.is_empty() { words.bare.to_owned() } else { all.join("; ") }
}
