//! A case as the rules see it: the messages of one login, the metadata around them, and what is known of the service.

use std::any::Any;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::vec::IntoIter;

use super::facts::Known;
use super::identity_provider::IdentityProvider;
use super::logins::{Logins, newest};
use super::profile::{Profile, Trait, What, Why};
use super::seen::Seen;
use crate::context::{Alibaba, Context, MetadataFile};
use crate::dsig::{Examination, KeyRing};
use crate::instant::Instant;
use crate::saml::metadata::{Endpoint, Entity, Role};
use crate::saml::{Assertion, Message, SamlAttribute, SubjectConfirmationData, Value, Version1};

/// The element of an identity provider's role in metadata.
pub(crate) const IDP: &str = "IDPSSODescriptor";
/// The element of a service's role in metadata.
pub(crate) const SP: &str = "SPSSODescriptor";

/// Everything that is known about a login, and what else was captured beside it.
pub(crate) struct Case<'d> {
    /// The time that it is judged at.
    pub(crate) now: Instant,
    /// What the context says.
    pub(crate) context: &'d Context,
    /// Every capture; that of the context's request comes last.
    pub(crate) seen: &'d [Seen<'d>],
    /// Which of them belong together.
    pub(crate) logins: &'d Logins,
    /// The metadata of the context, and that among the captures.
    pub(crate) metadata: Vec<&'d MetadataFile>,
    /// The service that the login is for.
    pub(crate) profile: Profile,
    /// By what that is seen.
    pub(crate) profile_why: Why,
    /// The identity provider's product.
    pub(crate) identity_provider: IdentityProvider,
    /// By what that is seen.
    pub(crate) identity_provider_why: Why,
    /// The keys that signatures were verified with: the context's, and those of metadata beside the messages.
    pub(crate) keys: &'d KeyRing,
    /// See [`Case::examined`]; made when first asked for.
    pub(super) examinations: OnceCell<Vec<((usize, usize), Examination)>>,
    /// What several rules found in one walk over the metadata, which alone know what it is; walked when first asked for.
    pub(crate) surveyed: OnceCell<Box<dyn Any>>,
    response: Option<usize>,
    request: Option<usize>,
    logout: Option<usize>,
}

