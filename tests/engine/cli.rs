//! The command line as a program: what it prints where, and how it ends.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn samlens(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_samlens"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[track_caller]
fn unusable(output: &Output, parts: &[&str]) {
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    let line = text(&output.stderr);
    assert_eq!(line.lines().count(), 1, "{line}");
    for part in parts {
        assert!(line.contains(part), "{line:?} does not say {part:?}");
    }
}

#[test]
fn a_report_goes_to_standard_output_and_nothing_to_standard_error() {
    let output = samlens(&["inspect", "--format", "json", "post-form/input.txt", "redirect-url/input.txt"], "");
    assert_eq!(text(&output.stderr), "");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema"], "samlens-report/1");
    assert_eq!(report["captures"][0]["input"], "post-form/input.txt");
    assert_eq!(report["captures"][0]["summary"]["name_id"], "alice@acme-cloud.onaliyun.com");
    assert_eq!(report["captures"][1]["kind"], "AuthnRequest");
    assert_eq!(report["captures"][1]["binding"], "redirect");
    assert_eq!(report["profile"]["name"], "alibaba-user-sso");
    assert_eq!(report["identity_provider"]["name"], "okta");
}

#[test]
fn standard_input_is_read_where_no_input_is_named() {
    let login = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/post-form/input.txt"));
    let login = login.unwrap();
    for arguments in [&["inspect", "--format", "json"][..], &["inspect", "--format", "json", "-"]] {
        let output = samlens(arguments, &login);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("\"input\": \"standard input\""));
    }
}

#[test]
fn the_time_to_judge_at_can_be_given() {
    let now = |time| {
        let output = samlens(&["inspect", "--format", "json", "--now", time, "post-form/input.txt"], "");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (report["now"].as_str().unwrap().to_owned(), report["now_source"].as_str().unwrap().to_owned())
    };
    assert_eq!(now("2026-03-02T09:00:00+01:00"), ("2026-03-02T08:00:00Z".into(), "given".into()));
    assert_eq!(now("capture"), ("2026-03-02T08:16:00Z".into(), "capture".into()));
    assert_eq!(now("auto").1, "capture");
    assert_eq!(now("clock").1, "clock");
}

/// A case with its identity provider's metadata beside it.
const CASE: [&str; 3] = ["../fixtures/cases/okta/input.txt", "--metadata", "../fixtures/cases/okta/idp-metadata.xml"];

#[test]
fn verify_prints_a_line_for_each_signature_and_ends_by_what_they_are() {
    let trusted = samlens(&[&["verify"], &CASE[..]].concat(), "");
    assert_eq!((trusted.status.code(), text(&trusted.stderr)), (Some(0), ""));
    let lines: Vec<&str> = text(&trusted.stdout).lines().collect();
    assert!(matches!(&lines[..], [response, assertion]
        if response.starts_with("valid trusted Response#") && assertion.starts_with("valid trusted Assertion#")));
    assert!(lines[0].contains(" metadata:idp-metadata.xml#1: "), "{}", lines[0]);

    let shown_only = samlens(&["verify", "post-form/input.txt"], "");
    assert_eq!(shown_only.status.code(), Some(1));
    assert!(text(&shown_only.stdout).starts_with("valid not-trusted Response#"));

    let unsigned = samlens(&["verify"], "<a/>");
    assert_eq!((unsigned.status.code(), text(&unsigned.stdout)), (Some(1), "unsigned: there is no signature in it\n"));
}

