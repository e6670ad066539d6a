//! The libraries that most services are made with, as they check where nothing is set otherwise.

use super::{Service, Step};

/// A step.
const fn step(name: &'static str, stops: &'static [(&'static str, &'static str)]) -> Step {
    Step { name, stops }
}

pub(super) const ALL: &[Service] = &[
    Service {
        name: "python3-saml (strict)",
        source: "SAML-Toolkits/python3-saml, response.py and errors.py",
        profiles: &[],
        steps: PYTHON3_SAML,
    },
    Service { name: "ruby-saml", source: "SAML-Toolkits/ruby-saml, response.rb", profiles: &[], steps: RUBY_SAML },
    Service { name: "node-saml", source: "node-saml/node-saml, saml.ts", profiles: &[], steps: NODE_SAML },
    Service {
        name: "Spring Security",
        source: "spring-projects/spring-security, OpenSaml4AuthenticationProvider",
        profiles: &[],
        steps: SPRING,
    },
    Service {
        name: "Shibboleth SP",
        source: "Shibboleth SP and OpenSAML C++ sources",
        profiles: &[],
        steps: SHIBBOLETH,
    },
];

/// The words of the toolkits for a signature that does not hold.
const ONELOGIN_INVALID: &str = "Signature validation failed. SAML Response rejected";

const PYTHON3_SAML: &[Step] = &[
    step("XML", &[("saml-xml-dtd", "Detected use of DOCTYPE/ENTITY in XML, disabled to prevent XXE/XEE attacks")]),
    step("Version", &[("saml-version", "Unsupported SAML version")]),
    step("ID", &[("saml-id-missing", "Missing ID attribute on SAML Response")]),
    step(
        "Status",
        &[
            ("saml-status-missing", "Missing Status on response"),
            ("saml-status-not-success", "The status code of the Response was not Success, was {actual}"),
        ],
    ),
    step(
        "Assertion count",
        &[
            ("saml-status-success-no-assertion", "SAML Response must contain 1 assertion"),
            ("saml-multiple-assertions", "SAML Response must contain 1 assertion"),
        ],
    ),
    step(
        "Signed elements",
        &[
            ("sig-reference-count", "Found an unexpected number of Reference elements"),
            ("sig-reference-uri", "Found an invalid Signed Element. SAML Response rejected"),
            ("sig-consumed-unsigned", "Found an unexpected Signature Element. SAML Response rejected"),
            ("saml-id-duplicate", "Duplicated ID. SAML Response rejected"),
        ],
    ),
    step("Schema", &[("saml-schema-invalid", "Invalid SAML Response. Not match the saml-schema-protocol-2.0.xsd")]),
    step(
        "InResponseTo",
        &[(
            "saml-inresponseto-mismatch",
            "The InResponseTo of the Response: {actual}, does not match the ID of the AuthNRequest sent by the SP: {expected}",
        )],
    ),
    step("Conditions", &[("asr-conditions-missing", "The Assertion must include a Conditions element")]),
    step(
        "Times",
        &[
            ("asr-notbefore-future", "Could not validate timestamp: not yet valid. Check system clock."),
            ("asr-expired", "Could not validate timestamp: expired. Check system clock."),
        ],
    ),
    step(
        "AuthnStatement",
        &[
            ("asr-authnstatement-missing", "The Assertion must include an AuthnStatement element"),
            ("asr-authnstatement-multiple", "The Assertion must include an AuthnStatement element"),
            ("asr-authncontext-mismatch", "The AuthnContext \"{actual}\" was not a requested context \"{expected}\""),
        ],
    ),
    step(
        "Attributes",
        &[
            ("asr-encrypted-id", "There is an EncryptedAttribute in the Response and this SP not support them"),
            ("asr-attr-duplicate-name", "Found an Attribute element with duplicated Name"),
        ],
    ),
    step(
        "Destination",
        &[
            ("saml-destination-mismatch", "The response was received at {expected} instead of {actual}"),
            ("saml-destination-missing-signed", "The response has an empty Destination value"),
        ],
    ),
    step("Audience", &[("asr-audience-mismatch", "{expected} is not a valid audience for this Response")]),
    step(
        "Issuer",
        &[
            ("asr-issuer-missing", "Issuer of the Assertion not found or multiple."),
            (
                "saml-issuer-mismatch-metadata",
                "Invalid issuer in the Assertion/Response (expected {expected}, got {actual})",
            ),
            ("saml-issuer-mismatch-inner", "Invalid issuer in the Assertion/Response"),
        ],
    ),
    step(
        "Session",
        &[(
            "asr-session-expired",
            "The attributes have expired, based on the SessionNotOnOrAfter of the AttributeStatement of this Response",
        )],
    ),
    step("SubjectConfirmation", PYTHON_CONFIRMATION),
    step(
        "NameID",
        &[
            ("nid-missing", "NameID not found in the assertion of the Response"),
            ("nid-empty", "An empty NameID value found"),
            ("nid-spnamequalifier-sp", "The SPNameQualifier value mistmatch the SP entityID value."),
        ],
    ),
    step("Signature", ONELOGIN_SIGNATURE),
];

