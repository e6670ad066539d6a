//! An artifact: the name of a message that the service fetches itself (SAML 2.0 Bindings §3.6.4; SAML 1.1 §4.1.1.8).

use super::parameters::form_decode;
use super::step::{Detail, Step, StepErrorKind, StepName};
use super::{Binding, Capture, base64};

/// What an artifact says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Artifact {
    /// `TypeCode`: 4 in SAML 2.0, 1 in SAML 1.1.
    pub type_code: u16,
    /// `EndpointIndex`: which ArtifactResolutionService of the issuer has the message. SAML 1.1 has none.
    pub endpoint_index: Option<u16>,
    /// `SourceID`: the SHA-1 digest of the issuer's entity ID.
    pub source_id: [u8; 20],
    /// `MessageHandle`: which message.
    pub message_handle: [u8; 20],
}

impl Artifact {
    /// Reads the bytes of an artifact.
    ///
    /// # Errors
    /// Where it has another length than its type has, or a type that is not known.
    pub fn read(bytes: &[u8]) -> Result<Self, StepErrorKind> {
        let (code, rest) = bytes.split_first_chunk::<2>().ok_or(StepErrorKind::ArtifactLength(bytes.len()))?;
        let type_code = u16::from_be_bytes(*code);
        let (endpoint_index, rest) = match (type_code, rest.split_first_chunk::<2>()) {
            (4, Some((index, rest))) => (Some(u16::from_be_bytes(*index)), rest),
            (1, _) => (None, rest),
            (4, None) => return Err(StepErrorKind::ArtifactLength(bytes.len())),
            _ => return Err(StepErrorKind::ArtifactType(type_code)),
        };
        let ids = rest.split_first_chunk::<20>().and_then(|(source, handle)| Some((source, handle.try_into().ok()?)));
        let (source_id, message_handle) = ids.ok_or(StepErrorKind::ArtifactLength(bytes.len()))?;
        Ok(Self { type_code, endpoint_index, source_id: *source_id, message_handle })
    }

    /// Reads what stands in an `<Artifact>` element or a parameter.
    pub fn of_text(text: &str) -> Option<Self> {
        let (bytes, step) = base64::decode(text.trim());
        Self::read(&bytes).ok().filter(|_| step.error.is_none())
    }
}

/// Characters of the base64 of an artifact, with room for what mends it.
const LONGEST: usize = 100;

/// An artifact on its own: base64 of so many bytes, of which the first two are its type.
pub(super) fn take(origin: &Capture, text: &str) -> Option<Vec<Capture>> {
    let trimmed = text.trim();
    if trimmed.len() > LONGEST || !["AAQ", "AAE"].iter().any(|start| trimmed.starts_with(start)) {
        return None;
    }
    Artifact::of_text(trimmed)?;
    Some(vec![value(origin.clone(), trimmed, false)])
}

/// The value of `SAMLart`.
pub(super) fn value(mut capture: Capture, raw: &str, is_escaped: bool) -> Capture {
    let text = if is_escaped { form_decode(raw) } else { raw.to_owned() };
    if text != raw {
        let step = Step::done(StepName::PercentDecode, raw.len(), text.len());
        capture.steps.push(step.making(text.as_bytes()));
    }
    let (bytes, step) = base64::decode(&text);
    let failed = step.error.is_some();
    capture.steps.push(step.making(&bytes));
    capture.binding = Some(Binding::Artifact);
    if failed {
        return capture;
    }
    match Artifact::read(&bytes) {
        Ok(artifact) => {
            let mut step = Step::done(StepName::Artifact, bytes.len(), bytes.len()).making(&bytes);
            step.detail = Some(Detail::Artifact(artifact));
            capture.steps.push(step);
            capture.artifact = Some(artifact);
            capture.kind = Some("Artifact");
            capture
        }
        Err(kind) => {
            let at = if matches!(kind, StepErrorKind::ArtifactType(_)) { 0 } else { bytes.len() };
            capture.fail(StepName::Artifact, bytes.len(), kind, at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::take as all;
    use super::*;

    /// Type 4, endpoint 1, the SHA-1 of `https://idp.acme.example/idp`, a handle of `0x42`.
    const ARTIFACT: &str = "AAQAAVGQ79UwvnV8v+mZLPV7ABwRvdnuQkJCQkJCQkJCQkJCQkJCQkJCQkI=";

    #[test]
    fn an_artifact_says_its_type_endpoint_source_and_handle() {
        let bytes = [&[0, 4, 0, 7][..], &[1; 20], &[2; 20]].concat();
        let read = Artifact { type_code: 4, endpoint_index: Some(7), source_id: [1; 20], message_handle: [2; 20] };
        assert_eq!(Artifact::read(&bytes), Ok(read));
        let old = [&[0, 1][..], &[1; 20], &[2; 20]].concat();
        assert_eq!(Artifact::read(&old), Ok(Artifact { type_code: 1, endpoint_index: None, ..read }));
        assert_eq!(Artifact::read(&bytes[..43]), Err(StepErrorKind::ArtifactLength(43)));
        assert_eq!(Artifact::read(&[0, 4, 0]), Err(StepErrorKind::ArtifactLength(3)));
        assert_eq!(Artifact::read(&[]), Err(StepErrorKind::ArtifactLength(0)));
        assert_eq!(Artifact::read(&[0, 9, 0, 0]), Err(StepErrorKind::ArtifactType(9)));
    }

    #[test]
    fn it_is_taken_alone_and_out_of_a_parameter() {
        let capture = all(ARTIFACT.as_bytes()).remove(0);
        assert_eq!(capture.artifact.and_then(|artifact| artifact.endpoint_index), Some(1));
        assert_eq!(capture.error(), None);
        let escaped = ARTIFACT.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
        let url = format!("https://app.acme.example/acs?RelayState=r%20s&SAMLart={escaped}");
        let capture = all(url.as_bytes()).remove(0);
        assert_eq!(capture.artifact.map(|artifact| artifact.message_handle), Some([0x42; 20]));
        assert_eq!(capture.url.as_deref(), Some("https://app.acme.example/acs"));
        assert_eq!(capture.relay_state.as_deref(), Some("r s"));
        assert_eq!(capture.binding, Some(Binding::Artifact));
        let cut = url.get(..url.len() - 14).unwrap();
        let capture = all(cut.as_bytes()).remove(0);
        assert!(matches!(capture.error().unwrap().1.kind, StepErrorKind::ArtifactLength(_)), "{:?}", capture.error());
    }
}
