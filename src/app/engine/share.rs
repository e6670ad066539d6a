//! What the worker hands on of the case: exports, and the case redacted.

use super::protocol::{Answer, Ask, FileRole};
use super::worker::{Known, context};
use crate::{CaseFile, CasePart, Context, Export, Language, RedactionOptions, case_to_fragment, export, redact};

/// Answers what is asked of the case that was inspected last.
pub(super) fn answer(known: &Known, ask: Ask) -> (Answer, Vec<Vec<u8>>) {
    let Some((case, mut context)) = case(known) else {
        return (Answer::Refused("there is no case".to_owned()), Vec::new());
    };
    match ask {
        Ask::Redact { redaction } => {
            let redacted = redact(&case, &context, &redaction);
            let (replacements, left, stated) = (redacted.replacements, redacted.left, redacted.case.context.stated);
            (Answer::Redacted { replacements, left, stated }, Vec::new())
        }
        Ask::Export { what, capture, language, redaction } => {
            context.language = Language::from_tag(&language);
            let withheld = match what.as_str() {
                "case" | "link" => withheld(&case),
                _ => Vec::new(),
            };
            match handed_on(case, context, &what, capture, redaction) {
                Ok((name, media_type, bytes)) => (Answer::Exported { name, media_type, withheld }, vec![bytes]),
                Err(why) => (Answer::Refused(why), Vec::new()),
            }
        }
        _ => (Answer::Done, Vec::new()),
    }
}

/// The name, the media type and the bytes of an export.
fn handed_on(
    mut case: CaseFile,
    mut context: Context,
    what: &str,
    capture: Option<usize>,
    redaction: Option<RedactionOptions>,
) -> Result<(String, String, Vec<u8>), String> {
    if let Some(redaction) = redaction {
        case = redact(&case, &context, &redaction).case;
        context = Context { login: context.login, ..case.context_at(context.clock, context.language) };
    }
    if what == "link" {
        return Ok(("link.txt".to_owned(), "text/plain".to_owned(), case_to_fragment(&case)?.into_bytes()));
    }
    let Some((_, what)) = Export::ALL.into_iter().find(|(name, _)| *name == what) else {
        return Err(format!("there is no export {what}"));
    };
    let made = export(&case, &context, what, capture)?;
    Ok((made.name, made.media_type.to_owned(), made.bytes))
}

/// The parts that no case file carries.
fn withheld(case: &CaseFile) -> Vec<String> {
    let parts = case.inputs.iter().chain(&case.files);
    parts.filter(|part| case.withholds(part)).map(|part| part.name.clone()).collect()
}

/// The case as a file, and its context with the private keys that were given.
fn case(known: &Known) -> Option<(CaseFile, Context)> {
    let (case, attachments) = known.case.as_ref()?;
    let (context, _) = context(case, attachments);
    let part = |(name, bytes): (String, &Vec<u8>)| CasePart { name, bytes: bytes.clone() };
    let bytes = attachments.get(case.inputs.len()..).unwrap_or_default();
    // What stands beside a case file is looked for in its own folder.
    let plain = |name: &str| name.replace(['/', '\\', ':'], "-").replace("..", "-");
    let names: Vec<String> = case.files.iter().map(|file| plain(&file.name)).collect();
    let mut facts = case.context.clone();
    for (file, name) in case.files.iter().zip(&names) {
        match file.role {
            FileRole::Metadata => facts.metadata.push(name.clone()),
            FileRole::Certificate => facts.certificates.push(name.clone()),
            FileRole::PrivateKey => facts.private_keys.push(name.clone()),
            FileRole::Request => facts.request = Some(name.clone()),
        }
    }
    let file = CaseFile {
        inputs: case.inputs.iter().cloned().zip(attachments).map(part).collect(),
        context: facts,
        files: names.into_iter().zip(bytes).map(part).collect(),
        ..CaseFile::default()
    };
    Some((file, context))
}
