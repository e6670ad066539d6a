//! Requests as browsers copy them for a command line: curl for bash and for cmd, PowerShell, and `fetch(…)`.

use super::command::{powershell, script};
use super::parameters::{join, percent_encode};
use super::quoting::Cursor;
use super::shell::{bash_words, cmd_words};
use super::step::{Repair, RepairKind, Step, StepName};
use super::{Capture, Exchange};

/// A text that is one such command and nothing else.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let (command, behind) = Command::find(text.trim_start())?;
    if !behind.trim().is_empty() {
        return None;
    }
    let body = command.body.clone().unwrap_or_default();
    let mut step = Step::done(StepName::Command, text.len(), command.url.len() + body.len());
    step = step.making(if body.is_empty() { command.url.as_bytes() } else { body.as_bytes() });
    if command.fields > 0 {
        step.repairs.push(Repair { kind: RepairKind::FieldsJoined, count: command.fields });
    }
    let mut origin = origin.clone();
    origin.steps.push(step);
    let Command { method, url, body, .. } = command;
    Some(Exchange { method, url, body, ..Exchange::default() }.take(&origin))
}

/// What a command sends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// `GET`, `POST`.
    pub(super) method: String,
    /// To the octet.
    pub(super) url: String,
    /// To the octet; of a form in parts, what the same fields would be in one.
    pub(super) body: Option<String>,
    /// The fields that the body was joined from.
    pub(super) fields: usize,
}

impl Command {
    /// The command that a text begins with, and what stands behind it.
    pub(super) fn find(text: &str) -> Option<(Self, &str)> {
        let (command, read) = curl(text).or_else(|| script(text)).or_else(|| powershell(text))?;
        // A host has a dot, a port or the name of one's own machine.
        let is_url = command.url.contains(['.', ':']) || command.url.starts_with("localhost");
        is_url.then(|| (command, text.get(read..).unwrap_or_default()))
    }

