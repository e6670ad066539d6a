//! One certificate or key.

use yew::{Html, html};

use super::super::value::{Row, Shown};
use super::validity::validity;
use crate::app::engine::TextOf;
use crate::app::parts::{Copy, Shape, Show, icon};
use crate::app::state::Dispatch;
use crate::app::words::{put, words};
use crate::{KeyReport, KeyUseReport, Language, Report, SignatureNumber};

words! {
    Words {
        public: "Public key", "公钥";
        private: "Private key", "私钥";
        issuer: "Issuer", "颁发者";
        itself: "names itself: nobody else vouches for it", "自签发，没有其他机构为其担保";
        serial: "Serial number", "序列号";
        key: "Key", "密钥";
        bits: "{algorithm}, {bits} bits", "{algorithm}，{bits} 位";
        unread: "cannot be read", "无法读取";
        signed_by: "Signed with", "签名算法";
        key_print: "SHA-256 of the key", "密钥的 SHA-256";
        uses: "Where it stands", "出现位置";
        in_message: "in the message {file}: {what}, which proves nothing", "消息 {file} 中的 {what}，不能证明任何事";
        in_metadata: "metadata {file}: {what}", "元数据 {file}：{what}";
        given: "given as trusted: {file}", "作为可信证书提供：{file}";
        half: "its private key was given: {file}; it is kept in memory and shown nowhere", "已提供其私钥：{file}；仅保存在内存中，不会显示";
        verified: "Verified", "验证过的签名";
        nothing: "no signature holds with it", "没有用它验证通过的签名";
        signature_of: "{target} in {file}", "{file} 中的 {target}";
        both: "for signing and encryption", "用于签名和加密";
        pem: "PEM", "PEM";
        bytes: "the certificate", "证书";
    }
}

/// A card.
pub fn card(key: &KeyReport, report: &Report, now: i64, language: Language, dispatch: &Dispatch) -> Html {
    let words = Words::of(language);
    let row = |name: &'static str, value: String, note: &'static str| {
        html! { <Row {name} shown={Shown::said(value)} {note} dispatch={dispatch.clone()} /> }
    };
    let certificate = key.certificate.as_ref();
    let title = match (certificate, key.kind.as_str()) {
        (Some(certificate), _) => certificate.subject.clone(),
        (None, "private-key") => words.private.to_owned(),
        (None, _) => words.public.to_owned(),
    };
    let size = match (&key.key_algorithm, key.key_bits) {
        (Some(algorithm), Some(bits)) => put(words.bits, &[("algorithm", algorithm), ("bits", &bits.to_string())]),
        (Some(algorithm), None) => algorithm.clone(),
        (None, _) => words.unread.to_owned(),
    };
    let mut rows = Vec::new();
    if let Some(certificate) = certificate {
        rows.push(row(words.issuer, certificate.issuer.clone(), if key.self_issued { words.itself } else { "" }));
        rows.push(row(words.serial, certificate.serial.clone(), ""));
    }
    rows.push(row(words.key, size, ""));
    if let Some(certificate) = certificate {
        rows.push(row(words.signed_by, certificate.signature_algorithm.clone(), ""));
        rows.push(row("SHA-256", certificate.sha256.clone(), ""));
        rows.push(row("SHA-1", certificate.sha1.clone(), ""));
    }
    rows.extend(key.key_sha256.iter().map(|print| row(words.key_print, print.clone(), "")));
    let uses = key.uses.iter().map(|one| html! { <li>{ place(one, words, dispatch) }</li> });
    let verified =
        key.verified.iter().filter_map(|number| Some(html! { <li>{ signature(*number, report, words)? }</li> }));
    let verified: Vec<Html> = verified.collect();
    let nothing = if verified.is_empty() { words.nothing } else { "" };
    let pem = key.pem.as_ref().map(|pem| {
        html! { <span class="pem">{ words.pem }<Copy what={words.pem} text={pem.clone()} /></span> }
    });
    html! {
        <li class="sign-card certificate" data-kind={key.kind.clone()}>
            <div class="head">
                <p class="title">{ title }</p>
                <span class="way">{ pem }</span>
            </div>
            <div>{ validity(key, now, language) }</div>
            <dl>{ for rows }</dl>
            <dl>
                <div class="row"><dt>{ words.uses }</dt><dd><ul>{ for uses }</ul></dd></div>
                <div class="row">
                    <dt>{ words.verified }</dt>
                    <dd><ul class="verified">{ for verified }</ul><span class="quiet">{ nothing }</span></dd>
                </div>
            </dl>
        </li>
    }
}

fn place(one: &KeyUseReport, words: &Words, dispatch: &Dispatch) -> Html {
    let (text, what) = match one.place.as_str() {
        "message" => (words.in_message, format!("{} / KeyInfo", one.element.as_deref().unwrap_or_default())),
        "metadata" => {
            let role = one.role.as_deref().unwrap_or_default();
            let usage = one.usage.as_deref().unwrap_or(words.both);
            (words.in_metadata, format!("{role} · {usage} · {}", one.entity_id.as_deref().unwrap_or_default()))
        }
        "private-key" => (words.half, String::new()),
        _ => (words.given, String::new()),
    };
    let show = one.capture.zip(one.span).map(|(capture, span)| {
        let text = TextOf { capture, decryption: one.decryption };
        html! { <Show {text} {span} what={words.bytes} dispatch={dispatch.clone()} /> }
    });
    html! {
        <span class="use" data-place={one.place.clone()}>
            <span>{ put(text, &[("file", &one.file), ("what", &what)]) }</span>
            <span class="way">{ show }</span>
        </span>
    }
}

/// A signature by what it signs, and where.
fn signature(number: SignatureNumber, report: &Report, words: &Words) -> Option<Html> {
    let capture = report.captures.get(number.capture)?;
    let signature = capture.signatures.get(number.signature)?;
    let text = put(words.signature_of, &[("target", &signature.target), ("file", &capture.input)]);
    Some(html! { <span class="state sound">{ icon(Shape::Done, "") }{ text }</span> })
}
