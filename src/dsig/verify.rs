//! Whether a signature holds: structure, reference, key and value, digest; each answered from the same nodes.

use std::ops::Range;

use super::fault::{Fault, Malformed, MalformedKind, Status};
use super::key::{self, Key, KeyRing};
use super::names::{DSIG, MORE_2007};
use super::reference::{self, Target};
use super::structure::{self, Method, Shape};
use super::wrapping::own_text;
use crate::crypto::PublicKey;
use crate::crypto::algorithm::{self, Lookup, PssParameters, SignatureMethod};
use crate::crypto::armor;
use crate::crypto::digest::{DigestValue, Digester};
use crate::crypto::verify::{Verified, VerifyError, fits, verify};
use crate::limits;
use crate::saml::Message;
use crate::saml::names::{ASSERTION, METADATA};
use crate::sorted::sort_by_key;
use crate::xml::{
    CanonicalError, Canonicalization, Document, Node, NodeId, NodeKind, PrefixList, canonicalize, declared_encoding,
};

/// What is known of one signature.
#[derive(Debug, Clone)]
pub struct SignatureVerdict {
    /// The bytes of the `<ds:Signature>`.
    pub span: Range<usize>,
    /// The local name of the element that it stands in.
    pub target: String,
    /// The ID of that.
    pub target_id: Option<String>,
    /// Why it does not hold; `None` where it does.
    pub fault: Option<Fault>,
    /// Whether the key is one that the context vouches for. Never set by the message's own KeyInfo.
    pub trusted: bool,
    /// Whether that it holds is stated by whoever redacted the case, and was not computed.
    pub stated: bool,
    /// The name of the key that fits.
    pub key: Option<String>,
    /// That key.
    pub public_key: Option<PublicKey>,
    /// The names of the context's keys that may speak for its issuer, in the order in which they are tried; empty also
    /// where it was not come so far.
    pub tried: Vec<String>,
    /// `Algorithm` of the SignatureMethod, as far as it could be read; so the next two.
    pub signature_algorithm: Option<String>,
    /// `Algorithm` of the DigestMethod.
    pub digest_algorithm: Option<String>,
    /// `Algorithm` of the CanonicalizationMethod.
    pub canonicalization: Option<String>,
    /// The bytes that it covers, where it is valid: its target without itself and without comments.
    pub covers: Vec<Range<usize>>,
    /// `URI` of the Reference.
    pub reference: Option<String>,
    /// `Algorithm` of its Transforms, in their order.
    pub transforms: Vec<String>,
    /// `PrefixList` of the canonicalization among them.
    pub prefix_list: Option<String>,
    /// How many octets the digest is over, where it was come so far.
    pub octets: Option<usize>,
    /// The digest that the Reference states.
    pub digest_stated: Option<Vec<u8>>,
    /// The digest of the content as it is.
    pub digest_computed: Option<DigestValue>,
    /// Its KeyInfo, in the document that was verified.
    pub key_info: Option<NodeId>,
}

impl SignatureVerdict {
    fn refuse(&mut self, fault: Fault) {
        self.fault = Some(fault);
        self.covers.clear();
        self.trusted = false;
    }

    /// The certificates and keys that its KeyInfo shows, read when they are asked for. `document`: the one that was verified.
    pub fn shown(&self, document: &Document<'_>) -> Vec<Key> {
        self.key_info.and_then(|id| document.node(id)).map(key::shown).unwrap_or_default()
    }

    /// Whether it holds.
    pub fn status(&self) -> Status {
        self.fault.as_ref().map_or(Status::Valid, Fault::status)
    }
}

/// Verifies every signature of a document, in document order.
///
/// In a document with a document type none is valid: what that might add or change is not read, so that nothing with
/// one has a canonical form here.
pub fn verify_document<'d>(document: &'d Document<'d>, ring: &KeyRing) -> Vec<SignatureVerdict> {
    let encoding = foreign_encoding(document);
    let mut room = limits::SIGNED_BYTES.saturating_add(document.text().len().saturating_mul(4));
    let signatures = reference::signatures(document);
    let mut verdicts: Vec<_> = signatures.map(|signature| verify_signature(signature, ring, &mut room)).collect();
    for verdict in verdicts.iter_mut().filter(|verdict| verdict.fault.is_none()) {
        if let Some(encoding) = &encoding {
            verdict.refuse(Fault::Encoding(encoding.clone()));
        }
    }
    verdicts
}

