//! Why nothing leaves the page: the policy in force, what was requested since the page was loaded, and what this build is.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::{Html, component, html, use_effect_with, use_state_eq};

use super::PlaceProps;
use super::self_test::SelfTest;
use crate::app::listen::Listener;
use crate::app::parts::{Copy, Shape, icon};
use crate::app::samples::own_file;
use crate::app::words::{number, put, words};

words! {
    Words {
        title: "Nothing leaves this page", "任何内容都不会离开此页面";
        lead: "You need not believe it. This is what your browser says, now:", "不必轻信。以下是您的浏览器此刻报告的情况：";
        policy: "The policy in force", "生效的策略";
        policy_is: "The browser itself refuses every connection but to the files of this page, every form, every frame, every script from elsewhere.",
            "浏览器本身会拒绝连接到此页面文件以外的一切地址，也拒绝表单提交、框架以及外来脚本。";
        policy_none: "This build has no policy: it is one for development. Do not put secrets into it.",
            "此构建没有策略，仅供开发使用。请勿输入机密内容。";
        requests: "Requests since the page was loaded", "页面加载以来的请求";
        own: "{own} of them to the page’s own files, {other} to anything else.", "其中 {own} 个指向页面自身的文件，{other} 个指向其他地址。";
        refused: "Connections that the policy refused: {count}", "被策略拒绝的连接：{count}";
        stored: "Stored by this page", "此页面存储的内容";
        stored_none: "Nothing: no cookie, no local storage. Closing the tab forgets everything.",
            "无：没有 Cookie，也没有本地存储。关闭标签页即清除一切。";
        stored_some: "{count} entries, and none should be there.", "{count} 项，本不应存在。";
        build: "This build", "此构建";
        version: "Version {version}", "版本 {version}";
        hash: "SHA-256 of the program", "程序的 SHA-256";
        hash_how: "Whoever builds the same version can compare it: sha256sum dist/*.wasm", "构建同一版本者可比对：sha256sum dist/*.wasm";
        computing: "computing…", "计算中……";
        memory: "Private keys and passphrases stay in this tab’s memory, and in no report or export.",
            "私钥和口令只保留在此标签页的内存中，不会出现在任何报告或导出内容里。";
        offline: "To be quite sure, cut the connection now: everything goes on working.", "若要完全放心，现在就断开网络：一切照常工作。";
        requested: "What was requested", "已请求的内容";
    }
}

