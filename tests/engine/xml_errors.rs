//! Every kind of malformed XML has a name: what the tokenizer lets through, the reader refuses.

use samlens::xml::{Doctype, Markup, XmlErrorKind, read};

fn error(text: &str) -> Option<(XmlErrorKind, std::ops::Range<usize>)> {
    read(text, Doctype::Refuse).error.map(|error| (error.kind, error.span))
}

#[track_caller]
fn refused(text: &str, kind: XmlErrorKind, at: &str) {
    let (found, span) = error(text).unwrap_or_else(|| panic!("accepted: {text}"));
    assert_eq!(found, kind, "{text}");
    assert_eq!(&text[span.clone()], at, "{text}: the place is {span:?}");
}

#[test]
fn a_document_has_exactly_one_root() {
    refused("", XmlErrorKind::NoRoot, "");
    refused("  <!-- c --> ", XmlErrorKind::NoRoot, "");
    refused("<a/><b/>", XmlErrorKind::SecondRoot, "b");
    refused("<a/><b></b>", XmlErrorKind::SecondRoot, "b");
}

#[test]
fn nothing_but_comments_and_instructions_stands_beside_the_root() {
    refused("x<a/>", XmlErrorKind::TextOutsideRoot, "x");
    refused("<a/> x", XmlErrorKind::TextOutsideRoot, "x");
    refused("<a/><![CDATA[x]]>", XmlErrorKind::TextOutsideRoot, "<![CDATA[x]]>");
    refused("<![CDATA[]]><a/>", XmlErrorKind::TextOutsideRoot, "<![CDATA[]]>");
    refused("&#32;<a/>", XmlErrorKind::TextOutsideRoot, "&#32;");
    refused("<a/>&amp;", XmlErrorKind::TextOutsideRoot, "&amp;");
    refused("\u{FEFF}\u{FEFF}<a/>", XmlErrorKind::TextOutsideRoot, "\u{FEFF}");
    assert_eq!(error("\u{FEFF}<!--c--><a/> <?p?>\n"), None);
}

#[test]
fn every_element_ends_and_every_end_has_its_element() {
    refused("<a><b></b>", XmlErrorKind::UnclosedElement("a".into()), "<a><b></b>");
    refused("<a>text", XmlErrorKind::UnclosedElement("a".into()), "<a>text");
    let mismatch = |expected: Option<&str>, found: &str| XmlErrorKind::MismatchedEnd {
        expected: expected.map(str::to_owned),
        found: found.to_owned(),
    };
    refused("<a></b>", mismatch(Some("a"), "b"), "</b>");
    refused("<p:a xmlns:p='u' xmlns:q='u'></q:a>", mismatch(Some("p:a"), "q:a"), "</q:a>");
    refused("<a></ a>", mismatch(Some("a"), " a"), "</ a>");
    refused("<a></a x>", mismatch(Some("a"), "a x"), "</a x>");
    let (kind, _) = error("<a/></a>").unwrap();
    assert_eq!(kind, mismatch(None, "a"));
    assert_eq!(error("<a></a\n >"), None);
}

#[test]
fn markup_that_the_text_cuts_off_is_named() {
    for (text, markup) in [
        ("<a><!-- x", Markup::Comment),
        ("<a><![CDATA[ x ]]", Markup::CData),
        ("<a><?p x", Markup::Instruction),
        ("<?xml version='1.0'", Markup::Instruction),
        ("<!DOCTYPE a [", Markup::Doctype),
        ("<a", Markup::Tag),
        ("<a></a", Markup::Tag),
        ("<a x='", Markup::AttributeValue),
        ("<a x=\"1>", Markup::AttributeValue),
    ] {
        assert_eq!(error(text).map(|e| e.0), Some(XmlErrorKind::Unclosed(markup)), "{text}");
    }
    refused("<a><!x></a>", XmlErrorKind::UnknownMarkup, "<");
}

#[test]
fn characters_that_no_document_may_hold_are_refused_wherever_they_stand() {
    for c in ['\0', '\u{1}', '\u{B}', '\u{1F}', '\u{FFFE}', '\u{FFFF}'] {
        for text in [
            format!("<a>{c}</a>"),
            format!("<a b='{c}'/>"),
            format!("<!--{c}--><a/>"),
            format!("<a><![CDATA[{c}]]></a>"),
            format!("<a><?p {c}?></a>"),
        ] {
            assert_eq!(error(&text).map(|e| e.0), Some(XmlErrorKind::ForbiddenCharacter(c)), "{text:?}");
        }
    }
    assert_eq!(error("<a b='\t\u{7F}\u{85}'>\u{FFFD}\u{10FFFF}</a>"), None);
}

