//! The text of a web page as a person reads it: what it is called, its headings and what it says; bounded.

use super::floor;
use super::html::looks_like_html;
use super::quoting::Cursor;
use super::references::resolve;
use crate::limits;

/// Elements whose text nobody sees.
const UNSEEN: &[&str] = &["script", "style", "template", "svg", "select"];
/// Elements within a line.
const INLINE: &[&str] = &["a", "b", "i", "u", "em", "strong", "span", "code", "small", "font", "wbr"];
/// What Microsoft's pages call the error in the settings of their script, which writes the page.
const IN_SCRIPT: &[&str] = &["\"strServiceExceptionMessage\":\"", "\"sErrTxt\":\"", "\"arrErrorMessages\":[\""];

/// The text of a page; `None` where it is none, or says nothing.
pub(super) fn visible(page: &str) -> Option<String> {
    let page = page.trim();
    if !looks_like_html(page) {
        return None;
    }
    let mut out = String::new();
    let mut rest = page;
    while out.len() < limits::PAGE_TEXT_BYTES {
        let (text, tag) = rest.split_once('<').unwrap_or((rest, ""));
        out.push_str(&resolve(text).0);
        if tag.is_empty() {
            break;
        }
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let name = tag.trim_start_matches('/');
        let name =
            name.get(..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        let behind = tag.split_once('>').map_or("", |(_, behind)| behind);
        rest = if UNSEEN.contains(&name.as_str()) && !tag.starts_with('/') { ended(behind, &name) } else { behind };
        if !INLINE.contains(&name.as_str()) {
            out.push('\n');
        }
    }
    for key in IN_SCRIPT {
        let value = page.split_once(key).map(|(_, value)| Cursor::new(value).escaped('"'));
        out.extend(value.into_iter().flat_map(|value| ["\n".to_owned(), value]));
    }
    let words: Vec<String> = out.lines().map(words).filter(|line| !line.is_empty()).collect();
    let mut text = words.join("\n");
    text.truncate(floor(&text, limits::PAGE_TEXT_BYTES));
    (!text.is_empty()).then_some(text)
}

/// What a page holds without its tags: a cell of a table behind another in one line, all else apart. References stay as
/// they are, and scripts too: either may hold a message.
pub(super) fn cells(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((text, tag)) = rest.split_once('<') {
        out.push_str(text);
        let name = tag.get(..tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '/').unwrap_or(tag.len()));
        let name = name.unwrap_or_default().to_ascii_lowercase();
        rest = tag.split_once('>').map_or("", |(_, behind)| behind);
        out.push_str(if matches!(name.as_str(), "/td" | "/th" | "/dt") { "\t" } else { "\n" });
        if name == "script" {
            let behind = ended(rest, &name);
            out.push_str(rest.get(..rest.len() - behind.len()).unwrap_or_default());
            rest = behind;
        }
    }
    out.push_str(rest);
    // A cell's tag begins no line.
    out.replace("\t\n", "\t")
}

/// What stands behind the end of an element that has no markup in it.
fn ended<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once("</") {
        if behind.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name)) {
            return behind.split_once('>').map_or("", |(_, behind)| behind);
        }
        rest = behind;
    }
    ""
}

fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_person_sees_it() {
        let page = "<!DOCTYPE html><html><head><title>Sign in &#45; error</title><style>p{}</style></head>\n\
                    <body><!-- <b>no</b> --><h1>Sorry</h1><script>if (a < b) \"</p>\"</script>\
                    <p class=error>The user <b>does not</b>\n exist &amp; more</p></body></html>";
        assert_eq!(visible(page).unwrap(), "Sign in - error\nSorry\nThe user does not\nexist & more");
        assert_eq!(visible("<html><script>x"), None);
        assert_eq!(visible("plain text"), None);
    }

    #[test]
    fn an_error_that_a_script_would_write_is_read_and_all_is_bounded() {
        let page = "<html><script>$Config={\"strServiceExceptionMessage\":\"AADSTS50011: it\\u0027s not\"};</script>";
        assert_eq!(visible(page).unwrap(), "AADSTS50011: it's not");
        let long = format!("<html>{}", "é ".repeat(limits::PAGE_TEXT_BYTES));
        assert!(visible(&long).unwrap().len() <= limits::PAGE_TEXT_BYTES);
    }
}
