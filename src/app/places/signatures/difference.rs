//! What a signature was made over beside what is there now, octet by octet, made in the worker.

use yew::{Callback, Html, Properties, component, html, use_context, use_effect_with, use_state_eq};

use super::bytes::is_unseen;
use crate::app::engine::{Answer, Ask, Engine, Reply};
use crate::app::words::{number, put, use_language, words};
use crate::{OctetKind, OctetPiece};

words! {
    Words {
        title: "What changed since it was signed", "签名之后的改动";
        before: "− was there when it was signed", "− 签名时存在";
        since: "+ has come in since", "+ 签名后加入";
        marks: "· space, → tab, ⏎ line feed, ⟨CR⟩ carriage return", "· 空格，→ 制表符，⏎ 换行，⟨CR⟩ 回车";
        counts: "−{removed} +{added} bytes", "−{removed} +{added} 字节";
        unchanged: "{count} bytes are the same", "{count} 字节相同";
        more: "The other differences, up to {count} bytes further on, are not shown.", "后续 {count} 字节内的差异未显示。";
        clipped: "… {count} bytes in all", "…… 共 {count} 字节";
        removed: "was there:", "原有：";
        added: "has come in:", "新增：";
        asking: "Being made…", "生成中……";
    }
}

/// See [`Difference`].
#[derive(Debug, PartialEq, Properties)]
pub struct DifferenceProps {
    /// The number of the capture.
    pub capture: usize,
    /// The number of the signature in it.
    pub signature: usize,
    /// The revision of the report.
    pub revision: u32,
}

#[derive(Debug, Clone, PartialEq)]
enum Got {
    Nothing,
    Pieces(Vec<OctetPiece>),
    Refused(String),
}

/// The difference.
#[component]
pub fn Difference(props: &DifferenceProps) -> Html {
    let words = Words::of(use_language());
    let engine = use_context::<Engine>().unwrap_or_default();
    let got = use_state_eq(|| Got::Nothing);
    {
        let got = got.clone();
        use_effect_with((props.capture, props.signature, props.revision), move |(capture, signature, _)| {
            let heard = Callback::from(move |reply: Reply| match reply.answer {
                Answer::Difference(pieces) => got.set(Got::Pieces(pieces)),
                Answer::Refused(why) | Answer::Fault(why) => got.set(Got::Refused(why)),
                _ => {}
            });
            let number = engine.ask(&Ask::Restored { capture: *capture, signature: *signature }, &[], heard);
            move || engine.forget(number)
        });
    }
    let pieces = match &*got {
        Got::Nothing => return html! { <div class="octets"><p class="quiet">{ words.asking }</p></div> },
        Got::Refused(why) => return html! { <div class="octets"><p class="quiet">{ why.clone() }</p></div> },
        Got::Pieces(pieces) => pieces,
    };
    let count =
        |kind: OctetKind| -> usize { pieces.iter().filter(|piece| piece.kind == kind).map(|piece| piece.octets).sum() };
    let counts = [("removed", &*number(count(OctetKind::Removed))), ("added", &*number(count(OctetKind::Added)))];
    html! {
        <details class="octets" open={true}>
            <summary>{ words.title }{ " " }<span class="quiet">{ put(words.counts, &counts) }</span></summary>
            <div class="body">
                <p class="under">
                    <span>{ words.before }</span><span>{ words.since }</span><span>{ words.marks }</span>
                </p>
                <pre tabindex="0" role="group" aria-label={words.title}>{ for pieces.iter().map(|piece| shown(piece, words)) }</pre>
            </div>
        </details>
    }
}

fn shown(piece: &OctetPiece, words: &Words) -> Html {
    let count = number(piece.octets);
    let clipped = || {
        let text =
            if piece.octets > piece.text.len() { put(words.clipped, &[("count", &count)]) } else { String::new() };
        html! { <span class="blank">{ text }</span> }
    };
    match piece.kind {
        OctetKind::Same => html! { <span>{ visible(&piece.text, false) }</span> },
        OctetKind::Removed => html! {
            <del><span class="visually-hidden">{ words.removed }</span>{ visible(&piece.text, true) }{ clipped() }</del>
        },
        OctetKind::Added => html! {
            <ins><span class="visually-hidden">{ words.added }</span>{ visible(&piece.text, true) }{ clipped() }</ins>
        },
        OctetKind::Unchanged => html! { <span class="gap">{ put(words.unchanged, &[("count", &count)]) }</span> },
        OctetKind::More => html! { <span class="gap">{ put(words.more, &[("count", &count)]) }</span> },
    }
}

/// A text with its white space to be seen: of what differs every space, of what does not the ends of lines.
fn visible(text: &str, differs: bool) -> String {
    let mut seen = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => seen.push_str("⏎\n"),
            '\r' => seen.push_str("⟨CR⟩"),
            '\t' => seen.push('→'),
            ' ' if differs => seen.push('·'),
            ' ' => seen.push(' '),
            _ if letter.is_control() || letter.is_whitespace() || is_unseen(letter) => {
                seen.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter)));
            }
            _ => seen.push(letter),
        }
    }
    seen
}
