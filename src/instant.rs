//! A point in time, and the one place that knows the calendar; read from `xs:dateTime` as SAML writes it (XML Schema
//! Part 2 §3.2.7; SAML 2.0 Core §1.3.3).

use std::fmt;

/// Seconds since 1970-01-01T00:00:00Z without leap seconds, and nanoseconds beyond them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    seconds: i64,
    nanoseconds: u32,
}

/// Why a text is no `xs:dateTime`, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstantError {
    /// What was expected there.
    pub expected: &'static str,
    /// Byte offset into the text.
    pub at: usize,
}

impl Instant {
    /// From seconds since the epoch.
    pub fn from_unix(seconds: i64) -> Self {
        Self { seconds, nanoseconds: 0 }
    }

    /// From milliseconds since the epoch, as browsers count.
    pub fn from_unix_millis(millis: i64) -> Self {
        let nanoseconds = u32::try_from(millis.rem_euclid(1000)).unwrap_or(0) * 1_000_000;
        Self { seconds: millis.div_euclid(1000), nanoseconds }
    }

    /// Whole seconds since the epoch.
    pub fn unix(self) -> i64 {
        self.seconds
    }

    /// Whole milliseconds since the epoch.
    pub fn unix_millis(self) -> i64 {
        self.seconds.saturating_mul(1000).saturating_add(i64::from(self.nanoseconds / 1_000_000))
    }

