//! What the derive reads from which column.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod rows;

use sqlsession_core::{Error, ErrorKind, ResultSet, Value, driver::Outcome, row::FromRow};
use sqlsession_macros::FromRow;

use crate::rows::{row, rows};

#[derive(Debug, PartialEq, FromRow)]
#[from_row(crate = "sqlsession_core")]
struct User {
    id: i64,
    name: String,
    r#type: Option<u8>,
}

#[test]
fn named_fields_by_name_in_any_order() {
    let row = row(["type", "unread", "name", "id"], [Value::Null, "x".into(), "Ada".into(), 7.into()]);
    assert_eq!(User::from_row(&row).unwrap(), User { id: 7, name: "Ada".into(), r#type: None });
}

#[test]
fn a_result_is_read_with_one_plan() {
    let values = (0..5).map(|id| vec![id.into(), format!("n{id}").into(), Value::from(1)]).collect();
    let mut outcome = Outcome::default();
    outcome.rows = Some(rows(["id", "name", "type"], values));
    let users: Vec<User> = ResultSet::from(outcome).all().unwrap();
    assert_eq!(users[4], User { id: 4, name: "n4".into(), r#type: Some(1) });
}

#[test]
fn a_missing_column_and_a_wrong_value_are_named() {
    let missing = User::from_row(&row(["id", "type"], [7.into(), Value::Null])).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::UndefinedColumn);
    assert_eq!(missing.message(), "the result has no column `name`; its columns are `id`, `type`");

    let wrong = User::from_row(&row(["id", "name", "type"], ["x".into(), "Ada".into(), Value::Null]));
    let wrong = wrong.unwrap_err();
    assert_eq!((wrong.kind(), wrong.column()), (ErrorKind::TypeMismatch, Some("id")));
}

#[derive(Debug, PartialEq, FromRow)]
#[from_row(crate = "sqlsession_core")]
struct Pair(i64, #[from_row(skip)] Vec<String>, String, #[from_row(rename = "extra")] bool);

#[test]
fn tuple_structs_by_position_and_by_name_where_renamed() {
    let row = row(["a", "b", "c", "extra"], [1.into(), "x".into(), 9.into(), true.into()]);
    assert_eq!(Pair::from_row(&row).unwrap(), Pair(1, Vec::new(), "x".into(), true));
}

#[derive(Debug, PartialEq, FromRow)]
#[from_row(crate = "sqlsession_core")]
struct Two(i64, String);

#[derive(Debug, PartialEq, FromRow)]
#[from_row(crate = "sqlsession_core")]
struct Mixed(i64, #[from_row(rename = "extra")] bool);

#[test]
fn plain_tuple_structs_without_a_plan() {
    let row = row(["a", "b", "extra"], [1.into(), "x".into(), true.into()]);
    assert_eq!(Two::from_row(&row).unwrap(), Two(1, "x".into()));
    assert_eq!(Mixed::from_row(&row).unwrap(), Mixed(1, true));
}

#[derive(Debug, PartialEq, FromRow)]
#[from_row(crate = "sqlsession_core")]
struct Plain {
    id: i64,
    name: String,
}

#[test]
fn of_two_columns_with_one_name_the_last_is_read() {
    let repeated = row(["id", "name", "id"], [1.into(), "x".into(), 2.into()]);
    assert_eq!(Plain::from_row(&repeated).unwrap(), Plain { id: 2, name: "x".into() });
    let turned = row(["name", "id"], ["x".into(), 1.into()]);
    assert_eq!(Plain::from_row(&turned).unwrap(), Plain { id: 1, name: "x".into() });
}

#[derive(Debug, PartialEq)]
struct Even(i64);

impl TryFrom<i64> for Even {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        if number % 2 == 0 { Ok(Self(number)) } else { Err("the number is odd".into()) }
    }
}

#[derive(Debug, PartialEq, FromRow)]
#[from_row(crate = "sqlsession_core", rename_all = "camelCase")]
struct Everything<T, K: Default> {
    user_id: T,
    #[from_row(rename = "e-mail")]
    email: Option<String>,
    #[from_row(default)]
    log_ins: u32,
    #[from_row(skip)]
    cache: K,
    #[from_row(flatten)]
    address: Address,
    #[from_row(try_from = "i64")]
    even: Even,
    #[from_row(json)]
    tags: Vec<String>,
    #[from_row(default, try_from = "i64")]
    maybe_even: Option2,
}

#[derive(Debug, PartialEq, FromRow)]
#[from_row(crate = "sqlsession_core")]
struct Address {
    city: String,
    zip: Option<String>,
}

#[derive(Debug, PartialEq, Default)]
struct Option2(Option<i64>);

impl From<i64> for Option2 {
    fn from(number: i64) -> Self {
        Self(Some(number))
    }
}

const NAMES: [&str; 7] = ["zip", "city", "userId", "e-mail", "even", "tags", "logIns"];

fn values(even: i64) -> [Value; 7] {
    let tags = Value::Json(r#"["a","b"]"#.into());
    [Value::Null, "Turin".into(), 7.into(), "a@b".into(), even.into(), tags, 3.into()]
}

#[test]
fn every_attribute_in_one_struct() {
    let read: Everything<i32, String> = Everything::from_row(&row(NAMES, values(8))).unwrap();
    let expected = Everything {
        user_id: 7,
        email: Some("a@b".into()),
        log_ins: 3,
        cache: String::new(),
        address: Address { city: "Turin".into(), zip: None },
        even: Even(8),
        tags: vec!["a".into(), "b".into()],
        maybe_even: Option2(None),
    };
    assert_eq!(read, expected);
}

#[test]
fn default_is_for_a_missing_column_and_not_for_null() {
    let [zip, city, id, email, even, tags, _] = values(8);
    let mut names = NAMES;
    names[6] = "other";
    let missing = row(names, [zip, city, id, email, even, tags, 3.into()]);
    assert_eq!(Everything::<i64, ()>::from_row(&missing).unwrap().log_ins, 0);

    let mut null = values(8);
    null[6] = Value::Null;
    let error = Everything::<i64, ()>::from_row(&row(NAMES, null)).unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::TypeMismatch, Some("logIns")));
}

#[test]
fn the_refusal_of_try_from_names_the_column() {
    let error: Error = Everything::<i64, ()>::from_row(&row(NAMES, values(7))).unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::OutOfRange, Some("even")));
    assert_eq!(error.message(), "column `even`: the number is odd");
}
