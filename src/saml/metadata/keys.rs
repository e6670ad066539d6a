//! The keys that metadata names for a role, and its certificates (SAML 2.0 Metadata §2.4.1.1).

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::{Spanned, exact, owned};
use crate::crypto::PublicKey;
use crate::crypto::armor::{self, ArmorError};
use crate::crypto::certificate::{Certificate, CertificateError};
use crate::dsig::bare_key;
use crate::dsig::names::{DSIG, DSIG11};
use crate::saml::names::METADATA;
use crate::saml::value::Value;
use crate::sorted::sort_by_key;
use crate::xml::Node;

/// `<KeyDescriptor>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescriptor {
    /// The bytes of the element.
    pub span: Range<usize>,
    /// `use`: `signing` or `encryption`; left out it is for both.
    pub usage: Option<Spanned>,
    /// Every certificate of every `<ds:X509Data>`. An element that holds several gives several of the same span.
    pub certificates: Vec<MetadataCertificate>,
    /// Whether there is any `<ds:X509Certificate>`, readable or not.
    pub has_x509: bool,
    /// Every `<ds:KeyName>`.
    pub key_names: Vec<Spanned>,
    /// The bytes of every `<ds:KeyValue>` and `<dsig11:DEREncodedKeyValue>`: a key without a certificate.
    pub key_values: Vec<Range<usize>>,
    /// Those of them that could be read, with their bytes.
    pub bare_keys: Vec<(Range<usize>, PublicKey)>,
    /// `Algorithm` of every `<EncryptionMethod>`.
    pub encryption_methods: Vec<Spanned>,
}

impl KeyDescriptor {
    pub(crate) fn read<'a>(node: Node<'a>, met: &mut Met<'a>) -> Self {
        let mut read = Self {
            span: node.span(),
            usage: owned(node, "use"),
            certificates: Vec::new(),
            has_x509: false,
            key_names: Vec::new(),
            key_values: Vec::new(),
            bare_keys: Vec::new(),
            encryption_methods: exact(
                node.elements_named(METADATA, "EncryptionMethod").filter_map(|method| owned(method, "Algorithm")),
            ),
        };
        let key_info = node.element(DSIG, "KeyInfo");
        for part in key_info.into_iter().flat_map(Node::elements) {
            match (part.namespace(), part.local_name()) {
                (DSIG, "X509Data") => {
                    for certificate in part.elements_named(DSIG, "X509Certificate") {
                        read.has_x509 = true;
                        MetadataCertificate::read(certificate, met, &mut read.certificates);
                    }
                }
                (DSIG, "KeyName") => read.key_names.push(Value::of_element(part).into()),
                (DSIG, "KeyValue") | (DSIG11, "DEREncodedKeyValue") => {
                    read.key_values.push(part.span());
                    read.bare_keys.extend(bare_key(part).map(|key| (part.span(), key)));
                }
                _ => {}
            }
        }
        read.certificates.shrink_to_fit();
        read
    }

    /// Whether it is for this use: `signing` or `encryption`.
    pub fn is_for(&self, usage: &str) -> bool {
        self.usage.as_ref().is_none_or(|own| own.text == usage)
    }

    /// Every key that could be read, with its certificate where it stands in one, in document order.
    pub fn keys(&self) -> Vec<(PublicKey, Option<Arc<Certificate>>)> {
        let of_certificate = |one: &MetadataCertificate| {
            let certificate = one.result.as_ref().ok()?;
            Some((one.span.start, certificate.key.clone().ok()?, Some(Arc::clone(certificate))))
        };
        let bare = self.bare_keys.iter().map(|(span, key)| (span.start, key.clone(), None));
        let mut all: Vec<_> = self.certificates.iter().filter_map(of_certificate).chain(bare).collect();
        if !self.bare_keys.is_empty() {
            sort_by_key(&mut all, |(start, ..)| *start);
        }
        all.into_iter().map(|(_, key, certificate)| (key, certificate)).collect()
    }

    /// The certificates that could be read.
    pub fn readable(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().filter_map(|certificate| certificate.result.as_deref().ok())
    }
}

/// A certificate in metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataCertificate {
    /// The bytes of the `<ds:X509Certificate>`'s content.
    pub span: Range<usize>,
    /// The certificate, or why there is none.
    pub result: Result<Arc<Certificate>, CertificateFault>,
    /// How it stands there.
    pub form: CertificateForm,
}

/// How a certificate stands in its element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateForm {
    /// Base64, as it is due (XMLDSig 1.1 §4.5.4).
    Base64,
    /// PEM, with its lines of hyphens: many readers refuse it.
    Pem,
    /// Base64 of PEM: a file was encoded as a whole.
    EncodedTwice,
}

/// Why the content of a `<ds:X509Certificate>` is no certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFault {
    /// It could not be decoded.
    Armor(ArmorError),
    /// What was decoded is no certificate.
    Certificate(CertificateError),
    /// It is PEM of something else: the label of the first block.
    Label(String),
}

impl MetadataCertificate {
    /// Every certificate of one `<ds:X509Certificate>`, at least one entry.
    fn read<'a>(node: Node<'a>, met: &mut Met<'a>, into: &mut Vec<Self>) {
        let span = node.content_span();
        let written = node.document().text().get(span.clone()).unwrap_or_default();
        if let Some(certificate) = met.0.get(written) {
            into.push(Self { span, result: Ok(Arc::clone(certificate)), form: CertificateForm::Base64 });
            return;
        }
        let text = node.text_content();
        let form = if text.contains("-----BEGIN ") { CertificateForm::Pem } else { CertificateForm::Base64 };
        let bundle = match armor::certificates(text.as_bytes()) {
            Ok(bundle) => bundle,
            Err(error) => {
                into.push(Self { span, result: Err(CertificateFault::Armor(error)), form });
                return;
            }
        };
        let form = if bundle.encoded_twice { CertificateForm::EncodedTwice } else { form };
        let alone = bundle.certificates.len() == 1 && form == CertificateForm::Base64;
        let before = into.len();
        for certificate in bundle.certificates {
            let result = certificate.map(Arc::new).map_err(CertificateFault::Certificate);
            if let (true, Ok(certificate)) = (alone, &result) {
                met.0.insert(written, Arc::clone(certificate));
            }
            into.push(Self { span: span.clone(), result, form });
        }
        if into.len() == before {
            let fault = match bundle.skipped.into_iter().next() {
                Some(label) => CertificateFault::Label(label),
                None => CertificateFault::Armor(ArmorError::Empty),
            };
            into.push(Self { span, result: Err(fault), form });
        }
    }
}

/// The certificates that were met in a document, by the text that they stand there as. A federation has two of five more
/// than once: for another use, another role, another entity.
#[derive(Debug, Default)]
pub(crate) struct Met<'a>(HashMap<&'a str, Arc<Certificate>>);
