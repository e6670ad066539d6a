//! A case with pseudonyms in the place of what names people, tenants and machines, that still fails for the same reason.

mod certificate;
mod document;
mod free;
mod layers;
mod scan;
mod signatures;
mod vocabulary;
mod words;
mod work;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use self::signatures::Known;
use self::words::{Kind, Words};
use self::work::Work;
use crate::case_file::{CaseFile, CasePart};
use crate::context::{Alibaba, Context};
use crate::context_file::ContextFile;
use crate::intake::Captured;
use crate::report::{Report, State, with_case};
use crate::saml::Message;
use crate::stated::{Receipt, Stated, name_of};

/// What is done to signatures and certificates, and what is left as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RedactionOptions {
    /// Leave certificates, and the values of signatures, as they are. They name an organisation, and link the case to it.
    pub keep_certificates: bool,
    /// Seconds that every time is moved by; 0 for none.
    pub shift_seconds: i64,
    /// Originals that are kept, as they stand in [`Replacement::original`].
    pub keep: Vec<String>,
    /// Texts that are replaced as well, whatever they are.
    pub also: Vec<String>,
}

/// A value and what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// What it is: `person`, `domain`, `host`, `tenant`, `account`, `session`, `message`, …
    pub kind: String,
    /// The value.
    pub original: String,
    /// What stands in its place.
    pub pseudonym: String,
    /// In how many places.
    pub count: usize,
    /// Whether it is replaced; `false`: it is among those that are kept.
    pub is_replaced: bool,
}

/// Something of the original that is still in the redacted case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftover {
    /// The value.
    pub original: String,
    /// The input or file that it is in.
    pub part: String,
    /// In which form: `raw`, `base64`, `percent`, `deflated`, …
    pub form: String,
}

/// A redacted case, and what was done.
#[derive(Debug, Clone)]
pub struct Redacted {
    /// The case, its receipt in it.
    pub case: CaseFile,
    /// Every value that was found, replaced or kept.
    pub replacements: Vec<Replacement>,
    /// What the scan of the result found.
    pub left: Vec<Leftover>,
}

/// Redacts a case. `context`: the case's own, with the private keys that are known, so that what is encrypted is seen.
pub fn redact(case: &CaseFile, context: &Context, options: &RedactionOptions) -> Redacted {
    let inputs: Vec<_> = case.inputs.iter().map(CasePart::input).collect();
    let report = crate::inspect(&inputs, context);
    let captures = crate::captures(&inputs);
    let ring = with_case(&captures, context, |case, _| case.keys.clone());
    let known = Known { ring, opened: opened(&report) };
    let mut work = Work { words: Words::new(&options.keep), options, stated: Stated::default(), known };
    for text in &options.also {
        work.words.put(text, Kind::Value, true);
    }
    // Twice: a word may be known by what it is only after the first places where it stands.
    whole(&mut work, case);
    work.words.count_anew();
    work.stated = Stated::default();
    let mut redacted = whole(&mut work, case);
    let replacements = work.words.replacements();
    queries(&mut work, &captures, &redacted);
    work.stated.receipt = Some(receipt(&report, &replacements, options));
    let left = scan::left(redacted.inputs.iter().chain(&redacted.files), &replacements);
    redacted.context.stated = Some(work.stated);
    Redacted { case: redacted, replacements, left }
}

/// What every part of the case becomes.
fn whole(work: &mut Work, case: &CaseFile) -> CaseFile {
    let part = |work: &mut Work, part: &CasePart| CasePart {
        bytes: layers::bytes(work, &part.bytes),
        name: work.words.put_known(&part.name),
    };
    let inputs = case.inputs.iter().filter(|input| !case.withholds(input)).map(|input| part(work, input)).collect();
    let files = case.files.iter().filter(|file| !case.withholds(file)).map(|file| part(work, file)).collect();
    CaseFile { about: Default::default(), inputs, context: context_of(work, &case.context), files }
}

