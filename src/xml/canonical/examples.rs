//! The recommendations' own examples, and what they imply. Document types are left out: what they would have added is
//! written in by hand.

use super::CanonicalMethod::{Exclusive10, Inclusive10, Inclusive11};
use super::*;
use crate::xml::{Doctype, read};

fn run(
    text: &str,
    id: Option<&str>,
    method: Canonicalization,
    list: &str,
    exclude: Option<&str>,
) -> Result<String, CanonicalError> {
    let document = read(text, Doctype::Show).whole().unwrap();
    let find =
        |id| document.nodes().find(|node| node.attribute("ID").is_some_and(|value| value.value() == id)).unwrap();
    let node = id.map_or(document.root(), find);
    let mut out = Vec::new();
    canonicalize(node, method, &PrefixList::parse(list), exclude.map(|id| find(id).id()), &mut |piece| {
        out.extend(piece)
    })?;
    Ok(String::from_utf8(out).unwrap())
}

/// The element whose `ID` is `_`, without comments.
pub(super) fn element(text: &str, method: CanonicalMethod) -> String {
    run(text, Some("_"), Canonicalization::new(method, false), "", None).unwrap()
}

pub(super) fn element_error(text: &str, method: CanonicalMethod) -> (CanonicalErrorKind, Range<usize>) {
    let error = run(text, Some("_"), Canonicalization::new(method, false), "", None).unwrap_err();
    (error.kind, error.span)
}

/// The whole document, in all three methods, which agree on it.
fn document(text: &str, comments: bool) -> String {
    let forms = [Inclusive10, Inclusive11, Exclusive10]
        .map(|method| run(text, None, Canonicalization::new(method, comments), "", None).unwrap());
    assert_eq!(forms[0], forms[1]);
    assert_eq!(forms[0], forms[2]);
    forms[0].clone()
}

#[test]
fn c14n_3_1_instructions_comments_and_what_stands_outside_the_root() {
    let text = "<?xml version=\"1.0\"?>\n\n<?xml-stylesheet   href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n\n<doc>Hello, \
        world!<!-- Comment 1 --></doc>\n\n<?pi-without-data     ?>\n\n<!-- Comment 2 -->\n\n<!-- Comment 3 -->";
    assert_eq!(
        document(text, false),
        "<?xml-stylesheet href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n<doc>Hello, world!</doc>\n<?pi-without-data?>"
    );
    assert_eq!(
        document(text, true),
        "<?xml-stylesheet href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n<doc>Hello, world!<!-- Comment 1 --></doc>\n\
         <?pi-without-data?>\n<!-- Comment 2 -->\n<!-- Comment 3 -->"
    );
}

#[test]
fn c14n_3_2_white_space_in_content_stays() {
    let text = "<doc>\n   <clean>   </clean>\n   <dirty>   A   B   </dirty>\n   <mixed>\n      A\n      <clean>   \
        </clean>\n      B\n      <dirty>   A   B   </dirty>\n      C\n   </mixed>\n</doc>";
    assert_eq!(document(text, true), text);
    assert_eq!(document(&text.replace('\n', "\r\n"), true), text);
}

#[test]
fn c14n_3_3_start_and_end_tags() {
    let text = "<doc>\n   <e1   />\n   <e2   ></e2>\n   <e3   name = \"elem3\"   id=\"elem3\"   />\n   <e4   \
        name=\"elem4\"   id=\"elem4\"   ></e4>\n   <e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\"\n      \
        xmlns:b=\"http://www.ietf.org\"\n      xmlns:a=\"http://www.w3.org\"\n      xmlns=\"http://example.org\"/>\n   \
        <e6 xmlns=\"\" xmlns:a=\"http://www.w3.org\">\n      <e7 xmlns=\"http://www.ietf.org\">\n         <e8 xmlns=\"\" \
        xmlns:a=\"http://www.w3.org\">\n            <e9 xmlns=\"\" xmlns:a=\"http://www.ietf.org\" attr=\"default\"/>\n         \
        </e8>\n      </e7>\n   </e6>\n</doc>";
    let wanted = "<doc>\n   <e1></e1>\n   <e2></e2>\n   <e3 id=\"elem3\" name=\"elem3\"></e3>\n   <e4 id=\"elem4\" \
        name=\"elem4\"></e4>\n   <e5 xmlns=\"http://example.org\" xmlns:a=\"http://www.w3.org\" \
        xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" a:attr=\"out\"></e5>\n   \
        <e6 xmlns:a=\"http://www.w3.org\">\n      <e7 xmlns=\"http://www.ietf.org\">\n         <e8 xmlns=\"\">\n            \
        <e9 xmlns:a=\"http://www.ietf.org\" attr=\"default\"></e9>\n         </e8>\n      </e7>\n   </e6>\n</doc>";
    for method in [Inclusive10, Inclusive11] {
        assert_eq!(run(text, None, Canonicalization::new(method, false), "", None).unwrap(), wanted);
    }
    // Exclusive: the prefix `a` of e6 to e9 is nowhere used.
    let wanted = wanted.replace("<e6 xmlns:a=\"http://www.w3.org\">", "<e6>");
    let wanted = wanted.replace("<e9 xmlns:a=\"http://www.ietf.org\" ", "<e9 ");
    assert_eq!(run(text, None, Canonicalization::new(Exclusive10, false), "", None).unwrap(), wanted);
}

