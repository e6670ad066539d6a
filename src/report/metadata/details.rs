//! Everything that one entity's metadata says, as a person reads it.

use serde::Serialize;

use crate::report::TextReport;

/// One entity, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntityReport {
    /// `entityID`.
    pub entity_id: Option<TextReport>,
    /// `validUntil`, as written.
    pub valid_until: Option<TextReport>,
    /// `cacheDuration`, as written.
    pub cache_duration: Option<TextReport>,
    /// `<mdrpi:RegistrationInfo>`.
    pub registration: Option<RegistrationReport>,
    /// Values of `<mdattr:EntityAttributes>`: entity categories and their like.
    pub categories: Vec<CategoryReport>,
    /// Its roles, in document order.
    pub roles: Vec<EntityRoleReport>,
    /// `<Organization>`.
    pub organization: Option<OrganizationReport>,
    /// `<ContactPerson>`.
    pub contacts: Vec<ContactReport>,
    /// `<AdditionalMetadataLocation>`.
    pub additional_locations: Vec<TextReport>,
    /// Extensions of the entity and its roles that are not told elsewhere.
    pub extensions: Vec<ExtensionReport>,
}

/// A text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Worded {
    /// `xml:lang`.
    pub language: Option<String>,
    /// The text.
    pub text: TextReport,
}

/// `<mdrpi:RegistrationInfo>` (SAML V2.0 Metadata Extensions for Registration and Publication Information §2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegistrationReport {
    /// `registrationAuthority`.
    pub authority: Option<TextReport>,
    /// `registrationInstant`, as written.
    pub instant: Option<TextReport>,
    /// `<mdrpi:RegistrationPolicy>`.
    pub policies: Vec<Worded>,
}

/// One value of `<mdattr:EntityAttributes>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryReport {
    /// `Name` of the attribute.
    pub attribute: String,
    /// The value.
    pub value: TextReport,
    /// What it means, where it is known.
    pub title: Option<String>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntityRoleReport {
    /// Its element.
    pub kind: String,
    /// `xsi:type` of a `<RoleDescriptor>`: `fed:SecurityTokenServiceType` and others.
    pub role_type: Option<String>,
    /// What it is, in plain words.
    pub title: String,
    /// Its bytes.
    pub span: [usize; 2],
    /// `protocolSupportEnumeration`, a list separated by white space.
    pub protocols: Option<TextReport>,
    /// `validUntil`, as written.
    pub valid_until: Option<TextReport>,
    /// `errorURL`.
    pub error_url: Option<TextReport>,
    /// `WantAuthnRequestsSigned`, `AuthnRequestsSigned`, `WantAssertionsSigned`.
    pub flags: Vec<FlagReport>,
    /// Its endpoints, those of `<idpdisc:DiscoveryResponse>` and `<init:RequestInitiator>` among them.
    pub endpoints: Vec<EndpointReport>,
    /// Its keys.
    pub keys: Vec<EntityKeyReport>,
    /// `<NameIDFormat>`.
    pub name_id_formats: Vec<TextReport>,
    /// `<AttributeConsumingService>`.
    pub attribute_services: Vec<AttributeServiceReport>,
    /// `<saml:Attribute>` of an identity provider or attribute authority: what it can say.
    pub attributes: Vec<RequestedAttributeReport>,
    /// `<shibmd:Scope>`, of the entity as well.
    pub scopes: Vec<ScopeReport>,
    /// `<mdui:UIInfo>`.
    pub ui: Option<UiReport>,
    /// `<mdui:DiscoHints>`: IP ranges, domains and places.
    pub hints: Vec<TextReport>,
    /// `<alg:DigestMethod>` and `<alg:SigningMethod>`, of the entity as well.
    pub algorithms: Vec<AlgorithmReport>,
}

/// A flag of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlagReport {
    /// The attribute's name.
    pub name: String,
    /// Its value, as written.
    pub value: TextReport,
    /// The same as a boolean; `None` where it is none.
    pub is_true: Option<bool>,
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndpointReport {
    /// Its element.
    pub element: String,
    /// `Binding`.
    pub binding: Option<TextReport>,
    /// `Location`.
    pub location: Option<TextReport>,
    /// `ResponseLocation`.
    pub response_location: Option<TextReport>,
    /// `index`, as written.
    pub index: Option<String>,
    /// `isDefault`, as a boolean.
    pub is_default: Option<bool>,
}