/// The declared encoding, where it is one in which other readers would not read what was read here: text is taken for
/// UTF-8 or UTF-16 and for nothing else, and a reader that believes in UTF-7 sees another message (XML 1.0 §4.3.3).
pub(crate) fn foreign_encoding(document: &Document<'_>) -> Option<String> {
    let text = document.text();
    let name = declared_encoding(text.strip_prefix('\u{FEFF}').unwrap_or(text))?.to_ascii_uppercase();
    let unicode = matches!(name.as_str(), "UTF-8" | "UTF8" | "UTF-16" | "UTF-16LE" | "UTF-16BE" | "US-ASCII" | "ASCII");
    // Supersets of ASCII: the same text as long as there is nothing else in it.
    let superset = ["ISO-8859-", "WINDOWS-125", "LATIN"].iter().any(|prefix| name.starts_with(prefix));
    (!(unicode || superset && text.is_ascii())).then_some(name)
}

/// `room`: how many bytes may yet be signed; once there are none left, no further signature is checked.
pub(super) fn verify_signature(signature: Node<'_>, ring: &KeyRing, room: &mut usize) -> SignatureVerdict {
    let parent = signature.parent().filter(|parent| parent.kind() == NodeKind::Element);
    let mut verdict = SignatureVerdict {
        span: signature.span(),
        target: parent.map(|parent| parent.local_name().to_owned()).unwrap_or_default(),
        target_id: parent.and_then(reference::id_of),
        fault: None,
        trusted: false,
        stated: false,
        key: None,
        public_key: None,
        tried: Vec::new(),
        signature_algorithm: None,
        digest_algorithm: None,
        canonicalization: None,
        covers: Vec::new(),
        reference: None,
        transforms: Vec::new(),
        prefix_list: None,
        octets: None,
        digest_stated: None,
        digest_computed: None,
        key_info: None,
    };
    let result = match structure::read(signature) {
        Ok(shape) => check(signature, &shape, ring, room, &mut verdict),
        Err(malformed) => Err(Fault::Malformed(malformed)),
    };
    if let Err(fault) = result {
        verdict.refuse(fault);
    }
    verdict
}

fn check(
    signature: Node<'_>,
    shape: &Shape<'_>,
    ring: &KeyRing,
    room: &mut usize,
    verdict: &mut SignatureVerdict,
) -> Result<(), Fault> {
    verdict.signature_algorithm = Some(shape.signature_method.algorithm.clone());
    verdict.digest_algorithm = Some(shape.digest_method.algorithm.clone());
    verdict.canonicalization = Some(shape.canonicalization.algorithm.clone());
    verdict.digest_stated = Some(shape.digest_value.clone());
    verdict.key_info = shape.key_info.map(Node::id);
    verdict.reference = Some(shape.uri.clone());
    verdict.transforms = shape.transforms.iter().map(|transform| transform.algorithm.clone()).collect();
    verdict.prefix_list = shape.transforms.iter().map(Method::prefix_list).find(|list| !list.is_empty());

    let method = signature_method(shape)?;
    let digest_algorithm =
        supported(algorithm::digest(&shape.digest_method.algorithm), &shape.digest_method.algorithm)?;
    let Some(canonicalization) = Canonicalization::from_uri(&shape.canonicalization.algorithm) else {
        let entry = algorithm::entry(&shape.canonicalization.algorithm);
        let uri = shape.canonicalization.algorithm.clone();
        return Err(Fault::ForbiddenAlgorithm { uri, name: entry.map(|entry| entry.name), why: None });
    };
    let target = reference::resolve(signature, shape)?;
    let issuer = issuer(target.element);
    let candidates = || ring.candidates(issuer.as_deref(), target.element.local_name());
    verdict.tried = candidates().map(|key| key.name.clone()).collect();
    if *room == 0 {
        return Err(Fault::Limit { name: "SIGNED_BYTES", limit: limits::SIGNED_BYTES });
    }
    // What is left out of the canonical form is walked over as well.
    *room = room.saturating_sub(target.node.span().len());
    let mut digester = Digester::new(digest_algorithm);
    let mut octets: usize = 0;
    canonical(&target, signature, &mut |bytes| {
        octets += bytes.len();
        digester.update(bytes);
    })
    .map_err(Fault::Canonical)?;
    verdict.octets = Some(octets);
    *room = room.saturating_sub(octets.saturating_sub(target.node.span().len()));
    let computed = digester.finish();
    verdict.digest_computed = Some(computed);
    // Before the keys: that the content was changed is so whatever key may fit.
    if computed.as_bytes() != shape.digest_value {
        return Err(Fault::DigestMismatch);
    }

    let mut signed = Vec::new();
    let list = shape.canonicalization.prefix_list();
    canonicalize(shape.signed_info, canonicalization, &PrefixList::parse(&list), None, &mut |bytes| {
        signed.extend_from_slice(bytes);
    })
    .map_err(Fault::Canonical)?;
    let shown = || shape.key_info.map(key::shown).unwrap_or_default();
    let (key, trusted) = fitting_key(&method, &signed, &shape.signature_value, candidates(), shown, ring)?;
    verdict.stated = ring.states(&key.key, &signed, &shape.signature_value);
    (verdict.key, verdict.public_key) = (Some(key.name), Some(key.key));
    verdict.trusted = trusted;
    verdict.covers = covers(&target, signature);
    Ok(())
}

