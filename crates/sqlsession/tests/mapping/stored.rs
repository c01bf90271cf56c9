//! Every type of a column, created, written and read.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime as ChronoDateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlsession::{
    Embedded, Entity, Enumerated,
    value::{Date, DateTime, OffsetDateTime, Time},
};
use uuid::Uuid;

use crate::{
    on_each_backend,
    place::Place,
    rows::{insert, read},
};

on_each_backend! { keys_of_every_sort what_was_stored_comes_back what_the_server_generates_is_read odd_names }

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    dark: bool,
    tags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Embedded)]
struct Address {
    city: String,
    zip: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Entity)]
struct Everything {
    #[entity(key)]
    id: Uuid,
    truth: bool,
    tiny: i8,
    small: i16,
    normal: i32,
    big: i64,
    unsigned: u32,
    big_unsigned: u64,
    float: f32,
    double: f64,
    #[entity(precision = 19, scale = 4)]
    decimal: Decimal,
    letter: char,
    text: String,
    #[entity(length = 20, unique)]
    short: String,
    bytes: Vec<u8>,
    date: Date,
    time: Time,
    at: DateTime,
    moment: OffsetDateTime,
    chrono_date: NaiveDate,
    chrono_time: NaiveTime,
    chrono_at: NaiveDateTime,
    chrono_moment: ChronoDateTime<Utc>,
    address: IpAddr,
    document: serde_json::Value,
    #[entity(json)]
    settings: Settings,
    #[entity(json)]
    more: Option<Settings>,
    #[entity(flatten, prefix = "home_")]
    home: Address,
    #[entity(flatten, prefix = "work_")]
    work: Option<Address>,
    nothing: Option<i64>,
}

fn everything(number: u128) -> Everything {
    let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let time = NaiveTime::from_hms_micro_opt(23, 59, 58, 123_456).unwrap();
    Everything {
        id: Uuid::from_u128(number),
        truth: true,
        tiny: i8::MIN,
        small: i16::MIN,
        normal: i32::MIN,
        big: i64::MIN,
        unsigned: u32::MAX,
        big_unsigned: i64::MAX.unsigned_abs(),
        float: 0.1,
        double: 0.1,
        decimal: Decimal::new(123_456_789_012_345_678, 4),
        letter: 'ü',
        text: "a 'quoted' \\ text".repeat(20_000),
        short: format!("short {number}"),
        bytes: (0..=255).collect(),
        date: "2024-02-29".parse().unwrap(),
        time: "23:59:58.123456".parse().unwrap(),
        at: "2024-02-29 23:59:58.123456".parse().unwrap(),
        moment: "2024-02-29 23:59:58.123456+00:00".parse().unwrap(),
        chrono_date: date,
        chrono_time: time,
        chrono_at: date.and_time(time),
        chrono_moment: date.and_time(time).and_utc(),
        address: Ipv6Addr::LOCALHOST.into(),
        document: serde_json::json!({"a": [1, null, "b"]}),
        settings: Settings { dark: true, tags: vec!["a".into()] },
        more: None,
        home: Address { city: "Turin".into(), zip: None },
        work: None,
        nothing: None,
    }
}

async fn what_was_stored_comes_back(place: &Place) {
    let db = place.database();
    db.create_table::<Everything>().await.unwrap();
    let first = everything(1);
    let mut second = everything(2);
    second.more = Some(Settings { dark: false, tags: Vec::new() });
    second.work = Some(Address { city: "Milan".into(), zip: Some("20100".into()) });
    second.nothing = Some(0);
    let stored = [first, second];
    insert(&db, &stored).await;
    assert_eq!(read::<Everything>(&db, place).await, stored);

    db.drop_table::<Everything>().await.unwrap();
    db.create_table::<Everything>().await.unwrap();
    assert!(read::<Everything>(&db, place).await.is_empty());
}

#[derive(Debug, Clone, PartialEq, Entity)]
struct Numbered {
    #[entity(key, generated)]
    id: u64,
    #[entity(generated, default = "current_timestamp")]
    created: Option<DateTime>,
    #[entity(default = "'none'", length = 10)]
    state: String,
}

