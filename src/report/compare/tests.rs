//! Messages compared: cases that hold what is set aside and what is told.

use super::*;

const LOGIN: &str = r##"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"
 ID="_r1" InResponseTo="_q1" IssueInstant="2026-03-01T08:00:00Z" Destination="https://sp.example/acs">
 <a:Issuer>https://idp.example</a:Issuer>
 <p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>
 <a:Assertion ID="_a1" IssueInstant="2026-03-01T08:00:00Z">
  <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
   <ds:Reference URI="#_a1"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>
  </ds:SignedInfo><ds:SignatureValue>BBBB</ds:SignatureValue></ds:Signature>
  <a:Subject><a:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">alice@acme.example</a:NameID></a:Subject>
  <a:Conditions NotBefore="2026-03-01T07:59:30Z" NotOnOrAfter="2026-03-01T08:05:00Z">
   <a:AudienceRestriction><a:Audience>https://sp.example/sp</a:Audience><a:Audience>urn:second</a:Audience></a:AudienceRestriction>
  </a:Conditions>
  <a:AttributeStatement>
   <a:Attribute Name="mail"><a:AttributeValue>alice@acme.example</a:AttributeValue></a:Attribute>
   <a:Attribute Name="groups"><a:AttributeValue>staff</a:AttributeValue><a:AttributeValue>admins</a:AttributeValue></a:Attribute>
  </a:AttributeStatement>
 </a:Assertion>
</p:Response>"##;

/// The same login a day later: everything that always differs does.
fn later() -> String {
    LOGIN
        .replace("2026-03-01", "2026-03-02")
        .replace("_r1", "_r2")
        .replace("_q1", "_q2")
        .replace("_a1", "_a2")
        .replace("AAAA", "CCCC")
        .replace("BBBB", "DDDD")
}

fn matters(left: &str, right: &str) -> Vec<ComparedRow> {
    let rows = compare(left, right, Language::English).rows;
    rows.into_iter().filter(|row| row.kind == ComparedKind::Matters).collect()
}

/// What matters once one thing in the later login is another: its path and its sentence's beginning.
fn changed(from: &str, to: &str) -> Vec<(String, String)> {
    assert!(LOGIN.contains(from), "{from}");
    let rows = matters(LOGIN, &later().replace(from, to));
    rows.into_iter().map(|row| (row.path, row.why.unwrap_or_default())).collect()
}

#[test]
fn a_message_is_equal_to_itself() {
    let same = compare(LOGIN, LOGIN, Language::English);
    assert_eq!(same.rows, []);
    assert_eq!(same.equal, 23);
}

#[test]
fn what_always_differs_is_set_aside() {
    let compared = compare(LOGIN, &later(), Language::English);
    assert!(compared.rows.iter().all(|row| row.kind == ComparedKind::AlwaysDiffers && row.why.is_none()));
    let paths: Vec<&str> = compared.rows.iter().map(|row| row.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "Response/@ID",
            "Response/@InResponseTo",
            "Response/@IssueInstant",
            "Response/Assertion/@ID",
            "Response/Assertion/@IssueInstant",
            "Response/Assertion/Signature/SignedInfo/Reference/@URI",
            "Response/Assertion/Signature/SignedInfo/Reference/DigestValue",
            "Response/Assertion/Signature/SignatureValue",
            "Response/Assertion/Conditions/@NotBefore",
            "Response/Assertion/Conditions/@NotOnOrAfter",
        ]
    );
}