#[test]
fn references_are_checked_in_text_and_in_attributes() {
    for bad in ["#0", "#x1", "#x110000", "#xD800", "#xFFFE", "#", "#x", "#6A"] {
        let kind = XmlErrorKind::InvalidCharacterReference(bad.into());
        refused(&format!("<a>&{bad};</a>"), kind.clone(), &format!("&{bad};"));
        refused(&format!("<a b='&{bad};'/>"), kind, &format!("&{bad};"));
    }
    refused("<a>&nbsp;</a>", XmlErrorKind::UndefinedEntity("nbsp".into()), "&nbsp;");
    refused("<a b='&nbsp;'/>", XmlErrorKind::UndefinedEntity("nbsp".into()), "&nbsp;");
    refused("<a b='x&y'/>", XmlErrorKind::UnclosedReference, "&y");
    refused("<a>x & y</a>", XmlErrorKind::UnclosedReference, "&");
    refused("<a>x &amp y</a>", XmlErrorKind::UnclosedReference, "&");
    refused("<a>&;</a>", XmlErrorKind::UnclosedReference, "&");
    refused("<a>]]></a>", XmlErrorKind::CDataEndInText, "]]>");
}

#[test]
fn tags_follow_the_grammar() {
    use XmlErrorKind::*;
    refused("<a b='1'c='2'/>", MissingSpace, "c");
    refused("<a b='1' b='2'/>", DuplicateAttribute("b".into()), "b");
    refused("<a xmlns='u' xmlns='u'/>", DuplicateAttribute("xmlns".into()), "xmlns");
    refused("<a b='<'/>", LessThanInAttribute("b".into()), "<");
    refused("<a b/>", AttributeWithoutValue("b".into()), "b");
    refused("<a b=1/>", UnquotedAttribute("b".into()), "b=");
    for name in ["1a", "-a", "a:b:c", ":a", "a:", "a+", "é\u{37E}"] {
        refused(&format!("<{name}/>"), InvalidName(name.into()), name);
        refused(&format!("<a {name}=''/>"), InvalidName(name.into()), name);
    }
    assert!(matches!(error("<>").unwrap().0, InvalidName(_) | MalformedTag));
    assert!(matches!(error("< a/>").unwrap().0, InvalidName(_) | MalformedTag));
    assert!(matches!(error("<a / >").unwrap().0, MalformedTag));
    let many: String = (0..20).map(|n| format!(" b{n}=''")).collect();
    refused(&format!("<a{many} b7=''/>"), DuplicateAttribute("b7".into()), "b7");
    assert_eq!(error(&format!("<a{many}/>")), None);
}

#[test]
fn namespaces_follow_their_own_rules() {
    use XmlErrorKind::*;
    refused("<p:a/>", UndeclaredPrefix("p".into()), "p:a");
    refused("<a p:b=''/>", UndeclaredPrefix("p".into()), "p:b");
    refused("<a><b xmlns:p='u'/><p:c/></a>", UndeclaredPrefix("p".into()), "p:c");
    refused(
        "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>",
        DuplicateExpandedAttribute { namespace: "u".into(), local: "x".into() },
        "q:x",
    );
    refused(
        "<a xmlns:p='u&amp;v' xmlns:q='u&#38;v' p:x='1' q:x='2'/>",
        DuplicateExpandedAttribute { namespace: "u&v".into(), local: "x".into() },
        "q:x",
    );
    refused("<a xmlns:p=''/>", EmptyPrefixBinding("p".into()), "xmlns:p=''");
    refused("<a xmlns:=''/>", InvalidName("xmlns:".into()), "xmlns:");
    refused("<a xmlns:xml='u'/>", XmlPrefixRebound, "xmlns:xml='u'");
    refused("<a xmlns:xmlns='u'/>", XmlnsPrefix, "xmlns:xmlns='u'");
    refused("<xmlns:a/>", XmlnsPrefix, "xmlns:a");
    let (xml, xmlns) = (samlens::xml::XML_NAMESPACE, samlens::xml::XMLNS_NAMESPACE);
    for (prefix, name) in [("", xml), ("", xmlns), ("p", xml), ("p", xmlns)] {
        let attribute = if prefix.is_empty() { format!("xmlns='{name}'") } else { format!("xmlns:{prefix}='{name}'") };
        refused(&format!("<a {attribute}/>"), ReservedNamespace(prefix.into()), &attribute);
    }
    assert_eq!(error(&format!("<a xmlns:xml='{xml}' xml:lang='en' xmlns='u'><b xmlns=''/></a>")), None);
    assert_eq!(error("<p:a xmlns:p='u' x='1' p:x='2'/>"), None);
}

