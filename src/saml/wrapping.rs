//! What a message may stand in: a SOAP envelope, an ArtifactResponse, a WS-Trust response; and the message within.
//!
//! Only by the path that the specifications have, an element at a time: what stands anywhere else is not the message,
//! whatever its name is.

use super::names::{ASSERTION, ASSERTION_1, ECP, METADATA, PAOS, PROTOCOL, PROTOCOL_1, SOAP_11, SOAP_12};
use super::value::Value;
use crate::dsig::names::DSIG;
use crate::xml::{Document, Node};

/// The element that a document is about: its root, or the message that the root is wrapped around.
pub(super) fn message_of<'d>(document: &'d Document<'d>) -> Option<Node<'d>> {
    let root = document.root_element()?;
    let body = if is_envelope(root) { in_envelope(root) } else { None };
    let outer = body.unwrap_or(root);
    Some(in_artifact_response(outer).or_else(|| in_token_response(outer)).unwrap_or(outer))
}

/// Whether a document is a SOAP envelope, 1.1 or 1.2.
pub(crate) fn is_envelope(root: Node<'_>) -> bool {
    root.local_name() == "Envelope" && is_soap(root)
}

/// What an envelope says instead of a message, its codes first: SOAP 1.1 §4.4, SOAP 1.2 Part 1 §5.4.
pub(crate) fn soap_fault(root: Node<'_>) -> Option<String> {
    let is_own = |node: &Node<'_>, name: &str| node.local_name() == name && is_soap(*node);
    let body = root.elements().find(|child| is_envelope(root) && is_own(child, "Body"))?;
    let fault = body.elements().find(|child| is_own(child, "Fault"))?;
    let said = fault.descendants().filter(|node| {
        matches!(node.local_name(), "faultcode" | "faultstring" | "Value" | "Text") && node.elements().next().is_none()
    });
    let said: Vec<String> =
        said.map(|node| node.text_content().trim().to_owned()).filter(|text| !text.is_empty()).collect();
    Some(said.join(": "))
}

/// Whether the header of an envelope is that of reversed SOAP: SAML 2.0 Profiles §4.2, ECP.
pub(crate) fn is_paos(root: Node<'_>) -> bool {
    is_envelope(root) && header_blocks(root).any(|block| [PAOS, ECP].contains(&block.namespace()))
}

/// `<ecp:RelayState>` of an envelope's header: SAML 2.0 Profiles §4.2.4.3.
pub(crate) fn ecp_relay_state<'d>(root: Node<'d>) -> Option<Value<'d>> {
    let mut blocks = header_blocks(root);
    is_envelope(root).then(|| blocks.find(|block| block.is(ECP, "RelayState")).map(Value::of_element))?
}

/// Whether a document is a response of WS-Trust, which WS-Federation posts, on its own or a list of one.
pub(crate) fn is_token_response(node: Node<'_>) -> bool {
    matches!(node.local_name(), "RequestSecurityTokenResponse" | "RequestSecurityTokenResponseCollection")
        && node.namespace() != PROTOCOL
}

/// The `<ArtifactResponse>` that a document is, or that its envelope holds, whatever it holds itself.
pub(crate) fn artifact_response<'d>(document: &'d Document<'d>) -> Option<Node<'d>> {
    let root = document.root_element()?;
    let outer = if is_envelope(root) { in_envelope(root)? } else { root };
    Some(outer).filter(|outer| outer.is(PROTOCOL, "ArtifactResponse"))
}

fn is_soap(node: Node<'_>) -> bool {
    [SOAP_11, SOAP_12].contains(&node.namespace())
}

fn header_blocks<'d>(root: Node<'d>) -> impl Iterator<Item = Node<'d>> {
    let headers = root.elements().filter(|child| child.local_name() == "Header" && is_soap(*child));
    headers.flat_map(|header| header.elements())
}

fn in_envelope(root: Node<'_>) -> Option<Node<'_>> {
    let body = root.elements().find(|child| child.local_name() == "Body" && is_soap(*child))?;
    let is_known = |node: &Node<'_>| {
        [PROTOCOL, ASSERTION, PROTOCOL_1, ASSERTION_1, METADATA].contains(&node.namespace()) || is_token_response(*node)
    };
    body.elements().find(is_known)
}

/// What was asked for by an artifact, SAML 2.0 Core §3.5.2; an empty answer is the message itself.
fn in_artifact_response(node: Node<'_>) -> Option<Node<'_>> {
    if !node.is(PROTOCOL, "ArtifactResponse") {
        return None;
    }
    let is_own = |child: &Node<'_>| match child.namespace() {
        ASSERTION => child.local_name() == "Issuer",
        DSIG => child.local_name() == "Signature",
        PROTOCOL => matches!(child.local_name(), "Extensions" | "Status"),
        _ => false,
    };
    node.elements().find(|child| !is_own(child)).filter(|child| child.namespace() == PROTOCOL)
}

