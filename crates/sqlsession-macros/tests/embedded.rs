//! Structs whose fields are columns of the entity around them.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod rows;

use sqlsession_core::{
    Entity, ErrorKind, Value, ValueRef,
    entity::{Column, ColumnType, Embedded},
    row::FromRow,
};
use sqlsession_macros::{Embedded, Entity};

use crate::rows::row;

#[derive(Debug, Clone, PartialEq, Embedded)]
#[embedded(crate = "sqlsession_core")]
struct Place {
    lat: f64,
    lon: f64,
}

#[derive(Debug, Clone, PartialEq, Embedded)]
#[embedded(crate = "sqlsession_core", rename_all = "UPPERCASE")]
struct Address {
    #[embedded(unique)]
    city: String,
    zip: Option<String>,
    #[embedded(flatten, prefix = "at_")]
    place: Option<Place>,
    #[embedded(skip)]
    cache: u8,
}

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(crate = "sqlsession_core")]
struct User {
    #[entity(flatten, prefix = "home_")]
    home: Address,
    #[entity(key, generated)]
    id: i64,
    #[entity(flatten, prefix = "work_")]
    work: Option<Address>,
    #[entity(flatten)]
    place: Place,
    #[entity(generated)]
    version: i32,
}

const NAMES: [&str; 12] = [
    "home_CITY",
    "home_ZIP",
    "home_at_lat",
    "home_at_lon",
    "id",
    "work_CITY",
    "work_ZIP",
    "work_at_lat",
    "work_at_lon",
    "lat",
    "lon",
    "version",
];

fn user() -> User {
    let place = Place { lat: 45.5, lon: 7.5 };
    let home = Address { city: "Turin".into(), zip: None, place: Some(place.clone()), cache: 0 };
    User { home, id: 7, work: None, place, version: 3 }
}

#[test]
fn columns_are_named_by_all_prefixes() {
    let names: Vec<_> = User::table().columns().iter().map(|column| column.name.as_ref()).collect();
    assert_eq!(names, NAMES);
    assert_eq!(Address::COLUMNS, 4);
    assert_eq!(User::table().columns()[0], Column::new("home_CITY", ColumnType::Text).unique());
    let nullable: Vec<_> = User::table().columns().iter().map(|column| column.is_nullable).collect();
    let expected = [false, true, true, true, false, true, true, true, true, false, false, false];
    assert_eq!(nullable, expected);
}

#[test]
fn what_was_written_is_read() {
    let mut user = user();
    for work in [
        None,
        Some(Address { city: "Milan".into(), zip: Some("1".into()), place: None, cache: 0 }),
        Some(user.home.clone()),
    ] {
        user.work = work;
        let mut values = Vec::new();
        user.append_values(&mut values).unwrap();
        let values: Vec<Value> = values.into_iter().map(Option::unwrap).collect();
        assert_eq!(User::from_row(&row(NAMES, values.try_into().unwrap())).unwrap(), user);
    }
}

#[test]
fn generated_columns_are_found_behind_embedded_ones() {
    let mut user = user();
    user.set_generated(4, ValueRef::I64(8)).unwrap();
    user.set_generated(11, ValueRef::I64(9)).unwrap();
    user.set_generated(5, ValueRef::Text("left alone")).unwrap();
    assert_eq!((user.id, user.version, user.work), (8, 9, None));
}

#[test]
fn half_of_an_optional_address_is_an_error() {
    let mut values: [Value; 12] = std::array::from_fn(|_| Value::Null);
    values[0] = "Turin".into();
    for place in [4, 9, 10, 11] {
        values[place] = 1.into();
    }
    assert!(User::from_row(&row(NAMES, values.clone())).unwrap().work.is_none());
    values[6] = "10100".into();
    let error = User::from_row(&row(NAMES, values)).unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::TypeMismatch, Some("work_CITY")));
}
