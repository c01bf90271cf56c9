use std::time::Duration;

use sqlsession_mysql::{
    EngineOptions, ErrorKind, SessionOptions,
    core::{Value, driver::IsolationLevel, value::DateTime},
    text,
};

use crate::database::Database;

#[tokio::test]
async fn many_sets_are_run_in_their_order() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id int auto_increment primary key, n int)").await.unwrap();
    let sets: Vec<[(&str, i64); 1]> = (0..3000).map(|n| [("n", n)]).collect();
    let result = session.execute_many("insert into t (n) values (:n)", sets).await.unwrap();
    assert_eq!(result.rowcount(), Some(3000));
    let sets: Vec<[(&str, i64); 1]> = (0..100).map(|n| [("n", n)]).collect();
    let result = session.execute_many("update t set n = n where n <= :n", sets).await.unwrap();
    assert_eq!(result.rowcount(), Some(5050), "rows that are matched count, changed or not");
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t where n = id - 1"), "3000");
}

#[tokio::test]
async fn a_set_that_fails_leaves_none_of_them_in_autocommit() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int primary key)").await.unwrap();
    let sets = || (0..2000).map(|n| [("n", if n == 700 { 3 } else { n })]).collect::<Vec<[(&str, i64); 1]>>();
    let error = session.execute_many("insert into t values (:n)", sets()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    session.rollback().await.unwrap();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker().session_with(autocommit);
    for _ in 0..2 {
        let error = session.execute_many("insert into t values (:n)", sets()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(database.ask("select count(*) from t"), "0");
        session.rollback().await.unwrap();
    }
    session.execute_many("insert into t values (:n)", [[("n", 1)], [("n", 2)]]).await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "2");
    assert_eq!(session.execute(text("select 1")).await.unwrap().rowcount(), Some(1));
}

#[tokio::test]
async fn sets_of_other_types_and_lengths_go_together() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id int, v varchar(100))").await.unwrap();
    let sets = [
        [("id", 1.into()), ("v", None::<String>.into())],
        [("id", 2.into()), ("v", "text".into())],
        [("id", 3.into()), ("v", 1.5.into())],
        [("id", 4.into()), ("v", Value::Null)],
    ];
    assert_eq!(
        session.execute_many("insert into t values (:id, :v)", sets).await.unwrap().rowcount(),
        Some(4)
    );
    let read: Vec<Option<String>> = session.scalars("select v from t order by id").await.unwrap();
    assert_eq!(read, [None, Some("text".to_owned()), Some("1.5".to_owned()), None]);
}

#[tokio::test]
async fn many_sets_and_their_commit() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    for _ in 0..3 {
        let sets: Vec<[(&str, i64); 1]> = (0..600).map(|n| [("n", n)]).collect();
        session.execute_many_and_commit("insert into t values (:n)", sets).await.unwrap();
    }
    drop(session);
    assert_eq!(database.ask("select count(*) from t"), "1800");
}

/// What the sets before one that is told apart by its type, and the row that it makes, are made of.
#[tokio::test]
async fn sets_of_any_types_are_what_they_are_one_by_one() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_and_commit(
            "create table t (id int primary key, a decimal(40, 2), b longblob, c time(6), d datetime(6))",
        )
        .await
        .unwrap();
    let numbers: [Value; 7] = [
        (-1_i64).into(),
        u64::MAX.into(),
        (-2_i64).into(),
        Value::Null,
        1.5.into(),
        "2.25".into(),
        Value::Decimal("-3.75".to_owned()),
    ];
    let bytes = |n: usize| match n % 3 {
        0 => Value::Bytes(vec![0, 255, b'\'', b'\\', b'\n']),
        1 => Value::Null,
        _ => Value::Bytes(Vec::new()),
    };
    let day = "2024-02-29 12:30:00.5".parse::<DateTime>().unwrap();
    let midnight = "0001-01-01 00:00:00".parse::<DateTime>().unwrap();
    let set = |n: usize, id: i64| {
        let at = if n.is_multiple_of(5) { midnight } else { day };
        [
            ("id", id.into()),
            ("a", numbers[n / 3 % 7].clone()),
            ("b", bytes(n)),
            ("c", at.time().into()),
            ("d", if n.is_multiple_of(11) { Value::Null } else { at.into() }),
        ]
    };
    const INSERT: &str = "insert into t values (:id, :a, :b, :c, :d)";
    let sets: Vec<[(&str, Value); 5]> = (0_i64..).zip(0..2_000).map(|(id, n)| set(n, id)).collect();
    assert_eq!(session.execute_many(INSERT, sets).await.unwrap().rowcount(), Some(2_000));
    for (id, n) in (2_000_i64..).zip(0..2_000) {
        session.execute(text(INSERT).bind_all(set(n, id))).await.unwrap();
    }
    session.commit().await.unwrap();
    let different = "select count(*) from t join t as one on one.id = t.id + 2000 where not \
                     (t.a <=> one.a and t.b <=> one.b and t.c <=> one.c and t.d <=> one.d)";
    assert_eq!(database.ask("select count(*) from t"), "4000");
    assert_eq!(database.ask(different), "0");
    assert_eq!(database.ask("select max(a), min(a) from t"), "18446744073709551615.00|-3.75");
}

