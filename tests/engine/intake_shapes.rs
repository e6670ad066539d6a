//! What else stands for a message or beside one: SOAP, WS-Federation, SAML 1.1, artifacts, certificates, keys, tokens.

use std::fs;
use std::path::Path;

use samlens::saml::Message;
use samlens::{CaptureReport, Context, Input, Instant, Now, Outcome, Report, State, inspect};

use crate::scenarios;

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn context() -> Context {
    let mut context = Context::at(Instant::parse("2026-03-02T08:16:20Z").unwrap());
    context.now = Now::Clock;
    context
}

fn report_of(names: &[&str], context: &Context) -> Report {
    let read: Vec<_> = names.iter().map(|name| (*name, fixture(&format!("intake/{name}")))).collect();
    let inputs: Vec<_> = read.iter().map(|(name, bytes)| Input { name, bytes }).collect();
    inspect(&inputs, context)
}

fn one(name: &str) -> CaptureReport {
    report_of(&[name], &context()).captures.remove(0)
}

fn fired(report: &Report) -> Vec<&'static str> {
    let fired = report.findings.iter().filter(|finding| finding.state == State::Fired).map(|finding| finding.rule);
    // The certificate of the fixtures is no part of any shape.
    fired.filter(|rule| !rule.starts_with("crypto-cert")).collect()
}

/// Kind, message, binding.
fn shape(capture: &CaptureReport) -> (Option<&str>, Option<&str>, Option<&str>) {
    (capture.kind.as_deref(), capture.message.as_deref(), capture.binding)
}

#[test]
fn soap_holds_the_message_and_all_of_it_is_kept() {
    for (name, message, binding) in [
        ("soap/artifact-resolve.xml", "ArtifactResolve", "soap"),
        ("soap/artifact-response.xml", "Response", "soap"),
        ("soap/artifact-response-empty.xml", "ArtifactResponse", "soap"),
        ("soap/logout-request.txt", "LogoutRequest", "soap"),
        ("paos/authn-request.txt", "AuthnRequest", "paos"),
        ("paos/response.txt", "Response", "paos"),
        ("assertion/in-soap-12.xml", "Response", "soap"),
    ] {
        let capture = one(name);
        assert_eq!(shape(&capture), (Some("Envelope"), Some(message), Some(binding)), "{name}");
        assert!(capture.is_saml && capture.error().is_none(), "{name}");
        assert!(capture.summary.as_ref().unwrap().issuer.is_some(), "{name}");
        let xml = capture.xml.as_deref().unwrap();
        assert!(xml.trim_end().ends_with("Envelope>"), "{name}");
        for value in &capture.summary.as_ref().unwrap().values {
            assert!(xml.get(value.span[0]..value.span[1]).is_some(), "{name}");
        }
    }
    // What was asked for and did not come is not taken for a login.
    let report = report_of(&["soap/artifact-response-empty.xml"], &context());
    assert_eq!(report.verdict.outcome, Outcome::Undetermined);
    assert!(report.verdict.sentence.contains("status:Success"), "{}", report.verdict.sentence);
    let report = report_of(&["soap/artifact-resolve.xml"], &context());
    assert_eq!(report.verdict.outcome, Outcome::Undetermined);
    assert_eq!(one("paos/response.txt").relay_state.as_deref(), Some("ss:mem:1f0c2b"));
    assert_eq!(one("paos/response.txt").url.as_deref(), Some("https://app.acme.example/acs"));
    assert_eq!(one("soap/logout-request.txt").url.as_deref(), Some("https://idp.acme.example/slo/soap"));
}