/// A `<KeyDescriptor>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntityKeyReport {
    /// `use`, as written; `None` where it is left out, so that the key is for both.
    #[serde(rename = "use")]
    pub usage: Option<String>,
    /// SHA-256 of every certificate that can be read, in hexadecimal: they are in the report's `certificates`.
    pub certificates: Vec<String>,
    /// How many certificates cannot be read.
    pub unreadable: usize,
    /// `<ds:KeyName>`.
    pub key_names: Vec<String>,
    /// `<EncryptionMethod>`.
    pub encryption_methods: Vec<String>,
    /// Its bytes.
    pub span: [usize; 2],
}

/// `<AttributeConsumingService>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeServiceReport {
    /// `index`, as written.
    pub index: Option<String>,
    /// `isDefault`, as a boolean.
    pub is_default: Option<bool>,
    /// `<ServiceName>`.
    pub names: Vec<Worded>,
    /// `<ServiceDescription>`.
    pub descriptions: Vec<Worded>,
    /// `<RequestedAttribute>`.
    pub attributes: Vec<RequestedAttributeReport>,
}

/// An attribute that is asked for, or offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestedAttributeReport {
    /// `Name`.
    pub name: Option<TextReport>,
    /// `FriendlyName`.
    pub friendly_name: Option<String>,
    /// `NameFormat`.
    pub name_format: Option<String>,
    /// `isRequired`, as a boolean.
    pub is_required: Option<bool>,
    /// Values that alone are wanted or offered.
    pub values: Vec<String>,
}

/// `<shibmd:Scope>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScopeReport {
    /// The scope.
    pub value: TextReport,
    /// `regexp`, as a boolean; `None` where it is left out or no boolean.
    pub is_pattern: Option<bool>,
}

/// `<mdui:UIInfo>` (SAML V2.0 Metadata Extensions for Login and Discovery User Interface §2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UiReport {
    /// `<mdui:DisplayName>`.
    pub display_names: Vec<Worded>,
    /// `<mdui:Description>`.
    pub descriptions: Vec<Worded>,
    /// `<mdui:Keywords>`.
    pub keywords: Vec<Worded>,
    /// `<mdui:InformationURL>`.
    pub information_urls: Vec<Worded>,
    /// `<mdui:PrivacyStatementURL>`.
    pub privacy_urls: Vec<Worded>,
    /// `<mdui:Logo>`.
    pub logos: Vec<LogoReport>,
}

/// `<mdui:Logo>`: told, and never loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogoReport {
    /// Its address.
    pub url: TextReport,
    /// `xml:lang`.
    pub language: Option<String>,
    /// `width`, as written.
    pub width: Option<String>,
    /// `height`, as written.
    pub height: Option<String>,
}

/// `<alg:DigestMethod>`, `<alg:SigningMethod>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlgorithmReport {
    /// The element.
    pub element: String,
    /// `Algorithm`.
    pub algorithm: TextReport,
    /// `MinKeySize`, as written.
    pub min_key_size: Option<String>,
    /// `MaxKeySize`, as written.
    pub max_key_size: Option<String>,
}

/// `<Organization>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganizationReport {
    /// `<OrganizationName>`.
    pub names: Vec<Worded>,
    /// `<OrganizationDisplayName>`.
    pub display_names: Vec<Worded>,
    /// `<OrganizationURL>`.
    pub urls: Vec<Worded>,
}

/// `<ContactPerson>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactReport {
    /// `contactType`, or the kind that an extension makes of `other`: `security`.
    pub kind: Option<String>,
    /// `<Company>`.
    pub company: Option<String>,
    /// `<GivenName>` and `<SurName>`.
    pub name: Option<String>,
    /// `<EmailAddress>`.
    pub emails: Vec<TextReport>,
    /// `<TelephoneNumber>`.
    pub telephones: Vec<TextReport>,
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExtensionReport {
    /// Its local name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its bytes.
    pub span: [usize; 2],
}