async fn what_the_server_generates_is_read(place: &Place) {
    let db = place.database();
    db.create_table::<Numbered>().await.unwrap();
    let unset = Numbered { id: 0, created: None, state: "new".into() };
    let at = "2024-02-29 12:00:00".parse().unwrap();
    let set = Numbered { id: 0, created: Some(at), state: "old".into() };
    let stored = insert(&db, &[unset, set.clone()]).await;
    assert!(stored[0].id == 1 && stored[0].created.is_some());
    assert_eq!(stored[1], Numbered { id: 2, ..set });
    db.execute("delete from numbered where id = 2").await.unwrap();
    db.execute("insert into numbered (created) values (null)").await.unwrap();

    let rows: Vec<Numbered> = read(&db, place).await;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 3], "no number is given twice");
    assert!(rows[0].created.is_some() && rows[1].created.is_none());
    assert_eq!(rows[1].state, "none");
}

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(table = "\"Odd.\"\"Table`\"")]
struct Odd {
    #[entity(key, rename = "the \"key`")]
    key: i32,
    #[entity(key, rename = "Select")]
    select: i32,
    #[entity(rename = "group -- x")]
    group: i32,
}

async fn odd_names(place: &Place) {
    let db = place.database();
    db.create_table::<Odd>().await.unwrap();
    let stored = [Odd { key: 1, select: 2, group: 3 }, Odd { key: 2, select: 2, group: 3 }];
    insert(&db, &stored).await;
    assert_eq!(read::<Odd>(&db, place).await, stored);
}

#[derive(Debug, Clone, PartialEq, Enumerated)]
enum Kind {
    Small,
    Large,
}

#[derive(Debug, Clone, PartialEq)]
struct Code(String);

impl From<String> for Code {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(table = "stock")]
struct Stock {
    #[entity(key, length = 10)]
    kind: Kind,
    #[entity(key, try_from = "String", length = 10)]
    code: Code,
    #[entity(key)]
    day: Date,
    #[entity(key)]
    shelf: Uuid,
    #[entity(json)]
    settings: Option<Settings>,
    count: i32,
}

async fn keys_of_every_sort(place: &Place) {
    let db = place.database();
    db.create_table::<Stock>().await.unwrap();
    let day: Date = "2024-02-29".parse().unwrap();
    let stock = |kind, code: &str, count| Stock {
        kind,
        code: Code(code.to_owned()),
        day,
        shelf: Uuid::max(),
        settings: Some(Settings { dark: true, tags: Vec::new() }),
        count,
    };
    let stored = [stock(Kind::Small, "a", 1), stock(Kind::Large, "a", 2), stock(Kind::Large, "b", 3)];
    insert(&db, &stored).await;

    let mut session = db.session_maker().session();
    let key = (Kind::Large, "b".to_owned(), day, Uuid::max());
    let mut found = session.get::<Stock>(key.clone()).await.unwrap().unwrap();
    assert_eq!(found, stored[2]);
    found.count = 30;
    found.settings = None;
    session.merge(found.clone()).await.unwrap();
    session.delete(&stored[0]).unwrap();
    session.commit().await.unwrap();
    assert_eq!(session.get::<Stock>(key).await.unwrap(), Some(found));
    let counts: Vec<i32> = session.scalars("select count from stock order by count").await.unwrap();
    assert_eq!(counts, [2, 30]);
}

#[derive(Debug, Clone, PartialEq, Entity)]
struct Arrays {
    #[entity(key)]
    id: i64,
    texts: Vec<String>,
    numbers: Vec<Option<i32>>,
    uuids: Vec<Uuid>,
    decimals: Vec<Decimal>,
    days: Option<Vec<Date>>,
    unsigned: u64,
    any_decimal: Decimal,
}

#[tokio::test]
async fn arrays_of_postgresql() {
    let place = Place::postgres();
    let db = place.database();
    db.create_table::<Arrays>().await.unwrap();
    let full = Arrays {
        id: 1,
        texts: vec!["a, \"b\" {c}".into(), String::new()],
        numbers: vec![Some(1), None],
        uuids: vec![Uuid::max()],
        decimals: vec![Decimal::new(1_250, 2)],
        days: Some(vec!["2024-02-29".parse().unwrap()]),
        unsigned: u64::MAX,
        any_decimal: Decimal::MAX,
    };
    let empty = Arrays {
        id: 2,
        texts: Vec::new(),
        numbers: Vec::new(),
        uuids: Vec::new(),
        decimals: Vec::new(),
        days: None,
        unsigned: 0,
        any_decimal: Decimal::new(1, 28),
    };
    insert(&db, &[full.clone(), empty.clone()]).await;
    assert_eq!(read::<Arrays>(&db, &place).await, [full, empty]);
}
