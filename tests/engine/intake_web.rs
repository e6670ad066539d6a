//! Commands, HTTP, web pages, logs and pastes of several things (`tests/fixtures/intake/`): each gives the messages that
//! stand in it, to the byte, with what its form tells of them.

use std::fs;
use std::path::{Path, PathBuf};

use samlens::intake::{Binding, Captured, RepairKind, StepName, take, take_one};
use samlens::{Context, Input, Instant, inspect};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/intake")
}

fn read(name: &str) -> Vec<u8> {
    fs::read(fixtures().join(name)).unwrap()
}

/// Which of the messages that all fixtures are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Is {
    /// `web/response.xml`.
    Response,
    /// `web/request.xml`.
    Request,
    /// The one of `tests/golden/redirect-url`.
    Redirect,
    /// Something that is broken.
    Broken,
}

impl Is {
    fn of(capture: &Captured<'_>) -> Self {
        let xml = capture.xml.as_deref().unwrap_or_default();
        let xml = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").unwrap_or(xml).trim_start();
        let golden = fs::read(fixtures().join("../../golden/redirect-url/input.txt")).unwrap();
        let known = [
            (Self::Response, String::from_utf8(read("web/response.xml")).unwrap()),
            (Self::Request, String::from_utf8(read("web/request.xml")).unwrap()),
            (Self::Redirect, take_one(&golden).xml.unwrap().into_owned()),
        ];
        let known = known.into_iter().find(|(_, text)| text == xml).map(|(is, _)| is);
        known.filter(|_| capture.error().is_none()).unwrap_or(Self::Broken)
    }
}

/// A message, and the end of the time of its line.
type Timed = (Is, Option<&'static str>);

const RELAY_STATE: &str = "https://app.acme.example/start?a=1&b=it's \"here\" 100%";
const ACS: &str = "https://app.acme.example/saml/acs";

/// The messages of a fixture.
fn all(name: &str) -> Vec<Captured<'static>> {
    take(&read(name)).into_iter().map(Captured::into_owned).collect()
}

/// Where it was sent to, by which binding, with which RelayState.
fn told<'a>(capture: &'a Captured<'_>) -> (Option<&'a str>, Option<Binding>, Option<&'a str>) {
    (capture.url.as_deref(), capture.binding, capture.relay_state.as_deref())
}

fn repairs(capture: &Captured<'_>, step: StepName) -> Vec<(RepairKind, usize)> {
    let steps = capture.steps.iter().filter(|one| one.name == step);
    steps.flat_map(|step| &step.repairs).map(|repair| (repair.kind, repair.count)).collect()
}

#[test]
fn every_command_gives_the_response_with_its_url_and_its_relay_state() {
    let mut seen = 0;
    for entry in fs::read_dir(fixtures().join("curl")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let captures = take(&bytes);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(captures.len(), 1, "{name}");
        assert_eq!(captures[0].steps[0].name, StepName::Command, "{name}");
        seen += 1;
        if name == "redirect.txt" {
            assert_eq!((Is::of(&captures[0]), captures[0].binding), (Is::Redirect, Some(Binding::Redirect)));
            continue;
        }
        assert_eq!(Is::of(&captures[0]), Is::Response, "{name}: {:?}", captures[0].steps);
        assert_eq!(told(&captures[0]), (Some(ACS), Some(Binding::Post), Some(RELAY_STATE)), "{name}");
        let joined = repairs(&captures[0], StepName::Command);
        assert_eq!(joined.is_empty(), name != "form.txt", "{name}: {joined:?}");
    }
    assert_eq!(seen, 10);
}

