//! Reading the files that a person drops, pastes or chooses.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileList};
use yew::Callback;

use super::samples::open_case;
use super::state::{Action, Dispatch};
use super::words::{number, put, words};
use crate::{CaseFile, Language, limits};

words! {
    Words {
        too_large: "{name}: {bytes} bytes are more than samlens reads ({limit}). Take the message out of it and paste that.",
            "{name}：{bytes} 字节超出 samlens 能读取的上限（{limit}）。请从中取出该消息再粘贴。";
        unreadable: "{name}: the browser could not read this file. Was it moved, or is it a folder?",
            "{name}：浏览器无法读取此文件。它是否已被移动，或者是一个文件夹？";
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
