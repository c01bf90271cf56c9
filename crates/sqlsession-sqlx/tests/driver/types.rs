//! What the native drivers' tables of types hold is read and sent by sqlx as by them.

use sqlsession_sqlx::{ErrorKind, core::Value, text};

use crate::database::Database;

#[path = "../../../sqlsession-mysql/tests/driver/types/cases.rs"]
mod mysql;
#[allow(dead_code, reason = "some of it is for the native driver's own tests")]
#[path = "../../../sqlsession-postgres/src/round_trip/literals.rs"]
mod postgres;

/// A type with literals of it.
struct Case<'c> {
    ty: &'c str,
    literals: Vec<&'c str>,
    /// Whether a value alone says what it is.
    is_inferable: bool,
}

/// Reads literals of a type by both drivers, and sends what was read back by sqlx, one by one and in bulk.
async fn check(database: &Database, number: usize, case: &Case<'_>) {
    let Case { ty, literals, is_inferable } = case;
    let name = format!("t{number}");
    let (mut native, mut sqlx) =
        (database.native.session_maker().session(), database.engine.session_maker().session());
    native.execute(format!("create table {name} (id int primary key, v {ty})")).await.unwrap();
    for (id, literal) in literals.iter().chain(&["null"]).enumerate() {
        let insert = format!("insert into {name} values ({id}, {literal})");
        native.execute(insert).await.unwrap_or_else(|error| panic!("{ty}, {literal}: {error}"));
    }
    native.commit().await.unwrap();
    let select = |first: i64| {
        let sql = format!("select v from {name} where id >= :first and id < :end order by id");
        text(sql).bind("first", first).bind("end", first + 100)
    };
    let expected: Vec<Value> = native.scalars(select(0)).await.unwrap();
    native.rollback().await.unwrap();
    let read: Vec<Value> = sqlx.scalars(select(0)).await.unwrap_or_else(|error| panic!("{ty}: {error}"));
    assert_eq!(plain(&read), plain(&expected), "{} {ty}, {literals:?}", database.name);
    assert_eq!(read.len(), literals.len() + 1, "{ty}");

    for (id, value) in (100_i64..).zip(&read).filter(|_| *is_inferable) {
        let insert =
            text(format!("insert into {name} values (:id, :v)")).bind("id", id).bind("v", value.clone());
        sqlx.execute(insert).await.unwrap_or_else(|error| panic!("{ty}, {value:?}: {error}"));
    }
    let rows = (200_i64..).zip(read.clone()).map(|(id, value)| vec![Value::I64(id), value]);
    sqlx.bulk_insert(&*name, ["id", "v"], rows).await.unwrap_or_else(|error| panic!("{ty}: {error}"));
    sqlx.commit().await.unwrap();
    for first in if *is_inferable { vec![100, 200] } else { vec![200] } {
        let sent: Vec<Value> = native.scalars(select(first)).await.unwrap();
        assert_eq!(plain(&sent), plain(&expected), "{} {ty}, sent back ({first})", database.name);
        native.rollback().await.unwrap();
    }
}

/// Without the zeros behind the seconds of what is no time and no date: sqlx does not tell how many the column has. A
/// NaN is its text, for it equals nothing.
fn plain(values: &[Value]) -> Vec<Value> {
    let shorter = |text: &str| match text.rsplit_once('.') {
        Some((seconds, digits))
            if seconds.contains(':') && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{seconds}.{digits}").trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text.to_owned(),
    };
    let plain = |value: &Value| match value {
        Value::Text(text) => Value::Text(shorter(text)),
        Value::F64(number) if number.is_nan() => Value::Text("NaN".to_owned()),
        Value::Array(values) => Value::Array(plain(values)),
        other => other.clone(),
    };
    values.iter().map(plain).collect()
}

#[tokio::test]
async fn mysql_s_types() {
    // Strict, but with days that are none.
    let database = Database::mysql_by("?sql_mode=STRICT_ALL_TABLES,ALLOW_INVALID_DATES&time_zone=%2B00:00");
    for (number, case) in mysql::CASES.iter().enumerate() {
        let is_other = case.only.is_some_and(|product| Some(product) != database.product());
        // sqlx reads no column of a type that it does not know.
        if is_other || case.ty.starts_with("vector") {
            continue;
        }
        let literals = case.literals.iter().chain(case.texts).copied().collect();
        assert!(!case.read_as.is_empty());
        check(&database, number, &Case { ty: case.ty, literals, is_inferable: true }).await;
    }
}

