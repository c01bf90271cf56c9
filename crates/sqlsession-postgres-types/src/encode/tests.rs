#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use bytes::BytesMut;
use postgres_types::{Format, IsNull, ToSql, Type};
use sqlsession_core::{
    ErrorKind, Value,
    value::{Date, OffsetDateTime},
};

use crate::{Bound, check, undescribed};

/// What is sent, or the kind of the error, which is also that of the check beforehand.
fn send(value: impl Into<Value>, ty: &Type) -> Result<(char, Vec<u8>), ErrorKind> {
    let value = value.into();
    let checked = check(std::slice::from_ref(&value), std::slice::from_ref(ty));
    let bound = Bound(&value);
    let format = match bound.encode_format(ty) {
        Format::Binary => 'b',
        Format::Text => 't',
    };
    let mut out = BytesMut::new();
    match bound.to_sql_checked(ty, &mut out) {
        Ok(IsNull::No) => {
            assert!(checked.is_ok(), "{value:?} as {ty}");
            Ok((format, out.to_vec()))
        }
        Ok(IsNull::Yes) => panic!("{value:?} is not null"),
        Err(error) => {
            let error = error.downcast::<sqlsession_core::Error>().unwrap();
            assert_eq!(checked.unwrap_err().kind(), error.kind(), "{value:?} as {ty}");
            Err(error.kind())
        }
    }
}

fn binary(bytes: &[u8]) -> Result<(char, Vec<u8>), ErrorKind> {
    Ok(('b', bytes.to_vec()))
}

fn text(text: &str) -> Result<(char, Vec<u8>), ErrorKind> {
    Ok(('t', text.as_bytes().to_vec()))
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.to_owned())
}

const TOO_MUCH: Result<(char, Vec<u8>), ErrorKind> = Err(ErrorKind::OutOfRange);
const REFUSED: Result<(char, Vec<u8>), ErrorKind> = Err(ErrorKind::BadParameter);

#[test]
fn integers_fit_or_are_out_of_range() {
    assert_eq!(send(-2, &Type::INT2), binary(&[0xff, 0xfe]));
    assert_eq!(send(i16::MAX, &Type::INT2), binary(&[0x7f, 0xff]));
    assert_eq!(send(32_768, &Type::INT2), TOO_MUCH);
    assert_eq!(send(i64::from(i32::MIN) - 1, &Type::INT4), TOO_MUCH);
    assert_eq!(send(i64::MIN, &Type::INT8), binary(&i64::MIN.to_be_bytes()));
    assert_eq!(send(u64::MAX, &Type::INT8), TOO_MUCH);
    assert_eq!(send(u32::MAX, &Type::OID), binary(&[0xff; 4]));
    assert_eq!(send(-1, &Type::REGCLASS), TOO_MUCH);
    assert_eq!(send(u64::MAX, &Type::XID8), text("18446744073709551615"));
    assert_eq!(send(5, &Type::INTERVAL), text("5"));
    assert_eq!(send(u64::MAX, &Type::NUMERIC), text("18446744073709551615"));
    assert_eq!(send(7, &Type::FLOAT8), binary(&7_f64.to_be_bytes()));
    assert_eq!(send((1_i64 << 53) + 1, &Type::FLOAT8), binary(&9_007_199_254_740_992_f64.to_be_bytes()));
    assert_eq!(send(16_777_216, &Type::FLOAT4), binary(&16_777_216_f32.to_be_bytes()));
    assert_eq!(send(16_777_217, &Type::FLOAT4), binary(&16_777_216_f32.to_be_bytes()));
    assert_eq!(send(-7, &Type::VARCHAR), binary(b"-7"));
    assert_eq!(send(1, &Type::BOOL), binary(&[1]));
    assert_eq!(send(0, &Type::BOOL), binary(&[0]));
    assert_eq!(send(2, &Type::BOOL), TOO_MUCH);
    assert_eq!(send(7, &Type::JSONB), text("7"));
    for ty in [Type::DATE, Type::BYTEA, Type::UUID, Type::INT4_ARRAY, Type::TIME] {
        assert_eq!(send(1, &ty), REFUSED, "{ty}");
    }
}

