use sqlsession_core::{
    ErrorKind, Value,
    value::{Date, DateTime, OffsetDateTime, Time},
};
use sqlsession_sqlite::SqliteOptions;

use crate::client::{Client, driver, failed, rows};

async fn stored(value: Value) -> Vec<Value> {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    rows(&client.execute("select ?1, typeof(?1)", vec![value]).await.unwrap()).remove(0)
}

fn typed(value: Value, name: &str) -> Vec<Value> {
    vec![value, Value::Text(name.into())]
}

#[tokio::test]
async fn what_sqlite_has_comes_back_as_it_went() {
    for (value, name) in [
        (Value::Null, "null"),
        (Value::I64(i64::MIN), "integer"),
        (Value::F64(0.1), "real"),
        (Value::F64(f64::INFINITY), "real"),
        (Value::Text("h\u{e9}\0llo".into()), "text"),
        (Value::Text(String::new()), "text"),
        (Value::Bytes(vec![0, 255, 1]), "blob"),
        (Value::Bytes(vec![]), "blob"),
    ] {
        assert_eq!(stored(value.clone()).await, typed(value, name));
    }
}

#[tokio::test]
async fn the_rest_is_stored_as_what_sqlite_has() {
    let (date, time) = (Date::new(2024, 2, 29).unwrap(), Time::new(1, 2, 3, 450_000_000).unwrap());
    let local = DateTime::new(date, time);
    let uuid =
        [0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x0f, 0xed, 0xcb, 0xa9, 0x87, 0x65, 0x43, 0x21];
    for (value, expected) in [
        (Value::Decimal("12.340".into()), "12.340"),
        (Value::Json("{\"a\":1}".into()), "{\"a\":1}"),
        (Value::Uuid(uuid), "12345678-9abc-def0-0fed-cba987654321"),
        (Value::Date(date), "2024-02-29"),
        (Value::Time(time), "01:02:03.450000"),
        (Value::DateTime(local), "2024-02-29 01:02:03.450000"),
        (
            Value::OffsetDateTime(OffsetDateTime::new(local, -5400).unwrap()),
            "2024-02-29 01:02:03.450000-01:30",
        ),
    ] {
        assert_eq!(stored(value).await, typed(Value::Text(expected.into()), "text"));
    }
    assert_eq!(stored(Value::Bool(true)).await, typed(Value::I64(1), "integer"));
    assert_eq!(stored(Value::U64(7)).await, typed(Value::I64(7), "integer"));
}

#[tokio::test]
async fn what_would_not_come_back_is_refused() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    for (value, kind) in [
        (Value::U64(1 << 63), ErrorKind::OutOfRange),
        (Value::F64(f64::NAN), ErrorKind::OutOfRange),
        (Value::Array(vec![Value::I64(1)]), ErrorKind::BadParameter),
    ] {
        assert_eq!(failed(client.execute("select ?1", vec![value]).await).kind(), kind);
    }
}

#[tokio::test]
async fn text_that_is_none_reads_as_bytes() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    assert_eq!(client.scalar("select cast(x'61ff' as text)").await, Value::Bytes(vec![0x61, 0xff]));
}

#[tokio::test]
async fn a_large_value_passes_whole() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let blob: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let back = rows(&client.execute("select ?1", vec![Value::Bytes(blob.clone())]).await.unwrap());
    assert!(back == [[Value::Bytes(blob)]]);
}
