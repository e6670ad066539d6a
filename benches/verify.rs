//! Parses and verifies a file with samlens again and again, for the comparison with its peers (`peers/README.md`).
//!
//! Natively a command, `verify FILE CERT RUNS`, that prints one line of JSON; compiled to WebAssembly what `wasm.mjs`
//! runs in a browser.

use samlens::dsig::{KeyRing, Status, verify_document};
use samlens::xml::{Doctype, read};

#[cfg(target_arch = "wasm32")]
fn main() {}

/// The key of a certificate, loaded once, as the peers do.
fn ring_of(certificate: &[u8]) -> Result<KeyRing, String> {
    let mut ring = KeyRing::default();
    ring.add_certificates("peers", certificate).map_err(|error| format!("{error:?}"))?;
    Ok(ring)
}

/// Every signature of the document must hold, with the key of the certificate and no other.
fn verify_once(ring: &KeyRing, bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let document = read(text, Doctype::Refuse).whole().map_err(|error| format!("{error:?}"))?;
    let verdicts = verify_document(&document, ring);
    match verdicts.iter().find(|verdict| !(verdict.status() == Status::Valid && verdict.trusted)) {
        None if !verdicts.is_empty() => Ok(()),
        None => Err("no signature".to_owned()),
        Some(verdict) => Err(format!("{:?}", verdict.fault)),
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use samlens::{Context, ContextFile, Input, Instant, Language, add_texts, inspect};
    use wasm_bindgen::prelude::{JsError, wasm_bindgen};

    /// A whole inspection, with all that is known of the login, for `./dev bench wasm`.
    #[wasm_bindgen]
    pub struct Inspector(Context);

    #[wasm_bindgen]
    impl Inspector {
        #[wasm_bindgen(constructor)]
        pub fn new(context: &[u8], metadata: &[u8], request: &[u8]) -> Result<Inspector, JsError> {
            samlens::app::lend_url_reader();
            add_texts(Language::English, include_str!("../src/report/texts/en.json"))
                .map_err(|why| JsError::new(&why))?;
            let mut known = Context::at(Instant::from_unix(0));
            let file = ContextFile::parse(context).map_err(|why| JsError::new(&why))?;
            file.tell(&mut known).map_err(|why| JsError::new(&why))?;
            known.add_metadata("metadata", metadata).map_err(|why| JsError::new(&format!("{why:?}")))?;
            known.set_request("request", request).map_err(|why| JsError::new(&format!("{why:?}")))?;
            Ok(Self(known))
        }

        /// The sentence of the verdict.
        pub fn inspect(&self, bytes: &[u8]) -> String {
            inspect(&[Input { name: "input", bytes }], &self.0).verdict.sentence
        }
    }

    #[wasm_bindgen]
    pub struct Verifier(samlens::dsig::KeyRing);

    #[wasm_bindgen]
    impl Verifier {
        #[wasm_bindgen(constructor)]
        pub fn new(certificate: &[u8]) -> Result<Verifier, JsError> {
            super::ring_of(certificate).map(Self).map_err(|why| JsError::new(&why))
        }

        /// Throws where the file does not verify. The bytes come from the browser's memory into ours each time.
        pub fn verify(&self, bytes: &[u8]) -> Result<(), JsError> {
            super::verify_once(&self.0, bytes).map_err(|why| JsError::new(&why))
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [file, cert, runs] = <[String; 3]>::try_from(std::env::args().skip(1).collect::<Vec<_>>())
        .map_err(|_| "usage: verify FILE CERT RUNS")?;
    let runs: usize = runs.parse()?;

    let bytes = std::fs::read(&file)?;
    let ring = ring_of(&std::fs::read(cert)?)?;
    // The warm-up that every peer has (peers/README.md).
    let begin = std::time::Instant::now();
    while runs > 1 && begin.elapsed().as_secs_f64() < 1.0 {
        verify_once(&ring, &bytes)?;
    }
    let mut failure = None;
    let mut times: Vec<f64> = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = std::time::Instant::now();
        let answer = verify_once(&ring, &bytes);
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        failure = failure.or(answer.err());
    }

    times.sort_by(f64::total_cmp);
    let line = serde_json::json!({
        "peer": "samlens",
        "file": file,
        "ok": failure.is_none() && runs > 0,
        "why": failure,
        "runs": runs,
        "median_ms": times.get(runs / 2),
        "min_ms": times.first(),
        "max_rss_kb": max_rss_kb(),
    });
    println!("{line}");
    Ok(())
}

/// The most memory this process held, in kB; Linux only.
#[cfg(not(target_arch = "wasm32"))]
fn max_rss_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
