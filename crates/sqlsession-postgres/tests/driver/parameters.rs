use sqlsession_postgres::{EngineOptions, SessionOptions};
use sqlsession_postgres::{
    ErrorKind,
    core::{Value, driver::IsolationLevel},
    text,
};

use crate::database::Database;

fn autocommit() -> SessionOptions {
    SessionOptions::default().isolation_level(IsolationLevel::Autocommit)
}

/// With prepared statements and without.
fn databases() -> [Database; 2] {
    [Database::create(), Database::with(EngineOptions::default().statement_cache_size(0))]
}

#[tokio::test]
async fn a_value_alone_keeps_its_type() {
    for database in databases() {
        let mut session = database.session();
        for value in [
            Value::Bool(true),
            Value::I64(7),
            Value::I64(1 << 40),
            Value::F64(1.5),
            Value::Decimal("1.50".into()),
            Value::Text("seven".into()),
            Value::Bytes(vec![0, 255]),
            Value::Uuid([7; 16]),
            Value::Date("2024-02-29".parse().unwrap()),
            Value::Time("12:30:45.123456".parse().unwrap()),
            Value::DateTime("2024-02-29 12:30:45.123456".parse().unwrap()),
            Value::Array(vec![Value::I64(1), Value::Null, Value::I64(1 << 40)]),
            Value::Null,
        ] {
            for run in 0..4 {
                let selected = text("select :value").bind("value", value.clone());
                assert_eq!(session.scalar_one::<Value>(selected).await.unwrap(), value, "run {run}");
            }
        }
    }
}

#[tokio::test]
async fn functions_and_operators_are_those_for_the_values() {
    for database in databases() {
        let mut session = database.session();
        for _ in 0..3 {
            let one = |sql: &str, n: Value| text(sql.to_owned()).bind("n", n);
            for (sql, n, expected) in [
                ("select abs(:n)::text", Value::I64(-7), "7"),
                ("select (:n * 2)::text", Value::F64(1.5), "3"),
                ("select (date '2024-02-28' + :n)::text", Value::I64(1), "2024-02-29"),
                ("select '[5, 6]'::jsonb ->> :n", Value::I64(1), "6"),
                ("select sum(n)::text from unnest(:n) as n", vec![1_i64, 2].into(), "3"),
                ("select jsonb_build_object('n', :n)::text", Value::Bool(true), r#"{"n": true}"#),
                (
                    "select date_trunc('month', :n)::text",
                    "2024-02-29 01:00".parse().map(Value::DateTime).unwrap(),
                    "2024-02-01 00:00:00",
                ),
            ] {
                assert_eq!(session.scalar_one::<String>(one(sql, n)).await.unwrap(), expected, "{sql}");
            }
        }
    }
}

#[tokio::test]
async fn one_text_takes_values_of_several_types() {
    for database in databases() {
        let mut session = database.session();
        session.execute("create table t (id serial, wide bigint, name text, amount numeric)").await.unwrap();
        let rows = [
            (Value::I64(1), Value::Text("one".into()), Value::Decimal("0.10".into())),
            (Value::Null, Value::I64(2), Value::I64(2)),
            (Value::I64(1 << 40), Value::Null, Value::F64(0.5)),
            (Value::Text("5".into()), Value::Bool(true), Value::Null),
            (Value::I64(-1), Value::Text("x".into()), Value::U64(u64::MAX)),
        ];
        let names = ["wide", "name", "amount"];
        for _ in 0..3 {
            for (wide, name, amount) in rows.clone() {
                let values: Vec<_> = names.into_iter().zip([wide, name, amount]).collect();
                let insert = text("insert into t (wide, name, amount) values (:wide, :name, :amount)");
                session.execute(insert.bind_all(values)).await.unwrap();
            }
        }
        let sets =
            rows.map(|(wide, name, amount)| names.into_iter().zip([wide, name, amount]).collect::<Vec<_>>());
        session
            .execute_many("insert into t (wide, name, amount) values (:wide, :name, :amount)", sets)
            .await
            .unwrap();
        session.commit().await.unwrap();
        for column in ["wide", "name", "amount"] {
            let kinds = database.ask(&format!("select {column}, count(*) from t group by 1 order by 1"));
            assert!(kinds.lines().all(|line| line.ends_with("|4")), "{column}: {kinds}");
            assert_eq!(kinds.lines().count(), 5, "{column}: {kinds}");
        }
    }
}

#[tokio::test]
async fn what_no_operator_takes_is_a_mismatch() {
    let database = Database::create();
    let mut session = database.engine.session_maker().session_with(autocommit());
    for _ in 0..3 {
        let wrong = text("select relname from pg_class where relname::text = :n").bind("n", 5);
        assert_eq!(session.execute(wrong).await.unwrap_err().kind(), ErrorKind::TypeMismatch);
    }
}
