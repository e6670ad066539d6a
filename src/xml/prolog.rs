//! What may stand before the root element: the XML declaration and the document type (XML 1.0 §2.8).

use super::error::{XmlError, XmlErrorKind};
use super::names::{is_ncname, is_space};
use super::tag::{self, RawAttribute};

/// Checks an XML declaration, `<?xml …?>`, that begins at `offset`.
pub(crate) fn declaration(raw: &str, offset: usize) -> Result<(), XmlError> {
    let error = |kind| Err(XmlError::new(kind, offset..offset + raw.len()));
    let malformed = || error(XmlErrorKind::MalformedDeclaration);
    let Some(inner) = raw.strip_prefix("<?xml").and_then(|raw| raw.strip_suffix("?>")) else { return malformed() };
    // Its pseudo-attributes have the grammar of a tag's attributes, but no references.
    let mut found: Vec<RawAttribute<'_>> = Vec::new();
    let as_tag = format!("<a{inner}>");
    if inner.contains(['&', '<']) || tag::start_tag(&as_tag, 0, false, &mut found).map_or(true, |tag| tag.empty) {
        return malformed();
    }
    let mut rest = found.iter();
    let Some(version) = rest.next().filter(|a| a.name == "version") else { return malformed() };
    let minor = version.value.strip_prefix("1.").unwrap_or_default();
    if minor.is_empty() || !minor.bytes().all(|b| b.is_ascii_digit()) {
        return error(XmlErrorKind::UnsupportedVersion(version.value.to_owned()));
    }
    let mut next = rest.next();
    if let Some(encoding) = next.filter(|a| a.name == "encoding") {
        if !is_encoding_name(encoding.value) {
            return malformed();
        }
        next = rest.next();
    }
    if let Some(standalone) = next.filter(|a| a.name == "standalone") {
        if !matches!(standalone.value, "yes" | "no") {
            return malformed();
        }
        next = rest.next();
    }
    if next.is_some() { malformed() } else { Ok(()) }
}

/// The encoding that an XML declaration at the start of a text names.
pub fn declared_encoding(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?;
    let declaration = declaration.get(..declaration.find("?>")?)?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next()
}

/// `EncName`, XML 1.0 §4.3.3.
fn is_encoding_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// Checks the head of a document type, `<!DOCTYPE …>`, that begins at `offset`.
///
/// What it declares is not read: a message with a document type is shown and never judged.
pub(crate) fn doctype(raw: &str, offset: usize) -> Result<(), XmlError> {
    let inner = raw.strip_prefix("<!DOCTYPE").and_then(|raw| raw.strip_suffix('>')).unwrap_or_default();
    let name = inner.trim_start_matches([' ', '\t', '\r', '\n']);
    let end = name.find(|c: char| c == '[' || c.is_ascii() && is_space(c as u8)).unwrap_or(name.len());
    let name_is_one =
        name.get(..end).is_some_and(|name| name.split(':').count() <= 2 && name.split(':').all(is_ncname));
    if name.len() == inner.len() || !name_is_one {
        return Err(XmlError::new(XmlErrorKind::MalformedDoctype, offset..offset + raw.len()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_in_order_hold() {
        for good in [
            "<?xml version=\"1.0\"?>",
            "<?xml version='1.0' encoding='UTF-8'?>",
            "<?xml version='1.0' standalone='no' ?>",
            "<?xml\tversion = '1.1' encoding='iso-8859-1' standalone='yes'?>",
        ] {
            assert_eq!(declaration(good, 0), Ok(()), "{good}");
        }
    }

    #[test]
    fn declarations_against_the_grammar_are_named() {
        use XmlErrorKind::*;
        for (bad, kind) in [
            ("<?xml?>", MalformedDeclaration),
            ("<?xml encoding='UTF-8'?>", MalformedDeclaration),
            ("<?xml version='1.0'encoding='UTF-8'?>", MalformedDeclaration),
            ("<?xml version='1.0' encoding='8'?>", MalformedDeclaration),
            ("<?xml version='1.0' standalone='yes' encoding='UTF-8'?>", MalformedDeclaration),
            ("<?xml version='1.0' standalone='maybe'?>", MalformedDeclaration),
            ("<?xml version='1.0' more='1'?>", MalformedDeclaration),
            ("<?xml version='1.0'/?>", MalformedDeclaration),
            ("<?xml version='2.0'?>", UnsupportedVersion("2.0".into())),
            ("<?xml version='1.'?>", UnsupportedVersion("1.".into())),
        ] {
            assert_eq!(declaration(bad, 0).map_err(|e| e.kind), Err(kind), "{bad}");
        }
    }

    #[test]
    fn the_declared_encoding_is_read_with_either_quote() {
        assert_eq!(declared_encoding("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"), Some("UTF-16"));
        assert_eq!(declared_encoding("<?xml version='1.0' encoding = 'x'?><a/>"), Some("x"));
        assert_eq!(declared_encoding("<?xml version='1.0'?><a encoding='x'/>"), None);
    }

    #[test]
    fn a_document_type_has_a_name() {
        assert_eq!(doctype("<!DOCTYPE a>", 0), Ok(()));
        assert_eq!(doctype("<!DOCTYPE a[<!ENTITY x 'y'>]>", 0), Ok(()));
        for bad in ["<!DOCTYPE>", "<!DOCTYPE >", "<!DOCTYPEa>", "<!DOCTYPE 1>", "<!DOCTYPE [ ]>"] {
            assert_eq!(doctype(bad, 3).map_err(|e| e.kind), Err(XmlErrorKind::MalformedDoctype), "{bad}");
        }
    }
}
