//! What was decrypted, read as the one element that may take the place of what it was encrypted in.

use std::collections::BTreeMap;

use super::part::Container;
use super::reason::Reason;
use crate::xml::{self, Attribute, Doctype, Node, NodeKind, XmlError, XmlErrorKind};

/// The element that is to be put in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) text: String,
    /// The prefixes whose declarations were taken over from the element that it takes the place of.
    pub(super) inherited: Vec<String>,
}

/// The declarations in scope: prefix to the value and to the whole attribute as written.
type Scope<'d> = BTreeMap<&'d str, Attribute<'d>>;

/// Reads the plaintext of `data` strictly, with the namespaces that are in scope where it will stand.
///
/// A byte order mark, an XML declaration, and white space, comments and instructions beside the element are left out:
/// they have no place within a document, yet senders that encrypt a file put them there.
pub(super) fn read(bytes: Vec<u8>, container: &Container, data: Node<'_>) -> Result<Element, Reason> {
    let text = String::from_utf8(bytes).map_err(|error| Reason::NotUtf8 { at: error.utf8_error().valid_up_to() })?;
    let body = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let body = without_declaration(body, text.len() - body.len())?;
    let skipped = text.len() - body.len();

    let replaced = if container.is_replaced() { data.parent() } else { None };
    let outer = scope(replaced.unwrap_or(data).parent());
    let inner = replaced.map(|node| differing(node, &outer)).filter(|inner| !inner.is_empty());
    let Some(mut inner) = inner else {
        return Ok(Element { text: element(body, skipped, &outer, container)?.text, inherited: Vec::new() });
    };
    // It was encrypted for the place of the EncryptedData (XML-Enc 1.1 §4.4), where the declarations of the element
    // around that hold too. Those that it uses without declaring them itself have to come along.
    let mut whole = outer.clone();
    whole.extend(inner.iter().map(|(prefix, attribute)| (*prefix, *attribute)));
    let read = element(body, skipped, &whole, container)?;
    inner.retain(|prefix, _| !read.declared.iter().any(|own| own == prefix) && read.uses(prefix));
    let mut text = read.text;
    let declarations: String = inner.values().map(|attribute| format!(" {}", source(*attribute))).collect();
    text.insert_str(read.name_end.min(text.len()), &declarations);
    Ok(Element { text, inherited: inner.keys().map(|prefix| (*prefix).to_owned()).collect() })
}

struct Read {
    text: String,
    /// Where the name in its start tag ends.
    name_end: usize,
    /// The prefixes that its start tag declares.
    declared: Vec<String>,
    /// Whether a name in it is in the default namespace of where it stands.
    takes_default: bool,
}

impl Read {
    /// Whether a prefix may be used: also in a value, such as `xsi:type="xs:string"`.
    fn uses(&self, prefix: &str) -> bool {
        if prefix.is_empty() { self.takes_default } else { self.text.contains(&format!("{prefix}:")) }
    }
}

/// Reads `body` between the tags of an element that declares `scope`.
fn element(body: &str, skipped: usize, scope: &Scope<'_>, container: &Container) -> Result<Read, Reason> {
    let declarations: String = scope.values().map(|attribute| format!(" {}", source(*attribute))).collect();
    let open = format!("<x{declarations}>");
    let text = format!("{open}{body}</x>");
    let error = |error: XmlError| {
        let at = error.span.start.saturating_sub(open.len()).min(body.len()) + skipped;
        reason(error.kind, at)
    };
    let document = xml::read(&text, Doctype::Refuse).whole().map_err(error)?;
    let around = document.root_element().filter(|root| root.content_span() == (open.len()..open.len() + body.len()));
    let around = around.ok_or(Reason::NotOneElement { elements: 0 })?;
    let stray = |node: Node<'_>| match node.kind() {
        NodeKind::Text => !node.source().bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')),
        NodeKind::CData => true,
        _ => false,
    };
    let mut elements = around.elements();
    let (Some(only), None, false) = (elements.next(), elements.next(), around.children().any(stray)) else {
        return Err(Reason::NotOneElement { elements: around.elements().count() });
    };
    if !container.may_hold(only.namespace(), only.local_name()) {
        return Err(Reason::UnexpectedElement {
            namespace: only.namespace().to_owned(),
            local: only.local_name().to_owned(),
        });
    }
    let prefix = if only.prefix().is_empty() { 0 } else { only.prefix().len() + 1 };
    Ok(Read {
        text: only.source().to_owned(),
        name_end: 1 + prefix + only.local_name().len(),
        declared: only.declarations().map(|declaration| declared_prefix(declaration).to_owned()).collect(),
        takes_default: takes_default(only),
    })
}