#[test]
fn what_matters_is_told_with_its_place_and_its_meaning() {
    for (from, to, path, why) in [
        ("https://idp.example", "https://other.example", "Response/Issuer", "Another identity provider"),
        (
            "https://sp.example/sp",
            "https://sp.example/sp/",
            "Response/Assertion/Conditions/AudienceRestriction/Audience[1]",
            "Meant for another service",
        ),
        ("https://sp.example/acs", "https://sp.example/saml", "Response/@Destination", "Sent to another address"),
        (
            ">alice@acme.example</a:NameID",
            ">bob@acme.example</a:NameID",
            "Response/Assertion/Subject/NameID",
            "Another user",
        ),
        ("emailAddress", "unspecified", "Response/Assertion/Subject/NameID/@Format", "The NameID is of another kind"),
        ("status:Success", "status:Responder", "Response/Status/StatusCode/@Value", "The identity provider answered"),
        (
            "xmlenc#sha256",
            "xmlenc#sha512",
            "Response/Assertion/Signature/SignedInfo/Reference/DigestMethod/@Algorithm",
            "Another algorithm",
        ),
        (
            "Name=\"mail\"",
            "Name=\"Mail\"",
            "Response/Assertion/AttributeStatement/Attribute[mail]/@Name",
            "The attribute has another Name",
        ),
        (
            ">admins<",
            ">guests<",
            "Response/Assertion/AttributeStatement/Attribute[groups]/AttributeValue[2]",
            "The attribute has another value",
        ),
        (
            "<a:AttributeValue>admins</a:AttributeValue>",
            "",
            "Response/Assertion/AttributeStatement/Attribute[groups]/AttributeValue[2]",
            "Only the first has this value",
        ),
        (
            "T08:05:00Z",
            "T09:00:00Z",
            "Response/Assertion/Conditions/@NotOnOrAfter",
            "It holds for another time, counted from IssueInstant: 300 s in the first, 3600 s in the second.",
        ),
        (" InResponseTo=\"_q1\"", "", "Response/@InResponseTo", "Only the first answers a request"),
        (
            ">alice@acme.example</a:NameID",
            ">alice@acme<!---->.example</a:NameID",
            "Response/Assertion/Subject/NameID",
            "The text is the same",
        ),
    ] {
        // The later login has an InResponseTo of its own.
        let (from, to) = (from.replace("_q1", "_q2"), to);
        let rows = matters(LOGIN, &later().replace(&from, to));
        let found: Vec<_> =
            rows.iter().map(|row| (row.path.as_str(), row.why.as_deref().unwrap_or_default())).collect();
        assert!(matches!(found.as_slice(), [(p, w)] if *p == path && w.starts_with(why)), "{from}: {found:?}");
    }
}

#[test]
fn the_values_stand_where_their_bytes_say_and_their_difference_is_marked() {
    let other = later().replace("sp.example/sp<", "sp.example/sp/<");
    let [row] = matters(LOGIN, &other).try_into().unwrap();
    let at = |text: &str, span: Option<[usize; 2]>| text.get(span.unwrap()[0]..span.unwrap()[1]).unwrap().to_owned();
    assert_eq!(Some(at(LOGIN, row.left_span)), row.left);
    assert_eq!(Some(at(&other, row.right_span)), row.right);
    let marked: Vec<_> = row.difference.unwrap().expected.into_iter().filter(|piece| piece.differs).collect();
    assert_eq!(marked.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["/"]);
}

#[test]
fn order_prefixes_and_layout_are_nothing() {
    let groups = "<a:AttributeValue>staff</a:AttributeValue><a:AttributeValue>admins</a:AttributeValue>";
    let turned = "<a:AttributeValue>admins</a:AttributeValue>\n\n<a:AttributeValue>staff</a:AttributeValue>";
    assert_eq!(changed(groups, turned), []);
    let prefixed = later().replace("a:", "saml:").replace("xmlns:a=", "xmlns:saml=");
    assert_eq!(matters(LOGIN, &prefixed), []);
}

#[test]
fn an_attribute_of_one_side_is_told_with_its_values() {
    let other = later().replace("Name=\"groups\"", "Name=\"https://acme.example/role\"");
    let rows = matters(LOGIN, &other);
    let found: Vec<_> = rows.iter().map(|row| (row.left.as_deref(), row.right.as_deref())).collect();
    assert_eq!(found, [(Some("staff, admins"), None), (None, Some("staff, admins"))]);
    assert!(rows[0].why.as_deref().unwrap().starts_with("Only the first has Attribute[groups]"), "{:?}", rows[0].why);
    assert!(rows[1].why.as_deref().unwrap().starts_with("Only the second has"), "{:?}", rows[1].why);
}

