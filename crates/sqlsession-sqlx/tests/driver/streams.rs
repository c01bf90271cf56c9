use std::sync::Arc;

use sqlsession_sqlx::{
    EngineOptions, ErrorKind, SqlxDriver,
    core::{
        driver::{
            Driver as _, DriverConnection as _, Finished, Operation, Request, UrlDriver as _, row_channel,
        },
        statement::CompiledText,
    },
    sqlx_sqlite::Sqlite,
    text,
};

use crate::database::Database;

const NUMBERS: &str =
    "with recursive c(n) as (select 1 union all select n + 1 from c where n < 900) select n from c";

#[tokio::test]
async fn rows_come_in_batches_and_can_be_left() {
    for database in Database::all() {
        let mut session = database.engine.session_maker().session();
        session.execute("create table t (n int)").await.unwrap();
        session.execute("insert into t values (1)").await.unwrap();
        let mut sum = 0;
        {
            let mut stream = session.stream(NUMBERS).await.unwrap();
            while let Some(row) = stream.next().await.transpose().unwrap() {
                sum += row.get::<i64>(0).unwrap();
            }
        }
        assert_eq!(sum, 900 * 901 / 2, "{}", database.name);
        {
            let mut stream = session.stream(NUMBERS).await.unwrap();
            stream.next().await.unwrap().unwrap();
        }
        // The transaction goes on behind a stream that was left.
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
        let nothing = text("select n from t where n > :n").bind("n", 5);
        let result = session.execute(nothing).await.unwrap();
        assert_eq!(result.keys().unwrap().names().collect::<Vec<_>>(), ["n"], "{}", database.name);
        session.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_stream_that_writes_is_not_left_before_its_commit() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}?journal_mode=delete&timeout=0", folder.path().join("x.db").display());
    let (driver, _) =
        SqlxDriver::<Sqlite>::from_url(&url.parse().unwrap(), &mut EngineOptions::default()).unwrap();
    let request = |sql: &str| Request::new(Arc::new(CompiledText::raw(sql)), Vec::new());
    let mut writer = driver.connect().await.unwrap();
    let mut reader = driver.connect().await.unwrap();
    for sql in ["create table t (n int)", "insert into t values (0)"] {
        writer = done(writer.execute(request(sql))).await.unwrap();
    }
    for sql in ["begin", "select count(*) from t"] {
        reader = done(reader.execute(request(sql))).await.unwrap();
    }
    let (sender, mut rows) = row_channel();
    let writing = writer.stream(request(&format!("insert into t {NUMBERS} returning n")), sender);
    let leaving = async move { drop(rows.next().await) };
    let (written, ()) = tokio::join!(done(writing), leaving);
    // Somebody reads, so that it cannot be committed.
    assert_eq!(written.map(drop).unwrap_err().kind(), ErrorKind::Busy);
    drop(reader);
}

/// The end of an operation: its connection, unless it failed.
async fn done<C>(operation: Operation<C>) -> sqlsession_sqlx::Result<C> {
    let Finished { connection, result } = match operation {
        Operation::Done(connection, result) => Finished { connection: Some(connection), result },
        Operation::Running(running) => running.await,
    };
    result.map(|_| connection.unwrap())
}
