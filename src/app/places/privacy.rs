//! Why nothing leaves the page: the policy in force, what was requested since the page was loaded, what is kept, and what
//! this build is.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::{Callback, Html, component, html, use_effect_with, use_state_eq};

use super::PlaceProps;
use super::self_test::SelfTest;
use super::third_party::ThirdParty;
use crate::app::browser::{is_own, kept, policy, requested, stored, text};
use crate::app::listen::Listener;
use crate::app::own::{own_file, program, release};
use crate::app::parts::{Copy, Shape, icon};
use crate::app::words::{number, put, words};

words! {
    Words {
        title: "Nothing leaves this page", "任何内容都不会离开此页面";
        lead: "You need not believe it. This is what your browser says, now:", "不必轻信。以下是您的浏览器此刻报告的情况：";
        policy: "The policy in force", "生效的策略";
        policy_is: "The browser itself refuses every connection but to the files of this page, every form, every frame, every script from elsewhere.",
            "浏览器本身会拒绝连接到此页面文件以外的一切地址，也拒绝表单提交、框架以及外来脚本。";
        policy_single: "This is the single file. The browser itself refuses every connection whatever, every form, every frame, every script but the one in it.",
            "这是单文件版。浏览器本身会拒绝一切连接，也拒绝表单提交、框架以及文件之外的脚本。";
        policy_none: "This build has no policy: it is one for development. Do not put secrets into it.",
            "此构建没有策略，仅供开发使用。请勿输入机密内容。";
        attempt: "Try to connect elsewhere", "尝试连接到其他地址";
        attempt_refused: "The browser refused that ({directive}), by the policy that it says is in force:", "浏览器拒绝了该连接（{directive}），其报告的生效策略为：";
        requests: "Requests since the page was loaded", "页面加载以来的请求";
        own: "{own} of them to the page’s own files, {other} to anything else.", "其中 {own} 个指向页面自身的文件，{other} 个指向其他地址。";
        refused: "Connections that the policy refused: {count}", "被策略拒绝的连接：{count}";
        stored: "Stored by this page", "此页面存储的内容";
        stored_none: "Nothing of yours: no cookie, no local storage. Closing the tab forgets everything.",
            "没有存储您的任何内容：没有 Cookie，也没有本地存储。关闭标签页即清除一切。";
        stored_some: "{count} entries, and none should be there.", "{count} 项，本不应存在。";
        kept: "The offline copy: {count} files of this program, the same for everybody, and nothing else.",
            "离线副本：{count} 个程序自身的文件，人人相同，除此之外别无内容。";
        kept_list: "What is kept", "保存的内容";
        build: "This build", "此构建";
        version: "Version {version}, commit {commit}", "版本 {version}，提交 {commit}";
        development: "none: a development build", "无：开发构建";
        dirty: "{commit} with changes that are in no commit", "{commit}，另有未提交的改动";
        hash: "SHA-256 of the program", "程序的 SHA-256";
        hash_how: "Whoever builds the same version can compare it: sha256sum dist/*.wasm", "构建同一版本者可比对：sha256sum dist/*.wasm";
        single_how: "No file can name its own hash. Compute it with sha256sum samlens.html, and compare it with SHA256SUMS from where you have the file.",
            "文件无法写出自身的哈希。请运行 sha256sum samlens.html，并与文件来源处的 SHA256SUMS 比对。";
        computing: "computing…", "计算中……";
        memory: "Private keys and passphrases stay in this tab’s memory, and in no report or export.",
            "私钥和口令只保留在此标签页的内存中，不会出现在任何报告或导出内容里。";
        offline: "To be quite sure, cut the connection now: everything goes on working.", "若要完全放心，现在就断开网络：一切照常工作。";
        requested: "What was requested", "已请求的内容";
        save: "Keep a copy to use offline", "保存一份以便离线使用";
        save_about: "One file with all of it, which opens from a disk and may connect to nothing at all. To check it: sha256sum -c --ignore-missing SHA256SUMS",
            "单个文件，包含全部功能，可从磁盘打开，且不允许任何连接。校验方法：sha256sum -c --ignore-missing SHA256SUMS";
    }
}

/// The commit that this was built from, as `./dev build` found it: with a `+` where there were changes.
const COMMIT: Option<&str> = option_env!("SAMLENS_COMMIT");

/// An address that there is nothing at (RFC 2606, 2), for the browser to refuse.
const ELSEWHERE: &str = "https://samlens.invalid/";

/// What the policy refused.
#[derive(Clone, PartialEq, Default)]
struct Refused {
    count: u32,
    /// Of the last: which directive did it, and the whole policy, as the browser says.
    directive: String,
    policy: String,
}

