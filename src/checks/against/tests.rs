//! Each row with its known answer: a value that is listed, one that is nearly, one that is not, and none to be listed.

use crate::checks::testing::Scene;

const IDP: &str = include_str!("../testing/idp-metadata.xml");
const SP: &str = include_str!("../testing/sp-metadata.xml");

/// The answers of a row, of a login and its request with changes to messages and metadata.
fn answers(what: &str, messages: &[(&str, &str)], idp: &[(&str, &str)], sp: &[(&str, &str)]) -> Vec<&'static str> {
    let edited = |text: &str, edits: &[(&str, &str)]| {
        edits.iter().fold(text.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "nothing to replace: {from}");
            text.replace(from, to)
        })
    };
    let mut scene = Scene::exchange().metadata("idp.xml", &edited(IDP, idp)).metadata("sp.xml", &edited(SP, sp));
    for (from, to) in messages {
        scene = scene.replace(from, to);
    }
    let rows = scene.report().matches.into_iter().filter(|row| row.what == what);
    let rows: Vec<_> = rows.inspect(|row| assert!(!row.title.is_empty() && !row.text.is_empty(), "{row:?}")).collect();
    rows.into_iter().map(|row| row.outcome).collect()
}

fn of_messages(what: &str, from: &str, to: &str) -> Vec<&'static str> {
    answers(what, &[(from, to)], &[], &[])
}

#[test]
fn nothing_is_compared_without_messages_or_without_metadata() {
    assert!(Scene::login().report().matches.is_empty());
    assert!(Scene::idp_metadata().with_metadata().report().matches.is_empty());
}

#[test]
fn an_entity_of_another_name_is_near_or_none() {
    let id = "<saml:Issuer>https://idp.acme.example/idp<";
    assert_eq!(answers("idp-entity-id", &[], &[], &[]), ["match", "match"]);
    assert_eq!(of_messages("idp-entity-id", id, "<saml:Issuer>https://idp.acme.example/idp/<"), ["near-miss"; 2]);
    assert_eq!(of_messages("idp-entity-id", id, "<saml:Issuer>urn:other:place:idp<"), ["mismatch"; 2]);
}

#[test]
fn endpoints_are_those_that_are_listed() {
    let acs = "https://app.acme.example/acs";
    let rows = of_messages("acs-url", &format!("Recipient=\"{acs}\""), &format!("Recipient=\"{acs}/\""));
    assert_eq!(rows[0], "near-miss");
    assert!(rows[1..].iter().all(|row| *row == "match") && rows.len() > 1, "{rows:?}");
    let rows = of_messages("acs-url", &format!("Recipient=\"{acs}\""), "Recipient=\"https://evil.example/post\"");
    assert_eq!(rows[0], "mismatch");
    let indexed = [("ID=\"_q5d", "AttributeConsumingServiceIndex=\"1\" ID=\"_q5d")];
    assert_eq!(answers("attribute-index", &indexed, &[], &[]), ["unlisted"]);
    let service = |index: &str| format!("<md:AttributeConsumingService index=\"{index}\"/></md:SPSSODescriptor>");
    let with = |index| answers("attribute-index", &indexed, &[], &[("</md:SPSSODescriptor>", &service(index))]);
    assert_eq!((with("1"), with("7")), (vec!["match"], vec!["mismatch"]));
}

#[test]
fn a_request_goes_where_and_as_the_identity_provider_takes_it() {
    let to = "Destination=\"https://idp.acme.example/sso\"";
    assert_eq!(answers("sso-url", &[], &[], &[]), ["match"]);
    assert_eq!(of_messages("sso-url", to, "Destination=\"https://idp.acme.example/sso/\""), ["near-miss"]);
    assert_eq!(of_messages("sso-url", to, "Destination=\"https://login.other.test/\""), ["mismatch"]);
    let none = ("md:SingleSignOnService ", "md:AssertionIDRequestService ");
    assert_eq!(answers("sso-url", &[], &[none], &[]), ["unlisted"]);
    // A bare message shows no binding; one that was posted to where only a redirect is taken does.
    assert!(answers("sso-binding", &[], &[], &[]).is_empty());
    let url = "https://idp.acme.example/sso?SAMLRequest=";
    let compressed = crate::checks::testing::redirect_value(include_str!("../testing/request.xml"));
    let sent = |idp: &str| {
        let scene = Scene::of(&format!("{url}{compressed}")).metadata("idp.xml", idp).metadata("sp.xml", SP);
        let rows = scene.report().matches.into_iter().filter(|row| row.what == "sso-binding");
        rows.map(|row| row.outcome).collect::<Vec<_>>()
    };
    assert_eq!(sent(IDP), ["match"]);
    let posts = IDP.replace(
        "HTTP-Redirect\" Location=\"https://idp.acme.example/sso",
        "SOAP\" Location=\"https://idp.acme.example/sso",
    );
    assert_eq!(sent(&posts), ["mismatch"]);
}

