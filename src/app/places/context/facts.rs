//! A field for one fact of the context: its name, what it is for, where to find it, and what is wrong with it.

use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::{
    AttrValue, Callback, Event, Html, InputEvent, Properties, TargetCast, component, html, use_effect_with,
    use_node_ref,
};

use super::super::PlaceProps;
use super::keys::{about, anchor, of_lists, problem};
use crate::app::parts::{Shape, icon, service_name};
use crate::app::state::{Action, Change, Dispatch, State};
use crate::app::words::{put, words};
use crate::{ContextFile, Language, Profile};

words! {
    Words {
        missing: "would let it be told", "补充后即可判断";
        one: "1 check waits for it", "1 项检查需要它";
        wait: "{count} checks wait for it", "{count} 项检查需要它";
        auto: "Find out", "自动识别";
        unknown: "Not known", "未知";
        yes: "Yes", "是";
        no: "No", "否";
        now_auto: "Find out", "自动";
        now_clock: "The time now", "当前时间";
        now_capture: "The time of the capture", "捕获时间";
        now_at: "At this time", "指定时间";
        at: "Time (RFC 3339, UTC)", "时间（RFC 3339，UTC）";
        detected: "Found out: {name}. {why}", "已识别：{name}。{why}";
        chosen: "Chosen here.", "由您选择。";
    }
}

/// What is wanted of a key: for the verdict, or by how many checks.
pub fn wanted(state: &State, key: &str) -> Html {
    let words = Words::of(state.settings.language);
    let Some(report) = state.report() else { return html! { <span class="wanted" hidden=true /> } };
    if report.verdict.missing.contains(&key) {
        return html! { <span class="wanted must">{ icon(Shape::Unchecked, "") }{ words.missing }</span> };
    }
    let waits = |finding: &&crate::Finding| finding.state == crate::State::NotChecked && finding.needs.contains(&key);
    let count = report.findings.iter().filter(waits).count();
    let text = if count == 1 { words.one } else { words.wait };
    let text = put(text, &[("count", count.to_string().as_str())]);
    html! { <span class="wanted" hidden={count == 0}>{ text }</span> }
}

/// The field of a key.
pub fn fact(props: &PlaceProps, key: &'static str) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let (label, hint) = about(key, language);
    let text = state.fact(key);
    let error = ContextFile::default().set_text(key, &text).err();
    let id = anchor(key);
    let is_list =
        matches!(key, "alibaba.ram_users" | "alibaba.ram_roles" | "alibaba.saml_providers" | "alibaba.cloudsso_users");
    let space = if language == Language::English { " " } else { "" };
    let hint = if is_list { format!("{hint}{space}{}", of_lists(language)) } else { hint.to_owned() };
    let described = format!("{id}-hint {id}-problem");
    let invalid = error.is_some().then_some("true");
    let control = match key {
        "profile" => services(props, &id, &described, text),
        "now" => clock(props, &id, &described, invalid, text),
        "alibaba.sso_login_with_domain" => {
            let words = Words::of(language);
            let options = fixed(&[("", words.unknown), ("yes", words.yes), ("no", words.no)]);
            html! { <Choice {id} {described} value={text} {options} onchange={chosen(dispatch, key)} /> }
        }
        _ if is_list || key == "error_text" => html! {
            <textarea
                {id}
                value={text}
                rows={if is_list { "2" } else { "3" }}
                aria-describedby={described}
                aria-invalid={invalid}
                spellcheck="false"
                autocapitalize="off"
                oninput={typed(dispatch, key)}
                onchange={settled(dispatch)}
            />
        },
        _ => input(dispatch, key, &id, &described, invalid, text),
    };
    let class = if error.is_some() { "fact wrong" } else { "fact" };
    html! {
        <div {class} data-key={key}>
            <div class="name">
                <label for={anchor(key)}>{ label }</label>
                { wanted(state, key) }
            </div>
            <div class="control">{ control }</div>
            <p class="hint" id={format!("{}-hint", anchor(key))}>{ hint }</p>
            <p class="why" id={format!("{}-problem", anchor(key))} role="status">
                { error.map(|error| problem(error, language)).unwrap_or_default() }
            </p>
        </div>
    }
}

fn input(
    dispatch: &Dispatch,
    key: &'static str,
    id: &str,
    described: &str,
    invalid: Option<&'static str>,
    text: AttrValue,
) -> Html {
    let mode = if matches!(key, "clock_skew_seconds" | "alibaba.account_id") { "numeric" } else { "text" };
    html! {
        <input
            type="text"
            id={id.to_owned()}
            value={text}
            inputmode={mode}
            aria-describedby={described.to_owned()}
            aria-invalid={invalid}
            spellcheck="false"
            autocomplete="off"
            autocapitalize="off"
            oninput={typed(dispatch, key)}
            onchange={settled(dispatch)}
        />
    }
}

