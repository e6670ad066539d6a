//! The samples that the page offers (`static/samples`): each is one of the scenarios as a case file, and has its verdict.
//! `UPDATE_GOLDEN=1 cargo test` writes them anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use samlens::{About, CaseFile, CasePart, Context, ContextFile, Instant, Outcome, Report, inspect};

/// A sample: where it comes from, what is said about it, and what must be found.
struct Sample {
    name: &'static str,
    scenario: &'static str,
    /// Files of the scenario, and what a person would have called them.
    inputs: &'static [(&'static str, &'static str)],
    about: (&'static str, &'static str),
    outcome: Outcome,
    root_cause: Option<&'static str>,
}

const RESPONSE: &[(&str, &str)] = &[("input.txt", "response.txt")];

/// In the order in which the page lists them.
const SAMPLES: [Sample; 12] = [
    Sample {
        name: "clean-login",
        scenario: "clean-ali-user-okta",
        inputs: RESPONSE,
        about: ("Alice signs in to the Alibaba Cloud console by Okta.", "Alice 通过 Okta 登录阿里云控制台。"),
        outcome: Outcome::Accepted,
        root_cause: None,
    },
    Sample {
        name: "wrong-domain",
        scenario: "ali-user-nameid-suffix-unknown",
        inputs: RESPONSE,
        about: (
            "Since the new mail addresses, Alice no longer gets into the Alibaba Cloud console.",
            "启用新的邮箱地址后，Alice 无法再登录阿里云控制台。",
        ),
        outcome: Outcome::Rejected,
        root_cause: Some("ali-user-nameid-suffix-unknown"),
    },
    Sample {
        name: "role-pair",
        scenario: "ali-role-account-mismatch",
        inputs: RESPONSE,
        about: (
            "A second cloud account was added to the role-based SSO of Entra, and its users do not get in.",
            "Entra 的角色 SSO 新增了第二个云账号，该账号的用户却无法登录。",
        ),
        outcome: Outcome::Rejected,
        root_cause: Some("ali-role-account-mismatch"),
    },
    Sample {
        name: "relay-state",
        scenario: "relay-ali-lookalike",
        inputs: RESPONSE,
        about: ("The login works, but where does it lead the user afterwards?", "登录成功，但之后会把用户带到哪里？"),
        outcome: Outcome::Insecure,
        root_cause: Some("ali-user-relaystate-lookalike"),
    },
    Sample {
        name: "expired",
        scenario: "generic-expired",
        inputs: RESPONSE,
        about: (
            "The user left the login page open over lunch, and the application turned the login away.",
            "用户午休时一直开着登录页面，之后应用拒绝了这次登录。",
        ),
        outcome: Outcome::Rejected,
        root_cause: Some("asr-scd-expired"),
    },
    Sample {
        name: "wrong-certificate",
        scenario: "sig-key-rollover",
        inputs: RESPONSE,
        about: ("From one day to the next, nobody can sign in any more.", "从某一天起，所有人都无法登录。"),
        outcome: Outcome::Rejected,
        root_cause: Some("sig-key-not-in-metadata"),
    },
    Sample {
        name: "pretty-printed",
        scenario: "sig-pretty-printed",
        inputs: &[("input.xml", "response.xml")],
        about: (
            "A message from a log: the identity provider swears that the signature was right.",
            "一条来自日志的消息：身份提供商坚称签名没有问题。",
        ),
        outcome: Outcome::Rejected,
        root_cause: Some("sig-digest-mismatch"),
    },
    Sample {
        name: "wrapped",
        scenario: "attack-xsw3",
        inputs: RESPONSE,
        about: ("The signature verifies; should this login be let in?", "签名验证通过，应该允许这次登录吗？"),
        outcome: Outcome::Rejected,
        root_cause: Some("sig-consumed-unsigned"),
    },
    Sample {
        name: "encrypted",
        scenario: "clean-generic-encrypted",
        inputs: RESPONSE,
        about: (
            "An encrypted assertion, and beside it the key of the service that opens it.",
            "一条加密的断言，以及能解密它的服务私钥。",
        ),
        outcome: Outcome::Accepted,
        root_cause: None,
    },
    Sample {
        name: "request-and-response",
        scenario: "other-adfs-nameid-rule",
        inputs: &[("request.txt", "request.txt"), ("input.txt", "response.txt")],
        about: ("What the application asked for, and what AD FS answered.", "应用请求了什么，AD FS 又回答了什么。"),
        outcome: Outcome::Rejected,
        root_cause: Some("adfs-nameid-rule"),
    },
    Sample {
        name: "metadata",
        scenario: "metadata-expired",
        inputs: &[("input.xml", "idp-metadata.xml")],
        about: ("The metadata of an identity provider, before it is loaded.", "加载之前的一份身份提供商元数据。"),
        outcome: Outcome::Rejected,
        root_cause: Some("md-validuntil-past"),
    },
    Sample {
        name: "redirect-request",
        scenario: "sig-redirect-relaystate-added",
        inputs: &[("input.txt", "redirect.txt")],
        about: (
            "The address that the browser is sent to with a signed request.",
            "浏览器带着已签名的请求被重定向到的地址。",
        ),
        outcome: Outcome::Rejected,
        root_cause: Some("bind-redirect-relaystate-unsigned"),
    },
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("static/samples")
}

