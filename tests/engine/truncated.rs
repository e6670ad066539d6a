//! Every fixture cut at fifty places: nothing panics, and what cannot be read says at which step and byte.

use std::fs;
use std::path::Path;

use crate::folders::files;
use samlens::intake::take;

/// Places at which each file is cut.
const CUTS: usize = 50;

#[test]
fn a_fixture_cut_anywhere_says_where_it_ends() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut all = files(&tests.join("fixtures/intake"));
    let golden = files(&tests.join("golden")).into_iter().filter(|path| path.ends_with("input.txt"));
    all.extend(golden);
    assert!(all.len() >= 40, "only {} files", all.len());
    let (mut failed, mut read) = (0, 0);
    for path in all {
        let bytes = fs::read(&path).unwrap();
        for number in 0..CUTS {
            // The last one is all but one byte.
            let length = if number + 1 == CUTS { bytes.len().saturating_sub(1) } else { bytes.len() * number / CUTS };
            let captures = take(&bytes[..length]);
            assert!(!captures.is_empty(), "{} cut at {length}: no capture", path.display());
            for capture in &captures {
                let told = || format!("{} cut at {length}: {:?}", path.display(), capture.steps);
                for step in &capture.steps {
                    if let Some(error) = &step.error {
                        assert!(error.at <= step.bytes_in, "{}", told());
                    }
                }
                match capture.error() {
                    Some(_) => failed += 1,
                    // What has no error was read, or says by a step what it is.
                    None => {
                        assert!(capture.xml.is_some() || !capture.steps.is_empty(), "{}", told());
                        read += 1;
                    }
                }
            }
        }
    }
    // Most of what is cut cannot be read to its end; what has more than one message in it can in part.
    assert!(failed > read, "{failed} failed, {read} read");
}