/// Every message of the scenarios, put into an ArtifactResponse in SOAP: the same is found of it, and its signatures hold
/// as they held before.
#[test]
fn an_envelope_changes_nothing_that_is_found_of_a_message() {
    let mut asked = 0;
    for folder in scenarios::all() {
        let context = scenarios::context(&folder);
        let Some(report) = scenarios::report(&folder) else { continue };
        let plain: Vec<_> = report.captures.iter().filter(|capture| capture.input.starts_with("input")).collect();
        let [capture] = plain.as_slice() else { continue };
        let Some(xml) = capture.xml.as_deref().filter(|_| capture.kind.as_deref() == Some("Response")) else {
            continue;
        };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        // What a document type or a declaration says cannot stand within another document.
        if xml.contains("<!DOCTYPE") {
            continue;
        }
        let declaration = if xml.starts_with("<?xml ") { xml.find("?>").unwrap() + 2 } else { 0 };
        let body = xml[declaration..].trim();
        let wrapped = [
            format!(
                "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body>\
                 <a:ArtifactResponse xmlns:a=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_around\">{body}\
                 </a:ArtifactResponse></S:Body></S:Envelope>"
            ),
            format!(
                "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Header/><e:Body>\n{body}\n</e:Body>\
                 </e:Envelope>"
            ),
        ];
        let plain = inspect(&[Input { name: "input", bytes: body.as_bytes() }], &context);
        for wrapped in wrapped {
            let found = inspect(&[Input { name: "input", bytes: wrapped.as_bytes() }], &context);
            let signatures = |report: &Report| {
                let signatures = report.captures[0].signatures.iter();
                signatures.map(|s| (s.target.clone(), s.status, s.reason, s.trusted)).collect::<Vec<_>>()
            };
            assert_eq!(fired(&plain), fired(&found), "{name}");
            assert_eq!(plain.verdict.outcome, found.verdict.outcome, "{name}");
            assert_eq!(signatures(&plain), signatures(&found), "{name}");
            let identity = |report: &Report| report.captures[0].identity.as_ref().map(|i| i.assertion_id.clone());
            assert_eq!(identity(&plain), identity(&found), "{name}");
            asked += 1;
        }
    }
    assert!(asked > 60, "only {asked}");
}

#[test]
fn what_stands_elsewhere_in_an_envelope_is_not_the_message() {
    let xml = String::from_utf8(fixture("intake/soap/artifact-response.xml")).unwrap();
    // A second body, a header, an element around: none of them is read.
    let forged = xml.replace(
        "<soap11:Body>",
        "<soap11:Body><x xmlns=\"urn:x\"><samlp:Response \
        xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"forged\"/></x>",
    );
    let document = samlens::xml::read(&forged, samlens::xml::Doctype::Refuse).whole().unwrap();
    assert_ne!(Message::of(&document).unwrap().id().unwrap().text, "forged");
}

#[test]
fn ws_federation_hands_over_its_assertion() {
    for (name, kind, binding) in [
        ("ws-federation/post-saml-1.txt", "RequestSecurityTokenResponse", Some("ws-federation")),
        ("ws-federation/page.html", "RequestSecurityTokenResponse", Some("ws-federation")),
        ("ws-federation/body-saml-2.txt", "RequestSecurityTokenResponseCollection", Some("ws-federation")),
        ("ws-federation/token.xml", "RequestSecurityTokenResponse", None),
    ] {
        let capture = one(name);
        assert_eq!(shape(&capture), (Some(kind), Some("Assertion"), binding), "{name}");
        let summary = capture.summary.as_ref().unwrap();
        assert!(summary.issuer.is_some() && summary.name_id.is_some(), "{name}");
        assert_eq!(capture.signatures.len(), 1, "{name}");
        assert_eq!(capture.signatures[0].status, "valid", "{name}");
        // One finding says what it is.
        let report = report_of(&[name], &context());
        assert_eq!(report.verdict.root_cause, Some("saml-wrong-namespace"), "{name}");
    }
    let capture = one("ws-federation/post-saml-1.txt");
    assert_eq!(capture.url.as_deref(), Some("https://portal.acme.example/_trust/"));
    assert_eq!(one("ws-federation/page.html").url.as_deref(), Some("https://portal.acme.example:443/_trust/"));
    let told = samlens::decoding(&fixture("intake/ws-federation/post-saml-1.txt"), 0);
    assert_eq!(told.wctx.as_deref(), Some("rm=0&id=passive&ru=%2f_layouts%2f15%2fAuthenticate.aspx"));
    assert_eq!(told.parameter.as_deref(), Some("wresult"));
    let request = one("ws-federation/sign-in-request.txt");
    assert!(request.error().unwrap().message.contains("WS-Federation"), "{:?}", request.error());
}