#[test]
fn floats_become_integers_only_when_they_are_whole() {
    assert_eq!(send(-2.0, &Type::INT4), binary(&(-2_i32).to_be_bytes()));
    assert_eq!(send(0.5, &Type::INT4), REFUSED);
    assert_eq!(send(f64::NAN, &Type::INT8), REFUSED);
    assert_eq!(send(1e300, &Type::INT8), TOO_MUCH);
    assert_eq!(send(9_223_372_036_854_775_808.0, &Type::INT8), TOO_MUCH);
    assert_eq!(send(0.1, &Type::FLOAT4), binary(&0.1_f32.to_be_bytes()));
    assert_eq!(send(1e39, &Type::FLOAT4), TOO_MUCH);
    assert_eq!(send(1e-60, &Type::FLOAT4), TOO_MUCH);
    assert_eq!(send(f64::NEG_INFINITY, &Type::FLOAT4), binary(&f32::NEG_INFINITY.to_be_bytes()));
    assert_eq!(send(0.1, &Type::NUMERIC), text("0.1"));
    assert_eq!(send(f64::INFINITY, &Type::NUMERIC), text("Infinity"));
    assert_eq!(send(0.1, &Type::MONEY), text("0.1"));
    assert_eq!(send(0.1, &Type::JSON), text("0.1"));
    assert_eq!(send(f64::NAN, &Type::JSON), REFUSED);
}

#[test]
fn decimals_are_numbers_and_nothing_is_cut_off() {
    assert_eq!(send(decimal("-12.340"), &Type::NUMERIC), text("-12.340"));
    assert_eq!(send(decimal("12.00"), &Type::INT2), binary(&[0, 12]));
    assert_eq!(send(decimal("12.5"), &Type::INT2), REFUSED);
    assert_eq!(send(decimal("1e5"), &Type::INT2), TOO_MUCH);
    assert_eq!(send(decimal("NaN"), &Type::INT8), REFUSED);
    assert_eq!(send(decimal("0.1"), &Type::FLOAT8), binary(&0.1_f64.to_be_bytes()));
    assert_eq!(send(decimal("-Infinity"), &Type::FLOAT4), binary(&f32::NEG_INFINITY.to_be_bytes()));
    assert_eq!(send(decimal("1e400"), &Type::FLOAT8), TOO_MUCH);
    assert_eq!(send(decimal("-1e-400"), &Type::FLOAT8), TOO_MUCH);
    assert_eq!(send(decimal("0e-400"), &Type::FLOAT8), binary(&0_f64.to_be_bytes()));
    assert_eq!(send(decimal("1.50"), &Type::TEXT), binary(b"1.50"));
    assert_eq!(send(decimal("twelve"), &Type::NUMERIC), REFUSED);
    assert_eq!(send(decimal("1"), &Type::BOOL), REFUSED);
}

#[test]
fn truth_is_no_number() {
    assert_eq!(send(true, &Type::BOOL), binary(&[1]));
    assert_eq!(send(true, &Type::TEXT), binary(b"true"));
    assert_eq!(send(true, &Type::INT4), REFUSED);
    assert_eq!(send(true, &Type::UUID), REFUSED);
    assert_eq!(send(true, &Type::XML), text("true"));
    assert_eq!(send(false, &Type::JSON), text("false"));
}

#[test]
fn text_goes_into_everything() {
    assert_eq!(send("x", &Type::TEXT), binary(b"x"));
    assert_eq!(send("12", &Type::INT4), text("12"));
    assert_eq!(send("{1,2}", &Type::INT4_ARRAY), text("{1,2}"));
    assert_eq!(send("1 day", &Type::INTERVAL), text("1 day"));
    assert_eq!(send("infinity", &Type::TIMESTAMPTZ), binary(&i64::MAX.to_be_bytes()));
    assert_eq!(send("", &Type::CHAR), binary(&[0]));
    assert_eq!(send("xy", &Type::CHAR), TOO_MUCH);
    assert_eq!(send("a\0b", &Type::TEXT), REFUSED);
    assert_eq!(send(Value::Json("[1]".into()), &Type::JSON), binary(b"[1]"));
    assert_eq!(send(Value::Json("[1]".into()), &Type::JSONB), binary(b"\x01[1]"));
}

#[test]
fn bytes_and_uuids_are_not_text_in_disguise() {
    assert_eq!(send(vec![0_u8, 1], &Type::BYTEA), binary(&[0, 1]));
    assert_eq!(send(vec![200_u8], &Type::CHAR), binary(&[200]));
    assert_eq!(send(b"text", &Type::TEXT), REFUSED);
    assert_eq!(send(vec![0_u8; 16], &Type::UUID), REFUSED);
    assert_eq!(send(Value::Uuid([7; 16]), &Type::UUID), binary(&[7; 16]));
    assert_eq!(send(Value::Uuid([7; 16]), &Type::TEXT), binary(b"07070707-0707-0707-0707-070707070707"));
    assert_eq!(send(Value::Uuid([7; 16]), &Type::BYTEA), REFUSED);
}

