//! The login as it went: a diagram of who sent what to whom, and the same as a list that can be read out.

mod diagram;
mod logins;
mod steps;

use yew::{Html, html};

use self::diagram::diagram;
use self::logins::choose;
use self::steps::steps;
use super::PlaceProps;
use crate::app::parts::{Shape, icon, length};
use crate::app::words::{put, words};
use crate::{ArrowReport, Language, LoginReport};

words! {
    /// What all of the place says.
    Words {
        browser: "Browser", "浏览器";
        sp: "Service", "服务方";
        idp: "Identity provider", "身份提供方";
        login: "Login {number} of {of}", "第 {number} 次登录，共 {of} 次";
        logout: "Logout {number} of {of}", "第 {number} 项（登出），共 {of} 项";
        only: "The login", "这次登录";
        only_logout: "The logout", "这次登出";
        by_sp: "begun by the service", "由服务方发起";
        by_idp: "begun by the identity provider", "由身份提供方发起";
        attempt: "attempt {number}", "第 {number} 次尝试";
        looped: "loop", "循环";
        loop_about: "The service asks for a login again though it has just got a Response that says it succeeded: a redirect loop. The session that it should have begun is not kept: look at its cookies (SameSite, domain, http and https) and at its own log.",
            "服务方刚收到登录成功的 Response，却再次发出登录请求：这是重定向循环。服务方没有保留应建立的会话，请检查其 Cookie（SameSite、域、http 与 https）及其日志。";
        not_captured: "Not captured", "未捕获";
        request: "The AuthnRequest: begin to record before you open the service, or add its URL.",
            "AuthnRequest：请在打开服务之前开始录制，或补充该请求的 URL。";
        response: "The Response: the trace ends before it, or the identity provider sent none. Sign in until the service answers, then export the trace.",
            "Response：记录在它之前就结束了，或身份提供方没有发送。请登录到服务方给出答复后再导出记录。";
        delivery: "The delivery: the message itself is here, and not the request that carried it to the service. From it the address and RelayState would be known.",
            "投递：消息本身已有，但没有把它送达服务方的那次请求。有了它才能知道投递地址和 RelayState。";
        reply: "What the service answered: a HAR of the browser has its status and where it leads.",
            "服务方的答复：浏览器导出的 HAR 中包含其状态码和跳转地址。";
        logout_request: "The LogoutRequest that this answers.", "此消息所答复的 LogoutRequest。";
        logout_response: "The LogoutResponse.", "LogoutResponse。";
        relay: "RelayState", "RelayState";
        same: "It comes back as it was sent.", "返回时与发出时相同。";
        other: "It comes back as another than was sent.", "返回的值与发出的不同。";
        lost: "It was sent and does not come back.", "已发出，但没有返回。";
        added: "It comes back though none was sent.", "发出时没有，返回时却有。";
        half: "Only one of its two ways was captured, so that nothing is known of the other.",
            "往返中只捕获到一程，另一程未知。";
        sent: "sent", "发出";
        returned: "came back", "返回";
        none: "No message of a login was captured, so that there is nothing to draw.", "没有捕获到登录消息，因此没有可绘制的流程。";
        failed: "fails", "失败";
        insecure: "insecure", "不安全";
        warning: "warning", "警告";
        passed: "nothing found against it", "未发现问题";
        unknown: "not judged", "未判定";
        service_reply: "the service’s reply", "服务方的答复";
        missing: "not captured", "未捕获";
        to: "{from} to {to}", "{from}到{to}";
        ms: "{sign}{seconds} s", "{sign}{seconds} 秒";
        after: "{sign}{length}", "{sign}{length}";
    }
}

/// The place: the login that is judged, and the others to choose from.
pub fn flow(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let (Some(report), Some(login)) = (state.report(), state.login()) else {
        return html! { <section class="flow"><p class="quiet">{ words.none }</p></section> };
    };
    let of = report.flow.logins.len();
    let facts = facts(login, words).into_iter().map(|fact| html! { <span class="about">{ fact }</span> });
    let missing = login.missing.iter().map(|what| html! { <li>{ lack(login, what, words) }</li> });
    html! {
        <section class="flow">
            <div class="others" hidden={of < 2}>
                if of > 1 {
                    { choose(props) }
                }
            </div>
            <header>
                <h2>{ name(login, of, words) }</h2>
                <p class="begun">{ for facts }</p>
            </header>
            <p class="looped" hidden={!login.is_loop}>{ icon(Shape::Warning, "") }<span>{ words.loop_about }</span></p>
            <div class="drawn">
                { diagram(login, state.selected, language, dispatch) }
                <div class="told">
                    { steps(login, state.selected, language, dispatch) }
                    <div class="relay">{ relay(login, words) }</div>
                    <div class="lacking" hidden={login.missing.is_empty()}>
                        <h3>{ words.not_captured }</h3>
                        <ul>{ for missing }</ul>
                    </div>
                </div>
            </div>
        </section>
    }
}

