//! A case in the fragment of a link, which browsers send nowhere (RFC 3986 §3.5): its JSON, deflated, in base64url.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::case_file::CaseFile;
use crate::intake::{StepErrorKind, inflated};
use crate::limits::LINK_BYTES;

/// What a fragment that carries a case begins with: the key, and which form of it this is.
const MARK: &str = "case=1.";

/// The fragment of a link that carries a case, without the `#`. Like a case file it carries no private key.
///
/// # Errors
/// Says that it would be longer than [`LINK_BYTES`].
pub fn case_to_fragment(case: &CaseFile) -> Result<String, String> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let deflated = encoder.write_all(case.to_json().as_bytes()).and_then(|()| encoder.finish());
    let deflated = deflated.map_err(|error| format!("link: deflate: {error}"))?;
    let length = MARK.len() + deflated.len().saturating_mul(4).div_ceil(3);
    if length > LINK_BYTES {
        return Err(format!(
            "link: it would be {length} characters long, and the limit is {LINK_BYTES}; save the case as a file instead"
        ));
    }
    Ok(format!("{MARK}{}", URL_SAFE_NO_PAD.encode(deflated)))
}

/// The case that a fragment carries, with or without the `#`; `None` where it is about something else.
///
/// # Errors
/// Says at which step it could not be read, and what to do.
pub fn case_from_fragment(fragment: &str) -> Option<Result<CaseFile, String>> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let form = fragment.strip_prefix("case=")?;
    Some(match form.strip_prefix("1.") {
        Some(text) => read(text),
        None => {
            Err("link: it carries a case in a form that is not known here; open it with a newer version".to_owned())
        }
    })
}

fn read(text: &str) -> Result<CaseFile, String> {
    const CUT: &str = "ask for the link again, or for the case as a file: programs for mail and chat cut long links";
    if text.len() > LINK_BYTES {
        return Err(format!("link: it is {} characters long, and the limit is {LINK_BYTES}", text.len()));
    }
    let decoded = URL_SAFE_NO_PAD.decode(text);
    let deflated = decoded.map_err(|error| format!("link: base64url: {error}; {CUT}"))?;
    let json = inflated(&deflated).map_err(|error| match error {
        StepErrorKind::Limit { limit, .. } => format!("link: inflate: it becomes more than {limit} bytes"),
        _ => format!("link: inflate: it is damaged or cut off; {CUT}"),
    })?;
    CaseFile::parse(&json).map_err(|problem| format!("link: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CasePart;

    fn case(bytes: &[u8]) -> CaseFile {
        CaseFile { inputs: vec![CasePart { name: "a.txt".to_owned(), bytes: bytes.to_vec() }], ..CaseFile::default() }
    }

    fn problem(fragment: &str) -> String {
        case_from_fragment(fragment).unwrap().unwrap_err()
    }

    #[test]
    fn a_case_comes_out_as_it_went_in() {
        for bytes in [&b""[..], b"SAMLResponse=abc", &[0, 255, 13, 10], &[b'a'; 100_000]] {
            let fragment = case_to_fragment(&case(bytes)).unwrap();
            assert!(
                fragment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~=".contains(&byte)),
                "{fragment}"
            );
            assert_eq!(case_from_fragment(&fragment), Some(Ok(case(bytes))));
            assert_eq!(case_from_fragment(&format!("#{fragment}")), Some(Ok(case(bytes))));
        }
    }

    #[test]
    fn what_is_about_something_else_is_no_case() {
        for fragment in ["", "#", "verdict", "#case", "cases=1.abc"] {
            assert_eq!(case_from_fragment(fragment), None, "{fragment}");
        }
    }

    #[test]
    fn what_is_damaged_is_told_with_its_step() {
        let fragment = case_to_fragment(&case(b"SAMLResponse=abc")).unwrap();
        let cut = fragment.get(..fragment.len() - 8).unwrap();
        assert!(problem(cut).starts_with("link: inflate: it is damaged or cut off"), "{}", problem(cut));
        assert!(problem(&format!("{fragment}!")).starts_with("link: base64url: "));
        assert!(problem("case=2.abc").contains("newer version"));
        let other = URL_SAFE_NO_PAD.encode(deflate(b"{}"));
        assert!(problem(&format!("case=1.{other}")).starts_with("link: the case file is not what it should be"));
        assert!(problem(&format!("case=1.{}", "A".repeat(LINK_BYTES + 1))).contains("the limit is"));
    }

    #[test]
    fn a_bomb_is_stopped_and_a_long_link_not_made() {
        let bomb = URL_SAFE_NO_PAD.encode(deflate(&vec![b' '; 80 << 20]));
        assert!(bomb.len() < LINK_BYTES);
        assert!(problem(&format!("case=1.{bomb}")).starts_with("link: inflate: it becomes more than"));
        let mut number = 1_u64;
        let mut noise = || {
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
            number as u8
        };
        let noise: Vec<u8> = (0..LINK_BYTES).map(|_| noise()).collect();
        assert!(case_to_fragment(&case(&noise)).unwrap_err().contains("save the case as a file"));
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }
}
