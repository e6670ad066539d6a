//! Texts that something takes for more than text, and scenarios with them in every value.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use samlens::{Alibaba, CaseFile, CasePart, ContextFile, Profile};
use std::io::Write;

/// What nobody writes but these tests: wherever it is met, a value is.
pub const MARK: &str = "zqx";
/// What a line begins with that a value has begun.
pub const LINE: &str = "zqxline";

/// Each is markup, a script, a formula, an escape or a special of some reader.
pub const POLYGLOTS: &[&str] = &[
    "zqx\"'><img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "zqx</script></style></textarea></title><script>alert(1)</script>",
    "zqx]]>--><!-- <iframe srcdoc=\"<script>alert(1)</script>\">",
    "javascript:alert(1)//zqx.example/%0Aalert(1)",
    "data:text/html,<script>alert(1)</script>#zqx",
    "=cmd|'/C calc'!A0 zqx",
    "@SUM(1+1)*cmd|'/C calc'!A0 zqx",
    "+1+zqx|'/C'!A0",
    "-2+3+zqx|'/C'!A0",
    "\t=zqx\r=1+1",
    "zqx\u{1b}[2J\u{1b}[31mred\u{1b}]8;;https://evil.example/\u{7}link\u{1b}]8;;\u{7}",
    "zqx\u{9b}2J\u{9b}31m\u{9d}0;title\u{9c}\u{90}\u{85}\u{7f}\u{8}\u{8}",
    "zqx\u{202e}elpmaxe\u{202c}\u{2066}\u{2067}\u{200f}\u{200e}\u{61c}\u{feff}\u{200b}",
    "zqx\u{2028}zqxline\u{2029}zqxline",
    "zqx\r\n## heading\r\n\r\nzqxline accepted\n",
    "zqx](javascript:alert(1)) [a](javascript:alert(1)) ![b](https://evil.example/c.png) <https://evil.example/> [d]: https://evil.example/",
    "zqx`` ``` ```` <img src=x> `code\\` ~~~ $`x`$ **b** __c__ ~~d~~ [^1] {: onclick=alert(1)}",
    "zqx | cell \\| <img src=x> \\\\| [e](https://evil.example/) |\\",
    "# zqx",
    "- zqx",
    "1. zqx",
    "     zqx = code",
    "=== zqx",
    "{0} {1} {{2}} }{ {zqx} {actual} {expected} ${zqx} %s %n %1$s {{constructor}}",
    "[zqx](1) [text](https://evil.example/) [x\\](2)",
    "//evil.example/zqx",
    "\\\\evil.example\\zqx",
    "../../../../etc/zqx",
    "file:///etc/passwd?zqx",
    "-----BEGIN CERTIFICATE----- zqx",
    "zqx\0nul",
    "zqx&lt;img src=x&gt;&#60;b&#62;&amp;lt;",
    "alice@zqx.example",
    "https://zqx.example/\"onmouseover=\"alert(1)",
];

/// A row of numbers that is always the same (xorshift).
pub struct Chance(u64);

impl Chance {
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % bound as u64) as usize
    }

    pub fn polyglot(&mut self) -> &'static str {
        POLYGLOTS[self.below(POLYGLOTS.len())]
    }
}

/// A value as XML that has it, but for the characters that no XML can have.
fn escaped(value: &str) -> String {
    let mut out = String::new();
    for c in value.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '\t' | '\n' | '\r' => out += &format!("&#{};", u32::from(c)),
            c if c < ' ' => {}
            c => out.push(c),
        }
    }
    out
}

/// A certificate whose names are polyglots of the same length; `None` where it has none that is long enough.
fn renamed(certificate: &str, chance: &mut Chance) -> Option<String> {
    let joined: String = certificate.split_whitespace().collect();
    let mut der = STANDARD.decode(joined).ok()?;
    let mut at = 0;
    let mut found = false;
    while at + 2 < der.len() {
        let (tag, length) = (der[at], usize::from(der[at + 1]));
        let content = at + 2..at + 2 + length;
        let is_name = matches!(tag, 0x0c | 0x13) && (6..128).contains(&length);
        if is_name && der.get(content.clone()).is_some_and(|text| text.iter().all(|byte| (b' '..0x7f).contains(byte))) {
            let mut name: Vec<u8> = chance.polyglot().bytes().collect();
            while std::str::from_utf8(&name[..name.len().min(length)]).is_err() {
                name = chance.polyglot().bytes().collect();
            }
            name.resize(length, b'-');
            der[content.clone()].copy_from_slice(&name);
            at = content.end;
            found = true;
        } else {
            at += 1;
        }
    }
    found.then(|| STANDARD.encode(der))
}

/// An XML text with polyglots in so many of twelve of its values. What is no XML is given back as it is.
pub fn mutated(xml: &str, share: usize, chance: &mut Chance) -> String {
    let Ok(document) = roxmltree::Document::parse(xml) else { return xml.to_owned() };
    let mut edits = Vec::new();
    for node in document.descendants() {
        edits.extend(node.attributes().map(|attribute| (attribute.range_value(), None)));
        let of = node.parent_element().map(|parent| parent.tag_name().name()).unwrap_or_default();
        match node.text() {
            Some(text) if node.is_text() && !text.trim().is_empty() => {
                edits.push((node.range(), (of == "X509Certificate").then(|| text.to_owned())));
            }
            _ => {}
        }
    }
    let mut out = xml.to_owned();
    for (range, certificate) in edits.into_iter().rev() {
        if chance.below(12) >= share {
            continue;
        }
        let value = match certificate {
            Some(certificate) => renamed(&certificate, chance),
            None => Some(escaped(chance.polyglot())),
        };
        if let Some(value) = value {
            out.replace_range(range, &value);
        }
    }
    out
}

