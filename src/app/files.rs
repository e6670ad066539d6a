//! Reading the files that a person drops, pastes or chooses.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DataTransfer, File, FileList};
use yew::Callback;

use super::samples::open_case;
use super::state::{Action, Body, Dispatch, Reading};
use super::words::{number, put, words};
use crate::{CaseFile, Language, Sieve, limits};

words! {
    Words {
        too_large: "{name}: {bytes} bytes are more than samlens reads ({limit}). Take the message out of it and paste that.",
            "{name}：{bytes} 字节超出 samlens 能读取的上限（{limit}）。请从中取出该消息再粘贴。";
        unreadable: "{name}: the browser could not read this file. Was it moved, or is it a folder?",
            "{name}：浏览器无法读取此文件。它是否已被移动，或者是一个文件夹？";
        too_much: "What was pasted is more than the browser gives this page memory for. Nothing else is lost. Put it in as a file, or paste the message alone.",
            "粘贴的内容超出浏览器分配给此页面的内存。其他内容均未丢失。请以文件形式放入，或仅粘贴该消息本身。";
    }
}

/// Reads files into memory, one after the other as the browser gives them; each is handed on with its name, or what
/// went wrong in plain words.
pub fn read_files(files: Option<FileList>, language: Language, read: &Callback<Result<(String, Vec<u8>), String>>) {
    let Some(files) = files else { return };
    for file in (0..files.length()).filter_map(|index| files.get(index)) {
        let read = read.clone();
        spawn_local(async move {
            let bytes = bytes_of(&file, language).await;
            read.emit(bytes.map(|bytes| (file.name(), bytes)));
        });
    }
}

/// The text that is pasted; where there is no room for it says so, and there is `None`.
pub fn pasted(data: &DataTransfer, language: Language, dispatch: &Dispatch) -> Option<String> {
    let text = data.get_data("text/plain").ok();
    if text.is_none() {
        dispatch.dispatch(Action::Fail(Some(Words::of(language).too_much.to_owned())));
    }
    text
}

/// Bytes of a large trace that are read at once: the page stays quick between two of them.
const PIECE_BYTES: u64 = 4 << 20;
/// Bytes of a file from which on the worker reads it and the page never has it: copying that much would be felt.
const LARGE_BYTES: usize = 4 << 20;
/// Bytes by which a file's form is known.
const BEGINNING: u64 = 256;

/// Reads files as captures. Of a large trace only what may hold a message is ever in memory; how far it has come is
/// told, and it can be stopped.
pub fn read_captures(files: Option<FileList>, language: Language, dispatch: &Dispatch) {
    let Some(files) = files else { return };
    let taken = taken(dispatch, language);
    for file in (0..files.length()).filter_map(|index| files.get(index)) {
        let (taken, dispatch) = (taken.clone(), dispatch.clone());
        spawn_local(async move {
            let size = file.size();
            let begins = piece(&file, 0, BEGINNING).await.unwrap_or_default();
            let is_trace = size >= limits::SIEVED_FROM_BYTES as f64 && Sieve::is_for(&begins);
            let is_large = (LARGE_BYTES as f64..=limits::INPUT_BYTES as f64).contains(&size);
            let read = match is_trace {
                true => trace(&file, language, &dispatch).await,
                false if is_large && !begins.is_empty() && !CaseFile::looks_like(&begins) => {
                    let body = Body::Large(file.clone().into());
                    dispatch.dispatch(Action::Drop { name: file.name(), body });
                    return;
                }
                false => bytes_of(&file, language).await.map(Some),
            };
            match read {
                Ok(Some(bytes)) => taken.emit(Ok((file.name(), bytes))),
                // It was stopped.
                Ok(None) => {}
                Err(problem) => taken.emit(Err(problem)),
            }
        });
    }
}

async fn piece(file: &File, from: u64, to: u64) -> Option<Vec<u8>> {
    let piece: Blob = file.slice_with_f64_and_f64(from as f64, to as f64).ok()?;
    let buffer = JsFuture::from(piece.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Reads a trace piece by piece; `None` where it was stopped.
async fn trace(file: &File, language: Language, dispatch: &Dispatch) -> Result<Option<Vec<u8>>, String> {
    let (name, of, stopped) = (file.name(), file.size() as u64, Rc::new(Cell::new(false)));
    let mut sieve = Sieve::new();
    let mut done = 0;
    while done < of && !stopped.get() {
        let reading = Reading { name: name.clone().into(), done, of, stopped: stopped.clone() };
        dispatch.dispatch(Action::Reading(Some(reading)));
        let to = (done + PIECE_BYTES).min(of);
        let Some(bytes) = piece(file, done, to).await else {
            dispatch.dispatch(Action::Reading(None));
            return Err(put(Words::of(language).unreadable, &[("name", &name)]));
        };
        sieve.push(&bytes);
        done = to;
    }
    dispatch.dispatch(Action::Reading(None));
    Ok((!stopped.get()).then(|| sieve.finish().bytes))
}

async fn bytes_of(file: &File, language: Language) -> Result<Vec<u8>, String> {
    let (words, name) = (Words::of(language), file.name());
    if file.size() > limits::INPUT_BYTES as f64 {
        let (bytes, limit) = (number(file.size() as usize), number(limits::INPUT_BYTES));
        return Err(put(words.too_large, &[("name", &name), ("bytes", &bytes), ("limit", &limit)]));
    }
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => Ok(js_sys::Uint8Array::new(&buffer).to_vec()),
        Err(_) => Err(put(words.unreadable, &[("name", &name)])),
    }
}

/// What becomes of a file that was read: a case file takes the place of what is open, all else is a capture more.
fn taken(dispatch: &Dispatch, language: Language) -> Callback<Result<(String, Vec<u8>), String>> {
    let dispatch = dispatch.clone();
    Callback::from(move |file: Result<(String, Vec<u8>), String>| match file {
        Ok((name, bytes)) if CaseFile::looks_like(&bytes) => match CaseFile::parse(&bytes) {
            Ok(case) => open_case(case, language, &dispatch),
            Err(problem) => dispatch.dispatch(Action::Fail(Some(format!("{name}: {problem}")))),
        },
        Ok((name, bytes)) => dispatch.dispatch(Action::Drop { name, body: Body::File(bytes) }),
        Err(problem) => dispatch.dispatch(Action::Fail(Some(problem))),
    })
}
