//! The page's side of the worker: starts it, asks, hands answers to whoever asked, ends it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, ErrorEvent, FileReaderSync, MessageEvent, Url, Worker, WorkerOptions, WorkerType,
};
use yew::Callback;
use zeroize::Zeroizing;

use super::protocol::{Answer, Ask, ENDED};
use crate::app::own::program;

/// Room for what is asked, but for cases of which much is known.
const QUESTION_BYTES: usize = 16 << 10;

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// What was attached to it.
    pub attachments: Vec<Vec<u8>>,
}

/// What travels beside a question.
#[derive(Debug, Clone, Copy)]
pub enum Attached<'a> {
    /// Bytes, which are copied.
    Bytes(&'a [u8]),
    /// A file, which the worker reads.
    File(&'a Blob),
}

impl Attached<'_> {
    fn value(self) -> JsValue {
        match self {
            Self::Bytes(bytes) => Uint8Array::from(bytes).into(),
            Self::File(file) => file.into(),
        }
    }
}

/// The engine, as components hold it.
#[derive(Clone, Default)]
pub struct Engine(Rc<RefCell<Inner>>);

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Default)]
struct Inner {
    running: Option<Running>,
    last: u32,
    /// Who waits for which answer.
    waiting: BTreeMap<u32, Callback<Reply>>,
    /// The words that a new worker must be given again.
    words: BTreeMap<String, Vec<u8>>,
    /// Who is told that a worker failed, with all that it knew of the case.
    failed: Option<Callback<String>>,
}

/// A worker, with what listens to it: dropped, it ends.
struct Running {
    worker: Worker,
    /// What was asked before it was ready.
    early: Vec<Array>,
    ready: bool,
    /// The name of the lock that it holds for as long as it lives.
    lock: String,
    _heard: [Closure<dyn FnMut(JsValue)>; 2],
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Engine {
    /// Starts the worker, so that it is there when it is needed.
    pub fn start(&self) {
        if self.0.borrow().running.is_some() {
            return;
        }
        match self.running() {
            Ok(running) => {
                let words: Vec<(String, Vec<u8>)> = {
                    let mut inner = self.0.borrow_mut();
                    inner.running = Some(running);
                    inner.words.iter().map(|(language, json)| (language.clone(), json.clone())).collect()
                };
                for (language, json) in words {
                    self.post(0, &Ask::Words { language }, &[Attached::Bytes(&json)]);
                }
            }
            Err(error) => self.fail(&said(&error)),
        }
    }

    /// Asks; the callback hears of progress as well as of the answer. Says by what number it can be given up.
    pub fn ask(&self, ask: &Ask, attachments: &[Attached<'_>], heard: Callback<Reply>) -> u32 {
        let number = {
            let mut inner = self.0.borrow_mut();
            inner.last += 1;
            let number = inner.last;
            inner.waiting.insert(number, heard);
            number
        };
        self.start();
        self.post(number, ask, attachments);
        number
    }

    /// Gives the engine its words, now and whenever it starts anew.
    pub fn teach(&self, language: &str, json: &[u8]) {
        self.0.borrow_mut().words.insert(language.to_owned(), json.to_vec());
        if self.0.borrow().running.is_some() {
            self.post(0, &Ask::Words { language: language.to_owned() }, &[Attached::Bytes(json)]);
        } else {
            self.start();
        }
    }

    /// Whether the engine has the words of a language.
    pub fn knows(&self, language: &str) -> bool {
        self.0.borrow().words.contains_key(language)
    }

    /// Tells whenever a worker fails, be it asked something or not.
    pub fn on_failure(&self, told: Callback<String>) {
        self.0.borrow_mut().failed = Some(told);
    }

    /// No longer waits for an answer.
    pub fn forget(&self, number: u32) {
        self.0.borrow_mut().waiting.remove(&number);
    }

    /// Ends the worker in the middle of what it does, and starts another; nobody waiting hears more.
    pub fn cancel(&self) {
        let ended = {
            let mut inner = self.0.borrow_mut();
            inner.waiting.clear();
            inner.running.take()
        };
        drop(ended);
        self.start();
    }

    fn post(&self, number: u32, ask: &Ask, attachments: &[Attached<'_>]) {
        // It may have a passphrase in it, which a buffer that grows would leave behind.
        let mut json = Zeroizing::new(Vec::with_capacity(QUESTION_BYTES));
        if serde_json::to_writer(&mut *json, ask).is_err() {
            return;
        }
        let message = message(number, &json, attachments.iter().map(|one| one.value()));
        let mut inner = self.0.borrow_mut();
        let Some(running) = &mut inner.running else { return };
        if running.ready {
            let _ = running.worker.post_message_with_transfer(&message, &buffers(&message));
        } else {
            running.early.push(message);
        }
    }

    fn running(&self) -> Result<Running, JsValue> {
        let document = web_sys::window().and_then(|window| window.document()).ok_or("there is no page")?;
        // A worker from a blob is under the page's own policy; one from an address would have none.
        let kind = BlobPropertyBag::new();
        kind.set_type("text/javascript");
        let options = WorkerOptions::new();
        let (source, js) = match program() {
            // In the single file no script may load another: the one that is there knows where it runs. It is no module,
            // since from a disk browsers start none in a worker.
            Some(program) => (program.text_content().unwrap_or_default(), String::new()),
            None => {
                let script = document.query_selector("script[data-js]")?;
                let script = script.and_then(|script| script.get_attribute("data-js")).unwrap_or_default();
                let base = document.base_uri()?.unwrap_or_default();
                options.set_type(WorkerType::Module);
                (include_str!("../../../static/worker.js").to_owned(), Url::new_with_base(&script, &base)?.href())
            }
        };
        let source = Array::of1(&source.into());
        let address = Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&source, &kind)?)?;
        let worker = Worker::new_with_options(&address, &options)?;
        Url::revoke_object_url(&address)?;
        let heard = self.clone();
        let message = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| heard.hear(&event));
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        let heard = self.clone();
        let error = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let text = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
            heard.fail(&text);
        });
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        let first = Object::new();
        Reflect::set(&first, &"js".into(), &js.into())?;
        Reflect::set(&first, &"module".into(), &wasm_bindgen::module())?;
        // An address that is given once.
        Reflect::set(&first, &"lock".into(), &address.as_str().into())?;
        worker.post_message(&first)?;
        Ok(Running { worker, early: Vec::new(), ready: false, lock: address, _heard: [message, error] })
    }

    fn hear(&self, event: &JsValue) {
        let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
        let Some((number, reply)) = read(&event.data()) else {
            // The first lines of the worker say in one text what went wrong.
            let text = event.data().dyn_into::<Array>().ok().and_then(|all| all.get(1).as_string());
            return self.fail(&text.unwrap_or_default());
        };
        match reply.answer {
            Answer::Ready => {
                let mut inner = self.0.borrow_mut();
                if let Some(running) = &mut inner.running {
                    running.ready = true;
                    self.watch(running.lock.clone());
                    for message in std::mem::take(&mut running.early) {
                        let _ = running.worker.post_message_with_transfer(&message, &buffers(&message));
                    }
                }
            }
            Answer::Fault(text) => self.fail(&text),
            _ => {
                // Whoever hears of progress goes on waiting.
                let goes_on = matches!(reply.answer, Answer::Progress { .. });
                let heard = self.0.borrow().waiting.get(&number).cloned();
                if !goes_on {
                    self.forget(number);
                }
                if let Some(heard) = heard {
                    heard.emit(reply);
                }
            }
        }
    }

    /// The worker is no more: whoever waits hears why.
    fn fail(&self, text: &str) {
        let (ended, waiting, failed) = {
            let mut inner = self.0.borrow_mut();
            (inner.running.take(), std::mem::take(&mut inner.waiting), inner.failed.clone())
        };
        drop(ended);
        for heard in waiting.into_values() {
            heard.emit(Reply { answer: Answer::Fault(text.to_owned()), attachments: Vec::new() });
        }
        if let Some(failed) = failed {
            failed.emit(text.to_owned());
        }
    }

    /// Waits for the worker's lock: whoever is given it knows that the worker is no more.
    fn watch(&self, lock: String) {
        let engine = self.clone();
        spawn_local(async move {
            // Without locks, as where a page is served by plain http, the worker is believed to live.
            let Some(given) = request(&lock) else { return };
            let is_free = JsFuture::from(given).await.is_ok();
            let is_running = engine.0.borrow().running.as_ref().is_some_and(|running| running.lock == lock);
            if is_free && is_running {
                engine.fail(ENDED);
            }
        });
    }
}

