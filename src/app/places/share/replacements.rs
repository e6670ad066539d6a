//! What redaction replaces: every value by its kind, each to be kept or replaced, and what else is to be done.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::{AttrValue, Callback, Event, Html, InputEvent, Properties, TargetCast, component, html, use_state_eq};

use super::Found;
use crate::app::state::{Action, Dispatch, Sharing};
use crate::app::words::{number, put, words};
use crate::{Language, Replacement};

words! {
    Words {
        title: "What is replaced", "替换了什么";
        lead: "The same value has the same pseudonym everywhere. Untick what may be seen.", "同一个值在各处使用同一个化名。取消勾选可以公开的内容。";
        search: "Search the values", "搜索值";
        none: "Nothing was found to replace.", "没有找到需要替换的内容。";
        no_match: "No value fits the search.", "没有符合搜索的值。";
        keep_all: "Keep all", "全部保留";
        replace_all: "Replace all", "全部替换";
        all: "Show all {count}", "显示全部 {count} 项";
        fewer: "Show fewer", "收起";
        unlisted: "{count} more are not listed: search for them.", "另有 {count} 项未列出：请搜索。";
        times: "{count} places", "{count} 处";
        once: "1 place", "1 处";
        kept: "kept", "保留";
        also: "Replace these texts as well, one on each line", "同时替换以下文本，每行一个";
        certificates: "Leave certificates and signature values as they are. They name an organisation and link the case to it.",
            "保留证书和签名值。它们包含机构名称，可将案例与该机构关联。";
        days: "Move all times by so many days", "将所有时间移动的天数";
        no_days: "Expected a whole number of days, at most 36,500 either way.", "应为整数天数，前后最多 36,500 天。";
        person: "People", "人员";
        host: "Hosts and domains", "主机和域名";
        account: "Accounts and tenants", "账号和租户";
        id: "Messages and sessions", "消息和会话";
        value: "Other values", "其他值";
        secret: "Secrets", "机密";
        certificate: "Certificates and signatures", "证书和签名";
        text: "Texts that you named", "您指定的文本";
    }
}

/// Rows of a kind that are shown at first, and at most.
const FEW: usize = 6;
const MOST: usize = 500;

/// A kind's name for people.
pub(super) fn kind(name: &str, language: Language) -> AttrValue {
    let words = Words::of(language);
    AttrValue::Static(match name {
        "person" => words.person,
        "host" | "domain" => words.host,
        "account" | "tenant" => words.account,
        "id" | "message" | "session" => words.id,
        "value" => words.value,
        "secret" => words.secret,
        "certificate" | "signature" | "key" => words.certificate,
        "text" | "also" => words.text,
        _ => return AttrValue::from(name.to_owned()),
    })
}

/// The kinds that there are, by their names for people, in the order in which they were found.
pub(super) fn kinds(found: &Found, language: Language) -> Vec<AttrValue> {
    let mut kinds = Vec::new();
    for one in &found.replacements {
        let name = kind(&one.kind, language);
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    kinds
}

/// See [`Replacements`].
#[derive(PartialEq, Properties)]
pub struct ReplacementsProps {
    /// What was found; `None`: not yet.
    pub found: Option<Rc<Found>>,
    /// What is chosen.
    pub sharing: Rc<Sharing>,
    /// The page's language.
    pub language: Language,
    /// Where actions go.
    pub dispatch: Dispatch,
}

/// The list, and what else is to be done.
#[component]
pub fn Replacements(props: &ReplacementsProps) -> Html {
    let ReplacementsProps { found, sharing, language, dispatch } = props;
    let words = Words::of(*language);
    let search = use_state_eq(AttrValue::default);
    let oninput = {
        let search = search.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                search.set(field.value().into());
            }
        })
    };
    let wanted = search.trim().to_lowercase();
    let fits = |one: &Replacement| {
        wanted.is_empty() || [&one.original, &one.pseudonym].iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    let mut groups = Vec::new();
    let empty = found.as_ref().is_some_and(|found| found.replacements.is_empty());
    for name in found.as_ref().map(|found| kinds(found, *language)).unwrap_or_default() {
        let all = found.iter().flat_map(|found| &found.replacements);
        let rows: Vec<Replacement> =
            all.filter(|one| kind(&one.kind, *language) == name && fits(one)).cloned().collect();
        if !rows.is_empty() {
            groups.push(html! {
                <Group key={name.to_string()} name={name.clone()} rows={Rc::new(rows)} sharing={sharing.clone()} language={*language} dispatch={dispatch.clone()} />
            });
        }
    }
    let no_match = groups.is_empty() && !wanted.is_empty() && !empty;
    html! {
        <section class="replacements">
            <h2>{ words.title }</h2>
            <p class="quiet">{ words.lead }</p>
            <div class="tools" hidden={empty}>
                <input type="search" data-search="" aria-label={words.search} placeholder={words.search} value={(*search).clone()} {oninput} spellcheck="false" autocomplete="off" />
            </div>
            <div class="groups">{ for groups }</div>
            <p class="quiet" hidden={!empty}>{ words.none }</p>
            <p class="quiet" hidden={!no_match}>{ words.no_match }</p>
            { further(sharing, dispatch, words) }
        </section>
    }
}

