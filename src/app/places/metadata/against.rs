//! What the messages say, held against the metadata; and who may have sent a message.

use yew::{Callback, Html, html};

use super::super::PlaceProps;
use crate::app::engine::TextOf;
use crate::app::parts::{Shape, icon, piece};
use crate::app::state::{Action, Browse, Part};
use crate::app::words::{number, put, words};
use crate::{EvidenceReport, MatchReport, Piece, SenderReport};

words! {
    Words {
        title: "Against the messages", "与消息对照";
        what: "What", "项目";
        said: "In the message", "消息中";
        listed: "In the metadata", "元数据中";
        answer: "Answer", "结论";
        same: "match", "一致";
        near: "near miss", "近似但不同";
        differs: "mismatch", "不一致";
        unlisted: "not listed", "未列出";
        unstated: "not stated", "未声明";
        none: "nothing", "无";
        more: "{count} more", "另有 {count} 项";
        idp: "identity provider", "身份提供方";
        sp: "service", "服务方";
        who: "Who sent this message", "谁发送了这条消息";
        open: "Open {entity}", "打开 {entity}";
        show: "Show the bytes", "显示对应字节";
    }
}

/// The part.
pub fn against(props: &PlaceProps) -> Html {
    let words = Words::of(props.state.settings.language);
    let Some(report) = props.state.report() else { return html! { <div /> } };
    let rows = report.matches.iter().map(|one| row(one, props, words));
    html! {
        <div class="against">
            <div>{ senders(props, |_| true) }</div>
            <table class="matches" hidden={report.matches.is_empty()}>
                <caption class="visually-hidden">{ words.title }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ words.what }</th>
                        <th scope="col">{ words.answer }</th>
                        <th scope="col">{ words.said }</th>
                        <th scope="col">{ words.listed }</th>
                    </tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
        </div>
    }
}

fn row(one: &MatchReport, props: &PlaceProps, words: &Words) -> Html {
    let (class, shape, answer) = match one.outcome {
        "match" => ("state sound", Shape::Done, words.same),
        "near-miss" => ("state faulty", Shape::Warning, words.near),
        "mismatch" => ("state faulty", Shape::Failed, words.differs),
        "unlisted" => ("state luck", Shape::Unsigned, words.unlisted),
        _ => ("state open", Shape::Unchecked, words.unstated),
    };
    let difference = one.difference.as_ref();
    let said = one.said.iter().map(|said| value(said, difference.map(|one| one.actual.as_slice()), props, words));
    let listed = one.listed.iter().enumerate().map(|(index, listed)| {
        let pieces = difference.filter(|_| index == 0).map(|one| one.expected.as_slice());
        value(listed, pieces, props, words)
    });
    let more = put(words.more, &[("count", &number(one.left_out))]);
    let side = if one.side == "sp" { words.sp } else { words.idp };
    // Several places of a message may say the same thing.
    let place = one.said.as_ref().map(|said| format!("{side} · {}", said.what)).unwrap_or_else(|| side.to_owned());
    html! {
        <tr data-what={one.what.clone()} data-outcome={one.outcome}>
            <th scope="row">{ one.title.clone() }{ " " }<span class="quiet">{ place }</span><p class="quiet">{ one.text.clone() }</p></th>
            <td><span {class}>{ icon(shape, "") }{ answer }</span></td>
            <td data-label={words.said}><div>{ for said }</div><span class="quiet" hidden={one.said.is_some()}>{ words.none }</span></td>
            <td data-label={words.listed}>
                <div>{ for listed }</div>
                <span class="quiet" hidden={!one.listed.is_empty()}>{ words.none }</span>
                <span class="quiet" hidden={one.left_out == 0}>{ more }</span>
            </td>
        </tr>
    }
}

fn value(evidence: &EvidenceReport, pieces: Option<&[Piece]>, props: &PlaceProps, words: &Words) -> Html {
    let text = evidence.actual.clone().or_else(|| evidence.expected.clone()).unwrap_or_default();
    let shown = match pieces {
        Some(pieces) => html! { <code>{ for pieces.iter().map(piece) }</code> },
        None => html! { <code>{ text }</code> },
    };
    let place = evidence.capture.zip(evidence.span);
    let decryption = evidence.decryption;
    let jump = place.map(|(capture, span)| {
        let dispatch = props.dispatch.clone();
        let onclick = Callback::from(move |_| dispatch.dispatch(Action::Show(TextOf { capture, decryption }, span)));
        let label = format!("{}: {}", words.show, evidence.what);
        html! {
            <button type="button" class="icon-button" {onclick} aria-label={label} title={words.show}>{ icon(Shape::Jump, "") }</button>
        }
    });
    html! { <p class="held">{ shown }<span class="way">{ jump }</span></p> }
}

/// Who may have sent a message; `which`: of whom to tell.
pub fn senders(props: &PlaceProps, which: fn(&SenderReport) -> bool) -> Option<Html> {
    let words = Words::of(props.state.settings.language);
    let senders = props.state.report()?.senders.iter().filter(|sender| which(sender));
    let rows: Vec<Html> = senders.map(|sender| one(sender, props, words)).collect();
    (!rows.is_empty()).then(|| html! { <section class="senders"><h2>{ words.who }</h2><ul>{ for rows }</ul></section> })
}

fn one(sender: &SenderReport, props: &PlaceProps, words: &Words) -> Html {
    let onclick = {
        let dispatch = props.dispatch.clone();
        let browse = Browse {
            file: sender.metadata,
            part: Part::Entities,
            entity: Some(sender.entity),
            ..props.state.browse.clone()
        };
        Callback::from(move |_| dispatch.dispatch(Action::Browse(browse.clone())))
    };
    let near = sender.near.as_ref().map(|near| html! { <code>{ for near.expected.iter().map(piece) }</code> });
    html! {
        <li data-by={sender.by.join(" ")}>
            <p>{ sender.text.clone() }</p>
            <p>{ near }</p>
            <button type="button" class="link" {onclick}>{ put(words.open, &[("entity", &sender.entity_id)]) }</button>
        </li>
    }
}
