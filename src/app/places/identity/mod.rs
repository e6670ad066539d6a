//! Whom the message is about, what it says of them, and until when; each value with what vouches for it.

mod attributes;
mod clock;
mod facts;
mod roles;
mod session;
mod subject;
mod throttle;
mod time_bar;
mod times;

use yew::{Html, html};

use super::PlaceProps;
use super::readings::readings;
use crate::app::state::Dispatch;
use crate::app::words::words;
use crate::{CaptureReport, Language};

words! {
    Words {
        title: "Identity", "身份";
        nothing: "There is no SAML message in this capture, and so nobody that it is about.",
            "此捕获内容中没有 SAML 消息，因此没有可显示的身份。";
        encrypted: "The assertion is encrypted: who it is about can be read once the service’s private key is given.",
            "断言已加密：提供服务方的私钥后才能读取其主体。";
        left_out: "More values than are shown here: {count} are left out.", "值过多，此处省略了 {count} 个。";
    }
}

/// The place.
pub fn identity(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let Some(capture) = state.capture().filter(|capture| capture.summary.is_some()) else {
        return html! { <section class="identity"><p class="quiet">{ words.nothing }</p></section> };
    };
    let sealed =
        capture.identity.is_none() && capture.summary.as_ref().is_some_and(|summary| summary.encrypted_assertions > 0);
    let left_out = capture.identity.as_ref().map(|identity| identity.left_out).filter(|count| *count > 0);
    let left_out =
        left_out.map(|count| crate::app::words::put(words.left_out, &[("count", &crate::app::words::number(count))]));
    html! {
        <section class="identity" aria-label={words.title}>
            <p class="quiet">{ if sealed { words.encrypted } else { "" } }</p>
            <div>{ subject::subject(capture, state.settings.language, dispatch) }</div>
            <div>{ split(capture, state.settings.language, dispatch) }</div>
            <times::Times state={state.clone()} dispatch={dispatch.clone()} />
            <div>{ roles::roles(capture, state.settings.language, dispatch) }</div>
            <div>{ attributes::attributes(capture, state.settings.language, dispatch) }</div>
            <div>{ session::session(capture, state.settings.language, dispatch) }</div>
            <div>{ facts::facts(capture, state.settings.language, dispatch) }</div>
            <p class="quiet">{ left_out.unwrap_or_default() }</p>
        </section>
    }
}

/// What each kind of reader takes the texts for that something stands within.
fn split(capture: &CaptureReport, language: Language, dispatch: &Dispatch) -> Option<Html> {
    let tables = capture.split_texts.iter().map(|split| readings(split, capture.index, language, dispatch));
    (!capture.split_texts.is_empty()).then(|| html! { <div class="split-texts">{ for tables }</div> })
}

/// A group of rows under a heading; none where there are no rows.
fn group(title: &'static str, rows: Vec<Html>) -> Option<Html> {
    (!rows.is_empty()).then(|| {
        html! {
            <section class="group">
                <h2>{ title }</h2>
                <dl>{ for rows }</dl>
            </section>
        }
    })
}