impl<'d> Case<'d> {
    /// Takes the login that is judged out of everything.
    pub(crate) fn of(
        seen: &'d [Seen<'d>],
        logins: &'d Logins,
        metadata: Vec<&'d MetadataFile>,
        context: &'d Context,
        keys: &'d KeyRing,
        now: Instant,
    ) -> Self {
        let judged = logins.judged.and_then(|judged| logins.all.get(judged));
        let within = |kinds: &[&str]| {
            let own = judged.iter().flat_map(|login| login.messages.iter().map(|(_, index)| *index));
            newest(seen, own, kinds)
        };
        let response = within(&["Response", "Assertion"]);
        let request = within(&["AuthnRequest"]);
        let logout = within(&["LogoutRequest", "LogoutResponse"]);
        let mut case = Self {
            now,
            context,
            seen,
            logins,
            metadata,
            profile: Profile::Generic,
            profile_why: Why::Nothing,
            identity_provider: IdentityProvider::Unknown,
            identity_provider_why: Why::Nothing,
            keys,
            examinations: OnceCell::new(),
            surveyed: OnceCell::new(),
            response,
            request,
            logout,
        };
        case.recognise();
        case
    }

    fn recognise(&mut self) {
        let traits = self.traits();
        let traits: Vec<Trait<'_>> = traits.iter().map(|(what, value)| (*what, value.as_str())).collect();
        let detected = match self.context.profile {
            Some(profile) => (profile, Why::Told),
            None => Profile::detect(&traits).unwrap_or((Profile::Generic, Why::Nothing)),
        };
        (self.profile, self.profile_why) = detected;
        let by = |what, name: String| Some((IdentityProvider::of(&name)?, Why::Is(what, name)));
        let issuer = self.response().or_else(|| self.logout()).and_then(|seen| seen.message?.issuer());
        let destination = self.request().and_then(|seen| seen.message?.destination());
        let from_issuer = issuer.and_then(|issuer| by("Issuer", issuer.text.into_owned()));
        let from_metadata = || {
            let entity = self.entities().map(|(_, entity)| entity).find(|entity| entity.is_idp())?;
            by("entityID", entity.id()?.to_owned())
        };
        let found = from_issuer
            .or_else(from_metadata)
            .or_else(|| destination.and_then(|destination| by("Destination", destination.text.into_owned())));
        if let Some((product, why)) = found {
            (self.identity_provider, self.identity_provider_why) = (product, why);
        }
    }

    /// What the service may be recognised by, that which says most first.
    fn traits(&self) -> Vec<(What, String)> {
        let mut traits = Vec::new();
        let mut add = |what, value: &str| traits.push((what, value.to_owned()));
        if let Some(assertion) = self.assertion() {
            for audience in assertion.conditions().into_iter().flat_map(|conditions| conditions.audiences()) {
                add(What::EntityId, &audience.text);
            }
            for recipient in self.confirmations().filter_map(|data| data.recipient()) {
                add(What::Endpoint, &recipient.text);
            }
            for name in assertion.attributes().filter_map(|attribute| attribute.name()) {
                add(What::Attribute, &name.text);
            }
        }
        if let Some(message) = self.response().and_then(|seen| seen.message) {
            message.destination().iter().for_each(|destination| add(What::Endpoint, &destination.text));
        }
        if let Some(message) = self.request().and_then(|seen| seen.message) {
            message.assertion_consumer_service_url().iter().for_each(|url| add(What::Endpoint, &url.text));
            message.issuer().iter().for_each(|issuer| add(What::EntityId, &issuer.text));
        }
        self.context.sp_entity_id.iter().for_each(|id| add(What::EntityId, id));
        self.context.received_at.iter().for_each(|url| add(What::Endpoint, url));
        if let Some(entity) = self.entities().map(|(_, entity)| entity).find(|entity| entity.is_sp()) {
            entity.id().iter().for_each(|id| add(What::EntityId, id));
        }
        if let Some(name) = self.name_id() {
            add(What::NameId, &name.text);
        }
        traits
    }

    /// How far clocks may differ, in seconds.
    pub(crate) fn skew(&self) -> i64 {
        self.context.clock_skew_seconds
    }

    /// What the context says of the Alibaba Cloud account.
    pub(crate) fn alibaba(&self) -> &'d Alibaba {
        &self.context.alibaba
    }

    /// The Response that is judged: the newest of the login. A bare Assertion counts as one.
    pub(crate) fn response(&self) -> Option<&'d Seen<'d>> {
        self.seen.get(self.response?)
    }

    /// The AuthnRequest: the one that the Response answers, else the newest.
    pub(crate) fn request(&self) -> Option<&'d Seen<'d>> {
        self.seen.get(self.request?)
    }

    /// The newest LogoutRequest or LogoutResponse of the login.
    pub(crate) fn logout(&self) -> Option<&'d Seen<'d>> {
        self.seen.get(self.logout?)
    }

    /// Whether a capture is of another login than the one that is judged.
    pub(crate) fn is_of_another(&self, seen: &Seen<'_>) -> bool {
        self.logins.login_of(seen.index).is_some_and(|login| Some(login) != self.logins.judged)
    }

    /// The captures that are judged: those of the login and those that belong to none, such as metadata. One that could
    /// not be read counts where its input holds nothing else, since among many it spoils none of the others.
    pub(crate) fn judged(&self) -> IntoIter<&'d Seen<'d>> {
        let login = self.logins.judged.and_then(|judged| self.logins.all.get(judged));
        let Some(login) = login else { return self.seen.iter().collect::<Vec<_>>().into_iter() };
        let others: BTreeSet<usize> =
            self.logins.all.iter().flat_map(|login| login.messages.iter().map(|(_, index)| *index)).collect();
        let mut inputs: BTreeMap<&str, usize> = BTreeMap::new();
        self.seen.iter().for_each(|seen| *inputs.entry(seen.input).or_default() += 1);
        let is_judged = |seen: &&Seen<'_>| {
            let is_alone = inputs.get(seen.input) == Some(&1);
            login.holds(seen.index) || !others.contains(&seen.index) && (is_alone || seen.capture.error().is_none())
        };
        self.seen.iter().filter(is_judged).collect::<Vec<_>>().into_iter()
    }

    /// The messages of the login, what was sent first first.
    pub(crate) fn messages(&self) -> IntoIter<(&'d Seen<'d>, Message<'d>)> {
        let all = [self.request(), self.response(), self.logout()].into_iter().flatten();
        all.filter_map(|seen| Some((seen, seen.message?))).collect::<Vec<_>>().into_iter()
    }

    /// The assertion that is judged.
    pub(crate) fn assertion(&self) -> Option<Assertion<'d>> {
        self.response()?.assertion()
    }

    /// Whether there is an assertion that no private key here opens, so that what it says is not known.
    pub(crate) fn is_sealed(&self) -> bool {
        let response = self.response().and_then(|seen| seen.message);
        response.is_some_and(|message| {
            message.assertions().next().is_none() && message.encrypted_assertions().next().is_some()
        })
    }

    /// The NameID's text.
    pub(crate) fn name_id(&self) -> Option<Value<'d>> {
        Some(self.assertion()?.subject()?.name_id()?.value())
    }

    /// Every `<SubjectConfirmationData>` of the assertion.
    pub(crate) fn confirmations(&self) -> IntoIter<SubjectConfirmationData<'d>> {
        let subject = self.assertion().and_then(|assertion| assertion.subject());
        subject.map(|subject| subject.confirmation_data()).unwrap_or_default()
    }

    /// Every attribute of the assertion.
    pub(crate) fn attributes(&self) -> IntoIter<SamlAttribute<'d>> {
        self.assertion().map(|assertion| assertion.attributes()).unwrap_or_default()
    }

    /// The attributes of exactly this Name.
    pub(crate) fn attributes_named(&self, name: &str) -> IntoIter<SamlAttribute<'d>> {
        let named = |one: &SamlAttribute<'d>| one.name().is_some_and(|found| found.text == name);
        self.attributes().filter(named).collect::<Vec<_>>().into_iter()
    }

    /// Every entity of the metadata, with the file that it stands in.
    pub(crate) fn entities(&self) -> IntoIter<(&'d MetadataFile, &'d Entity)> {
        let all = self.metadata.iter().flat_map(|file| file.entities.entities.iter().map(|entity| (*file, entity)));
        all.collect::<Vec<_>>().into_iter()
    }

    /// The identity provider's metadata: that of the Response's Issuer, or of the only identity provider there is.
    pub(crate) fn idp_entity(&self) -> Option<(&'d MetadataFile, &'d Entity)> {
        let issuer = self.response().and_then(|seen| seen.message?.issuer()).map(|issuer| issuer.text);
        self.entity_of(IDP, issuer.as_deref())
    }

    /// The service's metadata: that of the entity that the context, the request or an Audience names, or of the only
    /// service there is.
    pub(crate) fn sp_entity(&self) -> Option<(&'d MetadataFile, &'d Entity)> {
        let issuer = self.request().and_then(|seen| seen.message?.issuer()).map(|issuer| issuer.text);
        let named = self.context.sp_entity_id.as_deref().or(issuer.as_deref());
        let audience =
            || self.assertion()?.conditions()?.audiences().find_map(|audience| self.known_as(SP, &audience.text));
        match named.and_then(|name| self.known_as(SP, name)).or_else(audience) {
            Some(found) => Some(found),
            None => self.entity_of(SP, None),
        }
    }

    fn known_as(&self, role: &str, entity_id: &str) -> Option<(&'d MetadataFile, &'d Entity)> {
        self.entities().find(|(_, entity)| entity.role(role).is_some() && entity.id() == Some(entity_id))
    }

    fn entity_of(&self, role: &str, entity_id: Option<&str>) -> Option<(&'d MetadataFile, &'d Entity)> {
        if let Some(found) = entity_id.and_then(|id| self.known_as(role, id)) {
            return Some(found);
        }
        let mut all = self.entities().filter(|(_, entity)| entity.role(role).is_some());
        all.next().filter(|_| all.next().is_none())
    }

    /// The identity provider's role in its metadata.
    pub(crate) fn idp_role(&self) -> Option<&'d Role> {
        self.idp_entity()?.1.role(IDP)
    }

    /// The service's role in its metadata.
    pub(crate) fn sp_role(&self) -> Option<&'d Role> {
        self.sp_entity()?.1.role(SP)
    }

    /// The service's entity ID: from the context, its metadata, or the request that it sent.
    pub(crate) fn sp_entity_id(&self) -> Option<Known> {
        let given = Known::some(self.context.sp_entity_id.clone(), "sp_entity_id");
        let metadata =
            || Known::some(self.sp_entity().and_then(|(_, entity)| entity.id()).map(str::to_owned), "metadata");
        let request =
            || Known::some(self.request()?.message?.issuer().map(|issuer| issuer.text.into_owned()), "request");
        given.or_else(metadata).or_else(request)
    }

    /// The URL that the message was delivered to, where the context or the capture tells.
    pub(crate) fn received_at(&self) -> Option<Known> {
        let given = Known::some(self.context.received_at.clone(), "received_at");
        given.or_else(|| {
            let response = self.response()?;
            let delivery = self.delivery_of(response).unwrap_or(response);
            Known::some(delivery.capture.url.clone(), "capture")
        })
    }

    /// The capture of the artifact that a message was fetched for: the browser brought that to the service, and not the
    /// message.
    pub(crate) fn delivery_of(&self, seen: &Seen<'_>) -> Option<&'d Seen<'d>> {
        let asked = seen.fetched_by()?;
        let is_asked = |seen: &&Seen<'d>| {
            seen.kind() == "ArtifactResolve"
                && seen.message.and_then(Message::id).is_some_and(|id| id.text == asked.text)
        };
        let artifact = self.seen.iter().find(is_asked).and_then(Seen::artifact);
        let mut brought = self.seen.iter().filter(|seen| seen.capture.artifact.is_some());
        match artifact {
            Some(_) => brought.find(|seen| seen.capture.artifact == artifact),
            // Without the question, the only artifact there is.
            None => brought.next().filter(|_| brought.next().is_none()),
        }
    }

    /// The service's AssertionConsumerService, as far as it is known: where the message was delivered to, else what the
    /// service's metadata lists, else what its request asked for.
    pub(crate) fn acs_urls(&self) -> Option<Known> {
        self.received_at().or_else(|| self.registered_acs_urls()).or_else(|| {
            let url = self.request()?.message?.assertion_consumer_service_url()?;
            Known::some([url.text.into_owned()], "request")
        })
    }

    /// The locations that the service's metadata lists.
    pub(crate) fn registered_acs_urls(&self) -> Option<Known> {
        let endpoints = self.sp_role()?.endpoints_named("AssertionConsumerService");
        Known::some(endpoints.filter_map(location), "metadata")
    }

    /// The RelayState that the Response came with, or of the request where there is no Response.
    pub(crate) fn relay_state(&self) -> Option<(&'d Seen<'d>, &'d str)> {
        let seen = self.response().or_else(|| self.request())?;
        // What was fetched by an artifact came without; the browser brought the artifact with it.
        let seen = self.delivery_of(seen).unwrap_or(seen);
        Some((seen, seen.capture.relay_state.as_deref()?))
    }

    /// Whether the Response that is judged is one of SAML 1.
    pub(crate) fn is_version_1(&self) -> bool {
        self.response().and_then(|seen| seen.message).is_some_and(|message| Version1::of(message.0).is_some())
    }

    /// Whether the Response says that the login succeeded. `None` where there is no Response or no status.
    pub(crate) fn succeeded(&self) -> Option<bool> {
        let message = self.response()?.message?;
        if message.kind() == "Assertion" {
            return Some(true);
        }
        Some(message.status_codes().next()?.text == "urn:oasis:names:tc:SAML:2.0:status:Success")
    }
}

fn location(endpoint: &Endpoint) -> Option<String> {
    endpoint.location.as_ref().map(|location| location.text.to_string())
}

impl Seen<'_> {
    /// When the message was issued, where it says so in a way that can be read.
    pub(crate) fn issued(&self) -> Option<Instant> {
        Instant::parse(&self.message?.issue_instant()?.text).ok()
    }
}
