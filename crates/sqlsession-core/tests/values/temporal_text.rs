use std::str::FromStr;

use sqlsession_core::{
    ErrorKind,
    value::{Date, DateTime, OffsetDateTime, Time},
};

use crate::{MISMATCH, RANGE};

fn kind<T: FromStr<Err = sqlsession_core::Error> + std::fmt::Debug>(text: &str) -> ErrorKind {
    text.parse::<T>().unwrap_err().kind()
}

#[test]
fn dates_there_and_back() {
    for text in [
        "2024-02-29",
        "0001-01-01",
        "9999-12-31",
        "0000-12-31",
        "-0044-03-15",
        "+12024-01-01",
        "+999999-12-31",
    ] {
        assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
    }
    assert_eq!(Date::MIN.to_string().parse::<Date>().unwrap(), Date::MIN);
}

#[test]
fn dates_that_are_not() {
    for text in
        ["2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "0000-00-00"]
    {
        assert_eq!(kind::<Date>(text), RANGE, "{text}");
    }
    for text in [
        "",
        "infinity",
        "2024-2-9",
        "20240229",
        "2024-02-29 ",
        "2024-02-29 12:00:00",
        "0044-03-15 BC",
        "2024-02-2é",
    ] {
        assert_eq!(kind::<Date>(text), MISMATCH, "{text}");
    }
    for text in ["infinity", "-infinity"] {
        assert_eq!(text.parse::<Date>().unwrap_err().message(), "the value is infinity and not a date");
    }
    assert_eq!(Date::new(2000, 2, 29).unwrap().to_string(), "2000-02-29");
    assert!(Date::new(1_000_000, 1, 1).is_err() && Date::new(-1_000_000, 1, 1).is_err());
}

#[test]
fn times_are_written_as_short_as_is_exact() {
    let written = |text: &str| text.parse::<Time>().unwrap().to_string();
    assert_eq!(written("12:34:56"), "12:34:56");
    assert_eq!(written("12:34"), "12:34:00");
    assert_eq!(written("12:34:56.5"), "12:34:56.500000");
    assert_eq!(written("12:34:56.000000"), "12:34:56");
    assert_eq!(written("12:34:56.0000001"), "12:34:56.000000100");
    assert_eq!(written("23:59:59.999999999"), "23:59:59.999999999");
}

#[test]
fn times_that_are_not() {
    for text in ["24:00:00", "30:00:00", "12:60:00", "12:00:60"] {
        assert_eq!(kind::<Time>(text), RANGE, "{text}");
    }
    for text in ["", "-01:00:00", "12", "1:2:3", "12:34:", "12:34:56.", "12:34:56.1234567890", "12:34:56Z"] {
        assert_eq!(kind::<Time>(text), MISMATCH, "{text}");
    }
}

#[test]
fn date_times_with_a_space_or_a_t() {
    let at: DateTime = "2024-02-29 12:34:56.789".parse().unwrap();
    assert_eq!("2024-02-29T12:34:56.789".parse::<DateTime>().unwrap(), at);
    assert_eq!(at.to_string(), "2024-02-29 12:34:56.789000");
    for text in ["2024-02-29", "2024-02-29_12:34:56", "2024-02-29 12:34:56+00:00", "2024-02-29 12:34:56 "] {
        assert_eq!(kind::<DateTime>(text), MISMATCH, "{text}");
    }
}

#[test]
fn offsets_in_all_their_forms() {
    let written =
        |offset: &str| format!("2024-02-29 12:34:56{offset}").parse::<OffsetDateTime>().unwrap().to_string();
    for (offset, expected) in [
        ("Z", "+00:00"),
        ("z", "+00:00"),
        ("+00", "+00:00"),
        ("+02:00", "+02:00"),
        (" +02:00", "+02:00"),
        ("+0530", "+05:30"),
        ("-08", "-08:00"),
        ("-00:25:21", "-00:25:21"),
        ("+23:59:59", "+23:59:59"),
    ] {
        assert_eq!(written(offset), format!("2024-02-29 12:34:56{expected}"));
    }
    for offset in ["", "UTC", "+2", "+02:", "+02:0", "+02:00:00:00", "~02:00"] {
        assert_eq!(kind::<OffsetDateTime>(&format!("2024-02-29 12:34:56{offset}")), MISMATCH, "{offset}");
    }
    for offset in ["+24:00", "-24:00", "+00:60", "+99"] {
        assert_eq!(kind::<OffsetDateTime>(&format!("2024-02-29 12:34:56{offset}")), RANGE, "{offset}");
    }
}

#[test]
fn the_longest_text_fits() {
    let at = OffsetDateTime::new(DateTime::MAX, 86_399).unwrap();
    assert_eq!(at.text().as_str(), "+999999-12-31 23:59:59.999999999+23:59:59");
    assert_eq!(at.text().as_str().parse::<OffsetDateTime>().unwrap(), at);
    assert_eq!(format!("{:>12}|{:<12}|", Date::MIN, Time::MIDNIGHT), "-999999-01-01|00:00:00    |");
}
