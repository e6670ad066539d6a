//! Reading the files that a person drops, pastes or chooses.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileList};
use yew::Callback;

use super::samples::open_case;
use super::state::{Action, Dispatch, Reading};
use super::words::{number, put, words};
use crate::{CaseFile, Language, Sieve, limits};

words! {
    Words {
        too_large: "{name}: {bytes} bytes are more than samlens reads ({limit}). Take the message out of it and paste that.",
            "{name}：{bytes} 字节超出 samlens 能读取的上限（{limit}）。请从中取出该消息再粘贴。";
        unreadable: "{name}: the browser could not read this file. Was it moved, or is it a folder?",
            "{name}：浏览器无法读取此文件。它是否已被移动，或者是一个文件夹？";
    }
}

/// Bytes that are read at once of a large file: short enough that the page goes on answering.
const PIECE_BYTES: usize = 4 << 20;

/// Reads files into memory, one after the other as the browser gives them; each is handed on with its name, or what
/// went wrong in plain words. How far a large one is goes to the page, where it can be stopped.
pub fn read_files(
    files: Option<FileList>,
    language: Language,
    dispatch: &Dispatch,
    read: &Callback<Result<(String, Vec<u8>), String>>,
) {
    let Some(files) = files else { return };
    for file in (0..files.length()).filter_map(|index| files.get(index)) {
        let (read, dispatch) = (read.clone(), dispatch.clone());
        spawn_local(async move {
            let bytes = bytes_of(&file, language, &dispatch).await;
            if let Some(bytes) = bytes.transpose() {
                read.emit(bytes.map(|bytes| (file.name(), bytes)));
            }
        });
    }
}

/// `None` where it was stopped.
async fn bytes_of(file: &File, language: Language, dispatch: &Dispatch) -> Result<Option<Vec<u8>>, String> {
    let (words, name, size) = (Words::of(language), file.name(), file.size());
    let unreadable = || put(words.unreadable, &[("name", &name)]);
    if size >= limits::SIEVED_FROM_BYTES as f64
        && Sieve::is_for(&piece_of(file, 0.0, 64.0).await.ok_or_else(unreadable)?)
    {
        let bytes = sieved(file, dispatch).await;
        dispatch.dispatch(Action::Reading(None));
        return bytes.ok_or_else(unreadable);
    }
    if size > limits::INPUT_BYTES as f64 {
        let (bytes, limit) = (number(size as usize), number(limits::INPUT_BYTES));
        return Err(put(words.too_large, &[("name", &name), ("bytes", &bytes), ("limit", &limit)]));
    }
    piece_of(file, 0.0, size).await.map(Some).ok_or_else(unreadable)
}

/// What of a large trace can hold a message, so that the whole is never in memory. `None` where it cannot be read, and
/// `Some(None)` where it was stopped.
async fn sieved(file: &File, dispatch: &Dispatch) -> Option<Option<Vec<u8>>> {
    let (size, stopped) = (file.size(), Rc::new(Cell::new(false)));
    let mut sieve = Sieve::new();
    let mut done = 0.0;
    while done < size {
        let end = (done + PIECE_BYTES as f64).min(size);
        sieve.push(&piece_of(file, done, end).await?);
        done = end;
        if stopped.get() {
            return Some(None);
        }
        let name = file.name().into();
        dispatch.dispatch(Action::Reading(Some(Reading { name, part: done / size, stopped: stopped.clone() })));
    }
    Some(Some(sieve.finish().bytes))
}

async fn piece_of(file: &File, start: f64, end: f64) -> Option<Vec<u8>> {
    let piece = file.slice_with_f64_and_f64(start, end).ok()?;
    let buffer = JsFuture::from(piece.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// What becomes of a file that was read: a case file takes the place of what is open, all else is a capture more.
pub fn taken(dispatch: &Dispatch, language: Language) -> Callback<Result<(String, Vec<u8>), String>> {
    let dispatch = dispatch.clone();
    Callback::from(move |file: Result<(String, Vec<u8>), String>| match file {
        Ok((name, bytes)) if CaseFile::looks_like(&bytes) => match CaseFile::parse(&bytes) {
            Ok(case) => open_case(case, language, &dispatch),
            Err(problem) => dispatch.dispatch(Action::Fail(Some(format!("{name}: {problem}")))),
        },
        Ok((name, bytes)) => dispatch.dispatch(Action::Drop { name, bytes }),
        Err(problem) => dispatch.dispatch(Action::Fail(Some(problem))),
    })
}
