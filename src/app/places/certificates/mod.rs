//! Every certificate and key of the case: what it is, how long it is valid, where it stands, what it verified.

mod card;
mod validity;

pub use self::validity::validity;
use yew::{Callback, Html, html};

use super::{Place, PlaceProps};
use crate::Instant;
use crate::app::state::Action;
use crate::app::words::{number, put, words};

words! {
    Words {
        title: "Certificates and keys", "证书与密钥";
        none: "There is no certificate and no key in this case. The identity provider’s metadata or its signing certificate would let signatures be trusted; the service’s private key would open what is encrypted.",
            "此案例中没有任何证书或密钥。提供身份提供方的元数据或签名证书，才能判断签名是否可信；提供服务方的私钥，才能解密加密内容。";
        add: "Add it under Context", "在“上下文”中添加";
        left_out: "{count} more places of certificates and keys are not shown.", "另有 {count} 处证书和密钥未显示。";
    }
}

/// The place.
pub fn certificates(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let Some(report) = state.report() else { return html! { <section class="certificates" /> } };
    let now = Instant::parse(&report.now).map(Instant::unix).unwrap_or_default();
    let cards = report.certificates.iter().map(|key| card::card(key, report, now, state.settings.language, dispatch));
    let none = report.certificates.is_empty().then(|| {
        let dispatch = dispatch.clone();
        let onclick = Callback::from(move |_| dispatch.dispatch(Action::Go(Place::Context)));
        html! {
            <div class="none">
                <p>{ words.none }</p>
                <button type="button" class="button" {onclick}>{ words.add }</button>
            </div>
        }
    });
    let left_out = match report.certificates_left_out {
        0 => String::new(),
        count => put(words.left_out, &[("count", &number(count))]),
    };
    html! {
        <section class="certificates" aria-label={words.title}>
            <h2>{ words.title }{ " " }<span class="quiet">{ report.certificates.len() }</span></h2>
            <ul>{ for cards }</ul>
            <div>{ none }</div>
            <p class="quiet">{ left_out }</p>
        </section>
    }
}