const PYTHON_CONFIRMATION: &[(&str, &str)] = &[
    ("asr-subject-missing", CONFIRMATION),
    ("asr-bearer-missing", CONFIRMATION),
    ("asr-scd-inresponseto", CONFIRMATION),
    ("asr-scd-recipient-missing", CONFIRMATION),
    ("asr-scd-recipient-mismatch", CONFIRMATION),
    ("asr-scd-notonorafter-missing", CONFIRMATION),
    ("asr-scd-expired", CONFIRMATION),
];

const CONFIRMATION: &str = "A valid SubjectConfirmation was not found on this Response";

const ONELOGIN_SIGNATURE: &[(&str, &str)] = &[
    ("sig-none", "No Signature found. SAML Response rejected"),
    ("sig-alg-hmac", ONELOGIN_INVALID),
    ("sig-alg-unknown", ONELOGIN_INVALID),
    ("sig-transforms", ONELOGIN_INVALID),
    ("sig-digest-mismatch", ONELOGIN_INVALID),
    ("sig-value-mismatch", ONELOGIN_INVALID),
    ("sig-key-not-in-metadata", ONELOGIN_INVALID),
];

const RUBY_SAML: &[Step] = &[
    step("Version", &[("saml-version", "Unsupported SAML version")]),
    step("ID", &[("saml-id-missing", "Missing ID attribute on SAML Response")]),
    step(
        "Status",
        &[
            ("saml-status-missing", "The status code of the Response was not Success"),
            ("saml-status-not-success", "The status code of the Response was not Success, was {actual}"),
        ],
    ),
    step(
        "Assertion count",
        &[
            ("saml-status-success-no-assertion", "SAML Response must contain 1 assertion"),
            ("saml-multiple-assertions", "SAML Response must contain 1 assertion"),
        ],
    ),
    step(
        "Signed elements",
        &[
            ("sig-none", "Found an unexpected number of Signature Element. SAML Response rejected"),
            ("sig-reference-uri", "Signed element id is not found or found more than once. SAML Response rejected"),
            ("sig-consumed-unsigned", "Found an unexpected number of Signature Element. SAML Response rejected"),
        ],
    ),
    step("Schema", &[("saml-schema-invalid", "Invalid SAML Response. Not match the saml-schema-protocol-2.0.xsd")]),
    step("Attributes", &[("asr-attr-duplicate-name", "Found an Attribute element with duplicated Name")]),
    step(
        "InResponseTo",
        &[(
            "saml-inresponseto-mismatch",
            "The InResponseTo of the Response: {actual}, does not match the ID of the AuthNRequest sent by the SP: {expected}",
        )],
    ),
    step("Conditions", &[("asr-conditions-missing", "The Assertion must include one Conditions element")]),
    step(
        "Times",
        &[
            ("asr-notbefore-future", "Current time is earlier than NotBefore condition ({actual})"),
            ("asr-expired", "Current time is on or after NotOnOrAfter condition ({actual})"),
        ],
    ),
    step(
        "AuthnStatement",
        &[
            ("asr-authnstatement-missing", "The Assertion must include one AuthnStatement element"),
            ("asr-authnstatement-multiple", "The Assertion must include one AuthnStatement element"),
        ],
    ),
    step(
        "Audience",
        &[(
            "asr-audience-mismatch",
            "Invalid Audience. The audience {actual}, did not match the expected audience {expected}",
        )],
    ),
    step(
        "Destination",
        &[
            ("saml-destination-mismatch", "The response was received at {actual} instead of {expected}"),
            ("saml-destination-missing-signed", "The response has an empty Destination value"),
        ],
    ),
    step(
        "Issuer",
        &[("saml-issuer-mismatch-metadata", "Doesn't match the issuer, expected: <{expected}>, but was: <{actual}>")],
    ),
    step(
        "Session",
        &[(
            "asr-session-expired",
            "The attributes have expired, based on the SessionNotOnOrAfter of the AuthnStatement of this Response",
        )],
    ),
    step("SubjectConfirmation", PYTHON_CONFIRMATION),
    step(
        "NameID",
        &[
            ("nid-missing", "No NameID element found in the assertion of the Response"),
            ("nid-empty", "An empty NameID value found"),
            ("nid-spnamequalifier-sp", "SPNameQualifier value does not match the SP entityID value."),
        ],
    ),
    step(
        "Signature",
        &[
            ("sig-digest-mismatch", "Invalid Signature on SAML Response"),
            ("sig-value-mismatch", "Invalid Signature on SAML Response"),
            ("sig-key-not-in-metadata", "Invalid Signature on SAML Response"),
        ],
    ),
];

