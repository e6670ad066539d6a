//! The values by which clouds are told roles, taken apart for whoever shows them; what is wrong with one is asked of the
//! same functions that the rules of its cloud ask.

use super::{alibaba, alibaba_role, aws_role, tencent, volcengine};
use crate::context::Alibaba;
use crate::flow::Profile;
use crate::saml::{Assertion, Value};
use crate::xml::Node;

/// Most names of an assertion that are asked for the site that they belong to.
const ADDRESSES: usize = 16;
/// Most roles of one value that are told; a value of more is joined of several, and told so.
const ROLES: usize = 64;

/// A cloud, by what its values begin with and by the Names of its attributes.
struct Cloud {
    profile: Profile,
    start: &'static str,
    names: &'static [&'static str],
}

const CLOUDS: [Cloud; 4] = [
    Cloud { profile: Profile::AlibabaRoleSso, start: "acs:", names: &[alibaba::ROLE_ATTRIBUTE] },
    Cloud { profile: Profile::AwsIamRole, start: "arn:", names: &[aws_role::ROLE] },
    Cloud { profile: Profile::TencentRole, start: "qcs:", names: &[tencent::ROLE] },
    Cloud { profile: Profile::Volcengine, start: "trn:", names: &[volcengine::IDENTITY, volcengine::ROLE] },
];

/// A value that names roles and the identity provider that they are assumed through, as far as it can be read.
pub(crate) struct RoleParts {
    /// The service whose form it has, or whose attribute it stands in.
    pub(crate) service: Profile,
    /// Where in that: the partition of AWS, the site of Alibaba Cloud that the assertion is for.
    pub(crate) site: Option<String>,
    /// The roles.
    pub(crate) roles: Vec<Named>,
    /// The identity provider.
    pub(crate) provider: Option<Named>,
    /// Whether the identity provider stands first.
    pub(crate) provider_first: bool,
    /// What keeps it from being what the service wants.
    pub(crate) faults: Vec<Fault>,
}

/// A role or a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// As it stands there.
    pub(crate) text: String,
    /// The account that it is in.
    pub(crate) account: String,
    /// What it is called there, a path included.
    pub(crate) name: String,
}

/// Something wrong with a value: which of the fixed names it has, and the part of the value that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// `empty`, `placeholder`, `directory-group`, `joined`, `not-a-pair`, `role-name`, `provider-name`, `account`,
    /// `accounts-differ`, `order` or `space`.
    pub(crate) what: &'static str,
    /// The part at fault; empty where it is all of the value.
    pub(crate) part: String,
}

impl Fault {
    pub(super) fn new(what: &'static str, part: &str) -> Self {
        Self { what, part: part.to_owned() }
    }
}

impl RoleParts {
    /// Takes an `<AttributeValue>` of an attribute of this Name apart; `None` where it is no value of a role attribute,
    /// by its Name or by its form.
    pub(crate) fn of(name: &str, value: Node<'_>, assertion: Assertion<'_>, account: &Alibaba) -> Option<Self> {
        let Value { text, .. } = Value::of_element(value);
        let by_form = || {
            let mut likely = CLOUDS.iter().filter(|_| text.contains(":saml-provider/"));
            likely.find(|cloud| text.starts_with(cloud.start))
        };
        let cloud = by_form().or_else(|| CLOUDS.iter().find(|cloud| cloud.names.contains(&name)))?;
        let parts: Vec<(bool, Named)> = split(&text, cloud).filter_map(Named::read).take(ROLES).collect();
        let mut faults = match cloud.profile {
            Profile::AlibabaRoleSso => alibaba_role::values::faults(value, account),
            Profile::AwsIamRole => aws_role::faults(&text),
            Profile::TencentRole => tencent::GRAMMAR.faults(&text),
            _ => volcengine::GRAMMAR.faults(&text),
        };
        faults.iter_mut().filter(|fault| fault.part == text).for_each(|fault| fault.part.clear());
        let site = match cloud.profile {
            Profile::AlibabaRoleSso => site(assertion),
            Profile::AwsIamRole => text.split(':').nth(1).filter(|part| part.starts_with("aws")).map(str::to_owned),
            _ => None,
        };
        let provider_first = parts.first().is_some_and(|(is_provider, _)| *is_provider);
        let (providers, roles): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(is_provider, _)| *is_provider);
        Some(Self {
            service: cloud.profile,
            site,
            roles: roles.into_iter().map(|(_, role)| role).collect(),
            provider: providers.into_iter().next().map(|(_, provider)| provider),
            provider_first,
            faults,
        })
    }
}

