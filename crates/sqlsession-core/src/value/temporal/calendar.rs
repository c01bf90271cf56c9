//! Days of the proleptic Gregorian calendar, counted from 1 January 1970.

pub(super) const SECONDS_PER_DAY: i64 = 86_400;

const DAYS_PER_ERA: i64 = 146_097;
const YEARS_PER_ERA: i32 = 400;
/// 2^32 over the quarters of days of a year, rounded up.
const YEARS_SCALE: u64 = 2_939_745;
/// From 1 March of year 0, where an era begins, to 1 January 1970.
const ERA_TO_UNIX: i64 = 719_468;

pub(super) fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The number of days from 1 January 1970, given a year that begins in March so that the leap day comes last.
pub(super) fn to_unix_days(year: i32, month: u8, day: u8) -> i64 {
    let march_year = i64::from(year) - i64::from(month <= 2);
    let march_month = (i64::from(month) + 9) % 12;
    let year_of_era = march_year.rem_euclid(i64::from(YEARS_PER_ERA));
    let day_of_year = (153 * march_month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    march_year.div_euclid(i64::from(YEARS_PER_ERA)) * DAYS_PER_ERA + day_of_era - ERA_TO_UNIX
}

/// Year, month and day; `None` beyond the years of an `i32`.
///
/// Without a division but by constants that are multiplications: Neri and Schneider, "Euclidean affine functions and their
/// application to calendar algorithms", 2022.
#[inline]
pub(super) fn from_unix_days(days: i64) -> Option<(i32, u8, u8)> {
    let days = days.checked_add(ERA_TO_UNIX)?;
    let era = i32::try_from(days.div_euclid(DAYS_PER_ERA)).ok()?;
    let day_of_era = days.rem_euclid(DAYS_PER_ERA) as u32;
    let quarters = 4 * day_of_era + 3;
    let (century, day_of_century) = (quarters / DAYS_PER_ERA as u32, quarters % DAYS_PER_ERA as u32 / 4);
    let scaled = YEARS_SCALE * u64::from(4 * day_of_century + 3);
    let (year_of_century, rest) = ((scaled >> 32) as u32, scaled as u32);
    let day_of_year = rest / YEARS_SCALE as u32 / 4;
    let scaled = 2_141 * day_of_year + 197_913;
    let (march_month, day) = (scaled >> 16, (scaled & 0xffff) / 2_141 + 1);
    let after_december = day_of_year >= 306;
    let month = if after_december { march_month - 12 } else { march_month };
    let year = 100 * century + year_of_century + u32::from(after_december);
    let year = era.checked_mul(YEARS_PER_ERA)?.checked_add_unsigned(year)?;
    Some((year, month as u8, day as u8))
}

#[cfg(test)]
mod tests {
    use super::{days_in_month, from_unix_days, to_unix_days};

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let mut expected = to_unix_days(1599, 12, 31);
        for year in 1600..2400 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    expected += 1;
                    assert_eq!(to_unix_days(year, month, day), expected);
                    assert_eq!(from_unix_days(expected), Some((year, month, day)));
                }
            }
        }
    }

    #[test]
    fn known_days() {
        assert_eq!(to_unix_days(1970, 1, 1), 0);
        assert_eq!(to_unix_days(2024, 2, 29), 19_782);
        assert_eq!(to_unix_days(1969, 12, 31), -1);
        assert_eq!(to_unix_days(0, 1, 1), -719_528);
        assert_eq!(from_unix_days(-719_529), Some((-1, 12, 31)));
        assert_eq!(from_unix_days(i64::MAX), None);
        assert_eq!(from_unix_days(i64::MIN), None);
    }
}
