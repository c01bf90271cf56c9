use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use sqlsession_core::{Value, ValueRef, value::FromValue};

use crate::{MISMATCH, RANGE, decimal, read, text};

#[test]
fn every_kind_of_string_is_text() {
    let expected = Value::Text("é".into());
    assert_eq!(Value::from("é"), expected);
    assert_eq!(Value::from('é'), expected);
    assert_eq!(Value::from(String::from("é")), expected);
    assert_eq!(Value::from(Box::<str>::from("é")), expected);
    assert_eq!(Value::from(Arc::<str>::from("é")), expected);
    assert_eq!(Value::from(Cow::from("é")), expected);
    assert_eq!(Value::from(Some("é")), expected);
    assert_eq!(Value::from(None::<&str>), Value::Null);
}

#[test]
fn strings_from_text_decimal_and_json() {
    assert_eq!(text::<String>("a\0b").as_deref(), Ok("a\0b"));
    assert_eq!(text::<Box<str>>("x").as_deref(), Ok("x"));
    assert_eq!(text::<Arc<str>>("x").as_deref(), Ok("x"));
    assert_eq!(decimal::<String>("1.10").as_deref(), Ok("1.10"));
    assert_eq!(read::<String>(Value::Json("{}".into())).as_deref(), Ok("{}"));
    assert_eq!(read::<String>(5), Err(MISMATCH));
    assert_eq!(read::<String>(b"abc"), Err(MISMATCH));
    assert_eq!(read::<String>(Value::Null), Err(MISMATCH));
    assert_eq!(read::<Option<String>>(Value::Null), Ok(None));
    assert_eq!(text::<Option<String>>("x"), Ok(Some("x".into())));
}

#[test]
fn borrowed_without_a_copy() {
    let value = Value::from("row");
    let borrowed: &str = FromValue::from_value(value.as_ref()).unwrap();
    let Value::Text(owned) = &value else { panic!("text") };
    assert!(std::ptr::eq(borrowed, owned.as_str()));
    let cow: Cow<'_, str> = FromValue::from_value(value.as_ref()).unwrap();
    assert!(matches!(cow, Cow::Borrowed("row")));
}

#[test]
fn bytes_are_bytes_only() {
    assert_eq!(Value::from([0_u8, 255]), Value::Bytes(vec![0, 255]));
    assert_eq!(Value::from(&b"ab"[..]), Value::Bytes(b"ab".to_vec()));
    assert_eq!(read::<Vec<u8>>(b"ab"), Ok(b"ab".to_vec()));
    assert_eq!(read::<[u8; 2]>(b"ab"), Ok(*b"ab"));
    assert_eq!(read::<[u8; 3]>(b"ab"), Err(RANGE));
    assert_eq!(text::<Vec<u8>>("ab"), Err(MISMATCH));
}

#[test]
fn one_character() {
    assert_eq!(text::<char>("😀"), Ok('😀'));
    assert_eq!(text::<char>(""), Err(RANGE));
    assert_eq!(text::<char>("ab"), Err(RANGE));
}

#[test]
fn addresses_are_text() {
    let four = Ipv4Addr::new(10, 0, 0, 1);
    assert_eq!(Value::from(IpAddr::V4(four)), Value::Text("10.0.0.1".into()));
    assert_eq!(text::<Ipv4Addr>("10.0.0.1"), Ok(four));
    assert_eq!(text::<IpAddr>("::1"), Ok(IpAddr::V6(Ipv6Addr::LOCALHOST)));
    assert_eq!(text::<Ipv6Addr>("10.0.0.1"), Err(MISMATCH));
    assert_eq!(read::<IpAddr>(1), Err(MISMATCH));
}

#[test]
fn anything_is_a_value() {
    let value = Value::array(["a", "b"]);
    assert_eq!(read::<Value>(value.clone()), Ok(value.clone()));
    assert_eq!(ValueRef::from_value(value.as_ref()).unwrap().to_value(), value);
    assert_eq!(read::<Value>(Value::Null), Ok(Value::Null));
    assert!(Value::Null.is_null() && ValueRef::Null.is_null() && !value.is_null());
}
