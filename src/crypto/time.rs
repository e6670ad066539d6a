//! Owns the dates of certificates: UTCTime and GeneralizedTime, read leniently, as Unix seconds and as text.

use super::asn1::{Element, GENERALIZED_TIME, UTC_TIME};
use crate::instant::Instant;

/// The tags of the two types that a date may have (RFC 5280 §4.1.2.5).
pub(crate) const GENERALIZED_OR_UTC: [u8; 2] = [GENERALIZED_TIME, UTC_TIME];

/// A moment in a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970-01-01T00:00:00Z; none where the text is no date.
    pub unix: Option<i64>,
    /// The moment in RFC 3339, or where it is no date the characters that the certificate has.
    pub text: String,
}

/// Reads a UTCTime or a GeneralizedTime. The flag says whether it has the one form that RFC 5280 §4.1.2.5
/// allows: seconds, no fraction, `Z`.
pub(crate) fn read(element: &Element<'_>) -> (Time, bool) {
    let digits = element.content;
    match parse(digits, element.tag == UTC_TIME) {
        Some((unix, regular)) => (Time { unix: Some(unix), text: Instant::from_unix(unix).to_string() }, regular),
        None => (Time { unix: None, text: String::from_utf8_lossy(digits).into_owned() }, false),
    }
}

/// X.680 §46 and §47: the year, then two digits each for month, day, hour, minute and perhaps second; a
/// fraction; `Z`, an offset, or nothing.
fn parse(text: &[u8], utc: bool) -> Option<(i64, bool)> {
    let mut input = Digits(text);
    let year = if utc {
        let short = input.pair()?;
        // RFC 5280 §4.1.2.5.1: 50 to 99 are of the last century.
        short + if short < 50 { 2000 } else { 1900 }
    } else {
        input.pair()? * 100 + input.pair()?
    };
    let (month, day) = (input.pair()?, input.pair()?);
    let (hour, minute) = (input.pair()?, input.pair()?);
    let seconds = input.pair();
    let mut regular = seconds.is_some();
    let second = seconds.unwrap_or(0);
    if matches!(input.0, [b'.' | b',', ..]) {
        regular = false;
        input.0 = input.0.get(1..)?;
        while matches!(input.0, [b'0'..=b'9', ..]) {
            input.0 = input.0.get(1..)?;
        }
    }
    let offset = match input.0 {
        [b'Z'] => 0,
        [] => {
            regular = false;
            0
        }
        [sign @ (b'+' | b'-'), rest @ ..] => {
            regular = false;
            let mut rest = Digits(rest);
            let seconds = (rest.pair()? * 60 + rest.pair().unwrap_or(0)) * 60;
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    let moment = Instant::from_civil(year, month, day, [hour, minute, second])?;
    Some((moment.unix() - offset, regular))
}

struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    /// The next two digits, if there are two.
    fn pair(&mut self) -> Option<i64> {
        let (pair, rest) = self.0.split_first_chunk::<2>()?;
        let [tens, ones] = pair.map(|byte| char::from(byte).to_digit(10));
        let value = tens? * 10 + ones?;
        self.0 = rest;
        Some(i64::from(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<(i64, bool)> {
        parse(text.as_bytes(), true)
    }

    fn general(text: &str) -> Option<(i64, bool)> {
        parse(text.as_bytes(), false)
    }

    #[test]
    fn regular_dates_are_read() {
        assert_eq!(utc("700101000000Z"), Some((0, true)));
        assert_eq!(utc("491231235959Z"), Some((2_524_607_999, true)));
        assert_eq!(utc("500101000000Z"), Some((-631_152_000, true)));
        assert_eq!(general("20240229120000Z"), Some((1_709_208_000, true)));
        assert_eq!(general("99991231235959Z"), Some((253_402_300_799, true)));
    }

    #[test]
    fn irregular_dates_are_read_and_told() {
        assert_eq!(utc("7001010000Z"), Some((0, false)));
        assert_eq!(utc("700101020000+0200"), Some((0, false)));
        assert_eq!(utc("700101023000+0230"), Some((0, false)));
        assert_eq!(utc("700101000000-0130"), Some((5_400, false)));
        assert_eq!(general("19700101000000.5Z"), Some((0, false)));
        assert_eq!(general("19700101000000"), Some((0, false)));
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        for text in ["", "700101", "701301000000Z", "700230000000Z", "7001010000xxZ", "700101000000Q"] {
            assert_eq!(utc(text), None, "{text}");
        }
    }
}
