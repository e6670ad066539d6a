//! Parses and verifies FILE with bergshamra RUNS times and prints one line of JSON (see README.md).

use std::time::Instant;

use bergshamra::keys::loader::load_x509_cert_pem;
use bergshamra::{DsigContext, KeysManager, VerifyResult, verify};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let [file, cert, runs] = <[String; 3]>::try_from(std::env::args().skip(1).collect::<Vec<_>>())
        .map_err(|_| "usage: bergshamra-peer FILE CERT RUNS")?;
    let runs: usize = runs.parse()?;

    // Read and loaded once, outside what is timed: the file, and the key from its certificate.
    let bytes = std::fs::read(&file)?;
    let mut keys = KeysManager::new();
    keys.add_key(load_x509_cert_pem(&std::fs::read(cert)?)?);
    // The secure defaults that it recommends for SAML: the pinned key only, and no wrapped references.
    // `ID` is among the names of ID attributes that it knows without being told.
    let context = DsigContext::new(keys);

    // The warm-up that every peer has (README.md).
    let begin = Instant::now();
    while runs > 1 && begin.elapsed().as_secs_f64() < 1.0 {
        verify_once(&context, &bytes)?;
    }
    let mut failure = None;
    let mut times: Vec<f64> = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        let answer = verify_once(&context, &bytes);
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        failure = failure.or(answer.err().map(|why| why.to_string()));
    }

    times.sort_by(f64::total_cmp);
    let line = serde_json::json!({
        "peer": "bergshamra",
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

fn verify_once(context: &DsigContext, bytes: &[u8]) -> Outcome<()> {
    match verify(context, std::str::from_utf8(bytes)?)? {
        VerifyResult::Valid { .. } => Ok(()),
        invalid => Err(format!("{invalid:?}").into()),
    }
}

/// The most memory this process held, in kB; Linux only.
fn max_rss_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