/// Asks for a lock, to give it back at once.
fn request(lock: &str) -> Option<Promise> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    request.call2(&locks, &lock.into(), &Closure::once_into_js(|| {})).ok()?.dyn_into().ok()
}

fn said(error: &JsValue) -> String {
    error.as_string().unwrap_or_else(|| format!("{error:?}"))
}

/// A message as it is posted.
pub(super) fn message(number: u32, json: &[u8], attachments: impl Iterator<Item = JsValue>) -> Array {
    let attached: Array = attachments.collect();
    Array::of3(&number.into(), &Uint8Array::from(json), &attached)
}

/// What of a message is handed over and not copied.
pub(super) fn buffers(message: &Array) -> Array {
    let attached = message.get(2).dyn_into::<Array>().unwrap_or_default();
    let all = attached.iter().chain([message.get(1)]);
    all.filter_map(|bytes| Some(bytes.dyn_into::<Uint8Array>().ok()?.buffer())).collect()
}

/// What was attached; `None` where one of it is a file that cannot be read any more.
type Attachments = Option<Vec<Vec<u8>>>;

/// The parts of a message: number, JSON, attachments.
pub(super) fn parts(data: &JsValue) -> Option<(u32, Vec<u8>, Attachments)> {
    let all = data.dyn_ref::<Array>()?;
    let number = all.get(0).as_f64()? as u32;
    let json = all.get(1).dyn_into::<Uint8Array>().ok()?.to_vec();
    let attached = all.get(2).dyn_into::<Array>().unwrap_or_default();
    let attached = attached.iter().map(|one| match one.dyn_into::<Uint8Array>() {
        Ok(bytes) => Some(bytes.to_vec()),
        Err(other) => read_file(&other),
    });
    Some((number, json, attached.collect()))
}

/// Reads a file, which only a worker may do without waiting.
fn read_file(file: &JsValue) -> Option<Vec<u8>> {
    let file = file.dyn_ref::<Blob>()?;
    let buffer = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(file)).ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

fn read(data: &JsValue) -> Option<(u32, Reply)> {
    let (number, json, attachments) = parts(data)?;
    let answer = serde_json::from_slice(&json).unwrap_or_else(|error| Answer::Refused(error.to_string()));
    Some((number, Reply { answer, attachments: attachments.unwrap_or_default() }))
}
