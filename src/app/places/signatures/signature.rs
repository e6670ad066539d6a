//! One signature: whether it holds, with which key, over what, and why not.

use yew::{Html, Properties, component, html};

use super::super::value::{Row, Shown};
use super::{bytes::Bytes, difference::Difference, digest, doctor, key_info, short};
use crate::SignatureReport;
use crate::app::engine::TextOf;
use crate::app::parts::{Shape, Show, icon};
use crate::app::state::Dispatch;
use crate::app::words::{put, use_language, words};

words! {
    Words {
        trusted: "{target}: valid, by a key you gave", "{target}：有效，密钥由您提供";
        unvouched: "{target}: valid, by a key that nobody vouches for", "{target}：有效，但密钥没有可信来源";
        invalid: "{target}: not valid", "{target}：无效";
        unchecked: "{target}: could not be checked", "{target}：无法校验";
        query: "in the query of the URL", "位于 URL 的查询参数中";
        reason: "Reason", "原因";
        target: "Signs", "签名对象";
        key: "Key", "密钥";
        own: "the message’s own KeyInfo, which proves nothing", "消息自带的 KeyInfo，不能证明任何事";
        tried: "Keys tried", "尝试过的密钥";
        signature: "the signature", "签名";
        covers: "Covers", "覆盖范围";
        covered: "what it covers", "签名覆盖的内容";
        bytes: "{from}–{to}", "{from}–{to}";
    }
}

/// See [`Signature`].
#[derive(PartialEq, Properties)]
pub struct SignatureProps {
    /// What the report says of it.
    pub signature: SignatureReport,
    /// Its number in the capture.
    pub number: usize,
    /// The number of the capture.
    pub capture: usize,
    /// The revision of the report.
    pub revision: u32,
    /// Where actions go.
    pub dispatch: Dispatch,
}

/// A card.
#[component]
pub fn Signature(props: &SignatureProps) -> Html {
    let SignatureProps { signature, number, capture, revision, dispatch } = props;
    let language = use_language();
    let words = Words::of(language);
    let (class, shape, title) = match (signature.status, signature.trusted) {
        ("valid", true) => ("state sound", Shape::Done, words.trusted),
        ("valid", false) => ("state luck", Shape::Unknown, words.unvouched),
        ("invalid", _) => ("state faulty", Shape::Failed, words.invalid),
        _ => ("state open", Shape::Unchecked, words.unchecked),
    };
    let title = put(title, &[("target", &signature.target)]);
    let text = TextOf { capture: *capture, decryption: signature.decryption };
    let show = |span: [usize; 2], what: &'static str| {
        html! { <Show {text} {span} {what} dispatch={dispatch.clone()} /> }
    };
    let restored = signature.diagnosis.is_some() && signature.place == "xml";
    let difference = restored.then(|| {
        html! { <Difference capture={*capture} signature={*number} revision={*revision} /> }
    });
    let covers = signature.covers.iter().map(|span| {
        let [from, to] = span.map(|at| at.to_string());
        html! { <li><code>{ put(words.bytes, &[("from", &from), ("to", &to)]) }</code>{ show(*span, words.covered) }</li> }
    });
    let covers = (!signature.covers.is_empty()).then(|| {
        html! { <div class="row"><dt>{ words.covers }</dt><dd><ul class="spans">{ for covers }</ul></dd></div> }
    });
    let place = if signature.place == "query" { words.query } else { "" };
    html! {
        <li class="sign-card" data-status={signature.status}>
            <div class="head">
                <p {class}>{ icon(shape, "") }<span class="title">{ title }</span></p>
                <span class="quiet">{ place }</span>
                <span class="way">{ signature.span.map(|span| show(span, words.signature)) }</span>
            </div>
            <p>{ signature.detail.clone() }</p>
            <div>{ doctor::diagnosis(signature, text, language, dispatch) }</div>
            <div>{ difference }</div>
            <div>{ doctor::ruled_out(signature, language) }</div>
            <dl>{ for facts(signature, words, dispatch) }</dl>
            <dl>{ covers }</dl>
            <div>{ digest::digests(signature, language) }</div>
            <Bytes capture={*capture} signature={*number} revision={*revision} octets={signature.octets} query={signature.place == "query"} />
            <div>{ key_info::key_info(&signature.certificates, language) }</div>
        </li>
    }
}

fn facts(signature: &SignatureReport, words: &Words, dispatch: &Dispatch) -> Vec<Html> {
    let row = |name: &'static str, value: String, note: String| {
        html! { <Row {name} shown={Shown::said(value)} {note} dispatch={dispatch.clone()} /> }
    };
    let algorithm = |name: &'static str, uri: &String| {
        let note = short(uri).to_owned();
        row(name, uri.clone(), note)
    };
    let target =
        signature.target_id.as_ref().map(|id| row(words.target, format!("{} #{id}", signature.target), String::new()));
    let key = signature.key.as_ref().map(|key| match key.as_str() {
        "keyinfo" => row(words.key, key.clone(), words.own.to_owned()),
        _ => row(words.key, key.clone(), String::new()),
    });
    let tried = (signature.key.is_none() && !signature.tried.is_empty())
        .then(|| row(words.tried, signature.tried.join("\n"), String::new()));
    let reason = signature.reason.map(|reason| row(words.reason, reason.to_owned(), String::new()));
    let algorithms = [
        ("SignatureMethod", &signature.signature_algorithm),
        ("CanonicalizationMethod", &signature.canonicalization),
        ("DigestMethod", &signature.digest_algorithm),
    ];
    let algorithms = algorithms.into_iter().filter_map(|(name, uri)| Some(algorithm(name, uri.as_ref()?)));
    let transforms = signature.transforms.iter().map(|uri| algorithm("Transform", uri));
    let prefixes = signature.prefix_list.as_ref().map(|list| row("PrefixList", list.clone(), String::new()));
    let reference = signature.reference.as_ref().map(|uri| row("Reference URI", uri.clone(), String::new()));
    let first = [reason, target, key, tried].into_iter().flatten();
    first.chain(algorithms).chain(reference).chain(transforms).chain(prefixes).collect()
}
