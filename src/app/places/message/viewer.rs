//! The text as rows in a box that scrolls: only those near its window are in the document.

use std::collections::BTreeSet;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, HtmlElement, KeyboardEvent, MouseEvent, Node, PointerEvent};
use yew::{
    AttrValue, Callback, Event, Html, NodeRef, Properties, component, html, use_effect_with, use_memo, use_mut_ref,
    use_node_ref, use_state_eq,
};

use super::Point;
use super::copying::{byte_at, byte_in_piece, numbered};
use super::overlay::Overlay;
use super::row::{Fold, RowView};
use super::shown::Shared;
use crate::TokenKind;
use crate::app::listen::{Later, Listener, Sizes};
use crate::view::{Folds, Layers, Lines, Rows, Scroll, Span};

/// Rows that are made above and below the window.
const MARGIN: usize = 16;
/// Milliseconds that the pointer rests before what it is on is explained.
const REST: i32 = 150;
/// Characters of the row that is measured.
const PROBE: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

/// Where to scroll to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Go {
    /// The bytes.
    pub span: Span,
    /// Whether they flash.
    pub flash: bool,
    /// Rises every time.
    pub number: u32,
}

/// See [`Viewer`].
#[derive(PartialEq, Properties)]
pub struct ViewerProps {
    /// The text.
    pub text: Shared<AttrValue>,
    /// Its lines.
    pub lines: Shared<Lines>,
    /// What lies over it.
    pub layers: Shared<Layers>,
    /// How that looks.
    pub classes: Shared<Overlay>,
    /// Which lines are folded.
    pub folded: Rc<BTreeSet<usize>>,
    /// Where to scroll to.
    pub go: Option<Go>,
    /// The byte that the caret is at.
    pub caret: Option<usize>,
    /// What it is, for screen readers.
    pub label: AttrValue,
    /// A line was folded or unfolded.
    pub onfold: Callback<usize>,
    /// Something was pointed at.
    pub onpoint: Callback<Option<Point>>,
}

/// What was measured: columns, and heights in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Measure {
    columns: usize,
    row: f64,
    window: f64,
}

/// What does not ask for a render.
#[derive(Default)]
struct Held {
    /// Which rows were shown last.
    folds: Option<Shared<Folds>>,
    /// The text that the rest is about.
    of: Option<Shared<AttrValue>>,
    /// The byte at the upper edge: it stays there when rows are cut anew.
    top: usize,
    /// The number of the last [`Go`] that was gone to.
    gone: u32,
    /// Where the selection began: its row may be out of the document by now.
    anchor: Option<usize>,
    /// Whether everything is selected.
    all: bool,
    /// What the pointer rests on.
    rests: Option<usize>,
    later: Option<Later>,
}

