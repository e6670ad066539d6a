//! Text that is no message: addresses, e-mail addresses, numbers and tokens are known by their shape, all else stays.

use super::words::Kind;
use super::work::Work;

/// Whether what stands under this name opens something: a cookie, a token.
pub(super) fn is_secret_name(name: &str) -> bool {
    const PARTS: [&str; 10] =
        ["cookie", "authorization", "token", "secret", "password", "sess", "csrf", "xsrf", "credential", "sid"];
    let name = name.to_ascii_lowercase();
    PARTS.iter().any(|part| name.contains(part)) && !matches!(name.as_str(), "cookies" | "headers" | "sessionduration")
}

/// The text with pseudonyms in the place of what names someone.
pub(super) fn redacted(work: &mut Work, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        out += &match line.split_once(": ").filter(|(name, _)| name.len() < 40 && is_secret_name(name)) {
            Some((name, value)) => format!("{name}: {}", work.words.put(value, Kind::Secret, false)),
            None => of_line(work, line),
        };
    }
    out
}

fn of_line(work: &mut Work, line: &str) -> String {
    let is_between = |c: char| c.is_whitespace() || "\"'<>()[]{},;|&?\\^`".contains(c);
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let between = is_between(first);
        let end = rest.find(|c: char| is_between(c) != between).unwrap_or(rest.len());
        let (part, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out += &if between { part.to_owned() } else { token(work, part) };
        rest = after;
    }
    out
}

/// One token: what it is follows from its shape.
fn token(work: &mut Work, token: &str) -> String {
    if let Some((name, value)) = token.split_once('=').filter(|(name, _)| !name.is_empty() && !name.contains('/')) {
        let new = match is_secret_name(name) {
            true => work.words.put(value, Kind::Secret, false),
            false => self::token(work, value),
        };
        return format!("{name}={new}");
    }
    if token.contains("://") {
        return work.words.put(token, Kind::Host, false);
    }
    if let Some((local, domain)) =
        token.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && domain.contains('.'))
    {
        return format!("{}@{}", work.words.put(local, Kind::Person, true), work.words.put(domain, Kind::Host, false));
    }
    if is_host(token) || token.parse::<std::net::IpAddr>().is_ok() {
        return work.words.put(token, Kind::Host, false);
    }
    let trimmed = token.trim_matches(|c: char| !c.is_alphanumeric());
    let digits = trimmed.bytes().filter(u8::is_ascii_digit).count();
    if digits == trimmed.len() && digits >= 9 {
        return work.words.put(token, Kind::Account, false);
    }
    let letters = trimmed.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters + digits >= 16 && digits > 1 && letters > 0 && crate::Instant::parse(trimmed).is_err() {
        return work.words.put(token, Kind::Id, false);
    }
    work.words.put_known(token)
}

/// Whether a token reads like the name of a host: labels between dots, the last of them letters.
fn is_host(token: &str) -> bool {
    let token = token.split(['/', ':']).next().unwrap_or_default().trim_end_matches('.');
    let mut labels = token.split('.');
    let last = labels.next_back().unwrap_or_default();
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let others: Vec<&str> = labels.collect();
    !others.is_empty()
        && (2..=12).contains(&last.len())
        && last.bytes().all(|b| b.is_ascii_lowercase())
        && others.iter().all(|label| is_label(label))
        && !matches!(last, "xml" | "json" | "txt" | "html" | "js" | "css" | "pem" | "crt" | "har" | "aspx" | "php")
}
