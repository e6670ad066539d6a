//! The house's own rules, held by reading its source.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty());
    found
}

#[test]
fn only_the_page_knows_a_browser() {
    for (path, text) in sources("src") {
        if path.components().any(|part| part.as_os_str() == "app") {
            continue;
        }
        for name in ["web_sys", "js_sys", "wasm_bindgen", "yew::", "gloo"] {
            assert!(!text.contains(name), "{} names {name}", path.display());
        }
    }
}

#[test]
fn the_page_enters_the_engine_by_its_front_door_alone() {
    for (path, text) in sources("src/app") {
        for room in ["context", "intake", "saml", "xml", "report", "cli"] {
            assert!(!text.contains(&format!("crate::{room}::")), "{} reaches into {room}", path.display());
        }
    }
}

#[test]
fn the_engine_reads_no_clock_no_file_and_no_network() {
    for (path, text) in sources("src") {
        let outside = ["app", "cli", "tests", "tests.rs", "testing.rs"];
        if path.components().any(|part| outside.iter().any(|room| part.as_os_str() == *room)) {
            continue;
        }
        // What stands below is for the tests of the file.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for name in ["SystemTime", "Instant::now", "std::fs", "std::net", "std::env", "std::process::Command"] {
            assert!(!text.contains(name), "{} names {name}", path.display());
        }
    }
}

#[test]
fn every_file_says_first_what_it_owns() {
    for (path, text) in sources("src").into_iter().chain(sources("tests/engine")) {
        assert!(text.starts_with("//! "), "{} opens with no sentence", path.display());
    }
}

#[test]
fn no_style_attribute_stands_in_the_page() {
    // The policy would drop it without a word.
    for (path, text) in sources("src/app") {
        assert!(!text.contains("style="), "{} has a style attribute", path.display());
    }
}