    /// Whether a line begins as a command does.
    pub(super) fn begins(line: &str) -> bool {
        // What stands before a prompt's sign is not asked.
        let starts = ["curl ", "curl.exe ", "$ curl ", "fetch(", "await fetch(", "$session ", "Invoke-"];
        starts.iter().any(|start| line.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
    }
}

fn curl(text: &str) -> Option<(Command, usize)> {
    let mut cursor = Cursor::new(text);
    let _ = cursor.eat("$ ");
    if !cursor.eat("curl ") && !cursor.eat("curl.exe ") {
        return None;
    }
    let start = cursor.at;
    let rest = cursor.rest();
    // Which shell it was copied for shows in what it escapes with, and in the end of its first line.
    let line = rest.lines().next().unwrap_or_default();
    let (words, read) = if line.contains("^\"") || line.ends_with(" ^") { cmd_words(rest) } else { bash_words(rest) };
    Some((arguments(words), start + read))
}

/// Options of curl that have a value and matter here, by their short and their long name.
const DATA: &[(&str, &str)] = &[
    ("d", "data"),
    ("", "data-raw"),
    ("", "data-binary"),
    ("", "data-ascii"),
    ("", "data-urlencode"),
    ("F", "form"),
    ("", "form-string"),
    ("X", "request"),
    ("", "url"),
    ("", "json"),
    ("", "url-query"),
];

/// Those that have a value and do not.
const OTHERS: &[(&str, &str)] = &[
    ("H", "header"),
    ("A", "user-agent"),
    ("b", "cookie"),
    ("c", "cookie-jar"),
    ("e", "referer"),
    ("u", "user"),
    ("o", "output"),
    ("x", "proxy"),
    ("m", "max-time"),
    ("w", "write-out"),
    ("E", "cert"),
    ("D", "dump-header"),
    ("", "key"),
    ("", "cacert"),
    ("", "resolve"),
    ("", "connect-to"),
    ("", "connect-timeout"),
    ("", "max-redirs"),
];

fn arguments(words: Vec<String>) -> Command {
    let mut command = Command::default();
    let (mut data, mut fields): (Vec<String>, Vec<(String, String)>) = Default::default();
    let (mut get, mut head) = (false, false);
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (name, value) = match option(&word) {
            Given::Word => ("url", Some(word)),
            Given::Flag(flags) => {
                get |= flags == "get" || (!word.starts_with("--") && flags.contains('G'));
                head |= flags == "head" || (!word.starts_with("--") && flags.contains('I'));
                continue;
            }
            Given::Option { name, inline, flags } => {
                get |= flags.contains('G');
                (name, inline.or_else(|| words.next()))
            }
        };
        let value = value.unwrap_or_default();
        match name {
            "url" if command.url.is_empty() => command.url = value,
            "request" => command.method = value.to_ascii_uppercase(),
            "data" | "data-raw" | "data-binary" | "data-ascii" | "json" => data.push(value),
            "data-urlencode" => data.push(match value.split_once('=') {
                Some(("", content)) => percent_encode(content),
                Some((name, content)) => format!("{name}={}", percent_encode(content)),
                None => percent_encode(&value),
            }),
            "url-query" => command.url = with_query(&command.url, &value),
            "form" | "form-string" => {
                fields.extend(value.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
            _ => {}
        }
    }
    let body = data.join("&");
    command.fields = fields.len();
    if get && !body.is_empty() {
        command.url = with_query(&command.url, &body);
    } else if !body.is_empty() {
        command.body = Some(body);
    } else if !fields.is_empty() {
        command.body = Some(join(&fields));
    }
    if command.method.is_empty() {
        let method = if head {
            "HEAD"
        } else if command.body.is_some() {
            "POST"
        } else {
            "GET"
        };
        command.method = method.to_owned();
    }
    command
}

fn with_query(url: &str, query: &str) -> String {
    format!("{url}{}{query}", if url.contains('?') { '&' } else { '?' })
}

/// What a word of the command line is.
enum Given {
    /// No option.
    Word,
    /// Options without a value.
    Flag(String),
    /// One with a value, which may stand in the same word; short ones may stand before it.
    Option { name: &'static str, inline: Option<String>, flags: String },
}

fn option(word: &str) -> Given {
    let known = || DATA.iter().chain(OTHERS);
    if let Some(long) = word.strip_prefix("--") {
        let (long, inline) = long.split_once('=').map_or((long, None), |(long, value)| (long, Some(value.to_owned())));
        return match known().find(|(_, name)| *name == long) {
            Some((_, name)) => Given::Option { name, inline, flags: String::new() },
            None => Given::Flag(long.to_owned()),
        };
    }
    let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else { return Given::Word };
    for (at, letter) in letters.char_indices() {
        let named = |(short, _): &&(&str, &str)| short.starts_with(letter);
        if let Some((_, name)) = known().find(named) {
            let (flags, behind) = letters.split_at_checked(at).unwrap_or((letters, ""));
            let inline = behind.get(letter.len_utf8()..).filter(|inline| !inline.is_empty()).map(str::to_owned);
            return Given::Option { name, inline, flags: flags.to_owned() };
        }
    }
    Given::Flag(letters.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, String) {
        let (command, behind) = Command::find(text).unwrap();
        assert_eq!(behind.trim(), "", "{text}");
        (command.method, command.url, command.body.unwrap_or_default())
    }

    fn is(method: &str, url: &str, body: &str) -> (String, String, String) {
        (method.to_owned(), url.to_owned(), body.to_owned())
    }

    const ACS: &str = "https://sp.example/acs";

    #[test]
    fn every_quoting_of_bash_gives_the_octets() {
        let form = "SAMLResponse=a%2Bb&RelayState=it's";
        for text in [
            r#"curl 'https://sp.example/acs' -H 'a: b' --data-raw 'SAMLResponse=a%2Bb&RelayState=it'\''s' --compressed"#,
            "curl https://sp.example/acs \\\n  -H \"a: \\\"b\\\"\" \\\n  -d \"SAMLResponse=a%2Bb&RelayState=it's\"\n",
            r"curl -sS --data-binary $'SAMLResponse=a%2Bb&RelayState=it\'s' --url https://sp.example/acs",
            r"curl -XPOST https://sp.example/acs -dSAMLResponse=a\%2Bb -d RelayState=it\'s",
            r"$ curl -k -X post https://sp.example/acs --data-urlencode SAMLResponse=a+b -d $'RelayState=it\u0027s'",
        ] {
            assert_eq!(read(text), is("POST", ACS, form), "{text}");
        }
        let get = "curl -G https://sp.example/acs -d SAMLRequest=a -d RelayState=b";
        assert_eq!(read(get), is("GET", "https://sp.example/acs?SAMLRequest=a&RelayState=b", ""));
        let parts = "curl https://sp.example/acs -F SAMLResponse=a+b= -F 'RelayState=x y'";
        assert_eq!(read(parts), is("POST", ACS, "SAMLResponse=a%2Bb%3D&RelayState=x%20y"));
    }

    #[test]
    fn every_quoting_of_cmd_gives_the_octets() {
        let form = "SAMLResponse=a%2Bb&RelayState=say \"x\"";
        for text in [
            "curl ^\"https://sp.example/acs^\" ^\n  -H ^\"a: b^\" ^\n  --data-raw ^\"SAMLResponse=a^%^2Bb^&RelayState=say \\^\"x\\^\"^\"",
            "curl \"https://sp.example/acs\" ^\r\n  -H \"a: b\" ^\r\n  --data-raw \"SAMLResponse=a^%^2Bb&RelayState=say \"\"x\"\"\"",
        ] {
            assert_eq!(read(text), is("POST", ACS, form), "{text}");
        }
        let lines = "curl ^\"https://sp.example/acs^\" ^\r\n  -d ^\"a=1^\r\n\r\nb^\"";
        assert_eq!(read(lines), is("POST", ACS, "a=1\nb"));
    }

    #[test]
    fn a_command_ends_where_its_line_ends_and_other_text_is_none() {
        let (command, behind) = Command::find("curl https://sp.example/ -d a=1\nthen this").unwrap();
        assert_eq!((command.body.as_deref(), behind), (Some("a=1"), "\nthen this"));
        for text in
            ["curly", "curl", "curl -d a", "the curl command", "fetch(", "Invoke-WebRequest", "curl -", "curl ^\"^"]
        {
            assert_eq!(Command::find(text), None, "{text}");
        }
    }
}
