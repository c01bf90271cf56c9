use sqlsession_core::{
    ErrorKind, Value,
    driver::{Driver, DriverConnection, Face, ManyRequest, Operation},
};
use sqlsession_sqlite::{SqliteConnection, SqliteDriver, SqliteOptions};

use crate::client::{Client, block_on, driver, failed, file, names, quick, request, rows, text};

const TABLE: &str = "create table t (id integer primary key, name text)";

#[tokio::test]
async fn rows_and_columns() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let outcome = client.execute("select 1 as a, 'x' as b union all select 2, null", vec![]).await.unwrap();
    assert_eq!(names(&outcome), ["a", "b"]);
    assert_eq!(rows(&outcome), [[Value::I64(1), Value::Text("x".into())], [Value::I64(2), Value::Null]]);
    assert_eq!((outcome.rows_affected, outcome.read_only), (None, true));
    assert!(outcome.rows.unwrap().value(2, 0).is_none());
}

#[tokio::test]
async fn no_row_still_has_columns() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let outcome = client.execute("select 1 as a where false", vec![]).await.unwrap();
    assert_eq!((names(&outcome), outcome.rows.unwrap().len()), (vec!["a".to_owned()], 0));
}

#[tokio::test]
async fn counts_and_keys() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let made = client.execute(TABLE, vec![]).await.unwrap();
    assert_eq!((made.rows_affected, made.read_only, made.rows.is_none()), (Some(0), false, true));
    let inserted = client.execute("insert into t (name) values ('a'), ('b'), ('c')", vec![]).await.unwrap();
    assert_eq!((inserted.rows_affected, inserted.last_insert_id), (Some(3), Some(3)));
    let updated = client.execute("update t set name = 'z' where id > ?1", vec![Value::I64(1)]).await.unwrap();
    assert_eq!(updated.rows_affected, Some(2));
    let none = client.execute("update t set name = 'z' where id > 99", vec![]).await.unwrap();
    assert_eq!(none.rows_affected, Some(0));
    let all = client.execute("delete from t", vec![]).await.unwrap();
    assert_eq!(all.rows_affected, Some(3));
}

#[tokio::test]
async fn ddl_has_no_count_of_a_former_statement() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute(TABLE, vec![]).await.unwrap();
    client.execute("insert into t (name) values ('a'), ('b')", vec![]).await.unwrap();
    for sql in [
        "create table u (id)",
        "create table v as select * from t",
        "create index i on t (name)",
        "drop table u",
    ] {
        assert_eq!(client.execute(sql, vec![]).await.unwrap().rows_affected, Some(0), "{sql}");
    }
}

#[tokio::test]
async fn returning_gives_rows_and_a_count() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute(TABLE, vec![]).await.unwrap();
    let outcome =
        client.execute("insert into t (name) values ('a'), ('b') returning id", vec![]).await.unwrap();
    assert_eq!(rows(&outcome), [[Value::I64(1)], [Value::I64(2)]]);
    assert_eq!((outcome.rows_affected, outcome.read_only), (Some(2), false));
}

#[tokio::test]
async fn columns_follow_the_schema() {
    let (_directory, options) = file();
    let driver = driver(options);
    let mut client = Client::open(&driver).await;
    let mut other = Client::open(&driver).await;
    client.execute(TABLE, vec![]).await.unwrap();
    let all = quick("select * from t");
    let select = || sqlsession_core::driver::Request::new(all.clone(), vec![]);
    assert_eq!(names(&client.request(select()).await.unwrap()), ["id", "name"]);
    assert_eq!(names(&client.request(select()).await.unwrap()), ["id", "name"]);
    other.execute("alter table t rename column name to title", vec![]).await.unwrap();
    assert_eq!(names(&client.request(select()).await.unwrap()), ["id", "title"]);
    other.execute("alter table t add column more", vec![]).await.unwrap();
    assert_eq!(names(&client.request(select()).await.unwrap()), ["id", "title", "more"]);
}

#[tokio::test]
async fn columns_follow_the_schema_through_an_eviction() {
    let options = SqliteOptions::in_memory().with_statement_cache_size(1);
    let mut client = Client::open(&driver(options)).await;
    client.execute(TABLE, vec![]).await.unwrap();
    let (one, same) = (quick("select * from t"), quick(" select * from t"));
    let select =
        |text: &std::sync::Arc<_>| sqlsession_core::driver::Request::new(std::sync::Arc::clone(text), vec![]);
    assert_eq!(names(&client.request(select(&one)).await.unwrap()), ["id", "name"]);
    for number in 0..40 {
        client.scalar(&format!("select {number}")).await;
    }
    client.execute("alter table t rename column name to title", vec![]).await.unwrap();
    assert_eq!(names(&client.request(select(&same)).await.unwrap()), ["id", "title"]);
    assert_eq!(names(&client.request(select(&one)).await.unwrap()), ["id", "title"]);
}

#[tokio::test]
async fn columns_follow_the_schema_when_many_sets_come_first() {
    let options = SqliteOptions::in_memory().with_statement_cache_size(1);
    let mut client = Client::open(&driver(options)).await;
    client.execute("create table t (a, b)", vec![]).await.unwrap();
    let insert = quick("insert into t values (?1, ?2) returning *");
    let values = || vec![Value::I64(1), Value::I64(2)];
    let one = || sqlsession_core::driver::Request::new(insert.clone(), values());
    assert_eq!(names(&client.request(one()).await.unwrap()), ["a", "b"]);
    for number in 0..40 {
        // Without rows, so that the names stay known while the statement goes.
        client.execute(&format!("delete from t where a = -{number}"), vec![]).await.unwrap();
    }
    client.script("alter table t rename a to c; alter table t rename b to a").await.unwrap();
    client.many(ManyRequest::new(insert.clone(), vec![values()])).await.unwrap();
    assert_eq!(names(&client.request(one()).await.unwrap()), ["c", "a"]);
}