/// The assertion that a `<RequestSecurityTokenResponse>` hands over (WS-Trust 1.3 §4.4).
fn in_token_response(node: Node<'_>) -> Option<Node<'_>> {
    if !is_token_response(node) {
        return None;
    }
    let one = match node.local_name() {
        "RequestSecurityTokenResponse" => node,
        _ => node.elements().find(|child| child.local_name() == "RequestSecurityTokenResponse")?,
    };
    let token = one.elements().find(|child| child.local_name() == "RequestedSecurityToken")?;
    token.elements().find(|child| child.is(ASSERTION, "Assertion") || child.is(ASSERTION_1, "Assertion"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml::Message;
    use crate::xml::{Doctype, read};

    fn kind(xml: &str) -> String {
        let reading = read(xml, Doctype::Refuse);
        assert_eq!(reading.error, None);
        Message::of(&reading.document).unwrap().kind().to_owned()
    }

    fn envelope(body: &str) -> String {
        format!(
            "<S:Envelope xmlns:S=\"{SOAP_11}\" xmlns:p=\"{PROTOCOL}\" xmlns:a=\"{ASSERTION}\">\
             <S:Header><p:AuthnRequest/></S:Header><S:Body>{body}</S:Body></S:Envelope>"
        )
    }

    #[test]
    fn the_message_is_found_by_its_path_alone() {
        assert_eq!(kind(&envelope("<p:LogoutRequest/>")), "LogoutRequest");
        assert_eq!(kind(&envelope("<x><p:LogoutRequest/></x>")), "Envelope");
        assert_eq!(kind(&envelope("")), "Envelope");
        let response = |inner: &str| format!("<p:ArtifactResponse><a:Issuer/><p:Status/>{inner}</p:ArtifactResponse>");
        assert_eq!(kind(&envelope(&response("<p:Response/>"))), "Response");
        assert_eq!(kind(&envelope(&response(""))), "ArtifactResponse");
        assert_eq!(kind(&envelope(&response("<x/><p:Response/>"))), "ArtifactResponse");
        let other = envelope("<p:Response/>").replace(SOAP_11, "urn:other");
        assert_eq!(kind(&other), "Envelope");
        assert_eq!(kind(&envelope("<p:Response/>").replace(SOAP_11, SOAP_12)), "Response");
    }

    #[test]
    fn a_fault_gives_its_codes_and_its_reason() {
        let fault = |text: &str| {
            let document = read(text, Doctype::Refuse).whole().unwrap();
            soap_fault(document.root_element().unwrap())
        };
        let old = "<S:Fault><faultcode>S:Client</faultcode><faultstring> No <![CDATA[such]]> user\n</faultstring><detail><x>1</x></detail></S:Fault>";
        assert_eq!(fault(&envelope(old)).as_deref(), Some("S:Client: No such user"));
        let new = "<S:Fault><S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value>p:x</S:Value></S:Subcode></S:Code>\
                   <S:Reason><S:Text xml:lang='en'>Refused</S:Text></S:Reason></S:Fault>";
        assert_eq!(fault(&envelope(new).replace(SOAP_11, SOAP_12)).as_deref(), Some("S:Sender: p:x: Refused"));
        assert_eq!(fault(&envelope("<S:Fault/>")).as_deref(), Some(""));
        for none in ["<p:Response/>", "<x><S:Fault/></x>", "<Fault/>", ""] {
            assert_eq!(fault(&envelope(none)), None, "{none}");
        }
    }

    #[test]
    fn a_token_response_hands_over_an_assertion() {
        let one = |token: &str| {
            format!(
                "<t:RequestSecurityTokenResponse xmlns:t=\"http://schemas.xmlsoap.org/ws/2005/02/trust\">\
                 <t:RequestedSecurityToken>{token}</t:RequestedSecurityToken></t:RequestSecurityTokenResponse>"
            )
        };
        assert_eq!(kind(&one(&format!("<Assertion xmlns=\"{ASSERTION_1}\"/>"))), "Assertion");
        assert_eq!(kind(&one("<other/>")), "RequestSecurityTokenResponse");
        let list = format!(
            "<c:RequestSecurityTokenResponseCollection xmlns:c=\"urn:c\">{}\
             </c:RequestSecurityTokenResponseCollection>",
            one(&format!("<Assertion xmlns=\"{ASSERTION}\"/>"))
        );
        assert_eq!(kind(&list), "Assertion");
    }
}
