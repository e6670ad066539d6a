//! For which account and site the assertion is: Audience and Recipient, which RAM compares octet for octet.

use super::super::alibaba::{
    self, Kind, ROLE_URN, SITES, Site, account_in, belongs, is_account_id, is_digits, site_of,
};
use super::{RESPONSE_PAGE, login, unseen};
use crate::checks::{Answer, Evidence, Rule, Severity, Stage, Who};
use crate::flow::Case;
use crate::saml::{Assertion, Value};

/// What follows wherever Audience or Recipient is not what it should be.
const WRONG_AUDIENCE: &str = "ali-user-audience-mismatch";
const WRONG_RECIPIENT: &str = "ali-user-recipient-mismatch";

const DEFAULT_DOMAIN_PAGE: &str = "Alibaba Cloud RAM: SetDefaultDomain; SAML response for user-based SSO";

pub(in super::super) const RULES: &[Rule] = &[
    error("ali-user-audience-is-role", RESPONSE_PAGE, audience_is_role).explains(&[
        "ali-user-site-mix",
        WRONG_AUDIENCE,
        WRONG_RECIPIENT,
        "asr-audience-*",
        "asr-scd-recipient-mismatch",
        "saml-destination-mismatch",
    ]),
    error("ali-user-site-mix", RESPONSE_PAGE, site_mix).explains(&[
        WRONG_AUDIENCE,
        WRONG_RECIPIENT,
        "asr-audience-mismatch",
        "asr-audience-nearmiss",
        "asr-scd-recipient-mismatch",
        "saml-destination-mismatch",
    ]),
    error("ali-user-audience-is-acs", RESPONSE_PAGE, audience_is_acs).explains(&[WRONG_AUDIENCE, "asr-audience-*"]),
    error("ali-user-account-mismatch", DEFAULT_DOMAIN_PAGE, account_mismatch).explains(&[
        WRONG_AUDIENCE,
        WRONG_RECIPIENT,
        "ali-user-nameid-suffix-unknown",
        "asr-audience-mismatch",
        "asr-audience-nearmiss",
        "asr-scd-recipient-mismatch",
    ]),
    error("ali-user-audience-missing", RESPONSE_PAGE, audience_missing)
        .needs(&["private_keys"])
        .required()
        .explains(&["ali-user-required-elements", "asr-audience-missing", "asr-conditions-missing"]),
    error(WRONG_AUDIENCE, RESPONSE_PAGE, audience_mismatch)
        .needs(&["sp_entity_id", "metadata", "request", "alibaba.account_id", "private_keys"])
        .required()
        .explains(&["asr-audience-mismatch", "asr-audience-nearmiss"]),
    error(WRONG_RECIPIENT, RESPONSE_PAGE, recipient_mismatch)
        .needs(&["metadata", "sp_entity_id", "request", "alibaba.account_id", "private_keys"])
        .required()
        .explains(&["asr-scd-recipient-mismatch"]),
    Rule::new(
        "ali-user-account-format",
        Severity::Warning,
        Who::IdpAdmin,
        Stage::Conditions,
        RESPONSE_PAGE,
        account_format,
    ),
];

const fn error(id: &'static str, source: &'static str, check: crate::checks::rule::Check) -> Rule {
    Rule::new(id, Severity::Error, Who::IdpAdmin, Stage::Conditions, source, check)
}

fn audiences<'d>(assertion: Assertion<'d>) -> Vec<Value<'d>> {
    assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences()).collect()
}

fn recipients<'d>(case: &Case<'d>) -> Vec<Value<'d>> {
    case.confirmations().filter_map(|data| data.recipient()).collect()
}

fn kind_of(value: &Value<'_>) -> Option<Kind> {
    let urn = value.text.starts_with(ROLE_URN).then_some(Kind::Role);
    belongs(&value.text).map(|(kind, _)| kind).or(urn)
}

/// The entity ID that the account's service has, as far as that is known; else those of the account on both sites.
fn entity_ids(case: &Case<'_>) -> Vec<String> {
    let told = case.sp_entity_id().map(|known| known.values).unwrap_or_default();
    let told: Vec<String> = told.into_iter().filter(|id| account_in(id).is_some_and(is_digits)).collect();
    if !told.is_empty() {
        return told;
    }
    let account = alibaba::account(case);
    account.iter().flat_map(|account| SITES.iter().map(|site| site.user_entity_id(account))).collect()
}

