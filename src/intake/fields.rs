//! What people copy one after the other: the fields of forms and queries on lines of their own, the values of several
//! messages below each other, and JSON with fields of these names.

use serde_json::Value;

use super::parameters::{self, Parameters, is_message, percent_encode};
use super::step::{Repair, RepairKind, Step, StepName};
use super::value::open;
use super::{Capture, base64, encoded, pieces, recognise};
use crate::limits;
use crate::xml::{Doctype, read};

/// The parameters that stand beside a message's: SAML 2.0 Bindings §3.4.4.1, §3.5.3.
const BESIDE: [&str; 4] = ["RelayState", "SigAlg", "Signature", "SAMLEncoding"];

/// Fields of several messages, or of one with others below it; or several values without a name.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let first = text.trim_start();
    if first.starts_with(['<', '{', '[']) {
        return None;
    }
    of_lines(origin, text).or_else(|| values(origin, text))
}

/// A field as it was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    name: String,
    value: String,
}

impl Field {
    /// `SAMLResponse=…`, `SAMLResponse: …`, or the two cells of a table.
    fn of(line: &str) -> Option<(Self, char)> {
        let at = line.find(['=', ':', '\t'])?;
        let (name, behind) = line.split_at_checked(at)?;
        let separator = behind.chars().next()?;
        let name = name.trim_end();
        let known = is_message(name) || BESIDE.contains(&name);
        let value = behind.get(1..)?.trim();
        (known && !value.is_empty()).then(|| (Self { name: name.to_owned(), value: value.to_owned() }, separator))
    }

    fn new(name: &str, value: &str) -> Option<Self> {
        let value = value.trim();
        (!value.is_empty()).then(|| Self { name: name.to_owned(), value: value.to_owned() })
    }

    /// `{"name": "SAMLResponse", "value": "…"}`, as many tools list parameters.
    fn of_pair(pair: &Value) -> Option<Self> {
        let get = |name: &str| pair.get(name).and_then(Value::as_str);
        Self::new(get("name").or_else(|| get("key"))?, get("value")?)
    }

    /// As a form has it; what is escaped already stays as it was sent, since a signature may be over that.
    fn written(&self) -> (String, bool) {
        let is_sent = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'%' | b'+' | b'-' | b'.' | b'_' | b'~' | b'*');
        let is_escaped = parameters::percent_decode(&self.value).is_some() && self.value.bytes().all(is_sent);
        let value = if is_escaped { self.value.clone() } else { percent_encode(&self.value) };
        (format!("{}={value}", self.name), value != self.value)
    }
}

/// Lines with a field each; a message's value may go on in those below.
fn of_lines(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let mut fields: Vec<Field> = Vec::new();
    let (mut goes_on, mut is_panel) = (false, true);
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            goes_on = false;
        } else if matches!(line, "GET" | "POST") && fields.is_empty() {
            // What SAML-tracer shows above the parameters.
            is_panel = false;
        } else if let Some((field, separator)) = Field::of(line) {
            // A whole query, of which the pairs are no lines.
            if is_message(&field.name) && field.value.contains('&') {
                return None;
            }
            is_panel &= separator == ':';
            goes_on = field.name != "RelayState";
            fields.push(field);
        } else {
            let last = fields.last_mut().filter(|_| goes_on && line.chars().all(encoded::is_encoded))?;
            last.value.push_str(line);
        }
    }
    let messages = fields.iter().filter(|field| is_message(&field.name)).count();
    // A browser's panel of one message is a form of its own, and a field alone the usual query.
    if messages == 0 || fields.len() < 2 || (messages == 1 && is_panel) {
        return None;
    }
    let mut groups: Vec<Vec<Field>> = Vec::new();
    for field in fields {
        let is_next = |group: &Vec<Field>| {
            let is_second =
                |known: &Field| known.name == field.name || is_message(&known.name) && is_message(&field.name);
            group.iter().any(is_second)
        };
        match groups.last_mut().filter(|group| !is_next(group)) {
            Some(group) => group.push(field),
            None => groups.push(vec![field]),
        }
    }
    // What stands before the first message, or is repeated behind the last, belongs to none.
    groups.retain(|group| group.iter().any(|field| is_message(&field.name)));
    Some(groups.iter().take(limits::CAPTURES + 1).map(|group| message(origin, text.len(), group)).collect())
}