#[test]
fn every_copy_of_http_gives_the_response_and_what_it_was_answered_with() {
    for name in
        ["devtools-http2", "devtools-lines", "wireshark-http2", "multipart", "request-reply", "several", "curl-verbose"]
    {
        let captures = all(&format!("http/{name}.txt"));
        let response = captures.iter().find(|capture| Is::of(capture) == Is::Response);
        let response = response.unwrap_or_else(|| panic!("{name}: {captures:?}"));
        assert_eq!(told(response), (Some(ACS), Some(Binding::Post), Some(RELAY_STATE)), "{name}");
        let status = response.reply.as_ref().and_then(|reply| reply.status);
        let expected = match name {
            "request-reply" | "devtools-lines" | "curl-verbose" => Some(403),
            "several" => Some(302),
            _ => None,
        };
        assert_eq!(status, expected, "{name}");
        assert_eq!(captures.len(), if name == "several" { 2 } else { 1 }, "{name}");
    }
    let several = all("http/several.txt");
    assert_eq!((Is::of(&several[0]), several[0].binding), (Is::Redirect, Some(Binding::Redirect)));
    assert_eq!(several[1].reply.as_ref().unwrap().location.as_deref(), Some("https://app.acme.example/home"));

    let shown = all("http/curl-verbose.txt");
    assert_eq!(repairs(&shown[0], StepName::Http), [(RepairKind::LinePrefixesRemoved, 13)]);
    assert!(shown[0].reply.as_ref().unwrap().page.as_ref().unwrap().contains("The user does not exist."));
    let redirect = all("http/curl-verbose-redirect.txt");
    assert_eq!((redirect.len(), Is::of(&redirect[0]), redirect[0].binding), (1, Is::Redirect, Some(Binding::Redirect)));
    assert_eq!(redirect[0].reply.as_ref().unwrap().location.as_deref(), Some("/login"));

    let chunked = all("http/chunked.txt");
    assert_eq!(
        (Is::of(&chunked[0]), told(&chunked[0])),
        (Is::Response, (Some(ACS), Some(Binding::Post), Some(RELAY_STATE)))
    );
    assert_eq!(repairs(&chunked[0], StepName::Http), [(RepairKind::ChunksJoined, 7)]);

    let panel = all("http/form-data-panel.txt");
    assert_eq!((Is::of(&panel[0]), panel[0].relay_state.as_deref()), (Is::Response, Some(RELAY_STATE)));
    assert_eq!(repairs(&panel[0], StepName::Http), [(RepairKind::FieldsJoined, 2)]);
}

#[test]
fn every_page_gives_the_message_that_it_posts_or_goes_on_with() {
    for name in ["auto-submit", "textarea", "references", "script-written", "script-fields"] {
        let captures = all(&format!("html/{name}.html"));
        assert_eq!(captures.iter().map(Is::of).collect::<Vec<_>>(), [Is::Response], "{name}: {:?}", captures[0].steps);
        assert_eq!(told(&captures[0]), (Some(ACS), Some(Binding::Post), Some(RELAY_STATE)), "{name}");
    }
    let refresh = all("html/meta-refresh.html");
    assert_eq!((Is::of(&refresh[0]), refresh[0].binding), (Is::Redirect, Some(Binding::Redirect)));
    for (name, says) in [("error-page", "The user does not exist."), ("login-page", "Sign in")] {
        let page = all(&format!("html/{name}.html"));
        assert!(page[0].is_page() && page[0].reply.as_ref().unwrap().page.as_ref().unwrap().contains(says), "{name}");
    }
}

#[test]
fn every_log_gives_its_messages_to_the_byte_with_the_time_of_their_line() {
    let eight = "2026-03-01T08:00:0";
    let cases: &[(&str, &[Timed])] = &[
        ("shibd.log", &[(Is::Response, None)]),
        ("idp-process.log", &[(Is::Request, None)]),
        ("adfs-event.txt", &[(Is::Request, None)]),
        ("keycloak.log", &[(Is::Response, Some("0.124Z"))]),
        ("simplesamlphp.log", &[(Is::Request, None)]),
        ("python3-saml.log", &[(Is::Response, None)]),
        ("php-saml-dump.log", &[(Is::Response, None)]),
        ("spring.log", &[(Is::Request, Some("0.123Z"))]),
        ("spring-raw.log", &[(Is::Request, Some("0.123Z"))]),
        ("nginx-access.log", &[(Is::Redirect, Some("1Z"))]),
        ("structured.ndjson", &[(Is::Request, Some("1.5Z")), (Is::Response, Some("2Z")), (Is::Response, Some("3Z"))]),
        ("structured-object.json", &[(Is::Response, Some("2Z"))]),
        ("escaped-json.log", &[(Is::Response, Some("0Z"))]),
        ("escaped-references.log", &[(Is::Response, Some("0Z"))]),
        ("python-repr.log", &[(Is::Request, Some("0Z"))]),
    ];
    for (name, expected) in cases {
        let captures = all(&format!("log/{name}"));
        let found: Vec<_> =
            captures.iter().map(|capture| (Is::of(capture), capture.at.map(|at| at.to_string()))).collect();
        let expected: Vec<_> = expected.iter().map(|(is, at)| (*is, at.map(|at| format!("{eight}{at}")))).collect();
        assert_eq!(found, expected, "{name}: {:?}", captures[0].steps);
    }
    assert_eq!(fs::read_dir(fixtures().join("log")).unwrap().count(), cases.len());
    for name in ["simplesamlphp.log", "spring.log"] {
        let captures = all(&format!("log/{name}"));
        assert_eq!(repairs(&captures[0], StepName::Unescape), [(RepairKind::LinePrefixesRemoved, 7)], "{name}");
    }
    let record = read("log/structured-object.json");
    let cut = take(&record[..3_000]);
    assert_eq!((Is::of(&cut[0]), cut[0].steps[0].name), (Is::Broken, StepName::Piece));
    assert!(cut[0].xml.as_ref().unwrap().starts_with("<samlp:Response "));
    let access = all("log/nginx-access.log");
    assert_eq!((access[0].url.as_deref(), access[0].binding), (None, Some(Binding::Redirect)));
}

