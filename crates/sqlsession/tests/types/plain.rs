use std::{borrow::Cow, sync::Arc};

use sqlsession::{AsyncDatabase, Value, ValueRef, text};

use crate::there_and_back;

macro_rules! extremes {
    ($($integer:ident)+) => {$(
        for number in [$integer::MIN, 0, 1, $integer::MAX] {
            there_and_back(number).await;
        }
    )+};
}

#[tokio::test]
async fn integers() {
    extremes! { i8 i16 i32 i64 isize u8 u16 u32 }
    for number in [0, 1, i64::MAX as u64] {
        there_and_back(number).await;
        there_and_back(u128::from(number)).await;
        there_and_back(i128::from(number)).await;
    }
    there_and_back(i128::from(i64::MIN)).await;
    there_and_back(true).await;
    there_and_back(false).await;
}

#[tokio::test]
async fn floats() {
    for number in [
        0.0,
        -1.5,
        f64::MIN,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::EPSILON,
        f64::INFINITY,
        f64::NEG_INFINITY,
        5e-324,
    ] {
        there_and_back(number).await;
    }
    for number in [0.1_f32, f32::MIN, f32::MAX, f32::MIN_POSITIVE, f32::INFINITY] {
        there_and_back(number).await;
    }
}

#[tokio::test]
async fn texts_and_bytes() {
    let every: String = (1..=0x10ffff).step_by(997).filter_map(char::from_u32).collect();
    for words in
        ["", " ", "Ada", "it's \"quoted\"", ":name ? $1", "\u{10348}\u{0301}é", "null", "1", "0x10", &every]
    {
        there_and_back(words.to_owned()).await;
        there_and_back::<Arc<str>>(words.into()).await;
        there_and_back::<Box<str>>(words.into()).await;
    }
    there_and_back("a\0b".to_owned()).await;
    there_and_back("x".repeat(1_000_000)).await;
    for letter in ['a', '\0', 'é', char::MAX] {
        there_and_back(letter).await;
    }
    for bytes in [vec![], vec![0], vec![0xff, 0xfe], (0..=255).collect(), vec![7; 1_000_000]] {
        there_and_back::<Vec<u8>>(bytes).await;
    }
    there_and_back([1_u8, 2, 3]).await;
}

/// SQLite's types are those of the values, not of the columns.
#[tokio::test]
async fn a_column_holds_any_type() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    db.execute("create table t (id integer primary key, v)").await.unwrap();
    let values = [Value::Null, 1.into(), 1.5.into(), "x".into(), Value::Bytes(vec![0xff])];
    let sets = values.iter().map(|value| [("v", value.clone())]);
    let mut session = db.session_maker().session();
    let result = session.execute_many("insert into t(v) values (:v)", sets).await.unwrap();
    assert_eq!(result.rowcount(), Some(5));
    session.commit().await.unwrap();
    assert_eq!(db.scalars::<Value>("select v from t order by id").await.unwrap(), values);
    let mut result = db.execute("select v from t order by id").await.unwrap();
    let names: Vec<_> = result.rows().unwrap().map(|row| row.value(0).unwrap().type_name()).collect();
    assert_eq!(names.len(), 5);
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 5, "{names:?}");
    // A declared type converts where SQLite can, and leaves the rest.
    db.execute("create table n (v integer)").await.unwrap();
    for (bound, stored) in [
        (Value::from("12"), Value::I64(12)),
        ("x".into(), "x".into()),
        (1.0.into(), 1.into()),
        (1.5.into(), 1.5.into()),
    ] {
        db.execute("delete from n").await.unwrap();
        db.execute(text("insert into n values (:v)").bind("v", bound)).await.unwrap();
        assert_eq!(db.scalar::<Value>("select v from n").await.unwrap(), Some(stored));
    }
    // Text that is not UTF-8 is bytes.
    assert_eq!(db.scalar::<Vec<u8>>("select cast(x'fffe' as text)").await.unwrap(), Some(vec![0xff, 0xfe]));
    let borrowed: Cow<'_, str> = "borrowed".into();
    let there = db.scalar::<String>(text("select :v").bind("v", borrowed)).await.unwrap();
    assert_eq!(there.as_deref(), Some("borrowed"));
    assert_eq!(Value::from(ValueRef::Text("x")), Value::from("x"));
}

#[tokio::test]
async fn lists_in_in() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    db.execute("create table t (id integer primary key, name text)").await.unwrap();
    db.execute("insert into t values (1, 'a'), (2, 'b'), (3, null)").await.unwrap();
    let select = "select id from t where id in :ids order by id";
    for (ids, expected) in [
        (vec![], vec![]),
        (vec![2_i64], vec![2]),
        (vec![3, 1, 9, 1], vec![1, 3]),
        ((1..=2000).collect(), vec![1, 2, 3]),
    ] {
        let found = db.scalars::<i64>(text(select).bind("ids", ids.clone())).await.unwrap();
        assert_eq!(found, expected, "{} ids", ids.len());
    }
    let not_in = text("select id from t where id not in :ids order by id").bind("ids", Vec::<i64>::new());
    assert_eq!(db.scalars::<i64>(not_in).await.unwrap(), [1, 2, 3]);
    let both = text("select id from t where id in :ids and name in :names and id > :least")
        .bind("ids", [1_i64, 2])
        .bind("names", ["a", "b"])
        .bind("least", 1);
    assert_eq!(db.scalars::<i64>(both).await.unwrap(), [2]);
    let deleted = db.execute(text("delete from t where id in :ids").bind("ids", [1_i64, 2])).await.unwrap();
    assert_eq!(deleted.rowcount(), Some(2));
}
