//! The report as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), for tools that collect findings.

use serde_json::{Value, json};

use super::{EvidenceReport, Finding, Report, State};
use crate::checks::Severity;
use crate::limits;

/// The report as SARIF.
///
/// An artifact is a decoded message; regions are places in it (§3.30), by bytes and by lines, since the message is what was
/// judged and not the form that it was captured in.
pub fn sarif(report: &Report) -> Value {
    let fired: Vec<&Finding> = report.findings.iter().filter(|finding| finding.state == State::Fired).collect();
    let artifacts: Vec<Value> = report
        .captures
        .iter()
        .map(|capture| {
            let xml = capture.xml.as_deref().filter(|xml| xml.len() <= limits::REPORT_XML_BYTES);
            let mut artifact =
                json!({"location": {"uri": uri(&capture.input)}, "mimeType": "application/samlmessage+xml"});
            if let (Some(xml), Some(artifact)) = (xml, artifact.as_object_mut()) {
                artifact.insert("contents".to_owned(), json!({"text": xml}));
            }
            artifact
        })
        .collect();
    let rules: Vec<Value> = fired
        .iter()
        .map(|finding| {
            json!({
                "id": finding.rule,
                "shortDescription": message(&finding.title),
                "help": message(&help(finding)),
                "defaultConfiguration": {"level": level(finding.severity)},
                "properties": {"source": finding.source},
            })
        })
        .collect();
    let results: Vec<Value> = fired.iter().enumerate().map(|(index, finding)| result(report, index, finding)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "samlens",
                "version": env!("CARGO_PKG_VERSION"),
                "language": report.language,
                "rules": rules,
            }},
            "artifacts": artifacts,
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "outcome": report.verdict.outcome,
                "sentence": report.verdict.sentence,
                "rootCause": report.verdict.root_cause,
                "now": report.now,
            },
        }],
    })
}

fn result(report: &Report, index: usize, finding: &Finding) -> Value {
    let locations: Vec<Value> = finding.evidence.iter().filter_map(|evidence| location(report, evidence)).collect();
    json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": message(finding.why.as_deref().unwrap_or(&finding.title)),
        "locations": locations,
        "properties": {"severity": finding.severity, "who": finding.who, "because": finding.because},
    })
}

fn location(report: &Report, evidence: &EvidenceReport) -> Option<Value> {
    let Some(index) = evidence.capture else {
        let file = evidence.file.as_deref()?;
        return Some(json!({"physicalLocation": {"artifactLocation": {"uri": uri(file)}}}));
    };
    let capture = report.captures.get(index)?;
    let mut physical = json!({"artifactLocation": {"uri": uri(&capture.input), "index": index}});
    // What was decrypted is no part of the artifact.
    if let (Some([start, end]), None, Some(place)) = (evidence.span, evidence.decryption, physical.as_object_mut()) {
        let mut region = json!({"byteOffset": start, "byteLength": end.saturating_sub(start)});
        let text = capture.xml.as_deref().filter(|xml| xml.len() <= limits::REPORT_XML_BYTES);
        if let (Some(ends), Some(region)) = (text.and_then(|xml| ends(xml, start, end)), region.as_object_mut()) {
            region.extend(ends);
        }
        place.insert("region".to_owned(), region);
    }
    Some(json!({"physicalLocation": physical, "message": message(&evidence.what)}))
}

/// The same region as lines and columns, which viewers go by (§3.30.5 to §3.30.10): from one, and a column is a code point.
fn ends(text: &str, start: usize, end: usize) -> Option<[(String, Value); 6]> {
    let (before, within) = (text.get(..start)?, text.get(start..end)?);
    let line = |text: &str| text.matches('\n').count() + 1;
    let column = |text: &str| text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let to = text.get(..end)?;
    let all = [
        ("startLine", line(before)),
        ("startColumn", column(before)),
        ("endLine", line(to)),
        ("endColumn", column(to)),
        ("charOffset", before.chars().count()),
        ("charLength", within.chars().count()),
    ];
    Some(all.map(|(name, value)| (name.to_owned(), json!(value))))
}

fn help(finding: &Finding) -> String {
    let fix = finding.fix.as_ref();
    let texts = fix.map(|fix| [fix.idp.as_deref(), fix.sp.as_deref()]).unwrap_or_default();
    let texts: Vec<&str> = texts.into_iter().flatten().collect();
    if texts.is_empty() { finding.title.clone() } else { texts.join(" ") }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Security => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A text as a message that has no placeholder (§3.11.5) and no embedded link (§3.11.6), whatever a value in it looks like.
fn message(text: &str) -> Value {
    let is_link = text.contains("](");
    let mut message = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '{' | '}' => message.push(c),
            '[' | ']' | '\\' if is_link => message.push('\\'),
            _ => {}
        }
        message.push(c);
    }
    json!({"text": message})
}

/// A file's name as a relative reference (RFC 3986 §4.2). One that begins with two slashes would name a host.
fn uri(name: &str) -> String {
    let name = name.replace('\\', "/");
    let mut uri = String::with_capacity(name.len());
    for byte in
        name.get(name.bytes().take_while(|byte| *byte == b'/').count().saturating_sub(1)..).unwrap_or_default().bytes()
    {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
