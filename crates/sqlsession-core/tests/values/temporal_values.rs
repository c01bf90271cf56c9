use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlsession_core::{
    Value,
    value::{Date, DateTime, OffsetDateTime, Time},
};

use crate::{MISMATCH, RANGE, read, text};

fn leap_day() -> Date {
    Date::new(2024, 2, 29).unwrap()
}

fn noon() -> DateTime {
    DateTime::new(leap_day(), Time::new(12, 0, 0, 0).unwrap())
}

#[test]
fn dates_and_times_from_themselves_and_from_text() {
    assert_eq!(read::<Date>(leap_day()), Ok(leap_day()));
    assert_eq!(text::<Date>("2024-02-29"), Ok(leap_day()));
    assert_eq!(text::<Date>("2024-02-31"), Err(RANGE));
    assert_eq!(read::<Date>(noon()), Err(MISMATCH));
    assert_eq!(read::<Date>(0), Err(MISMATCH));
    assert_eq!(text::<Time>("12:00:00"), Ok(noon().time()));
    assert_eq!(read::<Time>(noon().time()), Ok(noon().time()));
    assert_eq!(read::<Time>(43_200), Err(MISMATCH));
}

#[test]
fn date_times_from_text_and_unix_seconds() {
    assert_eq!(text::<DateTime>("2024-02-29T12:00:00"), Ok(noon()));
    assert_eq!(read::<DateTime>(noon()), Ok(noon()));
    assert_eq!(read::<DateTime>(1_709_208_000), Ok(noon()));
    assert_eq!(read::<DateTime>(-1).map(|at| at.to_string()), Ok("1969-12-31 23:59:59".to_owned()));
    assert_eq!(read::<DateTime>(i64::MAX), Err(RANGE));
    assert_eq!(read::<DateTime>(i64::MIN), Err(RANGE));
    assert_eq!(read::<DateTime>(1.5), Err(MISMATCH));
    assert_eq!(text::<DateTime>("2024-02-29 12:00:00+02:00"), Err(MISMATCH));
    assert_eq!(read::<DateTime>(OffsetDateTime::utc(noon())), Err(MISMATCH));
}

#[test]
fn without_an_offset_it_is_utc() {
    let utc = OffsetDateTime::utc(noon());
    assert_eq!(read::<OffsetDateTime>(noon()), Ok(utc));
    assert_eq!(text::<OffsetDateTime>("2024-02-29 12:00:00"), Ok(utc));
    assert_eq!(read::<OffsetDateTime>(1_709_208_000), Ok(utc));
    let east = text::<OffsetDateTime>("2024-02-29 14:00:00+02:00").unwrap();
    assert_eq!((east.offset_seconds(), east.unix_seconds()), (7_200, utc.unix_seconds()));
    assert_ne!(east, utc);
    assert!(east > utc && east < OffsetDateTime::utc(DateTime::from_unix(1_709_208_000, 1).unwrap()));
}

#[test]
fn unix_seconds_there_and_back() {
    for seconds in [0, -1, 1, 86_399, 86_400, -86_400, -86_401, 1_709_208_000, DateTime::MIN.unix_seconds()] {
        assert_eq!(DateTime::from_unix(seconds, 7).unwrap().unix_seconds(), seconds);
    }
    assert_eq!(DateTime::from_unix(DateTime::MAX.unix_seconds(), 999_999_999).unwrap(), DateTime::MAX);
    assert!(DateTime::from_unix(DateTime::MAX.unix_seconds() + 1, 0).is_err());
    assert!(DateTime::from_unix(0, 1_000_000_000).is_err());
    assert!(OffsetDateTime::new(noon(), 86_400).is_err() && OffsetDateTime::new(noon(), i32::MIN).is_err());
    assert!(OffsetDateTime::from_unix(i64::MAX, 0, 1).is_err());
}

#[test]
fn system_times_are_utc() {
    let after = UNIX_EPOCH + Duration::new(1_709_208_000, 5);
    let before = UNIX_EPOCH - Duration::new(1, 250_000_000);
    assert_eq!(read::<SystemTime>(Value::from(after)), Ok(after));
    assert_eq!(read::<SystemTime>(Value::from(before)), Ok(before));
    let Value::OffsetDateTime(at) = Value::from(before) else { panic!("a date-time with offset") };
    assert_eq!(at.to_string(), "1969-12-31 23:59:58.750000+00:00");
    assert_eq!(read::<SystemTime>(noon()), Ok(UNIX_EPOCH + Duration::from_secs(1_709_208_000)));
    if let Some(far) = UNIX_EPOCH.checked_add(Duration::from_secs(1 << 60)) {
        assert_eq!(Value::from(far), Value::OffsetDateTime(OffsetDateTime::utc(DateTime::MAX)));
    }
}