/// The parts of a value. A role's name at AWS may hold a comma, so that there only one before another ARN parts.
fn split<'v>(text: &'v str, cloud: &Cloud) -> impl Iterator<Item = &'v str> {
    let marks = text.match_indices([',', ';']).filter(|(at, mark)| {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        cloud.profile != Profile::AwsIamRole || rest.trim_start().starts_with(cloud.start)
    });
    let ends = marks.map(|(at, _)| at).chain([text.len()]);
    let mut start = 0;
    ends.map(move |end| {
        let part = text.get(start..end).unwrap_or_default();
        start = end + 1;
        part.trim()
    })
}

impl Named {
    /// Whether it is a provider, and what it is made of; `None` for what is neither role nor provider. Reads all four
    /// clouds: `acs:ram::1:role/a`, `arn:aws:iam::1:role/a`, `qcs::cam::uin/1:roleName/a`, `trn:iam::1:role/a`.
    fn read(text: &str) -> Option<(bool, Self)> {
        let kinds = [(":saml-provider/", true), (":role/", false), (":roleName/", false)];
        let found = kinds.into_iter().find_map(|(kind, provider)| Some((provider, text.split_once(kind)?)));
        let (is_provider, (head, name)) = found?;
        let account = head.rsplit([':', '/']).next().unwrap_or_default();
        Some((is_provider, Self { text: text.to_owned(), account: account.to_owned(), name: name.to_owned() }))
    }
}

/// The site of Alibaba Cloud that an assertion is for, by its Audience, else by its Recipient: an ARN does not tell.
fn site(assertion: Assertion<'_>) -> Option<String> {
    let conditions = assertion.conditions().into_iter();
    let audiences = conditions.flat_map(|conditions| conditions.audiences());
    let data = assertion.subject().into_iter().flat_map(|subject| subject.confirmation_data());
    let mut named = audiences.chain(data.filter_map(|data| data.recipient())).take(ADDRESSES);
    named.find_map(|value| alibaba::site_of(&value.text)).map(|site| site.domain.to_owned())
}

/// How a cloud that asks for no more than this writes roles and their provider: the roles first.
pub(super) struct Grammar {
    /// What stands before the account.
    pub(super) start: &'static str,
    /// What stands between the account and a role's name.
    pub(super) role: &'static str,
    /// Whether several roles may stand before the provider, with semicolons between them.
    pub(super) several: bool,
}

impl Grammar {
    /// Whether a value is as it should be.
    pub(super) fn is_sound(&self, text: &str) -> bool {
        let Some((roles, provider)) = text.split_once(',') else { return false };
        let mut roles = roles.split(if self.several { ';' } else { ',' });
        roles.all(|role| self.names(role, self.role)) && self.names(provider, ":saml-provider/")
    }

    fn names(&self, part: &str, kind: &str) -> bool {
        let parts = part.strip_prefix(self.start).and_then(|rest| rest.split_once(kind));
        parts.is_some_and(|(account, name)| {
            !account.is_empty()
                && account.bytes().all(|b| b.is_ascii_digit())
                && !name.is_empty()
                && !name.contains([':', '/', ',', ';'])
                && !name.contains(char::is_whitespace)
        })
    }

