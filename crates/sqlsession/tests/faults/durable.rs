//! What a session says of a text that commits by itself, or of a statement in AUTOCOMMIT, when it does not end well: never that
//! nothing is left of what is durable.

use std::time::Duration;

use sqlsession::{
    AsyncEngine, AsyncSession, EngineOptions, ErrorKind, Result, SessionOptions, create_engine_with,
    driver::IsolationLevel,
};
use sqlsession_test_servers::{Fault, Proxy};
use tokio::time::timeout;

use crate::{on_each_backend, on_each_backend_blocking, own_server::OwnServer, place::Place};

on_each_backend! {
    a_script_that_commits_and_fails
    a_script_that_commits_goes_on_and_fails
    a_script_that_fails_before_it_commits
    a_text_that_went_well_before_an_error
    a_script_that_commits_and_is_dropped
    parts_that_commit_and_are_dropped
    a_statement_dropped_in_autocommit
}
on_each_backend_blocking! { a_script_that_commits_and_fails_by_blocking_calls }

const UNKNOWN: ErrorKind = ErrorKind::CommitUnknown;

async fn engine(place: &Place) -> AsyncEngine {
    let engine = place.engine(EngineOptions::default());
    engine.begin(async |c| c.execute("create table t (id integer primary key)").await).await.unwrap();
    engine
}

fn session(engine: &AsyncEngine) -> AsyncSession {
    engine.session_maker().session()
}

fn autocommit(engine: &AsyncEngine) -> AsyncSession {
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    engine.session_maker().session_with(options)
}

async fn ids(engine: &AsyncEngine) -> Vec<i64> {
    session(engine).scalars("select id from t order by id").await.unwrap()
}

fn kind<T>(result: Result<T>) -> ErrorKind {
    result.map(drop).unwrap_err().kind()
}

async fn a_script_that_commits_and_fails(place: Place) {
    let engine = engine(&place).await;
    for close in [false, true] {
        let mut session = session(&engine);
        session.execute("insert into t values (1)").await.unwrap();
        let failed = session.execute_script("commit; insert into t values (1)").await;
        assert_eq!(kind(failed), ErrorKind::UniqueViolation);
        // MariaDB has a transaction open for the statement that failed, and this session may go on in it.
        if !matches!(place, Place::Mysql(_)) {
            assert!(!session.is_active());
            let refused = session.commit().await.unwrap_err();
            assert_eq!(refused.kind(), UNKNOWN, "{refused}");
            assert!(refused.message().contains("rollback()"), "{refused}");
        }
        assert_eq!(kind(if close { session.close().await } else { session.rollback().await }), UNKNOWN);
        assert_eq!(ids(&engine).await, [1]);
        session.execute("delete from t").await.unwrap();
        session.commit().await.unwrap();
        session.rollback().await.unwrap();
    }
    let mut connection = engine.connect().await.unwrap();
    connection.execute("insert into t values (1)").await.unwrap();
    kind(connection.execute_script("commit; insert into t values (1)").await);
    assert_eq!(kind(connection.rollback().await), UNKNOWN);
    connection.execute("delete from t").await.unwrap();
    connection.commit().await.unwrap();
}

fn a_script_that_commits_and_fails_by_blocking_calls(place: Place) {
    let engine = place.blocking_engine(EngineOptions::default());
    let mut session = engine.session_maker().session();
    session.execute("create table t (id integer primary key)").unwrap();
    session.commit().unwrap();
    session.execute("insert into t values (1)").unwrap();
    assert_eq!(kind(session.execute_script("commit; insert into t values (1)")), ErrorKind::UniqueViolation);
    assert_eq!(kind(session.rollback()), UNKNOWN);
    assert_eq!(session.scalars::<i64>("select id from t").unwrap(), [1]);
}

/// Another transaction is open, which can be rolled back.
async fn a_script_that_commits_goes_on_and_fails(place: Place) {
    let engine = engine(&place).await;
    let mut session = session(&engine);
    session.execute("insert into t values (1)").await.unwrap();
    let begin = if matches!(place, Place::Mysql(_)) { "" } else { "begin; " };
    let script = format!("commit; {begin}insert into t values (2); insert into t values (2)");
    assert_eq!(kind(session.execute_script(script).await), ErrorKind::UniqueViolation);
    assert_eq!(kind(session.rollback().await), UNKNOWN);
    assert_eq!(ids(&engine).await, [1]);
    session.execute("insert into t values (3)").await.unwrap();
    session.rollback().await.unwrap();
}

async fn a_script_that_fails_before_it_commits(place: Place) {
    let engine = engine(&place).await;
    let mut session = session(&engine);
    session.execute("insert into t values (1)").await.unwrap();
    assert_eq!(
        kind(session.execute_script("insert into t values (1); commit").await),
        ErrorKind::UniqueViolation
    );
    session.rollback().await.unwrap();
    assert!(ids(&engine).await.is_empty());
}

