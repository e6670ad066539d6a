//! A list that may have ten thousand rows: only those near its window are in the document.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};
use yew::{AttrValue, Callback, Event, Html, Properties, component, html, use_effect_with, use_node_ref, use_state_eq};

use super::line::line;
use super::rows::{Listed, Of, Wanted, use_rows};
use crate::app::listen::Sizes;
use crate::app::words::use_language;
use crate::view::Scroll;

/// Rows that are made above and below the window.
const MARGIN: usize = 12;

/// See [`Listing`].
#[derive(PartialEq, Properties)]
pub struct ListingProps {
    /// Which rows of what.
    pub of: Of,
    /// Seconds since 1970 that times are told from.
    pub now: i64,
    /// What it is, for screen readers.
    pub label: AttrValue,
    /// The number of the entity that is open.
    pub open: Option<usize>,
    /// A row was opened.
    pub onopen: Callback<Rc<Listed>>,
    /// So many are found.
    pub onfound: Callback<usize>,
}

/// The list.
#[component]
pub fn Listing(props: &ListingProps) -> Html {
    let ListingProps { of, now, label, open, onopen, onfound } = props;
    let language = use_language();
    let (frame, made, probe) = (use_node_ref(), use_node_ref(), use_node_ref());
    let measure = use_state_eq(|| (0.0, 0.0));
    let scrolled = use_state_eq(|| 0.0);
    let active = use_state_eq(|| 0);
    let (row, window) = *measure;
    // As many as are known; before that as many as fit.
    let counted = use_state_eq(|| usize::MAX);
    let made_of = |rows: usize| Scroll { rows, row, window }.made(*scrolled, MARGIN);
    let (first, end, _) = made_of((*counted).min(1 << 24));
    let rows = use_rows(of, first, end.max(first + 1));
    let found = rows.found();
    let all = found.unwrap_or(0);
    let scroll = Scroll { rows: all, row, window };
    let (first, end, at) = made_of(all);
    {
        let (counted, onfound) = (counted.clone(), onfound.clone());
        use_effect_with(found, move |found| {
            if let Some(found) = *found {
                counted.set(found);
                onfound.emit(found);
            }
        });
    }
    {
        let (frame, probe, measure) = (frame.clone(), probe.clone(), measure.clone());
        use_effect_with((), move |()| {
            let elements = [frame.cast::<Element>(), probe.cast::<Element>()];
            let seen = Sizes::new(elements.iter().flatten(), move || {
                let (Some(frame), Some(probe)) = (frame.cast::<Element>(), probe.cast::<Element>()) else { return };
                let (row, window) = (probe.get_bounding_client_rect().height(), frame.client_height());
                // What is not shown has no size, and keeps what was measured before.
                if row > 0.0 && window > 0 {
                    measure.set((row, f64::from(window)));
                }
            });
            move || drop(seen)
        });
    }
    {
        let (frame, made) = (frame.clone(), made.clone());
        use_effect_with((at, scroll.height()), move |(at, height)| {
            let set = |node: Option<HtmlElement>, name: &str, value: f64| {
                let _ = node.map(|node| node.style().set_property(name, &format!("{value}px")));
            };
            set(frame.cast(), "--height", *height);
            set(made.cast(), "--at", *at);
        });
    }
    // Other rows are looked at from their beginning.
    {
        let (frame, active, scrolled) = (frame.clone(), active.clone(), scrolled.clone());
        use_effect_with(of.clone(), move |_| {
            active.set(0);
            scrolled.set(0.0);
            if let Some(frame) = frame.cast::<Element>() {
                frame.set_scroll_top(0);
            }
        });
    }
    let onscroll = {
        let scrolled = scrolled.clone();
        Callback::from(move |event: Event| {
            if let Some(frame) = event.target().and_then(|frame| frame.dyn_into::<Element>().ok()) {
                scrolled.set(f64::from(frame.scroll_top()));
            }
        })
    };
    let opened = {
        let (rows, onopen) = (rows.clone(), onopen.clone());
        move |index: usize| {
            let row = rows.get(index).map(|row| Rc::new(row.clone()));
            row.into_iter().for_each(|row| onopen.emit(row));
        }
    };
    let onclick = {
        let (active, opened) = (active.clone(), opened.clone());
        Callback::from(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let row = target.and_then(|target| target.closest("[data-row]").ok().flatten());
            let index = row.and_then(|row| row.get_attribute("data-row")?.parse().ok());
            if let Some(index) = index {
                active.set(index);
                opened(index);
            }
        })
    };
    let onkeydown = {
        let (active, frame) = (active.clone(), frame.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || all == 0 {
                return;
            }
            let page = (window / row.max(1.0)) as usize;
            let at = *active;
            let to = match event.key().as_str() {
                "ArrowDown" => at + 1,
                "ArrowUp" => at.saturating_sub(1),
                "PageDown" => at + page,
                "PageUp" => at.saturating_sub(page),
                "Home" => 0,
                "End" => all,
                "Enter" | " " => {
                    event.prevent_default();
                    event.stop_propagation();
                    return opened(at);
                }
                _ => return,
            };
            event.prevent_default();
            let to = to.min(all - 1);
            active.set(to);
            let Some(frame) = frame.cast::<Element>() else { return };
            let (top, shown) = (scroll.top(f64::from(frame.scroll_top())), window / row.max(1.0));
            let place = to as f64;
            if place < top {
                frame.set_scroll_top(scroll.to(place) as i32);
            } else if place + 1.0 > top + shown {
                frame.set_scroll_top(scroll.to(place + 1.0 - shown).ceil() as i32);
            }
        })
    };
    let kind = match of.2 {
        Wanted::Entities(_) => "entities",
        Wanted::Calendar(_) => "calendar",
    };
    let id = |index: usize| format!("{kind}-{index}");
    let option = |index: usize| {
        let known = rows.get(index);
        let is_open = matches!(known.as_deref(), Some(Listed::Entity(row)) if Some(row.number) == *open);
        let number = match known.as_deref() {
            Some(Listed::Entity(row)) => Some(row.number.to_string()),
            _ => None,
        };
        let class = if index == *active { "m-row active" } else { "m-row" };
        html! {
            <div
                key={index}
                id={id(index)}
                {class}
                role="option"
                aria-selected={is_open.to_string()}
                aria-setsize={all.to_string()}
                aria-posinset={(index + 1).to_string()}
                data-row={index.to_string()}
                data-entity={number}
            >
                { line(known.as_deref(), *now, language) }
            </div>
        }
    };
    let is_made = (first..end).contains(&*active);
    html! {
        <div
            class="m-list"
            ref={frame}
            tabindex="0"
            role="listbox"
            aria-label={label.clone()}
            aria-activedescendant={is_made.then(|| id(*active))}
            aria-busy={(!rows.is_of(of)).to_string()}
            data-found={found.map(|found| found.to_string())}
            {onscroll}
            {onclick}
            {onkeydown}
        >
            <div class="m-row m-probe" ref={probe} aria-hidden="true"><span class="m-first">{ "x" }</span><span class="m-second">{ "x" }</span></div>
            <div class="x-all" role="presentation">
                <div class="x-made" role="presentation" ref={made}>{ for (first..end).map(option) }</div>
            </div>
        </div>
    }
}
