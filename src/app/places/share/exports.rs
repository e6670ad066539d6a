//! Everything that a case can be handed on as, each to look at, to copy and to keep.

use yew::{AttrValue, Callback, Html, Properties, component, html, use_context, use_state_eq};

use super::super::PlaceProps;
use super::super::context::Choice;
use crate::app::engine::Engine;
use crate::app::handing::{Made, Wanted};
use crate::app::parts::{Shape, icon};
use crate::app::state::{Action, Sharing, State};
use crate::app::words::words;
use crate::{CaptureReport, Language};

words! {
    Words {
        title: "Hand over", "交出内容";
        short: "Ticket", "工单";
        short_about: "Markdown: the verdict, who changes what, the proof", "Markdown：结论、由谁改什么、依据";
        markdown: "Markdown", "Markdown";
        markdown_about: "The whole report", "完整报告";
        html: "HTML", "HTML";
        html_about: "One file that opens without scripts, and prints", "单个文件，无需脚本即可打开，可打印";
        json: "JSON", "JSON";
        json_about: "The report for programs", "供程序读取的报告";
        sarif: "SARIF", "SARIF";
        sarif_about: "Findings for code scanning", "供代码扫描工具读取的结果";
        canonical: "Canonical text", "规范化文本";
        canonical_about: "Of one message: what can be compared line by line", "单条消息：可逐行比较的形式";
        xml: "Decoded XML", "解码后的 XML";
        xml_about: "Of one message, to the byte", "单条消息，逐字节保留";
        certificates: "Certificates", "证书";
        certificates_about: "Every certificate, as PEM", "所有证书，PEM 格式";
        case: "Case file", "案例文件";
        case_about: "Captures and context: drop it on samlens and go on. Never a private key", "捕获内容和上下文：拖入 samlens 即可继续。绝不含私钥";
        key: "Ctrl S saves the case as it is.", "Ctrl S 按原样保存案例。";
        message: "Message", "消息";
        copy: "Copy", "复制";
        save: "Save", "保存";
    }
}

/// Each export by its name, with its title and what it is.
fn all(words: &Words) -> [(&'static str, &'static str, &'static str); 9] {
    [
        ("short", words.short, words.short_about),
        ("markdown", words.markdown, words.markdown_about),
        ("html", words.html, words.html_about),
        ("json", words.json, words.json_about),
        ("sarif", words.sarif, words.sarif_about),
        ("canonical", words.canonical, words.canonical_about),
        ("xml", words.xml, words.xml_about),
        ("certificates", words.certificates, words.certificates_about),
        ("case", words.case, words.case_about),
    ]
}

/// The capture that an export is of, where it is of one.
fn capture(state: &State, what: &str) -> Option<usize> {
    matches!(what, "canonical" | "xml").then_some(state.selected)
}

/// The export that is looked at, and its title.
pub fn shown(props: &PlaceProps, wanted: &dyn Fn(&'static str, Option<usize>) -> Wanted) -> (Wanted, AttrValue) {
    let what = props.state.sharing.shown.unwrap_or("short");
    let titles = all(Words::of(props.state.settings.language));
    let title = titles.into_iter().find(|(name, ..)| *name == what).map_or("", |(_, title, _)| title);
    (wanted(what, capture(&props.state, what)), AttrValue::Static(title))
}

/// The list of them.
pub fn list(props: &PlaceProps, wanted: &dyn Fn(&'static str, Option<usize>) -> Wanted) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let looked_at = state.sharing.shown.unwrap_or("short");
    let rows = all(words).into_iter().map(|(name, title, about)| {
        let show = {
            let (dispatch, sharing) = (dispatch.clone(), state.sharing.clone());
            let shown = Some(name);
            Callback::from(move |()| dispatch.dispatch(Action::Share(Sharing { shown, ..(*sharing).clone() })))
        };
        let wanted = wanted(name, capture(state, name));
        html! { <Row key={name} {wanted} {title} {about} shown={name == looked_at} {show} {language} /> }
    });
    html! {
        <div class="exports">
            <h2>{ words.title }</h2>
            <ul>{ for rows }</ul>
            <div>{ messages(props, words) }</div>
            <p class="quiet">{ words.key }</p>
        </div>
    }
}

/// Which message the exports of one message are of, where there are several.
fn messages(props: &PlaceProps, words: &Words) -> Option<Html> {
    let PlaceProps { state, dispatch } = props;
    let has_text = |capture: &&CaptureReport| capture.xml.is_some() || capture.xml_in_input.is_some();
    let captures: Vec<&CaptureReport> = state.report()?.captures.iter().filter(has_text).collect();
    if captures.len() < 2 {
        return None;
    }
    let option = |capture: &&CaptureReport| {
        let kind = capture.message_kind().unwrap_or_default();
        let name = format!("{}. {kind} ({})", capture.index + 1, capture.input);
        (AttrValue::from(capture.index.to_string()), AttrValue::from(name))
    };
    let options: Vec<(AttrValue, AttrValue)> = captures.iter().map(option).collect();
    let dispatch = dispatch.clone();
    let onchange = Callback::from(move |value: String| {
        if let Ok(index) = value.parse() {
            dispatch.dispatch(Action::Select(index));
        }
    });
    Some(html! {
        <div class="told-in">
            <label for="share-message">{ words.message }</label>
            <Choice id="share-message" value={state.selected.to_string()} {options} {onchange} />
        </div>
    })
}

#[derive(PartialEq, Properties)]
struct RowProps {
    wanted: Wanted,
    title: &'static str,
    about: &'static str,
    shown: bool,
    show: Callback<()>,
    language: Language,
}

/// One of them. What a press did is said beside it.
#[component]
fn Row(props: &RowProps) -> Html {
    let RowProps { wanted, title, about, shown, show, language } = props;
    let (words, language) = (Words::of(*language), *language);
    let engine = use_context::<Engine>().unwrap_or_default();
    let said = use_state_eq(AttrValue::default);
    {
        // What was said is of what was handed on then.
        let said = said.clone();
        yew::use_effect_with(wanted.clone(), move |_| said.set(AttrValue::default()));
    }
    let hand = |copies: bool| {
        let (engine, wanted, said) = (engine.clone(), wanted.clone(), said.setter());
        Callback::from(move |_| {
            let said = said.clone();
            let made = Callback::from(move |made: Result<Made, String>| match made {
                Ok(made) if copies => {
                    let said = said.clone();
                    made.copy(language, Callback::from(move |text: String| said.set(text.into())));
                }
                Ok(made) => {
                    let texts = [Some(made.save(language)), made.left_out(language)];
                    said.set(texts.into_iter().flatten().collect::<Vec<String>>().join(". ").into());
                }
                Err(why) => said.set(why.into()),
            });
            wanted.clone().ask(&engine, made);
        })
    };
    let show = show.reform(|_| ());
    html! {
        <li data-export={wanted.what} class={if *shown { "shown" } else { "" }}>
            <button type="button" class="look" aria-pressed={shown.to_string()} onclick={show}>
                <b>{ *title }</b><span class="quiet">{ *about }</span>
            </button>
            <button type="button" class="icon-button" data-do="copy" onclick={hand(true)} aria-label={format!("{}: {title}", words.copy)} title={words.copy}>
                { icon(Shape::Copy, "") }
            </button>
            <button type="button" class="icon-button" data-do="save" onclick={hand(false)} aria-label={format!("{}: {title}", words.save)} title={words.save}>
                { icon(Shape::Save, "") }
            </button>
            <p class="said" role="status">{ (*said).clone() }</p>
        </li>
    }
}
