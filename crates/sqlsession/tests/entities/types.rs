//! Values of every type on their way through arrays, joined rows and prepared statements.

use sqlsession::{
    AsyncSession, EngineOptions, Value,
    entity::{Column, ColumnType, Table},
    value::{Date, DateTime, OffsetDateTime, Time},
};

use crate::{
    on_each_backend,
    place::Place,
    value_row::{Model, ValueRow},
};

on_each_backend! {
    every_type_is_written_as_it_is_alone
    so_it_is_where_no_statement_is_kept
    long_values_are_not_cut
}

struct Everything;

impl Model for Everything {
    type Key = i64;

    fn table() -> Table {
        Table::new("everything").with_columns(
            [
                Column::new("id", ColumnType::BigInteger).key(),
                Column::new("truth", ColumnType::Boolean),
                Column::new("small", ColumnType::SmallInteger),
                Column::new("number", ColumnType::Integer),
                Column::new("large", ColumnType::BigInteger),
                Column::new("single", ColumnType::Float),
                Column::new("twice", ColumnType::Double),
                Column::new("amount", ColumnType::Decimal(Some((20, 4)))),
                Column::new("words", ColumnType::Text),
                Column::new("short", ColumnType::String(20)),
                Column::new("raw", ColumnType::Bytes),
                Column::new("born", ColumnType::Date),
                Column::new("wakes", ColumnType::Time),
                Column::new("met", ColumnType::DateTime),
                Column::new("called", ColumnType::OffsetDateTime),
                Column::new("tag", ColumnType::Uuid),
                Column::new("doc", ColumnType::Json),
                Column::new("mood", ColumnType::Custom("mood".into())),
            ]
            .map(|column| column.nullable(true)),
        )
    }

    fn key(values: &[Option<Value>]) -> Option<i64> {
        match values[0] {
            Some(Value::I64(id)) => Some(id),
            _ => None,
        }
    }
}

fn create(place: &Place) -> Vec<&'static str> {
    place.pick(
        vec![
            "create table everything (id integer primary key, truth boolean, small smallint, number int, large bigint,
             single float, twice double, amount text, words text, short varchar(20), raw blob, born date, wakes time,
             met timestamp, called timestamp, tag blob, doc text, mood text)",
        ],
        vec![
            "create type mood as enum ('sad', 'fine')",
            "create table everything (id int primary key, truth bool, small smallint, number int, large bigint,
             single real, twice float8, amount numeric(20, 4), words text, short varchar(20), raw bytea, born date,
             wakes time, met timestamp, called timestamptz, tag uuid, doc jsonb, mood mood)",
        ],
        vec![
            "create table everything (id int primary key, truth bool, small smallint, number int, large bigint,
             single float, twice double, amount decimal(20, 4), words text, short varchar(20), raw blob, born date,
             wakes time(6), met datetime(6), called datetime(6), tag char(36), doc json, mood enum('sad', 'fine'))",
        ],
    )
}

/// A row of values that differ from number to number, in length and precision too.
fn row(number: i64) -> Vec<Value> {
    let time = |micros: u32| Time::new(13, 14, 15, micros * 1_000).unwrap();
    let date = Date::new(2024, 2, u8::try_from(1 + number % 28).unwrap()).unwrap();
    let micros = if number % 2 == 0 { 0 } else { 123_456 };
    let at = DateTime::new(date, time(micros));
    vec![
        number.into(),
        (number % 2 == 0).into(),
        Value::I64(-number),
        Value::I64(i64::from(i32::MAX) - number),
        Value::I64(i64::MAX - number),
        Value::F64(number as f64 / 2.0),
        Value::F64(1.0 / (number as f64 + 3.0)),
        Value::Decimal(if number % 3 == 0 {
            format!("{number}.5")
        } else {
            format!("123456789012.{number:04}")
        }),
        Value::from(format!("'{}\\ \"{}\u{1f600}", "x".repeat(number as usize % 40), number)),
        Value::from(format!("s{number},{{}}")),
        Value::Bytes(vec![0, 255, 128, number as u8, b'\'']),
        Value::Date(date),
        Value::Time(time(micros)),
        Value::DateTime(at),
        Value::OffsetDateTime(OffsetDateTime::new(at, 3_600).unwrap()),
        Value::Uuid([number as u8; 16]),
        Value::Json(format!("{{\"a\": [{number}, \"b'\"]}}")),
        Value::from(if number % 2 == 0 { "sad" } else { "fine" }),
    ]
}

/// Some of the values of each row are NULL, and of one row all.
fn with_nulls(number: i64) -> Vec<Value> {
    let mut values = row(number);
    for (column, value) in values.iter_mut().enumerate().skip(1) {
        if number == 5 || (column as i64 + number) % 4 == 0 {
            *value = Value::Null;
        }
    }
    values
}

async fn stored(session: &mut AsyncSession) -> Vec<Vec<Value>> {
    let rows = session.execute("select * from everything order by id").await.unwrap();
    rows.collect_rows()
}

trait CollectRows {
    fn collect_rows(self) -> Vec<Vec<Value>>;
}

