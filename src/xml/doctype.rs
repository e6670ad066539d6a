//! What a document type declares by which readers of one message can be made to differ. Nothing of it is ever resolved.

use std::ops::Range;

/// What a declaration of a document type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclaredKind {
    /// `<!ENTITY % p SYSTEM "…">`
    ExternalParameterEntity,
    /// `<!ENTITY e SYSTEM "…">`
    ExternalEntity,
    /// `<!DOCTYPE x SYSTEM "…">`
    ExternalSubset,
    /// `<!ATTLIST x a CDATA "…">`, which gives elements attributes that stand nowhere.
    AttributeDefault,
    /// `<!ENTITY % p "…">`
    ParameterEntity,
    /// `<!ENTITY e "…">`
    Entity,
}

/// One declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared<'a> {
    /// What it is.
    pub kind: DeclaredKind,
    /// What it declares: an entity's name, an element's.
    pub name: &'a str,
    /// An entity's text, an external one's address, a default value; as written.
    pub value: &'a str,
    /// Its bytes within the document type.
    pub span: Range<usize>,
}

/// Every such declaration of a document type, `<!DOCTYPE …>`, as far as its own text goes.
pub fn declared(doctype: &str) -> Vec<Declared<'_>> {
    let mut all = Vec::new();
    let head = end_of(doctype, '[').unwrap_or(doctype.len());
    let (head, subset) = doctype.split_at_checked(head).unwrap_or((doctype, ""));
    if let Some((_, value)) = external(head) {
        let name = head.split_whitespace().nth(1).unwrap_or_default();
        all.push(Declared { kind: DeclaredKind::ExternalSubset, name, value, span: 0..head.trim_end().len() });
    }
    let mut at = head.len();
    let mut rest = subset;
    while let Some(start) = rest.find('<') {
        let text = rest.get(start..).unwrap_or_default();
        // Neither a comment nor an instruction declares anything.
        let skipped = [("<!--", "-->"), ("<?", "?>")].into_iter().find(|(open, _)| text.starts_with(open));
        let length = match skipped {
            Some((_, close)) => text.find(close).map_or(text.len(), |end| end + close.len()),
            None => end_of(text, '>').map_or(text.len(), |end| end + 1),
        };
        let (declaration, after) = text.split_at_checked(length).unwrap_or((text, ""));
        let span = at + start..at + start + length;
        all.extend(of(declaration).map(|(kind, name, value)| Declared { kind, name, value, span: span.clone() }));
        at = span.end;
        rest = after;
    }
    all
}

fn of(declaration: &str) -> Option<(DeclaredKind, &str, &str)> {
    if let Some(rest) = declaration.strip_prefix("<!ATTLIST") {
        let name = rest.split_whitespace().next()?;
        return Some((DeclaredKind::AttributeDefault, name, literals(rest).last()?));
    }
    let rest = declaration.strip_prefix("<!ENTITY")?.trim_start();
    let (parameter, rest) = match rest.strip_prefix('%') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, rest),
    };
    let (name, rest) = rest.split_once(char::is_whitespace)?;
    let kind = |external| match (parameter, external) {
        (true, true) => DeclaredKind::ExternalParameterEntity,
        (true, false) => DeclaredKind::ParameterEntity,
        (false, true) => DeclaredKind::ExternalEntity,
        (false, false) => DeclaredKind::Entity,
    };
    match external(rest) {
        Some((_, value)) => Some((kind(true), name, value)),
        None => Some((kind(false), name, literals(rest).next().unwrap_or_default())),
    }
}

/// The external identifier of a declaration, `SYSTEM "…"` or `PUBLIC "…" "…"`: its word and its address.
fn external(text: &str) -> Option<(&str, &str)> {
    let word = text.split(['"', '\'']).next()?.split_whitespace().last()?;
    matches!(word, "SYSTEM" | "PUBLIC").then(|| (word, literals(text).last().unwrap_or_default()))
}

/// Where a character first stands outside of quotation marks.
fn end_of(text: &str, wanted: char) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == wanted => return Some(at),
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => {}
        }
        None
    })
}

/// What stands between quotation marks.
fn literals(text: &str) -> std::vec::IntoIter<&str> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'']) {
        let (quote, after) = rest.split_at_checked(at + 1).unwrap_or((rest, ""));
        let quote = if quote.ends_with('"') { '"' } else { '\'' };
        let Some((value, after)) = after.split_once(quote) else { break };
        all.push(value);
        rest = after;
    }
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use super::{DeclaredKind::*, declared};

    #[test]
    fn each_declaration_is_told_for_what_it_is() {
        let text = "<!DOCTYPE r PUBLIC \"-//x\" 'http://x/e.dtd' [<!-- <!ENTITY no \"1\"> --> <?no <!ENTITY no \"1\"> ?>\
                    <!ELEMENT r ANY><!ENTITY a \"1 > 2\"><!ENTITY % p 'q'> %p; <!ENTITY b SYSTEM 'file:///etc/passwd' NDATA n>\
                    <!ENTITY % c PUBLIC \"x\" \"http://y\"><!ATTLIST r k CDATA #IMPLIED><!ATTLIST r ID ID \"_1\">]>";
        let all: Vec<_> = declared(text).into_iter().map(|one| (one.kind, one.name, one.value)).collect();
        assert_eq!(
            all,
            [
                (ExternalSubset, "r", "http://x/e.dtd"),
                (Entity, "a", "1 > 2"),
                (ParameterEntity, "p", "q"),
                (ExternalEntity, "b", "file:///etc/passwd"),
                (ExternalParameterEntity, "c", "http://y"),
                (AttributeDefault, "r", "_1"),
            ]
        );
        for one in declared(text) {
            let own = text.get(one.span.clone()).unwrap();
            assert!(own.contains(one.value) && own.starts_with("<!"), "{one:?}");
            assert!(one.kind == ExternalSubset || own.ends_with('>'), "{one:?}");
        }
    }

    #[test]
    fn what_stands_behind_a_comment_or_an_instruction_is_declared() {
        for before in ["<!---->", "<!--a-->", "<!-- <?x-->", "<?x?>", "<?x <!--?>", "<!--><!--> <!-- -->"] {
            let text = format!("<!DOCTYPE r [{before}<!ENTITY c \"d\">]>");
            let names: Vec<&str> = declared(&text).into_iter().map(|one| one.name).collect();
            assert_eq!(names, ["c"], "{before}");
        }
    }

    #[test]
    fn what_declares_nothing_or_is_cut_is_read_without_an_error() {
        for text in
            ["<!DOCTYPE r>", "<!DOCTYPE", "", "<!DOCTYPE r [<!ENTITY", "<!DOCTYPE r [<!ENTITY a", "<!DOCTYPE r [<!--"]
        {
            assert_eq!(declared(text), [], "{text}");
        }
        assert_eq!(declared("<!DOCTYPE r [<!ENTITY a \"x")[0].value, "");
        assert_eq!(declared("<!DOCTYPE r SYSTEM \"x\">")[0].value, "x");
    }
}
