//! The metadata of the case: each file's facts, its entities, the calendar of its certificates, what of it the messages
//! bear out, and what another file has otherwise.

mod against;
mod changes;
mod download;
mod entity;
mod file;
mod line;
mod listing;
mod parts;
mod role;
mod rows;

use std::rc::Rc;

use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::{AttrValue, Callback, Html, InputEvent, TargetCast, component, html, use_state_eq};

pub use self::against::senders;
use self::entity::EntityView;
use self::listing::Listing;
use self::rows::{Listed, Wanted};
use super::PlaceProps;
use super::context::Choice;
use crate::app::state::{Action, Browse, Part};
use crate::app::words::{number, put, words};
use crate::{Instant, MetadataReport};

words! {
    Words {
        title: "Metadata", "元数据";
        file: "File", "文件";
        entities: "Entities", "实体";
        calendar: "Certificates", "证书";
        against: "Against the messages", "与消息对照";
        changes: "What changed", "变更";
        parts: "Parts", "部分";
        search: "Name, entityID, scope, contact, fingerprint", "名称、entityID、scope、联系人、指纹";
        found: "{found} of {all}", "{found} / {all}";
        none: "No entity fits the search.", "没有符合搜索条件的实体。";
        no_certificate: "There is no such certificate.", "没有此类证书。";
        no_entity: "This metadata describes no entity.", "该元数据未描述任何实体。";
        all: "All", "全部";
        expired: "Expired", "已过期";
        expiring: "Expiring", "即将过期";
        early: "Not valid yet", "尚未生效";
        weak: "Weak", "弱";
        shared: "Shared", "共用";
        rollover: "Rollover", "轮换中";
        which: "Which certificates", "哪些证书";
    }
}

/// The place.
pub fn metadata(props: &PlaceProps) -> Html {
    html! { <Metadata ..props.clone() /> }
}

#[component]
fn Metadata(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let browse = &state.browse;
    let files = state.metadata();
    let Some(file) = files.get(browse.file) else { return html! { <section class="metadata" /> } };
    let go = {
        let dispatch = dispatch.clone();
        Callback::from(move |browse| dispatch.dispatch(Action::Browse(browse)))
    };
    let has_messages = state.report().is_some_and(|report| !report.matches.is_empty() || !report.senders.is_empty());
    let part = match browse.part {
        Part::Against if !has_messages => Part::Entities,
        Part::Changes if files.len() < 2 => Part::Entities,
        part => part,
    };
    let choose = |of: Part, text: &'static str| {
        let onclick = go.reform({
            let browse = browse.clone();
            move |_| Browse { part: of, ..browse.clone() }
        });
        html! { <button type="button" data-part={format!("{of:?}").to_lowercase()} aria-pressed={(of == part).to_string()} {onclick}>{ text }</button> }
    };
    let options: Vec<(AttrValue, AttrValue)> =
        files.iter().enumerate().map(|(index, file)| (index.to_string().into(), file.file.clone().into())).collect();
    let onchange = go.reform({
        let browse = browse.clone();
        move |value: String| Browse { file: value.parse().unwrap_or_default(), part: browse.part, ..Browse::default() }
    });
    let shown = match part {
        Part::Entities => html! { <Entities ..props.clone() /> },
        Part::Calendar => html! { <Calendar ..props.clone() /> },
        Part::Against => against::against(props),
        Part::Changes => html! { <changes::Changes ..props.clone() /> },
    };
    html! {
        <section class="metadata" aria-label={words.title} data-part={format!("{part:?}").to_lowercase()} data-entities={file.entities.to_string()}>
            <div class="which-file">
                if files.len() > 1 {
                    <span aria-hidden="true">{ words.file }</span>
                    <Choice id="metadata-file" name={words.file} value={browse.file.to_string()} {options} {onchange} />
                }
            </div>
            <div>{ file::facts(file, props, &go) }</div>
            <div class="tools">
                <div class="choice" role="group" aria-label={words.parts}>
                    { choose(Part::Entities, words.entities) }
                    { choose(Part::Calendar, words.calendar) }
                    if has_messages {
                        { choose(Part::Against, words.against) }
                    }
                    if files.len() > 1 {
                        { choose(Part::Changes, words.changes) }
                    }
                </div>
            </div>
            <div class="part">{ shown }</div>
        </section>
    }
}

/// The time that the case is judged at, in seconds since 1970.
fn now(props: &PlaceProps) -> i64 {
    let now = props.state.report().and_then(|report| Instant::parse(&report.now).ok());
    now.map(Instant::unix).unwrap_or_default()
}

/// The file that is looked at, with the revision of the report that it is of.
fn looked_at(props: &PlaceProps) -> Option<(u32, &MetadataReport)> {
    let answer = props.state.answer.as_ref()?;
    Some((answer.revision, answer.report.metadata.get(props.state.browse.file)?))
}