#[test]
fn a_request_asks_for_what_the_service_lists() {
    let asked = "AssertionConsumerServiceURL=\"https://app.acme.example/acs\" ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"";
    let by_index = |index: &str| of_messages("acs-index", asked, &format!("AssertionConsumerServiceIndex=\"{index}\""));
    assert_eq!((by_index("0"), by_index("42")), (vec!["match"], vec!["mismatch"]));
    assert_eq!(answers("acs-binding", &[], &[], &[]), ["match"]);
    let artifact = asked.replace("HTTP-POST", "HTTP-Artifact");
    assert_eq!(of_messages("acs-binding", asked, &artifact), ["mismatch"]);
    assert_eq!(answers("name-id-format-requested", &[], &[], &[]), ["match", "match"]);
    let policy = "NameIDPolicy Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"";
    let other = "NameIDPolicy Format=\"urn:x:transient\"";
    assert_eq!(of_messages("name-id-format-requested", policy, other), ["mismatch", "mismatch"]);
}

#[test]
fn what_is_to_be_signed_is_signed() {
    // The service's metadata says that its requests are not signed, and neither is this one.
    assert_eq!(answers("request-signed", &[], &[], &[]), ["match"]);
    let role = "<md:IDPSSODescriptor ";
    let wants = |flag: &str| {
        let wanted = format!("{role}WantAuthnRequestsSigned=\"{flag}\" ");
        answers("request-signed", &[], &[(role, &wanted)], &[])
    };
    assert_eq!(wants("true"), ["mismatch", "match"]);
    assert_eq!(wants("1"), ["mismatch", "match"]);
    assert_eq!(wants("false"), ["match", "match"]);
    assert_eq!(wants("yes"), ["unlisted", "match"]);
    assert_eq!(answers("assertion-signed", &[], &[], &[]), ["mismatch"]);
    let unwanted = [("WantAssertionsSigned=\"true\"", "WantAssertionsSigned=\"false\"")];
    assert_eq!(answers("assertion-signed", &[], &[], &unwanted), ["match"]);
    let silent = [("WantAssertionsSigned=\"true\" ", "")];
    assert!(answers("assertion-signed", &[], &[], &silent).is_empty());
    let signed = Scene::scenario("clean-generic-entra-xml").report().matches;
    assert!(signed.iter().filter(|row| row.what == "assertion-signed").all(|row| row.outcome == "match"));
}

#[test]
fn metadata_is_believed_until_it_says() {
    assert_eq!(answers("validity", &[], &[], &[]), ["match", "match"]);
    let over = ("validUntil=\"2026-12-31T00:00:00Z\"", "validUntil=\"2026-03-01T00:00:00Z\"");
    assert_eq!(answers("validity", &[], &[over], &[]), ["mismatch", "match"]);
    let none = ("validUntil=\"2026-12-31T00:00:00Z\"", "");
    assert!(answers("validity", &[], &[none], &[none]).is_empty());
}