#[tokio::test]
async fn postgres_s_types() {
    let database = Database::postgres();
    for (number, case) in postgres::cases().iter().enumerate() {
        // sqlx does not know what a multirange is.
        if case.is_of_users || case.name.contains("multirange") {
            continue;
        }
        let typed: Vec<String> =
            case.literals.iter().map(|literal| format!("'{}'", literal.replace('\'', "''"))).collect();
        let literals = typed.iter().map(String::as_str).collect();
        check(&database, number, &Case { ty: case.name, literals, is_inferable: case.is_inferable }).await;
    }
}

#[tokio::test]
async fn types_of_a_user_s_own_on_postgres() {
    let database = Database::postgres();
    let mut session = database.native.session_maker().session();
    session
        .execute_script(
            "create schema s; create type s.mood as enum ('sad', 'ok'); create domain positive as int check (value > 0); \
             create type pair as (a int, b text); create type span as range (subtype = float8)",
        )
        .await
        .unwrap();
    session.commit().await.unwrap();
    for (number, (ty, literals)) in [
        ("s.mood", vec!["'sad'", "'ok'"]),
        ("positive", vec!["1", "2147483647"]),
        ("pair", vec!["'(1,x)'", "'(,\"a b\")'"]),
        ("span", vec!["'[1,2.5)'", "'empty'"]),
        ("positive[]", vec!["'{1,2}'"]),
    ]
    .into_iter()
    .enumerate()
    {
        check(&database, number, &Case { ty, literals, is_inferable: true }).await;
    }
}

#[tokio::test]
async fn sqlite_s_types() {
    let database = Database::sqlite();
    for (number, (ty, literals)) in [
        ("integer", vec!["-9223372036854775808", "0", "9223372036854775807"]),
        ("real", vec!["0.1", "-1e300", "2.0"]),
        ("text", vec!["''", "'ü 🦀'", "'a'||char(0)||'b'"]),
        ("blob", vec!["x''", "x'00ff'"]),
        ("any", vec!["1", "'1'", "1.5", "x'31'"]),
        ("datetime", vec!["'2024-02-29 12:34:56'", "17"]),
        ("boolean", vec!["1", "0", "'true'"]),
    ]
    .into_iter()
    .enumerate()
    {
        check(&database, number, &Case { ty, literals, is_inferable: true }).await;
    }
}

/// A text with an exponent would make the server reckon in floats.
#[tokio::test]
async fn mysql_s_decimals_are_exact_in_every_notation() {
    let database = Database::mysql();
    let mut session = database.engine.session_maker().session();
    let decimal = |text: &str| Value::Decimal(text.to_owned());
    session.execute("create table d (b decimal(30,10))").await.unwrap();
    session.execute("insert into d values (12345678901234567890.0000000001)").await.unwrap();
    for number in ["1E-7", "0.00000010000000000000000000000000"] {
        session.execute(text("update d set b = b + :x").bind("x", decimal(number))).await.unwrap();
    }
    let sum: Value = session.scalar_one("select b from d").await.unwrap();
    assert_eq!(sum, decimal("12345678901234567890.0000002001"));
    let third = decimal("0.3333333333333333333333333333333333333333");
    let error = session.execute(text("update d set b = b + :x").bind("x", third)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    session.rollback().await.unwrap();
}

/// The server would store 0 in a column of decimal numbers.
#[tokio::test]
async fn mysql_s_floats_are_numbers() {
    let database = Database::mysql();
    let mut session = database.engine.session_maker().session();
    session.execute("create table f (b decimal(10, 2))").await.unwrap();
    for number in [f64::NAN, f64::INFINITY] {
        let error = session.execute(text("insert into f values (:n)").bind("n", number)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfRange, "{number}");
        let error = session.bulk_insert("f", ["b"], [[1.0], [number]]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfRange, "{number}");
    }
    assert_eq!(session.scalar_one::<i64>("select count(*) from f").await.unwrap(), 0);
}
