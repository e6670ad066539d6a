//! Requests as browsers copy them for PowerShell and for JavaScript: `Invoke-WebRequest -Uri "…" -Body "…"`, `fetch("…")`.

use super::curl::Command;
use super::parameters::join;
use super::quoting::Cursor;

/// `fetch("URL", {"body": "…", "method": "POST"})`, and how much of the text that is.
pub(super) fn script(text: &str) -> Option<(Command, usize)> {
    let mut cursor = Cursor::new(text);
    if cursor.eat("await") {
        cursor.skip(char::is_whitespace);
    }
    if !cursor.eat("fetch(") {
        return None;
    }
    cursor.skip(char::is_whitespace);
    let quote = cursor.next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut command = Command { url: cursor.escaped(quote), method: "GET".to_owned(), ..Command::default() };
    let mut depth = 1usize;
    let mut name = String::new();
    while let Some(c) = cursor.next() {
        match c {
            '"' | '\'' | '`' => {
                let text = cursor.escaped(c);
                cursor.skip(char::is_whitespace);
                // A name that stands in quotes, or the value of the one before.
                if cursor.peek() == Some(':') {
                    name = text;
                    continue;
                }
                match std::mem::take(&mut name).as_str() {
                    "body" if depth == 2 => command.body = Some(text),
                    "method" if depth == 2 => command.method = text.to_ascii_uppercase(),
                    _ => {}
                }
            }
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth -= 1;
                if depth == 0 {
                    let _ = cursor.eat(";");
                    break;
                }
            }
            ',' => name.clear(),
            c if c.is_alphabetic() => name.push(c),
            _ => {}
        }
    }
    Some((command, cursor.at))
}

/// `Invoke-WebRequest` or `Invoke-RestMethod` with the lines that set its session up, and how much of the text that is.
pub(super) fn powershell(text: &str) -> Option<(Command, usize)> {
    let begins = |line: &str, word: &str| line.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let mut cursor = Cursor::new(text);
    while begins(cursor.rest(), "$session") {
        cursor.until('\n');
        cursor.skip(char::is_whitespace);
    }
    let verb = ["Invoke-WebRequest", "Invoke-RestMethod"].into_iter().find(|verb| begins(cursor.rest(), verb))?;
    cursor.at += verb.len();
    let mut command = Command { method: "GET".to_owned(), ..Command::default() };
    while let Some(c) = cursor.peek() {
        match c {
            '`' => {
                cursor.next();
                let _ = cursor.eat("\r");
                let _ = cursor.eat("\n");
            }
            // A line's end that nothing stands before ends the command.
            '\n' | ';' | '|' => break,
            '-' => {
                cursor.next();
                let rest = cursor.rest();
                let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                cursor.at += end;
                let name = rest.get(..end).unwrap_or_default().to_ascii_lowercase();
                cursor.skip(|c| c == ' ' || c == ':');
                if cursor.peek() != Some('-') {
                    parameter(&mut cursor, &name, &mut command);
                }
            }
            '"' | '\'' if command.url.is_empty() => command.url = value(&mut cursor),
            _ => _ = cursor.next(),
        }
    }
    Some((command, cursor.at))
}

fn parameter(cursor: &mut Cursor<'_>, name: &str, command: &mut Command) {
    if cursor.eat("@{") {
        let fields = table(cursor);
        if name == "body" {
            command.fields = fields.len();
            command.body = Some(join(&fields));
        }
        return;
    }
    match name {
        "uri" => command.url = value(cursor),
        "method" => command.method = value(cursor).to_ascii_uppercase(),
        "body" => command.body = Some(value(cursor)),
        // Headers, sessions, switches: what they hold does not matter, and must not be taken for another parameter.
        _ => _ = value(cursor),
    }
}

/// A value: a string, a word, or what stands in brackets around a string (`([Text.Encoding]::UTF8.GetBytes("…"))`).
fn value(cursor: &mut Cursor<'_>) -> String {
    let mut depth = 0usize;
    let mut found = String::new();
    while let Some(c) = cursor.peek() {
        match c {
            '"' | '\'' => {
                cursor.next();
                found.push_str(&string(cursor, c));
            }
            '(' => {
                cursor.next();
                depth += 1;
            }
            ')' => {
                cursor.next();
                depth = depth.saturating_sub(1);
            }
            c if depth == 0 && (c.is_whitespace() || matches!(c, ';' | '|' | '`' | '}')) => break,
            c => {
                cursor.next();
                if depth == 0 {
                    found.push(c);
                }
            }
        }
        if depth == 0 && matches!(c, '"' | '\'' | ')') {
            break;
        }
    }
    found
}

