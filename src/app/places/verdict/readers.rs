//! The browser's own reader of XML asked about the message as well, once the answer has been painted: where it sees
//! another document than the strict reader here, or only one of them sees one, that is said.

use yew::{Callback, Html, component, hook, html, use_context, use_effect_with, use_state_eq};

use super::super::PlaceProps;
use crate::app::dom;
use crate::app::engine::{Answer, Ask, Attached, Engine, Reply, TextOf};
use crate::app::listen::Later;
use crate::app::parts::{Shape, Show, icon};
use crate::app::state::{Busy, State};
use crate::app::words::words;
use crate::limits::OUTLINED_BYTES;
use crate::{ReaderDifference, ReadersDiffer};

words! {
    Words {
        title: "Another reader sees another document", "另一个 XML 读取程序看到的文档不同";
        about: "This browser’s own XML reader was asked about the same bytes. Where two readers part, a signature can be checked over one document and the login taken from another (CVE-2025-25291 and its kind).",
            "已用本浏览器自带的 XML 读取程序读取相同的字节。两个读取程序结果不一致时，签名可能校验的是一个文档，而登录信息取自另一个文档（如 CVE-2025-25291）。";
        accepted: "The strict reader here refuses the message as malformed; the browser takes it. A service with such a reader goes on where another stops.",
            "此处的严格读取程序因格式错误拒绝该消息，而浏览器接受。使用这类读取程序的服务方会继续处理。";
        refused: "The browser refuses the message as malformed; the strict reader here takes it.",
            "浏览器因格式错误拒绝该消息，而此处的严格读取程序接受。";
        structure: "They see other elements, comments or instructions from here on.", "从此处起，两者看到的元素、注释或处理指令不同。";
        name: "They read another name or namespace of an element.", "两者读到的元素名称或命名空间不同。";
        attributes: "They read other attributes of an element.", "两者读到的元素属性不同。";
        text: "They read another text.", "两者读到的文本不同。";
        ours: "here", "此处";
        theirs: "browser", "浏览器";
        place: "Stands in", "位置";
        nothing: "nothing", "无";
        there: "the place", "该位置";
    }
}

/// Milliseconds after the answer: the page has long been painted then.
const LATER: i32 = 250;

/// The notice; empty where both read alike.
#[component]
pub fn Readers(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let found = use_difference(state);
    let notice = found.map(|(capture, found)| {
        let said = match found.kind {
            ReadersDiffer::Accepted => words.accepted,
            ReadersDiffer::Refused => words.refused,
            ReadersDiffer::Structure => words.structure,
            ReadersDiffer::Name => words.name,
            ReadersDiffer::Attributes => words.attributes,
            ReadersDiffer::Text => words.text,
        };
        let row = |class: &'static str, name: &'static str, text: &str| {
            let text = if text.is_empty() { words.nothing.to_owned() } else { text.to_owned() };
            html! { <div {class}><dt>{ name }</dt><dd><code>{ text }</code></dd></div> }
        };
        let values = !matches!(found.kind, ReadersDiffer::Accepted | ReadersDiffer::Refused);
        let values = values.then(
            || html! { <>{ row("known", words.ours, &found.ours) }{ row("sent", words.theirs, &found.theirs) }</> },
        );
        let place = (!found.path.is_empty()).then(|| row("", words.place, &found.path));
        let text = TextOf { capture, decryption: None };
        html! {
            <section class="readers" data-kind={kind(found.kind)}>
                <h2>{ icon(Shape::Insecure, "") }{ words.title }</h2>
                <p>{ said }</p>
                <div class="evidence">
                    <p class="what">
                        <span>{ words.there }</span>
                        <span class="grow" />
                        <Show {text} span={found.span} what={words.there} dispatch={dispatch.clone()} />
                    </p>
                    <dl>{ values }{ place }</dl>
                </div>
                <p class="quiet">{ words.about }</p>
            </section>
        }
    });
    html! { <div class="readers-place">{ notice }</div> }
}

fn kind(kind: ReadersDiffer) -> &'static str {
    match kind {
        ReadersDiffer::Accepted => "accepted",
        ReadersDiffer::Refused => "refused",
        ReadersDiffer::Structure => "structure",
        ReadersDiffer::Name => "name",
        ReadersDiffer::Attributes => "attributes",
        ReadersDiffer::Text => "text",
    }
}

/// Whether a name was refused for a prefix that nothing declares: browsers refuse it too, and by a document that their
/// own policy complains of.
fn is_unbound(xml: &str, [from, to]: [usize; 2]) -> bool {
    let prefix = xml.get(from..to).and_then(|name| name.split_once(':')).map(|(prefix, _)| prefix);
    // What is refused as a whole instruction begins with its mark.
    prefix.is_some_and(|prefix| !prefix.starts_with('<') && !xml.contains(&format!("xmlns:{prefix}")))
}

/// Where the browser parts from us in the message that is shown, with the number of its capture.
#[hook]
fn use_difference(state: &State) -> Option<(usize, ReaderDifference)> {
    let engine = use_context::<Engine>().unwrap_or_default();
    let found = use_state_eq(|| None::<(usize, ReaderDifference)>);
    let report = state.report().cloned();
    let capture = state.selected;
    // What is asked while the engine is busy would wait for it, or end with it.
    let idle = state.engine == Busy::Idle;
    let kept = found.clone();
    let revision = state.answer.as_ref().map(|answer| answer.revision);
    use_effect_with((revision, capture, idle), move |_| {
        let asked = std::rc::Rc::new(std::cell::Cell::new(None));
        let given_up = (engine.clone(), asked.clone());
        let later = idle.then(|| {
            kept.set(None);
            Later::new(LATER, move || {
                let shown = report.as_ref().and_then(|report| report.captures.get(capture));
                let Some(shown) = shown else { return };
                let Some(xml) = shown.xml.as_ref().filter(|xml| xml.len() <= OUTLINED_BYTES) else { return };
                let error = shown.error();
                if error.and_then(|error| error.span).is_some_and(|span| is_unbound(xml, span)) {
                    return;
                }
                let outline = dom::outline(xml, error.is_some());
                let attached: Vec<Attached<'_>> = outline.iter().map(|text| Attached::Bytes(text.as_bytes())).collect();
                let kept = kept.clone();
                let heard = Callback::from(move |reply: Reply| {
                    if let Answer::Outlined(told) = reply.answer {
                        kept.set(told.map(|told| (capture, told)));
                    }
                });
                asked.set(Some(engine.ask(&Ask::Outlined { capture }, &attached, heard)));
            })
        });
        move || {
            drop(later);
            let (engine, asked) = given_up;
            asked.get().into_iter().for_each(|number| engine.forget(number));
        }
    });
    (*found).clone().filter(|(of, _)| *of == capture)
}
