//! The sample cases, and opening a case file.

use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, html};

use super::engine::FileRole;
use super::own::own_file;
use super::places::PlaceProps;
use super::state::{Action, Body, Dispatch, Draft, DraftFile};
use super::words::{put, words};
use crate::{CaseFile, CasePart, Language};

words! {
    Words {
        title: "Or look at a sample", "或查看示例";
        failed: "{name} could not be loaded. Is the page complete?", "{name} 无法加载。页面文件是否完整？";
        beside: "The case names files that it does not hold; add them under Context: {files}",
            "案例引用了未包含在内的文件，请在“上下文”中添加：{files}";
        clean: "Alibaba Cloud user SSO", "阿里云用户 SSO";
        clean_about: "A login that works", "一次成功的登录";
        domain: "User not found", "找不到用户";
        domain_about: "Alibaba Cloud says that the user does not exist", "阿里云提示用户不存在";
        role: "Role SSO refused", "角色 SSO 被拒绝";
        role_about: "Two accounts, one Role attribute", "两个账号，一个 Role 属性";
        relay: "The wrong landing page", "跳转页面不对";
        relay_about: "The login works, RelayState does not", "登录成功，但 RelayState 无效";
        expired: "Too late", "太晚了";
        expired_about: "A message that arrives after its time", "过期才到达的消息";
        certificate: "After a rollover", "证书轮换之后";
        certificate_about: "Signed with another key than the metadata’s", "签名密钥与元数据中的不同";
        pretty: "Changed on the way", "途中被改动";
        pretty_about: "The digest fails, and why", "摘要不符及其原因";
        wrapped: "A forged assertion", "伪造的断言";
        wrapped_about: "Beside a genuine signature", "旁边是真实的签名";
        encrypted: "Encrypted, with its key", "已加密，附密钥";
        encrypted_about: "An assertion opened in the page", "在页面内解密断言";
        flow: "Request and response", "请求与响应";
        flow_about: "Two captures of one login", "同一次登录的两份捕获";
        metadata: "Metadata", "元数据";
        metadata_about: "Of an identity provider", "身份提供方的元数据";
        redirect: "A redirect URL", "重定向 URL";
        redirect_about: "A signed request in a query", "查询串中的已签名请求";
    }
}

/// The name of each file under `samples/`, with its title and what it is about.
fn all(language: Language) -> [(&'static str, &'static str, &'static str); 12] {
    let words = Words::of(language);
    [
        ("wrong-domain", words.domain, words.domain_about),
        ("role-pair", words.role, words.role_about),
        ("relay-state", words.relay, words.relay_about),
        ("wrong-certificate", words.certificate, words.certificate_about),
        ("pretty-printed", words.pretty, words.pretty_about),
        ("expired", words.expired, words.expired_about),
        ("wrapped", words.wrapped, words.wrapped_about),
        ("encrypted", words.encrypted, words.encrypted_about),
        ("request-and-response", words.flow, words.flow_about),
        ("redirect-request", words.redirect, words.redirect_about),
        ("metadata", words.metadata, words.metadata_about),
        ("clean-login", words.clean, words.clean_about),
    ]
}

/// A button for each sample.
pub fn samples(props: &PlaceProps) -> Html {
    let language = props.state.settings.language;
    let words = Words::of(language);
    let rows = all(language).into_iter().map(|(name, title, about)| {
        let dispatch = props.dispatch.clone();
        let onclick = Callback::from(move |_| spawn_local(open(name, language, dispatch.clone())));
        html! {
            <li key={name}>
                <button type="button" data-sample={name} {onclick}><b>{ title }</b><span>{ about }</span></button>
            </li>
        }
    });
    html! {
        <section class="samples" aria-label={words.title}>
            <h2>{ words.title }</h2>
            <ul>{ for rows }</ul>
        </section>
    }
}

async fn open(name: &'static str, language: Language, dispatch: Dispatch) {
    match case_of(name).await {
        Some(case) => open_case(case, language, &dispatch),
        None => dispatch.dispatch(Action::Fail(Some(put(Words::of(language).failed, &[("name", name)])))),
    }
}

/// A sample with the files that belong to it.
pub async fn case_of(name: &str) -> Option<CaseFile> {
    let json = own_file(&format!("samples/{name}.samlens.json")).await?;
    let mut case = CaseFile::parse(&json).ok()?;
    let beside: Vec<String> = case.beside().into_iter().map(str::to_owned).collect();
    for name in beside {
        if let Some(bytes) = own_file(&format!("samples/{name}")).await {
            case.files.push(CasePart { name, bytes });
        }
    }
    Some(case)
}

/// Puts a case in the place of the one that is open.
pub fn open_case(case: CaseFile, language: Language, dispatch: &Dispatch) {
    let missing = case.beside().join(", ");
    let mut facts = case.context.clone();
    let names = |role, names: Vec<String>| names.into_iter().map(move |name| (role, name));
    let named = names(FileRole::Metadata, std::mem::take(&mut facts.metadata))
        .chain(names(FileRole::Certificate, std::mem::take(&mut facts.certificates)))
        .chain(names(FileRole::PrivateKey, std::mem::take(&mut facts.private_keys)))
        .chain(names(FileRole::Request, facts.request.take().into_iter().collect()));
    let file = |(role, name): (FileRole, String)| {
        let bytes = case.file(&name)?.to_vec();
        Some(DraftFile { name: name.into(), role, bytes, passphrase: None }.into())
    };
    let files = named.filter_map(file).collect();
    dispatch.dispatch(Action::Open { captures: bodies(case.inputs), draft: Draft { facts, files } });
    if !missing.is_empty() {
        dispatch.dispatch(Action::Fail(Some(put(Words::of(language).beside, &[("files", &missing)]))));
    }
}

/// What a case captured, as the page holds it.
pub fn bodies(inputs: Vec<CasePart>) -> Vec<(String, Body)> {
    let body = |part: CasePart| {
        let body = match String::from_utf8(part.bytes) {
            Ok(text) => Body::Text(text.into()),
            Err(error) => Body::File(error.into_bytes()),
        };
        (part.name, body)
    };
    inputs.into_iter().map(body).collect()
}