/// The place.
#[component]
pub fn Privacy(props: &PlaceProps) -> Html {
    let words = Words::of(props.state.settings.language);
    let requests = use_state_eq(requested);
    let refused = use_state_eq(|| 0u32);
    let hash = use_state_eq(String::new);
    {
        // What is new since is looked at again and again: the browser tells no one of a request that was made.
        let requests = requests.clone();
        use_effect_with((), move |()| {
            let tick = every_second(move || requests.set(requested()));
            move || drop(tick)
        });
    }
    {
        let refused = refused.clone();
        use_effect_with((), move |()| {
            let document = web_sys::window().and_then(|window| window.document());
            let mut count = 0;
            let listener = document.map(|document| {
                Listener::new(&document, "securitypolicyviolation", move |_| {
                    count += 1;
                    refused.set(count);
                })
            });
            move || drop(listener)
        });
    }
    {
        let hash = hash.clone();
        use_effect_with((), move |()| spawn_local(async move { hash.set(program_hash().await.unwrap_or_default()) }));
    }
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    let is_own = |address: &&String| address.starts_with(&origin) || address.starts_with("blob:");
    let own = requests.iter().filter(is_own).count();
    let other = requests.len() - own;
    let policy = policy();
    let stored = stored();
    let (shape, class) = if other == 0 && policy.is_some() { (Shape::Done, "ok") } else { (Shape::Failed, "bad") };
    let rows = requests.iter().map(|address| html! { <li><code>{ address.clone() }</code></li> });
    html! {
        <section class="privacy">
            <h2>{ icon(shape, class) }{ words.title }</h2>
            <p>{ words.lead }</p>
            <dl>
                <dt>{ words.policy }</dt>
                <dd>
                    <p>{ if policy.is_some() { words.policy_is } else { words.policy_none } }</p>
                    <code class="policy">{ policy.unwrap_or_default() }</code>
                </dd>
                <dt>{ words.requests }</dt>
                <dd>
                    <p class="count"><b data-requests={requests.len().to_string()}>{ number(requests.len()) }</b></p>
                    <p>{ put(words.own, &[("own", &number(own)), ("other", &number(other))]) }</p>
                    <p>{ put(words.refused, &[("count", &refused.to_string())]) }</p>
                    <details><summary>{ words.requested }</summary><ul>{ for rows }</ul></details>
                </dd>
                <dt>{ words.stored }</dt>
                <dd>{ if stored == 0 { words.stored_none.to_owned() } else { put(words.stored_some, &[("count", &number(stored))]) } }</dd>
                <dt>{ words.build }</dt>
                <dd>
                    <p>{ put(words.version, &[("version", env!("CARGO_PKG_VERSION"))]) }</p>
                    <p class="quiet">{ words.hash }</p>
                    <p class="hash">
                        <code>{ if hash.is_empty() { words.computing.to_owned() } else { (*hash).clone() } }</code>
                        <Copy what={words.hash} text={(*hash).clone()} />
                    </p>
                    <p class="quiet">{ words.hash_how }</p>
                </dd>
            </dl>
            <SelfTest ..props.clone() />
            <p>{ words.memory }</p>
            <p>{ words.offline }</p>
        </section>
    }
}

/// The policy of the document.
fn policy() -> Option<String> {
    let document = web_sys::window()?.document()?;
    let policy = document.query_selector("meta[http-equiv=Content-Security-Policy]").ok()??;
    policy.get_attribute("content")
}

/// The addresses that were requested since the page was loaded, itself included.
fn requested() -> Vec<String> {
    let Some(performance) = web_sys::window().and_then(|window| window.performance()) else { return Vec::new() };
    let entries = ["navigation", "resource"].map(|kind| performance.get_entries_by_type(kind));
    let entries = entries.iter().flat_map(Array::iter);
    entries.filter_map(|entry| js_sys::Reflect::get(&entry, &"name".into()).ok()?.as_string()).collect()
}

/// How many entries the browser keeps for this page.
fn stored() -> usize {
    let Some(window) = web_sys::window() else { return 0 };
    let storage = [window.local_storage(), window.session_storage()];
    storage.into_iter().filter_map(|storage| storage.ok()??.length().ok()).map(|length| length as usize).sum()
}

/// The digest of the program as it was loaded, in hexadecimal.
async fn program_hash() -> Option<String> {
    let window = web_sys::window()?;
    let script = window.document()?.query_selector("script[data-wasm]").ok()??;
    let program = own_file(&script.get_attribute("data-wasm")?).await?;
    let program: JsValue = Uint8Array::from(program.as_slice()).into();
    let digest = window.crypto().ok()?.subtle().digest_with_str_and_buffer_source("SHA-256", program.unchecked_ref());
    let digest = Uint8Array::new(&JsFuture::from(digest.ok()?).await.ok()?).to_vec();
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Calls back every second until it is dropped.
fn every_second(again: impl FnMut() + 'static) -> impl Drop {
    struct Tick {
        handle: i32,
        _again: wasm_bindgen::closure::Closure<dyn FnMut()>,
    }
    impl Drop for Tick {
        fn drop(&mut self) {
            if let Some(window) = web_sys::window() {
                window.clear_interval_with_handle(self.handle);
            }
        }
    }
    let closure = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(again);
    let handle = web_sys::window()
        .and_then(|window| {
            let callback = closure.as_ref().unchecked_ref();
            window.set_interval_with_callback_and_timeout_and_arguments_0(callback, 1000).ok()
        })
        .unwrap_or_default();
    Tick { handle, _again: closure }
}
