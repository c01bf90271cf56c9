//! Dates and times: into each other where nothing is lost.

use sqlsession_core::{
    Value,
    value::{Date, DateTime, OffsetDateTime, Time},
};

use super::{Encoded, refusal::Refusal, scalar::plain};
use crate::{pg_epoch, target::Target};

type Encoding<'a> = Result<Encoded<'a>, Refusal>;

pub(super) fn date<'a>(date: Date, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    let days = pg_epoch::days(date);
    match target {
        Target::Date => days.map(Encoded::I32).ok_or(Refusal::NoRoom),
        Target::Timestamp => moment(date.unix_days() * 86_400, 0),
        // Midnight where the session is.
        Target::TimestampTz => moment(date.unix_days() * 86_400, 0).map(|_| Encoded::Parsed(value)),
        Target::Undescribed => days.map(|_| Encoded::Parsed(value)).ok_or(Refusal::NoRoom),
        _ => plain(value, target),
    }
}

pub(super) fn time<'a>(time: Time, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    match target {
        Target::Time => Ok(Encoded::I64(pg_epoch::time_micros(time))),
        _ => plain(value, target),
    }
}

/// A part of it goes into `date` and `time`, as it does when it is assigned.
pub(super) fn date_time<'a>(at: DateTime, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    let micros = || moment(at.unix_seconds(), at.time().nanosecond());
    match target {
        Target::Timestamp => micros(),
        // The time where the session is: an assignment of PostgreSQL takes it so too.
        Target::TimestampTz | Target::Undescribed => micros().map(|_| Encoded::Parsed(value)),
        Target::Date => date(at.date(), value, target),
        Target::Time => time(at.time(), value, target),
        _ => plain(value, target),
    }
}

/// It is sent as the time in UTC. Which date and time it is elsewhere, only the session's time zone tells.
pub(super) fn offset_date_time<'a>(at: OffsetDateTime, value: &'a Value, target: Target<'_>) -> Encoding<'a> {
    let micros = moment(at.unix_seconds(), at.local().time().nanosecond());
    match target {
        Target::TimestampTz => micros,
        Target::Undescribed => micros.map(|_| Encoded::Parsed(value)),
        _ => plain(value, target),
    }
}

/// The texts that are read where no date, time or moment is the value.
pub(super) fn special<'a>(text: &str, target: Target<'_>) -> Option<Encoded<'a>> {
    match (target, text) {
        (Target::Date, "infinity") => Some(Encoded::I32(i32::MAX)),
        (Target::Date, "-infinity") => Some(Encoded::I32(i32::MIN)),
        (Target::Time, "24:00:00") => Some(Encoded::I64(pg_epoch::MICROS_PER_DAY)),
        (Target::Timestamp | Target::TimestampTz, "infinity") => Some(Encoded::I64(i64::MAX)),
        (Target::Timestamp | Target::TimestampTz, "-infinity") => Some(Encoded::I64(i64::MIN)),
        _ => None,
    }
}

fn moment<'a>(unix_seconds: i64, nanosecond: u32) -> Encoding<'a> {
    pg_epoch::micros(unix_seconds, nanosecond).map(Encoded::I64).ok_or(Refusal::NoRoom)
}
