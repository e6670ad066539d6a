//! Times laid out on a bar, near and far ones both to be told apart; and how far away a time is, in units people count in.

use crate::sorted::sort_by;

/// Seconds below which two times are drawn close together.
const NEAR: f64 = 10.0;

/// A bar of time: each time has a place on it, from 0 to 1, and each place a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Times and their places, both rising; at least two.
    knots: Vec<(i64, f64)>,
}

impl Axis {
    /// A bar on which every stretch between two neighbours is as wide as the logarithm of its length: minutes stay
    /// visible beside hours. `margin`: seconds before the first and behind the last. `None` where there is no time.
    pub fn of(times: &[i64], margin: i64) -> Option<Self> {
        let mut times = times.to_vec();
        sort_by(&mut times, i64::cmp);
        let (first, last) = (*times.first()?, *times.last()?);
        times.insert(0, first.saturating_sub(margin.max(1)));
        times.push(last.saturating_add(margin.max(1)));
        times.dedup();
        let mut knots = Vec::with_capacity(times.len());
        let (mut before, mut width) = (None, 0.0);
        for time in times {
            width += before.map_or(0.0, |before| (1.0 + length(before, time) / NEAR).ln());
            knots.push((time, width));
            before = Some(time);
        }
        knots.iter_mut().for_each(|(_, place)| *place /= width);
        Some(Self { knots })
    }

    /// A bar to scale.
    pub fn even(from: i64, to: i64) -> Self {
        Self { knots: vec![(from, 0.0), (to.max(from.saturating_add(1)), 1.0)] }
    }

    /// The place of a time; what lies outside is at the end.
    pub fn place(&self, time: i64) -> f64 {
        let next = self.knots.partition_point(|(knot, _)| *knot <= time);
        match (next.checked_sub(1).and_then(|index| self.knots.get(index)), self.knots.get(next)) {
            (None, _) => 0.0,
            (_, None) => 1.0,
            (Some((from, left)), Some((to, right))) => left + (right - left) * length(*from, time) / length(*from, *to),
        }
    }

    /// The time at a place, to the second.
    pub fn time(&self, place: f64) -> i64 {
        let next = self.knots.partition_point(|(_, knot)| *knot <= place);
        match (next.checked_sub(1).and_then(|index| self.knots.get(index)), self.knots.get(next)) {
            (None, first) => first.map_or(0, |(time, _)| *time),
            (Some((last, _)), None) => *last,
            (Some((from, left)), Some((to, right))) => {
                from.saturating_add((length(*from, *to) * (place - left) / (right - left)).round() as i64)
            }
        }
    }

    /// Where it begins and ends.
    pub fn ends(&self) -> (i64, i64) {
        let time = |knot: Option<&(i64, f64)>| knot.map_or(0, |(time, _)| *time);
        (time(self.knots.first()), time(self.knots.last()))
    }
}

fn length(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64
}

/// A unit that people count time in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 1 s.
    Second,
    /// 60 s.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 365 days.
    Year,
}

/// A length of time as people say it: how many of a unit, and of the smaller one behind it where that tells something.
/// Rounded down, so that what has not yet passed never reads as passed.
pub fn spoken(seconds: u64) -> ((u64, Unit), Option<(u64, Unit)>) {
    use Unit::{Day, Hour, Minute, Second, Year};
    let rest = |count: u64, unit| (count > 0).then_some((count, unit));
    match seconds {
        0..60 => ((seconds, Second), None),
        60..3600 => ((seconds / 60, Minute), rest(seconds % 60, Second)),
        3600..172_800 => ((seconds / 3600, Hour), rest(seconds / 60 % 60, Minute)),
        // Three years of days: what expires in 412 days is not to read as one year.
        172_800..94_608_000 => ((seconds / 86_400, Day), None),
        _ => ((seconds / 31_536_000, Year), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_stay_visible_beside_hours() {
        let axis = Axis::of(&[300, 0, 28_800, 0], 900).unwrap();
        assert_eq!(axis.ends(), (-900, 29_700));
        assert_eq!((axis.place(-900), axis.place(-5000)), (0.0, 0.0));
        assert_eq!((axis.place(29_700), axis.place(i64::MAX)), (1.0, 1.0));
        assert!(axis.place(300) - axis.place(0) > 0.15);
        assert!(axis.place(28_800) - axis.place(300) > axis.place(300) - axis.place(0));
        assert_eq!(Axis::of(&[], 900), None);
        assert!(Axis::of(&[i64::MIN, i64::MAX], 900).is_some());
    }

    #[test]
    fn a_place_and_its_time_belong_together() {
        let axis = Axis::of(&[0, 25, 330, 28_800], 900).unwrap();
        for time in (-900..29_700).step_by(7) {
            assert_eq!(axis.time(axis.place(time)), time);
        }
        let even = Axis::even(100, 200);
        assert_eq!((even.place(125), even.time(0.25), even.time(2.0), even.time(-1.0)), (0.25, 125, 200, 100));
        assert_eq!(Axis::even(100, 100).place(100), 0.0);
    }

    #[test]
    fn lengths_are_said_as_people_say_them() {
        let said = |seconds| {
            let ((count, unit), rest) = spoken(seconds);
            (count, unit, rest)
        };
        assert_eq!(said(59), (59, Unit::Second, None));
        assert_eq!(said(60), (1, Unit::Minute, None));
        assert_eq!(said(285), (4, Unit::Minute, Some((45, Unit::Second))));
        assert_eq!(said(28_785), (7, Unit::Hour, Some((59, Unit::Minute))));
        assert_eq!(said(412 * 86_400 + 5), (412, Unit::Day, None));
        assert_eq!(said(10 * 31_536_000), (10, Unit::Year, None));
    }
}
