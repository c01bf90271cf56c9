use std::time::Duration;

use sqlsession_mysql::{
    AsyncSession, EngineOptions, ErrorKind, ResultSet,
    core::{Warning, WarningLevel},
    mysql_async::Conn,
    text,
};

use crate::database::Database;

async fn with_table(database: &Database) -> AsyncSession {
    let mut session = database.session();
    session.execute_and_commit("create table t (id int primary key, n tinyint)").await.unwrap();
    session
}

/// A statement that the server warns of twice.
const TWICE: &str = "insert ignore into t values (1, 1), (1, 2), (2, 1000)";

fn codes(warnings: &[Warning]) -> Vec<&str> {
    warnings.iter().map(|warning| warning.code.as_str()).collect()
}

#[tokio::test]
async fn warnings_are_counted_and_read() {
    for cache in [0, 100] {
        let database = Database::with(EngineOptions::default().statement_cache_size(cache));
        let mut session = with_table(&database).await;
        let result = session.execute(TWICE).await.unwrap();
        assert_eq!(result.warning_count(), Some(2));
        for _ in 0..2 {
            let warnings = session.warnings(&result).await.unwrap();
            assert_eq!(codes(&warnings), ["1062", "1264"], "cache {cache}");
            assert_eq!(warnings[1].level, WarningLevel::Warning);
            assert!(warnings[0].message.starts_with("Duplicate entry '1'"), "{warnings:?}");
        }
        let note = session.execute("drop table if exists nowhere").await.unwrap();
        assert_eq!(session.warnings(&note).await.unwrap()[0].level, WarningLevel::Note);
        let none = session.execute("select 1").await.unwrap();
        assert_eq!(none.warning_count(), Some(0));
        assert!(session.warnings(&none).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_query_and_a_text_have_warnings_too() {
    let database = Database::create();
    let mut session = with_table(&database).await;
    let result = session.execute("select 1 + 'x', 1 / 0").await.unwrap();
    assert_eq!(result.warning_count(), Some(2));
    assert_eq!(codes(&session.warnings(&result).await.unwrap()), ["1292", "1365"]);
    let results = session.execute_multi(format!("{TWICE}; select 1; select 1 + 'x'")).await.unwrap();
    let counts: Vec<_> = results.iter().map(ResultSet::warning_count).collect();
    assert_eq!((counts[0], counts[2]), (Some(2), Some(1)));
    assert_eq!(codes(&session.warnings(&results[2]).await.unwrap()), ["1292"]);
    assert_eq!(session.warnings(&results[0]).await.unwrap_err().kind(), ErrorKind::InvalidState);
}

#[tokio::test]
async fn the_warnings_of_sets_are_counted_together() {
    let database = Database::create();
    let mut session = with_table(&database).await;
    let sets: Vec<[(&str, i64); 1]> = (0..30).map(|n| [("n", n % 10)]).collect();
    let result = session.execute_many("insert ignore into t values (:n, 1)", sets).await.unwrap();
    assert_eq!((result.rowcount(), result.warning_count()), (Some(10), Some(20)));
    assert!(!session.warnings(&result).await.unwrap().is_empty());
}

/// An error rather than a list that lacks them.
#[tokio::test]
async fn warnings_that_something_else_has_cleared_are_gone() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let mut session = with_table(&database).await;
    let gone = async |session: &mut AsyncSession, result: &ResultSet| {
        let error = session.warnings(result).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState, "{error:?}");
    };
    let first = session.execute(TWICE).await.unwrap();
    let second = session.execute("select 1 + 'x'").await.unwrap();
    gone(&mut session, &first).await;
    assert_eq!(session.warnings(&second).await.unwrap().len(), 1);
    session.execute("select 1").await.unwrap();
    gone(&mut session, &second).await;
    // A savepoint is a statement, and it is sent with the first one inside.
    let savepoint = session.begin_nested().await.unwrap();
    let inside = session.execute("select 1 + 'x'").await.unwrap();
    assert_eq!(session.warnings(&inside).await.unwrap().len(), 1);
    session.release(savepoint).await.unwrap();
    gone(&mut session, &inside).await;
    let result = session.execute("select 1 + 'x'").await.unwrap();
    session.driver_connection::<Conn>().await.unwrap();
    gone(&mut session, &result).await;
    let result = session.execute("select 1 + 'x'").await.unwrap();
    session.commit().await.unwrap();
    gone(&mut session, &result).await;
    let result = session.execute("select 1 + 'x'").await.unwrap();
    session.rollback().await.unwrap();
    gone(&mut session, &result).await;
    session.connection().await.unwrap();
    gone(&mut session, &result).await;
    let committed = session.execute_and_commit("select 1 + 'x'").await.unwrap();
    assert_eq!(committed.warning_count(), Some(1));
    gone(&mut session, &committed).await;
    // The same connection, in other hands.
    let result = session.execute("select 1 + 'x'").await.unwrap();
    drop(session);
    let mut other = database.session();
    gone(&mut other, &result).await;
    other.execute("select 1 + 'x'").await.unwrap();
    gone(&mut other, &result).await;
}

#[tokio::test]
async fn a_kill_that_came_late_does_not_hide_them() {
    let database = Database::create();
    let mut session = with_table(&database).await;
    for _ in 0..20 {
        let statement = text("select sleep(0.003), 1 + 'x'").timeout(Duration::from_millis(3));
        let Ok(result) = session.execute(statement).await else { continue };
        if result.warning_count() == Some(0) {
            continue;
        }
        match session.warnings(&result).await {
            Ok(warnings) => assert_eq!(codes(&warnings), ["1292"]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidState),
        }
    }
}

#[test]
fn blocking_calls_do_the_same() {
    let database = Database::create();
    let engine = database.blocking();
    let mut session = engine.session_maker().session();
    let result = session.execute("select 1 + 'x'").unwrap();
    assert_eq!(session.warnings(&result).unwrap()[0].code, "1292");
    session.commit().unwrap();
    assert_eq!(session.warnings(&result).unwrap_err().kind(), ErrorKind::InvalidState);
}