    /// What is wrong with a value, the first that is.
    fn faults(&self, text: &str) -> Vec<Fault> {
        if text.is_empty() {
            return vec![Fault::new("empty", "")];
        }
        if self.is_sound(text) {
            return Vec::new();
        }
        let parts = || text.split([',', ';']).filter(|part| !part.trim().is_empty());
        let is_part = |part: &str, kind| self.names(part, kind);
        let stranger = parts().find(|part| !is_part(part, self.role) && !is_part(part, ":saml-provider/"));
        vec![match stranger {
            Some(part) if is_part(part.trim(), self.role) || is_part(part.trim(), ":saml-provider/") => {
                Fault::new("space", part)
            }
            Some(part) => Fault::new("not-a-pair", part.trim()),
            None if parts().filter(|part| is_part(part, ":saml-provider/")).count() > 1 => Fault::new("joined", ""),
            None if parts().next().is_some_and(|part| is_part(part, ":saml-provider/")) => Fault::new("order", ""),
            None => Fault::new("not-a-pair", ""),
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Doctype, read};

    const ALIBABA: &str = "acs:ram::1029384756102938:role/ops,acs:ram::1029384756102938:saml-provider/acme";
    const AWS: &str = "arn:aws-cn:iam::210987654321:role/team/Admin,1,arn:aws-cn:iam::210987654321:saml-provider/Okta";
    const TENCENT: &str = "qcs::cam::uin/100000000001:roleName/dev;qcs::cam::uin/100000000001:roleName/ops,\
                           qcs::cam::uin/100000000001:saml-provider/acme";
    const VOLCENGINE: &str = "trn:iam::2100000001:role/ops,trn:iam::2100000001:saml-provider/acme";

    fn told(name: &str, value: &str) -> Option<String> {
        let text = format!("<v>{value}</v>");
        let document = read(&text, Doctype::Refuse).document;
        let node = document.root_element().unwrap();
        let parts = RoleParts::of(name, node, Assertion(node), &Alibaba::default())?;
        let shown = |one: &Named| format!("{}/{}", one.account, one.name);
        let roles: Vec<_> = parts.roles.iter().map(shown).collect();
        let faults: Vec<_> = parts.faults.iter().map(|fault| format!("{}({})", fault.what, fault.part)).collect();
        let provider = parts.provider.as_ref().map(shown).unwrap_or_default();
        Some(format!("{} {} < {provider} {}", parts.service.as_str(), roles.join("+"), faults.join(" ")))
    }

    #[test]
    fn the_values_of_four_clouds_are_taken_apart_whatever_the_attribute_is_called() {
        let sound = [
            (ALIBABA, "alibaba-role-sso 1029384756102938/ops < 1029384756102938/acme "),
            (AWS, "aws-iam-role 210987654321/team/Admin,1 < 210987654321/Okta "),
            (TENCENT, "tencent-role 100000000001/dev+100000000001/ops < 100000000001/acme "),
            (VOLCENGINE, "volcengine 2100000001/ops < 2100000001/acme "),
        ];
        for (value, expected) in sound {
            assert_eq!(told("whatever", value).as_deref(), Some(expected));
        }
        assert_eq!(told("Role", "admin"), None);
        assert_eq!(told("note", "see arn:aws:iam::1:role/x"), None);
    }

    #[test]
    fn what_is_malformed_is_named_with_the_part_that_is() {
        let faults = |name: &str, value: &str| {
            let told = told(name, value).unwrap();
            told.rsplit_once('<').unwrap().1.split(' ').skip(2).collect::<Vec<_>>().join(" ")
        };
        let swapped = |pair: &str| {
            let (role, provider) = pair.rsplit_once(",").unwrap();
            format!("{provider},{role}")
        };
        assert_eq!(faults(alibaba::ROLE_ATTRIBUTE, ""), "empty()");
        assert_eq!(faults(alibaba::ROLE_ATTRIBUTE, "acs:ram::1029384756102938:role/ops"), "not-a-pair()");
        assert_eq!(faults(alibaba::ROLE_ATTRIBUTE, &format!("{ALIBABA},{ALIBABA}")), "joined()");
        assert_eq!(faults(alibaba::ROLE_ATTRIBUTE, &swapped(ALIBABA)), "order()");
        assert_eq!(faults("x", &ALIBABA.replace("ops", "my_ops")), "role-name(my_ops)");
        assert_eq!(faults("x", &ALIBABA.replace("acme", "-acme")), "provider-name(-acme)");
        assert_eq!(faults("x", &ALIBABA.replace(",", ", ")), "space()");
        assert_eq!(faults("x", &ALIBABA.replacen("1029384756102938", "10", 1)), "account(10) accounts-differ(10)");
        assert_eq!(faults("x", &ALIBABA.replace("1029384756102938", "$id")), "placeholder() account($id)");
        assert_eq!(faults(alibaba::ROLE_ATTRIBUTE, "Aliyun-1029384756102938-ops"), "directory-group()");
        assert_eq!(faults("x", &swapped(AWS)), "");
        assert_eq!(
            faults("x", &AWS.replace("Admin,1", "Ad min")),
            "not-a-pair(arn:aws-cn:iam::210987654321:role/team/Ad min)"
        );
        assert_eq!(faults("x", &format!("{AWS},{AWS}")), "joined()");
        assert_eq!(faults("x", &AWS.replacen("21098", "31098", 1)), "accounts-differ(310987654321)");
        assert_eq!(faults("x", &swapped(VOLCENGINE)), "order()");
        assert_eq!(faults("x", &VOLCENGINE.replace(",", ", ")), "space( trn:iam::2100000001:saml-provider/acme)");
        assert_eq!(faults("x", &format!("{TENCENT},{TENCENT}")), "joined()");
        assert_eq!(faults(tencent::ROLE, "admin"), "not-a-pair()");
    }

    #[test]
    fn a_value_of_a_megabyte_is_told_in_bounds() {
        let long = format!("{ALIBABA},").repeat(12_000);
        let told = told("x", &long).unwrap();
        assert!(told.len() < 10_000 && told.contains("joined()"), "{}", told.len());
    }
}
