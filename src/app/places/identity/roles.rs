//! The roles that the message asks for, each value taken apart: account, role, identity provider, and what is wrong.

use yew::{Html, html};

use super::super::value::{Row, Shown, Valued};
use crate::app::parts::{Shape, icon};
use crate::app::state::Dispatch;
use crate::app::words::words;
use crate::{CaptureReport, Language, ResourceReport, RoleFaultReport, RoleReport};

words! {
    Words {
        title: "Roles", "角色";
        service: "Service", "服务方";
        account: "Account", "账号";
        role: "Role", "角色";
        provider: "Identity provider", "身份提供方";
        order: "Order", "顺序";
        role_first: "role, then identity provider", "角色在前，身份提供方在后";
        provider_first: "identity provider, then role", "身份提供方在前，角色在后";
        value: "Value", "原值";
        sound: "well formed", "格式正确";
        faulty: "not as the service wants it", "不符合服务方要求";
        empty: "The value is empty.", "值为空。";
        placeholder: "It still holds a placeholder that nobody filled in.", "其中仍有未替换的占位符。";
        directory_group: "This is a group of the directory, and no role: the rule that turns groups into roles did not apply.",
            "这是目录中的组而不是角色：组到角色的映射规则没有生效。";
        joined: "Several pairs stand in one value; each needs an AttributeValue of its own.",
            "一个值里写了多对；每一对都须放在单独的 AttributeValue 中。";
        not_a_pair: "It is no pair of a role and an identity provider with a comma between them.",
            "它不是以逗号分隔的“角色,身份提供方”。";
        role_name: "No role can have this name.", "角色不能使用此名称。";
        provider_name: "No identity provider can have this name.", "身份提供方不能使用此名称。";
        no_account: "This is no account ID.", "这不是账号 ID。";
        differ: "The role and the identity provider are in different accounts.", "角色与身份提供方属于不同账号。";
        swapped: "The identity provider stands first, where the role belongs.", "身份提供方写在了前面，前面应为角色。";
        space: "There is a space where none may be.", "出现了不允许的空格。";
        other: "It is not as the service wants it.", "不符合服务方要求。";
    }
}

/// A card for each value that names roles.
pub fn roles(capture: &CaptureReport, language: Language, dispatch: &Dispatch) -> Option<Html> {
    let words = Words::of(language);
    let roles = &capture.identity.as_ref()?.roles;
    let cards = roles.iter().map(|role| html! { <li>{ card(capture, role, words, dispatch) }</li> });
    (!roles.is_empty()).then(|| {
        html! {
            <section class="group roles">
                <h2>{ words.title }{ " " }<span class="quiet">{ roles.len() }</span></h2>
                <ul>{ for cards }</ul>
            </section>
        }
    })
}

fn card(capture: &CaptureReport, role: &RoleReport, words: &Words, dispatch: &Dispatch) -> Html {
    let value = Shown::of(capture, &role.value);
    // A part is signed as its whole is.
    let part = |name: &'static str, text: &str| {
        let shown = Shown { text: text.to_owned().into(), ..value.clone() };
        html! { <Row {name} {shown} dispatch={dispatch.clone()} /> }
    };
    let said = |name: &'static str, text: String| {
        html! { <Row {name} shown={Shown::said(text)} dispatch={dispatch.clone()} /> }
    };
    let provider = role.provider.as_ref();
    let service = role.site.iter().fold(role.service.clone(), |service, site| format!("{service} · {site}"));
    let mut rows = vec![said(words.service, service)];
    // The account is told once where it is the same one, and beside each where it is not.
    let same = |one: &ResourceReport| provider.is_none_or(|provider| provider.account == one.account);
    let mut accounts: Vec<&str> = role.roles.iter().chain(provider).map(|one| one.account.as_str()).collect();
    accounts.dedup();
    let apart = role.roles.iter().any(|one| !same(one)) || accounts.len() > 1;
    if let (false, Some(account)) = (apart, accounts.first()) {
        rows.push(part(words.account, account));
    }
    let named = |name, one: &ResourceReport| {
        let account = apart.then(|| part(words.account, &one.account));
        [Some(part(name, &one.name)), account].into_iter().flatten().collect::<Vec<_>>()
    };
    rows.extend(role.roles.iter().flat_map(|one| named(words.role, one)));
    rows.extend(provider.into_iter().flat_map(|one| named(words.provider, one)));
    if provider.is_some() && !role.roles.is_empty() {
        let order = if role.provider_first { words.provider_first } else { words.role_first };
        rows.push(said(words.order, order.to_owned()));
    }
    let (class, shape, state) = match role.faults.is_empty() {
        true => ("state sound", Shape::Done, words.sound),
        false => ("state faulty", Shape::Failed, words.faulty),
    };
    html! {
        <article class="role" data-faults={role.faults.len().to_string()}>
            <p {class}>{ icon(shape, "") }{ state }</p>
            <ul class="faults">{ for role.faults.iter().map(|one| fault(one, words)) }</ul>
            <dl>{ for rows }</dl>
            <div class="whole">
                <p class="quiet">{ words.value }{ " · " }{ role.attribute.clone() }</p>
                <Valued name={words.value} shown={value} dispatch={dispatch.clone()} />
            </div>
        </article>
    }
}

fn fault(fault: &RoleFaultReport, words: &Words) -> Html {
    let text = match fault.fault.as_str() {
        "empty" => words.empty,
        "placeholder" => words.placeholder,
        "directory-group" => words.directory_group,
        "joined" => words.joined,
        "not-a-pair" => words.not_a_pair,
        "role-name" => words.role_name,
        "provider-name" => words.provider_name,
        "account" => words.no_account,
        "accounts-differ" => words.differ,
        "order" => words.swapped,
        "space" => words.space,
        _ => words.other,
    };
    let part = (!fault.part.is_empty()).then(|| html! { <code>{ fault.part.clone() }</code> });
    html! { <li data-fault={fault.fault.clone()}>{ text }{ " " }{ part }</li> }
}
