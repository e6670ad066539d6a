//! What people paste besides the messages themselves: several things below each other, what programs and tools print. The
//! messages come out to the byte, each with its RelayState.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use samlens::intake::take;
use samlens::{Context, Input, Instant, Language, inspect};

const RELAY: &str = "https://app.example/?a=b&c=%2Fd";

fn message(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/intake/encodings").join(name);
    fs::read_to_string(path).unwrap()
}

fn escaped(text: &str) -> String {
    let one = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(one).collect()
}

fn lines(text: &str, width: usize, join: &str) -> String {
    let lines = text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap());
    lines.collect::<Vec<_>>().join(join)
}

fn margin(text: &str, before: impl Fn(usize) -> String) -> String {
    text.lines().enumerate().map(|(at, line)| before(at + 1) + line + "\n").collect()
}

fn read(text: &str) -> Vec<(String, Option<String>)> {
    let one = |capture: samlens::intake::Captured<'_>| {
        assert!(capture.error().is_none(), "{:?}", capture.error());
        (capture.xml.unwrap_or_default().into_owned(), capture.relay_state)
    };
    take(text.as_bytes()).into_iter().map(one).collect()
}

fn dump(text: &str) -> String {
    let row = |(at, bytes): (usize, &[u8])| {
        let cells: Vec<String> =
            bytes.chunks(2).map(|pair| pair.iter().map(|b| format!("{b:02x}")).collect()).collect();
        let shown: String = bytes.iter().map(|b| if b.is_ascii_graphic() { char::from(*b) } else { '.' }).collect();
        format!("{:08x}: {:<39}  {shown}", 16 * at, cells.join(" "))
    };
    text.as_bytes().chunks(16).enumerate().map(row).collect::<Vec<_>>().join("\n")
}

fn doubled(text: &str) -> String {
    text.replace('"', "\"\"")
}

#[test]
fn a_request_and_a_response_below_each_other_are_both_read() {
    let (request, response) = (message("request.xml"), message("response.xml"));
    let (a, b) = (STANDARD.encode(&request), STANDARD.encode(&response));
    let (ea, eb) = (escaped(&a), escaped(&b));
    for text in [
        format!("SAMLRequest={a}\n\nSAMLResponse={b}\n"),
        format!("SAMLRequest={ea}\nSAMLResponse={eb}"),
        format!("SAMLRequest: {a}\r\n\r\nSAMLResponse: {b}\r\n"),
        format!("SAMLRequest\t{a}\nSAMLResponse\t{b}\n"),
        format!("    SAMLRequest={a}\n\n    SAMLResponse={b}\n"),
        format!("SAMLRequest={}\nSAMLResponse={}", lines(&a, 76, "\n"), lines(&b, 64, "\n")),
        format!("{a}\n\n{b}\n"),
        format!("{a}\n{b}\n"),
        format!("{}\n\n{}\n", lines(&a, 76, "\n"), lines(&b, 76, "\n")),
        format!("{{\"SAMLRequest\":\"{a}\",\"SAMLResponse\":\"{b}\"}}"),
        format!("{{\"event\":{{\"in\":{{\"SAMLRequest\":\"{a}\"}},\"out\":[\"SAMLResponse={eb}\"]}}}}"),
        format!("Request:\n{a}\n\nResponse:\n{b}\n"),
        format!("what I got:\n```\nSAMLRequest={a}\n```\nand\n```\nSAMLResponse={b}\n```\n"),
        format!("time,raw\n1,\"{}\"\n2,\"{}\"\n", doubled(&request), doubled(&response)),
    ] {
        assert_eq!(read(&text), [(request.clone(), None), (response.clone(), None)], "{text}");
    }
}

#[test]
fn a_relay_state_is_read_however_it_was_printed_beside_the_message() {
    let response = message("response.xml");
    let value = STANDARD.encode(&response);
    let coded = escaped(&value);
    let body = format!("SAMLResponse={coded}&RelayState={}", escaped(RELAY));
    for text in [
        body.clone(),
        format!("SAMLResponse={coded}\nRelayState={}\n", escaped(RELAY)),
        format!("SAMLResponse={value}\n\nRelayState={RELAY}\n"),
        format!("SAMLResponse: {value}\nRelayState: {RELAY}\n"),
        format!("POST\nRelayState: {RELAY}\nSAMLResponse: {value}\n"),
        format!("SAMLResponse\t{value}\nRelayState\t{RELAY}\n"),
        format!("{{\"SAMLResponse\":\"{value}\",\"RelayState\":\"{RELAY}\"}}"),
        format!("{{'SAMLResponse': '{value}', 'RelayState': '{RELAY}'}}"),
        format!("{{'SAMLResponse': ['{value}'], 'RelayState': ['{RELAY}']}}"),
        format!("Parameters: {{\"SAMLResponse\"=>\"{value}\", \"RelayState\"=>\"{RELAY}\"}}"),
        format!(
            "Started POST \"/acs\"\n  Parameters: {{\"SAMLResponse\"=>\"{value}\", \"RelayState\"=>\"{RELAY}\"}}\nCompleted 403"
        ),
        format!("Array\n(\n    [SAMLResponse] => {value}\n    [RelayState] => {RELAY}\n)\n"),
        format!(
            "array(2) {{\n  [\"SAMLResponse\"]=>\n  string(9) \"{value}\"\n  [\"RelayState\"]=>\n  string(9) \"{RELAY}\"\n}}\n"
        ),
        format!("| name | value |\n|---|---|\n| SAMLResponse | {value} |\n| RelayState | {RELAY} |\n"),
        format!(
            "[{{\"key\":\"SAMLResponse\",\"value\":\"{value}\"}},{{\"key\":\"RelayState\",\"value\":\"{RELAY}\"}}]"
        ),
        format!("{{\"path\":\"/acs\",\"body\":\"{}\",\"isBase64Encoded\":true}}", STANDARD.encode(&body)),
        format!("saml:\n  SAMLResponse: >-\n    {}\n  RelayState: {RELAY}\n", lines(&value, 76, "\n    ")),
        format!(
            "<table><tr><td>SAMLResponse</td><td>{value}</td></tr><tr><td>RelayState</td><td>{RELAY}</td></tr></table>"
        ),
    ] {
        assert_eq!(read(&text), [(response.clone(), Some(RELAY.to_owned()))], "{text}");
    }
}