/// The octets that a `<ds:Signature>`'s Reference's digest is over, whether the digest is theirs or not.
///
/// # Errors
/// Why there are none: the shape of the signature, what it names, or that this has no canonical form.
pub fn signed_octets(signature: Node<'_>) -> Result<Vec<u8>, Fault> {
    let shape = structure::read(signature).map_err(Fault::Malformed)?;
    let target = reference::resolve(signature, &shape)?;
    let mut octets = Vec::new();
    canonical(&target, signature, &mut |bytes| octets.extend_from_slice(bytes)).map_err(Fault::Canonical)?;
    Ok(octets)
}

/// Whether an element is what a signature was made over, whatever else is wrong with the signature: by the digest of any of
/// its References. Without the signature, and without that which stands in its place.
pub(super) fn is_hashed(signature: Node<'_>, element: Node<'_>) -> bool {
    let infos = signature.elements_named(DSIG, "SignedInfo");
    let references = infos.flat_map(|info| info.elements_named(DSIG, "Reference"));
    references.take(limits::HASHED_REFERENCES).any(|reference| digest_fits(reference, signature, element) == Some(true))
}

fn digest_fits(reference: Node<'_>, signature: Node<'_>, element: Node<'_>) -> Option<bool> {
    let (computed, stated) = digest_by(reference, signature, element)?;
    Some(computed.as_bytes() == stated)
}

/// The digest of an element as the first Reference of a signature would have it, and the one that it states.
pub(crate) fn digest_over(signature: Node<'_>, element: Node<'_>) -> Option<(DigestValue, Vec<u8>)> {
    digest_by(signature.element(DSIG, "SignedInfo")?.element(DSIG, "Reference")?, signature, element)
}

/// The octets that a signature's value is over, and the value's.
pub(crate) fn signed_value(signature: Node<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
    let shape = structure::read(signature).ok()?;
    let method = Canonicalization::from_uri(&shape.canonicalization.algorithm)?;
    let list = shape.canonicalization.prefix_list();
    let mut signed = Vec::new();
    let mut take = |bytes: &[u8]| signed.extend_from_slice(bytes);
    canonicalize(shape.signed_info, method, &PrefixList::parse(&list), None, &mut take).ok()?;
    Some((signed, shape.signature_value))
}

