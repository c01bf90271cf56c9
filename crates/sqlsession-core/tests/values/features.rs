#[cfg(feature = "chrono")]
mod chrono_types {
    use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
    use sqlsession_core::{Value, value::Date};

    use crate::{RANGE, read, text};

    fn at() -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2024, 2, 29).unwrap().and_hms_nano_opt(12, 34, 56, 789_000_000).unwrap()
    }

    #[test]
    fn there_and_back() {
        assert_eq!(read::<NaiveDate>(at().date()), Ok(at().date()));
        assert_eq!(read::<NaiveTime>(at().time()), Ok(at().time()));
        assert_eq!(read::<NaiveDateTime>(at()), Ok(at()));
        assert_eq!(read::<DateTime<Utc>>(at().and_utc()), Ok(at().and_utc()));
        let east = FixedOffset::east_opt(7_200).unwrap().from_local_datetime(&at()).unwrap();
        assert_eq!(read::<DateTime<FixedOffset>>(east).map(|at| at.to_rfc3339()), Ok(east.to_rfc3339()));
        assert_eq!(read::<DateTime<Utc>>(east), Ok(east.to_utc()));
        for extreme in [NaiveDate::MIN, NaiveDate::MAX] {
            assert_eq!(read::<NaiveDate>(extreme), Ok(extreme));
        }
        for extreme in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert_eq!(read::<DateTime<Utc>>(extreme), Ok(extreme));
        }
    }

    #[test]
    fn the_last_moment_at_an_eastern_offset_does_not_panic() {
        let last = DateTime::<Utc>::MAX_UTC.with_timezone(&FixedOffset::east_opt(86_399).unwrap());
        assert_eq!(read::<DateTime<Utc>>(last), Ok(DateTime::<Utc>::MAX_UTC));
    }

    #[test]
    fn from_text() {
        assert_eq!(text::<NaiveDate>("2024-02-29"), Ok(at().date()));
        assert_eq!(text::<NaiveTime>("12:34:56.789"), Ok(at().time()));
        assert_eq!(text::<NaiveDateTime>("2024-02-29T12:34:56.789"), Ok(at()));
        assert_eq!(text::<DateTime<Utc>>("2024-02-29 13:34:56.789+01:00"), Ok(at().and_utc()));
    }

    #[test]
    fn what_chrono_cannot_hold_is_out_of_range() {
        assert_eq!(read::<NaiveDate>(Date::MAX), Err(RANGE));
        assert_eq!(text::<NaiveDateTime>("+300000-01-01 00:00:00"), Err(RANGE));
        assert_eq!(text::<DateTime<Utc>>("+300000-01-01 00:00:00Z"), Err(RANGE));
    }

    #[test]
    fn a_leap_second_is_the_end_of_the_second_before() {
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
        let Value::Time(time) = Value::from(leap) else { panic!("a time") };
        assert_eq!(time.to_string(), "23:59:59.999999999");
    }
}

#[cfg(feature = "uuid")]
#[test]
fn uuids_from_text_and_bytes() {
    use crate::{MISMATCH, read, text};
    use sqlsession_core::Value;
    use uuid::Uuid;

    let uuid = Uuid::from_u128(0x1234_5678_1234_5678_1234_5678_1234_5678);
    assert_eq!(Value::from(uuid), Value::Uuid(*uuid.as_bytes()));
    assert_eq!(read::<Uuid>(uuid), Ok(uuid));
    assert_eq!(text::<Uuid>("12345678-1234-5678-1234-567812345678"), Ok(uuid));
    assert_eq!(text::<Uuid>("12345678123456781234567812345678"), Ok(uuid));
    assert_eq!(read::<Uuid>(uuid.as_bytes().to_vec()), Ok(uuid));
    assert_eq!(read::<Uuid>(b"short"), Err(MISMATCH));
    assert_eq!(text::<Uuid>("xyz"), Err(MISMATCH));
}

