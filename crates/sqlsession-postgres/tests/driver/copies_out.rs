//! COPY … TO STDOUT as a statement: refused, and what it did all the same is not denied.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use sqlsession_postgres::{
    AsyncSession, EngineOptions, Error, ErrorKind, PostgresClient, SessionOptions,
    core::{RetryOptions, driver::IsolationLevel},
};
use tokio::time::timeout;

use crate::database::Database;

const TAKE: &str = "copy (delete from t where n < 10 returning *) to stdout";
const LIMIT: Duration = Duration::from_secs(30);

async fn database() -> Database {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    database.ask("create table t (n int primary key deferrable initially deferred)");
    database
}

fn autocommit() -> SessionOptions {
    SessionOptions::default().isolation_level(IsolationLevel::Autocommit)
}

fn tells_of_copy_out(error: &Error, kind: ErrorKind, way: &str) {
    assert_eq!(error.kind(), kind, "{way}: {error:?}");
    assert!(error.message().contains("PostgresClient::copy_out"), "{way}: {error:?}");
}

#[tokio::test]
async fn a_copy_out_that_was_committed_is_not_told_to_be_rolled_back() {
    let database = database().await;
    for way in ["alone", "last", "prepared", "many", "script", "autocommit"] {
        database.ask("truncate t; insert into t values (1), (2)");
        let mut session = match way {
            "autocommit" | "script" => database.engine.session_maker().session_with(autocommit()),
            _ => database.session(),
        };
        let copying = async {
            match way {
                "alone" => session.execute_and_commit(TAKE).await.map(drop),
                "last" => {
                    session.execute("insert into t values (20)").await?;
                    session.execute_and_commit(TAKE).await.map(drop)
                }
                "prepared" => {
                    for _ in 0..3 {
                        assert!(session.execute(TAKE).await.is_err());
                        session.rollback().await?;
                    }
                    session.execute("insert into t values (20)").await?;
                    session.execute_and_commit(TAKE).await.map(drop)
                }
                "many" => session.execute_many_and_commit(TAKE, [[("n", 1); 0]]).await.map(drop),
                "script" => {
                    session
                        .execute_script(format!(
                            "insert into t values (21); {TAKE}; insert into t values (22)"
                        ))
                        .await
                }
                _ => session.execute(TAKE).await.map(drop),
            }
        };
        let error = timeout(LIMIT, copying).await.unwrap_or_else(|_| panic!("{way} hangs")).unwrap_err();
        tells_of_copy_out(&error, ErrorKind::StatementCommitted, way);
        assert_eq!(
            database.ask("select count(*) from t where n < 10"),
            "0",
            "{way}: the rows are gone for good"
        );
        // Nothing may say that it was rolled back.
        let error = session.execute("select 1").await.map(drop).err();
        assert_ne!(error.map(|error| error.kind()), Some(ErrorKind::StatementCommitted), "{way}");
        session.rollback().await.unwrap();
        assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1, "{way}");
    }
}

#[tokio::test]
async fn a_unit_whose_last_statement_was_committed_is_not_run_again() {
    let database = database().await;
    database.ask("insert into t values (1)");
    let runs = AtomicUsize::new(0);
    let options = RetryOptions::default();
    let unit = async |session: &mut AsyncSession| {
        runs.fetch_add(1, Ordering::Relaxed);
        session.execute_and_commit(TAKE).await.map(drop)
    };
    let ended = database.engine.session_maker().run(&options, unit).await;
    assert_eq!((runs.into_inner(), ended.unwrap_err().kind()), (1, ErrorKind::StatementCommitted));
}

#[tokio::test]
async fn a_copy_out_inside_a_transaction_is_refused_and_goes_with_it() {
    let database = database().await;
    database.ask("insert into t values (1), (2)");
    let mut session = database.session();
    for way in ["execute", "execute", "execute", "script", "stream", "many"] {
        session.execute("insert into t values (20)").await.unwrap();
        let copying = async {
            match way {
                "execute" => session.execute(TAKE).await.map(drop),
                "script" => session.execute_script(TAKE).await,
                "stream" => session.stream(TAKE).await.map(drop),
                _ => session.execute_many(TAKE, [[("n", 1); 0]]).await.map(drop),
            }
        };
        let error = timeout(LIMIT, copying).await.unwrap_or_else(|_| panic!("{way} hangs")).unwrap_err();
        tells_of_copy_out(&error, ErrorKind::Unsupported, way);
        // The server has done it.
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1, "{way}");
        session.rollback().await.unwrap();
        assert_eq!(database.ask("select count(*) from t"), "2", "{way}");
    }
}