#[test]
fn what_the_summary_shows_says_which_signature_covers_it() {
    let output = samlens(&[&["inspect", "--format", "json"], &CASE[..]].concat(), "");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let capture = &report["captures"][0];
    let xml = capture["xml"].as_str().unwrap();
    let values = capture["summary"]["values"].as_array().unwrap();
    let value = |key: &str| values.iter().find(|value| value["key"] == key).unwrap();
    let place = |value: &serde_json::Value, at: usize| value["span"][at].as_u64().unwrap() as usize;
    let name_id = value("name_id");
    assert_eq!(&xml[place(name_id, 0)..place(name_id, 1)], "alice@acme-cloud.onaliyun.com");
    assert_eq!((&name_id["signature"], &capture["signatures"][0]["target"]), (&0.into(), &"Response".into()));
    let covers = &capture["signatures"][1]["covers"];
    let covered: String = covers
        .as_array()
        .unwrap()
        .iter()
        .map(|range| &xml[range[0].as_u64().unwrap() as usize..range[1].as_u64().unwrap() as usize])
        .collect();
    assert!(covered.starts_with("<saml2:Assertion") && covered.ends_with("</saml2:Assertion>"));
    assert!(!covered.contains("SignatureValue"));
}

#[test]
fn a_signed_query_covers_all_of_the_message_that_it_carries() {
    let folder = "../fixtures/cases/redirect";
    let (input, metadata) = (format!("{folder}/input.txt"), format!("{folder}/sp-metadata.xml"));
    let output = samlens(&["inspect", "--format", "json", &input, "--metadata", &metadata], "");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let capture = &report["captures"][0];
    assert_eq!(
        (&capture["signatures"][0]["place"], &capture["signatures"][0]["trusted"]),
        (&"query".into(), &true.into())
    );
    assert!(capture["summary"]["values"].as_array().unwrap().iter().all(|value| value["signature"] == 0));
}

#[test]
fn what_is_decrypted_is_read_and_verified_in_its_place() {
    let folder = "../fixtures/cases/encrypted";
    let file = |name: &str| format!("{folder}/{name}");
    let (input, metadata, key) = (file("input.txt"), file("idp-metadata.xml"), file("sp-decryption.pem"));
    let run = |more: &[&str]| {
        let output = samlens(&[&["inspect", "--format", "json", &input, "--metadata", &metadata], more].concat(), "");
        assert_eq!(text(&output.stderr), "");
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()["captures"][0].clone()
    };
    let opened = run(&["--private-key", &key]);
    assert_eq!(opened["decryptions"][0]["status"], "decrypted");
    assert_eq!(opened["decryptions"][0]["key_belongs"], true);
    let name_id = opened["summary"]["name_id"].as_str().unwrap();
    let values = opened["summary"]["values"].as_array().unwrap();
    let value = values.iter().find(|value| value["key"] == "name_id").unwrap();
    let plaintext = opened["decryptions"][0]["xml"].as_str().unwrap();
    let (start, end) = (value["span"][0].as_u64().unwrap() as usize, value["span"][1].as_u64().unwrap() as usize);
    assert_eq!((&plaintext[start..end], &value["decryption"]), (name_id, &0.into()));
    let signatures = opened["signatures"].as_array().unwrap();
    let said: Vec<_> =
        signatures.iter().map(|s| (&s["target"], &s["status"], &s["trusted"], &s["decryption"])).collect();
    let (valid, yes) = ("valid".into(), true.into());
    assert_eq!(
        said,
        [(&"Response".into(), &valid, &yes, &serde_json::Value::Null), (&"Assertion".into(), &valid, &yes, &0.into()),]
    );

    let shut = run(&[]);
    assert_eq!(
        (&shut["decryptions"][0]["status"], &shut["summary"]["name_id"]),
        (&"no-key".into(), &serde_json::Value::Null)
    );
}

