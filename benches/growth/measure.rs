//! Worst inputs of every stage, each at three sizes: time, memory, and how they grow. Each is measured in a process of its own.

use std::env;
use std::fs;
use std::io::{Read as _, Write as _, stdin};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::shapes::{ALL, Shape};

/// From this exponent on a growth is marked. Where linear, what is measured stays under 1.15.
const MARKED: f64 = 1.25;
/// Times of less than this say nothing of growth: some systems tell them in steps of two milliseconds.
const LEAST_SECONDS: f64 = 0.02;
/// A measure is ended after this.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one run took.
#[derive(Clone, Copy)]
struct Run {
    bytes: usize,
    seconds: f64,
    peak: f64,
}

/// The measured side: reads the input, does the work once, prints seconds of the processor and the peak of memory beside the input.
pub fn one(name: &str) {
    let Some(shape) = ALL.iter().find(|shape| full_name(shape) == name) else { return };
    let mut bytes = Vec::new();
    let _ = stdin().read_to_end(&mut bytes);
    bytes.shrink_to_fit();
    let mut work = (shape.work)(bytes);
    // The highest that the process has had so far counts no more.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let (before, start) = (memory("VmRSS:"), processor());
    work();
    let seconds = processor() - start;
    let peak = memory("VmHWM:") - before;
    println!("{seconds} {peak}");
}

/// Writes an input as a file would have it, to be looked at.
pub fn print(name: &str, count: usize) {
    let shape = ALL.iter().find(|shape| full_name(shape) == name);
    let _ = shape.map(|shape| std::io::stdout().write_all(&(shape.make)(count)));
}

/// Seconds that this thread has had a processor for; where the system does not tell, those of the clock.
fn processor() -> f64 {
    thread_local!(static BEGAN: Instant = Instant::now());
    let told = fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGAN.with(|began| began.elapsed().as_secs_f64()), |nanoseconds| nanoseconds / 1e9)
}

/// Mebibytes of this process by this name.
fn memory(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

fn full_name(shape: &Shape) -> String {
    format!("{}: {}", shape.stage, shape.name)
}

/// The least of three runs in processes of their own; `None` where one took too long or failed.
fn measured(shape: &Shape, count: usize) -> Option<Run> {
    let bytes = (shape.make)(count);
    let once = || -> Option<Run> {
        let command = env::current_exe().ok()?;
        let mut child = Command::new(command)
            .args(["--one", &full_name(shape)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        child.stdin.take()?.write_all(&bytes).ok()?;
        let start = Instant::now();
        while child.try_wait().ok()?.is_none() {
            if start.elapsed() > PATIENCE {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let mut text = String::new();
        child.stdout.take()?.read_to_string(&mut text).ok()?;
        let (seconds, peak) = text.trim().split_once(' ')?;
        Some(Run { bytes: bytes.len(), seconds: seconds.parse().ok()?, peak: peak.parse().ok()? })
    };
    let mut least = once()?;
    for _ in 0..2 {
        if least.seconds > 1.0 {
            break;
        }
        let again = once()?;
        least.seconds = least.seconds.min(again.seconds);
        least.peak = least.peak.min(again.peak);
    }
    Some(least)
}

/// A bar from the left, its length by the logarithm: half of a millisecond has none, a minute the most.
fn bar(seconds: f64) -> String {
    let length = ((seconds / 0.0005).log2() * 1.5).clamp(0.0, 26.0);
    "▪".repeat(length as usize)
}

/// Prints the table; the shapes whose name has `filter` in it. Tells how many grow faster than they may.
pub fn table(filter: &str) -> usize {
    println!("The worst inputs that are known, at three sizes of which each is twice the one before.");
    println!(
        "An exponent of 1 is linear, 2 a square; ! marks more than {MARKED}. Bars: time at the three sizes, by its logarithm.\n"
    );
    let mut marked = 0;
    let mut worst: Vec<(&str, f64, String)> = Vec::new();
    for shape in ALL.iter().filter(|shape| full_name(shape).contains(filter)) {
        let runs: Vec<Run> = [1, 2, 4].iter().map_while(|times| measured(shape, shape.count * times)).collect();
        let [small, _, large] = runs.as_slice() else {
            marked += 1;
            println!("! {:<66} took more than {} s or failed", full_name(shape), PATIENCE.as_secs());
            continue;
        };
        // By bytes where they grow as the count does; what is small outside and large within grows by its count.
        let growth = (large.seconds / small.seconds).log2() / 2.0;
        let growth_of_memory = if small.peak > 1.0 { (large.peak / small.peak).log2() / 2.0 } else { 0.0 };
        let is_marked = large.seconds > LEAST_SECONDS && (growth > MARKED || growth_of_memory > MARKED);
        marked += usize::from(is_marked);
        let (bytes, time, peak) = (large.bytes, large.seconds * 1e3, large.peak);
        println!(
            "{} {:<66} {bytes:>9} bytes {time:>9.2} ms {peak:>8.1} MiB {growth:>6.2} {growth_of_memory:>6.2}",
            if is_marked { '!' } else { ' ' },
            full_name(shape),
        );
        let (stage, name) = (shape.stage, shape.name);
        let row = format!("| {stage} | {name} | {bytes} | {time:.0} ms | {peak:.0} MiB | {growth:.2} |");
        match worst.iter_mut().find(|(known, ..)| *known == stage) {
            Some(known) if known.1 < time => *known = (stage, time, row),
            Some(_) => {}
            None => worst.push((stage, time, row)),
        }
        for (run, times) in runs.iter().zip([1, 2, 4]) {
            println!("    ×{times} {:<26} {:.2} ms", bar(run.seconds), run.seconds * 1e3);
        }
    }
    println!("\n{marked} grow faster than they may\n\nThe slowest of each stage, at the largest of its sizes:\n");
    println!("| stage | what there is much of | bytes | time | memory | exponent |\n|---|---|---|---|---|---|");
    worst.iter().for_each(|(_, _, row)| println!("{row}"));
    marked
}
