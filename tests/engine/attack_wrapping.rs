//! Signature wrapping as a defender meets it: in signed messages of different make a forged copy is put at every place,
//! under every ID, and the report must name it, never show it as covered, and show both elements side by side.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use samlens::xml::{Doctype, Document, Node, NodeKind, read};
use samlens::{Context, Input, Instant, Report, State, inspect};

use crate::mutation::{DSIG, fixture};
use crate::wrapping::{inserted, places, without};

const FORGED: &str = "mallory-forged";

/// A signed message, and what of it is copied.
struct Genuine {
    family: &'static str,
    xml: String,
    context: Context,
    /// The element that is copied, standing by itself. Of an encrypted one the plaintext.
    element: String,
    /// What the copy has another value of: the NameID, of a request without one its address.
    name: String,
    /// Whether that is a name that claims tell.
    is_name: bool,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn parse(text: &str) -> Document<'_> {
    read(text, Doctype::Refuse).whole().unwrap()
}

fn root<'d>(document: &'d Document<'d>) -> Node<'d> {
    document.root_element().unwrap()
}

/// An element with the namespaces of those that it stands in, so that it may stand anywhere.
fn alone(node: Node<'_>) -> String {
    let mut declared: Vec<String> = node.declarations().map(|one| one.local_name().to_owned()).collect();
    let mut added = String::new();
    for outer in node.ancestors().flat_map(|outer| outer.declarations()) {
        if !declared.iter().any(|known| known == outer.local_name()) {
            declared.push(outer.local_name().to_owned());
            added += &format!(" {}", &node.document().text()[outer.span()]);
        }
    }
    inserted(
        node.source(),
        1 + node.prefix().len() + usize::from(!node.prefix().is_empty()) + node.local_name().len(),
        &added,
    )
}

impl Genuine {
    fn of(family: &'static str, xml: String, context: Context, target: &str) -> Self {
        let report = inspect(&[Input { name: "genuine.xml", bytes: xml.as_bytes() }], &context);
        let capture = &report.captures[0];
        assert!(capture.wrappings.is_empty(), "{family}: {:?}", capture.wrappings);
        assert!(capture.signatures.iter().any(|signature| signature.status == "valid"), "{family}");
        let text = match capture.decryptions.first().and_then(|decryption| decryption.xml.clone()) {
            Some(plaintext) if target == "Assertion" => plaintext,
            _ => xml.clone(),
        };
        let document = parse(&text);
        let element = alone(document.nodes().find(|node| node.local_name() == target).unwrap());
        let summary = capture.summary.as_ref().unwrap();
        let name = summary.name_id.clone().filter(|name| element.contains(&format!(">{name}<")));
        let is_name = name.is_some();
        let name = name.or(summary.assertion_consumer_service_url.clone()).unwrap();
        Self { family, xml, context, element, name, is_name }
    }

    fn vector(family: &'static str, name: &str, key: &str, target: &str) -> Self {
        let mut context = Context::at(Instant::parse("2026-03-02T08:16:20Z").unwrap());
        context.add_certificates("idp.crt", &fixture(&format!("keys/{key}.crt"))).unwrap();
        Self::of(family, String::from_utf8(fixture(name)).unwrap(), context, target)
    }

    fn scenario(family: &'static str, name: &str, target: &str) -> Self {
        let folder = folder("scenarios").join(name);
        let captures = crate::scenarios::report(&folder).unwrap().captures;
        let signed = captures.into_iter().find(|capture| capture.kind.as_deref() == Some("Response")).unwrap();
        Self::of(family, signed.xml.unwrap(), crate::scenarios::context(&folder), target)
    }

    /// The copy under another name: with the same ID, another, none, and the ID in attributes that are none; each with
    /// its Signature and without.
    fn forgeries(&self) -> Vec<String> {
        let forged = self.element.replace(&self.name, FORGED);
        let document = parse(&forged);
        let id = root(&document).attribute("ID").unwrap();
        let own = id.value().into_owned();
        let renamed = |text: &str| format!("{}{text}{}", &forged[..id.span().start], &forged[id.span().end..]);
        let ids = [
            format!("ID=\"{own}\""),
            "ID=\"_evil\"".to_owned(),
            String::new(),
            format!("ID=\"_evil\" Id=\"{own}\""),
            format!("id=\"{own}\""),
            format!("xml:id=\"{own}\""),
        ];
        ids.iter().flat_map(|id| with_and_without_signature(&renamed(id))).collect()
    }