#[test]
fn comments_and_instructions_follow_the_grammar() {
    use XmlErrorKind::*;
    refused("<!-- a -- b --><a/>", DoubleHyphenInComment, "<!-- a -- b -->");
    refused("<a><!-- a ---></a>", DoubleHyphenInComment, "<!-- a --->");
    refused("<? x?><a/>", InvalidInstructionTarget("".into()), "<? x?>");
    refused("<??><a/>", InvalidInstructionTarget("".into()), "<??>");
    refused("<?1?><a/>", InvalidInstructionTarget("1".into()), "<?1?>");
    refused("<?a:b?><a/>", InvalidInstructionTarget("a:b".into()), "<?a:b?>");
    refused("<a><?XML x?></a>", ReservedInstructionTarget("XML".into()), "<?XML x?>");
    assert_eq!(error("<!----><a><?xml-stylesheet href=''?><?p?></a>"), None);
}

#[test]
fn the_declaration_stands_first_and_is_well_made() {
    use XmlErrorKind::*;
    let declaration = "<?xml version='1.0'?>";
    refused(&format!(" {declaration}<a/>"), MisplacedDeclaration, declaration);
    refused(&format!("<a>{declaration}</a>"), MisplacedDeclaration, declaration);
    refused(&format!("{declaration}{declaration}<a/>"), MisplacedDeclaration, declaration);
    refused("<?xml?><a/>", MalformedDeclaration, "<?xml?>");
    refused("<?xml version='2.0'?><a/>", UnsupportedVersion("2.0".into()), "<?xml version='2.0'?>");
    assert_eq!(error(&format!("\u{FEFF}{declaration}<a/>")), None);
}

#[test]
fn a_document_type_is_refused_where_something_is_judged_and_kept_where_it_is_shown() {
    let text = "<!DOCTYPE a [<!ENTITY who \"admin\">]><a b='&who;'>&who;</a>";
    let doctype = "<!DOCTYPE a [<!ENTITY who \"admin\">]>";
    refused(text, XmlErrorKind::DoctypeRefused, doctype);
    let shown = read(text, Doctype::Show).whole().unwrap();
    assert_eq!(shown.root_element().unwrap().text_content(), "&who;");
    assert_eq!(shown.root().children().next().unwrap().source(), doctype);

    let shown = |text| read(text, Doctype::Show).error.unwrap().kind;
    assert_eq!(shown("<!DOCTYPE a><!DOCTYPE a><a/>"), XmlErrorKind::MisplacedDoctype);
    assert_eq!(shown("<a/><!DOCTYPE a>"), XmlErrorKind::MisplacedDoctype);
    assert_eq!(shown("<a><!DOCTYPE a></a>"), XmlErrorKind::MisplacedDoctype);
    assert_eq!(shown("<!DOCTYPE ><a/>"), XmlErrorKind::MalformedDoctype);
}

#[test]
fn depth_is_bounded_and_never_recursive() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert_eq!(error(&nested(samlens::limits::XML_DEPTH)), None);
    let (kind, _) = error(&nested(samlens::limits::XML_DEPTH + 2)).unwrap();
    assert_eq!(kind, XmlErrorKind::Limit { name: "XML_DEPTH", limit: samlens::limits::XML_DEPTH });
}

#[test]
fn a_partial_document_keeps_what_came_before_the_error() {
    let reading = read("<a><b>1</b><c>2", Doctype::Refuse);
    let document = reading.document;
    let root = document.root_element().unwrap();
    let names: Vec<_> = root.elements().map(|e| (e.local_name(), e.text_content().into_owned())).collect();
    assert_eq!(names, [("b", "1".into()), ("c", "2".into())]);
    assert_eq!(root.span(), 0..15);
}
