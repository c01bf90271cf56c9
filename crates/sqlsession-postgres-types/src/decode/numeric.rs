use std::fmt::Write;

use super::input::Input;

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const MINUS_INFINITY: u16 = 0xF000;

/// Digits in a digit: `numeric` counts to the base of 10000.
const WIDTH: i32 = 4;
const BASE: u16 = 10_000;

/// The number, with as many digits behind the point as it was written with.
pub(super) fn numeric(raw: &[u8]) -> Option<String> {
    let mut input = Input::new(raw);
    let count = usize::from(input.u16()?);
    // The power of 10000 of the first digit.
    let weight = i32::from(input.i16()?);
    let sign = input.u16()?;
    let scale = i32::from(input.u16()?);
    match sign {
        NAN => return Some("NaN".to_owned()),
        INFINITY => return Some("Infinity".to_owned()),
        MINUS_INFINITY => return Some("-Infinity".to_owned()),
        POSITIVE | NEGATIVE => {}
        _ => return None,
    }
    let digits = Input::new(input.take(count * size_of::<u16>())?);
    input.end()?;

    let length = (weight.max(0) + 1) * WIDTH + scale + 2;
    let mut text = String::with_capacity(usize::try_from(length).ok()?);
    if sign == NEGATIVE {
        text.push('-');
    }
    let mut digits = Digits { rest: digits, weight };
    if weight < 0 {
        text.push('0');
    }
    for power in (0..=weight).rev() {
        let digit = digits.of_power(power)?;
        if power == weight {
            write!(text, "{digit}").ok()?;
        } else {
            write!(text, "{digit:04}").ok()?;
        }
    }
    if scale > 0 {
        text.push('.');
        let end = text.len() + usize::try_from(scale).ok()?;
        let mut power = -1;
        while text.len() < end {
            write!(text, "{:04}", digits.of_power(power)?).ok()?;
            power -= 1;
        }
        text.truncate(end);
    }
    Some(text)
}

/// The digits from the highest power on. Those that are not there are zero.
struct Digits<'r> {
    rest: Input<'r>,
    /// The power of the next digit.
    weight: i32,
}

impl Digits<'_> {
    fn of_power(&mut self, power: i32) -> Option<u16> {
        if self.weight != power || self.rest.remaining() == 0 {
            return Some(0);
        }
        self.weight -= 1;
        self.rest.u16().filter(|digit| *digit < BASE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(weight: i16, sign: u16, scale: u16, digits: &[u16]) -> Option<String> {
        let mut raw = Vec::new();
        raw.extend_from_slice(&u16::try_from(digits.len()).unwrap().to_be_bytes());
        raw.extend_from_slice(&weight.to_be_bytes());
        for part in [sign, scale].iter().chain(digits) {
            raw.extend_from_slice(&part.to_be_bytes());
        }
        numeric(&raw)
    }

    #[test]
    fn digits_are_as_the_server_prints_them() {
        for (weight, sign, scale, digits, expected) in [
            (0, POSITIVE, 0, &[][..], "0"),
            (0, POSITIVE, 3, &[], "0.000"),
            (0, NEGATIVE, 3, &[12, 3400], "-12.340"),
            (1, POSITIVE, 0, &[1], "10000"),
            (2, POSITIVE, 1, &[1, 0, 5, 5000], "100000005.5"),
            (-1, POSITIVE, 2, &[100], "0.01"),
            (-2, NEGATIVE, 8, &[1], "-0.00000001"),
            (0, POSITIVE, 5, &[1, 2345, 6000], "1.23456"),
            (0, NAN, 0, &[], "NaN"),
            (0, INFINITY, 0, &[], "Infinity"),
            (0, MINUS_INFINITY, 0, &[], "-Infinity"),
        ] {
            assert_eq!(text(weight, sign, scale, digits).as_deref(), Some(expected));
        }
    }

    #[test]
    fn malformed_numbers_are_none() {
        assert_eq!(text(0, POSITIVE, 0, &[10_000]), None);
        assert_eq!(text(0, 0x1234, 0, &[1]), None);
        assert_eq!(numeric(&[]), None);
        assert_eq!(numeric(&[0, 2, 0, 0, 0, 0, 0, 0, 0, 1]), None, "a digit is missing");
        assert_eq!(numeric(&[0, 0, 0, 0, 0, 0, 0, 0, 0]), None, "a byte too many");
        assert_eq!(numeric(&[0xff, 0xff, 0, 0, 0, 0, 0, 0]), None, "no digit is there");
    }
}
