//! Each signature and each encrypted part of the message alone: whether it holds or opens, with which key, over which
//! bytes, and why not.

mod bytes;
mod decryption;
mod difference;
mod digest;
mod doctor;
mod key_info;
mod signature;

use yew::{Html, html};

use super::PlaceProps;
use super::claims;
use crate::app::parts::{Shape, icon};
use crate::app::words::words;

words! {
    Words {
        title: "Signatures", "签名";
        encrypted: "Encrypted parts", "加密部分";
        unsigned: "This message is not signed", "此消息未签名";
        answer: "Nobody vouches for a word of it: whoever can reach the service can send the same with another name in it. A service must refuse it.",
            "没有任何人为其内容担保：任何能访问服务方的人都可以把名字换掉再发送。服务方必须拒绝。";
        inside: "What is encrypted in it may be signed inside: that shows once it is decrypted.",
            "其中加密的部分内部可能有签名，解密后即可看到。";
        request: "For a request that may be in order: many services do not sign theirs. Whether it must be signed is for the identity provider to say (WantAuthnRequestsSigned).",
            "对请求而言这可能没有问题：许多服务方不签名。是否必须签名由身份提供方决定（WantAuthnRequestsSigned）。";
        metadata: "For metadata that is common: what it says is then worth as much as the way that it came.",
            "元数据常常如此：其可信程度取决于获取它的途径。";
        wrapped: "Read instead of what is signed", "代替签名内容被读取";
        other: "Whether it had to be is for its receiver to say.", "是否必须签名由接收方决定。";
        nothing: "There is no message in this capture that could be signed.", "此捕获内容中没有可签名的消息。";
    }
}

/// The place.
pub fn signatures(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let Some(capture) = state.capture().filter(|capture| capture.summary.is_some()) else {
        return html! { <section class="signatures"><p class="quiet">{ words.nothing }</p></section> };
    };
    let revision = state.answer.as_ref().map_or(0, |answer| answer.revision);
    let signatures = capture.signatures.iter().enumerate().map(|(number, signature)| {
        let (signature, dispatch, index) = (signature.clone(), dispatch.clone(), capture.index);
        html! { <signature::Signature {signature} {number} capture={index} {revision} {dispatch} /> }
    });
    let decryptions = capture.decryptions.iter().enumerate();
    let decryptions = decryptions.map(|(number, part)| decryption::card(part, number, capture.index, state, dispatch));
    let sealed = !capture.decryptions.is_empty();
    let means = match capture.message_kind().unwrap_or_default() {
        "Response" if sealed => words.inside,
        "Response" | "Assertion" | "LogoutRequest" | "LogoutResponse" => words.answer,
        "AuthnRequest" => words.request,
        "EntityDescriptor" | "EntitiesDescriptor" => words.metadata,
        _ => words.other,
    };
    let unsigned = capture.signatures.is_empty().then(|| {
        html! {
            <div class="sign-card unsigned">
                <p class="state open">{ icon(Shape::Unsigned, "") }{ words.unsigned }</p>
                <p>{ means }</p>
            </div>
        }
    });
    let encrypted = sealed.then(|| {
        html! { <section class="group"><h2>{ words.encrypted }</h2><ul>{ for decryptions }</ul></section> }
    });
    let wrapped = (!capture.wrappings.is_empty()).then(|| {
        let each = capture.wrappings.iter();
        let each = each
            .map(|one| html! { <li>{ claims::wrapped(capture, one, false, state.settings.language, dispatch) }</li> });
        html! { <section class="group"><h2>{ words.wrapped }</h2><ul>{ for each }</ul></section> }
    });
    html! {
        <section class="signatures" aria-label={words.title}>
            <div>{ wrapped }</div>
            <section class="group">
                <h2>{ words.title }{ " " }<span class="quiet">{ capture.signatures.len() }</span></h2>
                <ul>{ for signatures }</ul>
                <div>{ unsigned }</div>
            </section>
            <div>{ encrypted }</div>
        </section>
    }
}

/// The last part of an algorithm's identifier, which people know it by: `rsa-sha256`.
fn short(uri: &str) -> &str {
    let trimmed = uri.trim_end_matches('#');
    trimmed.rsplit(['#', '/']).next().unwrap_or(trimmed)
}
