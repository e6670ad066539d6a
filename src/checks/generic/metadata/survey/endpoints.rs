//! Endpoints as they are written: addresses, bindings, indexes; and the attributes that a service asks for.

use super::super::{binding, location};
use super::{Fault, POST, Walk};
use crate::checks::Severity;
use crate::flow::SP;
use crate::xml::{Attribute, Node};

const URI_FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";

impl<'d> Walk<'d, '_> {
    pub(super) fn endpoint(&mut self, node: Node<'d>, local: &'d str) {
        let Some(element) = binding::element(local) else { return };
        let (mut binding, mut has_location, mut protocol_binding) = (None, false, false);
        for attribute in node.attributes() {
            match attribute.local_name() {
                "Binding" => binding = Some(attribute),
                "Location" => {
                    has_location = true;
                    self.location(node, "Location", &attribute);
                }
                "ResponseLocation" => self.location(node, "ResponseLocation", &attribute),
                "ProtocolBinding" => protocol_binding = attribute.namespace() == binding::HOLDER_OF_KEY,
                _ => {}
            }
        }
        if !has_location {
            self.attribute(Fault::RelativeLocation, None, (node, "Location"), "https://…");
        }
        self.binding(node, element, binding, protocol_binding);
        self.of_role(node, local, binding);
        if matches!(local, "ArtifactResolutionService" | "DiscoveryResponse") {
            self.index(node);
        }
    }

    /// What an endpoint is to its role: the one that it must have, and of many the one that is taken.
    fn of_role(&mut self, node: Node<'d>, local: &'d str, binding: Option<Attribute<'d>>) {
        let Some(role) = self.role.as_mut().filter(|role| node.parent() == Some(role.node)) else { return };
        match local {
            "SingleSignOnService" => role.signs_on = true,
            "SingleLogoutService" => {
                role.logs_out = true;
                if let (Some(location), Some(response)) =
                    (node.attribute("Location"), node.attribute("ResponseLocation"))
                    && location.value() != response.value()
                {
                    self.attribute(Fault::LogoutResponse, None, (node, "ResponseLocation"), &location.value());
                }
            }
            "AssertionConsumerService" if role.node.local_name() == SP && role.is_version_2 != Some(false) => {
                role.consumer = role.consumer.or(Some(node));
                role.takes_post |= binding.is_some_and(|binding| binding.value() == POST);
                let is_default =
                    node.attribute("isDefault").is_some_and(|is| matches!(is.value().trim(), "true" | "1"));
                let again = is_default && role.has_default;
                role.has_default |= is_default;
                let number = node.attribute("index").and_then(|index| index.value().trim().parse().ok());
                let same = number.is_some_and(|number| !role.indexes.insert((local, number)));
                if again {
                    self.attribute(Fault::Defaults, None, (node, "isDefault"), "false");
                }
                if number.is_none() {
                    self.attribute(Fault::NoIndex, None, (node, "index"), "a number from 0 to 65535");
                } else if same {
                    self.attribute(Fault::ConsumerIndex, None, (node, "index"), "a number of its own");
                }
            }
            _ => {}
        }
    }

    pub(super) fn location(&mut self, node: Node<'d>, name: &str, address: &Attribute<'d>) {
        if has_space(address) {
            self.attribute(Fault::UriSpace, None, (node, name), "no white space");
        }
        let faults = location::faults(&address.value());
        if faults == location::Faults::default() {
            return;
        }
        for (is, fault, expected) in [
            (faults.dangerous, Fault::DangerousLocation, "https://…"),
            (faults.relative, Fault::RelativeLocation, "https://…"),
            (faults.http, Fault::HttpLocation, "https://…"),
            (faults.internal, Fault::InternalLocation, "a host that every user's browser reaches"),
            (faults.fragment, Fault::FragmentLocation, "no fragment"),
            (faults.port, Fault::PortLocation, "no port, since it is the one that browsers take anyway"),
        ] {
            if is {
                self.attribute(fault, None, (node, name), expected);
            }
        }
    }

    pub(super) fn binding(
        &mut self,
        node: Node<'d>,
        element: u16,
        binding: Option<Attribute<'d>>,
        protocol_binding: bool,
    ) {
        let at = (node, "Binding");
        let Some(attribute) = binding else {
            return self.attribute(Fault::UnknownBinding, None, at, "urn:oasis:names:tc:SAML:2.0:bindings:…");
        };
        let value = attribute.value();
        let trimmed = value.trim_ascii();
        if trimmed.len() < value.len() {
            self.attribute(Fault::UriSpace, None, at, "no white space");
        }
        if protocol_binding != (trimmed == binding::HOLDER_OF_KEY) {
            let expected = if protocol_binding { binding::HOLDER_OF_KEY } else { "with hoksso:ProtocolBinding" };
            self.attribute(Fault::HolderOfKey, None, at, expected);
        }
        match binding::known(trimmed, element) {
            None => {
                // Others may have bindings of their own; a name of SAML's that SAML has not is a mistake.
                let severity = if trimmed.starts_with("urn:oasis:names:tc:SAML:") || trimmed.is_empty() {
                    Severity::Warning
                } else {
                    Severity::Note
                };
                self.attribute(Fault::UnknownBinding, Some(severity), at, "urn:oasis:names:tc:SAML:2.0:bindings:…");
            }
            Some((_, false)) => {
                self.attribute(Fault::IllegalBinding, None, at, "a binding that this endpoint may have");
            }
            Some((number, true)) if node.local_name() == "SingleSignOnService" => {
                if let Some(role) = &mut self.role {
                    let bit = 1 << number;
                    let again = role.sign_on & bit != 0;
                    role.sign_on |= bit;
                    if again {
                        self.attribute(Fault::RepeatedBinding, None, at, "one endpoint for each binding");
                    }
                }
            }
            Some(_) => {}
        }
        let speaks = self.role.as_ref().and_then(|role| role.is_version_2);
        if speaks == Some(false) && binding::is_version_2(trimmed) {
            self.attribute(Fault::BindingProtocol, None, at, "protocolSupportEnumeration with SAML 2.0");
        }
    }

    pub(super) fn index(&mut self, node: Node<'d>) {
        let number = node.attribute("index").and_then(|index| index.value().trim().parse().ok());
        let (Some(role), Some(number)) = (&mut self.role, number) else { return };
        if !role.indexes.insert((node.local_name(), number)) {
            self.attribute(Fault::RepeatedIndex, None, (node, "index"), "a number of its own");
        }
    }

    pub(super) fn requested(&mut self, node: Node<'d>) {
        let name = node.attribute("Name").map(|name| name.value()).unwrap_or_default();
        let Some(format) = node.attribute("NameFormat") else {
            return self.attribute(Fault::FormatMissing, None, (node, "NameFormat"), URI_FORMAT);
        };
        let is_uri = format.raw_value().trim() == URI_FORMAT;
        let (severity, expected) = if name.starts_with("urn:oid:") && !is_uri {
            (Severity::Warning, URI_FORMAT)
        } else if is_uri && !name.contains(':') {
            (Severity::Warning, "a Name that is a URI")
        } else if is_uri && name.starts_with("urn:mace:dir:attribute-def:") {
            (Severity::Note, "a Name of SAML 2.0: urn:oid:…")
        } else {
            return;
        };
        self.attribute(Fault::FormatMismatch, Some(severity), (node, "NameFormat"), expected);
    }
}

pub(super) fn has_space(attribute: &Attribute<'_>) -> bool {
    let odd = |byte: u8| byte <= b' ' || byte == b'&' || !byte.is_ascii();
    attribute.raw_value().bytes().any(odd) && attribute.value().contains(char::is_whitespace)
}
