//! Signatures of the redirect binding, over the query's octets as captured (SAML 2.0 Bindings §3.4.4.1).

use std::collections::HashSet;

use percent_encoding::percent_decode_str;

use super::fault::{Fault, Malformed, MalformedKind, Status};
use super::key::{Key, KeyRing};
use crate::crypto::PublicKey;
use crate::crypto::algorithm::{self, Lookup, SignatureMethod};
use crate::crypto::armor;
use crate::crypto::verify::{VerifyError, verify};

/// What is known of a query's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryVerdict {
    /// `SAMLRequest` or `SAMLResponse`.
    pub target: &'static str,
    /// `SigAlg`.
    pub signature_algorithm: Option<String>,
    /// Why it does not hold over the octets as captured; `None` where it does.
    pub fault: Option<Fault>,
    /// Where it does not: over which other form of the same parameters it holds.
    pub holds_as: Option<Variant>,
    /// Whether that it holds is stated by whoever redacted the case, and was not computed.
    pub stated: bool,
    /// The name of the key that fits.
    pub key: Option<String>,
    /// That key.
    pub public_key: Option<PublicKey>,
}

impl QueryVerdict {
    /// Whether it holds as captured.
    pub fn status(&self) -> Status {
        self.fault.as_ref().map_or(Status::Valid, Fault::status)
    }
}

/// How what was signed differs from what was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Variant {
    /// The letter case or kind of the escapes.
    pub escapes: Escapes,
    /// Whether `RelayState` is part of it.
    pub relay_state: Relay,
    /// Whether the parameters stand in the order of the URL and not in the binding's own.
    pub order_of_url: bool,
}

/// How characters are escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Escapes {
    /// As captured.
    #[default]
    AsCaptured,
    /// `%2b`
    LowerCase,
    /// `%2B`
    UpperCase,
    /// A space is `+`, other escapes upper case.
    PlusForSpace,
    /// A space is `%20`.
    PercentForSpace,
}

/// What became of `RelayState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relay {
    /// As captured.
    #[default]
    AsCaptured,
    /// Signed without one: the one captured was added later, or left out because it was empty.
    Absent,
    /// Signed with an empty one.
    Empty,
}

/// Verifies the signature of a query; `None` where it has none.
///
/// `query`: the octets after `?`, exactly as captured. `kind`: the local name of the message's root element. `issuer`: who
/// it says it is from.
pub fn verify_query(query: &str, kind: &str, issuer: Option<&str>, ring: &KeyRing) -> Option<QueryVerdict> {
    let parameters = Parameters::of(query);
    let (target, message) = parameters.message()?;
    let signature = parameters.get("Signature")?;
    let mut verdict = QueryVerdict {
        target,
        signature_algorithm: None,
        fault: None,
        holds_as: None,
        stated: false,
        key: None,
        public_key: None,
    };
    let candidates: Vec<&Key> = ring.candidates(issuer, kind).collect();
    verdict.fault = check(&parameters, message, signature, (&candidates, ring), &mut verdict).err();
    Some(verdict)
}

/// The parameter of the binding that a query or form body has more than once, in whatever letter case: many frameworks
/// take no notice of that. `message` where it carries two of them by different names.
pub fn repeated_parameter(query: &str) -> Option<&'static str> {
    Parameters::of(query).repeated(str::eq_ignore_ascii_case)
}

/// The octets that the signature of a query is over, as captured; `None` where it carries no message.
pub fn signed_query(query: &str) -> Option<String> {
    let parameters = Parameters::of(query);
    let (_, message) = parameters.message()?;
    Some(parameters.signed(message, Variant::default()))
}

/// The same as a variant of it was signed.
pub(crate) fn signed_variant(query: &str, variant: Variant) -> Option<String> {
    let parameters = Parameters::of(query);
    let (_, message) = parameters.message()?;
    Some(parameters.signed(message, variant))
}

