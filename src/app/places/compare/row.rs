//! One difference: where it is, what it means, and both values with what differs marked.

use yew::{Callback, Html, Properties, component, html};

use crate::app::engine::TextOf;
use crate::app::parts::{Shape, icon, piece};
use crate::app::state::{Action, Dispatch};
use crate::app::words::{use_language, words};
use crate::{ComparedRow, Piece};

words! {
    Words {
        first: "first", "第一条";
        second: "second", "第二条";
        none: "not there", "没有";
        show: "Show the bytes", "显示对应字节";
    }
}

/// Bytes of a value above which it scrolls, and must take the focus to be scrolled by keys.
const LONG: usize = 300;

/// See [`Row`].
#[derive(PartialEq, Properties)]
pub struct RowProps {
    /// The difference.
    pub row: ComparedRow,
    /// The two texts.
    pub texts: [TextOf; 2],
    /// Where actions go.
    pub dispatch: Dispatch,
}

/// One difference.
#[component]
pub fn Row(props: &RowProps) -> Html {
    let RowProps { row, texts: [left, right], dispatch } = props;
    let words = Words::of(use_language());
    let difference = row.difference.as_ref();
    let side = |name: &'static str,
                value: &Option<String>,
                pieces: Option<&[Piece]>,
                span: Option<[usize; 2]>,
                text: TextOf| {
        let shown = match (value, pieces) {
            (None, _) => html! { <span class="quiet">{ words.none }</span> },
            (Some(_), Some(pieces)) => html! { <code>{ for pieces.iter().map(piece) }</code> },
            (Some(value), None) => html! { <code>{ value.clone() }</code> },
        };
        let is_long = value.as_ref().is_some_and(|value| value.len() > LONG);
        let onclick = {
            let dispatch = dispatch.clone();
            Callback::from(move |_| {
                if let Some(span) = span {
                    dispatch.dispatch(Action::Show(text, span));
                }
            })
        };
        html! {
            <div class="side">
                <span class="which">{ name }</span>
                <div class="shown" tabindex={is_long.then_some("0")}>{ shown }</div>
                <button
                    type="button"
                    class="icon-button"
                    hidden={span.is_none()}
                    {onclick}
                    aria-label={format!("{}: {}, {name}", words.show, row.path)}
                    title={words.show}
                >
                    { icon(Shape::Jump, "") }
                </button>
            </div>
        }
    };
    let actual = difference.map(|difference| difference.actual.as_slice());
    let expected = difference.map(|difference| difference.expected.as_slice());
    html! {
        <li data-path={row.path.clone()}>
            <p class="path">{ row.path.clone() }</p>
            <p class="meaning">{ row.why.clone().unwrap_or_default() }</p>
            <div class="sides">
                { side(words.first, &row.left, actual, row.left_span, *left) }
                { side(words.second, &row.right, expected, row.right_span, *right) }
            </div>
        </li>
    }
}
