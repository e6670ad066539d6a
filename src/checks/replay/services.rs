//! The services whose order of checks is documented: Salesforce and Alibaba Cloud.

use super::{Service, Step};
use crate::flow::Profile;

/// A step.
const fn step(name: &'static str, stops: &'static [(&'static str, &'static str)]) -> Step {
    Step { name, stops }
}

pub(super) const ALL: &[Service] = &[
    Service {
        name: "Salesforce",
        source: "help.salesforce.com, SAML Assertion Validator and SAML login history",
        profiles: &[],
        steps: SALESFORCE,
    },
    Service {
        name: "Alibaba Cloud user-based SSO",
        source: "Alibaba Cloud RAM, user-based SSO overview and SAML response for user-based SSO",
        profiles: &[Profile::AlibabaUserSso],
        steps: ALIBABA_USER,
    },
    Service {
        name: "Alibaba Cloud role-based SSO",
        source: "Alibaba Cloud RAM, SAML assertions for role-based SSO; STS AssumeRoleWithSAML",
        profiles: &[Profile::AlibabaRoleSso],
        steps: ALIBABA_ROLE,
    },
    Service {
        name: "Alibaba Cloud CloudSSO",
        source: "Alibaba Cloud CloudSSO, FAQ about SSO",
        profiles: &[Profile::AlibabaCloudSso],
        steps: ALIBABA_CLOUDSSO,
    },
];

const SALESFORCE: &[Step] = &[
    step(
        "Status",
        &[("saml-status-not-success", "Assertion Invalid"), ("saml-status-success-no-assertion", "Assertion Invalid")],
    ),
    step("AuthnStatement", &[("asr-authnstatement-missing", "Assertion Invalid")]),
    step("Conditions", &[("asr-conditions-missing", "Assertion Invalid")]),
    step(
        "Times",
        &[
            ("asr-notbefore-future", "Assertion Expired"),
            ("asr-expired", "Assertion Expired"),
            ("saml-time-format", "Assertion Invalid"),
        ],
    ),
    step("Format", &[("saml-version", "Assertion Invalid"), ("saml-id-missing", "Assertion Invalid")]),
    step("Issuer", &[("saml-issuer-mismatch-metadata", "Issuer Mismatched")]),
    step(
        "SubjectConfirmation",
        &[
            ("asr-subject-missing", "Assertion Invalid"),
            ("nid-missing", "Assertion Invalid"),
            ("asr-bearer-missing", "Subject Confirmation Error"),
            ("asr-scd-expired", "Subject Confirmation Error"),
        ],
    ),
    step("Audience", &[("asr-audience-mismatch", "Audience Invalid")]),
    step(
        "Recipient",
        &[
            ("asr-scd-recipient-missing", "Recipient Mismatched"),
            ("asr-scd-recipient-mismatch", "Recipient Mismatched"),
        ],
    ),
    step(
        "Signature",
        &[
            ("sig-none", "Signature Invalid"),
            ("sig-consumed-unsigned", "Signature Invalid"),
            ("sig-digest-mismatch", "Signature Invalid"),
            ("sig-value-mismatch", "Signature Invalid"),
            ("sig-key-not-in-metadata", "Signature Invalid"),
        ],
    ),
];

/// No exact text of the page is documented.
const SSO_FAILURE: &str = "SSO failure";
const NO_USER: &str = "The user does not exist";

