//! Two captures side by side: what matters first, what always differs folded away.

mod row;

use std::rc::Rc;

use yew::{AttrValue, Callback, Html, component, html, use_context, use_effect_with, use_state_eq};

use self::row::Row;
use super::PlaceProps;
use super::context::Choice;
use crate::app::engine::{Answer, Ask, Engine, Reply, TextOf};
use crate::app::parts::{Shape, icon};
use crate::app::state::{Action, Browse, Change, Part};
use crate::app::words::{number, put, words};
use crate::{ComparedKind, Comparison, Report};

words! {
    Words {
        first: "First", "第一条";
        second: "Second", "第二条";
        swap: "Swap", "交换";
        more: "Compare takes two messages: best a login that works and one that does not. Add a second capture, and what differs between them is told here, what matters first.",
            "对比需要两条消息，最好是一次成功和一次失败的登录。添加第二份捕获内容后，这里会列出两者的差异，重要的排在最前。";
        add: "Add a capture", "添加捕获内容";
        matters: "What matters", "重要差异";
        always: "What always differs: identifiers, times, values of signatures", "必然不同的内容：标识、时间、签名值";
        nothing: "Nothing that matters differs: the two say the same, but for what any two logins differ in.",
            "没有重要差异：除任何两次登录都会不同的内容外，两者完全一致。";
        equal: "{count} values are equal.", "{count} 个值相同。";
        left_out: "{count} more differences are not listed.", "另有 {count} 处差异未列出。";
        decrypted: "decrypted", "已解密";
        as_metadata: "Both are metadata: compare them entity by entity", "两者均为元数据：按实体对比";
        comparing: "Comparing…", "对比中……";
    }
}

/// A text that can be compared, and what it is called.
struct Choosable {
    text: TextOf,
    name: String,
    kind: String,
}

/// The place.
#[component]
pub fn Compare(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let engine = use_context::<Engine>().unwrap_or_default();
    let result = use_state_eq(|| None::<(u32, [TextOf; 2], Rc<Comparison>)>);
    let texts = state.report().map(|report| texts(report, words)).unwrap_or_default();
    let pair =
        state.typing.compared.filter(|pair| pair.iter().all(|text| texts.iter().any(|known| known.text == *text)));
    let pair = pair.or_else(|| suggested(&texts));
    let revision = state.answer.as_ref().map_or(0, |answer| answer.revision);
    {
        let result = result.clone();
        use_effect_with((revision, pair, language), move |(revision, pair, language)| {
            let asked = pair.map(|[left, right]| {
                let (revision, language) = (*revision, language.as_str().to_owned());
                let heard = Callback::from(move |reply: Reply| {
                    if let Answer::Compared(comparison) = reply.answer {
                        result.set(Some((revision, [left, right], Rc::new(comparison))));
                    }
                });
                engine.ask(&Ask::Compare { left, right, language }, &[], heard)
            });
            // An answer to what is no longer asked is none.
            move || {
                if let Some(number) = asked {
                    engine.forget(number);
                }
            }
        });
    }
    let Some([left, right]) = pair else {
        let onclick = {
            let dispatch = dispatch.clone();
            Callback::from(move |_| dispatch.dispatch(Action::Add))
        };
        return html! {
            <section class="compared only">
                <p>{ words.more }</p>
                <button type="button" class="button" {onclick}>{ icon(Shape::Add, "") }{ words.add }</button>
            </section>
        };
    };
    let choose = |name: &'static str, side: usize| {
        let value = [left, right].get(side).and_then(|text| texts.iter().position(|known| known.text == *text));
        let numbers =
            texts.iter().enumerate().map(|(index, text)| (index.to_string().into(), text.name.clone().into()));
        let options: Vec<(AttrValue, AttrValue)> = numbers.collect();
        let known: Vec<TextOf> = texts.iter().map(|text| text.text).collect();
        let dispatch = dispatch.clone();
        let onchange = Callback::from(move |value: String| {
            let Some(text) = value.parse::<usize>().ok().and_then(|index| known.get(index).copied()) else { return };
            let pair = if side == 0 { [text, right] } else { [left, text] };
            dispatch.dispatch(Action::Context(Change::Compare(pair)));
        });
        html! {
            <div class="chosen">
                <span aria-hidden="true">{ name }</span>
                <Choice id={format!("compare-{side}")} {name} value={value.unwrap_or_default().to_string()} {options} {onchange} />
            </div>
        }
    };
    let swap = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Action::Context(Change::Compare([right, left]))))
    };
    // Until the new answer is there the old one stays, unless it is of other texts.
    let compared = (*result).as_ref().filter(|(_, of, _)| *of == [left, right]);
    let shown = compared.map(|(_, _, comparison)| rows(props, comparison, [left, right]));
    html! {
        <section class="compared">
            <div class="tools">
                { choose(words.first, 0) }
                <button type="button" class="icon-button" onclick={swap} aria-label={words.swap} title={words.swap}>
                    { icon(Shape::Swap, "") }
                </button>
                { choose(words.second, 1) }
            </div>
            <div>{ as_metadata(props, [left, right]) }</div>
            <div>{ shown.unwrap_or_else(|| html! { <p class="quiet">{ words.comparing }</p> }) }</div>
        </section>
    }
}