fn check(
    parameters: &Parameters<'_>,
    message: &str,
    signature: &str,
    (candidates, ring): (&[&Key], &KeyRing),
    verdict: &mut QueryVerdict,
) -> Result<(), Fault> {
    let malformed = |kind| Fault::Malformed(Malformed { kind, span: 0..0 });
    // One reader takes the first, another the last: what was verified is then not what is read.
    if let Some(name) = parameters.repeated(str::eq) {
        return Err(malformed(MalformedKind::Unexpected(format!("a second {name}"))));
    }
    let algorithm = parameters.get("SigAlg").ok_or_else(|| malformed(MalformedKind::Missing("SigAlg")))?;
    let uri = percent_decode_str(algorithm).decode_utf8_lossy().into_owned();
    verdict.signature_algorithm = Some(uri.clone());
    let method = match algorithm::signature(&uri) {
        Lookup::Supported(method) => method,
        Lookup::Known { name, why } => {
            return Err(Fault::ForbiddenAlgorithm { uri, name: Some(name), why: Some(why) });
        }
        Lookup::Unknown => return Err(Fault::ForbiddenAlgorithm { uri, name: None, why: None }),
    };
    let value = percent_decode_str(signature).decode_utf8_lossy();
    let value = armor::base64(&value).map_err(|_| malformed(MalformedKind::NotBase64("Signature")))?;

    let mut error = None;
    let mut tried = HashSet::new();
    for variant in variants(parameters) {
        let signed = parameters.signed(message, variant);
        if !tried.insert(signed.clone()) {
            continue;
        }
        match fitting_key(&method, signed.as_bytes(), &value, candidates, ring) {
            Ok(key) => {
                verdict.stated = ring.states(&key.key, signed.as_bytes(), &value);
                (verdict.key, verdict.public_key) = (Some(key.name.clone()), Some(key.key.clone()));
                if variant == Variant::default() {
                    return Ok(());
                }
                verdict.holds_as = Some(variant);
                break;
            }
            Err(Fault::NoKey) => return Err(Fault::NoKey),
            Err(fault) => error = error.or(Some(fault)),
        }
    }
    Err(error.unwrap_or(Fault::SignatureMismatch(None)))
}

fn fitting_key<'k>(
    method: &SignatureMethod,
    signed: &[u8],
    value: &[u8],
    candidates: &[&'k Key],
    ring: &KeyRing,
) -> Result<&'k Key, Fault> {
    let mut told: Option<VerifyError> = None;
    for key in candidates {
        match verify(method, &key.key, signed, value) {
            Ok(_) => return Ok(key),
            Err(_) if ring.states(&key.key, signed, value) => return Ok(key),
            Err(error) => told = told.or(Some(error)),
        }
    }
    Err(told.map_or(Fault::NoKey, |error| Fault::SignatureMismatch(Some(error))))
}

/// The captured form first, then every other.
fn variants(parameters: &Parameters<'_>) -> Vec<Variant> {
    use Escapes::{AsCaptured, LowerCase, PercentForSpace, PlusForSpace, UpperCase};
    let relay: &[Relay] = match parameters.get("RelayState") {
        None => &[Relay::AsCaptured, Relay::Empty],
        Some("") => &[Relay::AsCaptured, Relay::Absent],
        Some(_) => &[Relay::AsCaptured, Relay::Absent, Relay::Empty],
    };
    let mut all = Vec::new();
    for order_of_url in [false, true] {
        for relay_state in relay {
            for escapes in [AsCaptured, LowerCase, UpperCase, PlusForSpace, PercentForSpace] {
                all.push(Variant { escapes, relay_state: *relay_state, order_of_url });
            }
        }
    }
    all
}

/// The parameters as captured, each value still escaped.
struct Parameters<'a> {
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> Parameters<'a> {
    fn of(query: &'a str) -> Self {
        Self { pairs: query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect() }
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    fn message(&self) -> Option<(&'static str, &'a str)> {
        ["SAMLRequest", "SAMLResponse"].into_iter().find_map(|name| Some((name, self.get(name)?)))
    }

    /// A parameter of the binding that stands there more than once, by whatever escapes of its name; a request and a
    /// response are two messages.
    fn repeated(&self, is_same: fn(&str, &str) -> bool) -> Option<&'static str> {
        let count = |known: &[&str]| {
            let names = self.pairs.iter().map(|(name, _)| percent_decode_str(name).decode_utf8_lossy());
            names.filter(|name| known.iter().any(|known| is_same(known, name))).count()
        };
        let messages = ["SAMLRequest", "SAMLResponse"];
        if count(&messages) > 1 {
            return messages.into_iter().find(|name| count(&[*name]) > 1).or(Some("message"));
        }
        ["RelayState", "SigAlg", "Signature"].into_iter().find(|name| count(&[*name]) > 1)
    }

    /// The octets that a signature of that form is over: message, RelayState, SigAlg.
    fn signed(&self, message: &str, variant: Variant) -> String {
        let relay_state = match variant.relay_state {
            Relay::AsCaptured => self.get("RelayState"),
            Relay::Absent => None,
            Relay::Empty => Some(""),
        };
        let own_order = ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg"];
        let url_order: Vec<&str> = self.pairs.iter().map(|(name, _)| *name).collect();
        let order: &[&str] = if variant.order_of_url { &url_order } else { &own_order };
        let mut out = String::new();
        for name in order {
            let value = match *name {
                "SAMLRequest" | "SAMLResponse" if self.get(name) == Some(message) => Some(message),
                "RelayState" => relay_state,
                "SigAlg" => self.get("SigAlg"),
                _ => None,
            };
            if let Some(value) = value {
                out.push_str(if out.is_empty() { "" } else { "&" });
                out.push_str(name);
                out.push('=');
                push_escaped(&mut out, value, variant.escapes);
            }
        }
        out
    }
}

