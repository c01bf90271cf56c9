use postgres_types::Type;
use sqlsession_core::{Error, ErrorKind, Result};

use crate::{
    decimal::{Decimal, Digits},
    target::Target,
};

/// How the server reads and writes amounts of `money`, which its `lc_monetary` says.
///
/// A COPY has no casts, as an INSERT has one of numbers: an amount goes as a text, which 1234.56 is of another amount
/// where the point stands between thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// What stands before the fraction, a byte.
    mark: char,
    /// How many digits a fraction has.
    places: u32,
}

impl Money {
    /// What the server is asked for it.
    pub const QUESTION: &str = "SELECT 1.5::numeric::money";

    /// By the server's answer, as a text: `1,50 €`, `$1.500`, or `￥2` where there are no fractions.
    pub fn of(answer: &str) -> Self {
        let behind = answer.split_once('1').map_or("", |(_, behind)| behind);
        let mut letters = behind.chars();
        let mark = letters.next().unwrap_or('.');
        let places = letters.take_while(char::is_ascii_digit).fold(0, |places, _| places + 1);
        Self { mark, places }
    }

    /// The amount as the server reads it, negative in brackets, which every locale has.
    ///
    /// # Errors
    /// `OutOfRange` if `money` has no such amount.
    pub(super) fn text(self, number: Decimal<'_>, ty: &Type) -> Result<String> {
        let units = match number {
            Decimal::Finite(digits) => self.units(digits),
            Decimal::Nan | Decimal::Infinity { .. } => None,
        };
        let units = units
            .ok_or_else(|| Error::new(ErrorKind::OutOfRange, format!("the number does not fit {ty}")))?;
        let one = 10_u64.saturating_pow(self.places);
        let (whole, fraction) = (units.unsigned_abs() / one, units.unsigned_abs() % one);
        let mut text = whole.to_string();
        if self.places > 0 {
            text.push(self.mark);
            text.push_str(&format!("{fraction:0places$}", places = self.places as usize));
        }
        Ok(if units < 0 { format!("({text})") } else { text })
    }

    /// How many of the smallest units: rounded half away from zero, as the cast of `numeric` does.
    fn units(self, digits: Digits<'_>) -> Option<i64> {
        let whole = i64::try_from(digits.whole.len()).ok()?;
        let end = whole.checked_add(digits.exponent.into())?.checked_add(self.places.into())?;
        let mut units = 0_i128;
        let mut position = 0_i64;
        for byte in digits.bytes() {
            if position > end || end < 0 {
                break;
            }
            let digit = i128::from(byte - b'0');
            if position == end {
                units += i128::from(digit >= 5);
            } else {
                units = units.checked_mul(10)?.checked_add(digit)?;
            }
            position += 1;
        }
        while units != 0 && position < end {
            units = units.checked_mul(10)?;
            position += 1;
        }
        i64::try_from(if digits.negative { -units } else { units }).ok()
    }
}

/// Whether a column of this type holds amounts of money.
pub fn holds_money(ty: &Type) -> bool {
    match Target::of(ty) {
        Target::Money => true,
        Target::Array { member, .. } => holds_money(member),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(answer: &str, number: &str) -> Option<String> {
        Money::of(answer).text(Decimal::parse(number).unwrap(), &Type::MONEY).ok()
    }

    #[test]
    fn an_amount_is_written_as_the_server_reads_it() {
        for (answer, number, amount) in [
            ("$1.50", "1234.56", "1234.56"),
            ("1,50 €", "1234.56", "1234,56"),
            ("1,50 €", "-0.005", "(0,01)"),
            ("1,50 €", "0.0049999", "0,00"),
            ("1,50 €", "99999.995", "100000,00"),
            ("1,50 €", "1.2e3", "1200,00"),
            ("1,50 €", "123456e-5", "1,23"),
            ("1,50 €", "5e-3", "0,01"),
            ("1,50 €", "5e-4", "0,00"),
            ("1,50 €", "0e999999999", "0,00"),
            ("1,50 €", "-92233720368547758.08", "(92233720368547758,08)"),
            ("د.ت.\u{200f}1,500", "-7", "(7,000)"),
            ("￥2", "1234.5", "1235"),
            ("￥2", "-1234.4", "(1234)"),
        ] {
            assert_eq!(text(answer, number).as_deref(), Some(amount), "{number} where 1.5 is {answer}");
        }
        for number in ["92233720368547758.08", "1e300", "NaN", "-Infinity", "1e2147483647"] {
            assert_eq!(text("$1.50", number), None, "{number}");
        }
    }
}