#[test]
fn a_transient_name_always_differs() {
    let transient = |text: &str| text.replace("1.1:nameid-format:emailAddress", "2.0:nameid-format:transient");
    let other = transient(&later()).replace(">alice@acme.example</a:NameID", ">_x7</a:NameID");
    assert_eq!(matters(&transient(LOGIN), &other), []);
}

#[test]
fn an_assertion_is_held_against_the_one_within_a_response() {
    let start = LOGIN.find("<a:Assertion").unwrap();
    let end = LOGIN.find("</a:Assertion>").unwrap() + "</a:Assertion>".len();
    let assertion = LOGIN.get(start..end).unwrap().replacen(
        "<a:Assertion",
        "<a:Assertion xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\"",
        1,
    );
    let rows = matters(LOGIN, &assertion);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].why.as_deref().unwrap().contains("Response and Assertion"));
    assert_eq!(matters("<a/>", "<b/>").len(), 1);
}

#[test]
fn what_cannot_be_read_is_no_difference() {
    assert_eq!(compare("", LOGIN, Language::English), Comparison::default());
}

#[test]
fn rows_over_the_limit_are_counted() {
    let many = |text: &str| {
        let rows: String = (0..limits::COMPARED_ROWS + 7).map(|n| format!("<v n=\"{text}{n}\"/>")).collect();
        format!("<a>{rows}</a>")
    };
    let compared = compare(&many("l"), &many("r"), Language::English);
    assert_eq!((compared.rows.len(), compared.left_out), (limits::COMPARED_ROWS, 7));
}

#[test]
fn every_sentence_is_there_in_both_languages_with_the_same_names() {
    let [english, chinese] = [Language::English, Language::Chinese].map(|language| &Texts::of(language).compare);
    let names = |text: &str| super::super::texts::placeholders(text).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert!(!english.is_empty());
    assert_eq!(english.keys().collect::<Vec<_>>(), chinese.keys().collect::<Vec<_>>());
    for (key, text) in english {
        assert_eq!(names(text), names(&chinese[key]), "{key}");
        let stem = key.trim_end_matches("-one");
        let known = about::keys().any(|known| known == stem) || matches!(stem, "first" | "second");
        assert!(known, "{key} is told of nothing");
    }
    for key in about::keys() {
        assert!(english.contains_key(key) || english.contains_key(&format!("{key}-one")), "{key} has no sentence");
    }
}

#[test]
fn captures_differ_in_how_they_were_sent_and_in_their_signatures_as_well() {
    let report = |relay: &str, assertion: &str| {
        let xml = LOGIN.replace("alice@acme.example</a:NameID", assertion);
        let body = format!(
            "SAMLResponse={}&RelayState={relay}",
            percent_encoding::utf8_percent_encode(&xml, percent_encoding::NON_ALPHANUMERIC)
        );
        let inputs = [crate::Input { name: "input", bytes: body.as_bytes() }];
        crate::inspect(&inputs, &crate::Context::at(Instant::from_unix(0)))
    };
    let [left, right] = [report("one", "alice@acme.example</a:NameID"), report("two", "alice@acme.example</a:NameID")];
    let compared = compare_captures(&left.captures[0], &right.captures[0], Language::English);
    assert_eq!(compared.rows.iter().map(|row| row.path.as_str()).collect::<Vec<_>>(), ["RelayState"]);
    let mut broken = right.captures[0].clone();
    broken.relay_state = None;
    broken.signatures[0].status = "valid";
    broken.signatures[0].reason = None;
    let compared = compare_captures(&left.captures[0], &broken, Language::English);
    let paths: Vec<_> = compared.rows.iter().map(|row| row.path.as_str()).collect();
    assert_eq!(paths, ["Signature[Assertion]", "RelayState"]);
    assert!(compared.rows[1].why.as_deref().unwrap().starts_with("Only the first came with a RelayState"));
    // Of bare XML nobody knows how it was sent.
    let bare = crate::inspect(
        &[crate::Input { name: "input", bytes: LOGIN.as_bytes() }],
        &crate::Context::at(Instant::from_unix(0)),
    );
    assert_eq!(compare_captures(&left.captures[0], &bare.captures[0], Language::English).rows, []);
}