    /// From a date and time of day in UTC, second 60 allowed for whoever writes leap seconds. `None` where there is no
    /// such day or time.
    pub fn from_civil(year: i64, month: i64, day: i64, [hour, minute, second]: [i64; 3]) -> Option<Self> {
        let valid = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..61).contains(&second);
        let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
        valid.then_some(Self::from_unix(seconds))
    }

    /// Reads `2026-03-01T08:00:00.123Z`, with an offset or without: SAML says that all times are UTC (Core §1.3.3), so
    /// that one without an offset is.
    ///
    /// # Errors
    /// Says what was expected where; `24:00:00` is the next day's start (Schema Part 2 §3.2.7.1), `:60` is no second.
    pub fn parse(text: &str) -> Result<Self, InstantError> {
        let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
        let year = scanner.year()?;
        scanner.byte(b'-', "a hyphen after the year")?;
        let month = scanner.number("a month, 01 to 12", 1..=12)?;
        scanner.byte(b'-', "a hyphen after the month")?;
        let day = scanner.number("a day of that month", 1..=days_in_month(year, month))?;
        scanner.byte(b'T', "T between date and time")?;
        let hour = scanner.number("an hour, 00 to 24", 0..=24)?;
        scanner.byte(b':', "a colon after the hour")?;
        let limit = if hour == 24 { 0 } else { 59 };
        let minute = scanner.number("a minute, 00 to 59 (only 00 at hour 24)", 0..=limit)?;
        scanner.byte(b':', "a colon after the minute")?;
        let second = scanner.number("a second, 00 to 59 (only 00 at hour 24)", 0..=limit)?;
        let nanoseconds = scanner.fraction(hour == 24)?;
        let offset = scanner.offset()?;
        if scanner.at != text.len() {
            return scanner.expected("the end, or Z");
        }
        let days = days_from_civil(year, month, day);
        let of_day = hour * 3600 + minute * 60 + second;
        Ok(Self { seconds: days * 86_400 + of_day - offset * 60, nanoseconds })
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC, with as many digits of the fraction as there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.seconds.div_euclid(86_400));
        let of_day = self.seconds.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if self.nanoseconds > 0 {
            write!(f, ".{}", format!("{:09}", self.nanoseconds).trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn expected<T>(&self, expected: &'static str) -> Result<T, InstantError> {
        Err(InstantError { expected, at: self.at })
    }

    fn byte(&mut self, byte: u8, expected: &'static str) -> Result<(), InstantError> {
        if self.bytes.get(self.at) != Some(&byte) {
            return self.expected(expected);
        }
        self.at += 1;
        Ok(())
    }

    fn digits(&self) -> &[u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        rest.get(..count).unwrap_or_default()
    }

    /// Four digits. Schema allows more and a minus; no certificate, session or message lives that long.
    fn year(&mut self) -> Result<i64, InstantError> {
        let digits = self.digits();
        if digits.len() != 4 {
            return self.expected("a year of four digits");
        }
        let year = value(digits);
        self.at += 4;
        Ok(year)
    }

    fn number(&mut self, expected: &'static str, range: std::ops::RangeInclusive<i64>) -> Result<i64, InstantError> {
        let digits = self.digits();
        // Not the value of more: they may be more than a number holds.
        let number = if digits.len() == 2 { value(digits) } else { -1 };
        if !range.contains(&number) {
            return self.expected(expected);
        }
        self.at += 2;
        Ok(number)
    }

    /// Nanoseconds; digits beyond the ninth are passed over.
    fn fraction(&mut self, must_be_zero: bool) -> Result<u32, InstantError> {
        if self.bytes.get(self.at) != Some(&b'.') {
            return Ok(0);
        }
        self.at += 1;
        let digits = self.digits();
        if digits.is_empty() || (must_be_zero && digits.iter().any(|b| *b != b'0')) {
            return self.expected("digits after the point");
        }
        let nine: Vec<u8> = digits.iter().copied().chain(std::iter::repeat(b'0')).take(9).collect();
        self.at += digits.len();
        Ok(value(&nine) as u32)
    }

    /// Minutes east of UTC.
    fn offset(&mut self) -> Result<i64, InstantError> {
        let sign = match self.bytes.get(self.at) {
            Some(b'Z') => {
                self.at += 1;
                return Ok(0);
            }
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Ok(0),
        };
        self.at += 1;
        let hours = self.number("hours of the offset, 00 to 14", 0..=14)?;
        self.byte(b':', "a colon in the offset")?;
        let minutes = self.number("minutes of the offset", 0..=if hours == 14 { 0 } else { 59 })?;
        Ok(sign * (hours * 60 + minutes))
    }
}

/// The number that a few digits are, nine at most.
fn value(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since the epoch. The year is taken to begin in March, so that the leap day is its last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unix(text: &str) -> Result<i64, (usize, &'static str)> {
        Instant::parse(text).map(Instant::unix).map_err(|e| (e.at, e.expected))
    }

    #[test]
    fn known_instants() {
        // GNU date's answers.
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-03-01T08:00:00Z", 1_772_352_000),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("1969-12-31T23:59:59Z", -1),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("2026-03-01T08:00:00", 1_772_352_000),
            ("2026-03-01T16:00:00+08:00", 1_772_352_000),
            ("2026-03-01T02:30:00-05:30", 1_772_352_000),
            ("2026-02-28T24:00:00Z", 1_772_323_200),
        ] {
            assert_eq!(unix(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn fractions_are_kept_and_shown() {
        let instant = Instant::parse("2026-03-01T08:00:00.120Z").unwrap();
        assert_eq!(instant.to_string(), "2026-03-01T08:00:00.12Z");
        assert!(instant > Instant::parse("2026-03-01T08:00:00.119999999999Z").unwrap());
    }

    #[test]
    fn what_is_no_date_says_where() {
        for (text, at) in [
            ("", 0),
            ("26-03-01T08:00:00Z", 0),
            ("2026-13-01T08:00:00Z", 5),
            ("2026-03999999999999999999999-01T08:00:00Z", 5),
            ("2026-02-29T08:00:00Z", 8),
            ("2026-03-01 08:00:00Z", 10),
            ("2026-03-01T24:01:00Z", 14),
            ("2026-03-01T08:00:60Z", 17),
            ("2026-03-01T08:00:00.Z", 20),
            ("2026-03-01T08:00:00+0800", 20),
            ("2026-03-01T08:00:00ZZ", 20),
            ("1772352000", 0),
        ] {
            assert_eq!(unix(text).map_err(|e| e.0), Err(at), "{text}");
        }
    }

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        let mut expected = days_from_civil(1600, 1, 1);
        for year in 1600..2400 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    assert_eq!(days_from_civil(year, month, day), expected);
                    let text = format!("{year:04}-{month:02}-{day:02}T01:01:01Z");
                    let instant = Instant::from_unix(expected * 86_400 + 3661);
                    assert_eq!(instant.to_string(), text);
                    assert_eq!(Instant::parse(&text), Ok(instant));
                    expected += 1;
                }
            }
        }
    }
}
