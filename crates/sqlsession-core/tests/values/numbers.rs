use sqlsession_core::{Value, value::FromValue};

use crate::{MISMATCH, RANGE, decimal, read, text};

#[test]
fn integers_take_the_narrowest_shape() {
    assert_eq!(Value::from(-5_i8), Value::I64(-5));
    assert_eq!(Value::from(u64::from(u32::MAX)), Value::I64(4_294_967_295));
    assert_eq!(Value::from(i64::MAX as u64), Value::I64(i64::MAX));
    assert_eq!(Value::from(i64::MAX as u64 + 1), Value::U64(1 << 63));
    assert_eq!(Value::from(usize::MAX), Value::U64(u64::MAX));
    assert_eq!(Value::from(i128::from(u64::MAX)), Value::U64(u64::MAX));
    assert_eq!(Value::from(i128::from(u64::MAX) + 1), Value::Decimal("18446744073709551616".into()));
    assert_eq!(Value::from(i128::MIN), Value::Decimal(i128::MIN.to_string()));
    assert_eq!(Value::from(u128::MAX), Value::Decimal(u128::MAX.to_string()));
    assert_eq!(Value::from(7_u128), Value::I64(7));
}

#[test]
fn integers_never_wrap() {
    assert_eq!(read::<i32>(i64::from(i32::MAX)), Ok(i32::MAX));
    assert_eq!(read::<i32>(i64::from(i32::MAX) + 1), Err(RANGE));
    assert_eq!(read::<i32>(i64::from(i32::MIN) - 1), Err(RANGE));
    assert_eq!(read::<i8>(128), Err(RANGE));
    assert_eq!(read::<u8>(255), Ok(255));
    assert_eq!(read::<u8>(-1), Err(RANGE));
    assert_eq!(read::<u64>(-1), Err(RANGE));
    assert_eq!(read::<i64>(u64::MAX), Err(RANGE));
    assert_eq!(read::<u64>(u64::MAX), Ok(u64::MAX));
    assert_eq!(read::<i128>(u64::MAX), Ok(i128::from(u64::MAX)));
    assert_eq!(read::<u128>(i128::MAX), Ok(i128::MAX as u128));
}

#[test]
fn integers_from_decimals_without_a_fraction() {
    assert_eq!(decimal::<i64>("42"), Ok(42));
    assert_eq!(decimal::<i32>("-42.000"), Ok(-42));
    assert_eq!(decimal::<i64>("42.5"), Err(RANGE));
    assert_eq!(decimal::<i64>("9223372036854775808"), Err(RANGE));
    assert_eq!(decimal::<i64>("NaN"), Err(RANGE));
}

#[test]
fn no_number_from_text_float_or_null() {
    for number in [Value::from("12"), Value::from(2.0), Value::Null, Value::from(true), Value::from(b"1")] {
        assert_eq!(read::<i64>(number), Err(MISMATCH));
    }
    assert_eq!(text::<f64>("1.5"), Err(MISMATCH));
    assert_eq!(read::<f64>(Value::Null), Err(MISMATCH));
    assert_eq!(read::<f32>(Value::Null), Err(MISMATCH));
}

#[test]
fn bool_from_zero_and_one_only() {
    assert_eq!(read::<bool>(true), Ok(true));
    assert_eq!(read::<bool>(0), Ok(false));
    assert_eq!(read::<bool>(1), Ok(true));
    assert_eq!(read::<bool>(2), Err(RANGE));
    assert_eq!(read::<bool>(-1), Err(RANGE));
    assert_eq!(read::<bool>(u64::MAX), Err(RANGE));
    assert_eq!(read::<bool>(1.0), Err(MISMATCH));
    assert_eq!(text::<bool>("true"), Err(MISMATCH));
}

#[test]
fn floats_from_integers_only_if_exact() {
    assert_eq!(read::<f64>(3), Ok(3.0));
    assert_eq!(read::<f64>(1_i64 << 53), Ok(9_007_199_254_740_992.0));
    assert_eq!(read::<f64>((1_i64 << 53) + 1), Err(RANGE));
    assert_eq!(read::<f64>(i64::MAX), Err(RANGE));
    assert_eq!(read::<f64>(i64::MIN), Ok(-9_223_372_036_854_775_808.0));
    assert_eq!(read::<f64>(u64::MAX), Err(RANGE));
    assert_eq!(read::<f32>(1 << 24), Ok(16_777_216.0));
    assert_eq!(read::<f32>((1 << 24) + 1), Err(RANGE));
    assert_eq!(decimal::<f64>("2.50"), Ok(2.5));
    assert!(decimal::<f64>("NaN").unwrap().is_nan());
}

#[test]
fn decimals_beyond_the_floats_are_out_of_range() {
    let long = format!("-1{}", "0".repeat(400));
    for text in ["1e400", "-1E+400", &long] {
        assert_eq!(decimal::<f64>(text), Err(RANGE), "{text}");
        assert_eq!(decimal::<f32>(text), Err(RANGE), "{text}");
    }
    assert_eq!(decimal::<f32>("1e39"), Err(RANGE));
    assert_eq!(decimal::<f64>("Infinity"), Ok(f64::INFINITY));
    assert_eq!(decimal::<f64>("-Infinity"), Ok(f64::NEG_INFINITY));
    assert_eq!(decimal::<f32>("Infinity"), Ok(f32::INFINITY));
    assert_eq!(decimal::<f64>("1e-400"), Ok(0.0), "the nearest");
}

#[test]
fn f32_rounds_and_refuses_what_is_too_large() {
    assert_eq!(read::<f32>(0.1), Ok(0.1_f32));
    assert_eq!(read::<f32>(1e39), Err(RANGE));
    assert_eq!(read::<f32>(f64::INFINITY), Ok(f32::INFINITY));
    assert_eq!(Value::from(0.5_f32), Value::F64(0.5));
}

#[test]
fn messages_name_both_types_and_never_the_value() {
    let message = |value: Value| i32::from_value(value.as_ref()).unwrap_err().message().to_owned();
    assert_eq!(message("secret".into()), "text cannot be read as i32");
    assert_eq!(message(Value::Null), "the value is null, which i32 cannot hold");
    assert_eq!(message(i64::MAX.into()), "the integer does not fit i32");
}