pub(super) fn reason(kind: XmlErrorKind, at: usize) -> Reason {
    match kind {
        XmlErrorKind::Limit { name, limit } => Reason::Limit { name, limit },
        kind => Reason::NotWellFormed { at, kind },
    }
}

/// Takes off an XML declaration, which must be a sound one.
fn without_declaration(body: &str, skipped: usize) -> Result<&str, Reason> {
    let starts = body.strip_prefix("<?xml").is_some_and(|rest| rest.starts_with([' ', '\t', '\r', '\n']));
    let Some((declaration, rest)) = body.split_once("?>").filter(|_| starts) else { return Ok(body) };
    let alone = format!("{declaration}?><x/>");
    match xml::read(&alone, Doctype::Refuse).error {
        None => Ok(rest),
        Some(error) => Err(reason(error.kind, skipped + error.span.start)),
    }
}

/// The declarations in scope within `node`.
fn scope(node: Option<Node<'_>>) -> Scope<'_> {
    let mut scope = Scope::new();
    for node in node.into_iter().flat_map(|node| std::iter::once(node).chain(node.ancestors())) {
        for declaration in node.declarations() {
            scope.entry(declared_prefix(declaration)).or_insert(declaration);
        }
    }
    scope
}

/// The declarations of `node` itself that `outer` does not have alike.
fn differing<'d>(node: Node<'d>, outer: &Scope<'d>) -> Scope<'d> {
    let differs = |declaration: &Attribute<'d>| match outer.get(declared_prefix(*declaration)) {
        Some(known) => known.value() != declaration.value(),
        // Taking away a default namespace where there is none is nothing.
        None => !declaration.value().is_empty(),
    };
    node.declarations().filter(differs).map(|declaration| (declared_prefix(declaration), declaration)).collect()
}

/// The prefix that a declaration binds, empty for the default namespace.
fn declared_prefix(declaration: Attribute<'_>) -> &str {
    declaration.local_name()
}

/// A declaration as written, its quotes included.
fn source(declaration: Attribute<'_>) -> String {
    let quote = if declaration.raw_value().contains('"') { '\'' } else { '"' };
    let prefix = declared_prefix(declaration);
    let colon = if prefix.is_empty() { "" } else { ":" };
    format!("xmlns{colon}{prefix}={quote}{}{quote}", declaration.raw_value())
}