impl CollectRows for sqlsession::ResultSet {
    fn collect_rows(mut self) -> Vec<Vec<Value>> {
        self.all::<sqlsession::Row>()
            .unwrap()
            .iter()
            .map(|row| row.values().map(sqlsession::ValueRef::to_value).collect())
            .collect()
    }
}

type Entity = ValueRow<Everything>;

async fn every_type_is_written_as_it_is_alone(place: &Place) {
    let (_engine, session) = place.session_after(&create(place)).await;
    check_types(session).await;
}

async fn so_it_is_where_no_statement_is_kept(place: &Place) {
    place.session_after(&create(place)).await;
    let engine = place.engine_with(EngineOptions::default().statement_cache_size(0));
    check_types(engine.session_maker().session()).await;
}

async fn check_types(mut session: AsyncSession) {
    let columns = <Everything as Model>::table();
    let names: Vec<&str> = columns.columns().iter().map(|column| &*column.name).collect();
    let insert = format!(
        "insert into everything ({}) values ({})",
        names.join(", "),
        names.iter().map(|name| format!(":{name}")).collect::<Vec<_>>().join(", ")
    );
    let alone = async |session: &mut AsyncSession, rows: &[Vec<Value>]| {
        for row in rows {
            let bound = names.iter().zip(row).map(|(name, value)| ((*name).to_owned(), value.clone()));
            session
                .execute(sqlsession::Statement::text(insert.clone()).bind_all(bound.collect::<Vec<_>>()))
                .await
                .unwrap();
        }
        stored(session).await
    };
    let rows: Vec<_> = (1..=20).map(with_nulls).collect();
    let expected = alone(&mut session, &rows).await;
    session.rollback().await.unwrap();
    // Twice: a text that is run again is prepared.
    for _ in 0..3 {
        session.add_all(rows.iter().cloned().map(Entity::new)).unwrap();
        session.flush().await.unwrap();
        assert_eq!(stored(&mut session).await, expected, "inserted");
        session.rollback().await.unwrap();
    }
    session.add_all((1..=20).map(|id| Entity::new(row(50 + id)).with_id(id))).unwrap();
    session.commit().await.unwrap();
    for _ in 0..3 {
        for row in &rows {
            session.update(Entity::new(row.clone())).unwrap();
        }
        session.flush().await.unwrap();
        assert_eq!(stored(&mut session).await, expected, "updated");
        session.rollback().await.unwrap();
    }
    // What was read is written where it differs only.
    let known: Vec<Entity> = session.entities("select * from everything order by id").await.unwrap();
    for (mut entity, row) in known.into_iter().zip(&rows) {
        entity.0[7] = Some(row[7].clone());
        entity.0[13] = Some(row[13].clone());
        session.update(entity).unwrap();
    }
    session.flush().await.unwrap();
    let now = stored(&mut session).await;
    for (now, expected) in now.iter().zip(&expected) {
        assert_eq!((&now[7], &now[13]), (&expected[7], &expected[13]));
        assert_ne!(now[8], expected[8], "the other columns are as they were");
    }
    // Behind a first flush, a column without any value has no type of its own.
    session.rollback().await.unwrap();
    for id in 1..=20 {
        let mut nothing = vec![Value::Null; names.len()];
        nothing[0] = id.into();
        session.update(Entity::new(nothing)).unwrap();
    }
    session.commit().await.unwrap();
    assert!(stored(&mut session).await.iter().flat_map(|row| &row[1..]).all(Value::is_null));
    session.delete(&Entity::new(row(1))).unwrap();
    for id in 3..=20 {
        session.delete_by_key::<Entity>(id).unwrap();
    }
    session.commit().await.unwrap();
    assert_eq!(stored(&mut session).await.len(), 1);
}

impl Entity {
    fn with_id(mut self, id: i64) -> Self {
        self.0[0] = Some(id.into());
        self
    }
}

async fn long_values_are_not_cut(place: &Place) {
    let mut setup = create(place);
    if let Place::Mysql(_) = place {
        setup.push("alter table everything modify words longtext, modify raw longblob");
    }
    let (_engine, mut session) = place.session_after(&setup).await;
    let long = |number: i64, length: usize| {
        let mut values = row(number);
        values[8] = Value::from("\u{e9}".repeat(length));
        values[10] = Value::Bytes(vec![200; length]);
        Entity::new(values)
    };
    let lengths = [10, 70_000, 20, 300_000, 5, 1_200_000, 1];
    let rows = || (1..).zip(lengths).map(|(number, length)| long(number, length));
    session.add_all(rows()).unwrap();
    session.flush().await.unwrap();
    let measured = "select length(words) from everything order by id";
    let bytes: Vec<i64> = session.scalars(measured).await.unwrap();
    session.execute("update everything set words = '', raw = null").await.unwrap();
    for row in rows() {
        session.update(row).unwrap();
    }
    session.flush().await.unwrap();
    assert_eq!(session.scalars::<i64>(measured).await.unwrap(), bytes);
    let read: Vec<Entity> = session.entities("select * from everything order by id").await.unwrap();
    for (read, written) in read.iter().zip(rows()) {
        assert_eq!((&read.0[8], &read.0[10]), (&written.0[8], &written.0[10]));
    }
}