/// The rest of a string of PowerShell: a backtick escapes within double quotes, and a quote is doubled.
fn string(cursor: &mut Cursor<'_>, quote: char) -> String {
    let mut out = String::new();
    while let Some(c) = cursor.next() {
        match c {
            c if c == quote => {
                if cursor.peek() != Some(quote) {
                    return out;
                }
                out.extend(cursor.next());
            }
            '`' if quote == '"' => match cursor.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some('0') => out.push('\0'),
                other => out.extend(other),
            },
            '$' if quote == '"' && cursor.eat("([char]") => {
                let code = cursor.until(')');
                let code =
                    code.strip_prefix("0x").map_or_else(|| code.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
                out.extend(code.and_then(char::from_u32));
            }
            other => out.push(other),
        }
    }
    out
}

/// The rest of a hash table: `SAMLResponse = "…"; RelayState = '…' }`.
fn table(cursor: &mut Cursor<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    loop {
        cursor.skip(|c| c.is_whitespace() || matches!(c, ';' | '`' | ','));
        match cursor.peek() {
            None => return pairs,
            Some('}') => {
                cursor.next();
                return pairs;
            }
            Some(_) => {}
        }
        let before = cursor.at;
        let name = match cursor.peek() {
            Some(quote @ ('"' | '\'')) => {
                cursor.next();
                string(cursor, quote)
            }
            _ => {
                let rest = cursor.rest();
                let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | ';' | '}')).unwrap_or(rest.len());
                cursor.at += end;
                rest.get(..end).unwrap_or_default().to_owned()
            }
        };
        cursor.skip(char::is_whitespace);
        if cursor.eat("=") {
            cursor.skip(|c| c == ' ');
            pairs.push((name, value(cursor)));
        }
        if cursor.at == before {
            cursor.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: Option<(Command, usize)>) -> Option<(String, String, Option<String>, usize)> {
        found.map(|(command, read)| (command.method, command.url, command.body, read))
    }

    #[test]
    fn a_fetch_gives_its_url_its_method_and_its_body() {
        let text = r#"fetch("https://sp.example/acs", {
  "headers": { "accept": "text/html", "body": "none" },
  "referrer": "https://idp.example/",
  "body": "SAMLResponse=a%2Bb&RelayState=\"x\"",
  "method": "POST",
  "credentials": "include"
});"#;
        let body = Some("SAMLResponse=a%2Bb&RelayState=\"x\"".to_owned());
        let found = ("POST".to_owned(), "https://sp.example/acs".to_owned(), body, text.len());
        assert_eq!(told(script(text)), Some(found));
        let text = "await fetch('https://sp.example/?SAMLRequest=a', { method: 'get', mode: 'cors' })";
        let found = ("GET".to_owned(), "https://sp.example/?SAMLRequest=a".to_owned(), None, text.len());
        assert_eq!(told(script(text)), Some(found));
        assert_eq!(script("fetch(url)"), None);
    }

    #[test]
    fn powershell_gives_the_same() {
        let text = "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n\
                    $session.UserAgent = \"Mozilla/5.0\"\n\
                    Invoke-WebRequest -UseBasicParsing -Uri \"https://sp.example/acs\" `\n-Method \"POST\" `\n\
                    -WebSession $session `\n-Headers @{\n\"authority\"=\"sp.example\"\n  \"path\"=\"/acs\"\n} `\n\
                    -ContentType \"application/x-www-form-urlencoded\" `\n\
                    -Body \"SAMLResponse=a%2Bb&RelayState=`$x`\"y$([char]233)\"";
        let body = Some("SAMLResponse=a%2Bb&RelayState=$x\"yé".to_owned());
        let found = ("POST".to_owned(), "https://sp.example/acs".to_owned(), body, text.len());
        assert_eq!(told(powershell(text)), Some(found));
        let text = "Invoke-RestMethod 'https://sp.example/acs' -Method Post -Body ([System.Text.Encoding]::UTF8.GetBytes(\"a=1\"))";
        let found = ("POST".to_owned(), "https://sp.example/acs".to_owned(), Some("a=1".to_owned()), text.len());
        assert_eq!(told(powershell(text)), Some(found));
        let text = "Invoke-RestMethod -Uri https://sp.example/acs -Method POST -Body @{ SAMLResponse = 'a+b'; \"RelayState\"=\"r\" }";
        let (command, _) = powershell(text).unwrap();
        assert_eq!((command.body.as_deref(), command.fields), (Some("SAMLResponse=a%2Bb&RelayState=r"), 2));
    }
}
