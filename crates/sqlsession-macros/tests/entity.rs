//! What the derive makes of a struct that is a row of a table.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod rows;

use serde::{Deserialize, Serialize};
use sqlsession_core::{
    Entity, ErrorKind, Value, ValueRef,
    entity::{Column, ColumnType, Reference, ReferentialAction, Table},
    row::FromRow,
    value::DateTime,
};
use sqlsession_macros::Entity;

use crate::rows::row;

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(crate = "sqlsession_core", table = "app.users")]
struct User {
    #[entity(key, generated)]
    id: i64,
    #[entity(rename = "username", unique, length = 80)]
    name: String,
    #[entity(default = "''")]
    password: String,
    email: Option<String>,
    #[entity(generated, default = "current_timestamp")]
    created: Option<DateTime>,
    #[entity(references = "teams(id)", on_delete = "set null")]
    team: Option<i32>,
    #[entity(column_type = "citext")]
    nick: Option<String>,
    #[entity(precision = 19, scale = 4)]
    balance: i64,
    #[entity(skip)]
    cache: Vec<String>,
}

fn user() -> User {
    User {
        id: 0,
        name: "Ada".into(),
        password: String::new(),
        email: None,
        created: None,
        team: Some(3),
        nick: None,
        balance: 5,
        cache: vec!["not stored".into()],
    }
}

fn values(entity: &impl Entity) -> Vec<Option<Value>> {
    let mut row = Vec::new();
    entity.append_values(&mut row).unwrap();
    row
}

#[test]
fn the_table_is_what_the_attributes_say() {
    let expected = Table::new("app.users").with_columns([
        Column::new("id", ColumnType::BigInteger).key().generated(),
        Column::new("username", ColumnType::String(80)).unique(),
        Column::new("password", ColumnType::Text).default("''"),
        Column::new("email", ColumnType::Text).nullable(true),
        Column::new("created", ColumnType::DateTime).nullable(true).generated().default("current_timestamp"),
        Column::new("team", ColumnType::Integer)
            .nullable(true)
            .references(Reference::new("teams", "id").on_delete(ReferentialAction::SetNull)),
        Column::new("nick", ColumnType::Custom("citext".into())).nullable(true),
        Column::new("balance", ColumnType::Decimal(Some((19, 4)))),
    ]);
    assert_eq!(*User::table(), expected);
    User::table().check().unwrap();
}

#[test]
fn what_is_unset_is_left_to_the_server() {
    let mut user = user();
    assert_eq!(user.key(), None);
    let unset = [
        None,
        Some("Ada".into()),
        Some("".into()),
        Some(Value::Null),
        None,
        Some(3.into()),
        Some(Value::Null),
        Some(5.into()),
    ];
    assert_eq!(values(&user), unset);

    user.set_generated(0, ValueRef::I64(7)).unwrap();
    user.set_generated(4, ValueRef::Text("2024-02-29 12:00:00")).unwrap();
    user.set_generated(1, ValueRef::Text("left alone")).unwrap();
    assert_eq!((user.key(), user.name.as_str()), (Some(7), "Ada"));
    assert_eq!(user.created.unwrap().to_string(), "2024-02-29 12:00:00");
    assert_eq!(values(&user)[0], Some(7.into()));

    let error = user.set_generated(0, ValueRef::Text("x")).unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::TypeMismatch, Some("id")));
}

#[test]
fn a_row_is_read_without_a_derive_of_its_own() {
    let names = ["username", "id", "password", "email", "created", "team", "nick", "balance"];
    let at = Value::Text("2024-02-29 12:00:00".into());
    let row =
        row(names, ["Ada".into(), 7.into(), "".into(), Value::Null, at, 3.into(), "a".into(), 5.into()]);
    let read = User::from_row(&row).unwrap();
    assert_eq!((read.id, read.nick.as_deref(), read.cache.len()), (7, Some("a"), 0));
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Code(String);

impl TryFrom<String> for Code {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() == 2 { Ok(Self(text)) } else { Err("a code has two letters".into()) }
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    dark: bool,
}

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(crate = "sqlsession_core", rename_all = "camelCase")]
struct UserRole {
    #[entity(key)]
    user_id: i64,
    #[entity(key, try_from = "String")]
    role_code: Code,
    #[entity(json)]
    settings: Settings,
    #[entity(json)]
    more: Option<Settings>,
}

#[test]
fn several_keys_are_a_tuple_and_conversions_go_both_ways() {
    let names: Vec<_> = UserRole::table().columns().iter().map(|column| column.name.as_ref()).collect();
    assert_eq!(
        (UserRole::table().name(), names),
        ("user_role", vec!["userId", "roleCode", "settings", "more"])
    );
    assert_eq!(UserRole::table().key_columns().collect::<Vec<_>>(), [0, 1]);
    assert!(UserRole::table().columns()[3].is_nullable);

    let mut role =
        UserRole { user_id: 7, role_code: Code("ab".into()), settings: Settings { dark: true }, more: None };
    assert_eq!(role.key(), Some((7, "ab".to_owned())));
    let json = || Value::Json(r#"{"dark":true}"#.into());
    let null = [Some(7.into()), Some("ab".into()), Some(json()), Some(Value::Null)];
    assert_eq!(values(&role), null);

    let columns = ["userId", "roleCode", "settings", "more"];
    assert_eq!(UserRole::from_row(&row(columns, null.map(Option::unwrap))).unwrap(), role);
    role.more = Some(Settings { dark: false });
    let values = values(&role).into_iter().map(Option::unwrap).collect::<Vec<_>>();
    assert_eq!(UserRole::from_row(&row(columns, values.try_into().unwrap())).unwrap(), role);

    let refused = row(columns, [7.into(), "abc".into(), json(), Value::Null]);
    let error = UserRole::from_row(&refused).unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::OutOfRange, Some("roleCode")));
}

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(crate = "sqlsession_core")]
struct Draft {
    #[entity(key, generated)]
    id: Option<i64>,
    #[entity(json)]
    odd: std::collections::BTreeMap<Vec<u8>, i32>,
}

#[test]
fn an_optional_key_is_a_key_without_the_option() {
    let mut draft = Draft { id: None, odd: [].into() };
    assert_eq!(draft.key(), None::<i64>);
    draft.set_generated(0, ValueRef::I64(7)).unwrap();
    assert_eq!((draft.id, draft.key()), (Some(7), Some(7)));
    assert!(!Draft::table().columns()[0].is_nullable);
}

#[test]
fn what_cannot_be_written_names_its_column() {
    let draft = Draft { id: None, odd: [(vec![1], 1)].into() };
    let error = draft.append_values(&mut Vec::new()).unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::BadParameter, Some("odd")));
}