/// What a login is called among so many.
fn name(login: &LoginReport, of: usize, words: &Words) -> String {
    let is_login = login.kind == "login";
    if of < 2 {
        return (if is_login { words.only } else { words.only_logout }).to_owned();
    }
    let text = if is_login { words.login } else { words.logout };
    put(text, &[("number", &(login.index + 1).to_string()), ("of", &of.to_string())])
}

/// What is to be said of a login in a few words each.
fn facts(login: &LoginReport, words: &Words) -> Vec<String> {
    let by = match login.initiated_by {
        "sp" => Some(words.by_sp.to_owned()),
        "idp" => Some(words.by_idp.to_owned()),
        _ => None,
    };
    let attempt = || put(words.attempt, &[("number", &login.attempt.to_string())]);
    let attempt = (login.attempt > 1).then(attempt);
    let looped = login.is_loop.then(|| words.looped.to_owned());
    [by, attempt, looped].into_iter().flatten().collect()
}

fn lack(login: &LoginReport, what: &str, words: &'static Words) -> &'static str {
    match (login.kind, what) {
        ("logout", "request") => words.logout_request,
        ("logout", _) => words.logout_response,
        (_, "request") => words.request,
        // A login's own logout may lack its answer as well.
        (_, "response") if login.arrows.iter().any(|arrow| arrow.what == "LogoutRequest") => words.logout_response,
        (_, "response") => words.response,
        (_, "delivery") => words.delivery,
        _ => words.reply,
    }
}

/// RelayState's way there and back.
fn relay(login: &LoginReport, words: &Words) -> Html {
    let Some(state) = &login.relay_state else { return html! { <div hidden={true} /> } };
    let (told, shape, class) = match (state.same, &state.sent, &state.returned) {
        (Some(true), ..) => (words.same, Shape::Done, "same"),
        (Some(false), Some(_), None) => (words.lost, Shape::Failed, "other"),
        (Some(false), None, _) => (words.added, Shape::Failed, "other"),
        (Some(false), ..) => (words.other, Shape::Failed, "other"),
        (None, ..) => (words.half, Shape::Unknown, "half"),
    };
    let rows = [(words.sent, &state.sent), (words.returned, &state.returned)].into_iter();
    let rows = rows.filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let rows = rows.map(|(name, value)| html! { <><dt>{ name }</dt><dd class="mono">{ value.clone() }</dd></> });
    html! {
        <>
            <h3>{ words.relay }</h3>
            <p class={class}>{ icon(shape, "") }<span>{ told }</span></p>
            <dl>{ for rows }</dl>
        </>
    }
}

/// What a party is called.
fn party(party: &str, words: &'static Words) -> &'static str {
    match party {
        "sp" => words.sp,
        "idp" => words.idp,
        _ => words.browser,
    }
}

/// What was sent, as people call it.
fn what(arrow: &ArrowReport, words: &'static Words) -> &'static str {
    if arrow.what == "reply" { words.service_reply } else { arrow.what }
}

/// A verdict in words, and its sign.
fn verdict(arrow: &ArrowReport, words: &'static Words) -> (&'static str, Shape) {
    match arrow.verdict {
        _ if arrow.capture.is_none() => (words.missing, Shape::Unchecked),
        "failed" => (words.failed, Shape::Failed),
        "insecure" => (words.insecure, Shape::Insecure),
        "warning" => (words.warning, Shape::Warning),
        "passed" => (words.passed, Shape::Done),
        _ => (words.unknown, Shape::Unchecked),
    }
}

/// The time of day out of `2026-03-01T08:00:00.123Z`.
fn clock(at: &str) -> &str {
    at.split_once('T').map_or(at, |(_, time)| time.trim_end_matches('Z'))
}

/// How long after the arrow before: `+1.25 s`, `+4 min 45 s`.
fn after(language: Language, ms: i64) -> String {
    let words = Words::of(language);
    let sign = if ms < 0 { "−" } else { "+" };
    let size = ms.unsigned_abs();
    if size < 60_000 {
        let seconds = format!("{}.{:03}", size / 1000, size % 1000);
        let seconds = seconds.trim_end_matches('0').trim_end_matches('.');
        return put(words.ms, &[("sign", sign), ("seconds", seconds)]);
    }
    put(words.after, &[("sign", sign), ("length", &length(language, size / 1000))])
}
