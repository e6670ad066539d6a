//! What the self-test has found: of each group how many answers are right, and every check on demand.

use yew::{Html, component, html};

use super::PlaceProps;
use crate::app::parts::{Shape, icon};
use crate::app::state::{Tested, Trouble};
use crate::app::words::{number, put, words};
use crate::{SELF_TEST_GROUPS, SelfCheck};

words! {
    Words {
        title: "Self-test", "自检";
        about: "On every load this browser is tried on signed, spoiled, encrypted and forged messages whose answers are known.",
            "每次加载时，都会用答案已知的签名、篡改、加密和伪造消息检验此浏览器。";
        passed: "All {of} answers are right.", "全部 {of} 项结果正确。";
        failed: "{wrong} of {of} answers are wrong.", "{of} 项中有 {wrong} 项结果错误。";
        stopped: "The engine stopped after {done} of {of} checks: {why}", "引擎在完成 {done}/{of} 项检查后停止：{why}";
        not_run: "It could not be run: {why}", "无法运行：{why}";
        waiting: "It is run as soon as nothing else is going on.", "空闲时即开始运行。";
        running: "{done} of {of} checks are done.", "已完成 {done}/{of} 项检查。";
        took: "Done at {at}, in {took} ms.", "完成于 {at}，用时 {took} 毫秒。";
        counts: "{right} of {of}", "{right}/{of}";
        every: "Every check", "全部检查";
        expected: "expected: {expected}", "预期：{expected}";
        signature: "Signatures", "签名";
        digest: "Digests", "摘要";
        canonicalization: "Canonical forms", "规范化";
        decryption: "Decryption", "解密";
        attack: "Attacks", "攻击";
    }
}

/// The section.
#[component]
pub fn SelfTest(props: &PlaceProps) -> Html {
    let words = Words::of(props.state.settings.language);
    let tested = &*props.state.tested;
    let (shape, class) = match () {
        () if tested.is_doubtful() => (Shape::Failed, "bad"),
        () if tested.is_right() => (Shape::Done, "ok"),
        () => (Shape::Unchecked, ""),
    };
    let took = [("at", tested.at.as_str()), ("took", &number(tested.took.max(0.0) as usize))];
    let groups = SELF_TEST_GROUPS.into_iter().map(|group| {
        let of = tested.checks.iter().filter(|check| check.group == group);
        let right = of.clone().filter(|check| check.is_right()).count();
        let (right, of) = (right.to_string(), of.count().to_string());
        html! {
            <li data-group={group}><b>{ title(group, words) }</b>{ " " }{ put(words.counts, &[("right", &right), ("of", &of)]) }</li>
        }
    });
    html! {
        <section class="self-test" data-self-test={state(tested)}>
            <h3>{ icon(shape, class) }{ words.title }</h3>
            <p>{ words.about }</p>
            <p class="result">{ result(tested, words) }</p>
            <p class="quiet" hidden={!tested.is_done()}>{ put(words.took, &took) }</p>
            <ul class="groups">{ for groups }</ul>
            <details>
                <summary>{ words.every }</summary>
                <ul class="checks">{ for tested.checks.iter().map(|check| row(check, words)) }</ul>
            </details>
        </section>
    }
}

/// For tests, and for whoever asks the page by script.
fn state(tested: &Tested) -> &'static str {
    match (&tested.trouble, tested.is_doubtful(), tested.is_done()) {
        (Some(Trouble::NotRun(_)), ..) => "not-run",
        (_, true, _) => "failed",
        (_, _, true) => "passed",
        _ => "running",
    }
}

fn result(tested: &Tested, words: &Words) -> String {
    let (done, of, wrong) =
        (tested.checks.len().to_string(), tested.of.to_string(), tested.wrong().count().to_string());
    let values = [("done", done.as_str()), ("of", of.as_str()), ("wrong", wrong.as_str())];
    match &tested.trouble {
        Some(Trouble::NotRun(why)) => put(words.not_run, &[("why", why)]),
        Some(Trouble::Stopped(why)) => put(words.stopped, &[("done", &done), ("of", &of), ("why", why)]),
        None if tested.is_doubtful() => put(words.failed, &values),
        None if tested.is_done() => put(words.passed, &values),
        None if tested.of == 0 => words.waiting.to_owned(),
        None => put(words.running, &values),
    }
}

fn title(group: &str, words: &Words) -> &'static str {
    match group {
        "signature" => words.signature,
        "digest" => words.digest,
        "canonicalization" => words.canonicalization,
        "decryption" => words.decryption,
        _ => words.attack,
    }
}

fn row(check: &SelfCheck, words: &Words) -> Html {
    let (shape, class) = if check.is_right() { (Shape::Done, "ok") } else { (Shape::Failed, "bad") };
    html! {
        <li>
            { icon(shape, class) }
            <span>
                <code>{ check.name.clone() }</code>
                <span class="found">{ check.found.clone() }</span>
                <span class="found" hidden={check.is_right()}>{ put(words.expected, &[("expected", &check.expected)]) }</span>
            </span>
        </li>
    }
}
