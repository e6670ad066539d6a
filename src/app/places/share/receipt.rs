//! What the scan of the redacted case still found, and the receipt: what was replaced, and what was known before it.

use yew::{Html, html};

use super::Found;
use super::replacements::{kind, kinds};
use crate::app::parts::{Shape, icon};
use crate::app::state::State;
use crate::app::words::{number, put, words};
use crate::{Language, Leftover, Receipt};

words! {
    Words {
        clean: "The result was searched for every value that is replaced, in every encoding: none is left.",
            "已在结果中以各种编码搜索每个被替换的值：没有遗留。";
        left: "Something of the original is still in it", "其中仍有原始内容";
        left_about: "Look at each before you hand it over: name the text below, or change the capture.", "交出之前请逐一查看：在下方指定该文本，或修改捕获内容。";
        in_part: "in {part}", "位于 {part}";
        raw: "as it is", "原样";
        base64: "in base64", "base64 编码";
        percent: "percent-encoded", "百分号编码";
        deflated: "deflated", "DEFLATE 压缩";
        more: "{count} more", "另有 {count} 处";
        title: "Receipt", "回执";
        lead: "It goes with the redacted case: what was replaced, and what was known before, without the originals.",
            "随脱敏后的案例一起交出：替换了什么、之前已知什么，不含原始值。";
        replaced: "Replaced: {values} values in {places} places", "已替换：{values} 个值，共 {places} 处";
        kept: "Kept on purpose: {values} values", "特意保留：{values} 个值";
        before: "Verdict before it", "脱敏之前的结论";
        root: "Its root cause", "其根本原因";
        fired: "Rules that fired before it", "脱敏之前触发的规则";
        checked: "Signatures before it", "脱敏之前的签名";
        signatures: "Signatures that held before it: {count}. Their bytes are changed, so that this is your word.", "脱敏之前有效的签名：{count} 个。其字节已被更改，因此仅为您的陈述。";
        decrypted: "Encrypted parts that were opened before it: {count}. What they said is in it, redacted.", "脱敏之前已解密的部分：{count} 个。其内容已脱敏后包含在内。";
        certificates_kept: "Certificates and signature values: as they are", "证书和签名值：保持原样";
        certificates: "Certificates and signature values: replaced", "证书和签名值：已替换";
        shifted: "Times: moved by {days} days", "时间：移动了 {days} 天";
        unshifted: "Times: as they are", "时间：保持原样";
    }
}

/// Most leftovers that are listed.
const LISTED: usize = 50;

/// What is left of the original, large in words; or that nothing is.
pub(super) fn left(found: &Found, language: Language) -> Html {
    let words = Words::of(language);
    if found.left.is_empty() {
        let none = found.replacements.is_empty();
        return html! { <p class="clean" hidden={none}>{ icon(Shape::Done, "") }<span>{ words.clean }</span></p> };
    }
    let row = |one: &Leftover| {
        let form = match one.form.as_str() {
            "raw" => words.raw,
            "base64" => words.base64,
            "percent" => words.percent,
            "deflated" => words.deflated,
            other => other,
        };
        let at = put(words.in_part, &[("part", &one.part)]);
        html! { <li><code>{ one.original.clone() }</code><span>{ format!("{at}, {form}") }</span></li> }
    };
    let rows: Vec<Html> = found.left.iter().take(LISTED).map(row).collect();
    let more = found.left.len().saturating_sub(LISTED);
    html! {
        <div class="leftover">
            <h2>{ icon(Shape::Warning, "") }{ words.left }</h2>
            <p>{ words.left_about }</p>
            <ul>{ for rows }</ul>
            <p hidden={more == 0}>{ put(words.more, &[("count", &number(more))]) }</p>
        </div>
    }
}

/// The receipt.
pub(super) fn receipt(state: &State, found: &Found) -> Html {
    let language = state.settings.language;
    let words = Words::of(language);
    let replaced = || found.replacements.iter().filter(|one| one.is_replaced);
    let places = replaced().map(|one| one.count).sum();
    let by_kind = kinds(found, language).into_iter().filter_map(|name| {
        let count = replaced().filter(|one| kind(&one.kind, language) == name).count();
        (count > 0).then(|| html! { <li>{ format!("{name}: {}", number(count)) }</li> })
    });
    let by_kind: Vec<Html> = by_kind.collect();
    let kept = found.replacements.len() - replaced().count();
    let stated = found.stated.as_ref();
    let signatures = stated.map_or(0, |stated| stated.signatures.len());
    let decrypted = stated.map_or(0, |stated| stated.decrypted.len());
    let count = |text: &str, name: &str, count: usize| put(text, &[(name, &number(count))]);
    let certificates = if state.sharing.keep_certificates { words.certificates_kept } else { words.certificates };
    let times = match state.sharing.shift_days().unwrap_or(0) {
        0 => words.unshifted.to_owned(),
        days => put(words.shifted, &[("days", &days.to_string())]),
    };
    let said = put(words.replaced, &[("values", &number(replaced().count())), ("places", &number(places))]);
    html! {
        <section class="receipt">
            <h2>{ words.title }</h2>
            <p class="quiet">{ words.lead }</p>
            <div class="sums">
                <p><b>{ said }</b></p>
                <ul>{ for by_kind }</ul>
                <p hidden={kept == 0}>{ count(words.kept, "values", kept) }</p>
                <p>{ certificates }</p>
                <p>{ times }</p>
                <div class="before">{ found.stated.as_ref().and_then(|stated| stated.receipt.as_ref()).map(|receipt| before(receipt, words)) }</div>
                <p hidden={signatures == 0}>{ count(words.signatures, "count", signatures) }</p>
                <p hidden={decrypted == 0}>{ count(words.decrypted, "count", decrypted) }</p>
            </div>
        </section>
    }
}

/// What was known before.
fn before(receipt: &Receipt, words: &Words) -> Html {
    let list = |values: &[String]| -> Vec<Html> {
        values.iter().map(|value| html! { <code>{ value.clone() }</code> }).collect()
    };
    let root = receipt.root_cause.as_ref();
    html! {
        <>
            <p>{ words.before }{ ": " }<code>{ receipt.outcome.clone() }</code></p>
            <p hidden={root.is_none()}>{ words.root }{ ": " }<code>{ root.cloned().unwrap_or_default() }</code></p>
            <p class="all" hidden={receipt.fired.is_empty()}>{ words.fired }{ ": " }{ for list(&receipt.fired) }</p>
            <p class="all" hidden={receipt.signatures.is_empty()}>{ words.checked }{ ": " }{ for list(&receipt.signatures) }</p>
        </>
    }
}
