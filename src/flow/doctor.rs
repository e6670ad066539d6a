//! What the digest doctor says of the broken signatures of a case, and what it is told beside them.

use std::collections::BTreeSet;

use super::case::Case;
use super::seen::Seen;
use crate::dsig::{Budget, Examination, Hints, Key, SignatureVerdict, examine};
use crate::limits;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::xml::{Node, NodeKind};

impl<'d> Case<'d> {
    /// What would make one of a capture's signatures hold. `None` for one that holds, or that could not be examined to
    /// the end.
    pub(crate) fn examined(&self, seen: &Seen<'_>, verdict: &SignatureVerdict) -> Option<&Examination> {
        let number = seen.places.signatures.iter().position(|(_, of)| std::ptr::eq(of, verdict))?;
        let all = self.examinations.get_or_init(|| self.examine());
        all.iter().find(|(place, _)| *place == (seen.index, number)).map(|(_, examination)| examination)
    }

    /// Every broken signature, those of the messages that are judged first: the time for all of them is bounded.
    fn examine(&self) -> Vec<((usize, usize), Examination)> {
        let judged: BTreeSet<usize> = self.messages().map(|(seen, _)| seen.index).collect();
        let (first, rest): (Vec<_>, Vec<_>) = self.seen.iter().partition(|seen| judged.contains(&seen.index));
        let mut budget = Budget::default();
        let mut all = Vec::new();
        let mut left = limits::DOCTOR_SIGNATURES;
        for seen in first.into_iter().chain(rest) {
            let signatures = seen.places.signatures.iter().enumerate();
            let broken: Vec<_> = signatures.filter(|(_, (_, verdict))| verdict.fault.is_some()).take(left).collect();
            left -= broken.len();
            if broken.is_empty() {
                continue;
            }
            let hints = self.hints(seen);
            for (number, (within, verdict)) in broken {
                let opened = seen.message.map(|message| message.0.document()).filter(|_| *within);
                let Some(document) = opened.or(seen.sent) else { continue };
                let mut share = budget.share();
                if let Some(examination) = examine(document, verdict, self.keys, &hints, &mut share) {
                    all.push(((seen.index, number), examination));
                }
                budget.give_back(&share);
            }
        }
        all
    }

    /// What values of a message may have been, and which keys may have made its signatures.
    fn hints(&self, of: &Seen<'_>) -> Hints {
        let mut values: BTreeSet<String> = BTreeSet::new();
        let mut add = |value: &str| {
            let value = value.trim();
            if !value.is_empty() && value.len() <= limits::DOCTOR_VALUE_BYTES && values.len() < limits::DOCTOR_HINTS {
                values.insert(value.to_owned());
            }
        };
        let context = self.context;
        of.capture.url.iter().for_each(|url| add(url));
        context.received_at.iter().chain(&context.sp_entity_id).for_each(|value| add(value));
        let account = &context.alibaba;
        let names = [&account.account_id, &account.default_domain, &account.domain_alias, &account.auxiliary_domain];
        names.into_iter().chain([&account.idaas_idp_name]).flatten().for_each(|value| add(value));
        let users = [&account.ram_users, &account.ram_roles, &account.saml_providers, &account.cloudsso_users];
        users.into_iter().flatten().flatten().for_each(|value| add(value));
        for (_, entity) in [self.sp_entity(), self.idp_entity()].into_iter().flatten() {
            entity.id().iter().for_each(|id| add(id));
            let roles = entity.roles.iter().flat_map(|role| &role.endpoints);
            roles.filter_map(|endpoint| endpoint.location.as_ref()).for_each(|location| add(&location.text));
        }
        // What the other messages say. The doctor sees the message's own values itself.
        for seen in self.seen.iter().filter(|seen| seen.index != of.index && !seen.kind().starts_with("Entit")) {
            seen.capture.url.iter().for_each(|url| add(url));
            let Some(message) = seen.message else { continue };
            for node in message.0.document().nodes().filter(|node| node.kind() == NodeKind::Element) {
                said(node, &mut add);
            }
        }
        Hints { values: values.into_iter().collect(), keys: self.keys_for_encryption() }
    }

    /// The keys that metadata has for encryption: whoever mistakes one for another signs with it.
    fn keys_for_encryption(&self) -> Vec<Key> {
        let mut keys = Vec::new();
        if let Some((file, entity)) = self.idp_entity() {
            for key in entity.roles.iter().flat_map(|role| &role.keys).filter(|key| !key.is_for("signing")) {
                for certificate in key.readable() {
                    let Ok(public) = certificate.key.clone() else { continue };
                    let name = format!("metadata:{}", file.name);
                    keys.push(Key { name, key: public, certificate: Some(certificate.clone().into()), owner: None });
                }
            }
        }
        keys
    }
}

/// The values that an element of a message says of somebody or something: names, addresses, times.
fn said(node: Node<'_>, add: &mut dyn FnMut(&str)) {
    if !matches!(node.namespace(), ASSERTION | PROTOCOL) {
        return;
    }
    if node.elements().next().is_none() {
        add(&node.text_content());
    }
    for attribute in node.attributes() {
        add(&attribute.value());
    }
}
