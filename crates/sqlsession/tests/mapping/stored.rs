//! Every type of a column, created, written and read.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime as ChronoDateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlsession::{
    Embedded, Entity,
    value::{Date, DateTime, OffsetDateTime, Time},
};
use uuid::Uuid;

use crate::{
    on_each_backend,
    place::Place,
    rows::{insert, read},
};

on_each_backend! { what_was_stored_comes_back what_the_server_generates_is_read odd_names }

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
    insert(&db, &[unset, set]).await;
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
