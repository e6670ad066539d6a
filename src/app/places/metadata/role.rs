//! One role of an entity: its endpoints, keys, formats, and what it asks for or offers.

use yew::{Html, html};

use super::super::certificates::validity;
use super::super::value::{Shown, Valued};
use super::parts::{Facts, OWN, short, shown};
use crate::app::parts::{Copy, Shape, Show, icon};
use crate::app::state::Dispatch;
use crate::app::words::{put, words};
use crate::{EndpointReport, EntityKeyReport, EntityRoleReport, KeyReport, Language, Report, RequestedAttributeReport};

words! {
    Words {
        endpoints: "Endpoints", "端点";
        kind: "Element", "元素";
        binding: "Binding", "绑定";
        location: "Location", "地址";
        response: "ResponseLocation", "ResponseLocation";
        index: "index {index}", "index {index}";
        default: "default", "默认";
        keys: "Keys", "密钥";
        signing: "for signing", "用于签名";
        encryption: "for encryption", "用于加密";
        both: "for signing and encryption", "用于签名和加密";
        rollover: "one of {count} for this use: a rollover, or a spare", "此用途共有 {count} 个：正在轮换，或为备用";
        unreadable: "{count} cannot be read", "{count} 个无法读取";
        key: "the key", "密钥";
        facts: "Role", "角色";
        yes: "yes", "是";
        no: "no", "否";
        neither: "neither true nor false", "既非 true 也非 false";
        services: "Attributes asked for", "请求的属性";
        offered: "Attributes offered", "提供的属性";
        required: "required", "必需";
        shown_as: "As it is shown to people", "展示信息";
        pattern: "a regular expression", "正则表达式";
        algorithms: "Algorithms", "算法";
        hints: "Hints for discovery", "发现服务提示";
        bits: "{from}–{to} bits", "{from}–{to} 位";
        not_loaded: "not loaded", "不会加载";
    }
}

/// A role.
pub fn role(role: &EntityRoleReport, report: &Report, now: i64, language: Language, dispatch: &Dispatch) -> Html {
    let words = Words::of(language);
    let mut facts = Facts::within(dispatch);
    let protocols = role.protocols.iter().flat_map(|list| list.text.split_whitespace());
    for protocol in protocols {
        facts.said("protocolSupportEnumeration", protocol, "");
    }
    for flag in &role.flags {
        let note = match flag.is_true {
            Some(true) => words.yes,
            Some(false) => words.no,
            None => words.neither,
        };
        facts.add(&flag.name, shown(&flag.value), note);
    }
    facts.texts("validUntil", &role.valid_until);
    facts.texts("errorURL", &role.error_url);
    for format in &role.name_id_formats {
        let name = short(&format.text);
        facts.add("NameIDFormat", shown(format), if name == format.text { "" } else { name });
    }
    for scope in &role.scopes {
        facts.add("Scope", shown(&scope.value), if scope.is_pattern == Some(true) { words.pattern } else { "" });
    }
    let endpoints = role.endpoints.iter().map(|one| endpoint(one, words, dispatch));
    let of_use = |key: &EntityKeyReport| {
        let same = role.keys.iter().filter(|other| other.usage == key.usage);
        same.map(|other| other.certificates.len()).sum::<usize>()
    };
    let keys = role.keys.iter().map(|one| key(one, of_use(one), report, now, language, dispatch));
    let mut services = Facts::within(dispatch);
    for service in &role.attribute_services {
        let index = service.index.as_deref().map(|index| put(words.index, &[("index", index)])).unwrap_or_default();
        let default = if service.is_default == Some(true) { words.default } else { "" };
        services.said("AttributeConsumingService", &index, default);
        services.worded("ServiceName", &service.names);
        services.worded("ServiceDescription", &service.descriptions);
        service.attributes.iter().for_each(|one| attribute(&mut services, "RequestedAttribute", one, words));
    }
    let mut offered = Facts::within(dispatch);
    role.attributes.iter().for_each(|one| attribute(&mut offered, "Attribute", one, words));
    let mut people = Facts::within(dispatch);
    if let Some(ui) = &role.ui {
        people.worded("DisplayName", &ui.display_names);
        people.worded("Description", &ui.descriptions);
        people.worded("Keywords", &ui.keywords);
        people.worded("InformationURL", &ui.information_urls);
        people.worded("PrivacyStatementURL", &ui.privacy_urls);
        for logo in &ui.logos {
            let size = format!("{}×{}", logo.width.as_deref().unwrap_or("?"), logo.height.as_deref().unwrap_or("?"));
            people.add("Logo", shown(&logo.url), &format!("{size}, {}", words.not_loaded));
        }
    }
    let mut hints = Facts::within(dispatch);
    hints.texts("DiscoHints", &role.hints);
    let mut algorithms = Facts::within(dispatch);
    for algorithm in &role.algorithms {
        let sizes = algorithm.min_key_size.as_deref().zip(algorithm.max_key_size.as_deref());
        let sizes = sizes.map(|(from, to)| put(words.bits, &[("from", from), ("to", to)])).unwrap_or_default();
        algorithms.add(&algorithm.element, shown(&algorithm.algorithm), &sizes);
    }
    html! {
        <section class="m-role" data-role={role.kind.clone()}>
            <h3>{ role.title.clone() }{ " " }<span class="quiet">{ role.role_type.clone().unwrap_or_else(|| role.kind.clone()) }</span></h3>
            <div class="m-topic" hidden={role.endpoints.is_empty()}>
                <h4 class="m-title">{ words.endpoints }</h4>
                <table class="endpoints">
                    <thead><tr><th scope="col">{ words.kind }</th><th scope="col">{ words.binding }</th><th scope="col">{ words.location }</th></tr></thead>
                    <tbody>{ for endpoints }</tbody>
                </table>
            </div>
            <div class="m-topic" hidden={role.keys.is_empty()}>
                <h4 class="m-title">{ words.keys }</h4>
                <ul class="m-keys">{ for keys }</ul>
            </div>
            { facts.list(words.facts) }
            { services.list(words.services) }
            { offered.list(words.offered) }
            { people.list(words.shown_as) }
            { hints.list(words.hints) }
            { algorithms.list(words.algorithms) }
        </section>
    }
}

