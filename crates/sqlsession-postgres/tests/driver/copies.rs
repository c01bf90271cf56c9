//! COPY in wrong forms, and COPY that the server refuses.

use std::time::Duration;

use sqlsession_postgres::{
    AsyncSession, EngineOptions, ErrorKind, PostgresClient, SessionOptions, core::driver::IsolationLevel,
    text,
};
use tokio::time::timeout;

use crate::database::Database;

const COPY: &str = "copy t from stdin";
const LIMIT: Duration = Duration::from_secs(30);

async fn database() -> Database {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    database.session().execute_and_commit("create table t (n smallint primary key)").await.unwrap();
    database
}

/// Whether every connection that is left is one of the pool, at rest.
async fn nobody_copies(database: &Database) {
    let copies = "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'copy%' \
                  and state <> 'idle'";
    let gone = async {
        while database.ask(copies) != "0" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LIMIT, gone).await.unwrap();
}

#[tokio::test]
async fn a_copy_as_a_statement_is_refused_and_leaves_nothing_on_the_server() {
    let database = database().await;
    for way in 0..6 {
        let mut session = database.session();
        session.execute("select 1").await.unwrap();
        let copying = async {
            match way {
                0 | 1 => session.execute(COPY).await.map(drop),
                2 => session.execute_script(COPY).await,
                3 => session.execute_and_commit(COPY).await.map(drop),
                4 => session.stream(COPY).await.map(drop),
                _ => session.execute_many_and_commit(COPY, [(), ()].map(|()| [("n", 1); 0])).await.map(drop),
            }
        };
        let error = timeout(LIMIT, copying).await.unwrap_or_else(|_| panic!("way {way} hangs")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{way}: {error:?}");
        drop(session);
        nobody_copies(&database).await;
    }
    assert_eq!(database.session().scalar_one::<i32>("select 1").await.unwrap(), 1);
}

/// Whether the connection answers what it is asked, and what came before is still there.
async fn is_in_step(session: &mut AsyncSession) {
    for n in 0..5 {
        assert_eq!(session.scalar_one::<i32>(text("select :n::int").bind("n", n)).await.unwrap(), n);
    }
}

#[tokio::test]
async fn a_bulk_insert_that_fails_costs_no_more_than_its_savepoint() {
    let database = database().await;
    let mut session = database.session();
    let pid = session.scalar_one::<i32>("select pg_backend_pid()").await.unwrap();
    session
        .execute(
            "create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$",
        )
        .await
        .unwrap();
    session.execute("create table guarded (n int)").await.unwrap();
    session.execute("create trigger g before insert on guarded execute function refuse()").await.unwrap();
    session.execute("create view readable as select 1 as n").await.unwrap();
    for n in 1..=2_i64 {
        session.bulk_insert("t", ["n"], [[n]]).await.unwrap();
        // By the data, by a row that cannot be sent, before the first row, and before there is a COPY.
        for (table, rows) in
            [("t", vec![n, n]), ("t", vec![5, 70_000]), ("guarded", vec![1, 2]), ("readable", vec![1])]
        {
            let savepoint = session.begin_nested().await.unwrap();
            let rows = rows.into_iter().map(|n| [n]);
            let error = session.bulk_insert(table, ["n"], rows).await.unwrap_err();
            assert!(!error.is_disconnect(), "{table}: {error:?}");
            session.rollback_to(savepoint).await.unwrap_or_else(|error| panic!("{table}: {error:?}"));
            is_in_step(&mut session).await;
            assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), n);
        }
    }
    assert_eq!(session.scalar_one::<i32>("select pg_backend_pid()").await.unwrap(), pid);
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "2");
}

#[tokio::test]
async fn a_copy_of_the_raw_client_that_is_refused_leaves_the_connection_in_step() {
    let database = database().await;
    let mut session = database.session();
    for _ in 0..3 {
        let client = session.driver_connection::<PostgresClient>().await.unwrap();
        let error = client.copy_in("copy nowhere from stdin").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndefinedTable, "{error:?}");
        session.rollback().await.unwrap();
        is_in_step(&mut session).await;
    }
}

#[tokio::test]
async fn a_copy_of_the_raw_client_that_is_not_sent_leaves_the_connection_in_step() {
    let database = database().await;
    let mut session = database.session();
    // It has a parameter, returns rows, and is no SQL.
    for no_copy in ["select $1::int", "select 1", "selec"] {
        for _ in 0..2 {
            let client = session.driver_connection::<PostgresClient>().await.unwrap();
            let error = timeout(LIMIT, client.copy_in(no_copy)).await.unwrap().unwrap_err();
            assert!(!error.is_disconnect(), "{no_copy}: {error:?}");
            session.rollback().await.unwrap();
            let asking = timeout(LIMIT, is_in_step(&mut session)).await;
            asking.unwrap_or_else(|_| panic!("{no_copy}: what comes next hangs"));
        }
    }
}

#[tokio::test]
async fn what_is_called_behind_a_copy_that_has_failed_says_so() {
    let database = database().await;
    let mut session = database.session();
    let client = session.driver_connection::<PostgresClient>().await.unwrap();
    let mut copy = client.copy_in(COPY).await.unwrap();
    let told = async {
        // More than is on its way before the server has looked at it.
        loop {
            if let Err(error) = copy.send("x\n".repeat(8000)).await {
                break error;
            }
        }
    };
    assert_eq!(timeout(LIMIT, told).await.unwrap().code(), Some("22P02"));
    assert_eq!(copy.send("1\n").await.unwrap_err().kind(), ErrorKind::InvalidState);
    assert_eq!(copy.finish().await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    is_in_step(&mut session).await;
}

/// In AUTOCOMMIT the commit comes behind what says how many rows were copied.
#[tokio::test]
async fn a_copy_that_is_refused_at_its_commit_tells_so() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    database.ask("create table t (n int, span interval, unique (n) deferrable initially deferred)");
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker().session_with(autocommit);
    // In binary form, as text, and by hand.
    for way in ["binary", "text", "raw", "binary"] {
        let copied = match way {
            "binary" => session.bulk_insert("t", ["n"], [[1], [1]]).await,
            "text" => session.bulk_insert("t", ["n", "span"], [(1, "1 day"), (1, "1 day")]).await,
            _ => {
                let client = session.driver_connection::<PostgresClient>().await.unwrap();
                let mut copy = client.copy_in("copy t (n) from stdin").await.unwrap();
                copy.send("1\n1\n").await.unwrap();
                copy.finish().await
            }
        };
        assert_eq!(copied.map_err(|error| error.kind()), Err(ErrorKind::UniqueViolation), "{way}");
        session.rollback().await.unwrap();
        assert_eq!(database.ask("select count(*) from t"), "0", "{way}");
        is_in_step(&mut session).await;
    }
    assert_eq!(session.bulk_insert("t", ["n"], [[1], [2]]).await.unwrap(), 2);
    drop(session);
    // Inside of a transaction it is the commit that tells.
    let mut session = database.session();
    assert_eq!(session.bulk_insert("t", ["n"], [[1]]).await.unwrap(), 1);
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::UniqueViolation);
    assert_eq!(database.ask("select count(*) from t"), "2");
}
