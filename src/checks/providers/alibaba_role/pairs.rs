//! One value of the Role attribute, taken apart: the role's ARN and its provider's, or what it is instead.

use super::strangers;
use crate::saml::Value;
use crate::xml::Node;

/// How a value of Role is to be written.
pub(super) const GRAMMAR: &str = "acs:ram::<account ID>:role/<role>,acs:ram::<account ID>:saml-provider/<provider>";

/// What a value holds while nobody has put the real thing in its place. None of these may stand in an ARN.
const MARKS: &[&str] = &["$", "<", ">", "{", "}", "***"];

/// The names that the examples of the documentation leave to the reader.
const SAMPLES: &[&str] =
    &["RoleName", "role-name", "role_name", "ProviderName", "provider-name", "IdPName", "idp-name"];

/// One `<AttributeValue>` of Role.
pub(in crate::checks::providers) struct RoleValue<'d> {
    /// Where it stands, and its text without the white space around it.
    pub(in crate::checks::providers) value: Value<'d>,
    /// What it is.
    pub(in crate::checks::providers) shape: Shape,
    /// Whether there is white space around it or around an ARN in it.
    pub(super) spaced: bool,
}

/// What a value of Role is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checks::providers) enum Shape {
    /// Nothing.
    Empty,
    /// A role and a provider, in whichever order.
    Pair(RolePair),
    /// Several pairs in one value.
    Joined,
    /// Anything else.
    Other,
}

/// A role and the identity provider that it is assumed through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checks::providers) struct RolePair {
    /// `acs:ram::ACCOUNT:role/NAME`.
    pub(in crate::checks::providers) role: Arn,
    /// `acs:ram::ACCOUNT:saml-provider/NAME`.
    pub(in crate::checks::providers) provider: Arn,
    /// Whether the provider stands first.
    pub(super) provider_first: bool,
}

/// What differs from ARN to ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checks::providers) struct Arn {
    /// The account that it is in.
    pub(in crate::checks::providers) account: String,
    /// The name of the role or of the provider.
    pub(in crate::checks::providers) name: String,
}

impl<'d> RoleValue<'d> {
    pub(super) fn of(node: Node<'d>) -> Self {
        let value = Value::of_element(node);
        let parts = value.text.split(',');
        let spaced =
            node.text_content().len() != value.text.len() || parts.clone().any(|part| part.len() != part.trim().len());
        let shape = if value.text.is_empty() {
            Shape::Empty
        } else if let Some(pair) = RolePair::parse(&value.text) {
            Shape::Pair(pair)
        } else if parts.filter(|part| !part.trim().is_empty()).count() > 2 {
            Shape::Joined
        } else {
            Shape::Other
        };
        Self { value, shape, spaced }
    }

    /// The pair, where it is one.
    pub(in crate::checks::providers) fn pair(&self) -> Option<&RolePair> {
        match &self.shape {
            Shape::Pair(pair) => Some(pair),
            _ => None,
        }
    }

    /// Whether something in it still stands for what ought to be there.
    pub(super) fn is_template(&self) -> bool {
        let is_sample = |arn: &Arn| SAMPLES.contains(&arn.name.as_str());
        MARKS.iter().any(|mark| self.value.text.contains(mark))
            || self.pair().is_some_and(|pair| is_sample(&pair.role) || is_sample(&pair.provider))
    }

    /// The name of a directory group in it, as the example for AD FS builds it: `Aliyun-ACCOUNT-ROLE`.
    pub(super) fn group(&self) -> Option<&str> {
        self.value.text.split([',', '/', '\\']).find(|part| is_group(part.trim()))
    }

    /// The first part that is no ARN of a role or a provider.
    pub(super) fn stranger(&self) -> &str {
        let is_arn = |part: &&str| Arn::parse(part.trim(), "role/").or(Arn::parse(part.trim(), "saml-provider/"));
        self.value.text.split(',').find(|part| is_arn(part).is_none()).unwrap_or(&self.value.text).trim()
    }
}

fn is_group(part: &str) -> bool {
    let mut pieces = part.splitn(3, '-');
    let (prefix, account, role) = (pieces.next(), pieces.next(), pieces.next());
    prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case("aliyun"))
        && account.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        && role.is_some_and(|role| !role.is_empty())
}

impl RolePair {
    /// Exactly two ARNs, one of each kind; white space around them is somebody else's question.
    fn parse(text: &str) -> Option<Self> {
        let (first, second) = text.split_once(',')?;
        let (first, second) = (first.trim(), second.trim());
        let pair = |role, provider, provider_first| {
            let (role, provider) = (Arn::parse(role, "role/")?, Arn::parse(provider, "saml-provider/")?);
            Some(Self { role, provider, provider_first })
        };
        pair(first, second, false).or_else(|| pair(second, first, true))
    }

    /// As it is to be written.
    pub(super) fn canonical(&self) -> String {
        format!("{},{}", self.role_arn(), self.provider_arn())
    }

    /// The role's ARN.
    pub(in crate::checks::providers) fn role_arn(&self) -> String {
        format!("acs:ram::{}:role/{}", self.role.account, self.role.name)
    }

