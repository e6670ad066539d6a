//! Where a RelayState leads, held against the domains that Alibaba Cloud opens after a login.
//!
//! Asked alike by the rules of user-based and of role-based SSO (rule catalogue, sections 0.4, 1 and 8.4). What is judged
//! is what a browser makes of the value, never its text alone.

use percent_encoding::percent_decode_str;

use crate::checks::generic::relay_state::runs_or_reads;
use crate::checks::nearmiss;
use crate::checks::web_url::{self, Form, Mended, UrlFault, WebUrl};
use crate::checks::{Answer, Evidence};
use crate::flow::{Case, Seen};
use crate::intake::StepName;

/// The domains that are opened, with all under them.
const DOMAINS: [&str; 7] =
    ["aliyun.com", "hichina.com", "yunos.com", "taobao.com", "tmall.com", "alibabacloud.com", "alipay.com"];

/// Where a RelayState leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leads {
    /// To no other host: it is no address, and may mean something to the service alone.
    Nowhere,
    /// To an allowed host.
    Home,
    /// To an allowed host, unencrypted.
    HomeInClear,
    /// To another host, or it is written so that the service finds no host.
    Away,
    /// To another host or into a script, made to look otherwise; or other readers read another host than browsers do.
    Disguised,
}

/// The RelayState leads somewhere that is not opened.
pub(super) fn domain(case: &Case<'_>) -> Answer {
    answer(case, Leads::Away, || DOMAINS.join(", "))
}

/// The RelayState pretends to be of an allowed domain, or is written so that readers differ on where it leads.
pub(super) fn lookalike(case: &Case<'_>) -> Answer {
    answer(case, Leads::Disguised, || DOMAINS.join(", "))
}

/// The RelayState leads to an allowed domain by http.
pub(super) fn http(case: &Case<'_>) -> Answer {
    answer(case, Leads::HomeInClear, || "https".to_owned())
}

/// The message came without a RelayState. Where it is not known what it came with, there is nothing to be about.
pub(super) fn empty(case: &Case<'_>) -> Answer {
    let Some(seen) = case.response().filter(|seen| is_form(seen)) else { return Answer::Inapplicable };
    let text = seen.capture.relay_state.as_deref().unwrap_or_default();
    Answer::when(text.trim().is_empty(), || Evidence::outside(seen, "RelayState", text))
}

/// Whether the capture is of everything that was sent: of a bare message nobody knows what stood beside it.
fn is_form(seen: &Seen<'_>) -> bool {
    seen.capture.url.is_some() || seen.capture.steps.iter().any(|step| step.name == StepName::Parameters)
}

fn answer(case: &Case<'_>, fires: Leads, expected: impl FnOnce() -> String) -> Answer {
    let Some((seen, text)) = state(case) else { return Answer::Inapplicable };
    let leads = leads(text);
    if leads == Leads::Nowhere {
        return Answer::Inapplicable;
    }
    Answer::when(leads == fires, || Evidence::outside(seen, "RelayState", text).expected(expected()))
}

fn state<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, &'d str)> {
    case.relay_state().filter(|(_, text)| !text.trim().is_empty())
}

fn leads(text: &str) -> Leads {
    match web_url::read(text) {
        Ok(url) if !url.is_web() && (runs_or_reads(&url) || !url.host.is_empty()) => Leads::Disguised,
        // `ss:mem:…` and its like are no addresses: a key, and where to look it up.
        Ok(url) if !url.is_web() => Leads::Nowhere,
        Ok(url) => of_url(text, &url),
        Err(UrlFault::Empty) => Leads::Nowhere,
        Err(UrlFault::Relative) if is_hidden_address(text) => Leads::Away,
        Err(UrlFault::Relative) => Leads::Nowhere,
        Err(_) if shows_domain(naive_authority(text)) => Leads::Disguised,
        Err(_) => Leads::Away,
    }
}

fn of_url(text: &str, url: &WebUrl) -> Leads {
    let is_home = is_home(url);
    let is_hidden = [Mended::UserInfo, Mended::Backslash, Mended::TabOrNewline].into_iter().any(|m| url.has(m));
    let dotted = url.host.strip_suffix('.').is_some_and(is_under_domain);
    match url.form {
        _ if url.userinfo || is_hidden => Leads::Disguised,
        // The same host, and written as no validator expects it.
        _ if dotted => Leads::Away,
        Form::Absolute if is_home && url.has(Mended::Slashes) => Leads::Away,
        Form::Absolute if is_home && url.scheme == "http" => Leads::HomeInClear,
        Form::Absolute if is_home => Leads::Home,
        Form::ProtocolRelative if is_home => Leads::Away,
        Form::ProtocolRelative => Leads::Disguised,
        Form::Absolute if shows_domain(&url.host) || shows_domain(naive_authority(text)) => Leads::Disguised,
        Form::Absolute => Leads::Away,
    }
}