fn percent(text: &str) -> String {
    let kept = |byte: &u8| byte.is_ascii_alphanumeric();
    text.bytes().map(|byte| if kept(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A message in one of the forms that it is captured in, with a RelayState beside it where the form has one.
fn wrapped(xml: &str, chance: &mut Chance) -> Vec<u8> {
    let base64 = STANDARD.encode(xml);
    let relay_state = percent(chance.polyglot());
    match chance.below(6) {
        0 => xml.to_owned().into_bytes(),
        1 => base64.into_bytes(),
        2 | 3 => format!("SAMLResponse={}&RelayState={relay_state}", percent(&base64)).into_bytes(),
        4 => {
            let mut deflate = DeflateEncoder::new(Vec::new(), Compression::fast());
            deflate.write_all(xml.as_bytes()).unwrap();
            let deflated = STANDARD.encode(deflate.finish().unwrap());
            let name = if xml.contains("Request") { "SAMLRequest" } else { "SAMLResponse" };
            let (host, sig) = (percent(chance.polyglot()), percent(chance.polyglot()));
            format!(
                "https://sp.example/{host}?{name}={}&RelayState={relay_state}&SigAlg={sig}&Signature={sig}",
                percent(&deflated)
            )
            .into_bytes()
        }
        _ => {
            let action = escaped(chance.polyglot());
            format!(
                "<html><body><form method=\"post\" action=\"{action}\"><input name=\"SAMLResponse\" value=\"{base64}\">\
                 <input name=\"RelayState\" value=\"{}\"></form></body></html>",
                escaped(chance.polyglot())
            )
            .into_bytes()
        }
    }
}

fn part(name: String, bytes: Vec<u8>) -> CasePart {
    CasePart { name, bytes }
}

/// A scenario with polyglots: its messages, given decoded, its files, and all that is known of it.
pub fn hostile(folder: &Path, messages: &[String], raw: &[Vec<u8>], seed: u64) -> CaseFile {
    let mut chance = Chance::of(seed);
    let share = [1, 2, 4, 12][chance.below(4)];
    let mut inputs: Vec<CasePart> = messages
        .iter()
        .map(|xml| {
            let xml = mutated(xml, share, &mut chance);
            part(format!("{} {}", chance.polyglot(), chance.below(100)), wrapped(&xml, &mut chance))
        })
        .collect();
    if messages.is_empty() {
        // What cannot be read is quoted as well: something of it gives way to a polyglot.
        inputs.extend(raw.iter().map(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            let cut = text.char_indices().nth(chance.below(text.chars().count().max(1))).map_or(0, |(at, _)| at);
            let (before, after) = text.split_at(cut);
            part(chance.polyglot().to_owned(), format!("{before}{}{after}", chance.polyglot()).into_bytes())
        }));
    }
    let known = std::fs::read(folder.join("context.json")).map(|json| ContextFile::parse(&json).unwrap());
    let known = known.unwrap_or_default();
    let mut files = Vec::new();
    let mut file = |name: &String, chance: &mut Chance| {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => mutated(&text, share, chance).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        // A case opens nothing outside of its folder, so that these files are all within.
        let name = format!("{} {}", chance.polyglot(), files.len());
        files.push(part(name.clone(), bytes));
        name
    };
    let names = |names: &[String], file: &mut dyn FnMut(&String, &mut Chance) -> String, chance: &mut Chance| {
        names.iter().map(|name| file(name, chance)).collect::<Vec<_>>()
    };
    let metadata = names(&known.metadata, &mut file, &mut chance);
    let certificates = names(&known.certificates, &mut file, &mut chance);
    let request = known.request.as_ref().map(|name| file(name, &mut chance));
    let text = |known: bool, chance: &mut Chance| {
        (known || chance.below(3) == 0).then(|| format!("{}{}", chance.polyglot(), chance.polyglot()))
    };
    let list = |chance: &mut Chance| {
        (chance.below(2) == 0).then(|| (0..3).map(|_| chance.polyglot().to_owned()).collect::<Vec<_>>())
    };
    let profiles = Profile::ALL;
    let profile = (chance.below(3) == 0).then(|| profiles[chance.below(profiles.len())].as_str().to_owned());
    let alibaba = Alibaba {
        account_id: text(false, &mut chance),
        default_domain: text(false, &mut chance),
        domain_alias: text(false, &mut chance),
        auxiliary_domain: text(false, &mut chance),
        sso_login_with_domain: known.alibaba.sso_login_with_domain,
        ram_users: list(&mut chance),
        ram_roles: list(&mut chance),
        saml_providers: list(&mut chance),
        cloudsso_users: list(&mut chance),
        idaas_idp_name: text(false, &mut chance),
    };
    let context = ContextFile {
        profile: profile.or(known.profile),
        metadata,
        certificates,
        private_keys: Vec::new(),
        request,
        received_at: text(known.received_at.is_some(), &mut chance),
        sp_entity_id: text(known.sp_entity_id.is_some(), &mut chance),
        error_text: text(known.error_text.is_some(), &mut chance),
        alibaba,
        ..known
    };
    CaseFile { inputs, context, files, ..CaseFile::default() }
}