    /// Every forged message by its number, made when it is asked for: what was done, and the text.
    fn forged(&self) -> Vec<(Kind, String, usize, String)> {
        let mut all = Vec::new();
        let hosts = places(&self.xml);
        let document = parse(&self.xml);
        let home = document.nodes().find(|node| alone_matches(*node, &self.element)).map(|node| node.span());
        for forged in self.forgeries() {
            all.extend(hosts.iter().map(|at| (Kind::Added, self.xml.clone(), *at, forged.clone())));
            // What is encrypted is not taken out of its place.
            let Some(home) = &home else { continue };
            let host = format!("{}{forged}{}", &self.xml[..home.start], &self.xml[home.end..]);
            for genuine in with_and_without_signature(&self.element) {
                all.extend(places(&host).into_iter().map(|at| (Kind::Replaced, host.clone(), at, genuine.clone())));
            }
        }
        all
    }
}

fn alone_matches(node: Node<'_>, element: &str) -> bool {
    node.kind() == NodeKind::Element && element.ends_with(node.source().split_once(' ').map_or("\0", |(_, rest)| rest))
}

fn with_and_without_signature(element: &str) -> Vec<String> {
    let document = parse(element);
    let own = root(&document).elements().find(|node| node.is(DSIG, "Signature")).map(|node| node.span());
    let mut both = vec![element.to_owned()];
    both.extend(own.map(|own| without(element, &own)));
    both
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// The forged copy was put into the genuine message.
    Added,
    /// The forged copy took the place of the genuine element, which was put somewhere into the message.
    Replaced,
}

/// The rules that tell of a forged copy, the most telling first.
const TELLING: [&str; 12] = [
    "sig-consumed-unsigned",
    "saml-id-duplicate",
    "attack-id-pollution",
    "attack-decoy-signature",
    "attack-signedinfo-count",
    "attack-digest-outside-signedinfo",
    "sig-not-enveloped-child",
    "sig-reference-uri",
    "sig-reference-count",
    "sig-digest-mismatch",
    "sig-value-mismatch",
    "sig-none",
];

/// The most telling rule that fired and decides.
fn told(report: &Report) -> Option<&'static str> {
    let fired = |rule: &&str| {
        report.findings.iter().any(|f| f.rule == *rule && f.state == State::Fired && f.severity.decides())
    };
    TELLING.into_iter().find(fired)
}

/// What of the report shows the forged value as covered.
fn covered(report: &Report) -> Vec<String> {
    let mut faults = Vec::new();
    for capture in &report.captures {
        let text = |decryption: Option<usize>, span: [usize; 2]| {
            let text = match decryption {
                Some(number) => capture.decryptions[number].xml.as_deref(),
                None => capture.xml.as_deref(),
            };
            text.unwrap_or_default()[span[0]..span[1]].to_owned()
        };
        let values = capture.summary.iter().flat_map(|summary| &summary.values);
        for value in values.filter(|value| value.signature.is_some()) {
            if text(value.decryption, value.span).contains(FORGED) {
                faults.push(format!("{} is shown as signed", value.key));
            }
        }
        for signature in &capture.signatures {
            if signature.covers.iter().any(|span| text(signature.decryption, *span).contains(FORGED)) {
                faults.push(format!("the signature of {} covers it", signature.target));
            }
        }
        let claims = capture.wrappings.iter().flat_map(|one| [Some(&one.consumed), one.signed.as_ref()]).flatten();
        for claim in claims.filter(|claim| claim.covered) {
            if claim.name_id.as_deref().is_some_and(|name| name.contains(FORGED)) {
                faults.push(format!("the claim of {} is covered", claim.path));
            }
        }
    }
    faults
}

#[derive(Default)]
struct Count {
    cases: usize,
    by_rule: BTreeMap<&'static str, usize>,
    shapes: BTreeMap<&'static str, usize>,
    shown: usize,
    faults: BTreeMap<String, (usize, String)>,
}

