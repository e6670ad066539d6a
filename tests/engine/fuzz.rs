//! What must hold of every input (`fuzz/src/lib.rs`), from fixed seeds: the crashes that were found, the fixtures, and as
//! many mutations of them as fit a test. `./dev fuzz` looks on from there.

#[path = "../../fuzz/src/lib.rs"]
mod checks;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Mutations of each check.
const MUTATIONS: usize = 250;
/// Most bytes of a seed: what is larger is slow in a build for tests.
const SEED_BYTES: u64 = 24_000;

/// Where the seeds of a check are, and how their names end.
fn seeds(check: &str) -> (&'static [&'static str], &'static str) {
    match check {
        "bytes" => (&["tests/fixtures/intake", "tests/scenarios"], ""),
        "forms" | "xml" | "canonical" => (&["tests/fixtures/signatures/target", "tests/fixtures/c14n"], "xml"),
        "certificate" => {
            (&["tests/fixtures/signatures/keys", "tests/fixtures/crypto", "tests/fixtures/encrypted/keys"], "")
        }
        "metadata" => (&["tests/fixtures/metadata", "tests/fixtures/rollover"], "xml"),
        "context" => (&["tests/scenarios"], "context.json"),
        "case" | "link" => (&["static/samples"], "json"),
        "redaction" => (&["tests/scenarios"], "txt"),
        // These are edits of one message of their own, that bytes describe.
        _ => (&[], ""),
    }
}

fn files(folder: &Path, ending: &str, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, ending, into);
        } else if path.to_string_lossy().ends_with(ending)
            && fs::metadata(&path).is_ok_and(|file| file.len() <= SEED_BYTES)
        {
            into.push(path);
        }
    }
}

/// xorshift64: the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

fn mutated(seeds: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let Some(seed) = seeds.get(numbers.next(seeds.len())) else {
        return (0..5 * (1 + numbers.next(8))).map(|_| numbers.next(256) as u8).collect();
    };
    let mut data = seed.clone();
    for _ in 0..1 + numbers.next(4) {
        let (at, to) = (numbers.next(data.len() + 1), numbers.next(data.len() + 1));
        let end = (at + numbers.next(40)).min(data.len());
        match numbers.next(6) {
            0 => data.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << numbers.next(8)),
            1 => drop(data.drain(at..end)),
            2 => data.insert(at, numbers.next(256) as u8),
            3 => {
                let copy = data[at..end].to_vec();
                drop(data.splice(to..to, copy));
            }
            4 => data.truncate(at),
            _ => {
                let other = &seeds[numbers.next(seeds.len())];
                let from = numbers.next(other.len() + 1);
                let upto = (from + numbers.next(200)).min(other.len());
                drop(data.splice(at..end, other[from..upto].iter().copied()));
            }
        }
    }
    data
}

fn hold(name: &str) {
    let (_, check) = checks::ALL.into_iter().find(|(known, _)| *known == name).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    files(&root.join("tests/fixtures/crashes").join(name), "", &mut found);
    let crashes = found.len();
    let (folders, ending) = seeds(name);
    folders.iter().for_each(|folder| files(&root.join(folder), ending, &mut found));
    assert!(folders.is_empty() || found.len() > crashes, "there are no seeds of {name}");
    let read: Vec<Vec<u8>> = found.iter().map(|path| fs::read(path).unwrap()).collect();
    let run = |data: &[u8], what: &dyn Fn() -> String| {
        if catch_unwind(AssertUnwindSafe(|| check(data))).is_err() {
            panic!("{name}: {}", what());
        }
    };
    // All that ever failed, and of the fixtures, which other tests have whole, some.
    let step = (read.len() - crashes).div_ceil(40).max(1);
    for (index, data) in read.iter().enumerate().filter(|(index, _)| *index < crashes || (index - crashes) % step == 0)
    {
        run(data, &|| found[index].display().to_string());
    }
    let mut numbers = Numbers(0x5A4D_1E45);
    let seeds: Vec<Vec<u8>> = read.into_iter().filter(|seed| !seed.is_empty()).collect();
    for _ in 0..MUTATIONS {
        let data = mutated(&seeds, &mut numbers);
        run(&data, &|| String::from_utf8_lossy(&data).into_owned());
    }
}

macro_rules! hold {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            hold(stringify!($name));
        })*

        #[test]
        fn every_check_is_run() {
            assert_eq!(checks::ALL.map(|(name, _)| name), [$(stringify!($name)),*]);
        }
    };
}

hold!(bytes forms xml canonical signature certificate metadata decryption context case link redaction);
