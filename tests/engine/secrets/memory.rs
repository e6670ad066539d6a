//! What is left in memory of a key that was dropped: a process of its own uses it and looks through all that it has.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::process::Command;

use samlens::{Context, Input, Instant, inspect};
use zeroize::Zeroizing;

use super::MESSAGE;
use super::needles::{PASSPHRASE, fixture, pieces};

/// What is looked for is nowhere as it is, so that it is not found where it is kept.
const MASK: u8 = 0xA5;
const CHILD: &str = "SAMLENS_KEY_TO_FORGET";

fn masked(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ MASK).collect()
}

/// What the process is to look for, each of 20 bytes: the numbers as they are written, and the texts that they were read from.
///
/// As words, lowest first, a prime may be left: `rsa` checks a key and makes it ready with copies that it does not wipe. They
/// last as long as the process, or in the page the worker, which is ended when a key is removed.
fn sought(key: &[u8], passphrase: Option<&str>) -> Vec<u8> {
    let mut all = pieces();
    match std::str::from_utf8(key) {
        Ok(text) => {
            let lines: Vec<&str> = text.lines().filter(|line| line.len() == 64).collect();
            all.extend(lines[lines.len() / 2..].iter().map(|line| line.as_bytes()[10..30].to_vec()));
        }
        Err(_) => all.push(key[key.len() - 40..key.len() - 20].to_vec()),
    }
    all.extend(passphrase.map(|passphrase| passphrase.as_bytes()[..20].to_vec()));
    masked(&all.concat())
}

/// Where in the memory that can be written any of the sought stands.
fn look(sought: &[u8]) -> Vec<String> {
    let needles: Vec<&[u8]> = sought.chunks(20).collect();
    // Which first two bytes any of them has.
    let mut begins = vec![false; 1 << 16];
    for needle in &needles {
        begins[usize::from(needle[0] ^ MASK) << 8 | usize::from(needle[1] ^ MASK)] = true;
    }
    let memory = File::open("/proc/self/mem").unwrap();
    let mut found = Vec::new();
    let mut page = vec![0; (1 << 16) + 20];
    for line in fs::read_to_string("/proc/self/maps").unwrap().lines() {
        let mut fields = line.split_whitespace();
        let (range, rights) = (fields.next().unwrap(), fields.next().unwrap());
        let (from, to) = range.split_once('-').unwrap();
        let (mut at, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        while rights.starts_with("rw") && at < to {
            let Ok(count) = memory.read_at(&mut page, at) else { break };
            for start in 0..count.saturating_sub(20) {
                if begins[usize::from(page[start]) << 8 | usize::from(page[start + 1])] {
                    let is = |needle: &&[u8]| needle.iter().zip(&page[start..]).all(|(a, b)| a ^ MASK == *b);
                    if let Some(number) = needles.iter().position(is) {
                        found.push(format!("{number} at {:x} of {line}", at + start as u64));
                    }
                }
            }
            // What was copied to here must not be met again.
            page.fill(0);
            at += 1 << 16;
        }
    }
    found
}

/// Does nothing unless the test below has started it.
#[test]
fn what_was_dropped_is_looked_for() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let read = |name: &str| fs::read(format!("{folder}/{name}"));
    let sought = read("sought").unwrap();
    {
        let message = read("message").unwrap();
        let (key, passphrase) = (Zeroizing::new(read("key").unwrap()), read("passphrase").ok().map(Zeroizing::new));
        let mut context = Context::at(Instant::parse("2026-03-01T08:00:00Z").unwrap());
        let given = passphrase.as_ref().map(|passphrase| passphrase.as_slice());
        if given.is_some() {
            assert!(context.add_private_key("a", &key, Some(b"wrong")).is_err());
        }
        context.add_private_key("a", &key, given).unwrap();
        let inputs = [Input { name: "a", bytes: &message }];
        let report = inspect(&inputs, &context);
        assert!(report.captures[0].decryptions[0].xml.is_some(), "{:?}", report.captures[0].decryptions);
        assert!(!look(&sought).is_empty(), "while it is used it is found");
    }
    for place in look(&sought) {
        println!("LEFT {place}");
    }
}

#[test]
fn nothing_of_a_key_is_left_in_memory_once_it_is_dropped() {
    let key = String::from_utf8(fixture("encrypted/keys/sp.pkcs8.pem")).unwrap();
    let forms = [
        ("PKCS#8", key.into_bytes(), None),
        ("PKCS#1", fixture("encrypted/keys/sp.pkcs1.pem"), None),
        ("DER", fixture("encrypted/keys/sp.pkcs8.der"), None),
        ("encrypted", fixture("secrets/sp.encrypted.pem"), Some(PASSPHRASE)),
    ];
    let mut faults = Vec::new();
    for (form, key, passphrase) in forms {
        let folder = format!("{}/memory-{}", env!("CARGO_TARGET_TMPDIR"), form.replace('#', ""));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(format!("{folder}/sought"), sought(&key, passphrase)).unwrap();
        fs::write(format!("{folder}/message"), fixture(MESSAGE)).unwrap();
        fs::write(format!("{folder}/key"), key).unwrap();
        if let Some(passphrase) = passphrase {
            fs::write(format!("{folder}/passphrase"), passphrase).unwrap();
        }
        let name = "secrets::memory::what_was_dropped_is_looked_for";
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture", "--test-threads", "1"])
            .env(CHILD, &folder)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{form}: {told}{}", String::from_utf8_lossy(&output.stderr));
        assert!(told.contains("1 passed"), "{form}: it was run: {told}");
        faults.extend(
            told.lines().filter_map(|line| line.split_once("LEFT ")).map(|(_, place)| format!("{form}: {place}")),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
