//! How the time of canonical form and of metadata grows with the input, for shapes that trip up what is not linear:
//! `./dev bench growth`. First the worst inputs of every stage (`growth/shapes.rs`); `./dev bench growth NAME` for those of a
//! name alone.

#[path = "growth/measure.rs"]
mod measure;
#[path = "growth/shapes.rs"]
mod shapes;
#[path = "growth/work.rs"]
mod work;

use std::hint::black_box;
use std::time::{Duration, Instant};

use samlens::xml::{Canonicalization, Doctype, NodeKind, PrefixList, canonicalize, read};
use samlens::{Context, Input, Language, MetadataReport, entity_report, inspect};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--one", name] => return measure::one(name),
        ["--print", name, count] => return measure::print(name, count.parse().unwrap_or(1)),
        [filter] => {
            measure::table(filter);
            return;
        }
        _ => drop(measure::table("")),
    }
    println!(
        "Canonical form of shapes, all six ways, and of the same ten times as large: 10 is linear, 100 a square\n"
    );
    type Shape = (&'static str, fn(usize) -> String);
    let shapes: [Shape; 7] = [
        ("attributes", |n| (0..n).rev().map(|i| format!(" a{i}='{i}'")).fold("<a".to_owned(), |a, b| a + &b) + "/>"),
        ("declarations used by as many children", |n| {
            let root = (0..n).map(|i| format!(" xmlns:p{i}='urn:{i}'")).fold("<a".to_owned(), |a, b| a + &b) + ">";
            (0..n).rev().fold(root, |a, i| a + &format!("<p{i}:b/>")) + "</a>"
        }),
        ("a declaration at every level", |n| {
            (0..n).map(|i| format!("<p{i}:a xmlns:p{i}='urn:{i}'>")).collect::<String>()
                + &(0..n).rev().map(|i| format!("</p{i}:a>")).collect::<String>()
        }),
        ("the same prefix again at every level", |n| {
            (0..n).map(|i| format!("<q:a xmlns:q='urn:{i}' xmlns='urn:{}'>", i % 2)).collect::<String>()
                + &"</q:a>".repeat(n)
        }),
        ("a prefix of the root used by leaves of the innermost", |n| {
            "<q:r xmlns:q='urn:q' xmlns:s='urn:s'>".to_owned()
                + &"<a>".repeat(n)
                + &"<s:b/>".repeat(n)
                + &"</a>".repeat(n)
                + "</q:r>"
        }),
        ("xml:base at every level", |n| "<a xml:base='../b/c/' xml:lang='en'>".repeat(n) + &"</a>".repeat(n)),
        ("references", |n| {
            "<a b='".to_owned() + &"&#10;&lt;".repeat(n) + "'>" + &"&#13;>\r&amp;]]&gt;".repeat(n) + "</a>"
        }),
    ];
    for (name, shape) in shapes {
        let (small, large) = (time(shape, 2_000), time(shape, 20_000));
        let times = large.as_secs_f64() / small.as_secs_f64();
        println!("  {name:<52} {:>8.2} ms {times:>6.1} times", small.as_secs_f64() * 1e3);
    }
    metadata();
}

/// A federation: each entity a service with its key, its scopes and contacts; every hundredth in a group of its own.
fn federation(entities: usize) -> String {
    const CERTIFICATE: &str = include_str!("../tests/fixtures/crypto/ed25519.crt");
    let base64: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    let one = |n: usize| {
        let entity = format!(
            r#"<EntityDescriptor entityID="https://e{n}.example/saml"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><Extensions><s:Scope xmlns:s="urn:mace:shibboleth:metadata:1.0">e{n}.example</s:Scope></Extensions><KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{base64}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://e{n}.example/sso"/></IDPSSODescriptor><ContactPerson contactType="technical"><EmailAddress>mailto:admin@e{n}.example</EmailAddress></ContactPerson></EntityDescriptor>"#
        );
        match n % 100 {
            99 => format!(r#"<EntitiesDescriptor xmlns:p{n}="urn:{n}">{entity}</EntitiesDescriptor>"#),
            _ => entity,
        }
    };
    let all: String = (0..entities).map(one).collect();
    format!(r#"<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">{all}</EntitiesDescriptor>"#)
}

/// What is done with a federation: each for as many entities as stand at the head, the least of three times.
fn metadata() {
    let sizes = [100, 1_000, 10_000];
    println!("\nFederations of {sizes:?} entities: 10 from one to the next is linear\n");
    let context = Context::at(samlens::Instant::from_unix(1_767_225_600));
    let texts = sizes.map(federation);
    let read = |xml: &str| inspect(&[Input { name: "federation.xml", bytes: xml.as_bytes() }], &context).metadata;
    let files: Vec<MetadataReport> = texts.iter().filter_map(|xml| read(xml).into_iter().next()).collect();
    let with_one_moved = |xml: &str| xml.replacen("/sso", "/moved", 1);
    let moved: Vec<String> = texts.iter().map(|xml| with_one_moved(xml)).collect();
    type Work<'a> = Box<dyn Fn(usize) + 'a>;
    let works: [(&str, Work<'_>); 4] = [
        ("read, judged, listed", Box::new(|at| texts.get(at).into_iter().for_each(|xml| drop(black_box(read(xml)))))),
        (
            "searched, twenty times",
            Box::new(|at| {
                for query in (0..20).map(|n| format!("admin@e{n}7.example")) {
                    files.get(at).into_iter().for_each(|file| drop(black_box(file.search(&query))));
                }
            }),
        ),
        (
            "the last entity by itself",
            Box::new(|at| {
                let text = files
                    .get(at)
                    .zip(texts.get(at))
                    .and_then(|(file, xml)| file.entity_text(xml.as_bytes(), file.rows.len() - 1));
                text.into_iter().for_each(|text| drop(black_box(entity_report(&text, Language::English))));
            }),
        ),
        (
            "compared with another",
            Box::new(|at| {
                let pair = texts.get(at).zip(moved.get(at));
                pair.into_iter().for_each(|(left, right)| {
                    drop(black_box(samlens::metadata_difference(left, right, Language::English)));
                });
            }),
        ),
    ];
    for (name, work) in &works {
        let once = |at| {
            let start = Instant::now();
            work(at);
            start.elapsed()
        };
        let least = |at| (0..3).map(|_| once(at)).min().unwrap_or(Duration::MAX).as_secs_f64() * 1e3;
        let [small, middle, large] = [0, 1, 2].map(least);
        let (first, second) = (middle / small, large / middle);
        println!("  {name:<40} {small:>8.2} ms {first:>6.1} times {second:>6.1} times");
    }
}

/// A shape of this size, all six ways, of the whole and of its last element: the least of five times.
fn time(shape: fn(usize) -> String, n: usize) -> Duration {
    let text = shape(n);
    let Ok(document) = read(&text, Doctype::Refuse).whole() else { return Duration::MAX };
    let Some(last) = document.nodes().filter(|node| node.kind() == NodeKind::Element).last() else {
        return Duration::MAX;
    };
    let once = || {
        let start = Instant::now();
        for (method, _) in Canonicalization::ALL {
            for node in [document.root(), last] {
                // What cannot be written takes no time, which the line then shows.
                let _ = canonicalize(node, method, &PrefixList::parse("p0 q #default"), None, &mut |_| {});
            }
        }
        start.elapsed()
    };
    (0..5).map(|_| once()).min().unwrap_or(Duration::MAX)
}