/// The text.
#[component]
pub fn Viewer(props: &ViewerProps) -> Html {
    let ViewerProps { text, lines, layers, classes, folded, go, caret, label, onfold, onpoint } = props;
    let go = *go;
    let (frame, made, probe) = (use_node_ref(), use_node_ref(), use_node_ref());
    let measure = use_state_eq(Measure::default);
    let scrolled = use_state_eq(|| (0, 0, 0.0));
    let flash = use_state_eq(|| false);
    let held = use_mut_ref(Held::default);

    let rows = use_memo((text.clone(), lines.clone(), measure.columns), |(text, lines, columns)| {
        if *columns == 0 { Rows::default() } else { Rows::cut(text, lines, *columns) }
    });
    let folds = use_memo((Shared(rows.clone()), folded.clone()), |(rows, folded)| Folds::of(lines, rows, folded));
    let scroll = Scroll { rows: folds.len(), row: measure.row, window: measure.window };

    // Measured as soon as there is something to measure, and whenever its size changes.
    {
        let (frame, probe, measure) = (frame.clone(), probe.clone(), measure.clone());
        use_effect_with((), move |()| {
            let elements = [frame.cast::<Element>(), probe.cast::<Element>()];
            let seen = Sizes::new(elements.iter().flatten(), move || {
                if let Some(now) = measured(&frame, &probe) {
                    measure.set(now);
                }
            });
            move || drop(seen)
        });
    }
    {
        let frame = frame.clone();
        use_effect_with(lines.len().to_string().len(), move |digits| {
            if let Some(frame) = frame.cast::<HtmlElement>() {
                set(&frame, "--digits", &digits.to_string());
            }
        });
    }
    // Rows cut anew leave what was at the upper edge where it was; a jump goes where it leads.
    {
        let (frame, held, folds, rows, flash) =
            (frame.clone(), held.clone(), folds.clone(), rows.clone(), flash.clone());
        let scrolled = scrolled.clone();
        let ready = measure.row > 0.0;
        use_effect_with((Shared(folds.clone()), go, ready, measure.window as u32, text.clone()), move |(.., of)| {
            let Some(frame) = frame.cast::<HtmlElement>().filter(|_| ready) else { return };
            set(&frame, "--height", &format!("{}px", scroll.height()));
            let mut held = held.borrow_mut();
            if held.of.replace(of.clone()) != Some(of.clone()) {
                held.top = 0;
            }
            let known = held.folds.replace(Shared(folds.clone()));
            let top = match go.filter(|go| go.number != held.gone) {
                Some(go) => {
                    held.gone = go.number;
                    flash.set(go.flash);
                    let place = folds.place(&rows, go.span[0]) as f64;
                    let now = scroll.top(f64::from(frame.scroll_top()));
                    let shown = scroll.window / scroll.row;
                    // What is well in view stays where it is.
                    if place > now + 1.0 && place < now + shown * 0.8 { now } else { place - shown / 3.0 }
                }
                // Only the window's height has changed.
                None if known == Some(Shared(folds.clone())) => scroll.top(f64::from(frame.scroll_top())),
                None => folds.place(&rows, held.top.min(of.len())) as f64,
            };
            let to = scroll.to(top.max(0.0));
            frame.set_scroll_top(to as i32);
            scrolled.set(scroll.made(to, MARGIN));
        });
    }
    let (first, end, at) = *scrolled;
    {
        let made = made.clone();
        use_effect_with((first, at), move |(_, at)| {
            if let Some(made) = made.cast::<HtmlElement>() {
                set(&made, "--at", &format!("{at}px"));
            }
        });
    }
    // Where a selection began is remembered, since scrolling may take its row out of the document.
    {
        let (held, frame, text) = (held.clone(), frame.clone(), text.clone());
        use_effect_with(text.clone(), move |_| {
            held.borrow_mut().anchor = None;
            let document = web_sys::window().and_then(|window| window.document());
            let listener = document.map(|document| {
                Listener::new(&document, "selectionchange", move |_| {
                    let Some((node, at)) =
                        selection().and_then(|selection| Some((selection.anchor_node()?, selection.anchor_offset())))
                    else {
                        return;
                    };
                    let mut held = held.borrow_mut();
                    // Once its row is gone the browser moves it to another.
                    if held.anchor.is_none() && frame.get().is_some_and(|frame| frame.contains(Some(&node))) {
                        held.anchor = byte_in_piece(&text, &node, at);
                    }
                })
            });
            move || drop(listener)
        });
    }

    let onscroll = {
        let (held, folds, rows, lines, scrolled) =
            (held.clone(), folds.clone(), rows.clone(), lines.clone(), scrolled.clone());
        Callback::from(move |event: Event| {
            let Some(frame) = event.target().and_then(|frame| frame.dyn_into::<Element>().ok()) else { return };
            let top = f64::from(frame.scroll_top());
            scrolled.set(scroll.made(top, MARGIN));
            let row = rows.get(&lines, folds.row(scroll.top(top) as usize));
            held.borrow_mut().top = row.map_or(0, |row| row.span[0]);
        })
    };
    let onclick = {
        let (onfold, onpoint) = (onfold.clone(), onpoint.clone());
        Callback::from(move |event: MouseEvent| {
            if let Some(line) = pointed(&event, "[data-fold]").and_then(|button| numbered(&button, "data-fold")) {
                onfold.emit(line);
            } else if let Some(offset) = pointed(&event, "[data-at]").and_then(|piece| numbered(&piece, "data-at")) {
                onpoint.emit(Some(Point { offset, hovers: false }));
            }
        })
    };
    let onpointermove = {
        let (held, onpoint) = (held.clone(), onpoint.clone());
        Callback::from(move |event: PointerEvent| {
            let offset = pointed(&event, "[data-at]").and_then(|piece| numbered(&piece, "data-at"));
            let mut held = held.borrow_mut();
            if event.buttons() == 0 && held.rests != offset {
                held.rests = offset;
                let onpoint = onpoint.clone();
                held.later =
                    Later::new(REST, move || onpoint.emit(offset.map(|offset| Point { offset, hovers: true })));
            }
        })
    };
    let onpointerleave = {
        let (held, onpoint) = (held.clone(), onpoint.clone());
        Callback::from(move |_: PointerEvent| {
            let mut held = held.borrow_mut();
            (held.rests, held.later) = (None, None);
            drop(held);
            onpoint.emit(None);
        })
    };
    let onpointerdown = {
        let held = held.clone();
        Callback::from(move |event: PointerEvent| {
            let mut held = held.borrow_mut();
            held.all = false;
            if !event.shift_key() {
                held.anchor = None;
            }
        })
    };
    let oncopy = {
        let (held, text) = (held.clone(), text.clone());
        Callback::from(move |event: Event| copy(&event, &text, &held.borrow()))
    };
    let onkeydown = {
        let (held, folds, rows, lines, frame, made) =
            (held.clone(), folds.clone(), rows.clone(), lines.clone(), frame.clone(), made.clone());
        let (onpoint, onfold, folded, caret) = (onpoint.clone(), onfold.clone(), folded.clone(), *caret);
        Callback::from(move |event: KeyboardEvent| {
            let command = event.ctrl_key() || event.meta_key();
            if command || event.alt_key() {
                // With the shift lock on it is a capital.
                if event.key().eq_ignore_ascii_case("a") && command {
                    event.prevent_default();
                    held.borrow_mut().all = true;
                    if let (Some(selection), Some(made)) = (selection(), made.get()) {
                        let _ = selection.select_all_children(&made);
                    }
                }
                return;
            }
            held.borrow_mut().all = false;
            let Some(frame) = frame.cast::<HtmlElement>() else { return };
            let now = scroll.top(f64::from(frame.scroll_top()));
            let shown = scroll.window / scroll.row;
            let place = caret.map(|caret| folds.place(&rows, caret) as f64);
            let in_view = place.filter(|place| *place >= now - 1.0 && *place < now + shown);
            let by = match event.key().as_str() {
                "ArrowDown" => 1.0,
                "ArrowUp" => -1.0,
                key @ ("ArrowLeft" | "ArrowRight") => {
                    let line = caret.map(|caret| lines.at(caret)).filter(|line| lines.fold(*line).is_some());
                    if let Some(line) = line.filter(|line| folded.contains(line) == (key == "ArrowRight")) {
                        event.prevent_default();
                        onfold.emit(line);
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            let last = folds.len().saturating_sub(1) as f64;
            let place = in_view.map_or(now.ceil(), |place| place + by).clamp(0.0, last);
            if place < now {
                frame.set_scroll_top(scroll.to(place) as i32);
            } else if place + 2.0 > now + shown {
                frame.set_scroll_top(scroll.to(place + 2.0 - shown).ceil() as i32);
            }
            if let Some(row) = rows.get(&lines, folds.row(place as usize)) {
                let is_named = |kind| matches!(kind, TokenKind::Name | TokenKind::AttributeName);
                let named = lines.pieces(row.line, row.span).find(|piece| is_named(piece.kind));
                let offset = named.map_or(row.span[0], |piece| piece.span[0].max(row.span[0]));
                onpoint.emit(Some(Point { offset, hovers: false }));
            }
        })
    };
    let unflash = {
        let flash = flash.clone();
        Callback::from(move |_: yew::AnimationEvent| flash.set(false))
    };

    let caret_row = caret.filter(|_| !rows.is_empty()).map(|caret| folds.row(folds.place(&rows, caret)));
    let row = |place: usize| {
        let number = folds.row(place);
        let row = rows.get(lines, number)?;
        let last_of_line = rows.get(lines, number + 1).is_none_or(|next| next.line != row.line);
        let fold = match lines.fold(row.line) {
            Some(last) if folded.contains(&row.line) && last_of_line => Fold::Folded(last - row.line),
            Some(_) if folded.contains(&row.line) => Fold::Folded(0),
            Some(_) => Fold::Open,
            None => Fold::Nothing,
        };
        let parts = layers.parts(text, lines, row);
        let caret = caret_row == Some(number);
        Some(html! {
            <RowView key={number} text={text.clone()} {row} {parts} classes={classes.clone()} {fold} {caret} />
        })
    };
    let shown = (first..end.min(folds.len())).filter_map(row);
    let class = if *flash { "x-made flash" } else { "x-made" };
    html! {
        <div
            class="xml"
            ref={frame}
            tabindex="0"
            role="region"
            aria-label={label.clone()}
            {onscroll}
            {onclick}
            {onpointermove}
            {onpointerleave}
            {onpointerdown}
            {oncopy}
            {onkeydown}
            onanimationend={unflash}
        >
            <div class="x-row x-probe" aria-hidden="true">
                <span class="x-number" />
                <span class="x-fold" />
                <span class="x-code" ref={probe}><code>{ PROBE }</code></span>
            </div>
            <div class="x-all">
                <div {class} ref={made}>{ for shown }</div>
            </div>
        </div>
    }
}

/// Tells the style a size; an attribute for it would be against the page's policy.
fn set(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}

fn selection() -> Option<web_sys::Selection> {
    web_sys::window()?.get_selection().ok()?
}

fn measured(frame: &NodeRef, probe: &NodeRef) -> Option<Measure> {
    let (frame, code) = (frame.cast::<Element>()?, probe.cast::<Element>()?);
    let letters = code.first_element_child()?.get_bounding_client_rect();
    let room = code.get_bounding_client_rect();
    // What is not shown has no size, and keeps what was measured before.
    if letters.width() <= 0.0 || room.height() <= 0.0 {
        return None;
    }
    let columns = room.width() * PROBE.len() as f64 / letters.width();
    Some(Measure {
        columns: columns.clamp(16.0, 400.0) as usize,
        row: room.height(),
        window: f64::from(frame.client_height()),
    })
}

/// The nearest element of a kind around what the pointer is on.
fn pointed(event: &MouseEvent, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// Puts the original bytes of the selection on the clipboard.
fn copy(event: &Event, text: &str, held: &Held) {
    let bytes = if held.all { Some([0, text.len()]) } else { selected(text, held) };
    let Some([start, end]) = bytes else { return };
    let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
    if let (Some(data), Some(source)) = (data, text.get(start..end))
        && data.set_data("text/plain", source).is_ok()
    {
        event.prevent_default();
    }
}

fn selected(text: &str, held: &Held) -> Option<Span> {
    let selection = selection().filter(|selection| !selection.is_collapsed())?;
    let (node, at): (Node, u32) = (selection.anchor_node()?, selection.anchor_offset());
    let from = held.anchor.or_else(|| byte_at(text, &node, at))?;
    let to = byte_at(text, &selection.focus_node()?, selection.focus_offset())?;
    Some([from.min(to), from.max(to)])
}