/// Whoever has sent it knows that it has committed.
async fn a_text_that_went_well_before_an_error(place: Place) {
    let engine = engine(&place).await;
    let mut session = session(&engine);
    session.execute("insert into t values (1)").await.unwrap();
    session.execute("commit").await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    assert_eq!(kind(session.execute("insert into t values (2)").await), ErrorKind::UniqueViolation);
    session.rollback().await.unwrap();
    assert_eq!(ids(&engine).await, [1]);
}

async fn drop_soon(future: impl Future) {
    assert!(timeout(Duration::from_millis(60), future).await.is_err());
}

async fn a_script_that_commits_and_is_dropped(place: Place) {
    let engine = engine(&place).await;
    for close in [false, true] {
        let mut session = session(&engine);
        session.execute("insert into t values (1)").await.unwrap();
        drop_soon(session.execute_script(format!("commit; {}", place.endless()))).await;
        assert_eq!(kind(if close { session.close().await } else { session.rollback().await }), UNKNOWN);
        assert_eq!(ids(&engine).await, [1]);
        session.execute("delete from t").await.unwrap();
        session.commit().await.unwrap();
    }
    // One without COMMIT is undone.
    let mut session = session(&engine);
    session.execute("insert into t values (1)").await.unwrap();
    drop_soon(session.execute_script(format!("insert into t values (2); {}", place.endless()))).await;
    session.rollback().await.unwrap();
    assert!(ids(&engine).await.is_empty());
}

/// Where they run one by one, the answer to COMMIT has come.
async fn parts_that_commit_and_are_dropped(place: Place) {
    let engine = engine(&place).await;
    let mut session = session(&engine);
    drop_soon(session.execute_multi(format!("insert into t values (1); commit; {}", place.endless()))).await;
    assert_eq!(kind(session.rollback().await), UNKNOWN);
    assert_eq!(ids(&engine).await, [1]);
    let mut session = autocommit(&engine);
    drop_soon(session.execute_multi(format!("insert into t values (2); {}", place.endless()))).await;
    assert_eq!(kind(session.rollback().await), UNKNOWN);
    assert_eq!(ids(&engine).await, [1, 2]);
}

async fn a_statement_dropped_in_autocommit(place: Place) {
    let engine = engine(&place).await;
    let mut session = autocommit(&engine);
    drop_soon(session.execute(place.endless())).await;
    session.rollback().await.unwrap();
    // A text of several is durable in part, where the server does not undo it.
    drop_soon(session.execute_script(format!("insert into t values (1); {}", place.endless()))).await;
    assert_eq!(kind(session.rollback().await), UNKNOWN);
    let undone = matches!(place, Place::Postgres(_));
    assert_eq!(ids(&engine).await.is_empty(), undone);
    // In a transaction of the user's own it is undone.
    session.execute("begin").await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    drop_soon(session.execute(place.endless())).await;
    session.rollback().await.unwrap();
    assert_eq!(ids(&engine).await.is_empty(), undone);
}

/// DDL commits what was before it, and then fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_of_mysql_that_commits_by_itself() {
    let place = Place::mysql();
    let engine = engine(&place).await;
    let mut session = session(&engine);
    session.execute("insert into t values (1)").await.unwrap();
    assert!(session.execute("create table t (id integer primary key)").await.is_err());
    assert_eq!(kind(session.commit().await), UNKNOWN);
    assert_eq!(kind(session.rollback().await), UNKNOWN);
    assert_eq!(ids(&engine).await, [1]);
    // As the first of its transaction it leaves nothing, and the session goes on.
    assert!(session.execute("create table t (id integer primary key)").await.is_err());
    session.execute("insert into t values (2)").await.unwrap();
    session.rollback().await.unwrap();
    // What the server could not read has committed nothing.
    session.execute("insert into t values (2)").await.unwrap();
    assert_eq!(kind(session.execute("selekt 1").await), ErrorKind::Syntax);
    session.rollback().await.unwrap();
    assert_eq!(ids(&engine).await, [1]);
}

