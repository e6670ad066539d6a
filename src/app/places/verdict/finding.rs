//! One check: its answer in a line; open, its sentence, its repair and its proof.

use yew::{Callback, Html, Properties, component, html};

use crate::app::engine::TextOf;
use crate::app::parts::{Copy, Shape, compared, icon, use_show};
use crate::app::state::{Action, Dispatch};
use crate::app::words::{put, use_language, words};
use crate::{EvidenceReport, Finding, Fix, Severity, State};

words! {
    Words {
        failed: "Failed", "失败";
        insecure: "Insecure", "不安全";
        warning: "Warning", "警告";
        note: "Note", "提示";
        passed: "Passed", "通过";
        unchecked: "Not checked", "未检查";
        needs: "Not checked because this is not known: {needs}", "未检查，缺少：{needs}";
        or: " or ", " 或 ";
        idp: "identity provider", "身份提供方";
        sp: "service", "服务方";
        change: "to be changed by", "更改方";
        repair: "the change", "更改说明";
        sent: "sent", "实际";
        expected: "expected", "应为";
        show: "Show the bytes", "显示对应字节";
    }
}

/// See [`Check`].
#[derive(PartialEq, Properties)]
pub struct CheckProps {
    /// What the rule found.
    pub finding: Finding,
    /// Its number in the report; `None` in that of a single entity, which no keys go through.
    pub index: Option<usize>,
    /// Whether the keys have come to it.
    pub current: bool,
    /// Whether the card on top shows all of it already.
    pub is_root: bool,
    /// Where actions go.
    pub dispatch: Dispatch,
}

/// One check.
#[component]
pub fn Check(props: &CheckProps) -> Html {
    let CheckProps { finding, index, current, is_root, dispatch } = props;
    let words = Words::of(use_language());
    let (class, shape, answer) = look(finding, words);
    // What failed is open from the start.
    let is_bad = finding.state == State::Fired && finding.severity <= Severity::Security;
    let open = is_bad && !is_root;
    let title = html! {
        <>
            { icon(shape, "") }
            <span class="title">
                <span class="visually-hidden">{ format!("{answer}: ") }</span>
                { finding.title.clone() }
            </span>
        </>
    };
    let body = match finding.state {
        State::Passed => None,
        State::NotChecked => {
            Some(html! { <p class="quiet">{ put(words.needs, &[("needs", &finding.needs.join(words.or))]) }</p> })
        }
        State::Fired => Some(html! {
            <>
                <p>{ finding.why.clone().unwrap_or_default() }</p>
                <Repair fix={finding.fix.clone()} />
                { proof(finding, dispatch) }
            </>
        }),
    };
    let index = *index;
    let onfocus = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| index.into_iter().for_each(|index| dispatch.dispatch(Action::Find(index))))
    };
    html! {
        <li class={format!("check {class}")} data-rule={finding.rule} data-index={index.map(|index| index.to_string())} aria-current={current.then_some("true")}>
            <details open={open}>
                <summary {onfocus}>{ title }</summary>
                <div class="body">
                    { body }
                    <p class="quiet rule">{ format!("{} · {}", finding.rule, finding.source) }</p>
                </div>
            </details>
        </li>
    }
}

fn look(finding: &Finding, words: &Words) -> (&'static str, Shape, &'static str) {
    match (finding.state, finding.severity) {
        (State::Passed, _) => ("passed", Shape::Done, words.passed),
        (State::NotChecked, _) => ("unchecked", Shape::Unchecked, words.unchecked),
        (State::Fired, Severity::Error) => ("failed", Shape::Failed, words.failed),
        (State::Fired, Severity::Security) => ("insecure", Shape::Insecure, words.insecure),
        (State::Fired, Severity::Warning) => ("warning", Shape::Warning, words.warning),
        (State::Fired, Severity::Note) => ("note", Shape::Note, words.note),
    }
}

/// See [`Repair`].
#[derive(Debug, PartialEq, Properties)]
pub struct RepairProps {
    /// What to do, by who does it.
    pub fix: Option<Fix>,
}

/// What to do, by who does it, each to be copied.
#[component]
pub fn Repair(props: &RepairProps) -> Html {
    let words = Words::of(use_language());
    let fix = props.fix.iter();
    let fixes = fix.flat_map(|fix| [(words.idp, &fix.idp), (words.sp, &fix.sp)]);
    let fixes = fixes.filter_map(|(who, fix)| Some((who, fix.as_ref()?)));
    let fixes = fixes.map(|(who, fix)| {
        html! {
            <div class="fix">
                <dt>{ words.change }{ " " }<b>{ who }</b></dt>
                <dd><span>{ fix.clone() }</span><Copy what={words.repair} text={fix.clone()} /></dd>
            </div>
        }
    });
    html! { <dl class="repair">{ for fixes }</dl> }
}

/// What is there and what ought to be, with their difference marked, and the way to the bytes.
pub fn proof(finding: &Finding, dispatch: &Dispatch) -> Html {
    html! { <div class="proof">{ for finding.evidence.iter().map(|evidence| html! { <Proof evidence={evidence.clone()} dispatch={dispatch.clone()} /> }) }</div> }
}

#[derive(PartialEq, Properties)]
struct ProofProps {
    evidence: EvidenceReport,
    dispatch: Dispatch,
}

#[component]
fn Proof(props: &ProofProps) -> Html {
    let ProofProps { evidence, dispatch } = props;
    let words = Words::of(use_language());
    let (actual, expected) = compared(evidence);
    let place = evidence.capture.zip(evidence.span);
    let decryption = evidence.decryption;
    let show = use_show(dispatch);
    let jump = place.map(|(capture, span)| {
        let onclick = show.reform(move |_| (TextOf { capture, decryption }, span));
        let bytes = format!("{}–{}", span.first().copied().unwrap_or(0), span.last().copied().unwrap_or(0));
        html! {
            <button type="button" class="jump" {onclick} aria-label={format!("{bytes}, {}: {}", words.show, evidence.what)} title={words.show}>
                { bytes }{ icon(Shape::Jump, "") }
            </button>
        }
    });
    html! {
        <div class="evidence">
            <p class="what">
                <span>{ evidence.what.clone() }</span>
                <span class="quiet">{ evidence.file.clone().unwrap_or_default() }</span>
                <span class="grow" />
                { jump }
            </p>
            <dl>
                { for actual.map(|actual| html! { <div class="sent"><dt>{ words.sent }</dt><dd>{ actual }</dd></div> }) }
                { for expected.map(|expected| html! { <div class="known"><dt>{ words.expected }</dt><dd>{ expected }</dd></div> }) }
            </dl>
        </div>
    }
}
