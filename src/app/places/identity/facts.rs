//! What else the message says: status, where from, for whom, and as the answer to what.

use yew::{Html, html};

use super::super::value::{Row, Shown};
use super::group;
use crate::app::state::Dispatch;
use crate::app::words::words;
use crate::{CaptureReport, Language};

words! {
    Words {
        status: "Status", "状态";
        from: "From", "来自";
        meant: "Meant for", "发给";
        exchange: "Exchange", "交互";
        sent: "Sent to", "发送至";
        binding: "Binding", "绑定";
        encrypted: "encrypted, and not decrypted", "已加密，未解密";
        several: "several; what is shown is of the one that a signature covers, else of the first",
            "不止一个；显示的是签名所覆盖的那个，若无则为第一个";
    }
}

/// Groups of rows.
pub fn facts(capture: &CaptureReport, language: Language, dispatch: &Dispatch) -> Option<Html> {
    let words = Words::of(language);
    let summary = capture.summary.as_ref()?;
    let row = |name: &'static str, shown: Shown, note: &'static str| {
        html! { <Row {name} {shown} {note} dispatch={dispatch.clone()} /> }
    };
    let each = |name: &'static str, key: &str, texts: &[String]| -> Vec<Html> {
        let places = summary.values.iter().filter(|value| value.key == key);
        let shown = |(text, at): (&String, &crate::ValueReport)| {
            row(name, Shown::at(capture, text, at.decryption, at.span), "")
        };
        texts.iter().zip(places).map(shown).collect()
    };
    let one = |name: &'static str, key: &str, text: &Option<String>| each(name, key, text.as_slice());
    let said = |name: &'static str, text: &Option<String>| -> Vec<Html> {
        text.iter().map(|text| row(name, Shown::said(text.clone()), "")).collect()
    };
    let count = |name: &'static str, count: usize, least: usize, note: &'static str| -> Vec<Html> {
        (count >= least).then(|| row(name, Shown::said(count.to_string()), note)).into_iter().collect()
    };
    let acs = &summary.assertion_consumer_service_url;
    let binding = capture.binding.map(str::to_owned);
    let groups = [
        (
            words.status,
            vec![
                each("StatusCode", "status", &summary.status),
                one("StatusMessage", "status_message", &summary.status_message),
                count("EncryptedAssertion", summary.encrypted_assertions, 1, words.encrypted),
                count("Assertion", summary.assertions, 2, words.several),
            ],
        ),
        (words.from, vec![one("Issuer", "issuer", &summary.issuer)]),
        (
            words.meant,
            vec![
                each("Audience", "audiences", &summary.audiences),
                each("Recipient", "recipients", &summary.recipients),
                one("Destination", "destination", &summary.destination),
                one("AssertionConsumerServiceURL", "assertion_consumer_service_url", acs),
            ],
        ),
        (
            words.exchange,
            vec![
                said(words.binding, &binding),
                said(words.sent, &capture.url),
                said("RelayState", &capture.relay_state),
                one("ID", "id", &summary.id),
                one("InResponseTo", "in_response_to", &summary.in_response_to),
            ],
        ),
    ];
    let groups = groups.into_iter().filter_map(|(title, rows)| group(title, rows.into_iter().flatten().collect()));
    Some(html! { <div class="groups">{ for groups }</div> })
}