#[test]
fn a_logout_goes_to_the_party_that_did_not_send_it() {
    let of = |kind: &str, issuer: &str, destination: &str| {
        let status =
            "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>";
        let body = if kind == "LogoutResponse" { status } else { "<saml:NameID>alice</saml:NameID>" };
        let text = format!(
            "<samlp:{kind} xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" \
             ID=\"_l\" Version=\"2.0\" IssueInstant=\"2026-03-02T08:16:05Z\" Destination=\"{destination}\">\
             <saml:Issuer>{issuer}</saml:Issuer>{body}</samlp:{kind}>"
        );
        let idp = IDP.replace("example/slo\"", "example/slo\" ResponseLocation=\"https://idp.acme.example/slo/done\"");
        let scene = Scene::of(&text).metadata("idp.xml", &idp).metadata("sp.xml", SP);
        let rows = scene.report().matches.into_iter().filter(|row| row.what == "slo-url");
        rows.map(|row| (row.side, row.outcome)).collect::<Vec<_>>()
    };
    let (idp, sp) = ("https://idp.acme.example/idp", "https://app.acme.example/sp");
    assert_eq!(of("LogoutRequest", sp, "https://idp.acme.example/slo"), [("idp", "match")]);
    assert_eq!(of("LogoutRequest", idp, "https://app.acme.example/slo"), [("sp", "match")]);
    assert_eq!(of("LogoutRequest", sp, "https://idp.acme.example/slo/"), [("idp", "near-miss")]);
    assert_eq!(of("LogoutRequest", sp, "urn:other:place"), [("idp", "mismatch")]);
    assert_eq!(of("LogoutResponse", sp, "https://idp.acme.example/slo/done"), [("idp", "match")]);
    assert_ne!(of("LogoutRequest", sp, "https://idp.acme.example/slo/done"), [("idp", "match")], "that takes answers");
}

#[test]
fn an_artifact_names_the_service_that_has_the_message() {
    // Type 4, index 1, the SHA-1 of the identity provider's entityID, and a handle (SAML 2.0 Bindings §3.6.4).
    let artifact = "AAQAAVGQ79UwvnV8v%2BmZLPV7ABwRvdnuaGhoaGhoaGhoaGhoaGhoaGhoaGg%3D";
    let of = |endpoints: &str| {
        let idp = IDP.replace("<md:SingleLogoutService", &format!("{endpoints}<md:SingleLogoutService"));
        let scene = Scene::of(&format!("https://app.acme.example/acs?SAMLart={artifact}"));
        let scene = scene.metadata("idp.xml", &idp).metadata("sp.xml", SP);
        let rows = scene.report().matches.into_iter().filter(|row| row.what == "artifact-index");
        rows.map(|row| row.outcome).collect::<Vec<_>>()
    };
    let endpoint = |index: u8| {
        let soap = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP";
        format!(
            "<md:ArtifactResolutionService Binding=\"{soap}\" Location=\"https://idp.acme.example/a\" index=\"{index}\"/>"
        )
    };
    assert_eq!(of(""), ["unlisted"]);
    assert_eq!(of(&endpoint(1)), ["match"]);
    assert_eq!(of(&endpoint(0)), ["mismatch"]);
    assert_eq!(of(&(endpoint(0) + &endpoint(1))), ["match"]);
}

#[test]
fn a_name_is_qualified_by_the_parties() {
    let format = "Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\">alice";
    let named = |by: &str, for_whom: &str| {
        let name = "Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"";
        format!("{name} NameQualifier=\"{by}\" SPNameQualifier=\"{for_whom}\">alice")
    };
    let both = |by, for_whom| {
        let to = named(by, for_whom);
        (of_messages("name-qualifier", format, &to), of_messages("sp-name-qualifier", format, &to))
    };
    let right = both("https://idp.acme.example/idp", "https://app.acme.example/sp");
    assert_eq!(right, (vec!["match"], vec!["match"]));
    let wrong = both("http://idp.acme.example/idp", "urn:other:place:sp");
    assert_eq!(wrong, (vec!["near-miss"], vec!["mismatch"]));
}

#[test]
fn formats_and_protocols_are_those_that_are_listed() {
    assert_eq!(answers("name-id-format", &[], &[], &[]), ["match", "match"]);
    let transient =
        ("NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "NameID Format=\"urn:x:transient");
    assert_eq!(of_messages("name-id-format", transient.0, transient.1), ["mismatch", "mismatch"]);
    let unnamed = ("nameid-format:emailAddress", "nameid-format:unspecified");
    assert_eq!(answers("name-id-format", &[], &[unnamed], &[unnamed]), ["unlisted", "unlisted"]);
    assert_eq!(answers("protocol", &[], &[], &[]), ["match", "match"]);
    let old = ("\"urn:oasis:names:tc:SAML:2.0:protocol", "\"urn:oasis:names:tc:SAML:1.1:protocol");
    assert_eq!(answers("protocol", &[], &[old], &[]), ["mismatch", "match"]);
}