#[test]
fn saml_1_is_told_and_verified_and_judged_by_one_rule() {
    for name in ["saml-1/assertion.xml", "saml-1/response.txt"] {
        let mut context = context();
        context.add_certificates("rsa2048.crt", &fixture("crypto/rsa2048.crt")).unwrap();
        let report = report_of(&[name], &context);
        let capture = &report.captures[0];
        let summary = capture.summary.as_ref().unwrap();
        assert_eq!(summary.issuer.as_deref(), Some("http://adfs.acme.example/adfs/services/trust"), "{name}");
        assert_eq!(summary.name_id.as_deref(), Some("alice@acme.example"), "{name}");
        assert_eq!(summary.audiences, ["urn:sharepoint:portal"], "{name}");
        assert_eq!(summary.not_on_or_after.as_deref(), Some("2026-03-02T09:16:00.120Z"), "{name}");
        assert_eq!(summary.authn_instant.as_deref(), Some("2026-03-02T08:15:58.000Z"), "{name}");
        assert_eq!(summary.attributes[1].values, ["readers", "editors"], "{name}");
        assert_eq!(summary.assertions, 1, "{name}");
        assert!(summary.values.iter().all(|value| value.signature == Some(0)), "{name}: all of it is signed");
        assert_eq!((capture.signatures[0].status, capture.signatures[0].trusted), ("valid", true), "{name}");
        assert_eq!(fired(&report), ["saml-wrong-namespace"], "{name}");
        assert!(report.replays.is_empty(), "{name}: nobody reads it");
    }
    let response = one("saml-1/response.txt");
    let summary = response.summary.unwrap();
    assert_eq!(summary.destination.as_deref(), Some("https://app.acme.example/Shibboleth.sso/SAML/POST"));
    assert_eq!(summary.status, ["samlp:Success"]);
    assert_eq!(summary.id.as_deref(), Some("_7f2e9a10b4c84d6d9e1f3a5b7c9d0e2f"));
    let failed = one("saml-1/response-failed.xml").summary.unwrap();
    assert_eq!(failed.status, ["samlp:Requester", "samlp:RequestDenied"]);
    assert_eq!(failed.status_message.as_deref(), Some("Denied by policy"));
    // A byte of it changed is no longer what was signed.
    let altered = String::from_utf8(fixture("intake/saml-1/assertion.xml")).unwrap().replace("readers", "writers");
    let report = inspect(&[Input { name: "altered", bytes: altered.as_bytes() }], &context());
    assert_eq!(report.captures[0].signatures[0].reason, Some("digest-mismatch"));
}

#[test]
fn no_service_judges_saml_1_by_its_own_rules() {
    for profile in ["alibaba-user-sso", "alibaba-role-sso", "aws-iam-role", "github", "tencent-role", "slack"] {
        let mut context = context();
        context.profile = samlens::parse_profile(profile).unwrap();
        for name in ["saml-1/assertion.xml", "saml-1/response.txt", "ws-federation/page.html"] {
            let report = report_of(&[name], &context);
            let others: Vec<_> = fired(&report).into_iter().filter(|rule| *rule != "saml-wrong-namespace").collect();
            assert_eq!(others, Vec::<&str>::new(), "{profile}, {name}");
            assert_eq!(report.verdict.root_cause, Some("saml-wrong-namespace"), "{profile}, {name}");
        }
    }
}

#[test]
fn a_bare_assertion_is_read_as_the_login() {
    let capture = one("assertion/bare.xml");
    assert_eq!(shape(&capture), (Some("Assertion"), None, None));
    assert!(capture.identity.is_some() && capture.signatures[0].status == "valid");
}