#[test]
fn canonicalize_prints_the_canonical_bytes_and_nothing_else() {
    let xml = "<b:a xmlns:b='urn:u' xmlns:c='urn:v' z='1' y='&quot;'><d ID='i'/><!-- c --></b:a>";
    let out = |arguments: &[&str]| {
        let output = samlens(&[&["canonicalize"], arguments].concat(), xml);
        (output.status.code(), text(&output.stdout).to_owned())
    };
    assert_eq!(out(&[]), (Some(0), "<b:a xmlns:b=\"urn:u\" y=\"&quot;\" z=\"1\"><d ID=\"i\"></d></b:a>".to_owned()));
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    let expected = "<d xmlns:b=\"urn:u\" xmlns:c=\"urn:v\" ID=\"i\"></d>";
    assert_eq!(out(&["--method", inclusive, "--id", "i"]), (Some(0), expected.to_owned()));
    unusable(&samlens(&["canonicalize", "--id", "j"], xml), &["standard input", "no element has the ID j"]);
    unusable(&samlens(&["canonicalize", "--method", "rot13"], xml), &["rot13"]);
}

#[test]
fn what_cannot_be_used_is_one_line_that_says_what_to_do() {
    unusable(
        &samlens(&["inspect", "error-truncated/input.txt"], ""),
        &["error-truncated/input.txt", "step base64-decode", "Copy"],
    );
    unusable(&samlens(&["inspect"], ""), &["standard input", "nothing here to read", "Paste"]);
    unusable(&samlens(&["inspect", "none/such"], ""), &["none/such", "cannot be read"]);
    unusable(
        &samlens(&["verify", "--metadata", "post-form/input.txt", "post-form/input.txt"], ""),
        &["post-form", "Response", "no metadata"],
    );
    unusable(
        &samlens(&["verify", "--certificate", "post-form/input.txt", "post-form/input.txt"], ""),
        &["post-form", "PEM"],
    );
    unusable(&samlens(&["inspect", "--now", "yesterday"], ""), &["--now", "a year of four digits"]);
    unusable(&samlens(&["inspect", "--frobnicate"], ""), &["--frobnicate", "help"]);
    unusable(&samlens(&["frobnicate"], ""), &["frobnicate", "help"]);
}

/// What a scenario prints in a form, and how it ends.
fn scenario(name: &str, more: &[&str]) -> (Option<i32>, String) {
    let folder = format!("../scenarios/{name}");
    let context = format!("{folder}/context.json");
    let input = format!("{folder}/input.txt");
    let output = samlens(&[&["inspect", "--context", &context, &input], more].concat(), "");
    assert_eq!(text(&output.stderr), "");
    (output.status.code(), text(&output.stdout).to_owned())
}

#[test]
fn the_exit_status_says_whether_something_is_wrong() {
    assert_eq!(scenario("clean-ali-user-okta", &[]).0, Some(0));
    assert_eq!(scenario("undetermined-no-certificate", &[]).0, Some(0));
    assert_eq!(scenario("ali-user-site-mix", &[]).0, Some(1));
    assert_eq!(scenario("sig-sha1", &[]).0, Some(1));
}

#[test]
fn every_form_says_what_is_wrong_who_must_act_and_shows_the_values() {
    for language in ["en", "zh"] {
        for form in ["human", "json", "markdown", "sarif"] {
            let (_, told) = scenario("ali-user-nameid-suffix-unknown", &["--format", form, "--language", language]);
            for part in ["ali-user-nameid-suffix-unknown", "acme-cloud.onaliyun.com"] {
                assert!(told.contains(part), "{form} {language}: {told}");
            }
            assert!(!told.contains('\u{1B}'), "{form} has colours where there is no terminal");
        }
    }
    let (_, english) = scenario("ali-user-nameid-suffix-unknown", &[]);
    let (_, chinese) = scenario("ali-user-nameid-suffix-unknown", &["--language", "zh"]);
    assert!(english.starts_with("REJECTED\n") && english.contains("identity provider's admin"), "{english}");
    assert!(chinese.starts_with("登录被拒绝\n") && chinese.contains("身份提供商"), "{chinese}");
}

