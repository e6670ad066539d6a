//! A button that leads to the bytes of a value.

use yew::{AttrValue, Callback, Html, Properties, component, hook, html, use_context};

use super::super::engine::TextOf;
use super::super::state::{Action, Dispatch};
use super::super::words::{use_language, words};
use super::icon::{Shape, icon};

words! {
    Words {
        show: "Show the bytes", "显示对应字节";
    }
}

/// Where bytes are shown that are none of the case's own texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere(pub Callback<[usize; 2]>);

/// What shows bytes: in the message, or where what is around says.
#[hook]
pub fn use_show(dispatch: &Dispatch) -> Callback<(TextOf, [usize; 2])> {
    let dispatch = dispatch.clone();
    match use_context::<Elsewhere>() {
        Some(Elsewhere(show)) => show.reform(|(_, span)| span),
        None => Callback::from(move |(text, span)| dispatch.dispatch(Action::Show(text, span))),
    }
}

/// See [`Show`].
#[derive(PartialEq, Properties)]
pub struct ShowProps {
    /// In which text.
    pub text: TextOf,
    /// Which bytes of it, half open.
    pub span: [usize; 2],
    /// What stands there, for screen readers.
    pub what: AttrValue,
    /// Where actions go.
    pub dispatch: Dispatch,
}

/// Leads to the bytes in the message.
#[component]
pub fn Show(props: &ShowProps) -> Html {
    let words = Words::of(use_language());
    let onclick = {
        let (text, span) = (props.text, props.span);
        use_show(&props.dispatch).reform(move |_| (text, span))
    };
    let label = format!("{}: {}", words.show, props.what);
    html! {
        <button type="button" class="icon-button" {onclick} aria-label={label} title={words.show}>
            { icon(Shape::Jump, "") }
        </button>
    }
}