#[test]
fn dates_and_times_become_what_an_assignment_makes_of_them() {
    let at = |text: &str| Value::DateTime(text.parse().unwrap());
    let offset = |text: &str| Value::OffsetDateTime(text.parse().unwrap());
    let day = Value::Date("2000-01-02".parse().unwrap());
    let time = Value::Time("00:00:01.5".parse().unwrap());
    let day_micros = binary(&86_400_000_000_i64.to_be_bytes());
    assert_eq!(send(&day, &Type::DATE), binary(&[0, 0, 0, 1]));
    assert_eq!(send(&day, &Type::TIMESTAMP), day_micros);
    assert_eq!(send(&day, &Type::TIMESTAMPTZ), text("2000-01-02"));
    assert_eq!(send(&day, &Type::TIME), REFUSED);
    assert_eq!(send(&day, &Type::TEXT), binary(b"2000-01-02"));
    assert_eq!(send(&time, &Type::TIME), binary(&1_500_000_i64.to_be_bytes()));
    assert_eq!(send(&time, &Type::TIMETZ), text("00:00:01.5"));
    assert_eq!(send(&time, &Type::INTERVAL), text("00:00:01.5"));
    assert_eq!(send(&time, &Type::TIMESTAMP), REFUSED);
    assert_eq!(send(at("2000-01-02 00:00:00"), &Type::TIMESTAMP), day_micros);
    assert_eq!(send(at("2000-01-02 00:00:00"), &Type::DATE), binary(&[0, 0, 0, 1]));
    assert_eq!(send(at("2000-01-02 23:00:01"), &Type::DATE), binary(&[0, 0, 0, 1]));
    assert_eq!(send(at("2000-01-02 00:00:01"), &Type::TIME), binary(&1_000_000_i64.to_be_bytes()));
    assert_eq!(send(at("2000-01-02 00:00:01"), &Type::TIMETZ), text("2000-01-02 00:00:01"));
    assert_eq!(send(at("2000-01-02 00:00:01"), &Type::INT8), REFUSED);
    assert_eq!(send(at("2000-01-02 00:00:01"), &Type::TIMESTAMPTZ), text("2000-01-02 00:00:01"));
    assert_eq!(send(offset("2000-01-02 02:00:00+02:00"), &Type::TIMESTAMPTZ), day_micros);
    for ty in [Type::TIMESTAMP, Type::DATE, Type::TIME] {
        assert_eq!(send(offset("2000-01-03 01:00:00+02:00"), &ty), REFUSED, "{ty:?}");
    }
    assert_eq!(send(offset("2000-01-03 01:00:00+02:00"), &Type::TEXT), binary(b"2000-01-02 23:00:00+00"));
}

#[test]
fn dates_beyond_those_of_the_server_are_out_of_range() {
    let day = |text: &str| Value::Date(text.parse().unwrap());
    for ty in [Type::DATE, Type::TIMESTAMP, Type::TIMESTAMPTZ, undescribed()] {
        assert_eq!(send(day("-4713-11-23"), &ty), TOO_MUCH, "{ty:?}");
        assert!(send(day("-4713-11-24"), &ty).is_ok(), "{ty:?}");
    }
    assert!(send(Date::MAX, &Type::DATE).is_ok());
    assert_eq!(send(Date::MAX, &Type::TIMESTAMP), TOO_MUCH);
    let late = OffsetDateTime::from_unix(10_000_000_000_000, 0, 0).unwrap();
    assert_eq!(send(late, &Type::TIMESTAMPTZ), TOO_MUCH);
    assert_eq!(send(late, &undescribed()), TOO_MUCH);
}

