use sqlsession_postgres::{
    AsyncSession, EngineOptions, ErrorKind, Row,
    core::{
        Value,
        value::{Date, DateTime, OffsetDateTime},
    },
    text,
};

use crate::database::Database;

/// Names and types of columns, a value for each, and what it is when it is read again.
fn values() -> Vec<(&'static str, Value, Value)> {
    let same = |ty, value: Value| (ty, value.clone(), value);
    let moment: OffsetDateTime = "2024-02-29 12:34:56.789+05:30".parse().unwrap();
    let utc: OffsetDateTime = "2024-02-29 07:04:56.789+00:00".parse().unwrap();
    let at: DateTime = "2024-02-29 12:34:56.789".parse().unwrap();
    let day: Date = "0044-03-15".parse().unwrap();
    vec![
        same("bool", true.into()),
        same("int2", (-7).into()),
        same("int8", i64::MIN.into()),
        same("float4", 0.5.into()),
        ("float8", 7.into(), 7.0.into()),
        ("int4", 7.0.into(), 7.into()),
        ("numeric", u64::MAX.into(), Value::Decimal(u64::MAX.to_string())),
        ("numeric(10,3)", 0.125.into(), Value::Decimal("0.125".into())),
        same("text", "a 'b' \\c\n".into()),
        ("text", true.into(), "true".into()),
        ("text", (-7).into(), "-7".into()),
        ("char(3)", "a".into(), "a  ".into()),
        same("bytea", vec![0_u8, 1, 255].into()),
        same("uuid", Value::Uuid([0xa5; 16])),
        same("json", Value::Json("{\"a\": [1, null]}".into())),
        ("jsonb", "{\"a\":1}".into(), Value::Json("{\"a\": 1}".into())),
        same("date", day.into()),
        ("date", at.into(), at.date().into()),
        ("date", "infinity".into(), "infinity".into()),
        same("time", at.time().into()),
        same("timestamp", at.into()),
        ("timestamptz", moment.into(), utc.into()),
        ("interval", at.time().into(), "12:34:56.789".into()),
        ("inet", "10.0.0.1/8".into(), "10.0.0.1/8".into()),
        ("int4range", "[1,4]".into(), "[1,5)".into()),
        same("int4[]", Value::array([Some(1), None])),
        same("text[]", Value::array([["a b", "NULL"], ["", "\"\\"]])),
        same("jsonb[]", Value::array([Value::Json("[1]".into()), Value::Null])),
        ("numeric[]", Value::array([1.5]), Value::array([Value::Decimal("1.5".into())])),
        same("mood", "happy".into()),
    ]
}

/// Writes and reads each value several times: inferred first, and then by its type.
async fn all_come_back(session: &mut AsyncSession) {
    session.execute("create type mood as enum ('sad', 'happy')").await.unwrap();
    for (index, (ty, value, expected)) in values().into_iter().enumerate() {
        session.execute(format!("create table t{index} (v {ty})")).await.unwrap();
        for run in 0..4 {
            let insert = format!("insert into t{index} values (:v) returning v");
            let row: Row = session.one(text(insert.clone()).bind("v", value.clone())).await.unwrap();
            assert_eq!(row.get::<Value>(0).unwrap(), expected, "{value:?} as {ty}, run {run}");
            let row: Row = session.one(text(insert.clone()).bind("v", Value::Null)).await.unwrap();
            assert_eq!(row.get::<Value>(0).unwrap(), Value::Null, "{ty}, run {run}");
        }
        let select = format!("select count(*) from t{index} where v::text = cast(:v as {ty})::text");
        let count: i64 = session.scalar_one(text(select).bind("v", value.clone())).await.unwrap();
        assert_eq!(count, 4, "{value:?} as {ty}");
    }
}

#[tokio::test]
async fn values_come_back_from_columns_of_every_type() {
    all_come_back(&mut Database::create().session()).await;
}

#[tokio::test]
async fn values_come_back_without_prepared_statements() {
    let database = Database::with(EngineOptions::default().statement_cache_size(0));
    all_come_back(&mut database.session()).await;
}

#[tokio::test]
async fn values_come_back_where_types_are_not_looked_up() {
    all_come_back(&mut Database::by("?pgbouncer=true", EngineOptions::default()).session()).await;
}

#[tokio::test]
async fn what_does_not_fit_is_out_of_range_however_it_is_sent() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (small int2, day date)").await.unwrap();
    let small = |n: i64| text("insert into t (small) values (:n)").bind("n", n);
    for run in 0..4 {
        let error = session.execute(small(40_000)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfRange, "run {run}");
        session.rollback().await.unwrap();
        session.execute(small(4)).await.unwrap();
        session.rollback().await.unwrap();
    }
    let early: Date = "-999999-01-01".parse().unwrap();
    let insert = text("insert into t (day) values (:day)").bind("day", early);
    assert_eq!(session.execute(insert).await.unwrap_err().kind(), ErrorKind::OutOfRange);
}

#[tokio::test]
async fn what_has_no_meaning_is_never_sent() {
    let database = Database::create();
    let mut session = database.session();
    for ragged in [Value::array([vec![1], vec![2, 3]]), "a\0b".into(), Value::Decimal("seven".into())] {
        for _ in 0..3 {
            let error = session.execute(text("select :v").bind("v", ragged.clone())).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadParameter, "{ragged:?}");
        }
    }
    // Nothing has failed.
    assert_eq!(session.scalar_one::<i64>("select 1").await.unwrap(), 1);
}

#[tokio::test]
async fn bytes_are_bytes_even_where_nothing_says_so() {
    let database = Database::create();
    let mut session = database.session();
    for run in 0..4 {
        let row: Row = session.one(text("select :v as v").bind("v", vec![0_u8, 255])).await.unwrap();
        assert_eq!(row.get::<&[u8]>("v").unwrap(), [0, 255], "run {run}");
    }
}

#[tokio::test]
async fn a_bulk_insert_takes_them_too() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create type mood as enum ('sad', 'happy')").await.unwrap();
    for (index, (ty, value, expected)) in values().into_iter().enumerate() {
        session.execute(format!("create table t{index} (v {ty})")).await.unwrap();
        let rows = vec![[value.clone()], [Value::Null]];
        session.bulk_insert(&format!("t{index}"), ["v"], rows).await.unwrap();
        let read: Vec<Value> =
            session.scalars(format!("select v from t{index} order by v is null")).await.unwrap();
        assert_eq!(read, [expected, Value::Null], "{value:?} as {ty}");
    }
}
