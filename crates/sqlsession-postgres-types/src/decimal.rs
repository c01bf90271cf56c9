/// A decimal number's text, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decimal<'t> {
    Nan,
    Infinity { negative: bool },
    Finite(Digits<'t>),
}

/// The digits of a decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digits<'t> {
    pub(super) negative: bool,
    /// Before the point.
    pub(super) whole: &'t str,
    /// After it.
    pub(super) fraction: &'t str,
    /// The power of ten that all of it is multiplied with.
    pub(super) exponent: i32,
}

/// Why a decimal number is not an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotWhole {
    Fraction,
    TooLarge,
}

impl<'t> Decimal<'t> {
    /// Reads what `numeric` reads, but for white space and underscores; `None` if this is no number.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if text.eq_ignore_ascii_case("nan") {
            return Some(Self::Nan);
        }
        if ["infinity", "inf"].iter().any(|word| unsigned.eq_ignore_ascii_case(word)) {
            return Some(Self::Infinity { negative });
        }
        let (number, exponent) = match unsigned.split_once(['e', 'E']) {
            // Rust reads a sign of either sort too.
            Some((number, exponent)) => (number, exponent.parse().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_number =
            digits_only(whole) && digits_only(fraction) && !(whole.is_empty() && fraction.is_empty());
        is_number.then_some(Self::Finite(Digits { negative, whole, fraction, exponent }))
    }

    /// The integer that this number is.
    pub(super) fn integer(self) -> Result<i128, NotWhole> {
        match self {
            Self::Finite(digits) => digits.integer(),
            Self::Nan | Self::Infinity { .. } => Err(NotWhole::Fraction),
        }
    }
}

impl Digits<'_> {
    /// All digits, those before the point first.
    pub(super) fn bytes(self) -> impl Iterator<Item = u8> {
        self.whole.bytes().chain(self.fraction.bytes())
    }

    fn integer(self) -> Result<i128, NotWhole> {
        // Of a text of less than a gibibyte.
        let length = |part: &str| i64::try_from(part.len()).unwrap_or(i64::MAX);
        // How many digits are before the point when the exponent has moved it.
        let whole = length(self.whole).saturating_add(self.exponent.into());
        let mut number = 0_i128;
        let mut position = 0_i64;
        for byte in self.bytes() {
            let digit = i128::from(byte - b'0');
            if position < whole {
                number = number
                    .checked_mul(10)
                    .and_then(|ten| ten.checked_add(digit))
                    .ok_or(NotWhole::TooLarge)?;
            } else if digit != 0 {
                return Err(NotWhole::Fraction);
            }
            position += 1;
        }
        while number != 0 && position < whole {
            number = number.checked_mul(10).ok_or(NotWhole::TooLarge)?;
            position += 1;
        }
        Ok(if self.negative { -number } else { number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer(text: &str) -> Option<Result<i128, NotWhole>> {
        Decimal::parse(text).map(Decimal::integer)
    }

    #[test]
    fn whole_numbers_in_every_notation() {
        for (text, number) in [
            ("0", 0),
            ("-0.000", 0),
            ("12", 12),
            ("+12.", 12),
            ("-12.000", -12),
            ("1.5e1", 15),
            ("150E-1", 15),
            ("12e+3", 12_000),
            ("0e2147483647", 0),
            ("0.00012e5", 12),
            ("000000000000000000000000000000000000000000000000000000000007", 7),
            ("-9223372036854775808", i128::from(i64::MIN)),
        ] {
            assert_eq!(integer(text), Some(Ok(number)), "{text}");
        }
        assert_eq!(integer("0.5"), Some(Err(NotWhole::Fraction)));
        assert_eq!(integer("5e-1"), Some(Err(NotWhole::Fraction)));
        assert_eq!(integer("1e-2147483648"), Some(Err(NotWhole::Fraction)));
        assert_eq!(integer("1e2147483647"), Some(Err(NotWhole::TooLarge)));
        assert_eq!(integer("NaN"), Some(Err(NotWhole::Fraction)));
        assert_eq!(integer("-Infinity"), Some(Err(NotWhole::Fraction)));
    }

    #[test]
    fn what_is_no_number() {
        for text in ["", ".", "-", "+.", "e5", "1e", "1e5.0", "1 ", " 1", "0x1", "1_000", "--1", "-nan", "٣"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