#[tokio::test]
async fn several_statements_are_refused() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    for sql in ["select 1; select 2", "create table t (a); insert into t values (1)"] {
        let error = failed(client.execute(sql, vec![]).await);
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{sql}");
        assert!(error.message().contains("execute_script"), "{error}");
    }
    assert_eq!(client.scalar("select count(*) from sqlite_master").await, Value::I64(0));
    assert_eq!(client.scalar("select 1; -- the end\n ;").await, Value::I64(1));
}

#[tokio::test]
async fn a_text_without_a_statement_is_fine() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    for sql in ["", " \n", "-- nothing", "/* nothing */", ";"] {
        let outcome = client.execute(sql, vec![]).await.unwrap();
        assert!(outcome.rows.is_none(), "{sql:?}");
    }
}

#[tokio::test]
async fn the_number_of_values_must_fit() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let error = failed(client.execute("select ?1, ?2", vec![Value::I64(1)]).await);
    assert_eq!(error.kind(), ErrorKind::BadParameter);
    assert_eq!(error.message(), "the statement has 2 parameters and 1 values were given");
}

#[tokio::test]
async fn many_sets_in_one_go() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute(TABLE, vec![]).await.unwrap();
    let sets: Vec<_> = (1..=100).map(|id| vec![Value::I64(id), Value::Text(format!("n{id}"))]).collect();
    let outcome = client.many(ManyRequest::new(text("insert into t values (?1, ?2)"), sets)).await.unwrap();
    assert_eq!((outcome.rows_affected, outcome.last_insert_id), (Some(100), Some(100)));
    assert_eq!(client.scalar("select name from t where id = 77").await, Value::Text("n77".into()));
}

#[tokio::test]
async fn sets_before_a_bad_one_stay() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute(TABLE, vec![]).await.unwrap();
    let mut many = ManyRequest::new(
        text("insert into t (id) values (?1)"),
        [1, 2, 1, 3].into_iter().map(|id| vec![Value::I64(id)]).collect(),
    );
    many.begin = Some(crate::client::auto());
    assert_eq!(failed(client.many(many).await).kind(), ErrorKind::UniqueViolation);
    assert_eq!(client.scalar("select count(*) from t").await, Value::I64(2));
}

#[tokio::test]
async fn no_set_runs_when_one_cannot_be_sent() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute(TABLE, vec![]).await.unwrap();
    let sets = vec![vec![Value::I64(1)], vec![Value::U64(u64::MAX)]];
    let error = failed(client.many(ManyRequest::new(text("insert into t (id) values (?1)"), sets)).await);
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    assert_eq!(client.scalar("select count(*) from t").await, Value::I64(0));
}

#[tokio::test]
async fn a_script_runs_all_its_statements() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client
        .script("create table t (a); insert into t values (1); insert into t values (2); select 1;")
        .await
        .unwrap();
    assert_eq!(client.scalar("select sum(a) from t").await, Value::I64(3));
    let error = failed(client.script("insert into t values (3); insert into nowhere values (1)").await);
    assert_eq!(error.kind(), ErrorKind::UndefinedTable);
    assert_eq!(client.scalar("select sum(a) from t").await, Value::I64(6));
}

#[tokio::test]
async fn a_known_quick_statement_is_done_at_once() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let text = text("select 1");
    let operation = client.take().execute(sqlsession_core::driver::Request::new(text.clone(), vec![]));
    assert!(matches!(operation, Operation::Running(_)), "it has no history yet");
    client.end(operation).await.unwrap();
    let operation = client.take().execute(sqlsession_core::driver::Request::new(text.clone(), vec![]));
    assert!(matches!(operation, Operation::Done(..)));
    client.end(operation).await.unwrap();
    text.cost().record(std::time::Duration::from_millis(5));
    let operation = client.take().execute(sqlsession_core::driver::Request::new(text, vec![]));
    assert!(matches!(operation, Operation::Running(_)), "it was slow");
    client.end(operation).await.unwrap();
}

#[test]
fn a_blocking_engine_is_done_on_the_callers_thread() {
    let driver = SqliteDriver::new(SqliteOptions::in_memory(), Face::Blocking);
    let connection = block_on(driver.connect()).unwrap();
    let done = |operation| match operation {
        Operation::Done(connection, result) => (connection, result.unwrap()),
        Operation::Running(_) => panic!("it must be done"),
    };
    let (connection, _) = done(connection.execute(request(TABLE, vec![])));
    let (connection, _) =
        done(connection.script("insert into t values (1, 'a'); insert into t values (2, 'b')".into()));
    let (connection, outcome) = done(connection.execute(request("select name from t", vec![])));
    assert_eq!(rows(&outcome), [[Value::Text("a".into())], [Value::Text("b".into())]]);
    block_on(connection.close());
}

#[tokio::test]
async fn the_raw_client_is_rusqlites() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let mut connection: SqliteConnection = client.take();
    let raw = connection.raw().downcast_mut::<rusqlite::Connection>().unwrap();
    let one: i64 = raw.query_row("select 1", [], |row| row.get(0)).unwrap();
    assert_eq!(one, 1);
}
