use std::fmt::Write;

use super::input::Input;
use crate::text::write_time_micros;

/// `1 year 2 mons -3 days +04:05:06.789`, which is `IntervalStyle` postgres: a part behind a negative one that is not
/// negative has a sign.
pub(super) fn interval(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let micros = input.array().map(i64::from_be_bytes)?;
    let (days, months) = (input.i32()?, input.i32()?);
    match (micros, days, months) {
        // From PostgreSQL 17 on.
        (i64::MAX, i32::MAX, i32::MAX) => out.push_str("infinity"),
        (i64::MIN, i32::MIN, i32::MIN) => out.push_str("-infinity"),
        _ => {
            let mut parts = Parts { out, is_first: true, is_after_negative: false };
            parts.push(months / 12, "year")?;
            parts.push(months % 12, "mon")?;
            parts.push(days, "day")?;
            parts.push_time(micros)?;
        }
    }
    Some(())
}

struct Parts<'o> {
    out: &'o mut String,
    is_first: bool,
    is_after_negative: bool,
}

impl Parts<'_> {
    fn push(&mut self, number: i32, unit: &str) -> Option<()> {
        if number == 0 {
            return Some(());
        }
        let space = if self.is_first { "" } else { " " };
        let plus = if self.is_after_negative && number > 0 { "+" } else { "" };
        let plural = if number == 1 { "" } else { "s" };
        write!(self.out, "{space}{plus}{number} {unit}{plural}").ok()?;
        self.is_first = false;
        self.is_after_negative = number < 0;
        Some(())
    }

    /// An interval of nothing is a time of nothing.
    fn push_time(&mut self, micros: i64) -> Option<()> {
        if micros == 0 && !self.is_first {
            return Some(());
        }
        if !self.is_first {
            self.out.push(' ');
        }
        if micros < 0 {
            self.out.push('-');
        } else if self.is_after_negative {
            self.out.push('+');
        }
        write_time_micros(micros.unsigned_abs(), self.out).ok()
    }
}