/// The place.
#[component]
pub fn Privacy(props: &PlaceProps) -> Html {
    let words = Words::of(props.state.settings.language);
    let requests = use_state_eq(requested);
    let refused = use_state_eq(Refused::default);
    let kept_files = use_state_eq(Vec::<String>::new);
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
                Listener::new(&document, "securitypolicyviolation", move |event| {
                    count += 1;
                    let said = |name| text(&event, name).unwrap_or_default();
                    let (directive, policy) = (said("effectiveDirective"), said("originalPolicy"));
                    refused.set(Refused { count, directive, policy });
                })
            });
            move || drop(listener)
        });
    }
    {
        let (hash, kept_files) = (hash.clone(), kept_files.clone());
        use_effect_with((), move |()| {
            spawn_local(async move {
                kept_files.set(kept().await);
                hash.set(program_hash().await.unwrap_or_default());
            });
        });
    }
    let own = requests.iter().filter(|address| is_own(address)).count();
    let other = requests.len() - own;
    let policy = policy();
    let stored = stored();
    let is_single = program().is_some();
    let commit = match COMMIT.map(|commit| (commit, commit.strip_suffix('+'))) {
        None => words.development.to_owned(),
        Some((_, Some(commit))) => put(words.dirty, &[("commit", commit)]),
        Some((commit, None)) => commit.to_owned(),
    };
    let about_policy = match policy {
        None => words.policy_none,
        Some(_) if is_single => words.policy_single,
        Some(_) => words.policy_is,
    };
    let (shape, class) = if other == 0 && policy.is_some() { (Shape::Done, "ok") } else { (Shape::Failed, "bad") };
    let row = |address: &String| html! { <li><code>{ address.clone() }</code></li> };
    // Without a policy it would be a request in earnest.
    let attempt = policy.is_some().then(|| {
        let onclick = Callback::from(|_| {
            if let Some(window) = web_sys::window() {
                let refused = JsFuture::from(window.fetch_with_str(ELSEWHERE));
                spawn_local(async move { drop(refused.await) });
            }
        });
        html! { <button type="button" class="button" {onclick}>{ words.attempt }</button> }
    });
    html! {
        <section class="privacy">
            <h2>{ icon(shape, class) }{ words.title }</h2>
            <p>{ words.lead }</p>
            <dl>
                <dt>{ words.policy }</dt>
                <dd>
                    <p>{ about_policy }</p>
                    <code class="policy">{ policy.unwrap_or_default() }</code>
                    <p class="attempt">{ attempt }</p>
                    <div role="status">
                        if refused.count > 0 {
                            <p>{ put(words.attempt_refused, &[("directive", &refused.directive)]) }</p>
                            <code class="policy">{ refused.policy.clone() }</code>
                        }
                    </div>
                </dd>
                <dt>{ words.requests }</dt>
                <dd>
                    <p class="count"><b data-requests={requests.len().to_string()}>{ number(requests.len()) }</b></p>
                    <p>{ put(words.own, &[("own", &number(own)), ("other", &number(other))]) }</p>
                    <p>{ put(words.refused, &[("count", &refused.count.to_string())]) }</p>
                    <details><summary>{ words.requested }</summary><ul>{ for requests.iter().map(row) }</ul></details>
                </dd>
                <dt>{ words.stored }</dt>
                <dd>
                    <p>{ if stored == 0 { words.stored_none.to_owned() } else { put(words.stored_some, &[("count", &number(stored))]) } }</p>
                    <div class="kept" data-kept={kept_files.len().to_string()}>
                        if !kept_files.is_empty() {
                            <p>{ put(words.kept, &[("count", &number(kept_files.len()))]) }</p>
                            <details><summary>{ words.kept_list }</summary><ul>{ for kept_files.iter().map(row) }</ul></details>
                        }
                    </div>
                </dd>
                <dt>{ words.build }</dt>
                <dd>
                    <p>{ put(words.version, &[("version", env!("CARGO_PKG_VERSION")), ("commit", &commit)]) }</p>
                    <p class="quiet">{ words.hash }</p>
                    <p class="hash">
                        <code>{ if hash.is_empty() { words.computing.to_owned() } else { (*hash).clone() } }</code>
                        <Copy what={words.hash} text={(*hash).clone()} />
                    </p>
                    <p class="quiet">{ if is_single { words.single_how } else { words.hash_how } }</p>
                    <div>
                        if release().is_some() && !is_single {
                            <p><a class="button" href="samlens.html" download="samlens.html">{ words.save }</a></p>
                            <p class="quiet">{ words.save_about }</p>
                        }
                    </div>
                </dd>
            </dl>
            <SelfTest ..props.clone() />
            <ThirdParty ..props.clone() />
            <p>{ words.memory }</p>
            <p>{ words.offline }</p>
        </section>
    }
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
