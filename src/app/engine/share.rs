//! What the worker hands on of the case: exports, and the case redacted.

use super::protocol::{Answer, Ask};
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
            let json = redacted.case.to_json().into_bytes();
            (Answer::Redacted { replacements: redacted.replacements, left: redacted.left }, vec![json])
        }
        Ask::Export { what, capture, language, redaction } => {
            context.language = Language::from_tag(&language);
            match handed_on(case, context, &what, capture, redaction) {
                Ok((name, media_type, bytes)) => (Answer::Exported { name, media_type }, vec![bytes]),
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
        context = case.context_at(context.clock, context.language);
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

/// The case as a file, and its context with the private keys that were given.
fn case(known: &Known) -> Option<(CaseFile, Context)> {
    let (case, attachments) = known.case.as_ref()?;
    let (context, _) = context(case, attachments);
    let part = |(name, bytes): (&String, &Vec<u8>)| CasePart { name: name.clone(), bytes: bytes.clone() };
    let files = attachments.get(case.inputs.len()..).unwrap_or_default();
    let names = case.files.iter().map(|file| &file.name);
    let file = CaseFile {
        inputs: case.inputs.iter().zip(attachments).map(part).collect(),
        context: case.context.clone(),
        files: names.zip(files).map(part).collect(),
        ..CaseFile::default()
    };
    Some((file, context))
}