#[test]
fn c14n_3_4_character_references_and_modifications() {
    let text = "<doc>\r\n   <text>First line&#x0d;&#10;Second line</text>\r\n   <value>&#x32;</value>\r\n   \
        <compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute>\r\n   <compute \
        expr='value>\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"'>valid</compute>\r\n   <norm attr=' &apos;   \
        &#x20;&#13;&#xa;&#9;   &apos; '/>\r\n</doc>";
    let wanted = "<doc>\n   <text>First line&#xD;\nSecond line</text>\n   <value>2</value>\n   <compute>value&gt;\"0\" \
        &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"</compute>\n   <compute expr=\"value>&quot;0&quot; &amp;&amp; \
        value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;\">valid</compute>\n   <norm attr=\" '    \
        &#xD;&#xA;&#x9;   ' \"></norm>\n</doc>";
    assert_eq!(document(text, false), wanted);
}

#[test]
fn c14n_3_6_the_form_is_utf_8() {
    assert_eq!(document("<?xml version=\"1.0\"?><doc>&#169;</doc>", false), "<doc>©</doc>");
}

#[test]
fn exclusive_2_2_a_new_envelope_changes_inclusive_form_and_not_exclusive_form() {
    let in_pdu =
        "<n0:pdu xmlns:n0='http://a.example'><n1:elem1 ID='_' xmlns:n1='http://b.example'>content</n1:elem1></n0:pdu>";
    let in_other = "<n2:pdu xmlns:n1='http://example.com' xmlns:n2='http://foo.example' xml:lang='fr' \
        xml:space='retain'><n1:elem1 ID='_' xmlns:n1='http://b.example'>content</n1:elem1></n2:pdu>";
    let exclusive = "<n1:elem1 xmlns:n1=\"http://b.example\" ID=\"_\">content</n1:elem1>";
    assert_eq!(element(in_pdu, Exclusive10), exclusive);
    assert_eq!(element(in_other, Exclusive10), exclusive);
    assert_eq!(
        element(in_pdu, Inclusive10),
        "<n1:elem1 xmlns:n0=\"http://a.example\" xmlns:n1=\"http://b.example\" ID=\"_\">content</n1:elem1>"
    );
    assert_eq!(
        element(in_other, Inclusive10),
        "<n1:elem1 xmlns:n1=\"http://b.example\" xmlns:n2=\"http://foo.example\" ID=\"_\" xml:lang=\"fr\" \
         xml:space=\"retain\">content</n1:elem1>"
    );
}

#[test]
fn exclusive_form_declares_where_a_prefix_is_used_and_again_where_that_has_ended() {
    let text = "<a xmlns='urn:d' xmlns:p='urn:p' xmlns:q='urn:q'><p:b q:x='1'><q:c/><p:d/></p:b><p:e xmlns=''><f/></p:e>\
        <g xmlns:p='urn:p2'><p:h/><xml:i xml:lang=''/></g></a>";
    assert_eq!(
        run(text, None, Canonicalization::new(Exclusive10, false), "", None).unwrap(),
        "<a xmlns=\"urn:d\"><p:b xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" q:x=\"1\"><q:c></q:c><p:d></p:d></p:b>\
         <p:e xmlns:p=\"urn:p\"><f xmlns=\"\"></f></p:e><g><p:h xmlns:p=\"urn:p2\"></p:h><xml:i xml:lang=\"\"></xml:i></g></a>"
    );
}

