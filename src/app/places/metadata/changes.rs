//! What two metadata files of the case differ in, entity by entity.

use std::rc::Rc;

use yew::{AttrValue, Callback, Html, component, html, use_context, use_effect_with, use_state_eq};

use super::super::PlaceProps;
use super::super::context::Choice;
use crate::app::engine::{Answer, Ask, Engine, Reply};
use crate::app::parts::{Shape, icon};
use crate::app::state::{Action, Browse};
use crate::app::words::{number, put, words};
use crate::{MetadataChange, MetadataDifference, TextReport};

words! {
    Words {
        with: "Compared with", "对比对象";
        comparing: "Comparing…", "对比中……";
        failed: "These two could not be compared.", "无法对比这两份元数据。";
        counts: "{changed} changed, {added} added, {removed} removed, {unchanged} the same",
            "{changed} 个已变更，{added} 个新增，{removed} 个移除，{unchanged} 个相同";
        same: "Nothing that is compared differs.", "没有差异。";
        file: "The file as a whole", "整个文件";
        added: "added", "新增";
        removed: "removed", "移除";
        changed: "changed", "变更";
        before: "here", "当前文件";
        after: "there", "对比文件";
        none: "not there", "没有";
        left_out: "{count} more changes are not listed.", "另有 {count} 处变更未列出。";
    }
}

/// Of which report, which two files: what they differ in, or that it cannot be said.
type Known = (u32, [usize; 2], Option<Rc<MetadataDifference>>);

/// The part.
#[component]
pub fn Changes(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let engine = use_context::<Engine>().unwrap_or_default();
    let result = use_state_eq(|| None::<Known>);
    let files = state.metadata();
    let browse = &state.browse;
    let other = browse.other.filter(|other| *other != browse.file && *other < files.len());
    let other = other.unwrap_or(usize::from(browse.file == 0));
    let (revision, pair) = (state.answer.as_ref().map_or(0, |answer| answer.revision), [browse.file, other]);
    {
        let result = result.clone();
        use_effect_with((revision, pair, language), move |(revision, pair, language)| {
            let (revision, pair) = (*revision, *pair);
            let heard = Callback::from(move |reply: Reply| {
                let difference = match reply.answer {
                    Answer::MetadataDifference(difference) => difference.map(Rc::new),
                    _ => None,
                };
                result.set(Some((revision, pair, difference)));
            });
            let [left, right] = pair;
            let ask = Ask::MetadataDifference { left, right, language: language.as_str().to_owned() };
            let asked = engine.ask(&ask, &[], heard);
            move || engine.forget(asked)
        });
    }
    let others = files.iter().enumerate().filter(|(index, _)| *index != browse.file);
    let options: Vec<(AttrValue, AttrValue)> =
        others.map(|(index, file)| (index.to_string().into(), file.file.clone().into())).collect();
    let onchange = {
        let (dispatch, browse) = (dispatch.clone(), browse.clone());
        Callback::from(move |value: String| {
            dispatch.dispatch(Action::Browse(Browse { other: value.parse().ok(), ..browse.clone() }));
        })
    };
    let known = (*result).as_ref().filter(|(_, of, _)| *of == pair);
    let shown = match known {
        None => html! { <p class="quiet">{ words.comparing }</p> },
        Some((_, _, None)) => html! { <p>{ words.failed }</p> },
        Some((_, _, Some(difference))) => changes(difference, words),
    };
    html! {
        <div class="changes">
            <div class="tools">
                <span aria-hidden="true">{ words.with }</span>
                <Choice id="metadata-other" name={words.with} value={other.to_string()} {options} {onchange} />
            </div>
            <div>{ shown }</div>
        </div>
    }
}

fn changes(difference: &MetadataDifference, words: &Words) -> Html {
    let counts = [
        ("changed", difference.changed),
        ("added", difference.added),
        ("removed", difference.removed),
        ("unchanged", difference.unchanged),
    ];
    let counts = counts.map(|(name, count)| (name, number(count)));
    let counts: Vec<(&str, &str)> = counts.iter().map(|(name, count)| (*name, count.as_str())).collect();
    let mut groups: Vec<(&str, Vec<&MetadataChange>)> = Vec::new();
    for change in &difference.rows {
        match groups.last_mut().filter(|(id, _)| *id == change.entity_id) {
            Some((_, of)) => of.push(change),
            None => groups.push((&change.entity_id, vec![change])),
        }
    }
    let groups = groups.into_iter().map(|(id, of)| {
        let title = if id.is_empty() { words.file } else { id };
        html! {
            <li class="changed" data-entity-id={id.to_owned()}>
                <h2>{ title.to_owned() }{ " " }<span class="quiet">{ of.len() }</span></h2>
                <ul>{ for of.into_iter().map(|change| one(change, words)) }</ul>
            </li>
        }
    });
    let left_out = put(words.left_out, &[("count", &number(difference.left_out))]);
    html! {
        <>
            <p class="sum" role="status">{ put(words.counts, &counts) }</p>
            <p hidden={!difference.rows.is_empty()}>{ icon(Shape::Done, "") }{ " " }{ words.same }</p>
            <ul class="rows">{ for groups }</ul>
            <p class="quiet" hidden={difference.left_out == 0}>{ left_out }</p>
        </>
    }
}

fn one(change: &MetadataChange, words: &Words) -> Html {
    let (class, shape, kind) = match change.kind.as_str() {
        "added" => ("state sound", Shape::Add, words.added),
        "removed" => ("state faulty", Shape::Remove, words.removed),
        _ => ("state luck", Shape::Swap, words.changed),
    };
    let side = |name: &'static str, value: &Option<TextReport>| {
        let shown = match value {
            Some(value) => html! { <code>{ value.text.clone() }</code> },
            None => html! { <span class="quiet">{ words.none }</span> },
        };
        html! { <div class="side"><span class="which">{ name }</span><div class="shown">{ shown }</div></div> }
    };
    html! {
        <li data-what={change.what.clone()} data-kind={change.kind.clone()}>
            <p class="path"><span {class}>{ icon(shape, "") }{ kind }</span><b>{ change.what.clone() }</b><span class="quiet">{ change.role.clone().unwrap_or_default() }</span></p>
            <p>{ change.text.clone() }</p>
            <div class="sides">{ side(words.before, &change.left) }{ side(words.after, &change.right) }</div>
        </li>
    }
}
