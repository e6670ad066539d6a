//! The worker's side: holds the case that was inspected last and answers about it.

use std::cell::RefCell;
use std::mem::take;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::client::{buffers, message, parts};
use super::protocol::{Answer, Ask, Case, Explained, FileRole, Problem, SIGNED_BYTES, TextOf};
use crate::app::lent::lend_url_reader;
use crate::view::Lines;
use crate::{
    CaptureReport, Comparison, Context, Input, Instant, Language, Layout, MetadataReport, OctetPiece, Report,
    add_texts, compare, compare_captures, context_error, decoding, entity_report, explain, inspect, inspect_telling,
    metadata_difference, octet_difference, reader_difference, restored_bytes, signed_bytes,
};

/// Milliseconds of work of which nothing need be told.
const QUIET: f64 = 150.0;

/// What the worker knows of the case.
#[derive(Default)]
struct Known {
    /// The report as it was made, texts and all.
    report: Option<Report>,
    /// What it was made of: the case, and the bytes of its inputs and files.
    case: Option<(Box<Case>, Vec<Vec<u8>>)>,
}

/// Answers the page for as long as the worker lives.
pub fn serve(scope: DedicatedWorkerGlobalScope) {
    let heard = scope.clone();
    yew::set_custom_panic_hook(Box::new(move |panic| {
        // The last that is heard of it: what follows is a trap.
        post(&heard, 0, &Answer::Fault(panic.to_string()), &[]);
    }));
    let known = Rc::new(RefCell::new(Known::default()));
    let answering = scope.clone();
    let onmessage = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some((number, json, attachments)) = parts(&event.data()) else { return };
        let ask = serde_json::from_slice(&json);
        let (answer, attached) = match ask {
            Ok(ask) => {
                let begun = js_sys::Date::now();
                let mut tell = |done, of| {
                    if js_sys::Date::now() - begun > QUIET {
                        post(&answering, number, &Answer::Progress { done, of }, &[]);
                    }
                };
                answer(&mut known.borrow_mut(), ask, attachments, &mut tell)
            }
            Err(error) => (Answer::Refused(error.to_string()), Vec::new()),
        };
        post(&answering, number, &answer, &attached);
    });
    scope.set_onmessage(Some(onmessage.as_ref().unchecked_ref()));
    onmessage.forget();
    lend_url_reader();
    post(&scope, 0, &Answer::Ready, &[]);
}

fn post(scope: &DedicatedWorkerGlobalScope, number: u32, answer: &Answer, attachments: &[Vec<u8>]) {
    let Ok(json) = serde_json::to_vec(answer) else { return };
    let message = message(number, &json, attachments.iter().map(|bytes| Uint8Array::from(bytes.as_slice()).into()));
    let _ = scope.post_message_with_transfer(&message, &buffers(&message));
}