fn is_home(url: &WebUrl) -> bool {
    DOMAINS.iter().any(|domain| url.is_under(domain))
}

fn is_under_domain(host: &str) -> bool {
    DOMAINS.iter().any(|d| host.strip_suffix(d).is_some_and(|before| before.is_empty() || before.ends_with('.')))
}

/// Whether it is an address that was encoded once too often, or an allowed one whose scheme was left out.
fn is_hidden_address(text: &str) -> bool {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    let is_encoded = decoded != text && web_url::read(&decoded).is_ok_and(|url| url.is_web());
    is_encoded || !text.starts_with('/') && web_url::read(&format!("https://{text}")).is_ok_and(|url| is_home(&url))
}

/// What a reader takes for the host who knows of slashes alone.
fn naive_authority(text: &str) -> &str {
    let text = text.trim();
    let rest = text.split_once(':').map_or(text, |(_, rest)| rest).trim_start_matches(['/', '\\']);
    rest.split('/').next().unwrap_or_default()
}

/// Whether a host has the text of an allowed domain in it, be it in letters that only look alike.
fn shows_domain(host: &str) -> bool {
    let labels: Vec<String> = host.to_lowercase().split('.').map(unicode).collect();
    // Digits and pairs of letters that pass for others in common fonts.
    let plain = labels.join(".").replace("rn", "m").replace('1', "l").replace('0', "o");
    let shown: Vec<char> = plain.chars().map(|c| nearmiss::lookalike(c).unwrap_or(c)).collect();
    let alike = |shown: &[char], domain: &str| {
        let pairs = || shown.iter().zip(domain.chars());
        let same = pairs().filter(|(c, letter)| *c == letter).count();
        // Of letters with marks any may stand for any, as long as most of the name is plain.
        pairs().all(|(c, letter)| *c == letter || c.is_alphabetic() && !c.is_ascii()) && same * 3 >= domain.len() * 2
    };
    DOMAINS.iter().any(|domain| shown.windows(domain.len()).any(|shown| alike(shown, domain)))
}

/// A label of a host in Unicode (RFC 5890 §2.3.2.1); one that is none of those as it is.
fn unicode(label: &str) -> String {
    label.strip_prefix("xn--").and_then(punycode).unwrap_or_else(|| label.to_owned())
}