/// The server makes a ROLLBACK of it, and says so to nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_text_of_a_postgres_transaction_that_has_failed() {
    let place = Place::postgres();
    let engine = engine(&place).await;
    for (text, told) in [
        ("commit", Ok(())),
        ("end;", Ok(())),
        ("commit and chain", Ok(())),
        ("commit; select 1", Err(UNKNOWN)),
    ] {
        let mut session = session(&engine);
        session.execute("insert into t values (1)").await.unwrap();
        kind(session.execute("insert into t values (1)").await);
        let refused = session.execute_script(text).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidState, "{text}: {refused}");
        assert!(refused.message().contains("cannot be committed"), "{refused}");
        assert_eq!(kind(session.commit().await), ErrorKind::InvalidState, "{text}");
        assert_eq!(session.rollback().await.map_err(|error| error.kind()), told, "{text}");
    }
    let mut session = session(&engine);
    for text in ["commit", "rollback", "rollback and chain"] {
        session.execute("insert into t values (1)").await.unwrap();
        kind(session.execute("insert into t values (1)").await);
        assert_eq!(session.execute(text).await.is_ok(), text != "commit", "{text}");
        session.rollback().await.unwrap();
    }
    assert!(ids(&engine).await.is_empty());
    // What stands before the COMMIT has mended the transaction.
    session.execute("insert into t values (1)").await.unwrap();
    session.execute("savepoint a").await.unwrap();
    kind(session.execute("insert into t values (1)").await);
    session.execute_script("rollback to a; commit").await.unwrap();
    assert_eq!(ids(&engine).await, [1]);
}

/// An error that rolls back the transaction which the call itself has opened takes along what it had done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_that_ends_the_transaction_of_its_own_call() {
    let place = Place::sqlite();
    let engine = engine(&place).await;
    let mut session = session(&engine);
    let insert = "insert or rollback into t values (:id)";
    let sets = |ids: [i64; 2]| ids.map(|id| [("id", id)]);
    assert_eq!(kind(session.execute_many(insert, sets([1, 1])).await), ErrorKind::UniqueViolation);
    assert!(!session.is_active());
    assert_eq!(kind(session.execute("insert into t values (2)").await), ErrorKind::InvalidState);
    assert_eq!(kind(session.commit().await), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    assert!(ids(&engine).await.is_empty());
    // One that was not sent ends nothing.
    kind(session.execute_many("insert into t values (:id)", [[("no", 1)], [("no", 2)]]).await);
    session.execute_many(insert, sets([1, 2])).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(ids(&engine).await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_in_the_middle_of_several_statements() {
    let place = Place::mysql();
    let engine = engine(&place).await;
    session(&engine).execute_and_commit("insert into t values (1), (2), (3), (4), (5)").await.unwrap();
    let mut other = session(&engine);
    // The server chooses the one that has changed fewer rows.
    other.execute("update t set id = 102 where id = 2").await.unwrap();
    other.execute("insert into t values (103), (104), (105), (106), (107)").await.unwrap();
    let victim = {
        let engine = engine.clone();
        tokio::spawn(async move {
            let mut session = session(&engine);
            let failed =
                session.execute_multi("delete from t where id = 1; delete from t where id = 2").await;
            let next = session.execute("insert into t values (7)").await;
            (kind(failed), next.map(drop), session.commit().await)
        })
    };
    // It has the first row once it waits for the second.
    let waits = "select count(*) from information_schema.innodb_trx t join information_schema.processlist p \
                 on p.id = t.trx_mysql_thread_id where p.db = database() and t.trx_state = 'LOCK WAIT'";
    while place.ask(waits) == "0" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    other.execute("update t set id = 101 where id = 1").await.unwrap();
    let (failed, next, committed) = victim.await.unwrap();
    assert_eq!(failed, ErrorKind::Deadlock);
    assert_eq!((kind(next), kind(committed)), (ErrorKind::InvalidState, ErrorKind::InvalidState));
    other.rollback().await.unwrap();
    assert_eq!(ids(&engine).await, [1, 2, 3, 4, 5]);
}

async fn a_connection_lost_under_a_text(server: OwnServer) {
    let proxy = Proxy::start(server.port()).unwrap();
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let engine = create_engine_with(server.url_through(proxy.port()), options).unwrap();
    for (level, text, expected) in [
        (None, "commit", UNKNOWN),
        (None, "insert into t values (1)", ErrorKind::ConnectionLost),
        (Some(IsolationLevel::Autocommit), "insert into t values (1)", UNKNOWN),
        (Some(IsolationLevel::Autocommit), "select 1", ErrorKind::ConnectionLost),
    ] {
        for commits in [false, true] {
            if commits && level.is_none() {
                continue;
            }
            let mut session = engine.session_maker().session();
            session.set_isolation_level(level).unwrap();
            session.execute("select 1").await.unwrap();
            proxy.fail(Fault::Reset);
            let lost =
                if commits { session.execute_and_commit(text).await } else { session.execute(text).await };
            let error = lost.map(drop).unwrap_err();
            assert_eq!(error.kind(), expected, "{}: {text} at {level:?}: {error:?}", server.name());
            assert_eq!(error.statement(), Some(text));
            session.rollback().await.unwrap();
            proxy.heal();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_lost_under_a_text() {
    a_connection_lost_under_a_text(OwnServer::postgres()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_is_lost_under_a_text() {
    a_connection_lost_under_a_text(OwnServer::mysql()).await;
}
