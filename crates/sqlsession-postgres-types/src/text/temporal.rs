use std::fmt::{self, Write};

use sqlsession_core::value::{Date, DateTime, OffsetDateTime, Time};

use crate::pg_epoch;

pub(super) fn write_date(date: Date, out: &mut impl Write) -> fmt::Result {
    write_day(date, out)?;
    write_era(date, out)
}

pub(super) fn write_time(time: Time, out: &mut impl Write) -> fmt::Result {
    write_time_micros(pg_epoch::time_micros(time).unsigned_abs(), out)
}

pub(super) fn write_date_time(at: DateTime, out: &mut impl Write) -> fmt::Result {
    write_local(at, out)?;
    write_era(at.date(), out)
}

/// In UTC, so that a type without an offset gets the same time of whatever offset the value has.
pub(super) fn write_offset_date_time(at: OffsetDateTime, out: &mut impl Write) -> fmt::Result {
    let local = in_utc(at);
    write_local(local, out)?;
    out.write_str("+00")?;
    write_era(local.date(), out)
}

/// The date and time in UTC. What is a day away from the last of core's years is as near as they reach.
pub(crate) fn in_utc(at: OffsetDateTime) -> DateTime {
    let end = if at.offset_seconds() < 0 { DateTime::MAX } else { DateTime::MIN };
    DateTime::from_unix(at.unix_seconds(), at.local().time().nanosecond()).unwrap_or(end)
}

/// Microseconds since midnight, up to 24:00, or of an interval: with as many digits of a second as there are.
pub(crate) fn write_time_micros(micros: u64, out: &mut impl Write) -> fmt::Result {
    let seconds = micros / 1_000_000;
    write!(out, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
    match micros % 1_000_000 {
        0 => Ok(()),
        mut fraction => {
            let mut digits = 6;
            while fraction.is_multiple_of(10) {
                fraction /= 10;
                digits -= 1;
            }
            write!(out, ".{fraction:0digits$}")
        }
    }
}

/// Seconds east of UTC; minutes and seconds only where there are any.
pub(crate) fn write_offset(seconds: i32, out: &mut impl Write) -> fmt::Result {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    write!(out, "{sign}{:02}", seconds / 3_600)?;
    if !seconds.is_multiple_of(3_600) {
        write!(out, ":{:02}", seconds / 60 % 60)?;
    }
    if !seconds.is_multiple_of(60) {
        write!(out, ":{:02}", seconds % 60)?;
    }
    Ok(())
}

fn write_local(at: DateTime, out: &mut impl Write) -> fmt::Result {
    write_day(at.date(), out)?;
    out.write_char(' ')?;
    write_time(at.time(), out)
}

/// The year before year 1 is 1 BC.
fn write_day(date: Date, out: &mut impl Write) -> fmt::Result {
    let year = if date.year() > 0 { date.year() } else { 1 - date.year() };
    write!(out, "{year:04}-{:02}-{:02}", date.month(), date.day())
}

fn write_era(date: Date, out: &mut impl Write) -> fmt::Result {
    if date.year() > 0 { Ok(()) } else { out.write_str(" BC") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_era_comes_last() {
        let at: OffsetDateTime = "-0043-03-15 12:30:00.500000-05:30:15".parse().unwrap();
        let mut text = String::new();
        write_offset_date_time(at, &mut text).unwrap();
        assert_eq!(text, "0044-03-15 18:00:15.5+00 BC");
    }

    #[test]
    fn nanoseconds_are_cut_off_and_never_rounded_up() {
        let mut text = String::new();
        write_date_time("2024-12-31 23:59:59.999999999".parse().unwrap(), &mut text).unwrap();
        assert_eq!(text, "2024-12-31 23:59:59.999999");
    }
}
