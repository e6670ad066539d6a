//! What the Names of well-known attributes mean: object identifiers of LDAP and its schemas, claims of Microsoft's,
//! attributes of clouds.
//!
//! Sources: RFC 4519, 4524 and 2798; eduPerson; SCHAC; norEdu*; Active Directory's schema; the claim types that AD FS and
//! Entra ID list; SAML V2.0 Subject Identifier Attributes Profile; each cloud's own page about role attributes.

/// Object identifiers below one arc: the arc, whose they are, and the last numbers with their names.
type Arc = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const ARCS: &[Arc] = &[
    (
        "2.5.4.",
        "LDAP",
        &[
            ("3", "cn"),
            ("4", "sn"),
            ("5", "serialNumber"),
            ("6", "c"),
            ("7", "l"),
            ("8", "st"),
            ("9", "street"),
            ("10", "o"),
            ("11", "ou"),
            ("12", "title"),
            ("13", "description"),
            ("15", "businessCategory"),
            ("16", "postalAddress"),
            ("17", "postalCode"),
            ("18", "postOfficeBox"),
            ("20", "telephoneNumber"),
            ("23", "facsimileTelephoneNumber"),
            ("41", "name"),
            ("42", "givenName"),
            ("43", "initials"),
            ("44", "generationQualifier"),
            ("45", "x500UniqueIdentifier"),
            ("46", "dnQualifier"),
            ("65", "pseudonym"),
            ("97", "organizationIdentifier"),
        ],
    ),
    (
        "0.9.2342.19200300.100.1.",
        "LDAP",
        &[
            ("1", "uid"),
            ("3", "mail"),
            ("6", "roomNumber"),
            ("10", "manager"),
            ("20", "homePhone"),
            ("25", "dc"),
            ("39", "homePostalAddress"),
            ("41", "mobile"),
            ("42", "pager"),
            ("43", "co"),
            ("60", "jpegPhoto"),
        ],
    ),
    (
        "2.16.840.1.113730.3.1.",
        "LDAP",
        &[
            ("1", "carLicense"),
            ("2", "departmentNumber"),
            ("3", "employeeNumber"),
            ("4", "employeeType"),
            ("39", "preferredLanguage"),
            ("241", "displayName"),
        ],
    ),
    ("1.3.6.1.4.1.250.1.", "LDAP", &[("57", "labeledURI")]),
    ("1.3.6.1.1.16.", "LDAP", &[("4", "entryUUID")]),
    (
        "1.2.840.113556.1.",
        "Active Directory",
        &[("2.102", "memberOf"), ("4.1", "name"), ("4.221", "sAMAccountName"), ("4.656", "userPrincipalName")],
    ),
    (
        "1.3.6.1.4.1.5923.1.1.1.",
        "eduPerson",
        &[
            ("1", "eduPersonAffiliation"),
            ("2", "eduPersonNickname"),
            ("3", "eduPersonOrgDN"),
            ("4", "eduPersonOrgUnitDN"),
            ("5", "eduPersonPrimaryAffiliation"),
            ("6", "eduPersonPrincipalName"),
            ("7", "eduPersonEntitlement"),
            ("8", "eduPersonPrimaryOrgUnitDN"),
            ("9", "eduPersonScopedAffiliation"),
            ("10", "eduPersonTargetedID"),
            ("11", "eduPersonAssurance"),
            ("12", "eduPersonPrincipalNamePrior"),
            ("13", "eduPersonUniqueId"),
            ("16", "eduPersonOrcid"),
        ],
    ),
    ("1.3.6.1.4.1.5923.1.5.1.", "eduMember", &[("1", "isMemberOf")]),
    ("1.3.6.1.4.1.5923.1.6.1.", "eduCourse", &[("1", "eduCourseOffering"), ("2", "eduCourseMember")]),
    (
        "1.3.6.1.4.1.25178.1.2.",
        "SCHAC",
        &[
            ("1", "schacMotherTongue"),
            ("2", "schacGender"),
            ("3", "schacDateOfBirth"),
            ("4", "schacPlaceOfBirth"),
            ("5", "schacCountryOfCitizenship"),
            ("6", "schacSn1"),
            ("7", "schacSn2"),
            ("8", "schacPersonalTitle"),
            ("9", "schacHomeOrganization"),
            ("10", "schacHomeOrganizationType"),
            ("11", "schacCountryOfResidence"),
            ("14", "schacPersonalUniqueCode"),
            ("15", "schacPersonalUniqueID"),
            ("17", "schacExpiryDate"),
            ("19", "schacUserStatus"),
        ],
    ),
    ("1.3.6.1.4.1.2428.90.1.", "norEdu", &[("4", "norEduPersonLIN"), ("5", "norEduPersonNIN")]),
    ("2.16.756.1.2.5.1.1.", "swissEdu", &[("1", "swissEduPersonUniqueID")]),
];

