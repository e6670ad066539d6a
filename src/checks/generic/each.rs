//! A question put to every message of the login, and who answers for a message.

use std::vec::IntoIter;

use crate::checks::{Answer, Evidence, Who};
use crate::flow::{Case, Seen};
use crate::saml::Message;
use crate::saml::names::{ASSERTION, PROTOCOL};
use crate::xml::{Node, NodeKind};

/// The messages of the login that are SAML 2.0.
pub(super) fn messages<'d>(case: &Case<'d>) -> IntoIter<(&'d Seen<'d>, Message<'d>)> {
    case.messages().filter(|(_, message)| is_saml2(message.0)).collect::<Vec<_>>().into_iter()
}

/// Puts a question to every message, which says `None` where it has nothing to do with it. Fires with all that was found,
/// in the name of the sender of the first message that has any.
pub(super) fn each<'d, E: IntoIterator<Item = Evidence>>(
    case: &Case<'d>,
    ask: impl Fn(&'d Seen<'d>, Message<'d>) -> Option<E>,
) -> Answer {
    each_list(case, &|seen, message| Some(ask(seen, message)?.into_iter().take(SHOWN).collect()))
}

/// Apart from [`each`], so that it is compiled once and not for every rule.
fn each_list<'d>(case: &Case<'d>, ask: &dyn Fn(&'d Seen<'d>, Message<'d>) -> Option<Vec<Evidence>>) -> Answer {
    let mut asked = false;
    let mut found = Vec::new();
    let mut who = None;
    for (seen, message) in messages(case) {
        let Some(mut evidence) = ask(seen, message) else { continue };
        asked = true;
        found.append(&mut evidence);
        who = who.or((!found.is_empty()).then(|| sender(case, message)));
    }
    match who {
        Some(who) => Answer::found(found).who(who),
        None if asked => Answer::Passed,
        None => Answer::Inapplicable,
    }
}

/// Who runs what made a message: a request is the service's, an answer the identity provider's. A logout may begin at
/// either; where metadata does not tell, mostly at the service.
pub(super) fn sender(case: &Case<'_>, message: Message<'_>) -> Who {
    if message.kind().starts_with("Logout")
        && let Some(issuer) = message.issuer()
        && let Some((_, entity)) = case.entities().find(|(_, entity)| entity.id() == Some(&*issuer.text))
    {
        return if entity.is_sp() { Who::SpAdmin } else { Who::IdpAdmin };
    }
    if message.kind().ends_with("Request") { Who::SpAdmin } else { Who::IdpAdmin }
}

/// Of the same fault in one message as many as help.
pub(super) const SHOWN: usize = 8;

/// Every element of SAML's own within a message, itself first.
pub(super) fn elements<'d>(message: Message<'d>) -> IntoIter<Node<'d>> {
    let all = std::iter::once(message.0).chain(message.0.descendants());
    all.filter(|node| node.kind() == NodeKind::Element && is_saml2(*node)).collect::<Vec<_>>().into_iter()
}

fn is_saml2(node: Node<'_>) -> bool {
    [PROTOCOL, ASSERTION].contains(&node.namespace())
}
