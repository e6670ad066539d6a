//! Captures that are several logins, one, or part of one: what belongs together, who began it, what is missing.

use std::io::Write;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use samlens::{ArrowReport, Context, Input, Instant, Language, LoginReport, Report, human, inspect, markdown};

/// A service and its identity provider.
#[derive(Clone, Copy)]
struct Site {
    sp: &'static str,
    idp: &'static str,
}

const WIKI: Site = Site { sp: "https://wiki.acme.example", idp: "https://idp.acme.example" };
const CRM: Site = Site { sp: "https://crm.corp.example", idp: "https://login.corp.example" };

/// The seconds of `10:00:00Z` on, as an `xs:dateTime`.
fn at(seconds: u32) -> String {
    format!("2026-03-01T10:{:02}:{:02}Z", seconds / 60, seconds % 60)
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

impl Site {
    fn request_xml(self, id: &str, seconds: u32) -> String {
        let Self { sp, idp } = self;
        format!(
            "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" Version=\"2.0\" IssueInstant=\"{}\" \
             Destination=\"{idp}/sso\" AssertionConsumerServiceURL=\"{sp}/acs\"><saml:Issuer>{sp}/sp</saml:Issuer>\
             </samlp:AuthnRequest>",
            at(seconds)
        )
    }

    /// The request as the browser's address bar had it.
    fn request(self, id: &str, seconds: u32, relay_state: &str) -> String {
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(self.request_xml(id, seconds).as_bytes()).unwrap();
        let value = escaped(&STANDARD.encode(deflate.finish().unwrap()));
        format!("{}/sso?SAMLRequest={value}&RelayState={}", self.idp, escaped(relay_state))
    }

    fn response_xml(self, id: &str, answers: Option<&str>, seconds: u32) -> String {
        let Self { sp, idp } = self;
        let answers = answers.map(|id| format!(" InResponseTo=\"{id}\"")).unwrap_or_default();
        let (now, later) = (at(seconds), at(seconds + 300));
        format!(
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" Version=\"2.0\" IssueInstant=\"{now}\" \
             Destination=\"{sp}/acs\"{answers}><saml:Issuer>{idp}/idp</saml:Issuer><samlp:Status><samlp:StatusCode \
             Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status><saml:Assertion ID=\"{id}-a\" \
             Version=\"2.0\" IssueInstant=\"{now}\"><saml:Issuer>{idp}/idp</saml:Issuer><saml:Subject>\
             <saml:NameID>alice</saml:NameID><saml:SubjectConfirmation \
             Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData{answers} \
             NotOnOrAfter=\"{later}\" Recipient=\"{sp}/acs\"/></saml:SubjectConfirmation></saml:Subject>\
             <saml:Conditions NotBefore=\"{now}\" NotOnOrAfter=\"{later}\"><saml:AudienceRestriction>\
             <saml:Audience>{sp}/sp</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
             <saml:AuthnStatement AuthnInstant=\"{now}\" SessionIndex=\"{id}-s\"><saml:AuthnContext>\
             <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>\
             </saml:AuthnContext></saml:AuthnStatement></saml:Assertion></samlp:Response>",
        )
    }

    /// The Response as it was posted.
    fn response(self, id: &str, answers: Option<&str>, seconds: u32, relay_state: Option<&str>) -> String {
        let value = escaped(&STANDARD.encode(self.response_xml(id, answers, seconds)));
        let host = self.sp.trim_start_matches("https://");
        let relay_state = relay_state.map(|state| format!("&RelayState={}", escaped(state))).unwrap_or_default();
        format!("POST /acs HTTP/1.1\r\nHost: {host}\r\n\r\nSAMLResponse={value}{relay_state}")
    }

    /// The page that brings the Response to the browser.
    fn page(self, id: &str, answers: Option<&str>, seconds: u32, relay_state: &str) -> String {
        format!(
            "<!DOCTYPE html><html><body onload=\"document.forms[0].submit()\"><form method=\"post\" action=\"{}/acs\">\
             <input type=\"hidden\" name=\"SAMLResponse\" value=\"{}\"/>\
             <input type=\"hidden\" name=\"RelayState\" value=\"{relay_state}\"/></form></body></html>",
            self.sp,
            STANDARD.encode(self.response_xml(id, answers, seconds))
        )
    }

    fn logout(self, kind: &str, attributes: &str, seconds: u32, from: &str, within: &str) -> String {
        format!(
            "<samlp:{kind} xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" {attributes} Version=\"2.0\" IssueInstant=\"{}\">\
             <saml:Issuer>{from}</saml:Issuer>{within}</samlp:{kind}>",
            at(seconds)
        )
    }
}

fn told(inputs: &[String], login: Option<usize>) -> Report {
    let names: Vec<String> = (1..=inputs.len()).map(|number| format!("{number}.txt")).collect();
    let inputs: Vec<_> = names.iter().zip(inputs).map(|(name, text)| Input { name, bytes: text.as_bytes() }).collect();
    let mut context = Context::at(Instant::parse("2027-01-01T00:00:00Z").unwrap());
    context.login = login;
    inspect(&inputs, &context)
}

fn report(inputs: &[String]) -> Report {
    told(inputs, None)
}

/// Who to whom, what, and which capture.
fn arrows(login: &LoginReport) -> Vec<(&str, &str, &str, Option<usize>)> {
    login.arrows.iter().map(|arrow| (arrow.from, arrow.to, arrow.what, arrow.capture)).collect()
}

fn captures(report: &Report) -> Vec<Vec<usize>> {
    report.flow.logins.iter().map(|login| login.captures.clone()).collect()
}

#[test]
fn a_login_that_the_service_began_is_one_with_its_times_and_its_relay_state() {
    let report = report(&[WIKI.request("_r1", 0, "/page"), WIKI.response("_a1", Some("_r1"), 5, Some("/page"))]);
    let [login] = report.flow.logins.as_slice() else { panic!("{:?}", report.flow) };
    assert_eq!((login.kind, login.initiated_by, login.attempt, login.is_loop), ("login", "sp", 1, false));
    assert_eq!(report.flow.judged, Some(0));
    assert_eq!(login.sp.as_deref(), Some("https://wiki.acme.example/sp"));
    assert_eq!(login.idp.as_deref(), Some("https://idp.acme.example/idp"));
    assert_eq!(
        arrows(login),
        [("sp", "idp", "AuthnRequest", Some(0)), ("idp", "sp", "Response", Some(1)), ("sp", "browser", "reply", None)]
    );
    assert_eq!(login.missing, ["reply"]);
    let state = login.relay_state.as_ref().unwrap();
    assert_eq!((state.sent.as_deref(), state.same), (Some("/page"), Some(true)));
    let [request, response, _] = login.arrows.as_slice() else { panic!() };
    assert_eq!((request.at.as_deref(), request.after_ms), (Some("2026-03-01T10:00:00Z"), None));
    assert_eq!((response.after_ms, response.timed_by), (Some(5_000), Some("message")));
    assert_eq!((request.binding, response.binding), (Some("redirect"), Some("post")));
    assert!(request.via_browser && response.via_browser);
    // It is unsigned.
    assert_eq!(response.verdict, "failed");
}

#[test]
fn the_order_of_the_inputs_does_not_matter() {
    let report = report(&[WIKI.response_xml("_a1", Some("_r1"), 5), WIKI.request("_r1", 0, "/page")]);
    assert_eq!(captures(&report), [[1, 0]]);
    assert_eq!(report.flow.logins[0].relay_state.as_ref().unwrap().same, None);
}

#[test]
fn a_relay_state_that_comes_back_as_another_is_told() {
    let report = report(&[WIKI.request("_r1", 0, "/page"), WIKI.response("_a1", Some("_r1"), 5, Some("/else"))]);
    assert_eq!(report.flow.logins[0].relay_state.as_ref().unwrap().same, Some(false));
    let lost = told(&[WIKI.request("_r1", 0, "/page"), WIKI.response("_a1", Some("_r1"), 5, None)], None);
    let state = lost.flow.logins[0].relay_state.as_ref().unwrap();
    assert_eq!((state.returned.as_deref(), state.same), (None, Some(false)));
    assert!(human(&lost, false).contains("RelayState: was sent and does not come back"));
}

#[test]
fn an_unsolicited_response_is_the_identity_providers_own_and_nothing_is_missing_before_it() {
    let report = report(&[WIKI.response("_a1", None, 5, Some("/page"))]);
    let [login] = report.flow.logins.as_slice() else { panic!("{:?}", report.flow) };
    assert_eq!((login.initiated_by, login.missing.as_slice()), ("idp", ["reply"].as_slice()));
    assert_eq!(arrows(login)[0], ("idp", "sp", "Response", Some(0)));
}

#[test]
fn a_request_that_was_not_captured_is_missing_and_drawn() {
    let report = report(&[WIKI.response_xml("_a1", Some("_r1"), 5)]);
    let [login] = report.flow.logins.as_slice() else { panic!("{:?}", report.flow) };
    assert_eq!(login.initiated_by, "sp");
    assert_eq!(login.missing, ["request", "delivery", "reply"]);
    assert_eq!(
        arrows(login),
        [
            ("sp", "idp", "AuthnRequest", None),
            ("idp", "browser", "Response", Some(0)),
            ("browser", "sp", "Response", None),
            ("sp", "browser", "reply", None)
        ]
    );
}

#[test]
fn a_request_alone_lacks_its_response() {
    let report = report(&[WIKI.request("_r1", 0, "")]);
    let login = &report.flow.logins[0];
    assert_eq!((login.initiated_by, login.missing.as_slice()), ("sp", ["response"].as_slice()));
    assert_eq!(arrows(login)[1], ("idp", "sp", "Response", None));
}

#[test]
fn a_page_that_brings_a_response_and_the_post_that_carries_it_on_are_one_message() {
    let inputs = [
        WIKI.request("_r1", 0, "/page"),
        WIKI.page("_a1", Some("_r1"), 5, "/page"),
        WIKI.response("_a1", Some("_r1"), 5, Some("/page")),
    ];
    let report = report(&inputs);
    let [login] = report.flow.logins.as_slice() else { panic!("{:?}", report.flow) };
    assert_eq!(arrows(login)[1..3], [("idp", "browser", "Response", Some(1)), ("browser", "sp", "Response", Some(2))]);
    let verdict = |arrow: &ArrowReport| arrow.verdict;
    assert_eq!(verdict(&login.arrows[1]), verdict(&login.arrows[2]), "one message, one verdict");
    assert_eq!(login.missing, ["reply"]);
}

#[test]
fn three_attempts_are_three_logins_and_numbered() {
    let inputs = [WIKI.request("_r1", 0, "a"), WIKI.request("_r2", 20, "b"), WIKI.request("_r3", 45, "c")];
    let mut inputs = inputs.to_vec();
    inputs.push(WIKI.response("_a3", Some("_r3"), 50, Some("c")));
    let report = report(&inputs);
    assert_eq!(captures(&report), [vec![0], vec![1], vec![2, 3]]);
    assert_eq!(report.flow.logins.iter().map(|login| login.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(report.flow.logins.iter().all(|login| !login.is_loop));
    assert_eq!(report.flow.judged, Some(2));
    let later = told(&[WIKI.request("_r1", 0, ""), WIKI.request("_r2", 600, "")], None);
    assert_eq!(later.flow.logins[1].attempt, 1, "after ten minutes a person has come back");
}

#[test]
fn a_service_that_asks_again_after_a_response_is_in_a_loop() {
    let mut inputs = Vec::new();
    for turn in 0..3_u32 {
        let (request, answer) = (format!("_r{turn}"), format!("_a{turn}"));
        inputs.push(WIKI.request(&request, turn * 4, "/page"));
        inputs.push(WIKI.response(&answer, Some(&request), turn * 4 + 2, Some("/page")));
    }
    let looped = report(&inputs);
    assert_eq!(captures(&looped), [[0, 1], [2, 3], [4, 5]]);
    let of = |report: &Report| report.flow.logins.iter().map(|login| login.is_loop).collect::<Vec<_>>();
    assert_eq!(of(&looped), [false, true, true]);
    assert_eq!(looped.flow.logins[2].attempt, 3);
    // Whoever failed at the identity provider and tries again is in none.
    let failed = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";
    let refused =
        WIKI.response_xml("_a0", Some("_r0"), 2).replace("urn:oasis:names:tc:SAML:2.0:status:Success", failed);
    assert_eq!(of(&report(&[WIKI.request("_r0", 0, ""), refused, WIKI.request("_r1", 4, "")])), [false, false]);
}

#[test]
fn two_logins_among_one_another_are_told_apart_and_each_can_be_judged() {
    let inputs = [
        WIKI.request("_w", 0, "/wiki"),
        CRM.request("_c", 1, "/crm"),
        CRM.response("_d", Some("_c"), 4, Some("/crm")),
        WIKI.response("_x", Some("_w"), 6, Some("/wiki")),
    ];
    let both = report(&inputs);
    assert_eq!(captures(&both), [[0, 3], [1, 2]]);
    assert_eq!(both.flow.judged, Some(0), "the last Response is what someone looks for");
    assert!(both.flow.logins[1].arrows.iter().all(|arrow| arrow.verdict == "unknown"), "what is not judged has none");
    let about = |report: &Report, capture| {
        let fired = report.findings.iter().filter(|finding| finding.state == samlens::State::Fired);
        fired.flat_map(|finding| &finding.evidence).any(|evidence| evidence.capture == Some(capture))
    };
    assert!(about(&both, 3) && !about(&both, 2));
    let other = told(&inputs, Some(1));
    assert_eq!((other.flow.judged, other.now.as_str()), (Some(1), "2026-03-01T10:00:04Z"));
    assert!(about(&other, 2) && !about(&other, 3));
    assert_eq!(told(&inputs, Some(7)).flow.judged, Some(0), "there is none of that number");
}

#[test]
fn of_an_answer_to_an_unknown_request_the_relay_state_tells_whose_it_is() {
    // What is tried is whether InResponseTo is right: by it alone the two would never meet.
    let inputs = [
        WIKI.request("_r1", 0, "/one"),
        WIKI.request("_r2", 3, "/two"),
        WIKI.response("_a1", Some("_gone"), 6, Some("/one")),
    ];
    assert_eq!(captures(&report(&inputs)), [vec![0, 2], vec![1]]);
    let mut none = inputs.to_vec();
    none[2] = WIKI.response("_a1", Some("_gone"), 6, None);
    assert_eq!(captures(&report(&none)), [[0], [1], [2]], "among several, a Response is not held against a guess");
    assert_eq!(captures(&report(&none[1..])), [[0, 1]], "of one request and one Response the IDs may be the fault");
    let mut foreign = inputs.to_vec();
    foreign[2] = CRM.response("_a1", Some("_gone"), 6, Some("/one"));
    assert_eq!(captures(&report(&foreign)), [[0], [1], [2]], "another service's is none of theirs");
}

#[test]
fn a_logout_belongs_to_the_session_that_it_ends_and_else_stands_alone() {
    let name = "<saml:NameID>alice</saml:NameID><samlp:SessionIndex>_a1-s</samlp:SessionIndex>";
    let idp = "https://idp.acme.example/idp";
    let sp = "https://wiki.acme.example/sp";
    let logout = WIKI.logout("LogoutRequest", "ID=\"_l1\"", 60, idp, name);
    let answer = WIKI.logout("LogoutResponse", "ID=\"_l2\" InResponseTo=\"_l1\"", 61, sp, "");
    let login = [WIKI.request("_r1", 0, ""), WIKI.response("_a1", Some("_r1"), 5, None)];
    let inputs = [login.to_vec(), vec![answer.clone(), logout.clone()]].concat();
    let one = report(&inputs);
    assert_eq!(captures(&one), [[0, 1, 3, 2]]);
    let all = arrows(&one.flow.logins[0]);
    assert_eq!(all[3..], [("idp", "sp", "LogoutRequest", Some(3)), ("sp", "idp", "LogoutResponse", Some(2))]);
    // To name another session of this user is a fault of this logout.
    let faulty = report(&[login.to_vec(), vec![logout.replace("_a1-s", "_of-another")]].concat());
    assert_eq!(captures(&faulty), [[0, 1, 2]]);
    let other = logout.replace("_a1-s", "_of-another").replace(">alice<", ">bob<");
    let two = report(&[login.to_vec(), vec![other]].concat());
    assert_eq!(captures(&two), [vec![0, 1], vec![2]]);
    assert_eq!((two.flow.logins[1].kind, two.flow.judged), ("logout", Some(0)));
    let alone = report(&[answer]);
    assert_eq!(
        (alone.flow.logins[0].kind, alone.flow.logins[0].missing.as_slice()),
        ("logout", ["request"].as_slice())
    );
}

#[test]
fn an_artifact_and_what_was_fetched_by_it_are_one_login() {
    let fixture = |name: &str| {
        let path = format!("{}/tests/fixtures/intake/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let all = ["soap/artifact-response.xml", "soap/artifact-resolve.xml", "artifact/redirect.txt"].map(fixture);
    let report = report(&all);
    let [login] = report.flow.logins.as_slice() else { panic!("{:?}", report.flow) };
    assert_eq!(
        arrows(login),
        [
            ("sp", "idp", "AuthnRequest", None),
            ("idp", "sp", "Artifact", Some(2)),
            ("sp", "idp", "ArtifactResolve", Some(1)),
            ("idp", "sp", "Response", Some(0)),
            ("sp", "browser", "reply", None)
        ]
    );
    let by_browser: Vec<_> = login.arrows.iter().map(|arrow| arrow.via_browser).collect();
    assert_eq!(by_browser, [true, true, false, false, false]);
    assert_eq!(login.missing, ["request", "reply"]);
    assert_eq!(login.relay_state.as_ref().unwrap().returned.as_deref(), Some("https://app.acme.example/home"));
    let alone = told(&all[1..2], None);
    assert_eq!(alone.flow.logins[0].missing, ["response"]);
}

#[test]
fn metadata_and_what_cannot_be_read_belong_to_none() {
    let metadata = "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://a.example\"/>";
    let report = report(&[metadata.to_owned(), "?".to_owned(), WIKI.request("_r1", 0, "")]);
    assert_eq!(captures(&report), [[2]]);
    let none = told(&[metadata.to_owned()], None);
    assert!(none.flow.logins.is_empty() && none.flow.judged.is_none());
}

#[test]
fn people_read_the_way_of_the_login_where_there_is_more_than_one_capture() {
    let inputs =
        [WIKI.request("_r1", 0, "/p"), WIKI.request("_r2", 9, "/p"), WIKI.response("_a", Some("_r2"), 12, Some("/p"))];
    let report = report(&inputs);
    let text = human(&report, false);
    for part in [
        "Login 1/2, begun by the service\n",
        "Login 2/2, begun by the service, attempt 2, judged here\n",
        "service → identity provider: AuthnRequest (redirect, 2026-03-01T10:00:09Z, 2.txt)",
        "identity provider → service: Response (post, 2026-03-01T10:00:12Z, +3 s, 3.txt) [failed]",
        "service → browser: the service's reply (not captured)",
        "RelayState: comes back as it was sent",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(markdown(&report).contains("  2. identity provider → service: Response"), "{}", markdown(&report));
    let chinese = Report { language: Language::Chinese.as_str(), ..report };
    assert!(human(&chinese, false).contains("登录 2/2，由服务发起，第 2 次尝试，本次判定的对象"));
    let alone = told(&[WIKI.request("_r1", 0, "/p")], None);
    assert!(!human(&alone, false).contains("Login 1"));
}

#[test]
fn the_command_line_takes_the_number_of_a_login() {
    let folder = std::env::temp_dir().join(format!("samlens-flow-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let inputs = [WIKI.response("_a1", None, 0, None), CRM.response("_b1", None, 9, None)];
    let names: Vec<_> = inputs.iter().zip(["1.txt", "2.txt"]).map(|(text, name)| (folder.join(name), text)).collect();
    names.iter().for_each(|(path, text)| std::fs::write(path, text).unwrap());
    let run = |login: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_samlens"));
        command.args(["inspect", "--format", "json"]).args(login).args(names.iter().map(|(path, _)| path));
        let output = command.output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (json["flow"]["judged"].as_u64(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run(&[]).0, Some(1));
    assert_eq!(run(&["--login", "1"]).0, Some(0));
    assert!(run(&["--login", "3"]).1.contains("the last login that was captured is number 2"));
    assert!(!run(&["--login", "0"]).1.is_empty());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn hundreds_of_logins_are_told_apart_quickly() {
    let mut inputs = Vec::new();
    for number in 0..400_u32 {
        inputs.push(WIKI.request(&format!("_r{number}"), number, ""));
        inputs.push(WIKI.response(&format!("_a{number}"), None, number + 1, None));
    }
    let begun = std::time::Instant::now();
    let report = report(&inputs);
    assert!(report.flow.logins.len() >= 400);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}