/// Where both are metadata they are better compared as such.
fn as_metadata(props: &PlaceProps, texts: [TextOf; 2]) -> Option<Html> {
    let PlaceProps { state, dispatch } = props;
    let file = |text: TextOf| {
        let is = |file: &crate::MetadataReport| file.capture == Some(text.capture) && text.decryption.is_none();
        state.metadata().iter().position(is)
    };
    let [Some(left), Some(right)] = texts.map(file) else { return None };
    let dispatch = dispatch.clone();
    let browse = Browse { file: left, part: Part::Changes, other: Some(right), ..Browse::default() };
    let onclick = Callback::from(move |_| dispatch.dispatch(Action::Browse(browse.clone())));
    let words = Words::of(state.settings.language);
    Some(
        html! { <p><button type="button" class="button" data-as-metadata="" {onclick}>{ words.as_metadata }</button></p> },
    )
}

fn rows(props: &PlaceProps, comparison: &Comparison, texts: [TextOf; 2]) -> Html {
    let words = Words::of(props.state.settings.language);
    let list = |kind: ComparedKind| {
        let rows = comparison.rows.iter().filter(move |row| row.kind == kind);
        rows.map(|row| html! { <Row row={row.clone()} {texts} dispatch={props.dispatch.clone()} /> })
            .collect::<Vec<Html>>()
    };
    let (matters, always) = (list(ComparedKind::Matters), list(ComparedKind::AlwaysDiffers));
    let nothing = matters.is_empty();
    let (count, folded) = (matters.len(), always.len());
    let equal = put(words.equal, &[("count", &number(comparison.equal))]);
    let left_out = put(words.left_out, &[("count", &number(comparison.left_out))]);
    html! {
        <>
            <h2>{ words.matters }{ " " }<span class="quiet">{ count }</span></h2>
            <p class="nothing" hidden={!nothing}>{ icon(Shape::Done, "") }<span>{ words.nothing }</span></p>
            <ul class="rows matters">{ for matters }</ul>
            <details class="always" hidden={folded == 0}>
                <summary>{ words.always }{ " " }<span class="quiet">{ folded }</span></summary>
                <ul class="rows">{ for always }</ul>
            </details>
            <p class="quiet">{ equal }</p>
            <p class="quiet" hidden={comparison.left_out == 0}>{ left_out }</p>
        </>
    }
}

/// Everything that has XML.
fn texts(report: &Report, words: &Words) -> Vec<Choosable> {
    let mut texts = Vec::new();
    for capture in &report.captures {
        let kind = capture.message_kind().unwrap_or_default().to_owned();
        let at = |decryption| TextOf { capture: capture.index, decryption };
        if capture.xml.is_some() && capture.kind.is_some() {
            let name = format!("{}. {kind} ({})", capture.index + 1, capture.input);
            texts.push(Choosable { text: at(None), name, kind: kind.clone() });
        }
        for (number, part) in capture.decryptions.iter().enumerate().filter(|(_, part)| part.xml.is_some()) {
            let name = format!("{}. {}, {} ({})", capture.index + 1, part.target, words.decrypted, capture.input);
            texts.push(Choosable { text: at(Some(number)), name, kind: format!("{kind}/{}", part.target) });
        }
    }
    texts
}

/// The first two of a kind; failing that, the first two.
fn suggested(texts: &[Choosable]) -> Option<[TextOf; 2]> {
    let messages = || texts.iter().enumerate().filter(|(_, text)| !text.kind.starts_with("Entit"));
    let twins = messages().find_map(|(at, text)| {
        let other = texts.iter().skip(at + 1).find(|other| other.kind == text.kind)?;
        Some([text.text, other.text])
    });
    let any = || match texts {
        [first, second, ..] => Some([first.text, second.text]),
        _ => None,
    };
    twins.or_else(any)
}
