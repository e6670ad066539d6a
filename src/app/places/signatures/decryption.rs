//! One encrypted part: whether it opens, with which key, and why not.

use std::rc::Rc;

use yew::{Callback, Html, html};

use super::super::Place;
use super::super::value::{Row, Shown};
use super::{key_info, short};
use crate::DecryptionReport;
use crate::app::engine::TextOf;
use crate::app::parts::{Shape, Show, icon};
use crate::app::state::{Action, Dispatch, State};
use crate::app::words::{put, words};

words! {
    Words {
        decrypted: "{target}: decrypted", "{target}：已解密";
        closed: "{target}: encrypted", "{target}：已加密";
        failed: "{target}: does not open", "{target}：无法解密";
        step: "Step", "步骤";
        cipher: "Cipher", "加密算法";
        transport: "Key transport", "密钥传输";
        key: "Private key", "私钥";
        belongs: "a key that was given belongs to the certificate it was encrypted for", "所提供的密钥与加密所用证书匹配";
        foreign: "no key that was given belongs to the certificate it was encrypted for", "所提供的密钥与加密所用证书都不匹配";
        ciphertext: "the encrypted element", "加密的元素";
        plaintext: "Show what came out", "查看解密内容";
        add: "Add the private key under Context", "在“上下文”中添加私钥";
    }
}

/// A card.
pub fn card(part: &DecryptionReport, number: usize, capture: usize, state: &Rc<State>, dispatch: &Dispatch) -> Html {
    let language = state.settings.language;
    let words = Words::of(language);
    let (class, shape, title) = match part.status {
        "decrypted" => ("state sound", Shape::Done, words.decrypted),
        "no-key" => ("state open", Shape::Lock, words.closed),
        _ => ("state faulty", Shape::Failed, words.failed),
    };
    let row = |name: &'static str, value: String, note: &str| {
        html! { <Row {name} shown={Shown::said(value)} note={note.to_owned()} dispatch={dispatch.clone()} /> }
    };
    let belongs = match part.key_belongs {
        Some(true) => words.belongs,
        Some(false) => words.foreign,
        None => "",
    };
    let step = part.step.map(|step| row(words.step, step.to_owned(), ""));
    let key = part.key.as_ref().map(|key| row(words.key, key.clone(), belongs));
    let cipher = part.cipher.as_ref().map(|uri| row(words.cipher, uri.clone(), short(uri)));
    let transports = part.key_transports.iter().map(|uri| row(words.transport, uri.clone(), short(uri)));
    let rows = [step, key, cipher].into_iter().flatten().chain(transports);
    // Of a part within another it is that one's plaintext.
    let text = TextOf { capture, decryption: None };
    let act = |action: fn(usize, usize, usize) -> Action, length: usize, label: &'static str| {
        let dispatch = dispatch.clone();
        let onclick = Callback::from(move |_| dispatch.dispatch(action(capture, number, length)));
        html! { <button type="button" class="button" {onclick}>{ label }</button> }
    };
    let shown = |capture, number, length| Action::Show(TextOf { capture, decryption: Some(number) }, [0, length]);
    let way = match (&part.xml, part.status) {
        (Some(xml), _) => Some(act(shown, xml.len(), words.plaintext)),
        (None, "no-key") => Some(act(|_, _, _| Action::Go(Place::Context), 0, words.add)),
        _ => None,
    };
    html! {
        <li class="sign-card" data-status={part.status}>
            <div class="head">
                <p {class}>{ icon(shape, "") }<span class="title">{ put(title, &[("target", &part.target)]) }</span></p>
                <span class="way"><Show {text} span={part.span} what={words.ciphertext} dispatch={dispatch.clone()} /></span>
            </div>
            <p>{ part.detail.clone() }</p>
            <dl>{ for rows }</dl>
            <div class="under">{ way }</div>
            <div>{ key_info::key_info(&part.certificates, language) }</div>
        </li>
    }
}
