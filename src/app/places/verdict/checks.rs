//! The checks in the order in which a service would run them, grouped, filtered and searched.

use web_sys::{HtmlElement, HtmlInputElement};
use yew::{Callback, Html, InputEvent, TargetCast, component, html, use_effect_with, use_state_eq};

use super::super::PlaceProps;
use super::finding::Check;
use crate::app::words::words;
use crate::{Finding, Language, Report, Severity, State};

/// The groups, in the order in which a service comes to them.
const GROUPS: [&str; 9] =
    ["decode", "message", "signature", "time", "audience", "identity", "roles", "relay-state", "metadata"];

words! {
    Words {
        title: "Checks", "检查项";
        search: "Search the checks", "搜索检查项";
        all: "All", "全部";
        wrong: "Found", "有问题";
        unchecked: "Not checked", "未检查";
        passed: "Passed", "通过";
        show: "Show", "显示";
        empty: "None.", "无。";
        none: "No check fits the search.", "没有符合搜索条件的检查项。";
        decode: "Decoding", "解码";
        message: "Message", "消息";
        signature: "Signature", "签名";
        time: "Time", "时间";
        audience: "Audience", "受众";
        identity: "Identity", "身份";
        roles: "Roles and attributes", "角色与属性";
        relay_state: "RelayState", "RelayState";
        metadata: "Metadata", "元数据";
    }
}

fn group_name(group: &str, language: Language) -> &'static str {
    let words = Words::of(language);
    match group {
        "decode" => words.decode,
        "message" => words.message,
        "signature" => words.signature,
        "time" => words.time,
        "audience" => words.audience,
        "identity" => words.identity,
        "roles" => words.roles,
        "relay-state" => words.relay_state,
        _ => words.metadata,
    }
}

/// Which checks are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// What fired.
    Wrong,
    /// What could not be looked at.
    Unchecked,
    /// What passed.
    Passed,
    All,
}

impl Shown {
    fn takes(self, finding: &Finding) -> bool {
        match self {
            Self::Wrong => finding.state == State::Fired,
            Self::Unchecked => finding.state == State::NotChecked,
            Self::Passed => finding.state == State::Passed,
            Self::All => true,
        }
    }
}

/// What fired, by number in the report, in the order in which it is listed: the way of the keys.
pub fn order(report: &Report) -> Vec<usize> {
    let mut fired = Vec::new();
    for group in GROUPS {
        fired.extend(
            of_group(report, group).filter(|(_, finding)| finding.state == State::Fired).map(|(index, _)| index),
        );
    }
    fired
}

/// The findings of a group: what fired first and the worst of it on top, then what could not be looked at, then what passed.
fn of_group<'r>(report: &'r Report, group: &str) -> impl Iterator<Item = (usize, &'r Finding)> {
    let findings = report.findings.iter().enumerate();
    let mut found: Vec<(usize, &Finding)> = findings.filter(|(_, finding)| finding.group.as_str() == group).collect();
    let rank = |finding: &Finding| match finding.state {
        State::Fired => 0,
        State::NotChecked => 1,
        State::Passed => 2,
    };
    let severity = |finding: &Finding| if finding.state == State::Fired { finding.severity } else { Severity::Note };
    found.sort_by_key(|(_, finding)| (rank(finding), severity(finding)));
    found.into_iter()
}

/// The list.
#[component]
pub fn Checks(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let shown = use_state_eq(|| Shown::Wrong);
    let search = use_state_eq(String::new);
    use_stepped(state.finding, state.steps);
    let Some(report) = state.report() else { return html! { <div /> } };
    let wanted = search.to_lowercase();
    // A search looks through all of them.
    let filter = if wanted.is_empty() { *shown } else { Shown::All };
    let fits = |finding: &Finding| {
        wanted.is_empty()
            || finding.rule.contains(&wanted)
            || finding.title.to_lowercase().contains(&wanted)
            || finding.why.as_ref().is_some_and(|why| why.to_lowercase().contains(&wanted))
    };
    let groups = GROUPS.into_iter().filter_map(|group| {
        let rows: Vec<Html> = of_group(report, group)
            .filter(|(_, finding)| filter.takes(finding) && fits(finding))
            .map(|(index, finding)| {
                let current = state.finding == Some(index);
                let is_root = report.verdict.root_cause == Some(finding.rule);
                html! { <Check key={finding.rule} finding={finding.clone()} index={Some(index)} {current} {is_root} dispatch={dispatch.clone()} /> }
            })
            .collect();
        let count = rows.len();
        (count > 0).then(|| {
            html! {
                <section class="group" key={group} data-group={group}>
                    <h3>{ group_name(group, language) }{ " " }<span class="quiet">{ count }</span></h3>
                    <ul>{ for rows }</ul>
                </section>
            }
        })
    });
    let groups: Vec<Html> = groups.collect();
    let nothing = match (groups.is_empty(), wanted.is_empty()) {
        (false, _) => "",
        (true, true) => words.empty,
        (true, false) => words.none,
    };
    let choose = |choice: Shown, text: &'static str| {
        let chosen = shown.clone();
        let onclick = Callback::from(move |_| chosen.set(choice));
        html! { <button type="button" {onclick} aria-pressed={(*shown == choice).to_string()}>{ text }</button> }
    };
    let oninput = {
        let search = search.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                search.set(field.value());
            }
        })
    };
    html! {
        <section class="checks" aria-label={words.title}>
            <div class="tools">
                <h2>{ words.title }</h2>
                <div class="choice" role="group" aria-label={words.show}>
                    { choose(Shown::Wrong, words.wrong) }
                    { choose(Shown::Unchecked, words.unchecked) }
                    { choose(Shown::Passed, words.passed) }
                    { choose(Shown::All, words.all) }
                </div>
                <input type="search" data-search="" aria-label={words.search} placeholder={words.search} value={search.to_string()} {oninput} />
            </div>
            <div class="groups">{ for groups }</div>
            <p class="quiet">{ nothing }</p>
        </section>
    }
}

/// Opens the check that the keys have come to, brings it into view, and puts the focus on it.
#[yew::hook]
fn use_stepped(finding: Option<usize>, steps: u32) {
    use_effect_with(steps, move |_| {
        let Some(index) = finding else { return };
        let document = web_sys::window().and_then(|window| window.document());
        let selector = format!(".check[data-index=\"{index}\"] summary");
        let check = document.and_then(|document| document.query_selector(&selector).ok().flatten());
        if let Some(check) = check.and_then(|check| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(check).ok()) {
            let _ = check.parent_element().map(|details| details.set_attribute("open", ""));
            let _ = check.focus();
        }
    });
}