#[test]
fn what_the_service_must_have_is_there_or_not() {
    let asked = |name: &str, more: &str, values: &str| {
        let all = "<md:AttributeConsumingService index=\"0\"><md:RequestedAttribute";
        format!(
            "{all} Name=\"{name}\" {more}>{values}</md:RequestedAttribute></md:AttributeConsumingService></md:SPSSODescriptor>"
        )
    };
    let of = |name: &str, more: &str, values: &str| {
        answers("requested-attribute", &[], &[], &[("</md:SPSSODescriptor>", &asked(name, more, values))])
    };
    let needed = "isRequired=\"true\"";
    assert_eq!(of("displayName", needed, ""), ["match"]);
    assert_eq!(of("displayname", needed, ""), ["near-miss"]);
    assert_eq!(of("eduPersonEntitlement", needed, ""), ["mismatch"]);
    assert!(of("eduPersonEntitlement", "", "").is_empty(), "what is only wished for may be missing");
    let value = |text: &str| {
        format!("<a:AttributeValue xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\">{text}</a:AttributeValue>")
    };
    assert_eq!(of("mail", "", &value("alice@acme.example")), ["match"]);
    assert_eq!(of("mail", "", &value("bob@acme.example")), ["mismatch"]);
}

#[test]
fn a_scope_is_one_that_the_identity_provider_is_registered_for() {
    let name = ("Name=\"mail\"", "Name=\"urn:oid:1.3.6.1.4.1.5923.1.1.1.6\"");
    let of = |scopes: &[&str], messages: &[(&str, &str)]| {
        let scope = |text: &&str| format!("<s:Scope xmlns:s=\"urn:mace:shibboleth:metadata:1.0\">{text}</s:Scope>");
        let scopes: String = scopes.iter().map(scope).collect();
        let extended = format!("<md:Extensions>{scopes}</md:Extensions><md:KeyDescriptor");
        answers("scope", messages, &[("<md:KeyDescriptor", &extended)], &[])
    };
    assert!(of(&["acme.example"], &[]).is_empty(), "mail has no scope");
    assert_eq!(of(&["other.example", "acme.example"], &[name]), ["match"]);
    assert_eq!(of(&["ACME.example"], &[name]), ["near-miss"]);
    assert_eq!(of(&["university.test"], &[name]), ["mismatch"]);
    assert_eq!(of(&["university.test", "^.+\\.example$"], &[name]), ["unlisted"]);
    assert_eq!(of(&[], &[name]), ["unlisted"]);
    let subject = ("Name=\"mail\"", "Name=\"urn:oasis:names:tc:SAML:attribute:subject-id\"");
    assert_eq!(of(&["ACME.example"], &[subject]), ["match"], "its letter case does not count");
}

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../../tests/scenarios/", $name))
    };
}

#[test]
fn algorithms_are_those_that_the_receiver_lists() {
    let of = |methods: &[&str]| {
        let method = |uri: &&str| {
            format!("<a:SigningMethod xmlns:a=\"urn:oasis:names:tc:SAML:metadata:algsupport\" Algorithm=\"{uri}\"/>")
        };
        let methods: String = methods.iter().map(method).collect();
        let sp = file!("clean-generic-entra-xml/sp-metadata.xml");
        let sp = sp.replacen("<md:SPSSO", &format!("<md:Extensions>{methods}</md:Extensions><md:SPSSO"), 1);
        let scene = Scene::of(file!("clean-generic-entra-xml/input.xml"))
            .metadata("idp.xml", file!("clean-generic-entra-xml/idp-metadata.xml"))
            .metadata("sp.xml", &sp);
        let rows = scene.report().matches.into_iter().filter(|row| row.what == "signature-algorithm");
        rows.map(|row| row.outcome).collect::<Vec<_>>()
    };
    let (rsa, ecdsa) =
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
    assert!(of(&[]).is_empty(), "who lists none says nothing");
    assert_eq!(of(&[ecdsa, rsa]), ["match"]);
    assert_ne!(of(&[ecdsa]), ["match"]);
    assert_eq!(of(&[ecdsa]).len(), 1);
}