const NODE_SAML: &[Step] = &[
    step("XML", &[("saml-xml-dtd", "SAMLResponse is not valid base64-encoded XML")]),
    step("InResponseTo", &[("saml-inresponseto-mismatch", "InResponseTo is not valid")]),
    step(
        "Response signature",
        &[
            ("sig-none", "Invalid document signature"),
            ("sig-assertion-only", "Invalid document signature"),
            ("sig-digest-mismatch", "Invalid document signature"),
            ("sig-value-mismatch", "Invalid document signature"),
            ("sig-key-not-in-metadata", "Invalid document signature"),
        ],
    ),
    step("Assertion count", &[("saml-multiple-assertions", "Invalid signature: multiple assertions")]),
    step(
        "Assertion signature",
        &[
            ("sig-response-only", "Invalid signature"),
            ("sig-consumed-unsigned", "Invalid signature"),
            ("sig-transforms", "Invalid signature, too many transforms"),
            ("saml-id-duplicate", "ID cannot refer to more than one element"),
        ],
    ),
    step("Decryption", &[("enc-no-key", "Invalid EncryptedAssertion content")]),
    step(
        "Status",
        &[
            ("saml-status-not-success", "SAML provider returned {actual} error"),
            ("saml-status-success-no-assertion", "Missing SAML assertion"),
        ],
    ),
    step(
        "SubjectConfirmation",
        &[
            ("saml-inresponseto-differs-scd", "InResponseTo does not match subjectInResponseTo"),
            ("asr-bearer-missing", NODE_CONFIRMATION),
            ("asr-scd-expired", NODE_CONFIRMATION),
        ],
    ),
    step(
        "Times",
        &[
            ("asr-notbefore-future", "SAML assertion not yet valid"),
            ("asr-expired", "SAML assertion expired: clocks skewed too much"),
        ],
    ),
    step(
        "Audience",
        &[
            ("asr-audience-missing", "SAML assertion has no AudienceRestriction"),
            ("asr-audience-mismatch", "SAML assertion audience mismatch. Expected: {expected} Received: {actual}"),
        ],
    ),
    step("NameID", &[("nid-missing", "Missing SAML NameID")]),
];

const NODE_CONFIRMATION: &str = "No valid subject confirmation found among those available in the SAML assertion";