const ALIBABA_USER: &[Step] = &[
    step("Binding", &[("ali-user-binding", SSO_FAILURE)]),
    step("Status", &[("saml-status-not-success", SSO_FAILURE)]),
    step("Elements", &[("ali-user-required-elements", SSO_FAILURE)]),
    step("Issuer", &[("ali-user-issuer-mismatch", SSO_FAILURE)]),
    step("Signature", &[("ali-user-assertion-unsigned", SSO_FAILURE), ("ali-user-signature-invalid", SSO_FAILURE)]),
    step("Audience", &[("ali-user-audience-missing", SSO_FAILURE), ("ali-user-audience-mismatch", SSO_FAILURE)]),
    step(
        "SubjectConfirmation",
        &[
            ("ali-user-subjconf-count", SSO_FAILURE),
            ("ali-user-scd-notonorafter-missing", SSO_FAILURE),
            ("ali-user-scd-recipient-missing", SSO_FAILURE),
            ("ali-user-recipient-mismatch", SSO_FAILURE),
        ],
    ),
    step("Times", &[("ali-user-expired", SSO_FAILURE)]),
    step(
        "NameID",
        &[
            ("ali-user-nameid-count", SSO_FAILURE),
            ("ali-user-nameid-no-domain", NO_USER),
            ("ali-user-nameid-has-domain", NO_USER),
            ("ali-user-nameid-domainslash", NO_USER),
            ("ali-user-nameid-transient", NO_USER),
            ("ali-user-aux-domain-shadowed", "The user does not exist{\"UserPrincipalName\":\"{actual}\"}"),
            ("ali-user-nameid-suffix-unknown", "The user does not exist{\"UserPrincipalName\":\"{actual}\"}"),
            ("ali-user-nameid-username-charset", NO_USER),
            ("ali-user-nameid-not-exact", "The user does not exist{\"UserPrincipalName\":\"{actual}\"}"),
        ],
    ),
];

const INVALID: &str = "AuthenticationFail.SAMLAssertion.Invalid: The SAML Assertion is invalid.";

const ALIBABA_ROLE: &[Step] = &[
    step("Size", &[("ali-role-assertion-size", INVALID)]),
    step("Status", &[("saml-status-not-success", INVALID)]),
    step("Elements", &[("ali-role-required-elements", INVALID)]),
    step("Role", &[("ali-role-attr-missing", SSO_FAILURE), ("ali-role-value-empty", SSO_FAILURE)]),
    step("Role value", &[("ali-role-value-joined", SSO_FAILURE), ("ali-role-value-grammar", SSO_FAILURE)]),
    step(
        "Identity provider",
        &[("ali-role-provider-not-found", "EntityNotExist.SAMLProvider: Can not find SAML provider.")],
    ),
    step(
        "Issuer and signature",
        &[
            ("ali-role-issuer-mismatch", INVALID),
            ("ali-role-assertion-unsigned", INVALID),
            ("sig-digest-mismatch", INVALID),
            ("sig-value-mismatch", INVALID),
            ("sig-key-not-in-metadata", INVALID),
        ],
    ),
    step(
        "Audience and Recipient",
        &[("ali-role-audience-mismatch", INVALID), ("ali-role-recipient-mismatch", INVALID)],
    ),
    step(
        "Times",
        &[("ali-role-assertion-expired", "AuthenticationFail.SAMLAssertion.Expired: The SAML Assertion is expired.")],
    ),
    step(
        "RoleSessionName",
        &[
            ("ali-role-sessionname-missing", SESSION_NAME),
            ("ali-role-sessionname-multiple", SESSION_NAME),
            ("ali-role-sessionname-charset", SESSION_NAME),
        ],
    ),
    step("Role name", &[("ali-role-not-found", "EntityNotExist.RoleArn: The specified Role does not exists.")]),
];

const SESSION_NAME: &str = "InvalidParameter.RoleSessionName: The RoleSessionName is invalid.";

const ALIBABA_CLOUDSSO: &[Step] = &[
    step("Status", &[("saml-status-not-success", SSO_FAILURE)]),
    step("Signature", &[("ali-csso-signature", SSO_FAILURE)]),
    step("Audience", &[("ali-csso-audience-mismatch", SSO_FAILURE)]),
    step("Recipient", &[("ali-csso-recipient-mismatch", SSO_FAILURE)]),
    step("Times", &[("asr-scd-expired", SSO_FAILURE), ("asr-expired", SSO_FAILURE)]),
    step("NameID", &[("ali-csso-nameid-charset", "InvalidSubjectValue"), ("ali-csso-nameid-not-user", "InvalidUser")]),
];
