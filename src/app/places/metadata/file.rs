//! What a metadata file is as a whole, in a few rows.

use yew::{Callback, Html, html};

use super::super::value::{Row, Shown};
use super::super::{Place, PlaceProps};
use super::now;
use crate::MetadataReport;
use crate::app::parts::{Shape, distance, icon};
use crate::app::state::{Action, Browse, Part};
use crate::app::words::{number, put, words};

words! {
    Words {
        publisher: "Published by", "发布方";
        holds: "What is in it", "内容";
        one: "1 entity", "1 个实体";
        many: "{count} entities", "{count} 个实体";
        idps: "{count} identity providers", "{count} 个身份提供方";
        sps: "{count} services", "{count} 个服务方";
        others: "{count} others", "{count} 个其他";
        bytes: "{bytes} bytes", "{bytes} 字节";
        no_end: "never stated: whoever loads it may keep it for ever", "未声明：加载方可能永久保留";
        bad_end: "cannot be read as a time", "无法解析为时间";
        over: "expired {distance}", "{distance}过期";
        until: "{distance}", "{distance}";
        signature: "Signature", "签名";
        unsigned: "not signed: anyone on the way could have changed it", "未签名：途中任何人都可能改动它";
        trusted: "valid, by a key you gave", "有效，密钥由您提供";
        unvouched: "valid, by the file’s own key: give the publisher’s certificate under Context to know whose it is",
            "有效，但使用文件自带的密钥：请在“上下文”中提供发布方证书，以确认其归属";
        broken: "does not hold", "验证不通过";
        unchecked: "could not be checked", "无法检查";
        certificates: "Certificates", "证书";
        all: "in all", "个";
        expired: "expired", "已过期";
        expiring: "expiring within 30 days", "30 天内过期";
        early: "not valid yet", "尚未生效";
        weak: "weak", "弱";
        shared: "shared", "共用";
        rollover: "rollovers", "轮换";
        open: "See the signature", "查看签名";
    }
}

/// The file's facts.
pub fn facts(file: &MetadataReport, props: &PlaceProps, go: &Callback<Browse>) -> Html {
    let PlaceProps { state, dispatch } = props;
    let language = state.settings.language;
    let words = Words::of(language);
    let row = |name: &'static str, value: &str, note: String| {
        html! { <Row {name} shown={Shown::said(value.to_owned())} {note} dispatch={dispatch.clone()} /> }
    };
    let mut rows = Vec::new();
    rows.extend(file.name.as_ref().map(|name| row("Name", name, String::new())));
    rows.extend(file.publisher.as_ref().map(|publisher| row(words.publisher, publisher, String::new())));
    let count = |text: &str, count: usize| put(text, &[("count", &number(count))]);
    let mut holds = vec![if file.entities == 1 { words.one.to_owned() } else { count(words.many, file.entities) }];
    if file.entities > 1 {
        let kinds = [(words.idps, file.idps), (words.sps, file.sps), (words.others, file.others)];
        holds.extend(kinds.into_iter().filter(|(_, of)| *of > 0).map(|(text, of)| count(text, of)));
    }
    holds.push(put(words.bytes, &[("bytes", &number(file.bytes))]));
    rows.push(
        html! { <div class="row"><dt>{ words.holds }</dt><dd><p class="holds">{ holds.join(" · ") }</p></dd></div> },
    );
    rows.push(match (&file.valid_until, file.valid_until_unix) {
        (Some(until), Some(at)) => {
            let far = at - now(props);
            let text = if far < 0 { words.over } else { words.until };
            row("validUntil", until, put(text, &[("distance", &distance(language, far))]))
        }
        (Some(until), None) => row("validUntil", until, words.bad_end.to_owned()),
        (None, _) if file.entities == 1 => html! { <div class="row" hidden=true /> },
        (None, _) => html! { <div class="row"><dt>{ "validUntil" }</dt><dd><p class="quiet holds">{ words.no_end }</p></dd></div> },
    });
    rows.extend(file.cache_duration.as_ref().map(|duration| row("cacheDuration", duration, String::new())));
    rows.push(signature(file, props));
    rows.push(calendar(file, props, go));
    html! { <dl class="file-facts">{ for rows }</dl> }
}

fn signature(file: &MetadataReport, props: &PlaceProps) -> Html {
    let PlaceProps { state, dispatch } = props;
    let words = Words::of(state.settings.language);
    let signature = file
        .signature
        .and_then(|number| state.report()?.captures.get(number.capture)?.signatures.get(number.signature));
    let (class, shape, said) = match signature {
        None => ("state open", Shape::Unsigned, words.unsigned),
        Some(signature) => match (signature.status, signature.trusted) {
            ("valid", true) => ("state sound", Shape::Done, words.trusted),
            ("valid", false) => ("state luck", Shape::Unknown, words.unvouched),
            ("invalid", _) => ("state faulty", Shape::Failed, words.broken),
            _ => ("state open", Shape::Unchecked, words.unchecked),
        },
    };
    let detail = signature.filter(|signature| signature.status != "valid").map(|signature| signature.detail.clone());
    let onclick = {
        let (dispatch, capture) = (dispatch.clone(), file.capture);
        Callback::from(move |_| {
            capture.into_iter().for_each(|capture| dispatch.dispatch(Action::Select(capture)));
            dispatch.dispatch(Action::Go(Place::Signatures));
        })
    };
    html! {
        <div class="row" data-signature={signature.map_or("none", |signature| signature.status)}>
            <dt>{ words.signature }</dt>
            <dd>
                <p {class}>{ icon(shape, "") }<span>{ said }</span></p>
                <p class="quiet">{ detail.unwrap_or_default() }</p>
                <button type="button" class="link" hidden={signature.is_none()} {onclick}>{ words.open }</button>
            </dd>
        </div>
    }
}

/// The calendar as counts, each of which leads to what it counts.
fn calendar(file: &MetadataReport, props: &PlaceProps, go: &Callback<Browse>) -> Html {
    let words = Words::of(props.state.settings.language);
    let calendar = &file.calendar;
    let counts = [
        ("", words.all, calendar.certificates),
        ("expired", words.expired, calendar.expired),
        ("expiring", words.expiring, calendar.expiring),
        ("not-yet", words.early, calendar.not_yet),
        ("weak", words.weak, calendar.weak),
        ("shared", words.shared, calendar.shared),
        ("rollover", words.rollover, calendar.rollovers),
    ];
    let counts = counts.into_iter().filter(|(filter, _, count)| filter.is_empty() || *count > 0);
    let counts = counts.map(|(filter, text, count)| {
        let onclick = go.reform({
            let browse = props.state.browse.clone();
            move |_| Browse { part: Part::Calendar, filter, ..browse.clone() }
        });
        html! { <li><button type="button" class="link" data-count={filter} {onclick}>{ number(count) }{ " " }{ text }</button></li> }
    });
    html! { <div class="row"><dt>{ words.certificates }</dt><dd><ul class="counts">{ for counts }</ul></dd></div> }
}
