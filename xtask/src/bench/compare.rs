//! Ratios within rounds, and what is in the middle of them.

use super::results::Time;

/// The value in the middle; of an even number, the upper one.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// One contestant over another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ratio {
    pub(super) middle: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Ratio {
    fn of(ratios: &[f64]) -> Self {
        Self {
            middle: median(ratios),
            least: ratios.iter().copied().fold(f64::INFINITY, f64::min),
            most: ratios.iter().copied().fold(0.0, f64::max),
        }
    }

    /// What is in the middle, and the spread.
    pub(super) fn words(self) -> String {
        format!("{:.2} ({:.2} .. {:.2})", self.middle, self.least, self.most)
    }

    /// Of their times: the machine's mood changes from round to round, seldom within one.
    pub(super) fn times(one: &Time, other: &Time) -> Self {
        let ratios = one.nanos.iter().zip(&other.nanos).map(|(one, other)| one / other);
        Self::of(&ratios.collect::<Vec<_>>())
    }

    /// Of the 99th of a hundred waits, where they were looked at.
    pub(super) fn late(one: &Time, other: &Time) -> Option<Self> {
        let ratios = one.waits.iter().zip(&other.waits).map(|((_, one), (_, other))| one / other);
        let ratios: Vec<f64> = ratios.collect();
        if ratios.is_empty() { None } else { Some(Self::of(&ratios)) }
    }
}

/// Nanoseconds in the unit that suits them.
pub(super) fn time(nanos: f64) -> String {
    match nanos {
        nanos if nanos < 10_000.0 => format!("{:.2} µs", nanos / 1e3),
        nanos if nanos < 1_000_000.0 => format!("{:.0} µs", nanos / 1e3),
        nanos if nanos < 1e9 => format!("{:.1} ms", nanos / 1e6),
        nanos => format!("{:.2} s", nanos / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_within_a_round() {
        let time = |nanos: &[f64]| Time {
            group: String::new(),
            case: String::new(),
            contestant: String::new(),
            nanos: nanos.to_vec(),
            waits: Vec::new(),
        };
        let ratio = Ratio::times(&time(&[20.0, 60.0, 30.0]), &time(&[10.0, 60.0, 10.0]));
        assert_eq!(ratio, Ratio { middle: 2.0, least: 1.0, most: 3.0 });
        assert_eq!(Ratio::late(&time(&[1.0]), &time(&[1.0])), None);
    }

    #[test]
    fn times_have_the_unit_that_suits_them() {
        assert_eq!(time(1990.0), "1.99 µs");
        assert_eq!(time(72_100.0), "72 µs");
        assert_eq!(time(19_940_000.0), "19.9 ms");
        assert_eq!(time(2_500_000_000.0), "2.50 s");
    }
}
