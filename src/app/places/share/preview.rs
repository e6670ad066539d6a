//! The text that is going to be handed over, before it is.

use std::rc::Rc;

use yew::{
    AttrValue, Callback, Html, Properties, component, html, use_context, use_effect_with, use_mut_ref, use_state_eq,
};

use crate::Language;
use crate::app::engine::Engine;
use crate::app::handing::{Made, Wanted};
use crate::app::listen::Later;
use crate::app::words::{number, put, words};

words! {
    Words {
        title: "What is handed over: {name}", "将交出的内容：{name}";
        working: "Making it…", "正在生成……";
        whole: "{count} bytes", "{count} 字节";
        part: "The first {shown} of {count} bytes", "共 {count} 字节，此处显示前 {shown} 字节";
    }
}

/// Most bytes that are shown.
const SHOWN_BYTES: usize = 32 << 10;
/// Milliseconds that what is chosen must rest.
const REST: i32 = 300;

/// See [`Preview`].
#[derive(PartialEq, Properties)]
pub struct PreviewProps {
    /// What is shown.
    pub wanted: Wanted,
    /// Its title.
    pub title: AttrValue,
    /// Of which revision of the case.
    pub revision: u32,
    /// The page's language.
    pub language: Language,
}

/// The beginning of it, and how long it is.
#[component]
pub fn Preview(props: &PreviewProps) -> Html {
    let PreviewProps { wanted, title, revision, language } = props;
    let words = Words::of(*language);
    let engine = use_context::<Engine>().unwrap_or_default();
    let made = use_state_eq(|| None::<Rc<Result<Made, String>>>);
    let later = use_mut_ref(|| None::<Later>);
    let asked = use_mut_ref(|| None::<(u32, &'static str)>);
    let setter = made.setter();
    use_effect_with((*revision, wanted.clone()), move |(_, wanted)| {
        let wanted = wanted.clone();
        // Of another export the old text is not shown any longer, and the new one at once.
        let other = asked.borrow().is_none_or(|(_, what)| what != wanted.what);
        if other {
            setter.set(None);
        }
        let ask = move || {
            let setter = setter.clone();
            let heard = Callback::from(move |made: Result<Made, String>| setter.set(Some(Rc::new(made))));
            let mut asked = asked.borrow_mut();
            if let Some((earlier, _)) = asked.take() {
                engine.forget(earlier);
            }
            *asked = Some((wanted.clone().ask(&engine, heard), wanted.what));
        };
        *later.borrow_mut() = Later::new(if other { 0 } else { REST }, ask);
    });
    let (text, size, class) = match made.as_deref() {
        None => (words.working.to_owned(), String::new(), "text quiet"),
        Some(Err(why)) => (why.clone(), String::new(), "text quiet"),
        Some(Ok(made)) => {
            let count = number(made.bytes.len());
            let first = made.bytes.get(..SHOWN_BYTES);
            let said = if first.is_some() { words.part } else { words.whole };
            let said = put(said, &[("count", &count), ("shown", &number(SHOWN_BYTES))]);
            (beginning(first.unwrap_or(&made.bytes)), said, "text")
        }
    };
    let title = put(words.title, &[("name", title.as_str())]);
    html! {
        <div class="preview">
            <h3>{ title.clone() }</h3>
            <pre {class} tabindex="0" role="region" aria-label={title}>{ text }</pre>
            <p class="quiet">{ size }</p>
        </div>
    }
}

/// Bytes as a text; a character that was cut in two at their end is left away.
fn beginning(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default()).into_owned()
        }
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}
