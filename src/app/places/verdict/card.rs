//! The card on top of the answer: what becomes of the login in a sentence, who must do what, and the proof; or why the
//! paste could not be read, and what to try.

use yew::{Html, html};

use super::super::context::Wanted;
use super::super::metadata::senders;
use super::super::{Place, PlaceProps};
use super::attack::attack;
use super::finding::{Repair, proof};
use super::readers::Readers;
use crate::app::parts::{Shape, icon, provider_name, service_name};
use crate::app::self_test::{distrust, distrusted};
use crate::app::state::State;
use crate::app::words::{number, put, words};
use crate::{Finding, Language, Outcome, Report, Severity, Who};

words! {
    Words {
        unreadable: "This could not be read", "无法读取";
        known: "A known error", "已知的错误";
        step: "Step “{step}”, byte {at} of what it was given.", "步骤“{step}”，其输入的第 {at} 字节处。";
        rejected: "The login is refused", "登录会被拒绝";
        rejected_metadata: "This metadata is refused", "元数据会被拒绝";
        insecure: "It may work, and should not", "可能成功，但不应如此";
        accepted: "Nothing is wrong with it", "没有发现问题";
        undetermined: "Cannot tell yet", "尚无法判断";
        not_saml: "No SAML message", "不是 SAML 消息";
        idp_admin: "The identity provider’s admin must act.", "须由身份提供方（IdP）管理员处理。";
        sp_admin: "The service’s admin must act.", "须由服务方（SP）管理员处理。";
        user: "The user must act.", "须由用户处理。";
        network: "Something on the way changed the message.", "消息在传输途中被改动。";
        follows: "Follows from it", "由此引起";
        said: "What the error text means", "错误文本的含义";
        on_page: "in the captured text", "见于抓取到的文字";
        in_status: "in StatusMessage", "见于 StatusMessage";
        in_context: "as given in the context", "来自上下文";
        unused: "Of the context this could not be used", "上下文中以下内容无法使用";
        judged: "Judged at {time}", "判定时间 {time}";
        given: "the time given", "指定的时间";
        capture: "the time of the capture", "捕获时间";
        clock: "the time now", "当前时间";
        service: "service {name}", "服务方 {name}";
        provider: "identity provider {name}", "身份提供方 {name}";
        failed: "failed", "项失败";
        insecures: "insecure", "项不安全";
        warning: "warning", "项警告";
        warnings: "warnings", "项警告";
        note: "note", "项提示";
        notes: "notes", "项提示";
        hold: "passed", "项通过";
        unchecked: "not checked", "项未检查";
    }
}

/// Characters of a sentence that is set smaller.
const LONG: usize = 180;

/// The card.
pub fn card(props: &PlaceProps) -> Html {
    let PlaceProps { state, .. } = props;
    let words = Words::of(state.settings.language);
    let Some(report) = state.report() else { return html! { <article class="card" /> } };
    // What is shown beside the card is what it speaks of; a case with one message that cannot be read has no verdict.
    let error = state.capture().and_then(|capture| capture.error());
    match error {
        Some(error) if is_known(report) => html! {
            <article class="card unknown">
                <div>{ distrust(state) }</div>
                <p class="outcome">{ icon(Shape::Unchecked, "") }{ words.known }</p>
                <h1>{ report.verdict.sentence.clone() }</h1>
                <p class="quiet">{ error.message.clone() }</p>
                <div>{ said(report, words).filter(|_| report.error_texts.len() > 1) }</div>
                <Readers ..props.clone() />
            </article>
        },
        Some(error) => html! {
            <article class="card unread">
                <div>{ distrust(state) }</div>
                <p class="outcome">{ icon(Shape::Failed, "") }{ words.unreadable }</p>
                <h1>{ error.message.clone() }</h1>
                <p>{ error.advice.clone() }</p>
                <p class="quiet">{ put(words.step, &[("step", error.step), ("at", &number(error.at))]) }</p>
                <div>{ said(report, words) }</div>
                <Readers ..props.clone() />
            </article>
        },
        None => verdict(report, props),
    }
}

/// Whether words alone were captured, and they say something that is known: that is an answer.
fn is_known(report: &Report) -> bool {
    !report.error_texts.is_empty() && report.captures.iter().all(|capture| capture.summary.is_none())
}

fn verdict(report: &Report, props: &PlaceProps) -> Html {
    let PlaceProps { state, .. } = props;
    let words = Words::of(state.settings.language);
    let (class, shape, outcome) = look(report, words);
    let who = match report.verdict.who {
        Who::IdpAdmin => words.idp_admin,
        Who::SpAdmin => words.sp_admin,
        Who::User => words.user,
        Who::Network => words.network,
        Who::Nobody => "",
    };
    html! {
        <article {class}>
            <div>{ distrust(state) }</div>
            <p class="outcome">{ icon(shape, "") }{ outcome }</p>
            <h1 class={(report.verdict.sentence.chars().count() > LONG).then_some("long")}>{ report.verdict.sentence.clone() }</h1>
            <p hidden={report.aside().is_none()}>{ report.aside().unwrap_or_default().to_owned() }</p>
            <p class="who">{ who }</p>
            <div>{ attack(report, props) }</div>
            <div>{ for state.root().map(|root| cause(root, props)) }</div>
            <div>
                // Each field stands once in the page.
                if state.place != Place::Context {
                    <Wanted ..props.clone() />
                }
            </div>
            // Where the Issuer is no entity that is known, or the key is another's.
            <div>{ senders(props, |sender| !sender.by.contains(&"issuer")) }</div>
            <div>{ said(report, words) }</div>
            <div>{ follows(report, words) }</div>
            <div>{ unused(state, words) }</div>
            <Readers ..props.clone() />
            { meter(props) }
            <p class="quiet">{ judged(report, state.settings.language) }</p>
        </article>
    }
}