    /// The provider's ARN.
    pub(in crate::checks::providers) fn provider_arn(&self) -> String {
        format!("acs:ram::{}:saml-provider/{}", self.provider.account, self.provider.name)
    }

    /// Both accounts.
    pub(super) fn accounts(&self) -> [&str; 2] {
        [&self.role.account, &self.provider.account]
    }
}

impl Arn {
    fn parse(text: &str, kind: &str) -> Option<Self> {
        let (account, resource) = text.strip_prefix("acs:ram::")?.split_once(':')?;
        let name = resource.strip_prefix(kind)?;
        // A second ARN in the name is a second pair, whatever stands between.
        let sound = !name.is_empty() && !name.contains("acs:ram::") && !name.contains(',');
        sound.then(|| Self { account: account.to_owned(), name: name.to_owned() })
    }
}

/// What is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::checks::providers) enum NameFault {
    /// Characters that it may not have, in quotes.
    Characters(String),
    /// Only spaces, which one of the two versions of the documentation allows.
    Spaces,
    /// More characters than this.
    TooLong(usize),
    /// It begins or ends with this, which is no letter or digit.
    Edge(char),
}

impl NameFault {
    /// What is wrong, as part of a sentence in whatever language.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Characters(found) => found.clone(),
            Self::Spaces => "“ ”".to_owned(),
            Self::TooLong(most) => format!("> {most}"),
            Self::Edge(edge) => format!("“{edge}”"),
        }
    }
}

/// What keeps a name from being a RAM role's: `[A-Za-z0-9.@-]{1,64}`.
pub(in crate::checks::providers) fn role_name_fault(name: &str) -> Option<NameFault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '-');
    let found = strangers(name, allowed);
    match found.as_str() {
        "" => (name.len() > 64).then_some(NameFault::TooLong(64)),
        "“ ”" => Some(NameFault::Spaces),
        _ => Some(NameFault::Characters(found)),
    }
}

/// What keeps a name from being an identity provider's in RAM: 1 to 128 letters, digits, `.`, `-` and `_`, a letter or
/// digit at both ends.
pub(in crate::checks::providers) fn provider_name_fault(name: &str) -> Option<NameFault> {
    let found = strangers(name, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if !found.is_empty() {
        Some(NameFault::Characters(found))
    } else if name.len() > 128 {
        Some(NameFault::TooLong(128))
    } else {
        let mut edges = name.chars().next().into_iter().chain(name.chars().next_back());
        edges.find(|edge| !edge.is_ascii_alphanumeric()).map(NameFault::Edge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_two_arns_in_whichever_order() {
        let pair = |text| RolePair::parse(text).map(|pair| (pair.canonical(), pair.provider_first));
        let sound = "acs:ram::1:role/a,acs:ram::2:saml-provider/b";
        assert_eq!(pair(sound), Some((sound.to_owned(), false)));
        assert_eq!(pair(" acs:ram::2:saml-provider/b , acs:ram::1:role/a"), Some((sound.to_owned(), true)));
        for wrong in [
            "acs:ram::1:role/a",
            "acs:ram::1:role/a,",
            "acs:ram::1:role/a,acs:ram::1:role/a",
            "acs:ram::1:role/,acs:ram::1:saml-provider/b",
            "acs:ram:1:role/a,acs:ram:1:saml-provider/b",
            "acs:ram::1:role/a;acs:ram::1:role/b,acs:ram::1:saml-provider/b",
            "acs:ram::1:role/a,acs:ram::1:saml-provider/b,",
        ] {
            assert_eq!(pair(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_are_faulted_for_the_first_thing_that_is_wrong() {
        assert_eq!(role_name_fault("ops.Read-only@1"), None);
        assert_eq!(role_name_fault("dev_ops x"), Some(NameFault::Characters("“_”, “ ”".to_owned())));
        assert_eq!(role_name_fault("dev ops"), Some(NameFault::Spaces));
        assert_eq!(role_name_fault(&"a".repeat(64)), None);
        assert_eq!(role_name_fault(&"a".repeat(65)), Some(NameFault::TooLong(64)));
        assert_eq!(provider_name_fault("acme_idp.1"), None);
        assert_eq!(provider_name_fault("acme@idp"), Some(NameFault::Characters("“@”".to_owned())));
        assert_eq!(provider_name_fault("acme-"), Some(NameFault::Edge('-')));
        assert_eq!(provider_name_fault(&"a".repeat(128)), None);
        assert_eq!(provider_name_fault(&"a".repeat(129)), Some(NameFault::TooLong(128)));
    }

    #[test]
    fn a_group_has_the_three_pieces_that_the_page_on_ad_fs_gives_it() {
        for (part, expected) in [
            ("Aliyun-1029384756102938-admin-role", true),
            ("aliyun-1-r", true),
            ("Okta-1029384756102938-admin-role", false),
            ("Aliyun-admin-role", false),
            ("Aliyun-1029x-admin", false),
            ("Aliyun--admin", false),
            ("Aliyun-1029384756102938-", false),
            ("Aliyun-1029384756102938", false),
            ("Aliyun", false),
            ("", false),
        ] {
            assert_eq!(is_group(part), expected, "{part}");
        }
    }
}