fn digest_by(reference: Node<'_>, signature: Node<'_>, element: Node<'_>) -> Option<(DigestValue, Vec<u8>)> {
    let algorithm = |node: Node<'_>| node.attribute("Algorithm").map(|uri| uri.value().into_owned());
    let Lookup::Supported(digest) = algorithm::digest(&algorithm(reference.element(DSIG, "DigestMethod")?)?) else {
        return None;
    };
    let stated = armor::base64(&own_text(reference.element(DSIG, "DigestValue")?)).ok()?;
    let transforms = reference.element(DSIG, "Transforms").into_iter().flat_map(Node::elements);
    let method = |node: Node<'_>| Some((Canonicalization::from_uri(&algorithm(node)?)?, structure::prefix_list(node)));
    let (method, list) = transforms.filter_map(method).last()?;
    let within = element.subtree().contains(&signature.subtree().start);
    let left_out = if within { Some(signature) } else { element.element(DSIG, "Signature") };
    let mut digester = Digester::new(digest);
    let method = Canonicalization { comments: false, ..method };
    let sink = &mut |bytes: &[u8]| digester.update(bytes);
    canonicalize(element, method, &PrefixList::parse(&list), left_out.map(Node::id), sink).ok()?;
    Some((digester.finish(), stated))
}

/// Writes the octets that the Reference's digest is over (XMLDSig 1.1 §4.4.3.2).
pub fn canonical(target: &Target<'_>, signature: Node<'_>, sink: &mut dyn FnMut(&[u8])) -> Result<(), CanonicalError> {
    let prefixes = PrefixList::parse(&target.prefix_list);
    canonicalize(target.node, target.canonicalization, &prefixes, target.enveloped.then(|| signature.id()), sink)
}

/// The first trusted key that the signature verifies with, else the first of those that the message itself shows.
/// These are read only where no trusted key fits.
fn fitting_key<'k>(
    method: &SignatureMethod,
    signed: &[u8],
    value: &[u8],
    mut candidates: impl Iterator<Item = &'k Key>,
    shown: impl FnOnce() -> Vec<Key>,
    ring: &KeyRing,
) -> Result<(Key, bool), Fault> {
    let mut told = None;
    let mut holds = |key: &Key| match verify(method, &key.key, signed, value) {
        _ if ring.states(&key.key, signed, value) => true,
        Ok(Verified::Exactly | Verified::WithoutNull) => true,
        Err(error) => {
            told = Some(more_telling(told.take(), error, fits(method, &key.key)));
            false
        }
    };
    if let Some(key) = candidates.find(|key| holds(key)) {
        return Ok((key.clone(), true));
    }
    if let Some(key) = shown().into_iter().find(|key| holds(key)) {
        return Ok((key, false));
    }
    Err(match told {
        None => Fault::NoKey,
        Some(error) => Fault::SignatureMismatch(Some(error)),
    })
}

/// Of several errors the one that explains most: what a key of the right kind says, and of that what is particular.
fn more_telling(before: Option<VerifyError>, new: VerifyError, fits: bool) -> VerifyError {
    let plain =
        |error: &VerifyError| matches!(error, VerifyError::WrongKey { .. } | VerifyError::Mismatch { signed: None });
    match before {
        Some(before) if !plain(&before) || !fits => before,
        _ => new,
    }
}

pub(super) fn signature_method(shape: &Shape<'_>) -> Result<SignatureMethod, Fault> {
    let uri = &shape.signature_method.algorithm;
    let method = supported(algorithm::signature(uri), uri)?;
    let parameters = shape.signature_method.node.element(MORE_2007, "RSAPSSParams");
    match (method, parameters) {
        (SignatureMethod::RsaPss(default), Some(parameters)) => pss(default, parameters).map(SignatureMethod::RsaPss),
        _ => Ok(method),
    }
}

