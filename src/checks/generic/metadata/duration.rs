//! `xs:duration` (XML Schema Part 2 §3.2.6), as far as a comparison with a date needs it.

const DAY: i64 = 86_400;

/// The seconds of a duration, a month taken for 30 days and a year for 365. `None` where it is none.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let rest = rest.strip_prefix('P')?;
    let (date, time) = rest.split_once('T').map_or((rest, None), |(date, time)| (date, Some(time)));
    let of_date = fields(date, &[('Y', 365 * DAY), ('M', 30 * DAY), ('D', DAY)])?;
    let of_time = match time {
        Some("") => return None,
        Some(time) => fields(time, &[('H', 3600), ('M', 60), ('S', 1)])?,
        None if date.is_empty() => return None,
        None => 0,
    };
    Some(of_date.saturating_add(of_time).saturating_mul(sign))
}

/// The sum of numbers with their units, each at most once and in this order. Only seconds may have a fraction.
fn fields(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut sum = 0_i64;
    let mut left = units.iter();
    while !text.is_empty() {
        let digits = text.find(|c: char| !c.is_ascii_digit()).filter(|count| *count > 0)?;
        let (number, rest) = text.split_at_checked(digits)?;
        let rest = match rest.strip_prefix('.') {
            Some(fraction) => {
                let end = fraction.find(|c: char| !c.is_ascii_digit()).filter(|count| *count > 0)?;
                fraction.get(end..).filter(|rest| *rest == "S")?
            }
            None => rest,
        };
        let unit = rest.chars().next()?;
        let (_, size) = left.find(|(name, _)| *name == unit)?;
        sum = sum.saturating_add(number.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(*size));
        text = rest.get(unit.len_utf8()..)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_what_is_none_is_refused() {
        for (text, expected) in [
            ("PT1H", Some(3600)),
            ("P7D", Some(604_800)),
            ("PT604800.000S", Some(604_800)),
            ("P1Y2M3DT4H5M6S", Some(365 * DAY + 63 * DAY + 4 * 3600 + 306)),
            ("-P1D", Some(-DAY)),
            ("P99999999999999999999D", Some(i64::MAX)),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("1D", None),
            ("P1H", None),
            ("P1D1Y", None),
            ("PT1.5H", None),
            ("PD", None),
            ("3600", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
