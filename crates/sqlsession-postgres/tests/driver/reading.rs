use std::{net::IpAddr, ptr, time::SystemTime};

use sqlsession_postgres::{
    ErrorKind, Row,
    core::{
        Value, ValueRef,
        value::{Date, DateTime, OffsetDateTime, Time},
    },
    text,
};

use crate::database::Database;

async fn row(database: &Database, columns: &str) -> Row {
    database.session().one(format!("select {columns}")).await.unwrap()
}

#[tokio::test]
async fn every_rust_type_reads_its_column() {
    let database = Database::create();
    let row = row(
        &database,
        "true as b, 7::int2 as i2, -7::int4 as i4, 9223372036854775807::int8 as i8, 4294967295::oid as o, \
         0.1::float4 as f4, 0.1::float8 as f8, 12345678901234567890.50 as n, 'text' as t, 'ab'::char(4) as c, \
         '\\x00ff'::bytea as y, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid as u, '2024-02-29'::date as d, \
         '12:34:56.789'::time as ti, '2024-02-29 12:34:56.789'::timestamp as ts, \
         '2024-02-29 12:34:56.789+02'::timestamptz as tz, '{\"a\": 1}'::jsonb as j, '10.0.0.1'::inet as ip, \
         array[1, null, 3] as l, '1 day 02:03:04'::interval as iv, '[1,5)'::int4range as r, \
         row(1, 'a b', null) as rec, null::int4 as none",
    )
    .await;
    assert!(row.get::<bool>("b").unwrap());
    assert_eq!(row.get::<i16>("i2").unwrap(), 7);
    assert_eq!(row.get::<i32>("i4").unwrap(), -7);
    assert_eq!(row.get::<i64>("i8").unwrap(), i64::MAX);
    assert_eq!(row.get::<u32>("o").unwrap(), u32::MAX);
    assert_eq!(row.get::<f32>("f4").unwrap(), 0.1);
    assert_eq!(row.get::<f64>("f8").unwrap(), 0.1);
    assert_eq!(row.get::<&str>("n").unwrap(), "12345678901234567890.50");
    assert_eq!(row.get::<String>("t").unwrap(), "text");
    assert_eq!(row.get::<String>("c").unwrap(), "ab  ");
    assert_eq!(row.get::<&[u8]>("y").unwrap(), [0, 255]);
    let ValueRef::Uuid(uuid) = row.get("u").unwrap() else { panic!("{row:?}") };
    assert_eq!(uuid[..4], [0xa0, 0xee, 0xbc, 0x99]);
    assert_eq!(row.get::<Date>("d").unwrap(), "2024-02-29".parse().unwrap());
    assert_eq!(row.get::<Time>("ti").unwrap(), "12:34:56.789".parse().unwrap());
    assert_eq!(row.get::<DateTime>("ts").unwrap(), "2024-02-29 12:34:56.789".parse().unwrap());
    let moment: OffsetDateTime = "2024-02-29 10:34:56.789+00:00".parse().unwrap();
    assert_eq!(row.get::<OffsetDateTime>("tz").unwrap(), moment);
    assert!(row.get::<SystemTime>("tz").unwrap() > SystemTime::UNIX_EPOCH);
    assert_eq!(row.get::<&str>("j").unwrap(), "{\"a\": 1}");
    assert_eq!(row.get::<IpAddr>("ip").unwrap(), IpAddr::from([10, 0, 0, 1]));
    assert_eq!(row.get::<Vec<Option<i32>>>("l").unwrap(), [Some(1), None, Some(3)]);
    assert_eq!(row.get::<&str>("iv").unwrap(), "1 day 02:03:04");
    assert_eq!(row.get::<&str>("r").unwrap(), "[1,5)");
    assert_eq!(row.get::<&str>("rec").unwrap(), "(1,\"a b\",)");
    assert_eq!(row.get::<Option<i32>>("none").unwrap(), None);
}

#[tokio::test]
async fn numbers_that_are_none_have_an_answer() {
    let database = Database::create();
    let row = row(&database, "'NaN'::numeric as nan, '-Infinity'::numeric as inf, 1e400 as huge").await;
    assert!(row.get::<f64>("nan").unwrap().is_nan());
    assert_eq!(row.get::<f64>("inf").unwrap(), f64::NEG_INFINITY);
    assert_eq!(row.get::<&str>("inf").unwrap(), "-Infinity");
    assert_eq!(row.get::<i64>("nan").unwrap_err().kind(), ErrorKind::OutOfRange);
    assert_eq!(row.get::<i64>("huge").unwrap_err().kind(), ErrorKind::OutOfRange);
    assert_eq!(row.get::<Value>("huge").unwrap(), Value::Decimal(format!("1{}", "0".repeat(400))));
}

