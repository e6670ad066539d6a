//! A text with something within it: what each kind of reader takes it for.

use yew::{Html, html};

use crate::app::engine::TextOf;
use crate::app::parts::Show;
use crate::app::state::Dispatch;
use crate::app::words::{put, words};
use crate::{CaptureReport, Finding, Language, Report, Severity, SplitReport, State};

words! {
    Words {
        title: "One text, several readings: {what}", "同一文本，不同读法：{what}";
        alike: "Something stands within this text, and every kind of reader reads the same.", "此文本中夹有其他内容，但各类读取程序读到的结果相同。";
        differ: "Something stands within this text, and readers do not agree on what it says.", "此文本中夹有其他内容，不同读取程序读到的结果不一致。";
        reader: "Reader", "读取方式";
        value: "Reads", "读到";
        nothing: "nothing", "空";
        other: "reads something else than all of the text", "与完整文本不同";
    }
}

/// The texts of a message that an attack finding is about.
pub fn attacked<'r>(report: &'r Report, capture: &'r CaptureReport) -> impl Iterator<Item = &'r SplitReport> {
    let is_attack = |finding: &&Finding| {
        finding.state == State::Fired
            && finding.severity <= Severity::Security
            && (finding.rule.starts_with("attack-") || finding.rule == "nid-comment-split")
    };
    let places = report.findings.iter().filter(is_attack).flat_map(|finding| &finding.evidence);
    let places = places.filter(|evidence| evidence.capture == Some(capture.index));
    let places: Vec<_> = places.filter_map(|evidence| Some((evidence.decryption, evidence.span?))).collect();
    capture.split_texts.iter().filter(move |split| {
        let [start, end] = split.span;
        places.iter().any(|(decryption, [from, to])| *decryption == split.decryption && *from < end && start < *to)
    })
}

/// A table of what each kind of reader reads.
pub fn readings(split: &SplitReport, capture: usize, language: Language, dispatch: &Dispatch) -> Html {
    let words = Words::of(language);
    let whole = split.readings.first().map(|reading| &reading.value);
    let differ = split.readings.iter().any(|reading| Some(&reading.value) != whole);
    let rows = split.readings.iter().map(|reading| {
        let differs = Some(&reading.value) != whole;
        let text = if reading.value.is_empty() { words.nothing.to_owned() } else { reading.value.clone() };
        let class = if reading.value.is_empty() { "quiet" } else { "value" };
        let value = match differs {
            true => html! { <mark {class}>{ text }<span class="visually-hidden">{ format!(" ({})", words.other) }</span></mark> },
            false => html! { <span {class}>{ text }</span> },
        };
        html! {
            <tr data-reader={reading.reader} data-differs={differs.to_string()}>
                <th scope="row">{ reading.title.clone() }</th>
                <td>{ value }</td>
            </tr>
        }
    });
    let text = TextOf { capture, decryption: split.decryption };
    html! {
        <section class="readings" data-by={split.by.join(" ")}>
            <div class="head">
                <h2>{ put(words.title, &[("what", &split.what)]) }</h2>
                <Show {text} span={split.span} what={split.what.clone()} dispatch={dispatch.clone()} />
            </div>
            <p>{ if differ { words.differ } else { words.alike } }</p>
            <table>
                <thead><tr><th scope="col">{ words.reader }</th><th scope="col">{ words.value }</th></tr></thead>
                <tbody class="sent">{ for rows }</tbody>
            </table>
        </section>
    }
}