fn endpoint(one: &EndpointReport, words: &Words, dispatch: &Dispatch) -> Html {
    let binding = one.binding.as_ref().map(|binding| binding.text.clone()).unwrap_or_default();
    let index = one.index.as_deref().map(|index| put(words.index, &[("index", index)])).unwrap_or_default();
    let default = if one.is_default == Some(true) { words.default } else { "" };
    let values = [("Location", &one.location), (words.response, &one.response_location)];
    let values = values.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let values = values.map(|(name, value)| {
        let note = if name == "Location" { "" } else { name };
        html! { <Valued {name} shown={shown(value)} {note} dispatch={dispatch.clone()} /> }
    });
    html! {
        <tr data-endpoint={one.element.clone()}>
            <th scope="row">{ one.element.clone() }<span class="quiet">{ " " }{ index }{ " " }{ default }</span></th>
            <td><span title={binding.clone()}>{ short(&binding).to_owned() }</span></td>
            <td>{ for values }</td>
        </tr>
    }
}

fn key(
    one: &EntityKeyReport,
    of_use: usize,
    report: &Report,
    now: i64,
    language: Language,
    dispatch: &Dispatch,
) -> Html {
    let words = Words::of(language);
    let usage = match one.usage.as_deref() {
        Some("signing") => words.signing,
        Some("encryption") => words.encryption,
        Some(other) => other,
        None => words.both,
    };
    let find = |sha256: &String| {
        let is = |key: &&KeyReport| key.certificate.as_ref().is_some_and(|certificate| certificate.sha256 == *sha256);
        report.certificates.iter().find(is)
    };
    let certificates = one.certificates.iter().map(|sha256| {
        let known = find(sha256);
        let subject = known.and_then(|key| key.certificate.as_ref()).map(|certificate| certificate.subject.clone());
        let size = known.and_then(|key| {
            let bits = key.key_bits.map(|bits| format!(" {bits}")).unwrap_or_default();
            Some(format!("{}{bits}", key.key_algorithm.as_deref()?))
        });
        html! {
            <div class="certificate" data-sha256={sha256.clone()}>
                <p class="title">{ subject.unwrap_or_default() }{ " " }<span class="quiet">{ size.unwrap_or_default() }</span></p>
                <div>{ known.and_then(|key| validity(key, now, language)) }</div>
                <Valued name="SHA-256" shown={Shown::said(sha256.clone())} note="SHA-256" dispatch={dispatch.clone()} />
            </div>
        }
    });
    let mut facts = Facts::within(dispatch);
    one.key_names.iter().for_each(|name| facts.said("KeyName", name, ""));
    one.encryption_methods.iter().for_each(|method| facts.said("EncryptionMethod", method, ""));
    let rollover = put(words.rollover, &[("count", &of_use.to_string())]);
    let unreadable = put(words.unreadable, &[("count", &one.unreadable.to_string())]);
    html! {
        <li class="key" data-use={one.usage.clone().unwrap_or_default()}>
            <p class="head">
                <b>{ usage }</b>
                <span class="quiet" hidden={of_use < 2}>{ rollover }</span>
                <span class="state faulty" hidden={one.unreadable == 0}>{ icon(Shape::Failed, "") }{ unreadable }</span>
                <span class="way"><Show text={OWN} span={one.span} what={words.key} dispatch={dispatch.clone()} /></span>
            </p>
            <div>{ for certificates }</div>
            <div>{ facts.list("") }</div>
        </li>
    }
}

fn attribute(facts: &mut Facts<'_>, name: &str, one: &RequestedAttributeReport, words: &Words) {
    let required = if one.is_required == Some(true) { words.required } else { "" };
    let known = [one.friendly_name.as_deref().unwrap_or_default(), required, &one.values.join(", ")];
    let note: Vec<&str> = known.into_iter().filter(|text| !text.is_empty()).collect();
    if let Some(text) = &one.name {
        facts.add(name, shown(text), &note.join(" · "));
    }
}

/// The whole of an entity's XML, to be taken away.
pub fn copy_of(text: &str, what: &'static str) -> Html {
    html! { <Copy text={text.to_owned()} {what} /> }
}