/// Whether an unprefixed name of `element` or within it has no default namespace declared between it and `element`.
fn takes_default(element: Node<'_>) -> bool {
    let mut declared_until = 0;
    for node in std::iter::once(element).chain(element.descendants()) {
        if node.kind() != NodeKind::Element || node.span().start < declared_until {
            continue;
        }
        if node.declarations().any(|declaration| declared_prefix(declaration).is_empty()) {
            declared_until = node.span().end;
        } else if node.prefix().is_empty() {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

    fn within(document: &str, plaintext: &str) -> Result<(String, Vec<String>), Reason> {
        let document = xml::read(document, Doctype::Refuse).whole().unwrap();
        let data = document.nodes().find(|node| node.local_name() == "EncryptedData").unwrap();
        let container = Container::of(data.parent());
        read(plaintext.as_bytes().to_vec(), &container, data).map(|element| (element.text, element.inherited))
    }

    fn in_response(plaintext: &str) -> Result<String, Reason> {
        let document = format!("<r xmlns:s='{SAML}'><s:EncryptedAssertion><EncryptedData/></s:EncryptedAssertion></r>");
        within(&document, plaintext).map(|(text, _)| text)
    }

    #[test]
    fn only_the_element_is_taken_and_what_stands_beside_it_is_left_out() {
        let element = "<s:Assertion a='1'>x</s:Assertion>";
        for (before, after) in [
            ("", ""),
            ("\u{FEFF}", "\n"),
            ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", ""),
            ("\u{FEFF}<?xml version='1.0'?>", "<!-- end -->"),
            (" <!-- one --><?go on?> ", "\r\n\t"),
        ] {
            assert_eq!(in_response(&format!("{before}{element}{after}")).as_deref(), Ok(element), "{before}");
        }
    }

    #[test]
    fn markup_cannot_break_out() {
        for plaintext in [
            "</x><s:Assertion/><x>",
            "<s:Assertion/></x><!--",
            "</x><x><s:Assertion/>",
            "</s:EncryptedAssertion><s:Assertion/><s:EncryptedAssertion>",
            "<s:Assertion/></s:EncryptedAssertion>",
            "<s:Assertion>",
            "<s:Assertion/><!--",
            "<s:Assertion/><![CDATA[",
            "<!DOCTYPE a><s:Assertion/>",
            "<s:Assertion>&xxe;</s:Assertion>",
            " <?xml version='1.0'?><s:Assertion/>",
            "<?xml version='1.0' x='y'?><s:Assertion/>",
            "<p:Assertion/>",
        ] {
            let reason = in_response(plaintext);
            assert!(matches!(reason, Err(Reason::NotWellFormed { .. })), "{plaintext}: {reason:?}");
        }
    }

    #[test]
    fn anything_but_one_element_of_the_kind_is_refused() {
        let not_one = |elements| Err(Reason::NotOneElement { elements });
        assert_eq!(in_response(""), not_one(0));
        assert_eq!(in_response("text"), not_one(0));
        assert_eq!(in_response("<s:Assertion/><s:Assertion/>"), not_one(2));
        assert_eq!(in_response("<s:Assertion/>text"), not_one(1));
        assert_eq!(in_response("<s:Assertion/>&#32;"), not_one(1));
        assert_eq!(in_response("<![CDATA[ ]]><s:Assertion/>"), not_one(1));
        let unexpected = Reason::UnexpectedElement { namespace: SAML.to_owned(), local: "NameID".to_owned() };
        assert_eq!(in_response("<s:NameID/>"), Err(unexpected));
        let unexpected = Reason::UnexpectedElement { namespace: String::new(), local: "Assertion".to_owned() };
        assert_eq!(in_response("<Assertion/>"), Err(unexpected));
    }

    #[test]
    fn an_error_is_placed_in_the_plaintext() {
        let error = in_response("\u{FEFF}<?xml version='1.0'?><s:Assertion>&a</s:Assertion>");
        let Err(Reason::NotWellFormed { at, kind: XmlErrorKind::UnclosedReference }) = error else {
            panic!("{error:?}")
        };
        assert_eq!(at, "\u{FEFF}<?xml version='1.0'?><s:Assertion>".len());
        assert_eq!(
            in_response("<s:Assertion/>\u{0}").map_err(|reason| matches!(
                reason,
                Reason::NotWellFormed { at: 14, kind: XmlErrorKind::ForbiddenCharacter('\0') }
            )),
            Err(true)
        );
    }

    #[test]
    fn declarations_of_the_replaced_element_come_along_where_they_are_used() {
        let encrypted = |attributes: &str| {
            format!("<r xmlns:q='urn:q'><s:EncryptedAssertion {attributes}><EncryptedData/></s:EncryptedAssertion></r>")
        };
        let declared = encrypted(&format!("xmlns:s='{SAML}' xmlns:q='urn:other' xmlns:u='urn:unused'"));
        let (text, inherited) = within(&declared, "<s:Assertion><q:a/></s:Assertion>").unwrap();
        assert_eq!(text, format!("<s:Assertion xmlns:q=\"urn:other\" xmlns:s=\"{SAML}\"><q:a/></s:Assertion>"));
        assert_eq!(inherited, ["q", "s"]);

        let own = format!("<s:Assertion xmlns:s='{SAML}'/>");
        assert_eq!(within(&declared, &own), Ok((own, vec![])));
        let default = encrypted(&format!("xmlns:s='{SAML}' xmlns='{SAML}'"));
        let (text, _) = within(&default, "<Assertion/>").unwrap();
        assert_eq!(text, format!("<Assertion xmlns=\"{SAML}\"/>"));
        let own = format!("<s:Assertion xmlns:s='{SAML}'><a xmlns=''><b/></a></s:Assertion>");
        assert_eq!(within(&default, &own), Ok((own, vec![])));
    }
}
