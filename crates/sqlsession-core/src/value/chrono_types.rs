use chrono::{
    DateTime as ChronoDateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone,
    Timelike, Utc,
};

use super::{
    Date, DateTime, FromValue, OffsetDateTime, Time, Value, ValueRef, from_temporal::saturating_from_unix,
    from_value::out_of_range,
};
use crate::{Error, Result, row::Batch};

/// A leap second, which chrono writes as a second of more than 1000000000 nanoseconds, is the end of the second
/// before: no database has it.
const LAST_NANOSECOND: u32 = 999_999_999;

impl From<NaiveDate> for Value {
    fn from(date: NaiveDate) -> Self {
        Self::Date(date_of(date))
    }
}

impl From<NaiveTime> for Value {
    fn from(time: NaiveTime) -> Self {
        Self::Time(time_of(time))
    }
}

impl From<NaiveDateTime> for Value {
    #[inline]
    fn from(at: NaiveDateTime) -> Self {
        Self::DateTime(DateTime::new(date_of(at.date()), time_of(at.time())))
    }
}

impl<Z: TimeZone> From<ChronoDateTime<Z>> for Value {
    fn from(at: ChronoDateTime<Z>) -> Self {
        let nanosecond = at.timestamp_subsec_nanos().min(LAST_NANOSECOND);
        let offset = at.offset().fix().local_minus_utc();
        Self::OffsetDateTime(saturating_from_unix(at.timestamp(), nanosecond, offset))
    }
}

/// chrono's years are all among ours; the bound is for the compiler.
fn date_of(date: NaiveDate) -> Date {
    let (Ok(month), Ok(day)) = (u8::try_from(date.month()), u8::try_from(date.day())) else {
        return Date::MAX;
    };
    Date::new(date.year(), month, day).unwrap_or(if date.year() < 0 { Date::MIN } else { Date::MAX })
}

fn time_of(time: NaiveTime) -> Time {
    let nanosecond = time.nanosecond().min(LAST_NANOSECOND);
    Time::from_second_of_day(time.num_seconds_from_midnight(), nanosecond).unwrap_or(Time::MAX)
}

impl<'r> FromValue<'r> for NaiveDate {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        chrono_date(Date::from_value(value)?).ok_or_else(|| out_of_range(value, "chrono::NaiveDate"))
    }
}

impl<'r> FromValue<'r> for NaiveTime {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        chrono_time(Time::from_value(value)?).ok_or_else(|| out_of_range(value, "chrono::NaiveTime"))
    }
}

impl<'r> FromValue<'r> for NaiveDateTime {
    #[inline]
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        let at = DateTime::from_value(value)?;
        chrono_date_time(at).ok_or_else(|| out_of_range(value, "chrono::NaiveDateTime"))
    }

    #[inline]
    fn at_hand(batch: &'r dyn Batch, row: usize, column: usize) -> Option<Self> {
        chrono_date_time(DateTime::at_hand(batch, row, column)?)
    }
}

impl<'r> FromValue<'r> for ChronoDateTime<Utc> {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        moment(OffsetDateTime::from_value(value)?, value)
    }
}

impl<'r> FromValue<'r> for ChronoDateTime<FixedOffset> {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        let at = OffsetDateTime::from_value(value)?;
        let offset = FixedOffset::east_opt(at.offset_seconds()).ok_or_else(|| too_far(value))?;
        Ok(moment(at, value)?.with_timezone(&offset))
    }
}

#[inline]
fn chrono_date_time(at: DateTime) -> Option<NaiveDateTime> {
    Some(NaiveDateTime::new(chrono_date(at.date())?, chrono_time(at.time())?))
}

fn chrono_date(date: Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year(), date.month().into(), date.day().into())
}

fn chrono_time(time: Time) -> Option<NaiveTime> {
    NaiveTime::from_num_seconds_from_midnight_opt(time.second_of_day(), time.nanosecond())
}

fn moment(at: OffsetDateTime, value: ValueRef<'_>) -> Result<ChronoDateTime<Utc>> {
    ChronoDateTime::from_timestamp(at.unix_seconds(), at.local().time().nanosecond())
        .ok_or_else(|| too_far(value))
}

fn too_far(value: ValueRef<'_>) -> Error {
    out_of_range(value, "chrono::DateTime")
}
