//! The bytes that a signature is over, asked for when they are looked at.

use std::rc::Rc;

use web_sys::Element;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html, use_context, use_effect_with, use_state_eq};

use crate::app::engine::{Answer, Ask, Engine, Reply};
use crate::app::parts::Copy;
use crate::app::words::{number, put, use_language, words};

/// Most bytes that are shown; more can be copied.
const SHOWN: usize = 64 << 10;

words! {
    Words {
        canonical: "The bytes that the digest is over", "摘要所覆盖的字节";
        signed: "The bytes that are signed", "被签名的字节";
        count: "{count} bytes", "{count} 字节";
        some: "The first {shown} of {count} bytes are shown.", "仅显示前 {shown} 字节，共 {count} 字节。";
        legend: "What cannot be seen is marked: ↵ is a line feed, other characters stand in frames with their number.",
            "不可见字符已标出：↵ 为换行，其余字符以带框的编号显示。";
        what: "the bytes", "字节";
        asking: "Being made…", "生成中……";
        refused: "There are none: {why}", "没有可显示的字节：{why}";
        binary: "{count} bytes that are no text", "{count} 字节，不是文本";
    }
}

/// See [`Bytes`].
#[derive(Debug, PartialEq, Properties)]
pub struct BytesProps {
    /// The number of the capture.
    pub capture: usize,
    /// The number of the signature in it.
    pub signature: usize,
    /// The revision of the report.
    pub revision: u32,
    /// How many there are.
    pub octets: Option<usize>,
    /// Whether it is the signature of a query.
    pub query: bool,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
enum Got {
    Nothing,
    Text(Rc<str>),
    Binary(usize),
    Refused(String),
}

/// A box that opens.
#[component]
pub fn Bytes(props: &BytesProps) -> Html {
    let BytesProps { capture, signature, revision, octets, query } = props;
    let words = Words::of(use_language());
    let engine = use_context::<Engine>();
    let open = use_state_eq(|| false);
    let got = use_state_eq(|| Got::Nothing);
    {
        let got = got.clone();
        use_effect_with((*open, *capture, *signature, *revision), move |(open, capture, signature, _)| {
            got.set(Got::Nothing);
            let asked = engine.filter(|_| *open).map(|engine| {
                let heard = Callback::from(move |reply: Reply| got.set(taken(reply)));
                let ask = Ask::Signed { capture: *capture, signature: *signature };
                (engine.ask(&ask, &[], heard), engine)
            });
            // What is asked for another revision, or closed, is not waited for.
            move || asked.into_iter().for_each(|(number, engine)| engine.forget(number))
        });
    }
    let ontoggle = Callback::from(move |event: Event| {
        if let Some(details) = event.target_dyn_into::<Element>() {
            open.set(details.has_attribute("open"));
        }
    });
    let title = if *query { words.signed } else { words.canonical };
    let count = octets.map(|octets| put(words.count, &[("count", &number(octets))])).unwrap_or_default();
    let body = match &*got {
        Got::Nothing => html! { <p class="quiet">{ words.asking }</p> },
        Got::Refused(why) => html! { <p>{ put(words.refused, &[("why", why)]) }</p> },
        Got::Binary(count) => html! { <p>{ put(words.binary, &[("count", &number(*count))]) }</p> },
        Got::Text(text) => shown(text, octets.unwrap_or(text.len()), title, words),
    };
    html! {
        <details class="bytes" {ontoggle}>
            <summary>{ title }{ " " }<span class="quiet">{ count }</span></summary>
            <div class="body">{ body }</div>
        </details>
    }
}

fn taken(reply: Reply) -> Got {
    match reply.answer {
        Answer::Signed => {
            let bytes = reply.attachments.into_iter().next().unwrap_or_default();
            // Canonical XML is UTF-8; cut off, its last character may be half a one.
            match std::str::from_utf8(&bytes) {
                Ok(text) => Got::Text(text.into()),
                Err(error) if error.error_len().is_none() => {
                    let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
                    Got::Text(String::from_utf8_lossy(whole).into())
                }
                Err(_) => Got::Binary(bytes.len()),
            }
        }
        Answer::Refused(why) | Answer::Fault(why) => Got::Refused(why),
        _ => Got::Nothing,
    }
}

fn shown(text: &Rc<str>, octets: usize, title: &'static str, words: &Words) -> Html {
    let mut end = text.len().min(SHOWN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let part = text.get(..end).unwrap_or_default();
    let some = if end < octets {
        put(words.some, &[("shown", &number(end)), ("count", &number(octets))])
    } else {
        String::new()
    };
    html! {
        <>
            <div class="under">
                <span class="quiet">{ words.legend }{ " " }{ some }</span>
                <Copy what={words.what} text={text.clone()} />
            </div>
            <pre tabindex="0" role="region" aria-label={title}>{ for visible(part) }</pre>
        </>
    }
}

/// A text with what cannot be seen in it made visible.
fn visible(text: &str) -> Vec<Html> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            '\n' => plain.push_str("↵\n"),
            ' ' => plain.push(' '),
            _ if letter.is_control() || letter.is_whitespace() || is_unseen(letter) => {
                let before = std::mem::take(&mut plain);
                let code = format!("U+{:04X}", u32::from(letter));
                pieces.push(html! { <>{ before }<span class="unseen">{ code }</span></> });
            }
            _ => plain.push(letter),
        }
    }
    pieces.push(html! { <>{ plain }</> });
    pieces
}

/// Characters without a shape of their own: soft hyphen, joiners, marks of direction, selectors, the byte order mark.
pub fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}
