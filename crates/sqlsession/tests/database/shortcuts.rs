use std::sync::{Arc, Mutex};

use sqlsession::{
    AnyDatabase, AsyncDatabase, Database, DatabaseOptions, EngineOptions, Error, ErrorKind, Result,
    SessionOptions,
    events::{ConnectionEvent, Events},
    text,
};

use crate::{database, ids};

/// Counts commits.
#[derive(Debug, Default)]
struct Commits(Mutex<u32>);

impl Events for Commits {
    fn commit(&self, _: ConnectionEvent) {
        *self.0.lock().unwrap() += 1;
    }
}

#[tokio::test]
async fn shortcuts_commit_unless_they_only_read() {
    let commits = Arc::new(Commits::default());
    let options = DatabaseOptions::default().engine(EngineOptions::default().listen(commits.clone()));
    let db = AsyncDatabase::create_with("sqlite://", options).unwrap();
    let mut expected = 0;
    for (sql, commit) in [
        ("create table t (id integer primary key, name text)", true),
        ("insert into t values (1, 'a')", true),
        ("select * from t", false),
        ("with n as (select 1) select * from n", false),
        ("explain query plan select * from t", false),
        ("with n as (select 2) insert into t select *, 'b' from n", true),
        ("update t set name = 'c' where id = 9", true),
        ("delete from t where id = 2", true),
    ] {
        db.execute(sql).await.unwrap();
        expected += u32::from(commit);
        assert_eq!(*commits.0.lock().unwrap(), expected, "{sql}");
    }
    assert_eq!(ids(&db).await, [1]);
}

/// SQLite says of it that it only reads.
#[tokio::test]
async fn what_pragma_optimize_has_found_is_kept() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    // It has nothing to do before there is a table.
    db.execute("pragma optimize(2)").await.unwrap();
    db.execute("create table t (a)").await.unwrap();
    db.execute("create index t_a on t (a)").await.unwrap();
    db.execute("insert into t values (1), (2)").await.unwrap();
    db.execute("pragma optimize(2)").await.unwrap();
    assert_eq!(db.scalar::<String>("select stat from sqlite_stat1").await.unwrap().unwrap(), "2 1");
}

#[tokio::test]
async fn returned_rows_are_committed() {
    let db = database().await;
    let insert = "insert into t values (:id, 'a') returning id";
    assert_eq!(db.scalar::<i64>(text(insert).bind("id", 1)).await.unwrap(), Some(1));
    let two = "insert into t values (2, 'b'), (3, 'c') returning name";
    assert_eq!(db.scalars::<String>(two).await.unwrap(), ["b", "c"]);
    assert_eq!(db.scalar::<i64>("delete from t where id = 9 returning id").await.unwrap(), None);
    assert_eq!(ids(&db).await, [1, 2, 3]);
}

#[tokio::test]
async fn what_looks_at_the_result_decides_about_the_commit() {
    let db = database().await;
    let by_choice = || Error::new(ErrorKind::Database, "by choice");
    let insert = |id: i64| text("insert into t values (:id, 'a')").bind("id", id);
    let seen = db.execute_then(insert(1), |result| Ok(result.rowcount())).await.unwrap();
    assert_eq!(seen, Some(1));
    let failed: Result<()> = db.execute_then(insert(2), |_| Err(by_choice())).await;
    assert_eq!(failed.unwrap_err().message(), "by choice");
    let seen = db.execute_on_connection(insert(3), |result| Ok(result.last_insert_id())).await.unwrap();
    assert_eq!(seen, Some(3));
    let failed: Result<()> = db.execute_on_connection(insert(4), |_| Err(by_choice())).await;
    assert_eq!(failed.unwrap_err().message(), "by choice");
    let read = db.execute_on_connection("select name from t", |mut result| result.scalars::<String>());
    assert_eq!(read.await.unwrap(), ["a", "a"]);
    assert_eq!(ids(&db).await, [1, 3]);
}

