//! Everything that is known beside the captures: files, facts, the account, the clock.

mod facts;
mod files;
mod keys;
mod load;

use yew::{Callback, Html, component, hook, html, use_effect_with};

pub use self::facts::Choice;
use self::facts::{fact, focus};
use self::files::{files, key_of};
use self::keys::{about, anchor};
use super::PlaceProps;
use crate::FACT_KEYS;
use crate::app::engine::FileRole;
use crate::app::listen::Later;
use crate::app::parts::provider_name;
use crate::app::state::{Action, Change, Dispatch, State};
use crate::app::words::{put, words};

/// Milliseconds after the last letter until what was typed is known.
const PAUSE: i32 = 200;

words! {
    Words {
        lead: "What is known beside the captures. The more of it, the fewer checks are left open; all of it stays in this tab.",
            "捕获内容之外的已知信息。信息越全，未检查的项越少；所有内容都只保留在此标签页中。";
        missing: "With any of these it could be told", "补充以下任意一项即可判断";
        service: "Service", "服务方";
        trust: "Keys and metadata", "密钥与元数据";
        seen: "What was seen", "现象";
        clock: "Clock", "时钟";
        alibaba: "Alibaba Cloud account", "阿里云账号";
        alibaba_lead: "As it is set in the console. What is left open is not assumed.", "请按控制台中的设置填写；留空的项不会被假定。";
        provider: "Identity provider: {name}. {why}", "身份提供商：{name}。{why}";
    }
}

/// The place.
#[component]
pub fn ContextPlace(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    use_settling(state, dispatch);
    let provider = state.report().and_then(|report| report.identity_provider.as_ref()).map(|found| {
        put(words.provider, &[("name", provider_name(found.name, language)), ("why", found.why.as_str())])
    });
    let facts = |keys: &[&'static str]| -> Html { keys.iter().map(|key| fact(props, key)).collect() };
    let alibaba = html! {
        <section class="topic alibaba" aria-labelledby="context-alibaba">
            <h2 id="context-alibaba">{ words.alibaba }</h2>
            <p class="hint">{ words.alibaba_lead }</p>
            <div class="facts">
                { facts(&[
                    "alibaba.account_id", "alibaba.default_domain", "alibaba.domain_alias", "alibaba.auxiliary_domain",
                    "alibaba.sso_login_with_domain", "alibaba.ram_users", "alibaba.ram_roles", "alibaba.saml_providers",
                    "alibaba.cloudsso_users", "alibaba.idaas_idp_name",
                ]) }
            </div>
        </section>
    };
    let first = is_alibaba(state);
    html! {
        <div class={if first { "known-beside alibaba-first" } else { "known-beside" }}>
            <div class="opening">
                <p class="hint">{ words.lead }</p>
                { load::load(props) }
                { missing(state, words) }
            </div>
            { alibaba }
            <section class="topic" aria-labelledby="context-service">
                <h2 id="context-service">{ words.service }</h2>
                <p class="found">{ provider.unwrap_or_default() }</p>
                <div class="facts">{ facts(&["profile", "received_at", "sp_entity_id"]) }</div>
                { files(props, FileRole::Request) }
            </section>
            <section class="topic" aria-labelledby="context-trust">
                <h2 id="context-trust">{ words.trust }</h2>
                { files(props, FileRole::Metadata) }
                { files(props, FileRole::Certificate) }
                { files(props, FileRole::PrivateKey) }
            </section>
            <section class="topic" aria-labelledby="context-seen">
                <h2 id="context-seen">{ words.seen }</h2>
                <div class="facts">{ facts(&["error_text"]) }</div>
            </section>
            <section class="topic" aria-labelledby="context-clock">
                <h2 id="context-clock">{ words.clock }</h2>
                <div class="facts">{ facts(&["now", "clock_skew_seconds"]) }</div>
            </section>
        </div>
    }
}

/// Has what was typed known: after a pause, and at once where its field is left for another place.
#[hook]
fn use_settling(state: &State, dispatch: &Dispatch) {
    {
        let dispatch = dispatch.clone();
        use_effect_with(state.typing.clone(), move |_| {
            let timer = Later::new(PAUSE, move || dispatch.dispatch(Action::Context(Change::Settle)));
            move || drop(timer)
        });
    }
    {
        // Going elsewhere within the pause loses nothing.
        let dispatch = dispatch.clone();
        use_effect_with((), move |()| move || dispatch.dispatch(Action::Context(Change::Settle)));
    }
}

/// The fields of what the verdict waits for, wherever they are wanted.
#[component]
pub fn Wanted(props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    use_settling(state, dispatch);
    let missing = state.report().map(|report| report.verdict.missing.as_slice()).unwrap_or_default();
    let document = web_sys::window().and_then(|window| window.document());
    let active =
        document.and_then(|document| document.active_element()).map(|element| element.id()).unwrap_or_default();
    // Half a value may be all that was missing: the field stays for as long as someone is in it.
    let facts = FACT_KEYS.into_iter().filter(|key| missing.contains(key) || anchor(key) == active);
    let facts: Vec<Html> = facts.map(|key| html! { <li {key}>{ fact(props, key) }</li> }).collect();
    let roles = FileRole::ALL.into_iter().filter(|role| missing.contains(&key_of(*role)));
    let files: Vec<Html> = roles.map(|role| html! { <li key={key_of(role)}>{ files(props, role) }</li> }).collect();
    let nothing = facts.is_empty() && files.is_empty();
    html! {
        <section class="missing" hidden={nothing}>
            <h2>{ Words::of(state.settings.language).missing }</h2>
            <ul>{ for facts }</ul>
            <ul>{ for files }</ul>
        </section>
    }
}

/// Whether the account at Alibaba Cloud is what is asked about.
fn is_alibaba(state: &State) -> bool {
    let Some(report) = state.report() else { return false };
    let known = [&report.profile, &report.identity_provider];
    known.into_iter().flatten().any(|found| found.name.starts_with("alibaba"))
        || report.verdict.missing.iter().any(|key| key.starts_with("alibaba."))
}

/// What the verdict waits for, each with the way to its field.
fn missing(state: &State, words: &Words) -> Html {
    let language = state.settings.language;
    let keys = state.report().map(|report| report.verdict.missing.clone()).unwrap_or_default();
    let is_empty = keys.is_empty();
    let keys = keys.into_iter().map(|key| {
        let onclick = Callback::from(move |_| focus(key));
        html! { <li><button type="button" class="button" {onclick}>{ about(key, language).0 }</button></li> }
    });
    html! {
        <section class="missing" hidden={is_empty} aria-label={words.missing}>
            <h2>{ words.missing }</h2>
            <ul>{ for keys }</ul>
        </section>
    }
}