fn is_entity_id(audience: &str, known: &[String]) -> bool {
    if !known.is_empty() {
        return known.iter().any(|id| id == audience);
    }
    let account = account_in(audience).filter(|account| is_digits(account));
    account.is_some_and(|account| SITES.iter().any(|site| site.user_entity_id(account) == audience))
}

/// The forms of the entity ID where the account is not known.
fn entity_id_forms() -> String {
    SITES.map(|site| site.user_entity_id("<account ID>")).join(", ")
}

fn audience_missing(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    Answer::when(audiences(assertion).is_empty(), || {
        let parent = assertion.conditions().map_or(assertion.0, |conditions| conditions.0);
        let known = entity_ids(case);
        let expected = if known.is_empty() { entity_id_forms() } else { known.join(", ") };
        Evidence::node(seen, "Conditions/AudienceRestriction/Audience", parent).expected(expected)
    })
}

fn audience_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return unseen(case) };
    let (audiences, known) = (audiences(assertion), entity_ids(case));
    if audiences.is_empty() {
        return Answer::Inapplicable;
    }
    if audiences.iter().any(|audience| is_entity_id(&audience.text, &known)) {
        return Answer::Passed;
    }
    Answer::found(audiences.iter().map(|audience| {
        let evidence = Evidence::of(seen, "Audience", audience);
        match known.is_empty() {
            true => evidence.expected(entity_id_forms()),
            false => evidence.one_of(known.iter().map(String::as_str)),
        }
    }))
}

fn audience_is_acs(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let (audiences, known) = (audiences(assertion), entity_ids(case));
    if audiences.is_empty() {
        return Answer::Inapplicable;
    }
    if audiences.iter().any(|audience| is_entity_id(&audience.text, &known)) {
        return Answer::Passed;
    }
    let acs = audiences.iter().filter_map(|audience| {
        let site = SITES.iter().find(|site| site.user_acs == audience.text)?;
        let evidence = Evidence::of(seen, "Audience", audience);
        let id = known.iter().find(|id| site_of(id) == Some(site)).or(known.first());
        Some(match id {
            Some(id) => evidence.instead_of(id),
            None => evidence.expected(site.user_entity_id("<account ID>")),
        })
    });
    Answer::found(acs)
}

/// One names user-based SSO, the other role-based SSO.
fn audience_is_role(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let (audiences, recipients) = (audiences(assertion), recipients(case));
    let kinds = |values: &[Value<'_>]| values.iter().filter_map(kind_of).collect::<Vec<_>>();
    let (of_audience, of_recipient) = (kinds(&audiences), kinds(&recipients));
    if of_audience.is_empty() || of_recipient.is_empty() {
        return Answer::Inapplicable;
    }
    Answer::when(!of_audience.iter().any(|kind| of_recipient.contains(kind)), || {
        let wanted = if of_recipient.contains(&Kind::User) {
            entity_id_forms()
        } else {
            SITES.map(|s| s.role_audience).join(", ")
        };
        first(seen, "Audience", &audiences).expected(wanted)
    })
    .with("recipient", recipients.first().map(|value| value.text.to_string()).unwrap_or_default())
}

fn site_mix(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let sites = |values: &[Value<'_>]| -> Vec<&'static Site> {
        let user = values.iter().filter_map(|value| belongs(&value.text)).filter(|(kind, _)| *kind == Kind::User);
        user.map(|(_, site)| site).collect()
    };
    let (audiences, recipients) = (audiences(assertion), recipients(case));
    let (of_audience, of_recipient) = (sites(&audiences), sites(&recipients));
    if of_audience.is_empty() || of_recipient.is_empty() {
        return Answer::Inapplicable;
    }
    if of_audience.iter().any(|site| of_recipient.contains(site)) {
        return Answer::Passed;
    }
    let acs = of_audience.first().map(|site| site.user_acs).unwrap_or_default();
    let wrong = first(seen, "SubjectConfirmationData/@Recipient", &recipients).instead_of(acs);
    Answer::found([wrong, first(seen, "Audience", &audiences)])
        .with("audience", audiences.first().map(|value| value.text.to_string()).unwrap_or_default())
}

fn recipient_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, _)) = login(case) else { return unseen(case) };
    let recipients = recipients(case);
    if recipients.is_empty() {
        return Answer::Inapplicable;
    }
    // What the service's metadata lists first, then the forms that the provider's pages show (catalogue, section 0.4).
    let known = entity_ids(case);
    let mut right = case.registered_acs_urls().map(|known| known.values).unwrap_or_default();
    right.retain(|url| kind_of_url(url) == Some(Kind::User));
    right.extend(SITES.iter().filter(|site| is_site(site, &known)).map(|site| site.user_acs.to_owned()));
    let listed = right.len();
    right.extend(known.iter().cloned());
    // Of an account that is not known any will do.
    let is_right = |url: &str| right.iter().any(|own| own == url) || known.is_empty() && is_entity_id(url, &known);
    let wrong = recipients.iter().filter(|recipient| !is_right(&recipient.text));
    let expected = |recipient: &Value<'_>| {
        let evidence = Evidence::of(seen, "SubjectConfirmationData/@Recipient", recipient);
        let nearest = evidence.one_of(right.iter().map(String::as_str)).nearest;
        let mut shown = right.iter().take(listed).cloned().collect::<Vec<_>>();
        shown.dedup();
        let evidence = Evidence::of(seen, "SubjectConfirmationData/@Recipient", recipient).expected(shown.join(", "));
        Evidence { nearest, ..evidence }
    };
    Answer::found(wrong.map(expected))
}