#[tokio::test]
async fn a_copy_out_that_was_undone_is_not_told_to_be_committed() {
    let database = database().await;
    database.ask("insert into t values (1), (2)");
    // By a row of its own, by the driver that does not wait for it, by what is checked at the commit, by a statement behind it, and by the end of its own
    // transaction.
    let fails = "copy (select 1 / (9000 - n) from generate_series(1, 9000) n) to stdout";
    let slow =
        "copy (select n, case n when 9000 then pg_sleep(600) end from generate_series(1, 9000) n) to stdout";
    for way in ["own row", "autocommit", "slow", "check", "script", "many"] {
        let mut session = match way {
            "autocommit" | "slow" | "script" | "many" => {
                database.engine.session_maker().session_with(autocommit())
            }
            _ => database.session(),
        };
        let copying = async {
            match way {
                "own row" => session.execute_and_commit(fails).await.map(drop),
                "autocommit" => session.execute(fails).await.map(drop),
                "slow" => session.execute(slow).await.map(drop),
                "check" => {
                    session.execute("insert into t values (30), (30)").await?;
                    session.execute_and_commit(TAKE).await.map(drop)
                }
                "script" => session.execute_script(format!("{TAKE}; select 1 / 0")).await,
                _ => session.execute_many(TAKE, [[("n", 1); 0]; 2]).await.map(drop),
            }
        };
        let error = timeout(LIMIT, copying).await.unwrap_or_else(|_| panic!("{way} hangs")).unwrap_err();
        tells_of_copy_out(&error, ErrorKind::Unsupported, way);
        session.rollback().await.unwrap();
        assert_eq!(database.ask("select count(*) from t"), "2", "{way}");
        assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1, "{way}");
    }
}

#[tokio::test]
async fn a_copy_out_of_the_raw_client_is_nothing_that_an_error_behind_it_tells_of() {
    let database = database().await;
    let mut session = database.session();
    let client = session.driver_connection::<PostgresClient>().await.unwrap();
    let mut copy = client.copy_out("copy t to stdout").await.unwrap();
    while let Some(piece) = copy.next().await {
        piece.unwrap();
    }
    let error = session.execute("select 1 / 0").await.unwrap_err();
    assert_eq!(error.code(), Some("22012"), "{error:?}");
}

/// Triggers run behind the data, and what is deferred behind the end of the statement.
#[tokio::test]
async fn a_copy_out_of_the_raw_client_tells_what_failed_behind_its_data() {
    let database = database().await;
    database.ask(
        "create table parent (n int primary key); insert into parent values (1); \
         create table child (n int references parent); \
         create table late (n int references parent deferrable initially deferred)",
    );
    for (table, level, wanted) in [
        ("child", IsolationLevel::Autocommit, Some(ErrorKind::ForeignKeyViolation)),
        ("child", IsolationLevel::ReadCommitted, Some(ErrorKind::ForeignKeyViolation)),
        ("late", IsolationLevel::Autocommit, Some(ErrorKind::ForeignKeyViolation)),
        ("late", IsolationLevel::ReadCommitted, None),
    ] {
        for n in [7, 1] {
            let name = format!("{n} into {table}, {level}");
            let options = SessionOptions::default().isolation_level(level);
            let mut session = database.engine.session_maker().session_with(options);
            let client = session.driver_connection::<PostgresClient>().await.unwrap();
            let sql = format!("copy (insert into {table} values ({n}) returning *) to stdout");
            let mut copy = client.copy_out(&sql).await.unwrap();
            let mut data = Vec::new();
            let reading = async {
                let mut failed = None;
                while let Some(piece) = copy.next().await {
                    assert!(failed.is_none(), "{name}: {piece:?} comes behind an error");
                    match piece {
                        Ok(piece) => data.extend_from_slice(&piece),
                        Err(error) => failed = Some(error.kind()),
                    }
                }
                failed
            };
            let failed = timeout(LIMIT, reading).await.unwrap_or_else(|_| panic!("{name} hangs"));
            assert_eq!(failed, wanted.filter(|_| n == 7), "{name}");
            assert!(timeout(LIMIT, copy.next()).await.unwrap().is_none(), "{name}: it has ended");
            assert_eq!(data, format!("{n}\n").into_bytes(), "{name}");
            session.rollback().await.unwrap();
            assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1, "{name}");
        }
    }
    assert_eq!(database.ask("select (select count(*) from child), (select count(*) from late)"), "1|1");
}