#[test]
fn an_artifact_is_told_with_the_entity_and_the_endpoint_that_it_names() {
    let metadata = "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         entityID=\"https://idp.acme.example/idp\"><IDPSSODescriptor \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <ArtifactResolutionService index=\"0\" Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:SOAP\" \
         Location=\"https://idp.acme.example/0\"/><ArtifactResolutionService index=\"1\" \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:SOAP\" Location=\"https://idp.acme.example/artifact\"/>\
         </IDPSSODescriptor></EntityDescriptor>";
    let mut context = context();
    context.add_metadata("idp.xml", metadata.as_bytes()).unwrap();
    for name in ["artifact/redirect.txt", "artifact/bare.txt", "artifact/page.html", "artifact/saml-1.txt"] {
        let report = report_of(&[name], &context);
        let capture = &report.captures[0];
        assert_eq!(shape(capture), (Some("Artifact"), None, Some("artifact")), "{name}");
        assert!(capture.error().is_none() && capture.steps.iter().any(|step| step.detail.is_some()), "{name}");
        let artifact = capture.artifact.as_ref().unwrap();
        let is_old = name.ends_with("saml-1.txt");
        assert_eq!((artifact.type_code, artifact.endpoint_index), if is_old { (1, None) } else { (4, Some(1)) });
        assert_eq!(artifact.entity_id.as_deref(), Some("https://idp.acme.example/idp"), "{name}");
        let location = (!is_old).then_some("https://idp.acme.example/artifact");
        assert_eq!(artifact.location.as_deref(), location, "{name}");
        assert!(report.verdict.sentence.contains("ArtifactResponse"), "{}", report.verdict.sentence);
    }
    let names = ["artifact/redirect.txt", "soap/artifact-resolve.xml", "soap/artifact-response.xml"];
    let report = report_of(&names, &context);
    let others = |index: usize| report.captures[index].artifact.as_ref().map(|artifact| artifact.captures.clone());
    assert_eq!((others(0), others(1), others(2)), (Some(vec![1, 2]), Some(vec![0, 2]), None));
    assert_eq!(report.captures[0].artifact.as_ref().unwrap().source_id.len(), 40);
    // What the browser brought the artifact to is where the Response was delivered.
    let address = report.findings.iter().find(|finding| finding.rule == "saml-destination-mismatch");
    let expected = address.and_then(|finding| finding.evidence.first()?.expected.clone()).unwrap_or_default();
    assert!(expected.contains("https://app.acme.example/acs"), "{expected}");
}

#[test]
fn certificates_and_keys_are_told_and_count_for_the_messages_beside() {
    for (name, kinds) in [
        ("keys/certificate.pem", &["Certificate"][..]),
        ("keys/chain.pem", &["Certificate"]),
        ("keys/certificate.der", &["Certificate"]),
        ("keys/certificate.txt", &["Certificate"]),
        ("keys/bundle.p7.der", &["Certificate"]),
        ("keys/public-key.pem", &["PublicKey"]),
        ("keys/private-key.pem", &["PrivateKey"]),
        ("keys/private-key.der", &["PrivateKey"]),
        ("keys/pair.pem", &["Certificate", "PrivateKey"]),
    ] {
        let report = report_of(&[name], &context());
        let found: Vec<_> = report.captures.iter().filter_map(|capture| capture.kind.as_deref()).collect();
        assert_eq!(found, kinds, "{name}");
        assert!(
            report.captures.iter().all(|c| c.error().is_none() && c.steps.last().unwrap().detail.is_some()),
            "{name}"
        );
        assert!(report.verdict.sentence.starts_with("These are certificates or keys"), "{name}");
    }
    let chain = one("keys/chain.pem").steps.pop().unwrap().detail.unwrap();
    assert!(chain.starts_with("2 certificates, of ") && chain.contains("idp.example.org"), "{chain}");
    for (name, length) in [("keys/certificate.der", 150), ("keys/private-key.der", 500), ("keys/private-key.pem", 900)]
    {
        let bytes = fixture(&format!("intake/{name}"));
        let report = inspect(&[Input { name, bytes: &bytes[..length] }], &context());
        let error = report.captures[0].error().unwrap_or_else(|| panic!("{name}: {:?}", report.captures[0].steps));
        let step = &report.captures[0].steps[0];
        assert_eq!((step.name, error.at), ("keys-read", length), "{name}: {error:?}");
    }
    let encrypted = one("keys/encrypted-key.pem");
    assert!(encrypted.error().unwrap().advice.contains("passphrase"), "{:?}", encrypted.error());

    let report = report_of(&["saml-1/assertion.xml", "keys/certificate.der"], &context());
    let signature = &report.captures[0].signatures[0];
    assert_eq!((signature.status, signature.trusted), ("valid", true));
    assert_eq!(signature.key.as_deref(), Some("certificate:keys/certificate.der"));
    let report = report_of(&["saml-1/assertion.xml", "keys/chain.pem"], &context());
    assert!(report.captures[0].signatures[0].trusted);
    let report = report_of(&["saml-1/assertion.xml"], &context());
    assert!(!report.captures[0].signatures[0].trusted, "what the message shows of itself is not trusted");
}

