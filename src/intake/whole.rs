//! Metadata that is the whole of an input, as it stands: read where it is, once, and not searched for any other form. A
//! federation's has 90 MB and more.

use std::borrow::Cow;

use memchr::memchr;

use super::Captured;
use super::step::{Step, StepName};
use crate::xml::{Doctype, read};

/// Bytes in which the root element must begin: licences stand before it as comments.
const PROLOG_BYTES: usize = 64 * 1024;

/// The metadata that an input is. `None` where it is anything else, or not well-formed: the forms then say what it is.
pub(super) fn take(bytes: &[u8]) -> Option<Captured<'_>> {
    let is_metadata = matches!(root_name(bytes)?, b"EntityDescriptor" | b"EntitiesDescriptor");
    let text = is_metadata.then(|| std::str::from_utf8(bytes).ok()).flatten()?;
    let document = read(text, Doctype::Show).whole().ok()?;
    let step = Step::done(StepName::Xml, text.len(), text.len()).making(bytes);
    let xml = Some(Cow::Borrowed(text));
    Some(Captured { steps: vec![step], xml, document: Some(document), ..Captured::default() })
}

/// The local name of the element that a text begins with, after a declaration, comments and instructions.
fn root_name(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.get(..bytes.len().min(PROLOG_BYTES))?;
    loop {
        rest = rest.trim_ascii_start().strip_prefix(b"<")?;
        let end: &[u8] = match rest {
            [b'?', ..] => b"?>",
            [b'!', b'-', b'-', ..] => b"-->",
            _ => break,
        };
        rest = rest.get(memchr::memmem::find(rest, end)? + end.len()..)?;
    }
    let name = rest.get(..rest.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))?)?;
    Some(memchr(b':', name).and_then(|at| name.get(at + 1..)).unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_known_by_its_root_behind_a_prolog() {
        let name = |text: &'static str| root_name(text.as_bytes()).map(|name| std::str::from_utf8(name).unwrap());
        assert_eq!(
            name("<?xml version=\"1.0\"?>\n<!-- <a> --><?b c?> <md:EntityDescriptor a='1'/>"),
            Some("EntityDescriptor")
        );
        assert_eq!(name("<EntitiesDescriptor>"), Some("EntitiesDescriptor"));
        for none in ["", "<", "<!-- <md:EntityDescriptor/>", "a<b/>", "<!DOCTYPE a><a/>"] {
            assert!(!matches!(name(none), Some("EntityDescriptor")), "{none}");
        }
    }

    #[test]
    fn what_is_taken_as_it_stands_is_what_the_forms_would_have_made_of_it() {
        let xml = include_str!("../checks/testing/idp-metadata.xml");
        let [whole, other] = [
            super::super::take(xml.as_bytes()),
            super::super::take_bytes(super::super::Capture::default(), xml.as_bytes()),
        ];
        assert_eq!((whole.len(), other.len()), (1, 1));
        assert!(matches!(whole[0].xml, Some(Cow::Borrowed(_))) && whole[0].document.is_some());
        assert_eq!(whole[0].xml.as_deref(), other[0].xml.as_deref());
        assert_eq!(format!("{:?}", whole[0].steps), format!("{:?}", other[0].steps));
        let broken = xml.replace("</md:EntityDescriptor>", "");
        assert!(take(broken.as_bytes()).is_none() && super::super::take_one(broken.as_bytes()).error().is_some());
    }
}
