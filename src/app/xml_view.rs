//! The message's XML, coloured by the reader's own spans.

use std::rc::Rc;

use yew::{AttrValue, Callback, Html, Properties, UseReducerDispatcher, classes, component, html, use_memo};

use super::copy::Copy;
use super::state::{Action, State};
use crate::{Layout, Line, Report, TokenKind, lines};

/// Pieces that are put into the page at once: more would take longer than a frame or two.
const SHOWN_TOKENS: usize = 12_000;
/// Indentation beyond this many levels is shown as this many.
const SHOWN_INDENT: usize = 24;

/// See [`XmlView`].
#[derive(PartialEq, Properties)]
pub struct XmlProps {
    /// The engine's answer.
    pub report: Rc<Report>,
    /// Which capture is shown.
    pub selected: usize,
    /// As sent or formatted.
    pub layout: Layout,
    /// Where actions go.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The XML with its tools.
#[component]
pub fn XmlView(props: &XmlProps) -> Html {
    let all = use_memo((props.report.clone(), props.selected, props.layout), |(report, selected, layout)| {
        let xml = report.captures.get(*selected).and_then(|capture| capture.xml.as_deref());
        xml.map(|xml| lines(xml, *layout)).unwrap_or_default()
    });
    let xml = props.report.captures.get(props.selected).and_then(|capture| capture.xml.as_deref()).unwrap_or_default();
    let mut budget = SHOWN_TOKENS;
    let shown: Vec<&Line> = all
        .iter()
        .take_while(|line| {
            let fits = budget > 0;
            budget = budget.saturating_sub(line.tokens.len().max(1));
            fits
        })
        .collect();
    let left_out = all.len() - shown.len();
    let lines = shown.iter().map(|line| line_view(line, xml));
    let show = |layout, label: &'static str| {
        let dispatch = props.dispatch.clone();
        let onclick = Callback::from(move |_| dispatch.dispatch(Action::Show(layout)));
        let pressed = if props.layout == layout { "true" } else { "false" };
        html! { <button type="button" {onclick} aria-pressed={pressed}>{ label }</button> }
    };
    html! {
        <section class="message" aria-label="Message">
            <div class="tools">
                <div class="choice" role="group" aria-label="Layout">
                    { show(Layout::Formatted, "Formatted") }
                    { show(Layout::AsSent, "As sent") }
                </div>
                <span class="quiet">{ format!("{} bytes", xml.len()) }</span>
                <Copy what="the XML as sent" text={AttrValue::from(xml.to_owned())} />
            </div>
            <div class="xml" tabindex="0" role="region" aria-label="XML">
                <ol>{ for lines }</ol>
                <p class="quiet">
                    if left_out > 0 {
                        { format!("{left_out} more lines are not shown here; Copy takes them all.") }
                    }
                </p>
            </div>
        </section>
    }
}

fn line_view(line: &Line, xml: &str) -> Html {
    let mut budget = SHOWN_TOKENS;
    let tokens = line.tokens.iter().take_while(|_| {
        budget = budget.saturating_sub(1);
        budget > 0
    });
    let tokens = tokens.map(|token| {
        let text = xml.get(token.span.clone()).unwrap_or_default().to_owned();
        html! { <span class={class(token.kind)}>{ text }</span> }
    });
    let indent = format!("in{}", line.indent.min(SHOWN_INDENT));
    html! { <li><span class={classes!("code", indent)}>{ for tokens }</span></li> }
}

fn class(kind: TokenKind) -> &'static str {
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
