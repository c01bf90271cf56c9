use sqlsession_mysql::{
    EngineOptions, ErrorKind, SessionOptions,
    core::driver::{IsolationLevel, ServerTransaction},
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