#[cfg(feature = "rust_decimal")]
#[test]
fn fixed_decimals_are_exact_or_refused() {
    use crate::{MISMATCH, RANGE, decimal, read, text};
    use rust_decimal::Decimal;
    use sqlsession_core::Value;

    assert_eq!(Value::from(Decimal::new(-12_340, 3)), Value::Decimal("-12.340".into()));
    assert_eq!(decimal::<Decimal>("1.10").map(|number| number.to_string()), Ok("1.10".to_owned()));
    assert_eq!(decimal::<Decimal>("1E+3"), Ok(Decimal::from(1_000)));
    assert_eq!(text::<Decimal>("2.50"), Ok(Decimal::new(250, 2)));
    assert_eq!(read::<Decimal>(1.1), Ok(Decimal::new(11, 1)));
    assert_eq!(read::<Decimal>(u64::MAX), Ok(Decimal::from(u64::MAX)));
    assert_eq!(decimal::<Decimal>(&"9".repeat(40)), Err(RANGE));
    assert_eq!(decimal::<Decimal>(&format!("0.{}1", "0".repeat(30))), Err(RANGE));
    assert_eq!(
        decimal::<Decimal>("1.25e-20").map(|number| number.to_string()),
        Ok(format!("0.{}125", "0".repeat(19)))
    );
    for long in [
        format!("0.{}e0", "3".repeat(35)),
        format!("1.{}5e-1", "2".repeat(28)),
        format!("{}.5E1", "9".repeat(28)),
    ] {
        assert_eq!(decimal::<Decimal>(&long), Err(RANGE), "{long}");
    }
    assert_eq!(read::<Decimal>(1e300), Err(RANGE));
    assert_eq!(read::<Decimal>(f64::NAN), Err(MISMATCH));
    assert_eq!(text::<Decimal>("abc"), Err(MISMATCH));
    assert_eq!(decimal::<Decimal>("NaN"), Err(MISMATCH));
}

#[cfg(feature = "bigdecimal")]
#[test]
fn big_decimals_of_any_length() {
    use crate::{MISMATCH, decimal, read, text};
    use bigdecimal::BigDecimal;
    use sqlsession_core::Value;

    let long = "12345678901234567890123456789012345678901234567890.123456789";
    let number: BigDecimal = long.parse().unwrap();
    assert_eq!(Value::from(number.clone()), Value::Decimal(long.into()));
    assert_eq!(decimal::<BigDecimal>(long), Ok(number));
    for (given, sent) in [
        ("1E-7", "0.0000001"),
        ("0.00", "0.00"),
        ("-12e20", "-1200000000000000000000"),
        ("1e1000000000", "1e+1000000000"),
        ("1e-1000000000", "1E-1000000000"),
    ] {
        let number: BigDecimal = given.parse().unwrap();
        assert_eq!(Value::from(number.clone()), Value::Decimal(sent.into()));
        assert_eq!(decimal::<BigDecimal>(sent), Ok(number));
    }
    assert_eq!(read::<BigDecimal>(0.1).map(|number| number.to_string()), Ok("0.1".to_owned()));
    assert_eq!(read::<BigDecimal>(-7), Ok(BigDecimal::from(-7)));
    assert_eq!(read::<BigDecimal>(f64::NAN), Err(MISMATCH));
    assert_eq!(text::<BigDecimal>("x"), Err(MISMATCH));
}

#[cfg(feature = "json")]
mod json {
    use std::collections::BTreeMap;

    use sqlsession_core::{
        ErrorKind, Value,
        value::{FromValue, Json},
    };

    use crate::{MISMATCH, read, text};

    #[test]
    fn json_from_json_text_and_numbers() {
        let expected = serde_json::json!({"a": [1, 2.5, null]});
        assert_eq!(read::<serde_json::Value>(expected.clone()), Ok(expected.clone()));
        assert_eq!(text::<serde_json::Value>(r#"{"a": [1, 2.5, null]}"#), Ok(expected));
        assert_eq!(read::<serde_json::Value>(1), Ok(serde_json::json!(1)));
        assert_eq!(read::<serde_json::Value>(1.5), Ok(serde_json::json!(1.5)));
        assert_eq!(text::<serde_json::Value>("{"), Err(MISMATCH));
        assert_eq!(read::<serde_json::Value>(b"{}"), Err(MISMATCH));
        assert_eq!(read::<Option<serde_json::Value>>(Value::Null), Ok(None));
    }

    #[test]
    fn serde_types_both_ways() {
        let map = BTreeMap::from([("a".to_owned(), 1_u8)]);
        let value = Value::json(&map).unwrap();
        assert_eq!(value, Value::Json(r#"{"a":1}"#.into()));
        assert_eq!(Value::try_from(Json(map.clone())).unwrap(), value);
        assert_eq!(read::<Json<BTreeMap<String, u8>>>(value), Ok(Json(map)));
    }

    #[test]
    fn what_is_no_json_is_an_error_without_the_data() {
        let keyed = BTreeMap::from([(vec![1_u8], 1_u8)]);
        assert_eq!(Value::json(&keyed).unwrap_err().kind(), ErrorKind::BadParameter);
        let value = Value::from(r#""secret""#);
        let error = Json::<u8>::from_value(value.as_ref()).unwrap_err();
        assert_eq!(error.kind(), MISMATCH);
        assert!(!format!("{error:?}").contains("secret"));
    }
}