fn answer(
    known: &mut Known,
    ask: Ask,
    attachments: Vec<Vec<u8>>,
    tell: &mut dyn FnMut(usize, usize),
) -> (Answer, Vec<Vec<u8>>) {
    match ask {
        Ask::Words { language } => {
            let json = attachments.first().and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
            match add_texts(Language::from_tag(&language), json) {
                Ok(()) => (Answer::Done, Vec::new()),
                Err(error) => (Answer::Refused(error), Vec::new()),
            }
        }
        Ask::Inspect(case) => {
            let (mut report, problems) = inspected(&case, &attachments, tell);
            // Of ten thousand entities the page asks for those that it shows.
            let rows = |file: &mut MetadataReport| (take(&mut file.rows), take(&mut file.calendar.rows));
            let kept: Vec<_> = report.metadata.iter_mut().map(rows).collect();
            let mut told = report.clone();
            for (file, rows) in report.metadata.iter_mut().zip(kept) {
                (file.rows, file.calendar.rows) = rows;
            }
            let texts = told.captures.iter_mut();
            let texts = texts.map(|capture| capture.xml.take().map(String::into_bytes).unwrap_or_default()).collect();
            known.report = Some(report);
            known.case = Some((case, attachments));
            (Answer::Report { report: Box::new(told), problems }, texts)
        }
        Ask::Explain { text, offset, language } => {
            let told = known.text(text).and_then(|xml| explain(xml, offset, Language::from_tag(&language)));
            let told = told.map(|told| Explained { path: told.path, span: told.span, sentence: told.sentence });
            (Answer::Explained(told), Vec::new())
        }
        Ask::Lines { text, layout } => match known.text(text) {
            Some(xml) => (Answer::Lines, vec![Lines::of(xml, layout).to_bytes()]),
            None => (Answer::Refused("there is no such text".to_owned()), Vec::new()),
        },
        Ask::Signed { capture, signature } => match known.signed(capture, signature) {
            Ok(bytes) => (Answer::Signed, vec![bytes]),
            Err(why) => (Answer::Refused(why), Vec::new()),
        },
        Ask::Restored { capture, signature } => match known.restored(capture, signature) {
            Ok(pieces) => (Answer::Difference(pieces), Vec::new()),
            Err(why) => (Answer::Refused(why), Vec::new()),
        },
        Ask::Outlined { capture } => {
            let outline = attachments.first().and_then(|outline| std::str::from_utf8(outline).ok());
            let xml = known.text(TextOf { capture, decryption: None });
            (Answer::Outlined(xml.and_then(|xml| reader_difference(xml, outline))), Vec::new())
        }
        Ask::Decoding { part } => {
            let input = attachments.first().map(Vec::as_slice).unwrap_or_default();
            (Answer::Decoding(decoding(input, part)), Vec::new())
        }
        Ask::Compare { left, right, language } => {
            let answer = match known.compared(left, right, Language::from_tag(&language)) {
                Some(comparison) => Answer::Compared(comparison),
                None => Answer::Refused("there is no such text".to_owned()),
            };
            (answer, Vec::new())
        }
        Ask::Entities { metadata, query, from, count } => match known.metadata(metadata) {
            Some(file) => {
                let found = file.search(&query);
                let shown = found.iter().skip(from).take(count);
                let rows = shown.filter_map(|number| file.rows.get(*number).cloned()).collect();
                (Answer::Entities { found: found.len(), rows }, Vec::new())
            }
            None => (Answer::Refused("there is no such file".to_owned()), Vec::new()),
        },
        Ask::Calendar { metadata, filter, from, count } => match known.metadata(metadata) {
            Some(file) => {
                let found = file.calendar.rows.iter().filter(|row| row.is_of(&filter));
                let rows = found.clone().skip(from).take(count).cloned().collect();
                (Answer::Calendar { found: found.count(), rows }, Vec::new())
            }
            None => (Answer::Refused("there is no such file".to_owned()), Vec::new()),
        },
        Ask::Entity { metadata, number, language } => match known.entity(metadata, number) {
            Some((name, text, mut context)) => {
                context.language = Language::from_tag(&language);
                let report = inspect(&[Input { name: &name, bytes: text.as_bytes() }], &context);
                let entity = entity_report(&text, context.language).map(Box::new);
                let lines = Lines::of(&text, Layout::AsSent).to_bytes();
                (Answer::Entity { entity, report: Box::new(report) }, vec![text.into_bytes(), lines])
            }
            None => (Answer::Refused("there is no such entity".to_owned()), Vec::new()),
        },
        Ask::MetadataDifference { left, right, language } => {
            let texts = known.metadata_text(left).zip(known.metadata_text(right));
            let language = Language::from_tag(&language);
            let difference = texts.and_then(|(left, right)| {
                metadata_difference(std::str::from_utf8(left).ok()?, std::str::from_utf8(right).ok()?, language)
            });
            (Answer::MetadataDifference(difference), Vec::new())
        }
    }
}

impl Known {
    fn metadata(&self, number: usize) -> Option<&MetadataReport> {
        self.report.as_ref()?.metadata.get(number)
    }

