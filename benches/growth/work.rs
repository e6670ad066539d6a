//! What is measured of an input: each first makes ready what is not measured, and gives the rest.

use std::hint::black_box;

use samlens::view::Lines;
use samlens::xml::{Canonicalization, Doctype, NodeKind, PrefixList, canonicalize, read};
use samlens::{
    CaseFile, CasePart, Context, Export, Input, Instant, Language, Layout, RedactionOptions, Sieve, compare, export,
    inspect, metadata_difference, redact,
};

/// Takes an input and gives what is measured.
pub type Work = fn(Vec<u8>) -> Box<dyn FnMut()>;

/// All that is known: a certificate that the user vouches for.
fn context() -> Context {
    let mut context = Context::at(Instant::from_unix(1_767_225_600));
    let _ = context.add_certificates("idp.crt", include_bytes!("../../tests/fixtures/crypto/ed25519.crt"));
    context
}

/// A login that metadata is held against.
const LOGIN: &str = include_str!("../../tests/golden/post-form/input.txt");

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

fn case(bytes: Vec<u8>) -> CaseFile {
    CaseFile { inputs: vec![CasePart { name: "input".to_owned(), bytes }], ..CaseFile::default() }
}

/// The whole way, and the report as JSON.
pub const INSPECT: Work = |bytes| {
    let context = context();
    Box::new(move || {
        let report = inspect(&[Input { name: "input", bytes: &bytes }], &context);
        drop(black_box(serde_json::to_vec(&report)));
    })
};

/// The reader of XML alone.
pub const READ: Work = |bytes| {
    let text = text(bytes);
    Box::new(move || {
        let _ = black_box(read(&text, Doctype::Refuse).whole().is_ok());
    })
};

/// All six canonical forms of the whole and of its last element.
pub const CANONICAL: Work = |bytes| {
    let text = text(bytes);
    Box::new(move || {
        let Ok(document) = read(&text, Doctype::Refuse).whole() else { return };
        let last = document.nodes().filter(|node| node.kind() == NodeKind::Element).last();
        for (method, _) in Canonicalization::ALL {
            for node in [Some(document.root()), last].into_iter().flatten() {
                let _ = canonicalize(node, method, &PrefixList::parse("p0 q #default"), None, &mut |_| {});
            }
        }
    })
};

/// A trace that comes in pieces.
pub const SIEVE: Work = |bytes| {
    Box::new(move || {
        let mut sieve = Sieve::new();
        bytes.chunks(64 << 10).for_each(|piece| sieve.push(piece));
        black_box(sieve.finish());
    })
};

/// A login judged beside metadata.
pub const METADATA: Work = |bytes| {
    let mut context = context();
    let _ = context.add_metadata("federation.xml", &bytes);
    Box::new(move || drop(black_box(inspect(&[Input { name: "input", bytes: LOGIN.as_bytes() }], &context))))
};

/// Certificates that are given, with a login.
pub const CONTEXT: Work = |bytes| {
    Box::new(move || {
        let mut context = context();
        let _ = context.add_certificates("given.pem", &bytes);
        drop(black_box(inspect(&[Input { name: "input", bytes: LOGIN.as_bytes() }], &context)));
    })
};

/// Metadata and the same with every address another.
pub const DIFFER: Work = |bytes| {
    let left = text(bytes);
    let right = left.replace("/sso", "/moved");
    Box::new(move || drop(black_box(metadata_difference(&left, &right, Language::English))))
};

/// A document and the same with every name another.
pub const COMPARE: Work = |bytes| {
    let left = text(bytes);
    let right = left.replace("<b c=", "<b d=").replace(">e<", "><f/>e<");
    Box::new(move || drop(black_box(compare(&left, &right, Language::English))))
};

/// Redacted, and the result searched.
pub const REDACT: Work = |bytes| {
    let (case, context) = (case(bytes), context());
    Box::new(move || drop(black_box(redact(&case, &context, &RedactionOptions::default()))))
};

/// Every export.
pub const EXPORTS: Work = |bytes| {
    let (case, context) = (case(bytes), context());
    Box::new(move || {
        for (_, what) in Export::ALL {
            let _ = black_box(export(&case, &context, what, None));
        }
    })
};

/// The text as the page shows it.
pub const VIEW: Work = |bytes| {
    let text = text(bytes);
    Box::new(move || {
        for layout in [Layout::AsSent, Layout::Formatted] {
            drop(black_box(Lines::of(&text, layout)));
        }
    })
};