impl Count {
    fn check(&mut self, genuine: &Genuine, kind: Kind, text: &str) {
        let report = inspect(&[Input { name: "forged.xml", bytes: text.as_bytes() }], &genuine.context);
        self.cases += 1;
        let mut fault = |what: &str| {
            let key = format!("{}, {kind:?}: {what}", genuine.family);
            self.faults.entry(key).or_insert((0, text.to_owned())).0 += 1;
        };
        for what in covered(&report) {
            fault(&what);
        }
        if report.verdict.outcome == samlens::Outcome::Accepted {
            fault("accepted");
        }
        let is_signed = text.contains("SignedInfo>");
        // Of what nobody signed a rule of the login tells; a logout need not be signed by every binding.
        let Some(rule) = told(&report).or((!is_signed).then_some("not signed at all")) else {
            return fault("nothing tells of it");
        };
        *self.by_rule.entry(rule).or_default() += 1;
        let wrappings = &report.captures[0].wrappings;
        if is_signed && (wrappings.is_empty() || rule != "sig-consumed-unsigned") {
            fault(&format!("{rule}, and no wrapping"));
        }
        if let Some(first) = wrappings.first() {
            *self.shapes.entry(first.shape).or_default() += 1;
            let is = |claim: &samlens::ClaimReport, name: &str| claim.name_id.as_deref() == Some(name);
            // Where nothing tells which of two is the genuine one, each is shown beside the signature that broke.
            let consumed = |name: &str| wrappings.iter().any(|one| is(&one.consumed, name));
            let signed = |name: &str| wrappings.iter().filter_map(|one| one.signed.as_ref()).any(|one| is(one, name));
            let either = |name: &str| consumed(name) || signed(name);
            let shown = !genuine.is_name || either(FORGED) && either(&genuine.name);
            self.shown += usize::from(shown);
            if !shown && std::env::var("SAMLENS_WRAPPING").is_ok() {
                let told: Vec<_> = wrappings.iter().map(|one| one.shape).collect();
                println!("not shown: {} {kind:?} {told:?} {}\n{text}\n", genuine.family, first.text);
            }
        }
    }
}

/// Cases of each message that are tried; with `SAMLENS_WRAPPING=all` every one is.
const CASES: usize = 150;

#[test]
fn a_forged_copy_is_named_at_every_place_under_every_id() {
    let all = std::env::var("SAMLENS_WRAPPING").is_ok_and(|value| value == "all");
    let messages = [
        Genuine::vector("assertion signed", "target/assertion-no-keyinfo.xml", "rsa2048", "Assertion"),
        Genuine::vector("response signed", "target/response-no-keyinfo.xml", "rsa2048", "Response"),
        Genuine::vector("both signed", "target/both-no-keyinfo.xml", "rsa2048", "Assertion"),
        Genuine::vector("ECDSA P-256", "target/assertion-ecdsa-no-keyinfo.xml", "p256", "Assertion"),
        Genuine::vector("LogoutRequest", "target/logout-no-keyinfo.xml", "rsa2048", "LogoutRequest"),
        Genuine::vector("AuthnRequest", "target/authn-request.xml", "rsa2048", "AuthnRequest"),
        Genuine::scenario("Okta, both signed", "clean-ali-user-okta", "Assertion"),
        Genuine::scenario("Entra", "clean-generic-entra-xml", "Assertion"),
        Genuine::scenario("ADFS", "clean-ali-user-adfs-intl", "Assertion"),
        Genuine::scenario("Keycloak", "clean-ali-role-keycloak", "Response"),
        Genuine::scenario("Shibboleth", "clean-csso-shibboleth", "Assertion"),
        Genuine::scenario("encrypted, signed within", "clean-generic-encrypted", "Assertion"),
    ];
    let mut faults = BTreeMap::new();
    println!("{:26} {:>6} {:>6} {:>8} {:>6}", "message", "of", "tried", "detected", "shown");
    for genuine in &messages {
        let forged = genuine.forged();
        // A stride that shares no factor with the ways to forge a copy, so that each meets every part of the message.
        let stride = if all { 1 } else { (forged.len() / CASES).max(1) };
        let mut count = Count::default();
        for (kind, host, at, what) in forged.iter().skip(stride / 2).step_by(stride) {
            count.check(genuine, *kind, &inserted(host, *at, what));
        }
        let told: usize = count.by_rule.values().sum();
        println!("{:26} {:6} {:6} {told:8} {:6}", genuine.family, forged.len(), count.cases, count.shown);
        println!("    {:?}\n    {:?}", count.by_rule, count.shapes);
        faults.extend(count.faults);
    }
    let told: String = faults.iter().map(|(what, (count, text))| format!("{count} {what}\n{text}\n")).collect();
    assert!(faults.is_empty(), "{told}");
}