const SPRING: &[Step] = &[
    step(
        "Response signature",
        &[
            ("sig-digest-mismatch", "Invalid signature detected for SAML Response"),
            ("sig-value-mismatch", "Invalid signature detected for SAML Response"),
            ("sig-key-not-in-metadata", "Invalid signature detected for SAML Response"),
        ],
    ),
    step("Status", &[("saml-status-not-success", "Invalid status [{actual}] for SAML response")]),
    step(
        "InResponseTo",
        &[(
            "saml-inresponseto-mismatch",
            "The InResponseTo attribute [{actual}] does not match the ID of the authentication request [{expected}]",
        )],
    ),
    step("Destination", &[("saml-destination-mismatch", "Invalid destination [{actual}] for SAML response")]),
    step("Issuer", &[("saml-issuer-mismatch-metadata", "Invalid issuer [{actual}] for SAML response")]),
    step("Assertion count", &[("saml-status-success-no-assertion", "No assertions found in response.")]),
    step(
        "Assertion signature",
        &[
            (
                "sig-none",
                "Either the response or one of the assertions is unsigned. Please either sign the response or all of the assertions.",
            ),
            ("sig-consumed-unsigned", "Invalid assertion for SAML response: signature"),
        ],
    ),
    step(
        "Conditions",
        &[
            ("asr-notbefore-future", "Assertion is not yet valid"),
            ("asr-expired", "Assertion is no longer valid"),
            ("asr-audience-mismatch", "None of the audiences within Assertion match the list of valid audiences"),
        ],
    ),
    step(
        "SubjectConfirmation",
        &[
            ("asr-subject-missing", "Assertion is missing a subject"),
            ("asr-bearer-missing", SPRING_CONFIRMATION),
            ("asr-scd-recipient-missing", SPRING_CONFIRMATION),
            ("asr-scd-recipient-mismatch", SPRING_CONFIRMATION),
            ("asr-scd-inresponseto", SPRING_CONFIRMATION),
            ("asr-scd-expired", SPRING_CONFIRMATION),
            ("asr-scd-notbefore-present", SPRING_CONFIRMATION),
        ],
    ),
    step("NameID", &[("nid-missing", "Assertion is missing a subject")]),
];

const SPRING_CONFIRMATION: &str = "No subject confirmation methods were met for assertion";

const SHIBBOLETH: &[Step] = &[
    step("Binding", &[("bind-response-via-redirect", "Invalid HTTP method.")]),
    step("Destination", &[("saml-destination-mismatch", "SAML message delivered with POST to incorrect server URL.")]),
    step(
        "IssueInstant",
        &[
            ("saml-issueinstant-old", "Message expired, was issued too long ago."),
            ("saml-issueinstant-future", "Message rejected, was issued in the future."),
        ],
    ),
    step("Issuer", &[("saml-issuer-mismatch-metadata", "Unable to locate metadata for identity provider ({actual})")]),
    step("Status", &[("saml-status-not-success", "SAML response reported an IdP error.")]),
    step(
        "Signature",
        &[
            ("sig-digest-mismatch", "Message was signed, but signature could not be verified."),
            ("sig-value-mismatch", "Message was signed, but signature could not be verified."),
            ("sig-key-not-in-metadata", "Message was signed, but signature could not be verified."),
            ("sig-none", "Unable to establish security of incoming assertion."),
            ("sig-consumed-unsigned", "Unable to establish security of incoming assertion."),
        ],
    ),
    step(
        "Conditions",
        &[
            ("asr-notbefore-future", "Assertion is not yet valid."),
            ("asr-expired", "Assertion is no longer valid."),
            ("asr-audience-mismatch", "Assertion contains an unacceptable AudienceRestriction."),
        ],
    ),
    step(
        "SubjectConfirmation",
        &[
            ("asr-bearer-missing", SHIBBOLETH_CONFIRMATION),
            ("asr-scd-recipient-missing", SHIBBOLETH_CONFIRMATION),
            ("asr-scd-recipient-mismatch", SHIBBOLETH_CONFIRMATION),
            ("asr-scd-inresponseto", SHIBBOLETH_CONFIRMATION),
            ("asr-scd-expired", SHIBBOLETH_CONFIRMATION),
            ("asr-scd-notonorafter-missing", SHIBBOLETH_CONFIRMATION),
        ],
    ),
    step("AuthnStatement", &[("asr-authnstatement-missing", "Incoming message contained no acceptable assertions.")]),
];

const SHIBBOLETH_CONFIRMATION: &str = "Unable to locate satisfiable bearer SubjectConfirmation in assertion.";
