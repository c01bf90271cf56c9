use sqlsession_core::Value;

use crate::{MISMATCH, RANGE, read};

#[test]
fn lists_of_named_types_are_arrays() {
    let expected = Value::Array(vec![Value::I64(1), Value::I64(2)]);
    assert_eq!(Value::from(vec![1_i64, 2]), expected);
    assert_eq!(Value::from([1_i32, 2]), expected);
    assert_eq!(Value::from(&[1_u16, 2][..]), expected);
    assert_eq!(Value::from(&vec![1_u64, 2]), expected);
    assert_eq!(Value::array([1_i64, 2]), expected);
    assert_eq!(Value::from(vec!["a"]), Value::Array(vec!["a".into()]));
    assert_eq!(Value::from(["a"]), Value::from(vec![String::from("a")]));
    assert_eq!(Value::from(Vec::<i64>::new()), Value::Array(Vec::new()));
}

#[test]
fn a_list_of_u8_is_bytes() {
    assert_eq!(Value::from(vec![1_u8, 2]), Value::Bytes(vec![1, 2]));
    assert_eq!(Value::from(vec![vec![1_u8]]), Value::Array(vec![Value::Bytes(vec![1])]));
}

#[test]
fn reading_checks_every_element() {
    assert_eq!(read::<Vec<i32>>(vec![1_i64, 2]), Ok(vec![1, 2]));
    assert_eq!(read::<Vec<i32>>(vec![1, i64::MAX]), Err(RANGE));
    assert_eq!(read::<Vec<i64>>(Value::array([Some(1), None])), Err(MISMATCH));
    assert_eq!(read::<Vec<Option<i64>>>(vec![Some(1_i64), None]), Ok(vec![Some(1), None]));
    assert_eq!(read::<Vec<String>>(["a", "b"]), Ok(vec!["a".into(), "b".into()]));
    assert_eq!(read::<Vec<String>>("a"), Err(MISMATCH));
    assert_eq!(read::<Vec<Value>>([1_i64]), Ok(vec![Value::I64(1)]));
}
