use std::fmt::Write as _;

use sqlsession_core::value::{Date, DateTime, OffsetDateTime, Time};

/// `2024-02-29`
pub(crate) fn date(date: Date) -> String {
    let mut text = String::with_capacity(10);
    write_date(&mut text, date);
    text
}

/// `13:05:00`, with six or nine digits of the second if there is a fraction
pub(crate) fn time(time: Time) -> String {
    let mut text = String::with_capacity(15);
    write_time(&mut text, time);
    text
}

/// `2024-02-29 13:05:00`
pub(crate) fn date_time(at: DateTime) -> String {
    let mut text = String::with_capacity(26);
    write_date(&mut text, at.date);
    text.push(' ');
    write_time(&mut text, at.time);
    text
}

/// `2024-02-29 13:05:00+02:00`
pub(crate) fn offset_date_time(at: OffsetDateTime) -> String {
    let mut text = date_time(at.local);
    let seconds = at.offset_seconds.unsigned_abs();
    let sign = if at.offset_seconds < 0 { '-' } else { '+' };
    let _ = write!(text, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 != 0 {
        let _ = write!(text, ":{:02}", seconds % 60);
    }
    text
}

fn write_date(text: &mut String, date: Date) {
    let _ = write!(text, "{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

fn write_time(text: &mut String, time: Time) {
    let _ = write!(text, "{:02}:{:02}:{:02}", time.hour, time.minute, time.second);
    if time.nanosecond != 0 {
        let _ = if time.nanosecond.is_multiple_of(1000) {
            write!(text, ".{:06}", time.nanosecond / 1000)
        } else {
            write!(text, ".{:09}", time.nanosecond)
        };
    }
}