fn context_of(work: &mut Work, context: &ContextFile) -> ContextFile {
    let names = |work: &mut Work, names: &[String]| names.iter().map(|name| work.words.put_known(name)).collect();
    let put = |work: &mut Work, value: &Option<String>, kind, strict| {
        value.as_ref().map(|value| work.words.put(value, kind, strict))
    };
    let list = |work: &mut Work, values: &Option<Vec<String>>, kind| {
        let put = |work: &mut Work, value: &String| match value.rsplit_once('@') {
            Some((local, domain)) => {
                format!("{}@{}", work.words.put(local, Kind::Person, true), work.words.put(domain, Kind::Host, false))
            }
            None => work.words.put(value, kind, true),
        };
        values.as_ref().map(|values| values.iter().map(|value| put(work, value)).collect())
    };
    let alibaba = &context.alibaba;
    ContextFile {
        now: context.now.as_ref().map(|now| work.time(now).unwrap_or_else(|| now.clone())),
        metadata: names(work, &context.metadata),
        certificates: names(work, &context.certificates),
        private_keys: Vec::new(),
        request: context.request.as_ref().map(|name| work.words.put_known(name)),
        received_at: put(work, &context.received_at, Kind::Host, false),
        sp_entity_id: put(work, &context.sp_entity_id, Kind::Host, false),
        error_text: context.error_text.as_ref().map(|text| free::redacted(work, text)),
        alibaba: Alibaba {
            account_id: put(work, &alibaba.account_id, Kind::Account, false),
            default_domain: put(work, &alibaba.default_domain, Kind::Host, false),
            domain_alias: put(work, &alibaba.domain_alias, Kind::Host, false),
            auxiliary_domain: put(work, &alibaba.auxiliary_domain, Kind::Host, false),
            sso_login_with_domain: alibaba.sso_login_with_domain,
            ram_users: list(work, &alibaba.ram_users, Kind::Person),
            ram_roles: list(work, &alibaba.ram_roles, Kind::Value),
            saml_providers: list(work, &alibaba.saml_providers, Kind::Value),
            cloudsso_users: list(work, &alibaba.cloudsso_users, Kind::Person),
            idaas_idp_name: put(work, &alibaba.idaas_idp_name, Kind::Value, true),
        },
        ..context.clone()
    }
}

/// What the encrypted parts of the messages say, by their octets.
fn opened(report: &Report) -> HashMap<String, Option<String>> {
    let mut opened = HashMap::new();
    for capture in &report.captures {
        let Some(document) = capture.xml.as_deref().and_then(document::document) else { continue };
        for decryption in capture.decryptions.iter().filter(|decryption| decryption.within.is_none()) {
            let [start, end] = decryption.span;
            let data = document.nodes().find(|node| {
                let span = node.span();
                node.local_name() == "EncryptedData" && span.start >= start && span.end <= end
            });
            let cipher = data.and_then(|data| data.elements().find(|child| child.local_name() == "CipherData"));
            let octets = cipher.and_then(|cipher| crate::crypto::armor::base64(&cipher.text_content()).ok());
            if let Some(octets) = octets.filter(|_| decryption.status != "no-key") {
                opened.insert(name_of(&octets), decryption.xml.clone());
            }
        }
    }
    opened
}

/// States of the queries whose signatures held that those in their places do.
fn queries(work: &mut Work, captures: &[(String, Captured<'_>)], redacted: &CaseFile) {
    let inputs: Vec<_> = redacted.inputs.iter().map(CasePart::input).collect();
    let after = crate::captures(&inputs);
    for ((_, old), (_, new)) in captures.iter().zip(&after) {
        let (Some(before), Some(query)) = (&old.query, &new.query) else { continue };
        let document = old.xml.as_deref().and_then(document::document);
        let message = document.as_ref().and_then(Message::of);
        let issuer = message.and_then(Message::issuer).map(|issuer| issuer.text);
        signatures::query(work, before, query, message.map(Message::kind).unwrap_or_default(), issuer.as_deref());
    }
}

fn receipt(report: &Report, replacements: &[Replacement], options: &RedactionOptions) -> Receipt {
    let mut replaced = BTreeMap::new();
    for one in replacements.iter().filter(|one| one.is_replaced) {
        *replaced.entry(one.kind.clone()).or_insert(0) += 1;
    }
    let fired = report.findings.iter().filter(|finding| finding.state == State::Fired);
    let signatures = report.captures.iter().flat_map(|capture| &capture.signatures);
    Receipt {
        replaced,
        certificates_kept: options.keep_certificates,
        times_moved: options.shift_seconds != 0,
        outcome: report.verdict.outcome.as_str().to_owned(),
        root_cause: report.verdict.root_cause.map(str::to_owned),
        fired: fired.map(|finding| finding.rule.to_owned()).collect(),
        signatures: signatures.map(|signature| signature.status.to_owned()).collect(),
    }
}
