//! Date-times the way they are mostly written, eight bytes at a time.

use super::{Date, DateTime, Time};

const YEAR_MONTH: Pattern = Pattern::new(*b"0000-00-");
const DAY_TIME: Pattern = Pattern::new(*b"00 00:00");
const TIME: Pattern = Pattern::new(*b"00:00:00");
const FRACTION: Pattern = Pattern::new(*b"0.000000");

/// `2024-02-29 12:34:56` with six digits of a second or none, and nothing behind it. `None` of all else, be it right or wrong.
pub(super) fn plain_date_time(text: &[u8]) -> Option<DateTime> {
    let has_fraction = match text.len() {
        19 => false,
        26 => true,
        _ => return None,
    };
    let part = |from: usize| text.get(from..)?.first_chunk().copied();
    let [century, _, year, _, _, month, ..] = YEAR_MONTH.read(part(0)?)?;
    let [day, ..] = DAY_TIME.read(part(8)?)?;
    let [hour, _, _, minute, _, _, second, _] = TIME.read(part(11)?)?;
    let micros = if has_fraction {
        let [_, _, a, _, b, _, c, _] = FRACTION.read(part(18)?)?;
        u32::from(a) * 10_000 + u32::from(b) * 100 + u32::from(c)
    } else {
        0
    };
    let date = Date::new(i32::from(century) * 100 + i32::from(year), month, day).ok()?;
    Some(DateTime::new(date, Time::new(hour, minute, second, micros * 1_000).ok()?))
}

/// Eight bytes, of which those that are `0` stand for any digit, and the others for themselves.
struct Pattern {
    bytes: u64,
    /// 1 in each byte that is a digit.
    digits: u64,
}

impl Pattern {
    const fn new(pattern: [u8; 8]) -> Self {
        let mut digits = 0;
        let mut at = 0;
        while at < 8 {
            if pattern[at] == b'0' {
                digits |= 1 << (8 * at);
            }
            at += 1;
        }
        Self { bytes: u64::from_le_bytes(pattern), digits }
    }

    /// At the place of each digit before another, the number of these two; `None` if the text is another.
    #[inline]
    fn read(&self, text: [u8; 8]) -> Option<[u8; 8]> {
        // What is a digit is now its number, and the rest is 0: 6 more make 16 of what is more than 9.
        let numbers = u64::from_le_bytes(text) ^ self.bytes;
        let too_much = (numbers | numbers.wrapping_add(6 * self.digits)) & (0xf0 * self.digits);
        let others = numbers & !(0xff * self.digits);
        (too_much | others == 0).then(|| (numbers * 10 + (numbers >> 8)).to_le_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_byte_in_any_place_is_a_digit_or_is_refused() {
        for text in ["2024-02-29 12:34:56", "2024-02-29 12:34:56.789012"] {
            for at in 0..text.len() {
                for byte in 0..=u8::MAX {
                    let mut changed = text.as_bytes().to_vec();
                    changed[at] = byte;
                    let stays_like_it = byte == text.as_bytes()[at]
                        || (byte.is_ascii_digit() && text.as_bytes()[at].is_ascii_digit());
                    let read = plain_date_time(&changed);
                    if !stays_like_it {
                        assert_eq!(read, None, "{changed:?}");
                    } else if let Some(read) = read {
                        assert_eq!(read.text().as_bytes(), changed);
                    }
                }
            }
        }
    }

    #[test]
    fn digits_are_read_where_they_stand() {
        let at = plain_date_time(b"1987-06-05 14:32:10.654321").unwrap();
        assert_eq!(at.date(), Date::new(1987, 6, 5).unwrap());
        assert_eq!(at.time(), Time::new(14, 32, 10, 654_321_000).unwrap());
        for other in
            ["2024-02-30 00:00:00", "2024-02-29 24:00:00", "2024-02-29 12:34:56.7", "2024-02-29T12:34:56"]
        {
            assert_eq!(plain_date_time(other.as_bytes()), None);
        }
    }
}