fn kind_of_url(url: &str) -> Option<Kind> {
    belongs(url).map(|(kind, _)| kind)
}

/// Whether a site may be the one, where entity IDs are known.
fn is_site(site: &Site, entity_ids: &[String]) -> bool {
    entity_ids.is_empty() || entity_ids.iter().any(|id| site_of(id) == Some(site))
}

/// The accounts that the message names differ: in Audience, Recipient and NameID.
fn account_mismatch(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let of_url = |value: &Value<'_>| account_in(&value.text).filter(|id| is_digits(id)).map(str::to_owned);
    let mut found: Vec<(String, Evidence)> = Vec::new();
    let audiences = audiences(assertion);
    // Of several audiences one must fit: that with the account of the rest is the one.
    let recipient = recipients(case).into_iter().find_map(|value| Some((of_url(&value)?, value)));
    let name = case.name_id().and_then(|name| Some((account_of_domain(case, &name.text)?, name)));
    let rest: Vec<&String> = recipient.iter().map(|(id, _)| id).chain(name.iter().map(|(id, _)| id)).collect();
    let named: Vec<_> = audiences.iter().filter_map(|value| Some((of_url(value)?, value))).collect();
    let fitting = named.iter().find(|(id, _)| rest.contains(&id)).or(named.first());
    found.extend(fitting.map(|(id, value)| (id.clone(), Evidence::of(seen, "Audience", value))));
    found.extend(recipient.map(|(id, value)| (id, Evidence::of(seen, "SubjectConfirmationData/@Recipient", &value))));
    found.extend(name.map(|(id, value)| (id, Evidence::of(seen, "NameID", &value))));
    let Some((first, ..)) = found.first().cloned() else { return Answer::Inapplicable };
    if found.len() < 2 {
        return Answer::Inapplicable;
    }
    let Some((other, _)) = found.iter().find(|(id, _)| *id != first).cloned() else { return Answer::Passed };
    // What differs from the first comes first: it is what the sentence speaks of.
    let (right, wrong): (Vec<_>, Vec<_>) = found.into_iter().partition(|(id, _)| *id == first);
    let wrong = wrong.into_iter().map(|(_, evidence)| evidence.expected(first.as_str()));
    Answer::found(wrong.chain(right.into_iter().map(|(_, evidence)| evidence)))
        .with("one", first.as_str())
        .with("other", other)
}

