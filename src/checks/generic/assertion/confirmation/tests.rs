//! Tests of the rules of bearer confirmations.

use crate::checks::testing::{Scene, fires, silent, unchecked};

const ACS: &str = "https://app.acme.example/acs";
const RECIPIENT: &str = " Recipient=\"https://app.acme.example/acs\"";
const ANSWERS: &str = " InResponseTo=\"_q5d2e8b7a1c94f3e60b8d7c6a5f4e3d2\"/>";
const ENDS: &str = "Data NotOnOrAfter=\"2026-03-02T08:21:05Z\"";

fn login() -> Scene {
    Scene::login().context(|context| context.received_at = Some(ACS.to_owned()))
}

/// The login with another confirmation before its own.
fn and_before(confirmation: &str) -> Scene {
    let all = format!("{confirmation}<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">");
    login().replace("<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">", &all)
}

#[test]
fn a_browser_needs_a_bearer_confirmation() {
    silent("asr-bearer-missing", &login());
    fires("asr-bearer-missing", &login().replace("cm:bearer", "cm:holder-of-key"));
    fires("asr-bearer-missing", &login().without("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>"));
    silent("asr-bearer-missing", &login().without("<saml:Subject>", "</saml:Subject>"));
}

#[test]
fn the_recipient_is_the_acs_to_the_letter() {
    silent("asr-scd-recipient-missing", &login());
    fires("asr-scd-recipient-missing", &login().replace(RECIPIENT, ""));
    fires("asr-scd-recipient-missing", &login().without("<saml:SubjectConfirmationData", "/>"));
    silent("asr-scd-recipient-mismatch", &login());
    silent("asr-scd-recipient-mismatch", &Scene::login().with_metadata());
    silent("asr-scd-recipient-mismatch", &login().replace(RECIPIENT, ""));
    for other in ["https://app.acme.example/acs/", "http://app.acme.example/acs", "https://test.acme.example/acs"] {
        fires("asr-scd-recipient-mismatch", &login().replace(RECIPIENT, &format!(" Recipient=\"{other}\"")));
    }
    unchecked("asr-scd-recipient-mismatch", &Scene::login(), "received_at");
    unchecked("asr-scd-recipient-mismatch", &Scene::scenario("enc-no-key"), "private_keys");
}

#[test]
fn a_service_that_takes_several_recipients_is_judged_by_its_own_rule() {
    let aws = login().replace(RECIPIENT, " Recipient=\"https://signin.aws.amazon.com/saml\"");
    silent("asr-scd-recipient-mismatch", &aws);
}

#[test]
fn a_bearer_confirmation_ends_and_does_not_say_when_it_begins() {
    silent("asr-scd-notonorafter-missing", &login());
    fires("asr-scd-notonorafter-missing", &login().replace(ENDS, "Data"));
    fires("asr-scd-notonorafter-missing", &login().replace(ENDS, "Data NotOnOrAfter=\"tomorrow\""));
    silent("asr-scd-notbefore-present", &login());
    fires("asr-scd-notbefore-present", &login().replace(ENDS, &format!("{ENDS} NotBefore=\"2026-03-02T08:16:05Z\"")));
}

#[test]
fn a_bearer_confirmation_holds_until_its_end_and_the_allowed_skew() {
    silent("asr-scd-expired", &login());
    silent("asr-scd-expired", &login().at("2026-03-02T08:24:04Z"));
    fires("asr-scd-expired", &login().at("2026-03-02T08:24:05Z"));
    fires("asr-scd-expired", &login().at("2026-03-02T10:24:05Z"));
    unchecked("asr-scd-expired", &Scene::scenario("enc-no-key"), "private_keys");
}

#[test]
fn the_confirmation_answers_the_request_that_is_known() {
    let exchange = || Scene::exchange();
    silent("asr-scd-inresponseto", &exchange());
    fires("asr-scd-inresponseto", &exchange().replace(ANSWERS, "/>"));
    fires("asr-scd-inresponseto", &exchange().replace(ANSWERS, " InResponseTo=\"_other\"/>"));
    unchecked("asr-scd-inresponseto", &Scene::login(), "request");
}

#[test]
fn one_confirmation_that_satisfies_everything_is_enough() {
    let useless = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData NotOnOrAfter=\"2026-03-02T07:00:00Z\" Recipient=\"https://other.acme.example/acs\"/></saml:SubjectConfirmation>";
    for scene in [
        and_before(useless),
        and_before("<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:sender-vouches\"/>"),
    ] {
        silent("asr-bearer-missing", &scene);
        silent("asr-scd-recipient-mismatch", &scene);
        silent("asr-scd-expired", &scene);
    }
    // Of two useless ones that with the fewest faults is told.
    let nearly = and_before(useless).replace(RECIPIENT, " Recipient=\"https://app.acme.example/acs/\"");
    fires("asr-scd-recipient-mismatch", &nearly);
    silent("asr-scd-expired", &nearly);
}

#[test]
fn an_address_of_a_private_network_is_suspect() {
    let from = |address: &str| login().replace(RECIPIENT, &format!("{RECIPIENT} Address=\"{address}\""));
    for address in ["10.0.0.7", "192.168.1.20", "fe80::1", "fd00::7", "127.0.0.1", "desk-7.acme.example"] {
        fires("asr-scd-address", &from(address));
    }
    silent("asr-scd-address", &from("203.0.113.9"));
    silent("asr-scd-address", &login());
}

#[test]
fn a_long_time_to_present_the_assertion_is_a_warning_and_a_very_long_one_unsafe() {
    let until = |end: &str| login().replace(ENDS, &format!("Data NotOnOrAfter=\"{end}\""));
    silent("asr-scd-window-long", &login());
    silent("asr-scd-window-long", &until("2026-03-02T08:26:05Z"));
    fires("asr-scd-window-long", &until("2026-03-02T08:26:06Z"));
    fires("asr-scd-window-long", &until("2026-03-02T10:16:06Z"));
    let entra = until("2026-03-02T09:26:05Z")
        .replace("https://idp.acme.example/idp", "https://sts.windows.net/6f0c1d52-8a3e-4b7f-9c11-2d4e8f7a6b30/");
    silent("asr-scd-window-long", &entra);
}