fn push_escaped(out: &mut String, value: &str, escapes: Escapes) {
    let mut rest = value;
    while let Some(at) = rest.find(['%', '+']) {
        let (plain, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let width = if escape.starts_with('+') { 1 } else { 3 };
        let (escape, after) = escape.split_at_checked(width).unwrap_or((escape, ""));
        let space = escape == "+" || escape == "%20";
        match escapes {
            Escapes::PlusForSpace if space => out.push('+'),
            Escapes::PercentForSpace if space => out.push_str("%20"),
            Escapes::LowerCase => out.push_str(&escape.to_ascii_lowercase()),
            Escapes::UpperCase | Escapes::PlusForSpace => out.push_str(&escape.to_ascii_uppercase()),
            Escapes::AsCaptured | Escapes::PercentForSpace => out.push_str(escape),
        }
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_octets_are_those_of_the_capture_in_the_order_of_the_binding() {
        let parameters = Parameters::of("SigAlg=a%3a&x=1&RelayState=r+s%20t&SAMLResponse=m%2b&Signature=z");
        let (_, message) = parameters.message().unwrap();
        let signed = |variant| parameters.signed(message, variant);
        let default = Variant::default();
        assert_eq!(signed(default), "SAMLResponse=m%2b&RelayState=r+s%20t&SigAlg=a%3a");
        assert_eq!(
            signed(Variant { escapes: Escapes::UpperCase, ..default }),
            "SAMLResponse=m%2B&RelayState=r+s%20t&SigAlg=a%3A"
        );
        assert_eq!(
            signed(Variant { escapes: Escapes::PercentForSpace, ..default }),
            "SAMLResponse=m%2b&RelayState=r%20s%20t&SigAlg=a%3a"
        );
        assert_eq!(
            signed(Variant { escapes: Escapes::PlusForSpace, ..default }),
            "SAMLResponse=m%2B&RelayState=r+s+t&SigAlg=a%3A"
        );
        assert_eq!(
            signed(Variant { escapes: Escapes::LowerCase, ..default }),
            "SAMLResponse=m%2b&RelayState=r+s%20t&SigAlg=a%3a"
        );
        assert_eq!(signed(Variant { relay_state: Relay::Absent, ..default }), "SAMLResponse=m%2b&SigAlg=a%3a");
        assert_eq!(
            signed(Variant { order_of_url: true, ..default }),
            "SigAlg=a%3a&RelayState=r+s%20t&SAMLResponse=m%2b"
        );
    }

    #[test]
    fn a_parameter_that_stands_there_twice_is_refused_whatever_its_escapes() {
        let fault = |query: &str| verify_query(query, "", None, &KeyRing::default()).unwrap().fault;
        let once = "SAMLRequest=a&RelayState=r&SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256";
        assert_eq!(fault(&format!("{once}&x=1&x=2&Signature=AAAA")), Some(Fault::NoKey));
        for (more, name) in [
            ("SAMLRequest=b", "SAMLRequest"),
            ("SAMLRequest=a", "SAMLRequest"),
            ("%53AMLRequest=b", "SAMLRequest"),
            ("SAMLResponse=b", "message"),
            ("RelayState=", "RelayState"),
            ("SigAlg=b", "SigAlg"),
            ("Signature=BBBB", "Signature"),
        ] {
            let kind = MalformedKind::Unexpected(format!("a second {name}"));
            let expected = Some(Fault::Malformed(Malformed { kind, span: 0..0 }));
            assert_eq!(fault(&format!("{once}&Signature=AAAA&{more}")), expected, "{more}");
            assert_eq!(fault(&format!("{more}&{once}&Signature=AAAA")), expected, "{more} first");
        }
    }
}
