//! Types of one or a few numbers. Each function reads one value and appends its text.

use std::fmt::Write;

use super::input::Input;
use crate::text::{write_offset, write_time_micros};

/// Days of Julian's count before 1 January 2000.
const JULIAN_EPOCH: i64 = 2_451_545;

/// A date beyond the years of core, which all are after the birth of Christ.
pub(super) fn distant_date(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    // Fliegel and Van Flandern's way from Julian days to the Gregorian calendar.
    let days = input.i32().filter(|days| *days > 0)?;
    let shifted = i64::from(days) + JULIAN_EPOCH + 68_569;
    let era = 4 * shifted / 146_097;
    let in_era = shifted - (146_097 * era + 3) / 4;
    let year = 4_000 * (in_era + 1) / 1_461_001;
    let in_year = in_era - 1_461 * year / 4 + 31;
    let month = 80 * in_year / 2_447;
    let day = in_year - 2_447 * month / 80;
    let (year, month) = (100 * (era - 49) + year + month / 11, month + 2 - 12 * (month / 11));
    write!(out, "{year}-{month:02}-{day:02}").ok()
}

pub(super) fn time_tz(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let micros = input.u64()?;
    let west = input.i32()?;
    write_time_micros(micros, out).ok()?;
    write_offset(west.checked_neg()?, out).ok()
}

/// Hundredths, with a dollar sign and groups of three digits.
pub(super) fn money(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let amount = input.array().map(i64::from_be_bytes)?;
    let hundredths = amount.unsigned_abs();
    let whole = (hundredths / 100).to_string();
    out.push_str(if amount < 0 { "-$" } else { "$" });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    write!(out, ".{:02}", hundredths % 100).ok()
}

pub(super) fn bits(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let count = input.count()?;
    let bytes = input.take(count.div_ceil(8))?;
    out.extend((0..count).map(|index| {
        let byte = bytes.get(index / 8).copied().unwrap_or_default();
        if byte & (0x80 >> (index % 8)) == 0 { '0' } else { '1' }
    }));
    Some(())
}

pub(super) fn unsigned_32(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    write!(out, "{}", input.u32()?).ok()
}

pub(super) fn unsigned_64(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    write!(out, "{}", input.u64()?).ok()
}

/// A block and a place in it.
pub(super) fn tid(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    write!(out, "({},{})", input.u32()?, input.u16()?).ok()
}

pub(super) fn log_position(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    write!(out, "{:X}/{:X}", input.u32()?, input.u32()?).ok()
}

/// The transactions that a snapshot does not see.
pub(super) fn snapshot(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let count = input.count()?;
    write!(out, "{}:{}:", input.u64()?, input.u64()?).ok()?;
    for index in 0..count {
        let separator = if index > 0 { "," } else { "" };
        write!(out, "{separator}{}", input.u64()?).ok()?;
    }
    Some(())
}
