//! One row: its number, the button that folds, and its bytes in pieces.

use yew::{AttrValue, Html, Properties, component, html};

use super::overlay::Overlay;
use super::shown::Shared;
use crate::TokenKind;
use crate::app::words::{number, put, use_language, words};
use crate::view::{Part, Row};

words! {
    Words {
        fold: "Fold line {line}", "折叠第 {line} 行";
        unfold: "Unfold line {line}", "展开第 {line} 行";
        hidden: "{lines} lines", "{lines} 行";
    }
}

/// Whether what follows a row can be folded away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// There is nothing to fold.
    Nothing,
    /// It is shown.
    Open,
    /// So many lines are folded away behind this row; 0 where the line goes on.
    Folded(usize),
}

/// See [`RowView`].
#[derive(PartialEq, Properties)]
pub struct RowProps {
    /// The text.
    pub text: Shared<AttrValue>,
    /// The row.
    pub row: Row,
    /// Its pieces.
    pub parts: Vec<Part>,
    /// What lies over the text.
    pub classes: Shared<Overlay>,
    /// What can be folded.
    pub fold: Fold,
    /// Whether the caret is on it.
    pub caret: bool,
}

/// A row. Copying reads the offsets that its pieces carry.
#[component]
pub fn RowView(props: &RowProps) -> Html {
    let RowProps { text, row, parts, classes, fold, caret } = props;
    let words = Words::of(use_language());
    let (line, indent) = (row.line.to_string(), " ".repeat(row.indent));
    let shown = number(row.line + 1);
    let label = |words: &str| put(words, &[("line", &shown)]);
    let button = (*fold != Fold::Nothing && row.first).then(|| {
        let open = *fold == Fold::Open;
        let label = label(if open { words.fold } else { words.unfold });
        html! {
            <button
                type="button"
                class="fold"
                tabindex="-1"
                data-fold={line.clone()}
                aria-expanded={open.to_string()}
                aria-label={label.clone()}
                title={label}
            />
        }
    });
    let folded = match fold {
        Fold::Folded(lines) if *lines > 0 => Some(html! {
            <button type="button" class="folded" tabindex="-1" data-fold={line.clone()} aria-label={label(words.unfold)}>
                { format!("… {}", put(words.hidden, &[("lines", &number(*lines))])) }
            </button>
        }),
        _ => None,
    };
    html! {
        <div class={if *caret { "x-row caret" } else { "x-row" }} data-from={row.span[0].to_string()} data-line={line.clone()}>
            <span class="x-number">{ if row.first { shown.as_str() } else { "" } }</span>
            <span class="x-fold">{ button }</span>
            <span class="x-code">
                <span class="x-indent">{ indent }</span>
                <code dir="ltr">{ for parts.iter().map(|part| piece(text, classes, part)) }</code>
                <span class="x-more">{ folded }</span>
            </span>
        </div>
    }
}

fn piece(text: &AttrValue, classes: &Overlay, part: &Part) -> Html {
    let [start, end] = part.span;
    let mut class = classes.classes(part.layers);
    class.push(token(part.kind));
    let (start_at, end_at) = (start.to_string(), end.to_string());
    match &part.mark {
        Some(mark) => {
            class.push("mark");
            html! { <span {class} data-at={start_at} data-to={end_at} data-mark="" title={mark.clone()}>{ mark.clone() }</span> }
        }
        None => {
            let source = text.get(start..end).unwrap_or_default().to_owned();
            html! { <span {class} data-at={start_at} data-to={end_at}>{ source }</span> }
        }
    }
}

/// The class of what a piece is.
pub fn token(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Punctuation => "t-punctuation",
        TokenKind::Name => "t-name",
        TokenKind::AttributeName => "t-attribute",
        TokenKind::AttributeValue => "t-value",
        TokenKind::Text => "t-text",
        TokenKind::CData => "t-cdata",
        TokenKind::Comment => "t-comment",
        TokenKind::Prolog => "t-prolog",
        TokenKind::Unread => "t-unread",
    }
}