#[test]
fn every_thing_of_a_paste_is_found_in_order_and_a_broken_one_loses_no_other() {
    let found = |name: &str| all(&format!("pieces/{name}")).iter().map(Is::of).collect::<Vec<_>>();
    assert_eq!(found("mail.txt")[..2], [Is::Redirect, Is::Response]);
    assert_eq!(found("one-broken.txt"), [Is::Broken, Is::Response, Is::Request]);
    assert_eq!(found("wrapped-quoted.txt"), [Is::Response]);
    assert_eq!(found("commands.txt"), [Is::Redirect, Is::Response]);
    assert_eq!(found("message-and-page.txt"), [Is::Response]);
    assert_eq!(found("nothing.txt"), [Is::Broken]);

    let text = read("pieces/mail.txt");
    let captures = take(&text);
    assert_eq!(
        captures.iter().map(|capture| capture.part).collect::<Vec<_>>(),
        (0..captures.len()).collect::<Vec<_>>()
    );
    for capture in &captures {
        let step = &capture.steps[0];
        let counts: Vec<usize> = step.repairs.iter().map(|repair| repair.count).collect();
        assert_eq!((step.name, step.repairs[0].kind), (StepName::Piece, RepairKind::TextBefore));
        assert_eq!(counts.iter().sum::<usize>() + step.bytes_out, text.len(), "{step:?}");
        assert!(text[counts[0]..].starts_with(&step.head));
    }
}

#[test]
fn what_a_captured_page_says_is_explained_where_the_context_says_nothing() {
    let context = |error: Option<&str>| {
        let mut context = Context::at(Instant::parse("2026-03-13T10:00:00Z").unwrap());
        context.error_text = error.map(str::to_owned);
        context
    };
    let places = |inputs: &[Input<'_>], error: Option<&str>| {
        let report = inspect(inputs, &context(error));
        (report.error_texts.iter().map(|found| (found.place, found.text)).collect::<Vec<_>>(), report)
    };
    let both = read("pieces/message-and-page.txt");
    let (message, page) = (read("web/response.xml"), read("html/error-page.html"));
    let pasted = [Input { name: "a", bytes: &both }];
    let beside = [Input { name: "a", bytes: &message }, Input { name: "b", bytes: &page }];
    let exchange = read("http/request-reply.txt");
    let answered = [Input { name: "a", bytes: &exchange }];
    for inputs in [&pasted[..], &beside[..], &answered[..]] {
        let (found, report) = places(inputs, None);
        assert_eq!(found.iter().map(|(place, _)| *place).collect::<Vec<_>>(), ["page"], "{found:?}");
        assert!(!report.verdict.sentence.contains("web page"), "{}", report.verdict.sentence);
        assert!(samlens::human(&report, false).contains("in the captured text"));
        assert_eq!(places(inputs, Some("403 app_not_configured")).0[0].0, "error_text");
    }
    let (found, report) = places(&beside[1..], None);
    assert_eq!(found.len(), 1);
    assert!(
        report.verdict.sentence.contains("“The user does not exist” is a known error"),
        "{}",
        report.verdict.sentence
    );
    assert!(report.captures[0].error().unwrap().message.contains("web page"));
}

#[test]
fn many_pieces_and_unclosed_ones_take_no_more_than_their_share() {
    let open = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ";
    let most = samlens::limits::CAPTURES + 1;
    let large = |unit: &str| unit.repeat(2_000_000 / unit.len());
    for text in [
        large(open),
        large(&format!("{open}>\n")),
        large("curl 'x\n"),
        large("fetch(\"\n"),
        large("GET / HTTP/1.1\n\n"),
        large("SAMLResponse=PGEvPg "),
        large("https://a.example/?SAMLRequest=a&amp;\n"),
        large("-----BEGIN X-----\n"),
        large("<html><form "),
        large("<html>SAMLRequest=\"a\"://"),
        large("&lt;samlp:Response samlp"),
        large("{\"msg\":\"SAMLResponse=PGEvPg\"}\n"),
        large("2026-03-01 08:00:00 x <samlp:Response samlp>\n"),
        large("Invoke-WebRequest `"),
        large("P"),
        large("<?xml ?>"),
        large("<script>\"SAMLResponse\""),
    ] {
        let captures = take(text.as_bytes());
        assert!(!captures.is_empty() && captures.len() <= most, "{}: {}", &text[..20], captures.len());
    }
}