/// Names that are no object identifiers: what they begin with, whose they are, how they end, and what that is called
/// where it is not its own name.
const PREFIXES: &[Arc] = &[
    ("https://www.aliyun.com/SAML-Role/Attributes/", ALIBABA, &[("Role", ""), (SESSION, ""), (DURATION, "")]),
    (
        "https://aws.amazon.com/SAML/Attributes/",
        "AWS",
        &[("Role", ""), (SESSION, ""), (DURATION, ""), ("SourceIdentity", ""), ("TransitiveTagKeys", "")],
    ),
    ("https://aws.amazon.com/SAML/Attributes/AccessControl:", "AWS", &[]),
    ("https://aws.amazon.com/SAML/Attributes/PrincipalTag:", "AWS", &[]),
    ("https://cloud.tencent.com/SAML/Attributes/", "Tencent Cloud", &[("Role", ""), (SESSION, "")]),
    (
        "https://www.volcengine.com/SAML/Attributes/",
        "Volcengine",
        &[("Identity", "Role"), ("Role", ""), ("SessionName", SESSION), (SESSION, "")],
    ),
    (
        "IAM_SAML_Attributes_",
        "Huawei Cloud",
        &[("xUserId", ""), ("redirect_url", ""), ("domain_id", ""), ("idp_id", ""), ("identityProviders", "")],
    ),
    ("urn:oasis:names:tc:SAML:attribute:", "SAML", &[("subject-id", ""), ("pairwise-id", "")]),
    (
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/",
        MICROSOFT,
        &[
            ("emailaddress", "E-Mail Address"),
            ("givenname", "Given Name"),
            ("surname", "Surname"),
            ("name", "Name"),
            ("nameidentifier", "Name ID"),
            ("upn", "UPN"),
            ("privatepersonalidentifier", "PPID"),
            ("mobilephone", "Mobile Phone"),
            ("dateofbirth", "Date of Birth"),
            ("country", "Country"),
        ],
    ),
    (
        "http://schemas.xmlsoap.org/claims/",
        MICROSOFT,
        &[("CommonName", "Common Name"), ("Group", ""), ("EmailAddress", "E-Mail Address (1.x)"), ("UPN", "UPN (1.x)")],
    ),
    (
        "http://schemas.microsoft.com/ws/2008/06/identity/claims/",
        MICROSOFT,
        &[
            ("role", "Role"),
            ("groups", "Groups"),
            ("groups.link", "Groups (overage link)"),
            ("wids", "Directory roles"),
            ("groupsid", "Group SID"),
            ("primarysid", "Primary SID"),
            ("primarygroupsid", "Primary Group SID"),
            ("windowsaccountname", "Windows account name"),
            ("authenticationmethod", "Authentication method"),
            ("authenticationinstant", "Authentication time stamp"),
        ],
    ),
    (
        "http://schemas.microsoft.com/identity/claims/",
        MICROSOFT,
        &[
            ("tenantid", "Tenant ID"),
            ("objectidentifier", "Object ID"),
            ("displayname", "Display Name"),
            ("identityprovider", "Identity provider"),
        ],
    ),
    (
        "http://schemas.microsoft.com/claims/",
        MICROSOFT,
        &[("authnmethodsreferences", "Authentication methods"), ("groups.link", "Groups (overage link)")],
    ),
];

