//! The worker's side: holds the case that was inspected last and answers about it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use zeroize::Zeroizing;

use super::client::{buffers, message, parts};
use super::metadata;
use super::protocol::{Answer, Ask, Case, Explained, FileRole, Problem, SIGNED_BYTES, TextOf, UNREAD};
use super::share;
use crate::app::lent::lend_url_reader;
use crate::view::Lines;
use crate::{
    Comparison, Context, Input, Instant, Language, OctetPiece, Report, SelfTest, add_texts, compare, compare_captures,
    context_error, decoding, explain, inspect_telling, octet_difference, reader_difference, restored_bytes,
    signed_bytes,
};

/// Milliseconds of work of which nothing need be told.
const QUIET: f64 = 150.0;

/// Milliseconds of the self-test at a time: a case that comes meanwhile waits no longer than that.
const SELF_TEST_PIECE: f64 = 8.0;

/// What the worker knows of the case.
#[derive(Default)]
pub(super) struct Known {
    /// The report as it was made, texts and all.
    pub(super) report: Option<Report>,
    /// What it was made of: the case, and the bytes of its inputs and files.
    pub(super) case: Option<(Box<Case>, Vec<Vec<u8>>)>,
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
        // It may have a passphrase in it.
        let json = Zeroizing::new(json);
        let ask = serde_json::from_slice(&json);
        let (answer, attached) = match ask.map(|ask| (ask, attachments)) {
            Ok((_, None)) => (Answer::Refused(UNREAD.to_owned()), Vec::new()),
            Ok((ask, Some(attachments))) => {
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
            let mut told = metadata::told(&mut report);
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
        Ask::SelfTest { from } => {
            let test = SelfTest::parse(attachments.first().map(Vec::as_slice).unwrap_or_default());
            let begun = js_sys::Date::now();
            let enough = || js_sys::Date::now() - begun >= SELF_TEST_PIECE;
            let answer = match test {
                Ok(test) => Answer::SelfTest(test.run(from, &enough)),
                Err(why) => Answer::Refused(why),
            };
            (answer, Vec::new())
        }
        ask @ (Ask::Export { .. } | Ask::Redact { .. }) => share::answer(known, ask),
        ask => metadata::answer(known, ask),
    }
}

impl Known {
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

    pub(super) fn text(&self, text: TextOf) -> Option<&str> {
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

pub(super) fn context(case: &Case, attachments: &[Vec<u8>]) -> (Context, Vec<Problem>) {
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
            FileRole::PrivateKey => context.add_private_key(
                &file.name,
                bytes,
                file.passphrase.as_ref().map(|passphrase| passphrase.0.as_bytes()),
            ),
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