#[test]
fn listed_prefixes_are_declared_as_the_inclusive_form_declares_them() {
    let text = "<a xmlns='urn:d' xmlns:p='urn:p' xmlns:q='urn:q'><p:b ID='_'><c xmlns='' xmlns:q='urn:r'/></p:b></a>";
    let list = |list| run(text, Some("_"), Canonicalization::new(Exclusive10, false), list, None).unwrap();
    assert_eq!(list(""), "<p:b xmlns:p=\"urn:p\" ID=\"_\"><c></c></p:b>");
    assert_eq!(
        list("q nowhere xml"),
        "<p:b xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" ID=\"_\"><c xmlns:q=\"urn:r\"></c></p:b>"
    );
    assert_eq!(list("#default"), "<p:b xmlns=\"urn:d\" xmlns:p=\"urn:p\" ID=\"_\"><c xmlns=\"\"></c></p:b>");
    // Only Exclusive form asks the list.
    let inclusive = |list| run(text, Some("_"), Canonicalization::new(Inclusive10, false), list, None).unwrap();
    assert_eq!(inclusive("q"), inclusive(""));
}

#[test]
fn a_superfluous_declaration_is_left_out() {
    let text = "<a xmlns:p='urn:p' xmlns=''><b xmlns:p='urn:p'><c xmlns:p='urn:q'><d xmlns:p='urn:p' \
        xmlns:xml='http://www.w3.org/XML/1998/namespace'/></c></b></a>";
    let wanted = "<a xmlns:p=\"urn:p\"><b><c xmlns:p=\"urn:q\"><d xmlns:p=\"urn:p\"></d></c></b></a>";
    assert_eq!(run(text, None, Canonicalization::new(Inclusive11, true), "", None).unwrap(), wanted);
}

#[test]
fn the_enveloped_signature_is_left_out_by_identity_and_nothing_else_of_that_name() {
    let text = "<r ID='1'>a<s ID='2'>b<!--c--></s><s ID='3'>d</s>e</r><!--f-->";
    let run = |id, exclude| run(text, id, Canonicalization::new(Exclusive10, true), "", Some(exclude));
    assert_eq!(run(Some("1"), "2").unwrap(), "<r ID=\"1\">a<s ID=\"3\">d</s>e</r>");
    assert_eq!(run(None, "3").unwrap(), "<r ID=\"1\">a<s ID=\"2\">b<!--c--></s>e</r>\n<!--f-->");
    assert_eq!(run(Some("3"), "2").unwrap(), "<s ID=\"3\">d</s>");
    for (id, exclude) in [(Some("2"), "2"), (Some("2"), "1"), (None, "1")] {
        assert_eq!(run(id, exclude).unwrap_err().kind, CanonicalErrorKind::NothingLeft, "{id:?} {exclude}");
    }
}

#[test]
fn a_failure_is_an_error_with_its_place() {
    use CanonicalErrorKind::{ControlInNamespace, NotAnElement, NothingLeft, RelativeNamespace};
    for (text, kind, at) in [
        ("<a xmlns='x'/>", RelativeNamespace("x".into()), "x'/>"),
        ("<a><b xmlns:p='1'/></a>", RelativeNamespace("1".into()), "1'/>"),
        ("<a xmlns:p='../cheating#away'><b/></a>", RelativeNamespace("../cheating#away".into()), "../"),
        ("<a xmlns:p='urn:&#10;'/>", ControlInNamespace("urn:\n".into()), "urn:"),
        ("<a xmlns:p='urn:\u{7F}'/>", ControlInNamespace("urn:\u{7F}".into()), "urn:"),
        ("<!DOCTYPE a><a/>", CanonicalErrorKind::Doctype, "<!DOC"),
        ("<!--c--><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", CanonicalErrorKind::Doctype, "<!DOC"),
    ] {
        for (method, _) in Canonicalization::ALL {
            let error = run(text, None, method, "", None).unwrap_err();
            assert_eq!((&error.kind, error.span.start), (&kind, text.find(at).unwrap()), "{text}");
        }
    }
    let document = read("<a>b</a>", Doctype::Refuse).whole().unwrap();
    let text = document.nodes().last().unwrap();
    let method = Canonicalization::new(Inclusive10, false);
    let error = canonicalize(text, method, &PrefixList::default(), None, &mut |_| {}).unwrap_err();
    assert_eq!(error, CanonicalError { kind: NotAnElement(NodeKind::Text), span: 3..4 });
    let nothing = read("<!-- no root -->", Doctype::Refuse).document;
    let error = canonicalize(nothing.root(), method, &PrefixList::default(), None, &mut |_| {}).unwrap_err();
    assert_eq!(error.kind, NothingLeft);
}