#[test]
fn what_the_server_infers_is_text() {
    let ty = undescribed();
    for (value, expected) in [
        (Value::from(true), "true"),
        (Value::from(-7), "-7"),
        (Value::from(1e300), "1e+300"),
        (Value::from(f64::NEG_INFINITY), "-Infinity"),
        (Value::from("a\\b"), "a\\b"),
        (Value::from(vec![0_u8, 255]), "\\x00ff"),
        (Value::Date("-0043-03-15".parse().unwrap()), "0044-03-15 BC"),
        (Value::OffsetDateTime("2024-02-29 12:00:00.5+05:30".parse().unwrap()), "2024-02-29 06:30:00.5+00"),
        (Value::Uuid([0; 16]), "00000000-0000-0000-0000-000000000000"),
        (Value::array([Some("a b"), None, Some("NULL"), Some("")]), "{\"a b\",NULL,\"NULL\",\"\"}"),
        (Value::array([vec![1, 2], vec![3, 4]]), "{{1,2},{3,4}}"),
        (Value::array([Vec::<i64>::new(), Vec::new()]), "{}"),
    ] {
        assert_eq!(send(value, &ty), text(expected));
    }
    assert_eq!(send("x", &Type::UNKNOWN), text("x"));
}

#[test]
fn arrays_of_natural_elements_are_binary() {
    let expected = [
        &[0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 21][..],
        &[0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1],
        &[0, 0, 0, 2, 0, 5, 255, 255, 255, 255],
    ];
    let nested = Value::array([Value::array([Value::from(5), Value::Null])]);
    assert_eq!(send(nested, &Type::INT2_ARRAY), binary(&expected.concat()));
    assert_eq!(send(Value::Array(vec![]), &Type::INT2_ARRAY), binary(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 21]));
    let one_text = Value::array([Value::from(5), Value::from("6")]);
    assert_eq!(send(one_text, &Type::INT2_ARRAY), text("{5,6}"));
    assert_eq!(send(Value::array([decimal("1.50")]), &Type::NUMERIC_ARRAY), text("{1.50}"));
    assert_eq!(send(Value::array([1, 2]), &Type::TEXT), binary(b"{1,2}"));
    assert_eq!(send(Value::array(["(1,1),(0,0)"; 2]), &Type::BOX_ARRAY), text("{(1,1),(0,0);(1,1),(0,0)}"));
}

#[test]
fn elements_are_held_to_the_same_rules() {
    assert_eq!(send(Value::array([1, 40_000]), &Type::INT2_ARRAY), TOO_MUCH);
    assert_eq!(send(Value::array([true]), &Type::INT2_ARRAY), REFUSED);
    assert_eq!(send(Value::array([1]), &Type::INT2), REFUSED);
    assert_eq!(send(1, &Type::INT2_ARRAY), REFUSED);
}

#[test]
fn ragged_lists_are_refused() {
    let list = |values: &[i64]| Value::array(values.iter().copied());
    for ragged in [
        Value::array([list(&[1]), list(&[2, 3])]),
        Value::array([list(&[]), list(&[1])]),
        Value::array([list(&[1]), Value::Null]),
        Value::array([Value::Null, list(&[1])]),
        Value::array([Value::array([list(&[1])]), Value::array([list(&[1, 2])])]),
        Value::array([Value::array([list(&[1])]), Value::array([Value::from(1)])]),
    ] {
        assert_eq!(send(&ragged, &Type::INT4_ARRAY), REFUSED, "{ragged:?}");
        assert_eq!(send(&ragged, &undescribed()), REFUSED, "{ragged:?}");
    }
    let nested = (0..6).fold(Value::from(1), |value, _| Value::array([value]));
    assert!(send(&nested, &Type::INT4_ARRAY).is_ok());
    assert_eq!(send(Value::array([nested]), &Type::INT4_ARRAY), REFUSED, "seven dimensions");
}

#[test]
fn null_fits_every_type() {
    for ty in (0..7_000).filter_map(Type::from_oid).chain([undescribed()]) {
        check(&[Value::Null], std::slice::from_ref(&ty)).unwrap();
        let mut out = BytesMut::new();
        assert!(matches!(Bound(&Value::Null).to_sql(&ty, &mut out), Ok(IsNull::Yes)));
        assert!(out.is_empty());
    }
}

#[test]
fn the_check_says_which_parameter() {
    let error = check(&[Value::from(1), Value::from(true)], &[Type::INT4, Type::INT4]).unwrap_err();
    assert_eq!(error.message(), "parameter 2: a value of type bool cannot be sent as int4");
    let error = check(&[Value::from(70_000)], &[Type::INT2]).unwrap_err();
    assert_eq!(error.message(), "parameter 1: the integer does not fit int2");
    let error = check(&[], &[Type::INT2]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter);
    assert_eq!(error.message(), "the statement has 1 parameters and 0 values were given");
}
