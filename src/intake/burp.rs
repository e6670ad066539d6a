//! What Burp Suite saves of its history: XML with a request and a reply in each item, mostly in base64.

use super::exchange::{Exchange, Recorded, take_all};
use super::http::{Http, Start};
use super::step::{Step, StepName};
use super::{Capture, base64};
use crate::limits;

/// The items of such a file.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let (_, list) = text.split_once("<items burpVersion=")?;
    let before = text.get(..text.len() - list.len())?;
    // Its document type tells the elements, and nothing else stands before.
    if !before.trim_start().starts_with('<') || before.len() > limits::STEP_HEAD_BYTES * 64 {
        return None;
    }
    let items = list.split("<item>").skip(1).map(|item| item.split_once("</item>").map_or(item, |(item, _)| item));
    let mut recording = items.map(|item| Recorded::Exchange(exchange(item, text.len())));
    let found = take_all(origin, &mut recording);
    (!found.is_empty()).then_some(found)
}

/// The exchange of an item.
fn exchange(item: &str, bytes_in: usize) -> Exchange {
    let (request, reply) = (content(item, "request"), content(item, "response"));
    let mut exchange = Exchange {
        steps: vec![Step::done(StepName::Trace, bytes_in, request.len()).making(request.as_bytes())],
        method: content(item, "method"),
        url: content(item, "url"),
        status: content(item, "status").parse().ok(),
        ..Exchange::default()
    };
    if let Some(request) = Http::find(&request) {
        exchange.body = Some(request.body.to_owned());
        if let (Start::Request { method, url }, true) = (&request.start, exchange.url.is_empty()) {
            (exchange.method, exchange.url) = (method.clone(), url.clone().unwrap_or_default());
        }
    }
    if let Some(reply) = Http::find(&reply) {
        let location = |line: &str| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
        };
        exchange.location = reply.head.lines().find_map(location);
        exchange.reply = Some(reply.body.to_owned());
    }
    exchange
}

/// What stands in an element of an item, out of its CDATA and its base64; empty where it is not there.
fn content(item: &str, name: &str) -> String {
    let start = format!("<{name}");
    let element = item.match_indices(&start).find_map(|(at, _)| {
        let behind = item.get(at + start.len()..)?;
        let (attributes, content) = behind.split_once('>')?;
        (attributes.is_empty() || attributes.starts_with(' ')).then_some((attributes, content))
    });
    let Some((attributes, content)) = element else { return String::new() };
    let content = content.split_once(&format!("</{name}>")).map_or(content, |(content, _)| content).trim();
    let inner = content.strip_prefix("<![CDATA[").and_then(|inner| inner.strip_suffix("]]>")).unwrap_or(content);
    if attributes.contains("base64=\"true\"") {
        String::from_utf8_lossy(&base64::decode(inner).0).into_owned()
    } else {
        inner.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Binding, take_one};

    fn file(request: &str, is_encoded: bool) -> String {
        use ::base64::Engine;
        let standard = ::base64::engine::general_purpose::STANDARD;
        let written = |text: &str| if is_encoded { standard.encode(text) } else { text.to_owned() };
        let reply = "HTTP/1.1 302 Found\r\nLocation: https://sp.example/denied\r\n\r\nno";
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE items [\n<!ELEMENT items (item*)>\n<!ATTLIST items burpVersion CDATA \"\">\n]>\n\
             <items burpVersion=\"2026.1\" exportTime=\"x\">\n<item><time>x</time><url><![CDATA[https://sp.example/logo]]></url>\n\
             <request base64=\"false\"><![CDATA[GET /logo HTTP/1.1\r\n\r\n]]></request></item>\n<item>\n\
             <url><![CDATA[https://sp.example/acs]]></url><requesttype>x</requesttype>\n<method><![CDATA[POST]]></method>\n\
             <request base64=\"{is_encoded}\"><![CDATA[{}]]></request><status>302</status>\n\
             <response base64=\"{is_encoded}\"><![CDATA[{}]]></response></item>\n</items>",
            written(request),
            written(reply)
        )
    }

    #[test]
    fn the_messages_of_its_items_are_read_with_their_replies() {
        let request = "POST /acs HTTP/1.1\r\nHost: sp.example\r\n\r\nSAMLResponse=PGEvPg%3D%3D&RelayState=r";
        for is_encoded in [true, false] {
            let text = file(request, is_encoded);
            let capture = take_one(text.as_bytes());
            assert_eq!(capture.xml.as_deref(), Some("<a/>"));
            assert_eq!(
                (capture.url.as_deref(), capture.binding),
                (Some("https://sp.example/acs"), Some(Binding::Post))
            );
            assert_eq!(capture.relay_state.as_deref(), Some("r"));
            let reply = capture.reply.unwrap();
            assert_eq!((reply.status, reply.location.as_deref()), (Some(302), Some("https://sp.example/denied")));
        }
    }

    #[test]
    fn other_xml_and_files_without_messages_are_left_alone() {
        for text in ["<items><item/></items>".to_owned(), file("GET / HTTP/1.1\r\n\r\n", true), String::new()] {
            assert!(take(&Capture::default(), &text).is_none(), "{text}");
        }
    }
}