/// The account ID that stands in a default domain which nobody changed. An alias of digits is none.
fn account_of_domain(case: &Case<'_>, name_id: &str) -> Option<String> {
    let (_, domain) = name_id.rsplit_once('@')?;
    let digits = domain.strip_suffix(alibaba::DEFAULT_DOMAIN).filter(|digits| is_digits(digits))?;
    let is_alias = case.alibaba().default_domain.as_deref() == Some(domain);
    (digits.len() >= FEWEST_DIGITS && !is_alias).then(|| digits.to_owned())
}

/// Digits from which on a default domain is taken for an account ID, be it one with digits lost.
const FEWEST_DIGITS: usize = 12;

fn account_format(case: &Case<'_>) -> Answer {
    let Some((seen, assertion)) = login(case) else { return Answer::Inapplicable };
    let audiences = audiences(assertion);
    let accounts: Vec<_> = audiences.iter().filter_map(|value| Some((value, account_in(&value.text)?))).collect();
    if accounts.is_empty() {
        return Answer::Inapplicable;
    }
    let strange = accounts.iter().filter(|(_, account)| !is_account_id(account));
    let account = strange.clone().next().map(|(_, account)| (*account).to_owned()).unwrap_or_default();
    let evidence = strange.map(|(value, _)| Evidence::of(seen, "Audience", value).expected("[0-9]{16}"));
    Answer::found(evidence).with("account", account)
}