#[test]
fn a_private_key_beside_opens_a_message_and_is_in_no_export() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/clean-generic-encrypted");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let (message, key) = (read("input.txt"), read("sp-decryption.pem"));
    let sealed = inspect(&[Input { name: "input.txt", bytes: &message }], &context());
    assert_eq!(sealed.captures[0].decryptions[0].status, "no-key");
    let inputs = [Input { name: "input.txt", bytes: &message }, Input { name: "sp.pem", bytes: &key }];
    let report = inspect(&inputs, &context());
    assert_eq!(report.captures[0].decryptions[0].status, "decrypted");
    assert!(report.captures[0].summary.as_ref().unwrap().name_id.is_some());
    // The modulus, which certificates have as well, stands in the first lines.
    let secret = String::from_utf8(key.clone()).unwrap().lines().nth(15).unwrap().to_owned();
    let exports = [
        serde_json::to_string(&report).unwrap(),
        samlens::human(&report, false),
        samlens::markdown(&report),
        serde_json::to_string(&samlens::sarif(&report)).unwrap(),
        serde_json::to_string(&samlens::decoding(&key, 0)).unwrap(),
    ];
    assert!(secret.len() > 40);
    for (number, export) in exports.iter().enumerate() {
        assert!(!export.contains(&secret), "export {number}: {}", &export[export.find(&secret).unwrap() - 60..][..120]);
    }
    assert!(!exports[4].contains("MII"), "{}", exports[4]);
}

#[test]
fn other_protocols_are_named_and_not_taken_for_saml() {
    for (name, said) in [
        ("other/token.txt", "JSON Web Token"),
        ("other/code.txt", "OpenID Connect"),
        ("other/id-token.txt", "OpenID Connect"),
        ("other/authorize.txt", "OpenID Connect"),
    ] {
        let capture = one(name);
        assert!(capture.error().unwrap().message.contains(said), "{name}: {:?}", capture.error());
    }
    let token = one("other/token.txt");
    let advice = &token.error().unwrap().advice;
    assert!(advice.contains("https://login.acme.example/realms/main") && advice.contains("RS256"), "{advice}");
}

#[test]
fn parameters_are_read_in_any_order_and_on_both_sides() {
    let report = report_of(&["both/query-and-body.txt"], &context());
    let found: Vec<_> = report.captures.iter().map(|c| (c.kind.as_deref().unwrap(), c.binding.unwrap())).collect();
    assert_eq!(found, [("AuthnRequest", "redirect"), ("Response", "post")]);
    assert!(report.captures.iter().all(|capture| capture.relay_state.as_deref() == Some("from-query")));
    assert_eq!(one("both/relay-state-in-query.txt").relay_state.as_deref(), Some("from-query"));
    let order = one("both/order.txt");
    assert_eq!((order.kind.as_deref(), order.relay_state.as_deref()), (Some("AuthnRequest"), Some("r")));
    assert_eq!(order.signatures.len(), 1);
    assert_eq!(order.url.as_deref(), Some("https://idp.acme.example/sso"));
    let told = samlens::decoding(&fixture("intake/both/order.txt"), 0);
    assert!(told.encoding.unwrap().ends_with(":DEFLATE"));
}
