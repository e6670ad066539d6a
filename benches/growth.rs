//! How the time of canonical form grows with the input, for shapes that trip up what is not linear: `./dev bench growth`.

use std::time::{Duration, Instant};

use samlens::xml::{Canonicalization, Doctype, NodeKind, PrefixList, canonicalize, read};

fn main() {
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