/// Texts, certificates, times.
fn further(sharing: &Rc<Sharing>, dispatch: &Dispatch, words: &Words) -> Html {
    let choose = |change: fn(&mut Sharing, &Event)| {
        let (dispatch, sharing) = (dispatch.clone(), sharing.clone());
        move |event: &Event| {
            let mut next = (*sharing).clone();
            change(&mut next, event);
            dispatch.dispatch(Action::Share(next));
        }
    };
    let also = choose(|next, event| {
        if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
            next.also = area.value().into();
        }
    });
    let days = choose(|next, event| {
        if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
            next.days = field.value().into();
        }
    });
    let certificates = choose(|next, event| {
        if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
            next.keep_certificates = field.checked();
        }
    });
    let wrong = sharing.shift_days().is_none();
    html! {
        <div class="further">
            <div class="also">
                <label for="share-also">{ words.also }</label>
                <textarea
                    id="share-also"
                    rows="2"
                    value={sharing.also.clone()}
                    oninput={Callback::from(move |event: InputEvent| also(&event))}
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                />
            </div>
            <div class="days">
                <label for="share-days">{ words.days }</label>
                <input
                    id="share-days"
                    type="text"
                    inputmode="numeric"
                    placeholder="0"
                    value={sharing.days.clone()}
                    oninput={Callback::from(move |event: InputEvent| days(&event))}
                    aria-invalid={wrong.then_some("true")}
                    aria-describedby="share-days-problem"
                    autocomplete="off"
                />
                <p class="why" id="share-days-problem" role="status">{ if wrong { words.no_days } else { "" } }</p>
            </div>
            <label class="certificates">
                <input
                    type="checkbox"
                    checked={sharing.keep_certificates}
                    onchange={Callback::from(move |event: Event| certificates(&event))}
                />
                <span>{ words.certificates }</span>
            </label>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct GroupProps {
    name: AttrValue,
    rows: Rc<Vec<Replacement>>,
    sharing: Rc<Sharing>,
    language: Language,
    dispatch: Dispatch,
}

/// The values of one kind.
#[component]
fn Group(props: &GroupProps) -> Html {
    let GroupProps { name, rows, sharing, language, dispatch } = props;
    let words = Words::of(*language);
    let all = use_state_eq(|| false);
    let is_kept = |one: &Replacement| sharing.keep.contains(&one.original);
    let any = rows.iter().any(|one| !is_kept(one));
    let every = {
        let (dispatch, sharing, rows) = (dispatch.clone(), sharing.clone(), rows.clone());
        Callback::from(move |_| switch(&dispatch, &sharing, &rows, !any))
    };
    let shown = if *all { MOST } else { FEW };
    let list = rows.iter().take(shown).map(|one| {
        let kept = is_kept(one);
        let onchange = {
            let (dispatch, sharing, one) = (dispatch.clone(), sharing.clone(), one.clone());
            Callback::from(move |_: Event| switch(&dispatch, &sharing, std::slice::from_ref(&one), kept))
        };
        let times = if one.count == 1 { words.once } else { words.times };
        html! {
            <li key={format!("{} {}", one.kind, one.original)} class={if kept { "kept" } else { "" }}>
                <label>
                    <input type="checkbox" checked={!kept} {onchange} />
                    <code class="original">{ one.original.clone() }</code>
                    <span class="to" aria-hidden="true">{ "→" }</span>
                    <code class="pseudonym">{ if kept { words.kept.to_owned() } else { one.pseudonym.clone() } }</code>
                    <span class="quiet">{ put(times, &[("count", &number(one.count))]) }</span>
                </label>
            </li>
        }
    });
    let more = {
        let all = all.clone();
        Callback::from(move |_| all.set(!*all))
    };
    let unlisted = rows.len().saturating_sub(MOST);
    html! {
        <div class="group" role="group" aria-label={name.clone()}>
            <div class="head">
                <h3>{ name.clone() }{ " " }<span class="quiet">{ number(rows.len()) }</span></h3>
                <button type="button" class="link" onclick={every} aria-label={format!("{}: {name}", if any { words.keep_all } else { words.replace_all })}>
                    { if any { words.keep_all } else { words.replace_all } }
                </button>
            </div>
            <ul>{ for list }</ul>
            <p hidden={rows.len() <= FEW}>
                <button type="button" class="link" onclick={more}>
                    { if *all { words.fewer.to_owned() } else { put(words.all, &[("count", &number(rows.len()))]) } }
                </button>
            </p>
            <p class="quiet" hidden={!*all || unlisted == 0}>{ put(words.unlisted, &[("count", &number(unlisted))]) }</p>
        </div>
    }
}

/// Has values replaced, or kept.
fn switch(dispatch: &Dispatch, sharing: &Sharing, rows: &[Replacement], replace: bool) {
    let mut keep = sharing.keep.to_vec();
    keep.retain(|kept| rows.iter().all(|one| one.original != *kept));
    if !replace {
        keep.extend(rows.iter().map(|one| one.original.clone()));
    }
    dispatch.dispatch(Action::Share(Sharing { keep: Rc::new(keep), ..sharing.clone() }));
}