/// `<RSAPSSParams>`: DigestMethod, MaskGenerationFunction, SaltLength, TrailerField, each optional (RFC 9231 §2.3.9).
fn pss(default: PssParameters, node: Node<'_>) -> Result<PssParameters, Fault> {
    let malformed = || Fault::Malformed(Malformed { kind: MalformedKind::Parameters, span: node.span() });
    let digest_of = |method: Node<'_>| {
        let uri = method.attribute("Algorithm").map(|uri| uri.value().into_owned()).unwrap_or_default();
        supported(algorithm::digest(&uri), &uri)
    };
    let mut parameters = default;
    if let Some(method) = node.element(DSIG, "DigestMethod") {
        parameters.digest = digest_of(method)?;
        // What is not said follows the digest: MGF1 with the same one, a salt of its length.
        parameters.mgf_digest = parameters.digest;
        parameters.salt_len = parameters.digest.output_len();
    }
    if let Some(mask) = node.element(MORE_2007, "MaskGenerationFunction")
        && let Some(method) = mask.element(DSIG, "DigestMethod")
    {
        parameters.mgf_digest = digest_of(method)?;
    }
    if let Some(salt) = node.element(MORE_2007, "SaltLength") {
        parameters.salt_len = salt.text_content().trim().parse().map_err(|_| malformed())?;
    }
    if node.element(MORE_2007, "TrailerField").is_some_and(|field| field.text_content().trim() != "1") {
        return Err(malformed());
    }
    Ok(parameters)
}

fn supported<T>(lookup: Lookup<T>, uri: &str) -> Result<T, Fault> {
    let (name, why) = match lookup {
        Lookup::Supported(algorithm) => return Ok(algorithm),
        Lookup::Known { name, why } => (Some(name), Some(why)),
        Lookup::Unknown => (None, None),
    };
    Err(Fault::ForbiddenAlgorithm { uri: uri.to_owned(), name, why })
}

/// Who claims to have signed: the element's own Issuer, of metadata its `entityID`; of a Response without an Issuer its
/// assertion's, since then that names the same (SAML 2.0 Core §3.2.2).
fn issuer(element: Node<'_>) -> Option<String> {
    if element.namespace() == METADATA {
        return element.attribute("entityID").map(|id| id.value().into_owned());
    }
    if let Some(issuer) = element.attribute("Issuer") {
        return Some(issuer.value().into_owned());
    }
    let own = element.element(ASSERTION, "Issuer").map(|issuer| issuer.text_content().trim().to_owned());
    own.or_else(|| Message(element).issuer().map(|issuer| issuer.text.into_owned()))
}