#[tokio::test]
async fn dates_that_are_none_are_text_and_say_so() {
    let database = Database::create();
    let row = row(
        &database,
        "'infinity'::date as d, '-infinity'::timestamptz as tz, '5874897-12-31'::date as far, '24:00'::time as ti",
    )
    .await;
    assert_eq!(row.get::<&str>("d").unwrap(), "infinity");
    assert_eq!(row.get::<&str>("tz").unwrap(), "-infinity");
    assert_eq!(row.get::<&str>("far").unwrap(), "5874897-12-31");
    assert_eq!(row.get::<&str>("ti").unwrap(), "24:00:00");
    let error = row.get::<Date>("d").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TypeMismatch);
    assert_eq!(error.message(), "column `d`: the value is infinity and not a date");
    assert_eq!(row.get::<OffsetDateTime>("tz").unwrap_err().kind(), ErrorKind::TypeMismatch);
}

#[tokio::test]
async fn types_of_users_are_readable() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_script(
            "create extension hstore; create type mood as enum ('sad', 'happy'); \
             create domain amount as numeric(10, 2); create type pair as (mood mood, amounts amount[])",
        )
        .await
        .unwrap();
    let sql = "select 'happy'::mood as m, 1.5::amount as a, array['sad']::mood[] as l, \
               row('sad', array[2, null])::pair as p, 'a=>b'::hstore as h";
    let row: Row = session.one(sql).await.unwrap();
    assert_eq!(row.get::<&str>("m").unwrap(), "happy");
    assert_eq!(row.get::<f64>("a").unwrap(), 1.5);
    assert_eq!(row.get::<Vec<String>>("l").unwrap(), ["sad"]);
    assert_eq!(row.get::<&str>("p").unwrap(), "(sad,\"{2.00,NULL}\")");
    assert_eq!(row.get::<&str>("h").unwrap(), "\"a\"=>\"b\"");
}

#[tokio::test]
async fn what_is_computed_is_computed_once() {
    let database = Database::create();
    let row = row(&database, "1.50 as n, 'text' as t").await;
    for name in ["n", "t"] {
        let (first, second) = (row.get::<&str>(name).unwrap(), row.get::<&str>(name).unwrap());
        assert!(ptr::eq(first, second), "{name}");
    }
}

#[tokio::test]
async fn rows_without_columns_are_rows_however_they_are_read() {
    let database = Database::create();
    let mut session = database.session();
    for (way, sql) in [
        ("select", "select from generate_series(1, 3)"),
        ("with", "with n as (select generate_series(1, 3)) select from n"),
        ("none", "select from generate_series(1, 3) where false"),
    ] {
        let wanted = if way == "none" { 0 } else { 3 };
        for run in 0..4 {
            let mut result = session.execute(sql).await.unwrap();
            assert!(result.returns_rows(), "{way}, run {run}");
            assert_eq!(result.all::<Row>().unwrap().len(), wanted, "{way}, run {run}");
        }
        for batch in [0, 2] {
            // Prepared by it, and before it.
            for sql in [sql.to_owned(), format!("{sql} -- {batch}")] {
                let mut rows = session.stream(text(sql.clone()).yield_per(batch)).await.unwrap();
                let mut count = 0;
                while let Some(row) = rows.next().await {
                    row.unwrap();
                    count += 1;
                }
                assert_eq!(count, wanted, "{way}, in batches of {batch}");
                drop(rows);
                assert_eq!(session.all::<Row>(sql).await.unwrap().len(), wanted, "{way}, behind a stream");
            }
        }
    }
    // What makes a table gives none.
    for run in 0..4 {
        let result = session.execute("select 1 as n into temporary made").await.unwrap();
        assert_eq!((result.returns_rows(), result.rowcount()), (false, Some(1)), "run {run}");
        session.execute("drop table made").await.unwrap();
    }
    // Nor does it when a stream has prepared it.
    for sql in
        ["select 2 as n into temporary made", "with n as (select 2 as n) select n INTO temporary made from n"]
    {
        let mut rows = session.stream(sql).await.unwrap();
        assert!(rows.next().await.is_none(), "{sql}");
        drop(rows);
        for run in 0..3 {
            session.execute("drop table made").await.unwrap();
            let result = session.execute(sql).await.unwrap();
            assert_eq!((result.returns_rows(), result.rowcount()), (false, Some(1)), "{sql}, run {run}");
        }
        session.execute("drop table made").await.unwrap();
    }
    // The word alone makes none.
    let mut rows = session.stream("select from generate_series(1, 3) where 'into' <> ''").await.unwrap();
    assert!(rows.next().await.is_some());
    drop(rows);
    let result = session.execute("select from generate_series(1, 3) where 'into' <> ''").await.unwrap();
    assert!(result.returns_rows());
}
