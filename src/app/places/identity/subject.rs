//! The NameID, taken apart.

use yew::{Html, html};

use super::super::value::{Row, Shown};
use super::group;
use crate::app::state::Dispatch;
use crate::app::words::words;
use crate::{CaptureReport, Language, NameIdReport};

words! {
    Words {
        subject: "Subject", "主体";
        local: "Before the @", "@ 之前";
        domain: "After the @", "@ 之后";
        unspecified: "whatever both sides have agreed on", "由双方自行约定";
        email: "written like an e-mail address", "电子邮箱形式";
        persistent: "the same pseudonym at every login", "每次登录都相同的化名";
        transient: "another one at every login", "每次登录都不同的临时标识";
        x509: "the subject of a certificate", "证书的主题";
        windows: "DOMAIN\\user", "DOMAIN\\user 形式";
        kerberos: "a Kerberos principal", "Kerberos 主体";
        entity: "an entity, and no person", "一个实体而非个人";
        encrypted: "NameID is encrypted", "NameID 已加密";
        asked: "what the request asks for", "请求所要求的格式";
    }
}

/// Rows for the NameID of a capture.
pub fn subject(capture: &CaptureReport, language: Language, dispatch: &Dispatch) -> Option<Html> {
    let words = Words::of(language);
    let row = |name: &'static str, shown: Shown, note: &'static str| {
        html! { <Row {name} {shown} {note} dispatch={dispatch.clone()} /> }
    };
    let rows = match capture.identity.as_ref().map(|identity| identity.name_id.as_ref()) {
        Some(Some(name_id)) => taken_apart(capture, name_id, words, &row),
        Some(None) => Vec::new(),
        // A message without an assertion: a logout names someone as well, and a request says how it wants them named.
        None => {
            let summary = capture.summary.as_ref()?;
            let value = |key: &str, text: &Option<String>| {
                let at = summary.values.iter().find(|value| value.key == key)?;
                Some(Shown::at(capture, text.as_deref()?, at.decryption, at.span))
            };
            let name = value("name_id", &summary.name_id);
            let note = if name.is_none() { words.asked } else { "" };
            let name = name.map(|shown| row("NameID", shown, ""));
            let format = value("name_id_format", &summary.name_id_format).map(|shown| row("Format", shown, note));
            name.into_iter().chain(format).collect()
        }
    };
    group(words.subject, rows)
}

fn taken_apart(
    capture: &CaptureReport,
    name_id: &NameIdReport,
    words: &Words,
    row: &dyn Fn(&'static str, Shown, &'static str) -> Html,
) -> Vec<Html> {
    let part = |name, text: &str| {
        let whole = &name_id.value;
        row(name, Shown { text: text.to_owned().into(), ..Shown::of(capture, whole) }, "")
    };
    let mut rows = vec![row("NameID", Shown::of(capture, &name_id.value), "")];
    if let Some(domain) = &name_id.domain {
        rows.push(part(words.local, &name_id.local));
        rows.push(part(words.domain, domain));
    }
    let meaning = name_id.format.as_ref().map(|format| meaning(&format.text, words)).unwrap_or_default();
    let further = [
        ("Format", &name_id.format, meaning),
        ("NameQualifier", &name_id.name_qualifier, ""),
        ("SPNameQualifier", &name_id.sp_name_qualifier, ""),
        ("SPProvidedID", &name_id.sp_provided_id, ""),
    ];
    let further = further.into_iter().filter_map(|(name, text, note)| {
        let text = text.as_ref()?;
        Some(row(name, Shown::of(capture, text), note))
    });
    rows.extend(further);
    rows
}

/// What a Format means (SAML 2.0 Core §8.3).
fn meaning(format: &str, words: &Words) -> &'static str {
    let name = format.strip_prefix("urn:oasis:names:tc:SAML:").and_then(|rest| rest.split_once(":nameid-format:"));
    match name {
        Some(("1.1", "unspecified")) => words.unspecified,
        Some(("1.1", "emailAddress")) => words.email,
        Some(("1.1", "X509SubjectName")) => words.x509,
        Some(("1.1", "WindowsDomainQualifiedName")) => words.windows,
        Some(("2.0", "kerberos")) => words.kerberos,
        Some(("2.0", "entity")) => words.entity,
        Some(("2.0", "persistent")) => words.persistent,
        Some(("2.0", "transient")) => words.transient,
        Some(("2.0", "encrypted")) => words.encrypted,
        _ => "",
    }
}
