//! Alibaba Cloud user-based SSO: what RAM asks of a response, by subject (rule catalogue, section 1).

mod account;
mod addressee;
mod message;
mod name_id;

use crate::checks::Answer;
use crate::flow::{Case, Seen};
use crate::saml::Assertion;

pub(super) use self::account::RULES as ACCOUNT;
pub(super) use self::addressee::RULES as ADDRESSEE;
pub(super) use self::message::RULES as MESSAGE;
pub(super) use self::name_id::RULES as NAME_ID;

/// The page of the provider that most rules come from.
const RESPONSE_PAGE: &str = "Alibaba Cloud RAM: SAML response for user-based SSO";

/// The assertion that is judged, of a login that did not fail at the identity provider, and the capture that it is in.
fn login<'d>(case: &Case<'d>) -> Option<(&'d Seen<'d>, Assertion<'d>)> {
    if case.succeeded() == Some(false) { None } else { Some((case.response()?, case.assertion()?)) }
}

/// The answer of a rule without which no login is accepted where there is no assertion to look at.
fn unseen(case: &Case<'_>) -> Answer {
    let hidden = case.is_sealed() && case.succeeded() != Some(false);
    if hidden { Answer::NotChecked(&["private_keys"]) } else { Answer::Inapplicable }
}

#[cfg(test)]
mod testing {
    use crate::checks::testing::Scene;

    /// A sound response of user-based SSO on the China site, its Signature a dummy.
    pub(super) const LOGIN: &str = include_str!("../../testing/alibaba-user.xml");

    /// The response with what the account's settings are.
    pub(super) fn login() -> Scene {
        bare().context(|context| {
            context.alibaba.account_id = Some("1029384756102938".to_owned());
            context.alibaba.default_domain = Some("acme-cloud.onaliyun.com".to_owned());
            context.alibaba.sso_login_with_domain = Some(true);
            context.alibaba.ram_users = Some(vec!["alice".to_owned(), "bo.chen".to_owned()]);
        })
    }

    /// The response alone.
    pub(super) fn bare() -> Scene {
        Scene::of(LOGIN)
    }

    /// The response with another NameID.
    pub(super) fn named(name: &str) -> Scene {
        login().replace(">alice@acme-cloud.onaliyun.com<", &format!(">{name}<"))
    }
}
