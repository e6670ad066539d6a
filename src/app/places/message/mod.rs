//! The message's XML, with what is known of its bytes laid over it.

mod copying;
mod foot;
mod legend;
mod overlay;
mod row;
mod shown;
mod tools;
mod viewer;

use std::collections::BTreeSet;
use std::rc::Rc;

use yew::{Callback, Html, component, html, use_context, use_effect_with, use_memo, use_mut_ref, use_state_eq};

use self::foot::Foot;
use self::legend::Legend;
pub use self::overlay::Overlay;
use self::overlay::{HITS, THIS_HIT};
pub use self::row::token;
use self::shown::use_shown;
pub use self::shown::{Shared, Shown};
use self::tools::{Did, Tools};
pub use self::viewer::{Go, Viewer};
use super::{Place, PlaceProps};
use crate::app::engine::{Answer, Ask, Engine, Reply, TextOf};
use crate::app::state::{Action, Browse, Part, Target};
use crate::app::words::{number as count, put, use_language, words};
use crate::view::{Layers, Span, find};

words! {
    Words {
        label: "The message's XML", "消息的 XML";
        none: "There is no XML to show.", "没有可显示的 XML。";
        unread: "This could not be decoded far enough. Decode shows every step, and where it stopped.",
            "解码未能完成。“解码”视图显示每个步骤以及停止的位置。";
        other: "This capture holds no XML message. Decode shows what was found in it.",
            "此捕获内容中没有 XML 消息。“解码”视图显示其中的内容。";
        large: "This metadata is too large to be shown as a whole: {bytes} bytes.", "该元数据过大，无法整体显示：{bytes} 字节。";
        open: "Open an entity of it", "打开其中的实体";
        decode: "Go to Decode", "转到“解码”";
    }
}

/// What is pointed at, by the pointer or by the caret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The byte.
    pub offset: usize,
    /// Whether the pointer only hovers there.
    pub hovers: bool,
}

/// What is searched, and at which hit the reader is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Search {
    wanted: String,
    at: usize,
    /// Rises with every step to a hit.
    steps: u32,
}