/// Decodes Punycode (RFC 3492 §6.2).
fn punycode(text: &str) -> Option<String> {
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    let mut output: Vec<char> = basic.chars().collect();
    let (mut code, mut index, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut rest = extended.bytes().peekable();
    while rest.peek().is_some() {
        let (start, mut weight, mut k) = (index, 1_u32, 36_u32);
        loop {
            let digit = match rest.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            index = index.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let count = u32::try_from(output.len()).ok()? + 1;
        let mut delta = (index - start) / if start == 0 { 700 } else { 2 };
        delta += delta / count;
        let mut steps = 0;
        while delta > 455 {
            delta /= 35;
            steps += 36;
        }
        bias = steps + 36 * delta / (delta + 38);
        code = code.checked_add(index / count)?;
        index %= count;
        output.insert(usize::try_from(index).ok()?, char::from_u32(code)?);
        index += 1;
    }
    Some(output.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_state_leads_where_a_browser_goes() {
        use Leads::*;
        for (text, expected) in [
            // Plain.
            ("https://ram.console.aliyun.com/", Home),
            ("https://aliyun.com", Home),
            ("https://homenew-intl.console.alibabacloud.com/home?a=b#c", Home),
            ("https://www.taobao.com/", Home),
            ("https://x.hichina.com/", Home),
            ("https://www.yunos.com", Home),
            ("https://www.tmall.com", Home),
            ("https://a.b.alipay.com/", Home),
            ("https://ram.console.aliyun.com:443/", Home),
            ("https://ram.console.aliyun.com:8443/", Home),
            ("HTTPS://RAM.Console.AliYun.COM/", Home),
            ("https://ram.console.aliyun.com?user=alice@acme.example", Home),
            ("https://ram.console.aliyun.com/a?b=\\c", Home),
            ("https://%72am.console.aliyun.com/", Home),
            ("https://中文.aliyun.com/", Home),
            (" https://ram.console.aliyun.com/ ", Home),
            ("http://ram.console.aliyun.com/", HomeInClear),
            ("http://ram.console.aliyun.com:443/", HomeInClear),
            // Elsewhere, openly, or as no validator expects it.
            ("https://portal.acme.example/home", Away),
            ("https://oss-cn-hangzhou.aliyuncs.com/", Away),
            ("https://www.alibaba-inc.com/", Away),
            ("https://evil.example/aliyun.com", Away),
            ("https://evil.example/?to=https://aliyun.com/", Away),
            ("https://ram.console.aliyun.com./", Away),
            ("https:/ram.console.aliyun.com/", Away),
            ("//ram.console.aliyun.com/", Away),
            ("ram.console.aliyun.com/overview", Away),
            ("https%3A%2F%2Fram.console.aliyun.com%2F", Away),
            ("https://evil.example:x/", Away),
            ("https://", Away),
            ("http://127.0.0.1/", Away),
            // Letters beyond ASCII, of which too many would have to stand for others.
            ("https://中国移动网.com/", Away),
            // Without a dot before the domain, or with more behind it.
            ("https://evilaliyun.com/", Disguised),
            ("https://console-aliyun.com/", Disguised),
            ("https://nottmall.com/", Disguised),
            ("https://aliyun.com.evil.example/", Disguised),
            ("https://ram.console.aliyun.com-login.example/", Disguised),
            ("http://aliyun.com.evil.example/", Disguised),
            ("https://EVILALIYUN.com/", Disguised),
            ("https://evilaliyun.com./", Disguised),
            // User information, and other signs that only some readers stop at.
            ("https://aliyun.com@evil.example/", Disguised),
            ("https://aliyun.com:443@evil.example/", Disguised),
            ("https://evil.example@aliyun.com/", Disguised),
            ("https://@aliyun.com/", Disguised),
            ("https://evil.example\\@aliyun.com/", Disguised),
            ("https://aliyun.com\\.evil.example/", Disguised),
            ("https:\\\\aliyun.com/", Disguised),
            ("https://evil.example#.aliyun.com", Disguised),
            ("https://evil.example?.aliyun.com", Disguised),
            ("https://evil.example#@aliyun.com/", Disguised),
            ("https://aliyun.com%2eevil.example/", Disguised),
            ("https://evil.example%2f.aliyun.com/", Disguised),
            ("https://evil.example%00.aliyun.com/", Disguised),
            ("https://evil.example:aliyun.com/", Disguised),
            ("https://ali\tyun.com/", Disguised),
            ("https://aliyun.com\n.evil.example/", Disguised),
            ("https:\r\n//evil.example/", Disguised),
            // Letters that look alike.
            ("https://\u{430}liyun.com/", Disguised),
            ("https://xn--liyun-3ve.com/", Disguised),
            ("https://al\u{131}yun.com/", Disguised),
            ("https://t\u{e1}obao.com/", Disguised),
            ("https://a1iyun.com/", Disguised),
            ("https://alibabac1oud.com/", Disguised),
            // No web page, or another scheme.
            ("javascript:location='https://aliyun.com/'", Disguised),
            ("java\nscript:alert(1)", Disguised),
            ("data:text/html,aliyun.com", Disguised),
            ("ftp://aliyun.com/", Disguised),
            ("x-app://aliyun.com/", Disguised),
            ("file:///etc/passwd", Disguised),
            ("//evil.example/", Disguised),
            ("\\\\evil.example/", Disguised),
            ("/\\evil.example/", Disguised),
            // No address.
            ("", Nowhere),
            (" ", Nowhere),
            ("8d1f0c3a-7d0e-4b0b-9a7e-1f7a3c0f2b11", Nowhere),
            ("ss:mem:0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c", Nowhere),
            ("cookie:1767340800_ab12", Nowhere),
            ("/home/dashboard", Nowhere),
            ("/home%2Fdashboard", Nowhere),
            ("console", Nowhere),
            ("?next=/home", Nowhere),
        ] {
            assert_eq!(leads(text), expected, "{text:?}");
        }
    }

    #[test]
    fn punycode_is_read() {
        for (text, expected) in [
            ("xn--bcher-kva", "bücher"),
            ("xn--liyun-3ve", "\u{430}liyun"),
            ("xn--fiq228c", "中文"),
            // RFC 3492 §7.1, in lower case.
            ("xn--ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"),
            ("xn--proprostnemluvesky-uyb24dma41a", "pročprostěnemluvíčesky"),
            ("xn--4dbcagdahymbxekheh6e0a7fei0b", "למההםפשוטלאמדבריםעברית"),
            ("xn--b1abfaaepdrnnbgefbadotcwatmq2g4l", "почемужеонинеговорятпорусски"),
            ("xn--3b-ww4c5e180e575a65lsy2b", "3年b組金八先生"),
            // A delta of 455, ((36 - 1) * 26) / 2, is not divided any more (§6.1).
            ("xn--lalo-bpa59eyb", "léaūlųo"),
            ("xn--bcher-kv!", "xn--bcher-kv!"),
            ("xn--99999999", "xn--99999999"),
            ("aliyun", "aliyun"),
        ] {
            assert_eq!(unicode(text), expected, "{text}");
        }
    }
}
