//! How far a time is from now, in words.

use super::super::words::{put, words};
use crate::{Language, Unit, spoken};

words! {
    Words {
        ahead: "in {length}", "{length}后";
        behind: "{length} ago", "{length}前";
        now: "now", "此刻";
        second: "{n} s", "{n} 秒";
        minute: "{n} min", "{n} 分";
        hour: "{n} h", "{n} 小时";
        day: "{n} days", "{n} 天";
        year: "{n} years", "{n} 年";
        one_day: "1 day", "1 天";
        one_year: "1 year", "1 年";
    }
}

/// A length of time: "4 min 45 s".
pub fn length(language: Language, seconds: u64) -> String {
    let words = Words::of(language);
    let one = |(count, unit): (u64, Unit)| {
        let text = match (unit, count) {
            (Unit::Second, _) => words.second,
            (Unit::Minute, _) => words.minute,
            (Unit::Hour, _) => words.hour,
            (Unit::Day, 1) => words.one_day,
            (Unit::Day, _) => words.day,
            (Unit::Year, 1) => words.one_year,
            (Unit::Year, _) => words.year,
        };
        put(text, &[("n", &count.to_string())])
    };
    match spoken(seconds) {
        (first, None) => one(first),
        (first, Some(rest)) => format!("{} {}", one(first), one(rest)),
    }
}

/// Where a time is from now: "in 4 min 45 s", "20 s ago".
pub fn distance(language: Language, seconds: i64) -> String {
    let words = Words::of(language);
    let text = match seconds {
        0 => return words.now.to_owned(),
        1.. => words.ahead,
        _ => words.behind,
    };
    put(text, &[("length", &length(language, seconds.unsigned_abs()))])
}