/// The place.
#[component]
pub fn Message(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let choice = use_state_eq(|| TextOf { capture: 0, decryption: None });
    let signed = use_state_eq(|| true);
    let search = use_state_eq(Search::default);
    let folded = use_state_eq(BTreeSet::<usize>::new);
    let caret = use_state_eq(|| None::<usize>);
    let hover = use_state_eq(|| None::<usize>);
    let go = use_state_eq(|| None::<Go>);

    {
        let choice = choice.clone();
        use_effect_with(state.target, move |target| target.iter().for_each(|target| choice.set(target.text)));
    }
    let decrypted = |number: &usize| {
        let part = state.capture().and_then(|capture| capture.decryptions.get(*number));
        part.is_some_and(|part| part.xml.is_some())
    };
    let chosen = Some(*choice).filter(|choice| choice.capture == state.selected);
    let text =
        TextOf { capture: state.selected, decryption: chosen.and_then(|choice| choice.decryption).filter(decrypted) };
    let shown = use_shown(state, text);

    // What was pointed at is of one text, what is folded of one layout of it.
    {
        let (caret, hover) = (caret.clone(), hover.clone());
        use_effect_with(shown.as_ref().map(|shown| shown.text.clone()), move |_| {
            caret.set(None);
            hover.set(None);
        });
    }
    {
        let folded = folded.clone();
        use_effect_with(shown.as_ref().map(|shown| shown.lines.clone()), move |_| folded.set(BTreeSet::new()));
    }
    let hits = {
        let doc = shown.as_ref().map(|shown| shown.text.clone());
        use_memo((doc, search.wanted.clone()), |(text, wanted)| {
            text.as_ref().map(|text| find(text.as_str(), wanted)).unwrap_or_default()
        })
    };
    let at = search.at.min(hits.len().saturating_sub(1));
    // A target in a text whose lines are still on their way waits for them.
    let is_here = |target: &Target| shown.as_ref().is_some_and(|shown| shown.of == target.text);
    let target = state.target.filter(is_here);
    let overlay = {
        let target = target.map(|target| target.span);
        use_memo((shown.clone(), target), |(shown, target)| {
            shown.as_ref().map(|shown| Overlay::of(shown, *target)).unwrap_or_default()
        })
    };
    let layers =
        use_memo((Shared(overlay.clone()), *signed, Shared(hits.clone()), at), |(overlay, signed, hits, at)| {
            let mut layers: Layers = overlay.layers(*signed);
            layers.set(HITS, hits.to_vec());
            layers.set(THIS_HIT, hits.get(*at).copied().into_iter().collect());
            layers
        });
    // Where to scroll to: to evidence, or to a hit.
    let jump = {
        let (go, folded, caret, shown) = (go.clone(), folded.clone(), caret.clone(), shown.clone());
        Rc::new(move |span: Span, flash: bool| {
            let Some(shown) = &shown else { return };
            let line = shown.lines.at(span[0]);
            let hides = |first: &usize| *first < line && shown.lines.fold(*first).is_some_and(|last| last >= line);
            if folded.iter().any(hides) {
                folded.set(folded.iter().copied().filter(|first| !hides(first)).collect());
            }
            caret.set(Some(span[0]));
            go.set(Some(Go { span, flash, number: go.map_or(0, |go| go.number) + 1 }));
        })
    };
    {
        let (jump, first) = (jump.clone(), overlay.first);
        let text = shown.as_ref().map(|shown| shown.text.clone());
        let began = use_mut_ref(|| None);
        use_effect_with((text, target.map(|target| (target.span, target.jump))), move |(text, target)| {
            // Of a new text the root cause is shown; of a known one nothing moves that nobody asked for.
            let is_new = began.replace(text.clone()) != *text;
            match (target, first) {
                (Some((span, _)), _) => jump(*span, true),
                (None, Some(span)) if is_new => jump(span, false),
                _ => {}
            }
        });
    }
    {
        let (jump, hit) = (jump.clone(), hits.get(at).copied());
        use_effect_with(search.steps, move |steps| {
            if let Some(hit) = hit.filter(|_| *steps > 0) {
                jump(hit, false);
            }
        });
    }

    let did = {
        let (dispatch, signed, search, folded, choice) =
            (dispatch.clone(), signed.clone(), search.clone(), folded.clone(), choice.clone());
        let (shown, hits, capture) = (shown.clone(), hits.len(), state.selected);
        Callback::from(move |did: Did| match did {
            Did::Lay(layout) => dispatch.dispatch(Action::Lay(layout)),
            Did::Choose(decryption) => choice.set(TextOf { capture, decryption }),
            Did::Sign(on) => signed.set(on),
            Did::Search(wanted) => search.set(Search { wanted, at: 0, steps: search.steps + 1 }),
            Did::Step(by) if hits > 0 => {
                let at = (at as isize + by).rem_euclid(hits as isize) as usize;
                search.set(Search { at, steps: search.steps + 1, ..(*search).clone() });
            }
            Did::Step(_) => {}
            Did::FoldAll(true) => {
                folded.set(shown.iter().flat_map(|shown| shown.lines.outermost().collect::<Vec<_>>()).collect());
            }
            Did::FoldAll(false) => folded.set(BTreeSet::new()),
        })
    };
    let onfold = {
        let folded = folded.clone();
        Callback::from(move |line: usize| {
            let mut now = (*folded).clone();
            if !now.remove(&line) {
                now.insert(line);
            }
            folded.set(now);
        })
    };
    let onpoint = {
        let (caret, hover) = (caret.clone(), hover.clone());
        Callback::from(move |point: Option<Point>| match point {
            Some(Point { offset, hovers: false }) => {
                caret.set(Some(offset));
                hover.set(None);
            }
            point => hover.set(point.map(|point| point.offset)),
        })
    };
    let words = Words::of(use_language());
    let Some(shown) = shown else {
        // Nothing is said before there is something to say: lines may be on their way.
        let has_text = state.capture().is_some_and(|capture| capture.xml.is_some());
        return html! {
            <div class="reader">
                <div class="nothing" hidden={has_text}>{ nothing(props) }</div>
            </div>
        };
    };
    html! {
        <div class="reader">
            <Tools
                shown={shown.clone()}
                signed={*signed}
                wanted={search.wanted.clone()}
                hits={hits.len()}
                {at}
                folds={!folded.is_empty()}
                {did}
            />
            <div class="legend-place" hidden={!*signed}><Legend overlay={Shared(overlay.clone())} /></div>
            <Viewer
                text={shown.text.clone()}
                lines={shown.lines.clone()}
                layers={Shared(layers)}
                classes={Shared(overlay.clone())}
                folded={Rc::new((*folded).clone())}
                go={*go}
                caret={*caret}
                label={words.label}
                {onfold}
                {onpoint}
            />
            <Foot {shown} overlay={Shared(overlay)} caret={*caret} hover={*hover} />
        </div>
    }
}

/// Of what is too large to be shown as a whole an entity can be: that which the bytes are in that were asked for.
#[component]
fn TooLarge(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let engine = use_context::<Engine>().unwrap_or_default();
    let files = state.metadata().iter();
    let found = files.enumerate().find(|(_, file)| file.capture == Some(state.selected));
    let Some((number, file)) = found else { return html! { <div /> } };
    let onclick = {
        let (dispatch, target) = (dispatch.clone(), state.target);
        let browse = Browse { file: number, part: Part::Entities, ..state.browse.clone() };
        Callback::from(move |_| {
            let Some(target) = target else { return dispatch.dispatch(Action::Browse(browse.clone())) };
            let (dispatch, browse) = (dispatch.clone(), browse.clone());
            let heard = Callback::from(move |reply: Reply| {
                let entity = match reply.answer {
                    Answer::EntityAt(found) => found.map(|(_, entity)| entity),
                    _ => None,
                };
                dispatch.dispatch(Action::Browse(Browse { entity, ..browse.clone() }));
            });
            engine.ask(&Ask::EntityAt { capture: target.text.capture, offset: target.span[0] }, &[], heard);
        })
    };
    html! {
        <div class="too-large">
            <h2>{ put(words.large, &[("bytes", &count(file.bytes))]) }</h2>
            <p><button type="button" class="button" {onclick}>{ words.open }</button></p>
        </div>
    }
}

/// Why there is no XML, and where to look.
fn nothing(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let failed = state.capture().and_then(|capture| capture.error());
    if failed.is_none() && state.metadata().iter().any(|file| file.capture == Some(state.selected)) {
        return html! { <TooLarge ..props.clone() /> };
    }
    let onclick = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Go(Place::Decode)))
    };
    html! {
        <>
            <h2>{ words.none }</h2>
            <p>{ if failed.is_some() { words.unread } else { words.other } }</p>
            <p class="quiet">{ failed.map(|error| error.message.clone()).unwrap_or_default() }</p>
            <button type="button" class="button" {onclick}>{ words.decode }</button>
        </>
    }
}
