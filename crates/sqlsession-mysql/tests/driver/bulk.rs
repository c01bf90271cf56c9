use sqlsession_mysql::{
    EngineOptions, ErrorKind, SessionOptions,
    core::{
        Value,
        driver::{IsolationLevel, ServerTransaction},
        value::DateTime,
    },
};

use crate::database::Database;

#[tokio::test]
async fn many_rows_are_inserted_and_counted() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute("create table `Odd ``Table` (id bigint, `a name` text, score double, rest text)")
        .await
        .unwrap();
    let rows = (0..20_500_i64).map(|n| {
        let name = (n % 7 != 0).then(|| format!("name\t{n}\\\n'"));
        (n, name, n as f64 / 2.0)
    });
    let inserted = session.bulk_insert("\"Odd `Table\"", ["id", "a name", "score"], rows).await.unwrap();
    assert_eq!(inserted, 20_500);
    session.commit().await.unwrap();
    let sums = "select count(*), sum(id), count(`a name`), sum(score), count(rest) from `Odd ``Table`";
    assert_eq!(database.ask(sums), "20500|210114750|17571|105057375|0");
    let same = "select count(*) from `Odd ``Table` where `a name` = concat('name\\t', id, '\\\\\\n''')";
    assert_eq!(database.ask(same), "17571");
}

#[tokio::test]
async fn rows_of_any_width_and_length_fit() {
    let database = Database::create();
    let mut session = database.session();
    let names: Vec<String> = (0..300).map(|n| format!("c{n}")).collect();
    let columns: Vec<String> = names.iter().map(|name| format!("{name} int")).collect();
    session.execute(format!("create table wide ({})", columns.join(", "))).await.unwrap();
    let rows = (0..1000_i64).map(|n| vec![n; 300]);
    assert_eq!(session.bulk_insert("wide", names, rows).await.unwrap(), 1000);
    session.execute("create table `long` (n int, b longblob)").await.unwrap();
    let rows = (0..20_i64).map(|n| (n, vec![7_u8; 1_500_000]));
    assert_eq!(
        session.bulk_insert("`long`".replace('`', "\"").as_str(), ["n", "b"], rows).await.unwrap(),
        20
    );
    session.commit().await.unwrap();
    assert_eq!(database.ask("select sum(c0), sum(c299) from wide"), "499500|499500");
    assert_eq!(database.ask("select count(*), sum(length(b)) from `long`"), "20|30000000");
}

#[tokio::test]
async fn a_row_that_fails_leaves_none() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let maker = database.engine.session_maker();
    let mut session = maker.session_with(autocommit);
    session.execute("create table t (n smallint primary key)").await.unwrap();
    let again = || (0..20_000_i64).map(|n| [n % 10_000]);
    let error = session.bulk_insert("t", ["n"], again()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error:?}");
    session.rollback().await.unwrap();
    let error = session.bulk_insert("nowhere", ["n"], [[1]]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable);
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
    assert_eq!(session.bulk_insert("t", ["n"], [[1], [2]]).await.unwrap(), 2);
    assert_eq!(database.ask("select count(*) from t"), "2");
    drop(session);
    // Inside a transaction what came before stays.
    let mut session = maker.session();
    session.execute("insert into t values (-1)").await.unwrap();
    for _ in 0..2 {
        let error = session.bulk_insert("t", ["n"], again()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error:?}");
    }
    let ragged = (0..5000_i64).map(|n| if n == 4000 { vec![n, n] } else { vec![n + 10] });
    let error = session.bulk_insert("t", ["n"], ragged).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter, "{error:?}");
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "3");
}

#[tokio::test]
async fn a_row_of_too_many_columns_begins_nothing() {
    let database = Database::create();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker().session_with(autocommit);
    session.execute("create table t (n int)").await.unwrap();
    let columns = (0..65_536).map(|n| format!("c{n}"));
    let error = session.bulk_insert("t", columns, [vec![1; 65_536]]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter);
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
}

#[tokio::test]
async fn mariadb_prepares_one_insert_for_all_batches() {
    let database = Database::create();
    if !database.is_mariadb() {
        return;
    }
    let mut session = database.session();
    session.execute("create table t (n int, b longtext)").await.unwrap();
    const PREPARED: &str = "select variable_value + 0 from information_schema.session_status where variable_name = 'Com_stmt_prepare'";
    let before: f64 = session.scalar_one(PREPARED).await.unwrap();
    // Batches of rows of different numbers, as they are long.
    let rows = (0..40_i64).map(|n| (n, "x".repeat(200_000 + 30_000 * (n % 7) as usize)));
    assert_eq!(session.bulk_insert("t", ["n", "b"], rows).await.unwrap(), 40);
    let after: f64 = session.scalar_one(PREPARED).await.unwrap();
    assert_eq!(after - before, 1.0);
    let same = "select count(*) from t where length(b) = 200000 + 30000 * (n % 7)";
    assert_eq!(session.scalar_one::<i64>(same).await.unwrap(), 40);
}

#[tokio::test]
async fn rows_of_other_types_are_stored_as_they_are() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute("create table t (id int primary key, n decimal(30, 2), name text, at datetime(6))")
        .await
        .unwrap();
    let at = "2024-02-29 12:30:00.5".parse::<DateTime>().unwrap();
    // One of the batches has values of two types in a column.
    let number = |n: i64| match n {
        1_500 => Value::U64(u64::MAX),
        1_501 => "1501.25".into(),
        n if n % 10 == 0 => Value::Null,
        n => n.into(),
    };
    let rows = (1..=4_500_i64).map(move |n| {
        [n.into(), number(n), format!("é{n}").into(), if n % 2 == 0 { at.into() } else { Value::Null }]
    });
    assert_eq!(session.bulk_insert("t", ["id", "n", "name", "at"], rows).await.unwrap(), 4_500);
    session.commit().await.unwrap();
    let same = "select count(*) from t where name = concat('é', id) and n <=> case when id = 1500 then 18446744073709551615 \
                when id = 1501 then 1501.25 when id % 10 = 0 then null else id end \
                and at <=> if(id % 2 = 0, '2024-02-29 12:30:00.5', null)";
    assert_eq!(database.ask(same), "4500");
}

#[tokio::test]
async fn full_batches_leave_no_gap_between_their_keys() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id int auto_increment primary key, n int)").await.unwrap();
    assert_eq!(session.bulk_insert("t", ["n"], (1..=5_000_i64).map(|n| [n])).await.unwrap(), 5_000);
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t where id = n"), "5000");
}

/// In an INSERT of one row the server refuses such a NULL.
#[tokio::test]
async fn null_is_what_it_is_for_a_server_that_is_not_strict() {
    let database = Database::by("?sql_mode=NO_ENGINE_SUBSTITUTION", EngineOptions::default());
    let mut session = database.session();
    session.execute("create table t (n int not null, name varchar(5))").await.unwrap();
    let rows = |nulls: bool| {
        (0..3_500_i64).map(move |n| (if n % 3 == 0 && nulls { Value::Null } else { n.into() }, "abcdefg"))
    };
    for nulls in [true, false] {
        assert_eq!(session.bulk_insert("t", ["n", "name"], rows(nulls)).await.unwrap(), 3_500);
    }
    session.commit().await.unwrap();
    assert_eq!(
        database.ask("select count(*), sum(n = 0), min(name), max(name) from t"),
        "7000|1168|abcde|abcde"
    );
}