fn services(props: &PlaceProps, id: &str, described: &str, text: AttrValue) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let mut options = fixed(&[("", words.auto)]);
    let named = Profile::ALL.map(|profile| (profile.as_str(), service_name(profile.as_str(), language)));
    options.extend(fixed(&named));
    let given = state.draft.facts.profile.is_some();
    let found = state.report().and_then(|report| report.profile.as_ref()).map(|found| {
        let why = if given { words.chosen } else { found.why.as_str() };
        put(words.detected, &[("name", service_name(found.name, language)), ("why", why)])
    });
    html! {
        <>
            <Choice id={id.to_owned()} described={described.to_owned()} value={text} {options} onchange={chosen(dispatch, "profile")} />
            <p class="found">{ found.filter(|_| !given).unwrap_or_default() }</p>
        </>
    }
}

/// The clock is a choice, and for one of its values a time.
fn clock(props: &PlaceProps, id: &str, described: &str, invalid: Option<&'static str>, text: AttrValue) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let options = fixed(&[
        ("auto", words.now_auto),
        ("clock", words.now_clock),
        ("capture", words.now_capture),
        ("at", words.now_at),
    ]);
    let typed_empty = state.typing.texts.get("now").is_some_and(|text| text.is_empty());
    let value = match text.as_str() {
        "" if !typed_empty => "auto",
        named @ ("auto" | "clock" | "capture") => named,
        _ => "at",
    };
    let value = AttrValue::from(value.to_owned());
    let judged = state.report().map(|report| report.now.clone()).unwrap_or_default();
    let onchange = {
        let dispatch = dispatch.clone();
        Callback::from(move |value: String| {
            let text = if value == "at" { judged.clone() } else { value };
            dispatch.dispatch(Action::Context(Change::Type("now", text)));
            dispatch.dispatch(Action::Context(Change::Settle));
        })
    };
    let is_at = value == "at";
    html! {
        <>
            <Choice id={id.to_owned()} described={described.to_owned()} {value} {options} {onchange} />
            <div class="at" hidden={!is_at}>
                <input
                    type="text"
                    aria-label={words.at}
                    aria-invalid={invalid}
                    value={if is_at { text } else { AttrValue::default() }}
                    spellcheck="false"
                    autocomplete="off"
                    oninput={typed(dispatch, "now")}
                    onchange={settled(dispatch)}
                />
            </div>
        </>
    }
}

/// What is typed is kept at once, and known when it settles.
pub fn typed(dispatch: &Dispatch, key: &'static str) -> Callback<InputEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |event: InputEvent| {
        let area = event.target_dyn_into::<HtmlTextAreaElement>().map(|area| area.value());
        let text = area.or_else(|| event.target_dyn_into::<HtmlInputElement>().map(|input| input.value()));
        dispatch.dispatch(Action::Context(Change::Type(key, text.unwrap_or_default())));
    })
}

fn settled(dispatch: &Dispatch) -> Callback<Event> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| dispatch.dispatch(Action::Context(Change::Settle)))
}

fn chosen(dispatch: &Dispatch, key: &'static str) -> Callback<String> {
    let dispatch = dispatch.clone();
    Callback::from(move |value: String| {
        dispatch.dispatch(Action::Context(Change::Type(key, value)));
        dispatch.dispatch(Action::Context(Change::Settle));
    })
}

fn fixed(options: &[(&'static str, &'static str)]) -> Vec<(AttrValue, AttrValue)> {
    options.iter().map(|(value, text)| (AttrValue::Static(value), AttrValue::Static(text))).collect()
}

/// See [`Choice`].
#[derive(PartialEq, Properties)]
pub struct ChoiceProps {
    /// Its ID.
    pub id: AttrValue,
    /// What describes it.
    #[prop_or_default]
    pub described: Option<AttrValue>,
    /// Its name, where no label has it.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// The value that is chosen.
    pub value: AttrValue,
    /// Values and their texts.
    pub options: Vec<(AttrValue, AttrValue)>,
    /// What is chosen.
    pub onchange: Callback<String>,
}

/// A list to choose from. Which option is chosen is set by hand: to a browser the attribute of an option is no more than
/// its beginning.
#[component]
pub fn Choice(props: &ChoiceProps) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.value.clone(), props.options.clone()), |(node, value, _)| {
        if let Some(select) = node.cast::<HtmlSelectElement>() {
            select.set_value(value);
        }
    });
    let onchange = {
        let chosen = props.onchange.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                chosen.emit(select.value());
            }
        })
    };
    let options =
        props.options.iter().map(|(value, text)| html! { <option value={value.clone()}>{ text.clone() }</option> });
    html! {
        <select id={props.id.clone()} ref={node} aria-describedby={props.described.clone()} aria-label={props.name.clone()} {onchange}>
            { for options }
        </select>
    }
}

/// Puts the focus on the field of a key.
pub fn focus(key: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let field = document.and_then(|document| document.get_element_by_id(&anchor(key)));
    if let Some(field) = field.and_then(|field| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(field).ok()) {
        let _ = field.focus();
    }
}