const ALIBABA: &str = "Alibaba Cloud";
const MICROSOFT: &str = "Microsoft";
/// The attribute by which clouds are told what the session is called.
pub(crate) const SESSION: &str = "RoleSessionName";
/// The attribute by which clouds are told how long the session lasts, in seconds.
pub(crate) const DURATION: &str = "SessionDuration";
/// The namespace of names that LDAP's had before they were written as object identifiers (MACE-Dir SAML Attribute
/// Profiles §2.1).
const MACE: &str = "urn:mace:dir:attribute-def:";

/// What a Name is known as, and whose it is: of `urn:oid:2.5.4.42` `givenName` and `LDAP`.
pub(crate) fn known(name: &str) -> Option<(&str, &'static str)> {
    let oid = name.get(..8).filter(|start| start.eq_ignore_ascii_case("urn:oid:")).and_then(|_| name.get(8..));
    if let Some(oid) = oid {
        return find(ARCS, oid);
    }
    if let Some(short) = name.strip_prefix(MACE) {
        let of = |(_, origin, names): &Arc| names.iter().any(|(_, known)| *known == short).then_some(*origin);
        return ARCS.iter().find_map(of).map(|origin| (short, origin));
    }
    find(PREFIXES, name)
}

fn find<'n>(table: &[Arc], name: &'n str) -> Option<(&'n str, &'static str)> {
    table.iter().find_map(|(prefix, origin, names)| {
        let rest = name.strip_prefix(prefix)?;
        if names.is_empty() {
            // Whatever the tag is called.
            return Some((name.get(prefix.rfind('/')? + 1..)?, *origin));
        }
        let (own, called) = names.iter().find(|(own, _)| *own == rest)?;
        Some((if called.is_empty() { *own } else { *called }, *origin))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_names_are_told_with_whose_they_are() {
        for (name, expected) in [
            ("urn:oid:0.9.2342.19200300.100.1.3", Some(("mail", "LDAP"))),
            ("URN:OID:2.5.4.42", Some(("givenName", "LDAP"))),
            ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", Some(("eduPersonPrincipalName", "eduPerson"))),
            ("urn:oid:1.3.6.1.4.1.25178.1.2.9", Some(("schacHomeOrganization", "SCHAC"))),
            ("urn:oid:1.2.840.113556.1.4.656", Some(("userPrincipalName", "Active Directory"))),
            ("urn:mace:dir:attribute-def:eduPersonAffiliation", Some(("eduPersonAffiliation", "eduPerson"))),
            ("urn:mace:dir:attribute-def:whatever", None),
            ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", Some(("UPN", "Microsoft"))),
            ("http://schemas.microsoft.com/identity/claims/tenantid", Some(("Tenant ID", "Microsoft"))),
            ("https://www.aliyun.com/SAML-Role/Attributes/Role", Some(("Role", "Alibaba Cloud"))),
            ("http://www.aliyun.com/SAML-Role/Attributes/Role", None),
            ("https://www.aliyun.com/SAML-Role/Attributes/role", None),
            ("https://aws.amazon.com/SAML/Attributes/PrincipalTag:Team", Some(("PrincipalTag:Team", "AWS"))),
            ("https://www.volcengine.com/SAML/Attributes/SessionName", Some(("RoleSessionName", "Volcengine"))),
            ("IAM_SAML_Attributes_xUserId", Some(("xUserId", "Huawei Cloud"))),
            ("urn:oasis:names:tc:SAML:attribute:pairwise-id", Some(("pairwise-id", "SAML"))),
            ("urn:oid:2.5.4.421", None),
            ("urn:oid:", None),
            ("mail", None),
            ("王芳王芳王芳", None),
        ] {
            assert_eq!(known(name), expected, "{name}");
        }
    }

    #[test]
    fn no_name_stands_in_a_table_twice() {
        for (prefix, _, names) in ARCS.iter().chain(PREFIXES) {
            let distinct: std::collections::BTreeSet<_> = names.iter().map(|(own, _)| own).collect();
            assert_eq!(distinct.len(), names.len(), "{prefix}");
        }
    }
}
