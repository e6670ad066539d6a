//! What the worker says of metadata: rows of a file, one entity, two files compared.

use std::borrow::Cow;

use super::protocol::{Answer, Ask, FileRole};
use super::worker::{Known, context};
use crate::view::Lines;
use crate::{
    CaptureReport, Context, Input, Language, Layout, MetadataReport, Report, entity_report, inspect,
    metadata_difference, metadata_text,
};

const NO_FILE: &str = "there is no such file";

/// Takes the rows out of a report that is to travel: the page asks for those that it shows.
pub(super) fn told(report: &mut Report) -> Report {
    let rows = |file: &mut MetadataReport| (std::mem::take(&mut file.rows), std::mem::take(&mut file.calendar.rows));
    let kept: Vec<_> = report.metadata.iter_mut().map(rows).collect();
    let told = report.clone();
    for (file, (rows, certificates)) in report.metadata.iter_mut().zip(kept) {
        (file.rows, file.calendar.rows) = (rows, certificates);
    }
    told
}

/// Answers what is asked about metadata.
pub(super) fn answer(known: &Known, ask: Ask) -> (Answer, Vec<Vec<u8>>) {
    let mut attached = Vec::new();
    let refused = |why: &str| Answer::Refused(why.to_owned());
    let answer = match ask {
        Ask::Entities { metadata, query, from, count } => match known.metadata(metadata) {
            Some(file) => {
                let found = file.search(&query);
                let shown = found.iter().skip(from).take(count);
                let rows = shown.filter_map(|number| file.rows.get(*number).cloned()).collect();
                Answer::Entities { found: found.len(), rows }
            }
            None => refused(NO_FILE),
        },
        Ask::Calendar { metadata, filter, from, count } => match known.metadata(metadata) {
            Some(file) => {
                let found = file.calendar.rows.iter().filter(|row| row.is_of(&filter));
                let rows = found.clone().skip(from).take(count).cloned().collect();
                Answer::Calendar { found: found.count(), rows }
            }
            None => refused(NO_FILE),
        },
        Ask::Entity { metadata, number, language } => match known.entity(metadata, number) {
            Some((name, text, mut context)) => {
                context.language = Language::from_tag(&language);
                let mut report = inspect(&[Input { name: &name, bytes: text.as_bytes() }], &context);
                if let Some(row) = known.metadata(metadata).and_then(|file| file.rows.get(number)) {
                    report = report.of_entity(row);
                }
                report.captures.iter_mut().for_each(|capture| capture.xml = None);
                let entity = entity_report(&text, context.language).map(Box::new);
                let lines = Lines::of(&text, Layout::Formatted).to_bytes();
                attached = vec![text.into_bytes(), lines];
                Answer::Entity { entity, report: Box::new(report) }
            }
            None => refused("there is no such entity"),
        },
        Ask::EntityAt { capture, offset } => {
            let files = known.report.iter().flat_map(|report| report.metadata.iter().enumerate());
            let mut file = files.filter(|(_, file)| file.capture == Some(capture));
            let found = file.find_map(|(number, file)| {
                let after = file.rows.partition_point(|row| row.span[0] <= offset);
                let row = file.rows.get(after.checked_sub(1)?).filter(|row| offset < row.span[1])?;
                Some((number, row.number))
            });
            Answer::EntityAt(found)
        }
        Ask::MetadataDifference { left, right, language } => {
            let texts = known.metadata_text(left).zip(known.metadata_text(right));
            let language = Language::from_tag(&language);
            let difference = texts.and_then(|(left, right)| {
                metadata_difference(std::str::from_utf8(&left).ok()?, std::str::from_utf8(&right).ok()?, language)
            });
            Answer::MetadataDifference(difference)
        }
        _ => refused(NO_FILE),
    };
    (answer, attached)
}

impl Known {
    fn metadata(&self, number: usize) -> Option<&MetadataReport> {
        self.report.as_ref()?.metadata.get(number)
    }

    /// The bytes of a metadata file's text: a capture's, or those of a file of the context.
    fn metadata_text(&self, number: usize) -> Option<Cow<'_, [u8]>> {
        let file = self.metadata(number)?;
        if let Some(capture) = file.capture {
            let capture = self.report.as_ref()?.captures.get(capture)?;
            let text = capture.xml.as_deref().map(str::as_bytes).or_else(|| self.text_in_input(capture));
            return text.map(Cow::Borrowed);
        }
        let (case, attachments) = self.case.as_ref()?;
        let mut files = case.files.iter().zip(attachments.get(case.inputs.len()..)?);
        let (_, bytes) = files.find(|(part, _)| part.role == FileRole::Metadata && part.name == file.file)?;
        match metadata_text(bytes)? {
            Cow::Borrowed(text) => Some(Cow::Borrowed(text.as_bytes())),
            Cow::Owned(text) => Some(Cow::Owned(text.into_bytes())),
        }
    }

    /// The bytes of a text that is too large for the report, and stands in the input as it is.
    fn text_in_input(&self, capture: &CaptureReport) -> Option<&[u8]> {
        let (case, attachments) = self.case.as_ref()?;
        let input = case.inputs.iter().position(|name| *name == capture.input)?;
        let [start, end] = capture.xml_in_input?;
        attachments.get(input)?.get(start..end)
    }

    /// One entity's name, its text as metadata of its own, and what is known beside it.
    fn entity(&self, metadata: usize, number: usize) -> Option<(String, String, Context)> {
        let file = self.metadata(metadata)?;
        let row = file.rows.get(number)?;
        let (case, _) = self.case.as_ref()?;
        let text = file.entity_text(&self.metadata_text(metadata)?, number)?;
        // Of the context what is typed alone: its files are about the whole.
        Some((row.entity_id.clone(), text, context(case, &[]).0))
    }
}
