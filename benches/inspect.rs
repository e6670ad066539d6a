//! How fast the engine is, beside its peers in the same run: `./dev bench`.
//!
//! Medians over interleaved rounds, so that what else the machine does falls on all alike. The peers: roxmltree reads
//! the same XML into a tree; quick-xml alone only finds the tokens, which is the floor that our reader stands on.

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use samlens::xml::{Doctype, read};
use samlens::{Context, ContextFile, Input, Instant, inspect};

const ROUNDS: usize = 31;
const LOGIN: &str = include_str!("../tests/golden/post-form/input.txt");
const REDIRECT: &str = include_str!("../tests/golden/redirect-url/input.txt");
const METADATA: &str = include_str!("../tests/golden/metadata/input.txt");

const SIGNED: &str = include_str!("../tests/scenarios/clean-ali-user-okta/input.txt");
const CONTEXT: &[u8] = include_bytes!("../tests/scenarios/clean-ali-user-okta/context.json");
const IDP: &[u8] = include_bytes!("../tests/scenarios/clean-ali-user-okta/idp-metadata.xml");
const ASKED: &[u8] = include_bytes!("../tests/scenarios/clean-ali-user-okta/request.txt");

/// All that is known of a login to Alibaba Cloud.
fn judged() -> Context {
    let mut context = Context::at(Instant::from_unix(0));
    if let Ok(file) = ContextFile::parse(CONTEXT) {
        let _ = file.tell(&mut context);
    }
    let _ = context.add_metadata("idp-metadata.xml", IDP);
    let _ = context.set_request("request.txt", ASKED);
    context
}

type Task<'a> = (&'static str, Box<dyn Fn() + 'a>);

fn main() {
    println!("Whole inspection (decode, read, report)\n");
    let context = Context::at(Instant::from_unix(1_772_352_000));
    let context = &context;
    let whole = |text: &'static str| -> Box<dyn Fn() + '_> {
        Box::new(move || drop(black_box(inspect(&[Input { name: "input", bytes: text.as_bytes() }], context))))
    };
    table(LOGIN.len(), vec![("posted response, 10 kB form", whole(LOGIN))]);
    table(REDIRECT.len(), vec![("redirected request", whole(REDIRECT))]);

    println!("\nThe same with all that is known of the account: every rule, metadata and request\n");
    let judged = judged();
    let judge = || drop(black_box(inspect(&[Input { name: "input", bytes: SIGNED.as_bytes() }], &judged)));
    table(SIGNED.len(), vec![("signed response, both signatures verified", Box::new(judge))]);

    println!(
        "\nA broken signature: everything is tried that may have been done to the message, and nothing restores it\n"
    );
    if let Ok(signed) = xml_of(SIGNED) {
        // An element that nobody knows of: no edit takes it out again. The message is made as long as a long one is.
        let filler =
            "<saml2:AttributeValue>cn=Group with a name that is as long as such names are</saml2:AttributeValue>";
        let more = filler.repeat(10_000usize.saturating_sub(signed.len()) / filler.len());
        let broken = signed.replacen("</saml2:Attribute>", &format!("{more}<saml2:x/></saml2:Attribute>"), 1);
        assert_ne!(broken, signed);
        let judge = || drop(black_box(inspect(&[Input { name: "input", bytes: broken.as_bytes() }], &judged)));
        table(broken.len(), vec![("signed response of 10 kB, broken", Box::new(judge))]);
    }

    println!("\nReading XML: the ratio is of samlens's time; above 1 the peer is slower\n");
    let Ok(login) = xml_of(LOGIN) else { return };
    // A federation's metadata in miniature: the entity again and again under one root.
    let entity = METADATA.split_once("?>").map_or(METADATA, |(_, rest)| rest);
    let aggregate = format!("<all>{}</all>", entity.repeat((5 << 20) / entity.len()));
    for (name, xml) in [("response", &login), ("metadata", &aggregate)] {
        println!("{name}, {} bytes", xml.len());
        table(
            xml.len(),
            vec![
                ("samlens", Box::new(|| drop(black_box(read(xml, Doctype::Refuse).whole())))),
                ("roxmltree", Box::new(|| drop(black_box(roxmltree::Document::parse(xml))))),
                ("quick-xml, tokens only", Box::new(|| tokens(xml))),
            ],
        );
    }
}

fn xml_of(input: &str) -> Result<String, ()> {
    samlens::intake::take_one(input.as_bytes()).xml.map(|xml| xml.into_owned()).ok_or(())
}

fn tokens(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    while let Ok(event) = reader.read_event() {
        if matches!(black_box(event), quick_xml::events::Event::Eof) {
            break;
        }
    }
}

/// Times the tasks in turns and prints a line for each: median, throughput, ratio to the first.
fn table(bytes: usize, tasks: Vec<Task<'_>>) {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); tasks.len()];
    for _ in 0..ROUNDS {
        for ((_, task), times) in tasks.iter().zip(&mut times) {
            let mut runs = 0u32;
            let start = Clock::now();
            while runs == 0 || start.elapsed() < Duration::from_millis(5) {
                task();
                runs += 1;
            }
            times.push(start.elapsed() / runs);
        }
    }
    let medians: Vec<Duration> = times
        .iter_mut()
        .map(|times| {
            times.sort();
            times.get(times.len() / 2).copied().unwrap_or_default()
        })
        .collect();
    let first = medians.first().map_or(1.0, Duration::as_secs_f64);
    for ((name, _), median) in tasks.iter().zip(&medians) {
        let seconds = median.as_secs_f64();
        println!(
            "  {name:<28} {:>10.1} µs {:>8.0} MB/s {:>6.2}",
            seconds * 1e6,
            bytes as f64 / seconds / 1e6,
            seconds / first
        );
    }
}