fn path(sample: &Sample) -> PathBuf {
    root().join(format!("{}.samlens.json", sample.name))
}

/// The sample as its scenario makes it.
fn packed(sample: &Sample) -> CaseFile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(sample.scenario);
    let part = |file: &str, name: &str| CasePart { name: name.to_owned(), bytes: fs::read(folder.join(file)).unwrap() };
    let mut context = ContextFile::parse(&fs::read(folder.join("context.json")).unwrap()).unwrap();
    if sample.inputs.iter().any(|(file, _)| context.request.as_deref() == Some(file)) {
        context.request = None;
    }
    let files = context.metadata.iter().chain(&context.certificates).chain(&context.request);
    let (en, zh) = sample.about;
    CaseFile {
        about: About { en: en.to_owned(), zh: zh.to_owned() },
        inputs: sample.inputs.iter().map(|(file, name)| part(file, name)).collect(),
        files: files.map(|name| part(name, name)).collect(),
        context,
    }
}

fn report(sample: &Sample) -> Report {
    let case = CaseFile::parse(&fs::read(path(sample)).unwrap()).unwrap();
    let mut context = Context::at(Instant::parse("2027-11-22T08:00:00Z").unwrap());
    let told = &case.context;
    told.tell(&mut context).unwrap();
    told.metadata.iter().for_each(|name| _ = context.add_metadata(name, case.file(name).unwrap()).unwrap());
    told.certificates.iter().for_each(|name| _ = context.add_certificates(name, case.file(name).unwrap()).unwrap());
    told.request.iter().for_each(|name| context.set_request(name, case.file(name).unwrap()).unwrap());
    for name in &told.private_keys {
        context.add_private_key(name, &fs::read(root().join(name)).unwrap(), None).unwrap();
    }
    let inputs: Vec<_> = case.inputs.iter().map(CasePart::input).collect();
    inspect(&inputs, &context)
}

#[test]
fn every_sample_is_its_scenario() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut names = BTreeSet::new();
    for sample in &SAMPLES {
        let (path, case) = (path(sample), packed(sample));
        let json = case.to_json();
        assert!(json.len() < 40_000, "{} has {} bytes", sample.name, json.len());
        if update {
            fs::create_dir_all(root()).unwrap();
            fs::write(&path, &json).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), json, "{}: UPDATE_GOLDEN=1 writes it", sample.name);
        names.insert(format!("{}.samlens.json", sample.name));
        for key in case.beside() {
            assert!(case.context.private_keys.iter().any(|name| name == key), "{}: {key} is missing", sample.name);
            let original = Path::new("tests/scenarios").join(sample.scenario).join(key);
            let original = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(original)).unwrap();
            if update {
                fs::write(root().join(key), &original).unwrap();
            }
            assert_eq!(fs::read(root().join(key)).unwrap(), original);
            names.insert(key.to_owned());
        }
    }
    let there: BTreeSet<_> =
        fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, names, "nothing else is shipped");
}

#[test]
fn every_sample_has_its_verdict() {
    for sample in &SAMPLES {
        let report = report(sample);
        let verdict = &report.verdict;
        assert_eq!((verdict.outcome, verdict.root_cause), (sample.outcome, sample.root_cause), "{}", sample.name);
        assert!(verdict.missing.is_empty(), "{} wants {:?}", sample.name, verdict.missing);
    }
}

#[test]
fn what_is_said_about_a_sample_does_not_give_the_answer_away() {
    let secrets = ["expired", "wrap", "certificate", "pretty", "domain", "order", "swap", "RelayState", "过期", "证书"];
    for sample in &SAMPLES {
        let (en, zh) = sample.about;
        for text in [en, zh] {
            assert!((1..=100).contains(&text.chars().count()), "{text}");
            assert!(!secrets.iter().any(|secret| text.contains(secret)), "{text}");
        }
    }
}