    /// The bytes of a metadata file's text.
    fn metadata_text(&self, number: usize) -> Option<&[u8]> {
        let capture = self.report.as_ref()?.captures.get(self.metadata(number)?.capture?)?;
        capture.xml.as_deref().map(str::as_bytes).or_else(|| self.text_in_input(capture))
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
        let text = file.entity_text(self.metadata_text(metadata)?, number)?;
        // Of the context what is typed alone: its files are about the whole.
        Some((row.entity_id.clone(), text, context(case, &[]).0))
    }

    fn compared(&self, left: TextOf, right: TextOf, language: Language) -> Option<Comparison> {
        let capture = |text: TextOf| {
            let captures = &self.report.as_ref()?.captures;
            captures.get(text.capture).filter(|_| text.decryption.is_none())
        };
        match (capture(left), capture(right)) {
            (Some(left), Some(right)) => Some(compare_captures(left, right, language)),
            // What came out of an encrypted part has no wrapping of its own.
            _ => Some(compare(self.text(left)?, self.text(right)?, language)),
        }
    }

    fn text(&self, text: TextOf) -> Option<&str> {
        let capture = self.report.as_ref()?.captures.get(text.capture)?;
        match text.decryption {
            None => capture.xml.as_deref(),
            Some(number) => capture.decryptions.get(number)?.xml.as_deref(),
        }
    }

    fn signed(&self, capture: usize, signature: usize) -> Result<Vec<u8>, String> {
        let Some((case, attachments)) = &self.case else { return Err("there is no case".to_owned()) };
        let (context, _) = context(case, attachments);
        let mut bytes = signed_bytes(&inputs(case, attachments), &context, capture, signature)?;
        bytes.truncate(SIGNED_BYTES);
        Ok(bytes)
    }

    /// From what was signed to what is there now.
    fn restored(&self, capture: usize, signature: usize) -> Result<Vec<OctetPiece>, String> {
        let Some((case, attachments)) = &self.case else { return Err("there is no case".to_owned()) };
        let (context, _) = context(case, attachments);
        let inputs = inputs(case, attachments);
        let before = restored_bytes(&inputs, &context, capture, signature)?;
        let now = signed_bytes(&inputs, &context, capture, signature)?;
        Ok(octet_difference(&before, &now))
    }
}

/// Attached: first the inputs, then the files.
fn inspected(case: &Case, attachments: &[Vec<u8>], tell: &mut dyn FnMut(usize, usize)) -> (Report, Vec<Problem>) {
    let (context, problems) = context(case, attachments);
    (inspect_telling(&inputs(case, attachments), &context, tell), problems)
}

fn inputs<'c>(case: &'c Case, attachments: &'c [Vec<u8>]) -> Vec<Input<'c>> {
    case.inputs.iter().zip(attachments).map(|(name, bytes)| Input { name, bytes }).collect()
}

fn context(case: &Case, attachments: &[Vec<u8>]) -> (Context, Vec<Problem>) {
    let files = attachments.get(case.inputs.len()..).unwrap_or_default();
    let mut context =
        Context { language: case.language(), login: case.login, ..Context::at(Instant::from_unix(case.clock)) };
    let mut problems = Vec::new();
    if let Err(text) = case.context.tell(&mut context) {
        problems.push(Problem { about: "context".to_owned(), text, needs_passphrase: false });
    }
    for (file, bytes) in case.files.iter().zip(files) {
        let taken = match file.role {
            FileRole::Metadata => context.add_metadata(&file.name, bytes).map(drop),
            FileRole::Certificate => context.add_certificates(&file.name, bytes).map(drop),
            FileRole::Request => context.set_request(&file.name, bytes),
            FileRole::PrivateKey => {
                context.add_private_key(&file.name, bytes, file.passphrase.as_deref().map(str::as_bytes))
            }
        };
        if let Err(error) = taken {
            problems.push(Problem {
                about: file.name.clone(),
                text: context_error(&error, case.language()),
                needs_passphrase: Context::needs_passphrase(&error),
            });
        }
    }
    (context, problems)
}
