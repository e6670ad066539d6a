//! A button that leads to the bytes of a value.

use yew::{AttrValue, Callback, Html, Properties, component, html};

use super::super::engine::TextOf;
use super::super::state::{Action, Dispatch};
use super::super::words::{use_language, words};
use super::icon::{Shape, icon};

words! {
    Words {
        show: "Show the bytes", "显示对应字节";
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
        let (dispatch, text, span) = (props.dispatch.clone(), props.text, props.span);
        Callback::from(move |_| dispatch.dispatch(Action::Show(text, span)))
    };
    let label = format!("{}: {}", words.show, props.what);
    html! {
        <button type="button" class="icon-button" {onclick} aria-label={label} title={words.show}>
            { icon(Shape::Jump, "") }
        </button>
    }
}
