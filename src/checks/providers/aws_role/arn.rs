//! The values of AWS's Role attribute: the ARNs of a role and of the SAML provider that it trusts, in either order.

/// A value of Role, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair<'v> {
    pub(super) role: Arn<'v>,
    pub(super) provider: Arn<'v>,
}

/// What differs from ARN to ARN.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arn<'v> {
    partition: &'v str,
    /// The account's twelve digits.
    pub(super) account: &'v str,
}

impl<'v> Pair<'v> {
    /// `None` where the value is no such pair.
    pub(super) fn of(value: &'v str) -> Option<Self> {
        // A role's name may hold a comma. Two ARNs are a pair; more are several pairs in one value.
        let (at, _) = value.match_indices(",arn:").next().filter(|_| value.matches("arn:").count() == 2)?;
        let (first, second) = (value.get(..at)?, value.get(at + 1..)?);
        let pair = |role, provider| Some(Self { role: Arn::role(role)?, provider: Arn::provider(provider)? });
        pair(first, second)
            .or_else(|| pair(second, first))
            .filter(|pair| pair.role.partition == pair.provider.partition)
    }
}

impl<'v> Arn<'v> {
    /// `arn:aws:iam::123456789012:role/path/name`
    fn role(text: &'v str) -> Option<Self> {
        let (arn, resource) = Self::of(text, "role/")?;
        let name = resource.rsplit('/').next().unwrap_or(resource);
        let path = resource.strip_suffix(name)?;
        (is_name(name, 64, "+=,.@-_") && path.bytes().all(|b| b.is_ascii_graphic()) && path.len() <= 511).then_some(arn)
    }

    /// `arn:aws:iam::123456789012:saml-provider/name`
    fn provider(text: &'v str) -> Option<Self> {
        let (arn, name) = Self::of(text, "saml-provider/")?;
        is_name(name, 128, "._-").then_some(arn)
    }

    fn of(text: &'v str, kind: &str) -> Option<(Self, &'v str)> {
        let (partition, rest) = text.strip_prefix("arn:")?.split_once(":iam::")?;
        let (account, resource) = rest.split_once(':')?;
        let is_partition = partition == "aws" || partition.starts_with("aws-") && !partition.contains(':');
        let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        (is_partition && is_account).then_some((Self { partition, account }, resource.strip_prefix(kind)?))
    }
}

/// The first part of a value that is neither the ARN of a role nor that of a provider; empty where each is one.
pub(super) fn stranger(value: &str) -> &str {
    let first = value.match_indices(",arn:").next().map_or(value.len(), |(at, _)| at);
    let parts = [value.get(..first), value.get(first + 1..)].into_iter().flatten();
    parts.into_iter().find(|part| Arn::role(part).or(Arn::provider(part)).is_none()).unwrap_or_default()
}

fn is_name(name: &str, most: usize, others: &str) -> bool {
    (1..=most).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_two_arns_of_one_partition_in_either_order() {
        let role = "arn:aws:iam::210987654321:role/team/ops/Admin,1";
        let provider = "arn:aws:iam::210987654321:saml-provider/Okta";
        for sound in [format!("{role},{provider}"), format!("{provider},{role}")] {
            let pair = Pair::of(&sound).unwrap();
            assert_eq!((pair.role.account, pair.provider.account), ("210987654321", "210987654321"));
        }
        let pair = format!("{role},{provider}");
        for wrong in [
            role.to_owned(),
            format!("{role},{role}"),
            format!("{role}, {provider}"),
            format!("{role};{provider}"),
            format!("{pair},{pair}"),
            format!("{pair};{pair}"),
            pair.replace("210987654321:role", "21098765432:role"),
            pair.replace("role/team/ops/Admin,1", "role/"),
            pair.replace("Admin", "Admin Role"),
            pair.replace("arn:aws:iam::210987654321:role", "arn:aws-cn:iam::210987654321:role"),
            pair.replace("saml-provider", "oidc-provider"),
        ] {
            assert_eq!(Pair::of(&wrong), None, "{wrong}");
        }
    }
}