/// The message of fields that were sent together.
fn message(origin: &Capture, bytes_in: usize, fields: &[Field]) -> Capture {
    let (pairs, encoded): (Vec<String>, Vec<bool>) = fields.iter().map(Field::written).unzip();
    let query = pairs.join("&");
    let mut step = Step::done(StepName::Piece, bytes_in, query.len()).making(query.as_bytes());
    let count = encoded.into_iter().filter(|encoded| *encoded).count();
    if count > 0 {
        step.repairs.push(Repair { kind: RepairKind::FieldsJoined, count });
    }
    let mut capture = origin.clone();
    capture.steps.push(step);
    match Parameters::find(&query) {
        Some(found) => parameters::message(capture, found),
        None => capture,
    }
}

/// Values below each other, an empty line between them or none: all but the last are whole messages.
fn values(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let is_part = |c: char| encoded::is_encoded(c) || c.is_ascii_whitespace();
    if !text.chars().all(is_part) {
        return None;
    }
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => last.push_str(line),
            Some(last) if last.is_empty() => {}
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    let lines = || text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let all: Vec<String> = if paragraphs.len() > 1 { paragraphs } else { lines() };
    let (last, before) = all.split_last().filter(|(_, before)| !before.is_empty())?;
    if encoded::value_in(last)?.0 != 0 || !before.iter().all(|value| is_whole(value)) {
        return None;
    }
    let one = |value: &String| {
        let mut origin = origin.clone();
        origin.steps.push(Step::done(StepName::Piece, text.len(), value.len()).making(value.as_bytes()));
        recognise(&origin, value)
    };
    Some(all.iter().take(limits::CAPTURES + 1).flat_map(one).collect())
}

/// Whether a value is a message to its end.
pub(super) fn is_whole(value: &str) -> bool {
    let escaped = parameters::percent_decode(value);
    let (bytes, step) = base64::decode(escaped.as_deref().unwrap_or(value));
    let opened = open(&bytes);
    step.error.is_none() && opened.text.is_ok_and(|text| read(&text, Doctype::Refuse).whole().is_ok())
}