#[tokio::test]
async fn a_shortcut_that_fails_leaves_nothing() {
    let db = database().await;
    db.execute("insert into t values (1, 'a')").await.unwrap();
    let error = db.execute("insert into t values (2, 'b'), (1, 'c')").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn the_session_options_of_a_client_hold_for_its_shortcuts() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}/app.db", dir.path().display());
    AsyncDatabase::create(url.as_str()).unwrap().execute("create table t (id integer)").await.unwrap();
    let options = DatabaseOptions::default().session(SessionOptions::default().read_only(true));
    let db = AsyncDatabase::create_with(url.as_str(), options).unwrap();
    assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(0));
    assert_eq!(db.execute("insert into t values (1)").await.unwrap_err().kind(), ErrorKind::ReadOnly);
}

/// What a library writes that takes either client.
async fn through_any(db: impl AnyDatabase) -> Result<()> {
    db.async_execute("create table t (id integer primary key)").await?;
    assert_eq!(db.async_scalar::<i64>("insert into t values (1) returning id").await?, Some(1));
    let failed: Result<()> = db
        .async_run_sync(|session| {
            session.execute("insert into t values (2)")?;
            Err(Error::new(ErrorKind::Database, "by choice"))
        })
        .await;
    assert_eq!(failed.unwrap_err().message(), "by choice");
    let three =
        db.async_run_sync(|session| session.scalar_one::<i64>("insert into t values (3) returning id"));
    assert_eq!(three.await?, 3);
    assert_eq!(db.async_scalars::<i64>("select id from t").await?, [1, 3]);
    Ok(())
}

#[tokio::test]
async fn either_client_by_await() {
    through_any(AsyncDatabase::create("sqlite://").unwrap()).await.unwrap();
    through_any(Database::create("sqlite://").unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_client_in_a_spawned_task() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    tokio::spawn(through_any(db)).await.unwrap().unwrap();
    let db = Database::create("sqlite://").unwrap();
    tokio::spawn(through_any(db)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_generator_ends_its_unit() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}/app.db?timeout=2", dir.path().display());
    for commit in [true, false] {
        let db = AsyncDatabase::create_with(url.as_str(), DatabaseOptions::default().commit_on_exit(commit))
            .unwrap();
        db.execute("drop table if exists t").await.unwrap();
        db.execute("create table t (id integer primary key)").await.unwrap();
        let mut sessions = db.session_generator();
        assert_eq!(db.engine().pool_status().in_use, 0);
        let session = sessions.next().await.unwrap().unwrap();
        session.execute("insert into t values (1)").await.unwrap();
        assert!(sessions.next().await.unwrap().is_none(), "it yields one session");
        assert_eq!(ids(&db).await, if commit { vec![1] } else { vec![] });
        assert!(sessions.next().await.unwrap().is_none());
        // Dropped before its end, it never commits.
        let mut sessions = db.session_generator();
        sessions.next().await.unwrap().unwrap().execute("insert into t values (2)").await.unwrap();
        drop(sessions);
        assert_eq!(ids(&db).await, if commit { vec![1] } else { vec![] });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generator_works_in_a_spawned_task() {
    let db = database().await;
    let inside = db.clone();
    let task = tokio::spawn(async move {
        let mut sessions = inside.session_generator();
        while let Some(session) = sessions.next().await? {
            session.execute("insert into t values (1, 'Ada')").await?;
        }
        Ok::<_, Error>(())
    });
    task.await.unwrap().unwrap();
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn a_generator_whose_end_was_dropped_does_not_say_that_all_is_well() {
    let db = database().await;
    let mut sessions = db.session_generator();
    let session = sessions.next().await.unwrap().unwrap();
    session.execute("insert into t values (1, 'Ada')").await.unwrap();
    {
        let mut end = std::pin::pin!(sessions.next());
        // Without budget the first poll cannot be the last.
        while tokio::task::coop::has_budget_remaining() {
            tokio::task::coop::consume_budget().await;
        }
        let polled =
            std::future::poll_fn(|cx| std::task::Poll::Ready(end.as_mut().poll(cx).is_ready())).await;
        assert!(!polled);
    }
    let error = sessions.next().await.map(|session| session.is_some()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(ids(&db).await.is_empty());
    assert!(sessions.next().await.unwrap().is_none());
}
