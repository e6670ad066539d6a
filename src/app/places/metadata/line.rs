//! What a row of a list says: an entity, or a certificate.

use yew::{Html, html};

use super::rows::Listed;
use crate::app::parts::{Shape, icon, length};
use crate::app::words::{number, put, words};
use crate::{CalendarRow, EntityRow, Instant, Language};

words! {
    Words {
        idp: "IdP", "IdP";
        sp: "SP", "SP";
        other: "other", "其他";
        none: "no entityID", "没有 entityID";
        expired: "expired {length} ago", "已过期 {length}";
        expiring: "expires in {length}", "{length}后过期";
        early: "not valid yet", "尚未生效";
        valid: "valid, {length} left", "有效，剩余 {length}";
        unknown: "no end that can be read", "结束时间无法读取";
        over: "metadata expired", "元数据已过期";
        entities: "{count} entities", "{count} 个实体";
        entity: "1 entity", "1 个实体";
        weak: "weak", "弱";
        follows: "has a successor", "已有后继证书";
        unnamed: "no subject", "没有主题";
    }
}

/// A row; what is not there yet has its room.
pub fn line(row: Option<&Listed>, now: i64, language: Language) -> Html {
    match row {
        Some(Listed::Entity(row)) => entity(row, now, language),
        Some(Listed::Certificate(row)) => certificate(row, now, language),
        None => html! { <span class="quiet">{ "…" }</span> },
    }
}

/// What an entity is, in a word or two.
pub fn kinds(roles: &[String], language: Language) -> Vec<&'static str> {
    let words = Words::of(language);
    let mut kinds = Vec::new();
    for role in roles {
        let kind = match role.as_str() {
            "IDPSSODescriptor" => words.idp,
            "SPSSODescriptor" => words.sp,
            _ => words.other,
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

fn entity(row: &EntityRow, now: i64, language: Language) -> Html {
    let words = Words::of(language);
    let name = row.name.clone().unwrap_or_default();
    let id = if row.entity_id.is_empty() { words.none.to_owned() } else { row.entity_id.clone() };
    // What has no name is called by its identifier, once.
    let (first, second) = if name.is_empty() { (id, String::new()) } else { (name, id) };
    let kinds = kinds(&row.roles, language).into_iter().map(|kind| html! { <span class="m-kind">{ kind }</span> });
    let is_over = row.expires.is_some_and(|expires| expires < now);
    html! {
        <>
            <span class="m-first"><b dir="auto">{ first }</b><span class="m-kinds">{ for kinds }</span></span>
            <span class="m-second">
                <span class="mono" dir="ltr">{ second }</span>
                <span class="state faulty" hidden={!is_over}>{ icon(Shape::Failed, "") }{ words.over }</span>
                <span class="quiet">{ row.scopes.join(" ") }</span>
            </span>
        </>
    }
}

fn certificate(row: &CalendarRow, now: i64, language: Language) -> Html {
    let words = Words::of(language);
    let far = row.not_after.map(|end| length(language, end.abs_diff(now)));
    let (class, shape, text) = match (row.state, &far) {
        (_, None) => ("state luck", Shape::Unknown, words.unknown),
        ("expired", _) => ("state faulty", Shape::Failed, words.expired),
        ("expiring", _) => ("state luck", Shape::Warning, words.expiring),
        ("not-yet", _) => ("state luck", Shape::Unknown, words.early),
        _ => ("state sound", Shape::Done, words.valid),
    };
    let said = put(text, &[("length", far.as_deref().unwrap_or_default())]);
    let end = row.not_after.map(|end| Instant::from_unix(end).to_string()).unwrap_or_default();
    let entities = match (row.entities, row.uses.first()) {
        (1, Some(one)) => one.entity_id.clone(),
        (1, None) => words.entity.to_owned(),
        (count, _) => put(words.entities, &[("count", &number(count))]),
    };
    let subject = if row.subject.is_empty() { words.unnamed.to_owned() } else { row.subject.clone() };
    html! {
        <>
            <span class="m-first">
                <span {class}>{ icon(shape, "") }{ said }</span>
                <b dir="auto">{ subject }</b>
            </span>
            <span class="m-second">
                <span class="mono">{ end.get(..10).unwrap_or_default().to_owned() }</span>
                <span class="quiet">{ row.key.clone() }</span>
                <span class="state luck" hidden={row.weak.is_none()} title={row.weak.clone()}>{ icon(Shape::Warning, "") }{ words.weak }</span>
                <span class="quiet" hidden={row.successor.is_none()}>{ words.follows }</span>
                <span class="mono" dir="ltr">{ entities }</span>
            </span>
        </>
    }
}
