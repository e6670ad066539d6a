//! Under the text: what it is, and what the pointer or the caret is on.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, hook, html, use_context, use_effect_with, use_mut_ref, use_state};

use super::overlay::Overlay;
use super::shown::{Shared, Shown};
use crate::app::engine::{Answer, Ask, Engine, Explained, Reply};
use crate::app::listen::Later;
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
        outside: "outside of every element", "不在任何元素内";
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
    let explained = use_explained(shown, point);
    let told = match (point, &explained) {
        (Some(_), Some((_, Some(told)))) => html! {
            <>
                <p class="where">
                    <b>{ told.path.clone() }</b>
                    { format!(" · {} · {}", place(told.span, words), covered(overlay, told.span, words)) }
                </p>
                <p class="sentence">{ told.sentence.clone() }</p>
            </>
        },
        (Some(_), Some((offset, None))) => {
            let span = [*offset, offset + 1];
            let cover = covered(overlay, span, words);
            html! { <p>{ format!("{} · {} · {cover}", words.outside, place(span, words)) }</p> }
        }
        _ => html! { <p>{ words.hint }</p> },
    };
    html! {
        <footer class="foot">
            <p class="facts">{ facts.join(" · ") }</p>
            <div class="told" aria-live={if hover.is_none() { "polite" } else { "off" }}>{ told }</div>
        </footer>
    }
}

/// Milliseconds that a point must last before it is asked about: moving on asks nothing.
const REST: i32 = 60;

/// What stands at a byte, by the worker; until it answers, what was told last.
#[hook]
fn use_explained(shown: &Rc<Shown>, point: Option<usize>) -> Option<(usize, Option<Explained>)> {
    let engine = use_context::<Engine>().unwrap_or_default();
    let told = use_state(|| None);
    let asked = use_mut_ref(|| None::<u32>);
    let language = use_language();
    let (kept, of) = (told.clone(), shown.of);
    use_effect_with((point, language, shown.clone()), move |_| {
        let later = point.and_then(|offset| {
            Later::new(REST, move || {
                let kept = kept.clone();
                let heard = Callback::from(move |reply: Reply| {
                    if let Answer::Explained(told) = reply.answer {
                        kept.set(Some((offset, told)));
                    }
                });
                let ask = Ask::Explain { text: of, offset, language: language.as_str().to_owned() };
                // Only the last one is waited for.
                if let Some(before) = asked.borrow_mut().replace(engine.ask(&ask, &[], heard)) {
                    engine.forget(before);
                }
            })
        });
        move || drop(later)
    });
    (*told).clone()
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