/// The bytes that a valid signature covers: its target, without the signature that is left out and without comments.
fn covers(target: &Target<'_>, signature: Node<'_>) -> Vec<Range<usize>> {
    let mut left_out: Vec<Range<usize>> =
        target.node.descendants().filter(|node| node.kind() == NodeKind::Comment).map(Node::span).collect();
    if target.enveloped {
        left_out.retain(|span| !(signature.span().start..signature.span().end).contains(&span.start));
        left_out.push(signature.span());
        sort_by_key(&mut left_out, |span| span.start);
    }
    // The document's own markup beside the root is no node.
    let whole = if target.node.kind() == NodeKind::Document { target.element.span() } else { target.node.span() };
    let mut covered = Vec::new();
    let mut from = whole.start;
    for span in left_out.into_iter().filter(|span| span.start >= whole.start && span.end <= whole.end) {
        covered.push(from..span.start);
        from = span.end;
    }
    covered.push(from..whole.end);
    covered.retain(|span| !span.is_empty());
    covered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsig::reference::{resolve, signatures};
    use crate::dsig::structure;
    use crate::xml::{Doctype, read};

    /// What of a text is told to be covered by the signature in it, which is written `HERE`.
    fn covered(text: &str, uri: &str, transforms: &[&str]) -> String {
        let transforms: String = transforms.iter().map(|uri| format!("<Transform Algorithm='{uri}'/>")).collect();
        let signature = format!(
            "<Signature xmlns='{DSIG}'><SignedInfo><CanonicalizationMethod Algorithm='c'/><SignatureMethod Algorithm='s'/>\
             <Reference URI='{uri}'><Transforms>{transforms}</Transforms><DigestMethod Algorithm='d'/><DigestValue>AA==\
             </DigestValue></Reference></SignedInfo><SignatureValue>AA==</SignatureValue></Signature>"
        );
        let text = text.replace("HERE", &signature);
        let document = read(&text, Doctype::Refuse).whole().unwrap();
        let signature = signatures(&document).next().unwrap();
        let target = resolve(signature, &structure::read(signature).unwrap()).unwrap();
        let parts: Vec<_> = covers(&target, signature).into_iter().map(|span| text.get(span).unwrap()).collect();
        parts.join("|").replace(text.get(signature.span()).unwrap(), "HERE")
    }

    #[test]
    fn neither_comments_nor_the_signature_nor_what_is_beside_the_root_is_covered() {
        let (enveloped, exclusive) = (crate::dsig::names::ENVELOPED, "http://www.w3.org/2001/10/xml-exc-c14n#");
        let text = "<?i?>\n<!--o-->\n<a ID='x'>t<!--c-->HERE u<b/><!--d--></a>\n<!--p-->\n<?i?>";
        assert_eq!(covered(text, "#x", &[enveloped, exclusive]), "<a ID='x'>t| u<b/>|</a>");
        assert_eq!(covered(text, "", &[enveloped, exclusive]), "<a ID='x'>t| u<b/>|</a>");
        assert_eq!(covered(text, "#x", &[exclusive]), "<a ID='x'>t|HERE u<b/>|</a>");
        let within = "<r>1<!--e--><a ID='x'>HERE</a>2<!--f--></r>";
        assert_eq!(covered(within, "#x", &[enveloped, exclusive]), "<a ID='x'>|</a>");
    }

    #[test]
    fn parameters_of_pss_are_read_and_only_one_trailer_is_known() {
        let of = |content: &str| {
            let text = format!("<p:RSAPSSParams xmlns:p='{MORE_2007}' xmlns='{DSIG}'>{content}</p:RSAPSSParams>");
            let document = read(&text, Doctype::Refuse).whole().unwrap();
            pss(PssParameters::default(), document.root_element().unwrap()).ok()
        };
        use crate::crypto::DigestAlgorithm::{Sha1, Sha256, Sha512};
        let method = |name: &str| format!("<DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#{name}'/>");
        let some = |digest, mgf_digest, salt_len| Some(PssParameters { digest, mgf_digest, salt_len });
        assert_eq!(of(""), some(Sha256, Sha256, 32));
        assert_eq!(of(&method("sha512")), some(Sha512, Sha512, 64));
        let mask = "<p:MaskGenerationFunction><DigestMethod Algorithm='http://www.w3.org/2000/09/xmldsig#sha1'/>\
                    </p:MaskGenerationFunction>";
        assert_eq!(of(&format!("{}{mask}<p:SaltLength> 20 </p:SaltLength>", method("sha512"))), some(Sha512, Sha1, 20));
        assert_eq!(of("<p:TrailerField> 1 </p:TrailerField>"), some(Sha256, Sha256, 32));
        assert_eq!(of("<p:TrailerField>2</p:TrailerField>"), None);
        assert_eq!(of("<p:SaltLength>many</p:SaltLength>"), None);
    }

    #[test]
    fn the_error_that_says_most_is_told() {
        let plain = VerifyError::Mismatch { signed: None };
        let short = VerifyError::KeyTooShort { bits: 512 };
        let length = VerifyError::Length { expected: 256, actual: 255, holds_adjusted: false };
        assert_eq!(more_telling(None, plain.clone(), false), plain);
        assert_eq!(more_telling(Some(plain.clone()), short.clone(), true), short, "what is particular");
        assert_eq!(more_telling(Some(plain.clone()), short.clone(), false), plain, "of a key of the right kind");
        assert_eq!(more_telling(Some(short.clone()), length, true), short, "the first of them");
        assert_eq!(more_telling(Some(short.clone()), plain, true), short);
    }

    #[test]
    fn the_list_of_prefixes_is_that_of_the_transform_that_has_one() {
        let text = include_str!("../../tests/fixtures/signatures/keyinfo/rsa-x509.xml");
        let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
        assert!(text.contains(exclusive));
        let list =
            "<InclusiveNamespaces xmlns=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs\"/></ds:Transform>";
        let with = text.replace(exclusive, &exclusive.replace("/>", &format!(">{list}")));
        for (text, expected) in [(text, None), (with.as_str(), Some("xs"))] {
            let document = read(text, Doctype::Refuse).whole().unwrap();
            let verdict = verify_document(&document, &KeyRing::default()).remove(0);
            assert_eq!(verdict.prefix_list.as_deref(), expected);
        }
    }
}
