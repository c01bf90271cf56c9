//! PostgreSQL's binary dates and times: days and microseconds since 1 January 2000.

use sqlsession_core::value::{Date, DateTime, Time};

const UNIX_DAYS: i64 = 10_957;
const UNIX_SECONDS: i64 = UNIX_DAYS * 86_400;
const MICROS_PER_SECOND: i64 = 1_000_000;
pub(super) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// 24 November 4714 BC, where Julian days begin.
const FIRST_DAY: i32 = -2_451_545;
/// The first microsecond of that day.
const FIRST_MICRO: i64 = FIRST_DAY as i64 * MICROS_PER_DAY;
/// The first microsecond of the year 294277, which is too late.
const END_MICRO: i64 = 9_223_371_331_200_000_000;

/// The day's number; `None` before PostgreSQL's first.
pub(super) fn days(date: Date) -> Option<i32> {
    i32::try_from(date.unix_days() - UNIX_DAYS).ok().filter(|days| *days >= FIRST_DAY)
}

/// The day of this number; `None` if core's years do not reach it, and for the infinities.
pub(super) fn date(days: i32) -> Option<Date> {
    Date::from_unix_days(i64::from(days) + UNIX_DAYS).ok()
}

/// Microseconds since midnight. What is less than one is cut off.
pub(super) fn time_micros(time: Time) -> i64 {
    i64::from(time.second_of_day()) * MICROS_PER_SECOND + i64::from(time.nanosecond() / 1_000)
}

/// The time so many microseconds after midnight; `None` from 24:00 on.
pub(super) fn time(micros: i64) -> Option<Time> {
    let second = u32::try_from(micros.div_euclid(MICROS_PER_SECOND)).ok()?;
    Time::from_second_of_day(second, nanosecond(micros)?).ok()
}

/// The moment's number; `None` outside of PostgreSQL's years. What is less than a microsecond is cut off.
pub(super) fn micros(unix_seconds: i64, nanosecond: u32) -> Option<i64> {
    let micros = (unix_seconds - UNIX_SECONDS).checked_mul(MICROS_PER_SECOND)?;
    let micros = micros.checked_add(i64::from(nanosecond / 1_000))?;
    (FIRST_MICRO..END_MICRO).contains(&micros).then_some(micros)
}

/// The moment of this number; `None` outside of PostgreSQL's years, where the infinities are.
pub(super) fn date_time(micros: i64) -> Option<DateTime> {
    if !(FIRST_MICRO..END_MICRO).contains(&micros) {
        return None;
    }
    // Counted from the first one there is no number below zero, whose division costs more.
    let since_first = micros.abs_diff(FIRST_MICRO);
    let (day, micro) = (since_first / MICROS_PER_DAY as u64, since_first % MICROS_PER_DAY as u64);
    let (second, nanosecond) = ((micro / MICROS_PER_SECOND as u64) as u32, (micro % MICROS_PER_SECOND as u64) as u32 * 1_000);
    let date = Date::from_unix_days(day as i64 + i64::from(FIRST_DAY) + UNIX_DAYS).ok()?;
    Some(DateTime::new(date, Time::from_second_of_day(second, nanosecond).ok()?))
}

fn nanosecond(micros: i64) -> Option<u32> {
    u32::try_from(micros.rem_euclid(MICROS_PER_SECOND) * 1_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_those_of_the_manual() {
        let first = Date::new(-4713, 11, 24).unwrap();
        assert_eq!(days(first), Some(FIRST_DAY));
        assert_eq!(date(FIRST_DAY), Some(first));
        assert_eq!(days(Date::new(-4713, 11, 23).unwrap()), None);
        let midnight = DateTime::new(first, Time::MIDNIGHT);
        assert_eq!(micros(midnight.unix_seconds(), 0), Some(FIRST_MICRO));
        assert_eq!(date_time(FIRST_MICRO), Some(midnight));
        assert_eq!(micros(midnight.unix_seconds() - 1, 999_999_999), None);
        let last = DateTime::new(Date::new(294_276, 12, 31).unwrap(), Time::MAX);
        assert_eq!(micros(last.unix_seconds(), 999_999_999), Some(END_MICRO - 1));
        assert_eq!(micros(last.unix_seconds() + 1, 0), None);
        assert_eq!(micros(DateTime::MAX.unix_seconds(), 0), None);
        assert_eq!(date_time(i64::MAX), None);
        assert_eq!(date_time(i64::MIN), None);
        assert_eq!(date(i32::MAX), None);
    }

    #[test]
    fn a_moment_before_the_epoch_has_its_fraction_after_the_second() {
        let at = date_time(-1).unwrap();
        assert_eq!(at.text().as_str(), "1999-12-31 23:59:59.999999");
        assert_eq!(micros(at.unix_seconds(), at.time().nanosecond()), Some(-1));
    }

    #[test]
    fn times_of_day() {
        assert_eq!(time(MICROS_PER_DAY - 1).map(time_micros), Some(MICROS_PER_DAY - 1));
        assert_eq!(time(MICROS_PER_DAY), None, "24:00, which PostgreSQL has");
        assert_eq!(time(-1), None);
        assert_eq!(time_micros(Time::MAX), MICROS_PER_DAY - 1);
    }
}