#[test]
fn a_flag_wins_over_the_context_file() {
    let expired = scenario("clean-ali-user-okta", &["--now", "2026-03-02T12:00:00Z"]);
    assert_eq!(expired.0, Some(1));
    let renamed = scenario("clean-ali-user-okta", &["--alibaba-ram-user", "bob", "--format", "json"]);
    assert!(renamed.1.contains("\"root_cause\": \"ali-user-nameid-not-exact\""), "{}", renamed.1);
}

#[test]
fn a_context_with_an_unknown_key_is_refused_by_its_name() {
    let path = std::env::temp_dir().join(format!("samlens-context-{}.json", std::process::id()));
    std::fs::write(&path, r#"{"nwo": "clock"}"#).unwrap();
    let output = samlens(&["inspect", "--context", path.to_str().unwrap(), "post-form/input.txt"], "");
    std::fs::remove_file(&path).unwrap();
    unusable(&output, &["context", "nwo"]);
}

#[test]
fn a_batch_has_a_line_for_each_input_and_their_sum() {
    let output = samlens(&["inspect", "--batch", "post-form", "redirect-url", "error-truncated/input.txt"], "");
    assert_eq!(text(&output.stderr), "");
    let told = text(&output.stdout);
    for name in ["post-form/input.txt", "redirect-url/input.txt", "error-truncated/input.txt"] {
        assert_eq!(told.lines().filter(|line| line.contains(name)).count(), 1, "{told}");
    }
    assert!(told.contains("5 inputs\n"), "{told}");
    let output =
        samlens(&["inspect", "--batch", "--format", "json", "post-form/input.txt", "redirect-url/input.txt"], "");
    let reports: Vec<serde_json::Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(reports.len(), 2);
}

#[test]
fn a_case_file_is_opened_with_what_it_knows_and_what_stands_beside_it() {
    let open = |name: &str, more: &[&str]| {
        let path = format!("../../static/samples/{name}.samlens.json");
        let output = samlens(&[&["inspect", "--format", "json", &path], more].concat(), "");
        assert_eq!(text(&output.stderr), "");
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let report = open("wrong-domain", &[]);
    assert_eq!(report["captures"][0]["input"], "response.txt");
    assert_eq!(report["verdict"]["root_cause"], "ali-user-nameid-suffix-unknown");
    assert_eq!(report["captures"][0]["signatures"][0]["key"], "metadata:idp-metadata.xml#1");
    let told = open("wrong-domain", &["--alibaba-domain-alias", "acme.example", "--now", "2026-09-01T00:00:00Z"]);
    assert_eq!(told["now"], "2026-09-01T00:00:00Z", "a flag wins over the case");
    let opened = open("encrypted", &[]);
    assert_eq!(opened["verdict"]["outcome"], "accepted", "the key stands beside the case file");
    let both = open("clean-login", &["redirect-url/input.txt"]);
    assert_eq!(both["captures"][1]["input"], "redirect-url/input.txt");

    let from_pipe =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/static/samples/expired.samlens.json")).unwrap();
    let output = samlens(&["inspect", "--format", "json"], &from_pipe);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"]["root_cause"], "asr-scd-expired");

    let batch = samlens(&["inspect", "--batch", "../../static/samples"], "");
    let told = text(&batch.stdout);
    for (name, cause) in [("wrong-domain", "ali-user-nameid-suffix-unknown"), ("expired", "asr-scd-expired")] {
        assert!(told.lines().any(|line| line.contains(name) && line.contains(cause)), "{told}");
    }
}

#[test]
fn a_case_file_that_cannot_be_used_is_told_in_one_line() {
    let case = |json: &str| samlens(&["inspect"], json);
    unusable(&case(r#"{"schema": "samlens-case/1", "inptus": []}"#), &["standard input", "`inptus`"]);
    unusable(&case(r#"{"schema": "samlens-case/1"}"#), &["standard input", "nothing to inspect"]);
    unusable(&case(r#"{"schema": "samlens-case/2", "inputs": []}"#), &["samlens-case/2"]);
    let named = r#"{"schema": "samlens-case/1", "inputs": [{"name": "a", "text": "<a/>"}], "context":"#;
    unusable(&case(&format!(r#"{named} {{"profile": "nobody"}}}}"#)), &["standard input", "profile"]);
    unusable(&case(&format!(r#"{named} {{"metadata": ["absent.xml"]}}}}"#)), &["absent.xml", "cannot be read"]);
    let sample = "../../static/samples/clean-login.samlens.json";
    unusable(&samlens(&["inspect", sample, sample], ""), &["clean-login", "--batch"]);
    let context = "../scenarios/sig-none/context.json";
    unusable(&samlens(&["inspect", "--context", context, sample], ""), &["clean-login", "--context"]);
}

#[test]
fn every_rule_is_listed_with_its_facts() {
    let output = samlens(&["rules", "--format", "json"], "");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let rules: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(rules.len() > 400, "{}", rules.len());
    for rule in &rules {
        for key in ["id", "profile", "group", "severity", "source", "title"] {
            assert!(rule[key].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
        assert!(rule["needs"].is_array());
    }
    assert_eq!(text(&samlens(&["rules"], "").stdout).lines().count(), rules.len());
}

#[test]
fn what_a_message_has_nothing_of_is_not_told_as_passed() {
    let bare = r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0"
        IssueInstant="2026-03-02T08:16:00Z"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">i</saml:Issuer>
        <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0"
        IssueInstant="2026-03-02T08:16:00Z"><saml:Issuer>i</saml:Issuer></saml:Assertion></samlp:Response>"#;
    for (profile, none_of) in [
        // Neither signature, certificate, address, time, attribute, role, RelayState nor metadata.
        (
            "generic",
            &["sig-", "enc-", "crypto-", "asr-audience-", "asr-scd-", "asr-expired", "asr-attr-n", "relay-", "md-"][..],
        ),
        (
            "alibaba-role-sso",
            &["ali-role-value-", "ali-role-multi", "ali-role-dup", "ali-role-many", "ali-role-recip", "ali-role-rel"],
        ),
        ("alibaba-role-sso", &["ali-role-assertion-expired", "ali-role-duration", "ali-role-sessionname-c", "slo-"]),
        ("alibaba-user-sso", &["ali-user-audience-is", "ali-user-rec", "ali-user-rel", "ali-user-expired", "req-"]),
    ] {
        let output = samlens(&["inspect", "--all", "--format", "json", "--profile", profile], bare);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let passed = findings.iter().filter(|finding| finding["state"] == "passed");
        let passed: Vec<&str> = passed.map(|finding| finding["rule"].as_str().unwrap()).collect();
        assert!(passed.contains(&"saml-version"), "{passed:?}");
        let vacuous: Vec<_> =
            passed.iter().filter(|rule| none_of.iter().any(|start| rule.starts_with(start))).collect();
        assert!(vacuous.is_empty(), "{profile}: {vacuous:?}");
    }
}

#[test]
fn one_readable_input_among_others_is_enough() {
    let output = samlens(&["inspect", "--format", "json", "error-truncated/input.txt", "post-form/input.txt"], "");
    assert_ne!(output.status.code(), Some(2));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let steps = report["captures"][0]["steps"].as_array().unwrap();
    let failed = &steps.last().unwrap()["error"];
    assert_eq!(failed["step"], "base64-decode");
    assert!(failed["at"].is_u64() && failed["try"].is_string());
}

#[test]
fn large_messages_are_left_out_unless_all_is_asked_for() {
    let large = format!("<a>{}</a>", "b".repeat(1_000_000));
    let xml = |arguments: &[&str]| {
        let output = samlens(arguments, &large);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["captures"][0]["xml"].as_str().map(str::len)
    };
    assert_eq!(xml(&["inspect", "--format", "json"]), None);
    assert_eq!(xml(&["inspect", "--format", "json", "--all"]), Some(large.len()));
}