/// Evidence of the first of some values.
fn first(seen: &crate::flow::Seen<'_>, what: &str, values: &[Value<'_>]) -> Evidence {
    values.first().map_or_else(|| Evidence::nowhere(what), |value| Evidence::of(seen, what, value))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{bare, login};
    use crate::checks::testing::{Scene, fires, inapplicable, silent, told as report};

    const AUDIENCE: &str = "<saml:Audience>https://signin.aliyun.com/1029384756102938/saml/SSO</saml:Audience>";
    const RECIPIENT: &str = "Recipient=\"https://signin.aliyun.com/saml/SSO\"";

    fn audience(scene: Scene, urls: &[&str]) -> Scene {
        scene.replace(
            AUDIENCE,
            &urls.iter().map(|url| format!("<saml:Audience>{url}</saml:Audience>")).collect::<String>(),
        )
    }

    fn recipient(scene: Scene, url: &str) -> Scene {
        scene.replace(RECIPIENT, &format!("Recipient=\"{url}\""))
    }

    fn told(scene: Scene, entity_id: &str) -> Scene {
        scene.context(|context| context.sp_entity_id = Some(entity_id.to_owned()))
    }

    const OWN: &str = "https://signin.aliyun.com/1029384756102938/saml/SSO";
    const OTHER: &str = "https://signin.aliyun.com/5647382910564738/saml/SSO";
    const INTL: &str = "https://signin-intl.aliyun.com/1029384756102938/saml/SSO";
    const ACS: &str = "https://signin.aliyun.com/saml/SSO";
    const INTL_ACS: &str = "https://signin-intl.aliyun.com/saml/SSO";

    #[test]
    fn one_audience_is_the_entity_id_with_the_account() {
        silent("ali-user-audience-missing", &login());
        fires("ali-user-audience-missing", &login().replace(AUDIENCE, ""));
        fires("ali-user-audience-missing", &bare().without("<saml:Conditions", "</saml:Conditions>"));
        silent("ali-user-audience-mismatch", &bare());
        for (scene, urls, wrong) in [
            (login(), &[OWN][..], false),
            (login(), &["https://other.acme.example/", OWN], false),
            (login(), &[INTL], false),
            (bare(), &[OTHER], false),
            (login(), &[OTHER], true),
            (told(bare(), OWN), &[OTHER], true),
            (told(bare(), OWN), &[INTL], true),
            // What is told and no entity ID tells nothing.
            (told(bare(), ACS), &[OTHER], false),
            (bare(), &["https://signin.aliyun.com/1029384756102938/saml/SSO/"], true),
            (bare(), &["https://signin.aliyun.com/1029384756102938/saml/sso"], true),
            (bare(), &["http://signin.aliyun.com/1029384756102938/saml/SSO"], true),
            (bare(), &["https://signin.aliyun.com/${accountId}/saml/SSO"], true),
            (bare(), &["https://app.acme.example/sp"], true),
            (bare(), &[""], true),
        ] {
            let scene = audience(scene, urls);
            if wrong {
                fires("ali-user-audience-mismatch", &scene)
            } else {
                silent("ali-user-audience-mismatch", &scene)
            }
        }
    }

    #[test]
    fn the_entity_id_is_told_in_both_forms_where_the_account_is_not_known() {
        let expected = |scene: Scene, id: &str| report(id, &scene).evidence[0].expected.clone().unwrap_or_default();
        let forms =
            "https://signin.aliyun.com/<account ID>/saml/SSO, https://signin-intl.aliyun.com/<account ID>/saml/SSO";
        assert_eq!(expected(bare().replace(AUDIENCE, ""), "ali-user-audience-missing"), forms);
        assert_eq!(expected(login().replace(AUDIENCE, ""), "ali-user-audience-missing"), format!("{OWN}, {INTL}"));
        let elsewhere = |scene| audience(scene, &["https://app.acme.example/sp"]);
        assert_eq!(expected(elsewhere(bare()), "ali-user-audience-mismatch"), forms);
        assert_eq!(expected(elsewhere(login()), "ali-user-audience-mismatch"), format!("{OWN}, {INTL}"));
    }

    #[test]
    fn the_account_is_known_from_the_request_and_from_metadata_too() {
        let request = include_str!("../../testing/request.xml").replace("https://app.acme.example/sp", OWN);
        let request = request.replace("https://app.acme.example/acs", ACS);
        silent("ali-user-audience-mismatch", &bare().and(&request));
        fires("ali-user-audience-mismatch", &audience(bare(), &[OTHER]).and(&request));
        let metadata = include_str!("../../testing/sp-metadata.xml").replace("https://app.acme.example/sp", OWN);
        silent("ali-user-audience-mismatch", &bare().metadata("sp.xml", &metadata));
        fires("ali-user-audience-mismatch", &audience(bare(), &[OTHER]).metadata("sp.xml", &metadata));
    }

    #[test]
    fn the_acs_is_no_audience() {
        fires("ali-user-audience-is-acs", &Scene::scenario("ali-user-audience-is-acs"));
        fires("ali-user-audience-is-acs", &audience(bare(), &[ACS]));
        silent("ali-user-audience-is-acs", &audience(bare(), &[ACS, OWN]));
        silent("ali-user-audience-is-acs", &audience(bare(), &["https://app.acme.example/sp"]));
        // The entity ID that was meant is that of the same site.
        for (scene, acs, expected) in [
            (login(), ACS, OWN),
            (login(), INTL_ACS, INTL),
            (told(bare(), OWN), INTL_ACS, OWN),
            (bare(), ACS, "https://signin.aliyun.com/<account ID>/saml/SSO"),
            (bare(), INTL_ACS, "https://signin-intl.aliyun.com/<account ID>/saml/SSO"),
        ] {
            let evidence = report("ali-user-audience-is-acs", &audience(scene, &[acs])).evidence;
            assert_eq!(evidence[0].expected.as_deref(), Some(expected), "{acs}");
        }
    }

    #[test]
    fn user_and_role_sso_do_not_mix() {
        fires("ali-user-audience-is-role", &audience(bare(), &["urn:alibaba:cloudcomputing"]));
        fires("ali-user-audience-is-role", &audience(bare(), &["urn:alibaba:cloudcomputing:international"]));
        fires("ali-user-audience-is-role", &recipient(bare(), "https://signin.aliyun.com/saml-role/sso"));
        silent("ali-user-audience-is-role", &audience(bare(), &["urn:alibaba:cloudcomputing", OWN]));
        silent("ali-user-audience-is-role", &bare());
        // What is of neither says nothing.
        inapplicable("ali-user-audience-is-role", &audience(bare(), &["https://app.acme.example/sp"]));
        inapplicable("ali-user-audience-is-role", &recipient(bare(), "https://app.acme.example/acs"));
    }

    #[test]
    fn both_urls_are_of_one_site() {
        fires("ali-user-site-mix", &recipient(bare(), INTL_ACS));
        fires("ali-user-site-mix", &audience(bare(), &[INTL]));
        silent("ali-user-site-mix", &audience(bare(), &[INTL, OWN]));
        silent("ali-user-site-mix", &recipient(audience(bare(), &[INTL]), INTL_ACS));
        silent("ali-user-site-mix", &bare());
        inapplicable("ali-user-site-mix", &audience(bare(), &["https://app.acme.example/sp"]));
        inapplicable("ali-user-site-mix", &recipient(bare(), "https://app.acme.example/acs"));
    }

    #[test]
    fn the_recipient_has_one_of_two_forms() {
        for (scene, url, wrong) in [
            (login(), ACS, false),
            (login(), OWN, false),
            (bare(), OTHER, false),
            (login(), OTHER, true),
            (bare(), INTL_ACS, false),
            (told(bare(), OWN), INTL_ACS, true),
            (bare(), "https://signin.aliyun.com/saml/SSO/", true),
            (bare(), "https://signin.aliyun.com/saml/sso", true),
            (bare(), "https://signin.aliyun.com/saml-role/sso", true),
            (bare(), "https://app.acme.example/acs", true),
        ] {
            let scene = recipient(scene, url);
            if wrong {
                fires("ali-user-recipient-mismatch", &scene)
            } else {
                silent("ali-user-recipient-mismatch", &scene)
            }
        }
        silent("ali-user-recipient-mismatch", &bare());
        fires("ali-user-recipient-mismatch", &recipient(bare(), "http://signin.aliyun.com/saml/SSO"));
        let listed = include_str!("../../testing/sp-metadata.xml")
            .replace("https://app.acme.example/sp", OWN)
            .replace("https://app.acme.example/acs", "https://signin.alibabacloud.com/saml/SSO");
        let scene = recipient(bare(), "https://signin.alibabacloud.com/saml/SSO");
        silent("ali-user-recipient-mismatch", &scene.metadata("sp.xml", &listed));
    }

    #[test]
    fn every_account_in_the_message_is_the_same() {
        let name = |domain: &str| bare().replace("@acme-cloud.onaliyun.com<", &format!("@{domain}<"));
        silent("ali-user-account-mismatch", &bare());
        silent("ali-user-account-mismatch", &name("1029384756102938.onaliyun.com"));
        fires("ali-user-account-mismatch", &name("5647382910564738.onaliyun.com"));
        silent("ali-user-account-mismatch", &name("2024.onaliyun.com"));
        fires("ali-user-account-mismatch", &recipient(bare(), OTHER));
        silent("ali-user-account-mismatch", &recipient(bare(), OWN));
        silent("ali-user-account-mismatch", &recipient(audience(bare(), &[OWN, OTHER]), OTHER));
        inapplicable("ali-user-account-mismatch", &bare());
    }

    #[test]
    fn the_account_that_differs_is_told_first() {
        let named = |scene: Scene, account: &str| {
            scene.replace("@acme-cloud.onaliyun.com<", &format!("@{account}.onaliyun.com<"))
        };
        let (own, other) = ("1029384756102938", "5647382910564738");
        for (scene, order) in [
            (recipient(bare(), OTHER), &["SubjectConfirmationData/@Recipient", "Audience"][..]),
            (named(bare(), other), &["NameID", "Audience"]),
            (named(recipient(bare(), OWN), other), &["NameID", "Audience", "SubjectConfirmationData/@Recipient"]),
            (named(recipient(bare(), OTHER), own), &["SubjectConfirmationData/@Recipient", "Audience", "NameID"]),
        ] {
            let found = report("ali-user-account-mismatch", &scene);
            assert_eq!(found.evidence.iter().map(|e| e.what.as_str()).collect::<Vec<_>>(), order);
            assert_eq!(found.evidence[0].expected.as_deref(), Some(own));
            let why = found.why.unwrap_or_default();
            assert!(why.contains(&format!("names account {other}, but the message is for account {own}")), "{why}");
        }
    }

    #[test]
    fn an_account_id_has_sixteen_digits() {
        silent("ali-user-account-format", &bare());
        silent("ali-user-account-format", &audience(bare(), &[ACS]));
        for account in ["102938475610293", "${accountId}", "102938475610****", "1029384756102938 "] {
            let url = format!("https://signin.aliyun.com/{account}/saml/SSO");
            fires("ali-user-account-format", &audience(bare(), &[&url]));
        }
    }
}