#[component]
fn Entities(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let found = use_state_eq(|| 0);
    let browse = &state.browse;
    let Some((revision, file)) = looked_at(props) else { return html! { <div /> } };
    let is_alone = file.entities == 1;
    // One that is alone is open at once.
    let open = if is_alone { Some(0) } else { browse.entity };
    let go = |entity: Option<usize>| {
        let (dispatch, browse) = (dispatch.clone(), browse.clone());
        move || dispatch.dispatch(Action::Browse(Browse { entity, ..browse.clone() }))
    };
    let oninput = {
        let (dispatch, browse) = (dispatch.clone(), browse.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                dispatch.dispatch(Action::Browse(Browse { query: field.value().into(), ..browse.clone() }));
            }
        })
    };
    let onopen = {
        let (dispatch, browse) = (dispatch.clone(), browse.clone());
        Callback::from(move |row: Rc<Listed>| {
            if let Listed::Entity(row) = &*row {
                dispatch.dispatch(Action::Browse(Browse { entity: Some(row.number), ..browse.clone() }));
            }
        })
    };
    let onfound = {
        let found = found.clone();
        Callback::from(move |count| found.set(count))
    };
    let nothing = match (file.entities, *found) {
        (0, _) => words.no_entity,
        (_, 0) => words.none,
        _ => "",
    };
    let told = put(words.found, &[("found", &number(*found)), ("all", &number(file.entities))]);
    let class = if open.is_some() { "entities opened" } else { "entities" };
    let list = (!is_alone).then(|| {
        html! {
            <>
                <div class="tools">
                    <div class="find" role="search">
                        <input
                            type="search"
                            data-search=""
                            value={browse.query.clone()}
                            placeholder={words.search}
                            aria-label={words.search}
                            spellcheck="false"
                            autocomplete="off"
                            autocapitalize="off"
                            {oninput}
                            onkeydown={Callback::from(into_list)}
                        />
                        <span class="count" role="status">{ told }</span>
                    </div>
                </div>
                <Listing
                    of={(revision, browse.file, Wanted::Entities(browse.query.clone()))}
                    now={now(props)}
                    label={words.entities}
                    {open}
                    {onopen}
                    {onfound}
                />
                <p class="quiet nothing">{ nothing }</p>
            </>
        }
    });
    let onclose = (!is_alone).then(|| {
        let close = go(None);
        Callback::from(move |()| close())
    });
    let shown = open.map(|number| {
        html! { <EntityView state={state.clone()} dispatch={dispatch.clone()} metadata={browse.file} {number} {onclose} /> }
    });
    html! {
        <div {class} data-alone={is_alone.to_string()}>
            <div class="listed">{ list }</div>
            <div class="opened-entity">{ shown }</div>
        </div>
    }
}

/// From the search the arrow leads into what it found, and Enter opens the first of it.
fn into_list(event: KeyboardEvent) {
    let list = || {
        let document = web_sys::window()?.document()?;
        document.query_selector(".metadata .m-list").ok()??.dyn_into::<HtmlElement>().ok()
    };
    use wasm_bindgen::JsCast;
    match event.key().as_str() {
        "ArrowDown" => {
            event.prevent_default();
            let _ = list().map(|list| list.focus());
        }
        "Enter" => {
            let first = list().and_then(|list| list.query_selector("[data-row='0']").ok().flatten());
            let _ = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()).map(|first| first.click());
        }
        _ => {}
    }
}

#[component]
fn Calendar(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let browse = &state.browse;
    let found = use_state_eq(|| 0);
    let Some((revision, file)) = looked_at(props) else { return html! { <div /> } };
    let calendar = &file.calendar;
    let filters = [
        ("", words.all, calendar.certificates),
        ("expired", words.expired, calendar.expired),
        ("expiring", words.expiring, calendar.expiring),
        ("not-yet", words.early, calendar.not_yet),
        ("weak", words.weak, calendar.weak),
        ("shared", words.shared, calendar.shared),
        ("rollover", words.rollover, calendar.rollovers),
    ];
    let buttons = filters.into_iter().map(|(filter, text, count)| {
        let (dispatch, browse) = (dispatch.clone(), browse.clone());
        let pressed = (browse.filter == filter).to_string();
        let onclick = Callback::from(move |_| dispatch.dispatch(Action::Browse(Browse { filter, ..browse.clone() })));
        html! {
            <button type="button" data-filter={filter} aria-pressed={pressed} {onclick}>
                { text }{ " " }<span class="quiet">{ number(count) }</span>
            </button>
        }
    });
    let onopen = {
        let (dispatch, browse) = (dispatch.clone(), browse.clone());
        Callback::from(move |row: Rc<Listed>| {
            let Listed::Certificate(row) = &*row else { return };
            // Of a certificate that several share all of them are listed.
            let (query, entity) = match row.uses.as_slice() {
                [] => return,
                [one, rest @ ..] if rest.iter().all(|other| other.entity == one.entity) && row.entities == 1 => {
                    (browse.query.clone(), Some(one.entity))
                }
                _ => (row.sha256.clone().into(), None),
            };
            dispatch.dispatch(Action::Browse(Browse { part: Part::Entities, query, entity, ..browse.clone() }));
        })
    };
    let onfound = {
        let found = found.clone();
        Callback::from(move |count| found.set(count))
    };
    html! {
        <div class="calendar">
            <div class="tools"><div class="choice filters" role="group" aria-label={words.which}>{ for buttons }</div></div>
            <Listing
                of={(revision, browse.file, Wanted::Calendar(browse.filter))}
                now={now(props)}
                label={words.calendar}
                open={None::<usize>}
                {onopen}
                {onfound}
            />
            <p class="quiet nothing">{ if *found == 0 { words.no_certificate } else { "" } }</p>
        </div>
    }
}