#[tokio::test]
async fn sets_that_are_no_plain_insert_see_those_before_them() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id int auto_increment primary key, n int, parent int)").await.unwrap();
    let sets: Vec<[(&str, i64); 1]> = (1..=50).map(|n| [("n", n)]).collect();
    let statement = "insert into t (n, parent) values (:n, last_insert_id())";
    session.execute_many(statement, sets.clone()).await.unwrap();
    let chained = session.scalar_one::<i64>("select count(*) from t where parent = id - 1").await.unwrap();
    assert_eq!(chained, 50);
    session.execute("create table u (n int primary key, times int default 1)").await.unwrap();
    let upsert = "insert into u (n) values (:n) on duplicate key update times = times + values(times)";
    for _ in 0..2 {
        session.execute_many(upsert, sets.iter().chain(&sets).copied()).await.unwrap();
    }
    assert_eq!(session.scalar_one::<i64>("select sum(times) from u").await.unwrap(), 200);
    let computed = "insert into u (n) values (:n + 100)";
    assert_eq!(session.execute_many(computed, sets.clone()).await.unwrap().rowcount(), Some(50));
    assert_eq!(session.scalar_one::<i64>("select max(n) from u").await.unwrap(), 150);
}

#[tokio::test]
async fn sets_are_as_long_as_they_are() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int, b longblob)").await.unwrap();
    let sets: Vec<[(&str, Value); 2]> =
        (0..40_i64).map(|n| [("n", n.into()), ("b", vec![7_u8; 700_000].into())]).collect();
    let result = session.execute_many("insert into t values (:n, :b)", sets).await.unwrap();
    assert_eq!(result.rowcount(), Some(40));
    assert_eq!(session.scalar_one::<i64>("select sum(length(b)) from t").await.unwrap(), 28_000_000);
}

#[tokio::test]
async fn many_sets_are_stopped_and_leave_a_connection_that_works() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    let sets: Vec<[(&str, i64); 1]> = (0..200_000).map(|n| [("n", n)]).collect();
    let many =
        session.execute_many(text("insert into t values (:n)").timeout(Duration::from_millis(20)), sets);
    assert_eq!(many.await.unwrap_err().kind(), ErrorKind::StatementTimeout);
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
}

/// In what is reckoned the server may keep what it has found for the first set, be it written in words.
#[tokio::test]
async fn words_that_compute_give_each_set_its_own() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute(
            "create table t (id int auto_increment primary key, a int, b varchar(9) default (a is null))",
        )
        .await
        .unwrap();
    let sets = || [None, Some(1), Some(5), None, Some(0)].map(|a| [("a", a)]);
    let mut wrong = Vec::new();
    for insert in [
        "(a, b) values (:a, :a is null)",
        "(a, b) values (:a, :a is unknown)",
        "(a, b) values (:a, :a is not true)",
        "(a, b) values (:a, not :a)",
        "(a, b) values (:a, :a or 0)",
        "(a, b) values (:a, :a div 2)",
        "(a, b) values (:a, 5 like :a)",
        "(a, b) values (:a, :a in(1, 5))",
        "(a, b) values (:a, case when :a is null then 0 else 1 end)",
        "(a, b) values (1, case :a when 1 then null else 'x' end)",
        "(a, b) values (:a, a is null)",
        "(a, b) values (:a, a)",
        "(a, b) values (:a, default)",
        "(a, b) values (:a, null)",
        "(a) values (:a)",
        "(id, a) values (1, :a) on duplicate key update a = null, b = values(a) is null",
        "(id, a) values (1, :a) on duplicate key update a = values(a), b = concat(b, a is null)",
        "(id, a) values (1, :a) on duplicate key update a = values(a), b = b * 2 + case when a is null then 1 else 0 end",
    ] {
        let insert = format!("insert into t {insert}");
        let read = "select b from t order by id";
        session.execute_many(insert.clone(), sets()).await.unwrap();
        let together: Vec<Option<String>> = session.scalars(read).await.unwrap();
        session.execute("delete from t").await.unwrap();
        for set in sets() {
            session.execute(text(insert.clone()).bind_all(set)).await.unwrap();
        }
        let alone: Vec<Option<String>> = session.scalars(read).await.unwrap();
        session.execute("delete from t").await.unwrap();
        if together != alone {
            wrong.push(format!("{insert}: {together:?}, one by one {alone:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