#[test]
fn keys_are_those_that_are_listed() {
    let of = |scene: Scene, what: &str| {
        let rows = scene.report().matches.into_iter().filter(|row| row.what == what);
        rows.map(|row| (row.side, row.outcome, row.text)).collect::<Vec<_>>()
    };
    let encrypted = of(Scene::scenario("clean-generic-encrypted"), "encryption-key");
    assert!(encrypted.iter().all(|(side, outcome, _)| (*side, *outcome) == ("sp", "match")), "{encrypted:?}");
    let scene = |idp: &str| Scene::of(file!("clean-generic-entra-xml/input.xml")).metadata("idp.xml", idp);
    let idp = file!("clean-generic-entra-xml/idp-metadata.xml");
    let plain = of(scene(idp), "signing-key");
    assert!(plain[0].1 == "match", "{plain:?}");
    // A second key beside it, and then that alone.
    let start = idp.find("X509Certificate>").unwrap() + "X509Certificate>".len();
    let other = include_str!("../../../tests/fixtures/crypto/ed25519.crt");
    let other: String = other.lines().filter(|line| !line.starts_with('-')).collect();
    let end = start + idp[start..].find('<').unwrap();
    let replaced = format!("{}{other}{}", &idp[..start], &idp[end..]);
    let first = idp[..start].rfind("KeyDescriptor").unwrap();
    let first = idp[..first].rfind('<').unwrap();
    let last = idp[end..].find("KeyDescriptor>").unwrap() + end + "KeyDescriptor>".len();
    let last_other = last + replaced.len() - idp.len();
    let both = format!("{}{}", &replaced[..last_other], &idp[first..]);
    let second = of(scene(&both), "signing-key");
    assert_eq!(second[0].1, "match");
    assert_ne!(second[0].2, plain[0].2, "that there is another is told");
    if idp.matches("X509Certificate>").count() == 2 {
        assert_eq!(of(scene(&replaced), "signing-key")[0].1, "mismatch");
    }
}

#[test]
fn what_is_encrypted_is_so_as_the_service_lists() {
    let input = file!("clean-generic-encrypted/input.txt");
    let of = |methods: &[&str], what: &str| {
        let method = |uri: &&str| format!("<md:EncryptionMethod Algorithm=\"{uri}\"/>");
        let methods: String = methods.iter().map(method).collect();
        let sp = file!("clean-generic-encrypted/sp-metadata.xml");
        let own = "<md:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes128-gcm\"/>";
        assert!(sp.contains(own));
        let sp = sp.replace(own, "").replace("</md:KeyDescriptor>", &format!("{methods}</md:KeyDescriptor>"));
        let scene = Scene::of(input).metadata("idp.xml", file!("clean-generic-encrypted/idp-metadata.xml"));
        let rows = scene.metadata("sp.xml", &sp).report().matches.into_iter().filter(|row| row.what == what);
        rows.map(|row| (row.side, row.outcome)).collect::<Vec<_>>()
    };
    let (cbc, gcm) = ("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "http://www.w3.org/2009/xmlenc11#aes128-gcm");
    let (oaep, old) = ("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "http://www.w3.org/2001/04/xmlenc#rsa-1_5");
    let ciphers = [of(&[cbc], "encryption-algorithm"), of(&[gcm], "encryption-algorithm")];
    assert!(ciphers.contains(&vec![("sp", "match")]), "{ciphers:?}");
    assert_ne!(ciphers[0], ciphers[1]);
    let transports = [of(&[oaep], "key-transport"), of(&[old], "key-transport")];
    assert!(transports.contains(&vec![("sp", "match")]), "{transports:?}");
    assert_ne!(transports[0], transports[1]);
    assert!(of(&[oaep], "encryption-algorithm").is_empty(), "a list of transports says nothing of ciphers");
    assert!(of(&[], "key-transport").is_empty());
}
