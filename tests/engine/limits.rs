//! Every limit, just under it and just over it; and that none is without such a test (`tests/limits/`).

#[path = "../limits/mod.rs"]
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::time::Instant;

use table::{Proof, all};

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn each_limit_has_its_test_and_no_other_has_one() {
    let limits = source("src/limits.rs");
    let names =
        limits.lines().filter_map(|line| line.strip_prefix("pub const ")?.split_once(':').map(|(name, _)| name));
    let (named, tested): (BTreeSet<&str>, BTreeSet<&str>) = (names.collect(), all().map(|row| row.0).collect());
    assert_eq!(named.difference(&tested).collect::<Vec<_>>(), [&""; 0], "limits without a row in tests/limits/");
    assert_eq!(tested.difference(&named).collect::<Vec<_>>(), [&""; 0], "rows of no limit");
    assert_eq!(tested.len(), all().count(), "a limit has two rows");
    for (name, proof) in all() {
        match proof {
            Proof::At(path, words) => assert!(source(path).contains(words), "{name}: {path} says nothing of {words}"),
            Proof::Natively(_, why) => assert!(!why.is_empty(), "{name}"),
            Proof::Everywhere(_) => {}
        }
    }
}

#[test]
fn what_is_just_under_a_limit_is_taken_and_what_is_over_it_names_it() {
    let mut failed = Vec::new();
    // `LIMIT=XML_ cargo test …` runs those of a name alone.
    let only = std::env::var("LIMIT").unwrap_or_default();
    for (name, proof) in all().filter(|row| row.0.contains(&only)) {
        if let Proof::Everywhere(test) | Proof::Natively(test, _) = proof {
            let start = Instant::now();
            if catch_unwind(test).is_err() {
                failed.push(*name);
            }
            // `-- --nocapture` shows which are slow.
            eprintln!("{name:<28} {:>6} ms", start.elapsed().as_millis());
        }
    }
    assert_eq!(failed, [""; 0]);
}
