//! How long a certificate is valid: a bar with now on it, and the same in words.

use yew::{Html, html};

use crate::app::parts::{Shape, icon, length};
use crate::app::words::{put, words};
use crate::{Axis, KeyReport, Language};

words! {
    Words {
        valid: "valid, expires in {length}", "有效，{length}后过期";
        expired: "expired {length} ago", "已过期 {length}";
        early: "not valid before {length} from now", "{length}后才生效";
        bar: "Valid from {from} to {to}: {said}", "有效期 {from} 至 {to}：{said}";
    }
}

/// The bar; `None` where the certificate has no dates that can be read.
pub fn validity(key: &KeyReport, now: i64, language: Language) -> Option<Html> {
    let words = Words::of(language);
    let certificate = key.certificate.as_ref()?;
    let (from, to) = (key.not_before?, key.not_after?);
    let away = |time: i64| length(language, time.abs_diff(now));
    let (class, shape, text, far) = if now < from {
        ("state faulty", Shape::Failed, words.early, away(from))
    } else if now > to {
        ("state faulty", Shape::Failed, words.expired, away(to))
    } else {
        ("state sound", Shape::Done, words.valid, away(to))
    };
    let said = put(text, &[("length", &far)]);
    let label = put(words.bar, &[("from", &certificate.not_before), ("to", &certificate.not_after), ("said", &said)]);
    // What lies outside of the validity takes its share of the bar.
    let axis = Axis::even(from.min(now), to.max(now));
    let share = |part: f64| format!("{:.3}%", part * 100.0);
    let (left, right) = (axis.place(from), axis.place(to));
    let now_at = share(axis.place(now));
    let class_of_span = if (from..=to).contains(&now) { "span holds" } else { "span over" };
    Some(html! {
        <div class="validity">
            <svg class="time-bar" role="img" aria-label={label} width="100%" height="20">
                <rect class={class_of_span} x={share(left)} width={share((right - left).max(0.004))} y="6" height="8" rx="2" />
                <line class="now" x1={now_at.clone()} x2={now_at} y1="0" y2="20" />
            </svg>
            <p class="ends">
                <time>{ certificate.not_before.clone() }</time>
                <span {class} data-said="validity">{ icon(shape, "") }{ said }</span>
                <time>{ certificate.not_after.clone() }</time>
            </p>
        </div>
    })
}