fn look(report: &Report, words: &Words) -> (&'static str, Shape, &'static str) {
    match report.verdict.outcome {
        Outcome::Rejected if report.is_of_metadata() => ("card failed", Shape::Failed, words.rejected_metadata),
        Outcome::Rejected => ("card failed", Shape::Failed, words.rejected),
        Outcome::Insecure => ("card insecure", Shape::Insecure, words.insecure),
        Outcome::Accepted => ("card accepted", Shape::Done, words.accepted),
        Outcome::Undetermined if report.captures.iter().any(|capture| capture.is_saml) => {
            ("card unknown", Shape::Unchecked, words.undetermined)
        }
        Outcome::Undetermined => ("card unknown", Shape::Unchecked, words.not_saml),
    }
}

/// The answer as a screen reader says it.
pub fn spoken(state: &State) -> String {
    let words = Words::of(state.settings.language);
    let Some(report) = state.report() else { return String::new() };
    let verdict = match state.capture().and_then(|capture| capture.error()) {
        Some(_) if is_known(report) => format!("{}. {}", words.known, report.verdict.sentence),
        Some(error) => format!("{}. {} {}", words.unreadable, error.message, error.advice),
        None => format!("{}. {}", look(report, words).2, report.verdict.sentence),
    };
    match distrusted(state) {
        Some(why) => format!("{why} {verdict}"),
        None => verdict,
    }
}

fn cause(root: &Finding, props: &PlaceProps) -> Html {
    let PlaceProps { dispatch, .. } = props;
    html! {
        <>
            <Repair fix={root.fix.clone()} />
            { proof(root, dispatch) }
        </>
    }
}

/// What an error text that was seen or given means.
fn said(report: &Report, words: &Words) -> Option<Html> {
    let rows = report.error_texts.iter().map(|error| {
        let place = match error.place {
            "page" => words.on_page,
            "StatusMessage" => words.in_status,
            _ => words.in_context,
        };
        html! { <li><b>{ error.text }</b>{ " · " }<span class="quiet">{ place }</span><p>{ error.meaning.clone() }</p></li> }
    });
    (!report.error_texts.is_empty())
        .then(|| html! { <section class="said"><h2>{ words.said }</h2><ul>{ for rows }</ul></section> })
}

/// What the repair of the root cause mends as well.
fn follows(report: &Report, words: &Words) -> Option<Html> {
    let root = report.verdict.root_cause?;
    let consequences: Vec<&Finding> = report.findings.iter().filter(|finding| finding.because == Some(root)).collect();
    let rows = consequences.iter().map(|finding| html! { <li>{ finding.title.clone() }</li> });
    (!consequences.is_empty())
        .then(|| html! { <section class="follows"><h2>{ words.follows }</h2><ul>{ for rows }</ul></section> })
}

fn unused(state: &State, words: &Words) -> Option<Html> {
    let problems = state.answer.as_ref().map(|answer| &answer.problems).filter(|problems| !problems.is_empty())?;
    let rows = problems
        .iter()
        .map(|problem| html! { <li><b>{ problem.about.clone() }</b>{ ": " }{ problem.text.clone() }</li> });
    Some(html! { <section class="unused"><h2>{ words.unused }</h2><ul>{ for rows }</ul></section> })
}

fn judged(report: &Report, language: Language) -> String {
    let words = Words::of(language);
    let source = match report.now_source {
        "given" => words.given,
        "capture" => words.capture,
        _ => words.clock,
    };
    let mut judged = format!("{} ({source})", put(words.judged, &[("time", &report.now)]));
    let service = report.profile.as_ref().map(|found| (words.service, service_name(found.name, language)));
    let provider = report.identity_provider.as_ref().map(|found| (words.provider, provider_name(found.name, language)));
    for (text, name) in service.into_iter().chain(provider) {
        judged = format!("{judged} · {}", put(text, &[("name", name)]));
    }
    judged
}

/// How many checks came to which answer.
fn meter(props: &PlaceProps) -> Html {
    let words = Words::of(props.state.settings.language);
    let findings = props.state.report().map(|report| report.findings.as_slice()).unwrap_or_default();
    let count = |keep: &dyn Fn(&Finding) -> bool| findings.iter().filter(|finding| keep(finding)).count();
    let fired = |severity| count(&move |finding| finding.state == crate::State::Fired && finding.severity == severity);
    let state = |state| count(&move |finding| finding.state == state);
    let counts = [
        ("failed", fired(Severity::Error), words.failed),
        ("insecure", fired(Severity::Security), words.insecures),
        ("warning", fired(Severity::Warning), words.warnings),
        ("note", fired(Severity::Note), words.notes),
        ("passed", state(crate::State::Passed), words.hold),
        ("unchecked", state(crate::State::NotChecked), words.unchecked),
    ];
    let counts = counts.into_iter().map(|(class, count, text)| {
        let class = if count == 0 { "none" } else { class };
        let text = match (class, count) {
            ("warning", 1) => words.warning,
            ("note", 1) => words.note,
            _ => text,
        };
        html! { <li {class}><b>{ count }</b>{ " " }{ text }</li> }
    });
    html! { <ul class="meter">{ for counts }</ul> }
}