/// JSON with messages in it, in fields of their names or in what else it quotes.
pub(super) fn of_json(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let trimmed = text.trim();
    if trimmed.len() > limits::LOG_RECORD_BYTES {
        return None;
    }
    let json: Value = serde_json::from_str(trimmed).ok()?;
    let mut found = Vec::new();
    let mut open = vec![&json];
    while let Some(value) = open.pop() {
        match value {
            Value::String(quoted) if pieces::any(quoted) || is_encoded_form(quoted) => {
                let mut origin = origin.clone();
                origin.steps.push(Step::done(StepName::Piece, text.len(), quoted.len()).making(quoted.as_bytes()));
                found.extend(recognise(&origin, quoted));
            }
            Value::Array(values) => {
                let pairs: Vec<Field> = values.iter().filter_map(Field::of_pair).collect();
                let messages = together(pairs.into_iter());
                if messages.is_empty() {
                    open.extend(values.iter().rev());
                }
                found.extend(messages.iter().map(|fields| message(origin, text.len(), fields)));
            }
            Value::Object(object) => {
                let fields = object.iter().filter_map(|(name, value)| Field::new(name, value.as_str()?));
                found.extend(together(fields).iter().map(|fields| message(origin, text.len(), fields)));
                let others = object.iter().rev().filter(|(name, value)| !(is_message(name) && value.is_string()));
                open.extend(others.map(|(_, value)| value));
            }
            _ => {}
        }
        if found.len() > limits::CAPTURES {
            break;
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Whether a text is the base64 of a form's body with a message in it, as gateways hand bodies on.
fn is_encoded_form(text: &str) -> bool {
    // `SAMLRe`, `SAMLar`, `RelayS` and what else a form begins with is no shorter.
    let head = text.trim().get(..8).is_some_and(|head| head.chars().all(encoded::is_encoded));
    let decoded = head.then(|| base64::decode(text)).filter(|(_, step)| step.error.is_none());
    let decoded = decoded.and_then(|(bytes, _)| String::from_utf8(bytes).ok());
    decoded.is_some_and(|form| !form.contains('\n') && Parameters::find(&form).is_some())
}

/// The messages among fields, each with what was sent beside it.
fn together(fields: impl Iterator<Item = Field>) -> Vec<Vec<Field>> {
    let known = fields.filter(|field| is_message(&field.name) || BESIDE.contains(&field.name.as_str()));
    let (messages, beside): (Vec<Field>, Vec<Field>) = known.partition(|field| is_message(&field.name));
    // A RelayState goes there and back; a signature is over one of several.
    let is_alone = messages.len() == 1;
    let beside: Vec<Field> = beside.into_iter().filter(|field| is_alone || field.name == "RelayState").collect();
    messages.into_iter().map(|message| [vec![message], beside.clone()].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::take_one;

    const A: &str = "PGEvPg==";
    const B: &str = "PGIvPg==";

    /// The message and the RelayState of each capture.
    fn read_all(found: Option<Vec<Capture>>) -> Vec<(String, Option<String>)> {
        let one = |capture: Capture| (capture.xml.unwrap_or_default().into_owned(), capture.relay_state);
        found.into_iter().flatten().map(one).collect()
    }

    fn all(text: &str) -> Vec<(String, Option<String>)> {
        read_all(take(&Capture::default(), text))
    }

    fn some(xml: &str, relay_state: &str) -> (String, Option<String>) {
        (xml.to_owned(), Some(relay_state.to_owned()))
    }

    fn bare(xml: &str) -> (String, Option<String>) {
        (xml.to_owned(), None)
    }

    #[test]
    fn each_message_on_lines_of_its_own_is_a_capture() {
        for text in [
            format!("SAMLRequest={A}\n\nSAMLResponse={B}\n"),
            format!("  SAMLRequest={A}\n  SAMLResponse={B}"),
            format!("SAMLRequest: {A}\r\n\r\nSAMLResponse: {B}\r\n"),
            format!("SAMLRequest\t{A}\nSAMLResponse\t{B}"),
            "SAMLRequest=PGEvPg%3D%3D\nSAMLResponse=PGIvPg%3D%3D".to_owned(),
            "SAMLRequest=PGEv\nPg==\n\nSAMLResponse=PGIv\nPg==".to_owned(),
            format!("POST\nSAMLRequest: {A}\nSAMLResponse: {B}"),
        ] {
            assert_eq!(all(&text), [bare("<a/>"), bare("<b/>")], "{text}");
        }
    }

    #[test]
    fn what_stands_beside_a_message_is_its_own() {
        assert_eq!(
            all(&format!("SAMLResponse={A}\nRelayState=https%3A%2F%2Fx%2F%3Fa%3Db")),
            [some("<a/>", "https://x/?a=b")]
        );
        assert_eq!(
            all(&format!("SAMLResponse={A}\n\nRelayState=https://x/?a=b&c=%2Fd")),
            [some("<a/>", "https://x/?a=b&c=%2Fd")]
        );
        assert_eq!(all(&format!("SAMLResponse\t{A}\nRelayState\tx y")), [some("<a/>", "x y")]);
        assert_eq!(
            all(&format!("POST\nRelayState: r\nSAMLResponse: {A}")),
            [some("<a/>", "r")],
            "as SAML-tracer shows it"
        );
        assert_eq!(
            all(&format!("RelayState=1\nSAMLRequest={A}\nRelayState=2\nSAMLResponse={B}")),
            [some("<a/>", "1"), some("<b/>", "2")]
        );
        assert_eq!(all(&format!("SAMLRequest={A}\nRelayState=1\nSAMLResponse={B}")), [some("<a/>", "1"), bare("<b/>")]);
    }

    #[test]
    fn what_was_sent_escaped_stays_to_the_octet_for_its_signature() {
        let text = "SAMLRequest=PGEvPg%3d%3D\nRelayState=a%20b\nSigAlg=http%3A%2F%2Fx%23y\nSignature=AA%3D%3D";
        let capture = take(&Capture::default(), text).unwrap().remove(0);
        assert_eq!(capture.query.as_deref(), Some(text.replace('\n', "&").as_str()));
        assert!(capture.steps[0].repairs.is_empty());
        let text = text.replace("http%3A%2F%2Fx%23y", "http://x#y");
        let capture = take(&Capture::default(), &text).unwrap().remove(0);
        assert_eq!(capture.query.as_deref(), Some(text.replace('\n', "&").replace("://x#", "%3A%2F%2Fx%23").as_str()));
        assert_eq!(capture.steps[0].repairs, [Repair { kind: RepairKind::FieldsJoined, count: 1 }]);
    }

    #[test]
    fn there_are_only_so_many() {
        let text = format!("SAMLResponse={A}\nRelayState=r\n").repeat(limits::CAPTURES + 2);
        assert_eq!(all(&text).len(), limits::CAPTURES + 1);
        let last = crate::intake::take(text.as_bytes()).pop().unwrap();
        assert!(last.error().is_some(), "it is told");
    }

    #[test]
    fn other_forms_are_left_to_themselves() {
        for text in [
            format!("SAMLResponse={A}"),
            format!("SAMLResponse={A}&RelayState=x\nSAMLResponse={B}&RelayState=y"),
            format!("SAMLResponse: {A}\nRelayState: x"),
            format!("here it is\nSAMLRequest={A}\nSAMLResponse={B}"),
            format!("SAMLRequest={A}\n\nzz\nSAMLResponse={B}"),
            "RelayState=x\nRelayState=y".to_owned(),
            "SAMLResponse=\nRelayState=y".to_owned(),
            format!("{A}\n{B}"),
            String::new(),
        ] {
            assert_eq!(all(&text), [], "{text}");
        }
    }

    fn request(id: usize) -> String {
        format!(
            "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_{id:0>40}\"></samlp:AuthnRequest>"
        )
    }

    fn encode(text: &str) -> String {
        use ::base64::Engine;
        ::base64::engine::general_purpose::STANDARD.encode(text)
    }

    fn lines(text: &str) -> String {
        text.as_bytes().chunks(76).map(|line| String::from_utf8(line.to_vec()).unwrap() + "\n").collect()
    }

    #[test]
    fn values_below_each_other_are_each_one() {
        let (one, two) = (encode(&request(1)), encode(&request(2)));
        let both = [bare(&request(1)), bare(&request(2))];
        for text in [
            format!("{one}\n\n{two}"),
            format!("{one}\n{two}\n"),
            format!("{}\n\n\n{}", lines(&one), lines(&two)),
            format!("{}\n{two}", one.replace('=', "%3D")),
        ] {
            assert_eq!(all(&text), both, "{text}");
        }
        // The last may be cut, none before it.
        let (cut, _) = two.split_at(100);
        assert_eq!(all(&format!("{one}\n\n{cut}"))[0], both[0]);
        assert_eq!(all(&format!("{cut}\n\n{one}")), []);
        assert_eq!(all(&lines(&one)), [], "one that was wrapped");
        assert_eq!(all(&lines(&one).replace('\n', "\n\n")), [], "and in every other line");
        assert_eq!(all(&format!("{one}\n\nthanks")), []);
    }

    #[test]
    fn json_gives_its_fields_of_these_names_and_what_it_quotes() {
        let json = |text: &str| read_all(of_json(&Capture::default(), text));
        assert_eq!(
            json(&format!("{{\"SAMLRequest\":\"{A}\",\"SAMLResponse\":\"{B}\"}}")),
            [bare("<a/>"), bare("<b/>")]
        );
        assert_eq!(
            json(&format!(
                "[{{\"params\":{{\"RelayState\":\"r\",\"SAMLResponse\":[],\"SAMLRequest\":\" {A} \"}}}},7,null]"
            )),
            [some("<a/>", "r")]
        );
        let both =
            format!("{{\"SAMLRequest\":\"{A}\",\"SAMLResponse\":\"{B}\",\"RelayState\":\"r\",\"Signature\":\"x\"}}");
        assert_eq!(json(&both), [some("<a/>", "r"), some("<b/>", "r")]);
        assert!(
            of_json(&Capture::default(), &both).unwrap().iter().all(|one| !one
                .query
                .as_ref()
                .unwrap()
                .contains("Signature"))
        );
        assert_eq!(json(&format!("{{\"a\":[\"SAMLResponse={A}&RelayState=r\",\"{B}\"]}}")), [some("<a/>", "r")]);
        for name in ["name", "key"] {
            let pairs = format!(
                "[{{\"{name}\":\"RelayState\",\"value\":\"r\"}},{{\"{name}\":\"SAMLResponse\",\"value\":\"{A}\"}}]"
            );
            assert_eq!(json(&pairs), [some("<a/>", "r")]);
        }
        let body = encode("SAMLResponse=PGEvPg%3D%3D&RelayState=r");
        assert_eq!(json(&format!("{{\"body\":\"{body}\",\"isBase64Encoded\":true}}")), [some("<a/>", "r")]);
        for nothing in ["{\"SAMLResponse\":\"\"}", "{\"a\":\"b\"}", "{\"SAMLResponse\":\"PGEvPg", "[1]"] {
            assert_eq!(json(nothing), [], "{nothing}");
        }
        let whole = take_one(both.as_bytes());
        assert_eq!((whole.xml.as_deref(), whole.part), (Some("<a/>"), 0));
    }
}