#[test]
fn a_message_within_what_programs_editors_and_pages_put_around_it_is_read_to_the_byte() {
    let response = message("response.xml");
    let value = STANDARD.encode(&response);
    let hex: String = response.bytes().map(|b| format!("{b:02x}")).collect();
    let page = |body: &str| format!("<!DOCTYPE html><html><body><h1>SAML</h1>{body}</body></html>");
    for text in [
        format!("String s = \"{}\";", lines(&value, 76, "\" +\n  \"")),
        format!("const s = '{}';", lines(&value, 76, "\\n' +\n  '")),
        format!("b'{value}'"),
        format!("export SAML_RESPONSE=\"{value}\"\n"),
        format!("$ echo {value} | base64 -d\n"),
        hex.clone(),
        format!("0x{hex}"),
        format!("$ xxd response.xml\n{}\n", dump(&response)),
        response.replace("<saml", "\u{1b}[1;34m<saml\u{1b}[0m"),
        response
            .replacen("\" ID=\"", "”\u{a0}ID=“", 1)
            .replacen("\" Version=\"", "” Version=“", 1)
            .replacen("samlp=\"", "samlp=“", 1)
            .replacen("2.0\"", "2.0”", 1),
        format!("_time,_raw\n\"2026-03-01T08:00:00.000+0000\",\"{}\"\n", doubled(&response)),
        format!("time,user,saml\n2026-03-01T08:00:00Z,alice,{value}\n"),
        page(&format!("<pre>{value}</pre>")),
        page(&format!("<textarea rows=9>{value}</textarea>")),
        page(&format!("<script>var response = \"{value}\";</script>")),
        format!("<textarea name=\"SAMLResponse\">{value}</textarea>"),
    ] {
        assert_eq!(read(&text), [(response.clone(), None)], "{text}");
    }
    let own = response.trim_end();
    for text in [
        margin(own, |_| "> ".to_owned()),
        format!("Bob wrote:\n{}\nThanks", margin(own, |_| ">> ".to_owned())),
        margin(own, |_| "+".to_owned()),
        margin(own, |at| format!("{at}\t")),
        format!("{{code:xml|title=What came}}\n{own}\n{{code}}\nIt fails."),
        format!("It fails:\n\n{}\n\nThanks", own.replace('"', "”")),
        format!("- {}", own.replace("\n<", "\n- <")),
        margin(own, |at| format!("{at:4} | ")),
        page(&format!("<pre>{}</pre>", own.replace('&', "&amp;").replace('<', "&lt;"))),
    ] {
        assert_eq!(read(&text), [(own.to_owned(), None)], "{text}");
    }
}

#[test]
fn a_soap_fault_is_told_in_its_own_words_which_lead_to_rules() {
    let text = "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body><S:Fault><faultcode>S:Client</faultcode>\
                <faultstring>NoPermission: UserNotExist: The user does not exist</faultstring></S:Fault></S:Body></S:Envelope>";
    let clock = Instant::parse("2026-03-01T08:00:00Z").unwrap();
    for language in [Language::English, Language::Chinese] {
        let mut context = Context::at(clock);
        context.language = language;
        let report = inspect(&[Input { name: "fault.xml", bytes: text.as_bytes() }], &context);
        let sentence = &report.verdict.sentence;
        assert!(sentence.contains("SOAP Fault") && sentence.contains("S:Client: NoPermission"), "{sentence}");
        assert!(!report.error_texts.is_empty());
    }
}

#[test]
fn words_beside_a_message_lead_to_rules_and_are_no_reply_of_the_service() {
    let value = STANDARD.encode(message("response.xml"));
    let context = Context::at(Instant::parse("2026-03-01T08:00:00Z").unwrap());
    for text in [
        format!("It says: The user does not exist. Why?\nSAMLResponse={value}\n"),
        format!("The user does not exist. RequestId: 1\n\nSAMLResponse=\"{value}\""),
        format!("first {value}\nthen: The user does not exist, and again {value} for me"),
    ] {
        let report = inspect(&[Input { name: "ticket.txt", bytes: text.as_bytes() }], &context);
        assert_eq!(report.error_texts[0].place, "page", "{text}");
        assert!(report.flow.logins.iter().all(|login| login.missing.contains(&"reply")), "{text}");
        assert!(!report.verdict.sentence.contains("known error"), "{}", report.verdict.sentence);
    }
}
