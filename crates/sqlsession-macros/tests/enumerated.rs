//! Enums as text and as numbers.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use sqlsession_core::{
    ErrorKind, Value, ValueRef,
    entity::{ColumnType, HasColumnType},
    value::FromValue,
};
use sqlsession_macros::Enumerated;

#[derive(Debug, Clone, Copy, PartialEq, Enumerated)]
#[enumerated(crate = "sqlsession_core", rename_all = "kebab-case")]
enum Role {
    Admin,
    OrdinaryMember,
    #[enumerated(rename = "a guest")]
    Guest,
}

#[test]
fn a_variant_is_its_text() {
    assert_eq!(Role::column_type(), ColumnType::Text);
    for (role, text) in
        [(Role::Admin, "admin"), (Role::OrdinaryMember, "ordinary-member"), (Role::Guest, "a guest")]
    {
        assert_eq!(Value::from(role), Value::Text(text.into()));
        assert_eq!(Value::from(&role), Value::Text(text.into()));
        assert_eq!(Role::from_value(ValueRef::Text(text)).unwrap(), role);
    }
    assert_eq!(Option::<Role>::from_value(ValueRef::Null).unwrap(), None);
    assert_eq!(Value::array([Role::Admin]), Value::Array(vec!["admin".into()]));
}

#[test]
fn an_unknown_text_is_out_of_range_and_is_not_told() {
    let error = Role::from_value(ValueRef::Text("secret")).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::OutOfRange, "the text is no `Role`"));
    assert_eq!(Role::from_value(ValueRef::Text("Admin")).unwrap_err().kind(), ErrorKind::OutOfRange);
    assert_eq!(Role::from_value(ValueRef::I64(0)).unwrap_err().kind(), ErrorKind::TypeMismatch);
    assert_eq!(Role::from_value(ValueRef::Null).unwrap_err().kind(), ErrorKind::TypeMismatch);
}

const HIGHEST: i64 = i64::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Enumerated)]
#[enumerated(crate = "sqlsession_core", integer)]
#[repr(i64)]
enum Wide {
    Lowest = -0x7fff_ffff_ffff_ffff,
    Next,
    Zero = 0,
    Highest = HIGHEST,
}

#[derive(Debug, Clone, PartialEq, Enumerated)]
#[enumerated(crate = "sqlsession_core", integer)]
#[repr(u8)]
enum Small {
    A = 255,
}

#[derive(Debug, Clone, PartialEq, Enumerated)]
#[enumerated(crate = "sqlsession_core", integer)]
enum Plain {
    A,
    B,
}

#[test]
fn a_variant_is_its_number() {
    assert_eq!(Wide::column_type(), ColumnType::BigInteger);
    assert_eq!(Small::column_type(), ColumnType::SmallInteger);
    assert_eq!(Plain::column_type(), ColumnType::Integer);
    assert_eq!(Value::from(Plain::B), Value::I64(1));
    assert_eq!(Plain::from_value(ValueRef::I64(0)).unwrap(), Plain::A);
    assert_eq!(Small::from_value(ValueRef::U64(255)).unwrap(), Small::A);
    for (wide, number) in
        [(Wide::Lowest, -i64::MAX), (Wide::Next, -i64::MAX + 1), (Wide::Zero, 0), (Wide::Highest, i64::MAX)]
    {
        assert_eq!(Value::from(wide), Value::I64(number));
        assert_eq!(Wide::from_value(ValueRef::I64(number)).unwrap(), wide);
    }
}

#[test]
fn an_unknown_number_is_out_of_range() {
    for number in [ValueRef::I64(77), ValueRef::U64(u64::MAX)] {
        assert_eq!(Plain::from_value(number).unwrap_err().kind(), ErrorKind::OutOfRange);
    }
    let error = Plain::from_value(ValueRef::I64(77)).unwrap_err();
    assert_eq!(error.message(), "the number is no `Plain`");
    assert_eq!(Plain::from_value(ValueRef::Text("0")).unwrap_err().kind(), ErrorKind::TypeMismatch);
}
