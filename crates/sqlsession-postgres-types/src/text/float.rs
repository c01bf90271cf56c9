use std::fmt::{self, Write};

use super::stack::Stack;

/// The longest is `-2.2250738585072014e-308`.
const LONGEST: usize = 32;

/// The shortest text that is this `float8` and no other.
pub(crate) fn write_f64(number: f64, out: &mut impl Write) -> fmt::Result {
    let mut scientific = Stack::<LONGEST>::new();
    write!(scientific, "{number:e}")?;
    write_shortest(number, scientific.as_str(), 15, out)
}

/// The shortest text that is this `float4` and no other.
pub fn write_f32(number: f32, out: &mut impl Write) -> fmt::Result {
    let mut scientific = Stack::<LONGEST>::new();
    write!(scientific, "{number:e}")?;
    write_shortest(number.into(), scientific.as_str(), 6, out)
}

/// The text that PostgreSQL makes a `numeric` of a `float8` of: it has 15 digits (`DBL_DIG` in `float8_numeric`).
pub(crate) fn write_cast(number: f64, out: &mut impl Write) -> fmt::Result {
    let mut scientific = Stack::<LONGEST>::new();
    write!(scientific, "{number:.14e}")?;
    match scientific.as_str().split_once('e') {
        Some((mantissa, exponent)) => {
            write!(out, "{}e{exponent}", mantissa.trim_end_matches('0').trim_end_matches('.'))
        }
        None => write_f64(number, out),
    }
}

/// Rewrites Rust's `-1.25e3` as PostgreSQL does: plain from 0.0001 on and up to so many digits before the point.
fn write_shortest(number: f64, scientific: &str, plain_below: i32, out: &mut impl Write) -> fmt::Result {
    if number.is_nan() {
        return out.write_str("NaN");
    }
    if number.is_sign_negative() {
        out.write_char('-')?;
    }
    if number.is_infinite() {
        return out.write_str("Infinity");
    }
    let (mantissa, exponent) = scientific.split_once('e').ok_or(fmt::Error)?;
    let exponent: i32 = exponent.parse().map_err(|_| fmt::Error)?;
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (first, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !(-4..plain_below).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return write!(out, "{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    let places = usize::try_from(exponent.unsigned_abs()).unwrap_or_default();
    if exponent < 0 {
        return write!(out, "0.{:0<1$}{first}{rest}", "", places - 1);
    }
    match rest.split_at_checked(places) {
        Some((whole, "")) => write!(out, "{first}{whole}"),
        Some((whole, fraction)) => write!(out, "{first}{whole}.{fraction}"),
        None => write!(out, "{first}{rest:0<places$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(number: f64) -> String {
        let mut text = String::new();
        write_f64(number, &mut text).unwrap();
        text
    }

    #[test]
    fn plain_and_scientific() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-10.0, "-10"),
            (1200.0, "1200"),
            (0.1, "0.1"),
            (-123.456, "-123.456"),
            (0.0001, "0.0001"),
            (0.000_123, "0.000123"),
            (0.000_01, "1e-05"),
            (123_456_789_012_345.0, "123456789012345"),
            (999_999_999_999_999.0, "999999999999999"),
            (1e15, "1e+15"),
            (1.5e300, "1.5e+300"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(wide(number), text);
        }
    }

    #[test]
    fn a_cast_has_fifteen_digits() {
        for (number, text) in [
            (0.0, "0e0"),
            (-0.0, "-0e0"),
            (0.1 + 0.2, "3e-1"),
            (-123.456, "-1.23456e2"),
            (1.0 / 3.0, "3.33333333333333e-1"),
            (999_999_999_999_999.9, "1e15"),
            // Between two of fifteen digits the even one.
            (100_000_000_000_000.5, "1e14"),
            (100_000_000_000_001.5, "1.00000000000002e14"),
            (f64::MAX, "1.79769313486232e308"),
            (5e-324, "4.94065645841247e-324"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            let mut written = String::new();
            write_cast(number, &mut written).unwrap();
            assert_eq!(written, text);
        }
    }

    #[test]
    fn narrow_floats_are_as_short_as_they_can_be() {
        for (number, text) in [
            (0.1_f32, "0.1"),
            (123_456.0, "123456"),
            (1e6, "1e+06"),
            (f32::MAX, "3.4028235e+38"),
            (16_777_216.0, "1.6777216e+07"),
        ] {
            let mut written = String::new();
            write_f32(number, &mut written).unwrap();
            assert_eq!(written, text);
        }
    }

    #[test]
    fn every_power_of_ten_is_read_as_it_was() {
        for exponent in -320..=308 {
            for digits in ["1", "1.5", "9.87654321"] {
                let number: f64 = format!("-{digits}e{exponent}").parse().unwrap();
                assert_eq!(wide(number).parse(), Ok(number), "{digits}e{exponent}");
            }
        }
    }
}
