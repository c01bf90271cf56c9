use std::time::Duration;

use sqlsession::{
    AsyncDatabase, DatabaseOptions, EngineOptions, ErrorKind, SessionOptions, create_engine_with,
    driver::{BeginMode, IsolationLevel, ServerTransaction},
};

use crate::{databases, ids, writes_at_once};

fn one_connection() -> EngineOptions {
    EngineOptions::default().pool_size(1).max_overflow(0).pool_timeout(Duration::from_secs(2))
}

#[tokio::test]
async fn a_read_only_session_refuses_writes() {
    let dir = tempfile::tempdir().unwrap();
    for url in ["sqlite://".to_owned(), format!("sqlite:///{}/app.db", dir.path().display())] {
        let options = DatabaseOptions::default().engine(one_connection());
        let db = AsyncDatabase::create_with(url.as_str(), options).unwrap();
        db.execute("create table t (id integer primary key)").await.unwrap();
        let reads = SessionOptions::default().read_only(true);
        let mut session = db.session_maker().session_with(reads);
        for sql in
            ["insert into t values (1)", "delete from t", "create table u (id integer)", "drop table t"]
        {
            let error = session.execute(sql).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ReadOnly, "{sql}: {error}");
        }
        let error = session.execute_many("insert into t values (:id)", [[("id", 1)]]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly);
        let error = session.execute_script("insert into t values (1); select 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly);
        let error = session.stream("insert into t values (1) returning id").await.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly);
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
        session.commit().await.unwrap();
        // There is one connection, and it is writable again, however the session ended.
        db.execute("insert into t values (1)").await.unwrap();
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
        session.rollback().await.unwrap();
        db.execute("insert into t values (2)").await.unwrap();
        session.execute("insert into t values (3)").await.unwrap_err();
        session.close().await.unwrap();
        db.execute("insert into t values (4)").await.unwrap();
        session.scalar_one::<i64>("select count(*) from t").await.unwrap();
        drop(session);
        db.execute("insert into t values (5)").await.unwrap();
        assert_eq!(ids(&db).await, [1, 2, 4, 5]);
    }
}

#[tokio::test]
async fn a_read_only_session_refuses_writes_in_autocommit_too() {
    for (_dir, db) in databases().await {
        let reads = SessionOptions::default().read_only(true).isolation_level(IsolationLevel::Autocommit);
        let mut session = db.session_maker().session_with(reads);
        let error = session.execute("insert into t values (1)").await.map(drop);
        assert_eq!(error.map_err(|error| error.kind()), Err(ErrorKind::ReadOnly));
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
        session.close().await.unwrap();
        writes_at_once(&db).await;
    }
}

#[tokio::test]
async fn readers_do_not_wait_for_a_writer_of_a_file() {
    let [_, (_dir, db)] = databases().await;
    let mut writer = db.session_maker().session();
    writer.execute("insert into t values (1)").await.unwrap();
    let mut reader = db.session_maker().session_with(SessionOptions::default().read_only(true));
    assert_eq!(reader.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
    writer.commit().await.unwrap();
    assert_eq!(reader.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0, "a snapshot stays");
    reader.rollback().await.unwrap();
    assert_eq!(reader.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
}

#[tokio::test]
async fn autocommit_has_no_transaction() {
    for (_dir, db) in databases().await {
        let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
        let mut session = db.session_maker().session_with(autocommit.clone());
        session.execute("insert into t values (1)").await.unwrap();
        assert!(session.in_transaction(), "by the session's own word");
        assert_eq!(session.server_transaction(), ServerTransaction::Idle);
        assert_eq!(ids(&db).await, [1], "another session sees it at once");
        session.rollback().await.unwrap();
        session.execute_script("insert into t values (2); insert into t values (3)").await.unwrap();
        session.execute_many("insert into t values (:id)", [[("id", 4)], [("id", 5)]]).await.unwrap();
        drop(session);
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1, 2, 3, 4, 5]);
        // VACUUM runs in no transaction.
        let mut connection = db.engine().connect_with(autocommit).await.unwrap();
        connection.execute("vacuum").await.unwrap();
        connection.close().await.unwrap();
        let refused = db.execute("vacuum").await.unwrap_err();
        assert!(refused.message().contains("transaction"), "{refused}");
    }
}

#[tokio::test]
async fn savepoints_in_autocommit_are_a_transaction_of_their_own() {
    for (_dir, db) in databases().await {
        let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
        let mut session = db.session_maker().session_with(autocommit);
        let savepoint = session.begin_nested().await.unwrap();
        session.execute("insert into t values (1)").await.unwrap();
        session.rollback_to(savepoint).await.unwrap();
        let savepoint = session.begin_nested().await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.release(savepoint).await.unwrap();
        drop(session);
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn a_level_goes_with_the_session_not_with_the_connection() {
    let options = DatabaseOptions::default().engine(one_connection());
    let db = AsyncDatabase::create_with("sqlite://", options).unwrap();
    let asked = "pragma read_uncommitted";
    let dirty = SessionOptions::default().isolation_level(IsolationLevel::ReadUncommitted);
    let mut session = db.session_maker().session_with(dirty);
    assert_eq!(session.scalar_one::<i64>(asked).await.unwrap(), 1);
    drop(session);
    assert_eq!(db.scalar::<i64>(asked).await.unwrap(), Some(0));
    let mut session = db.session_maker().session();
    session.set_isolation_level(Some(IsolationLevel::ReadUncommitted)).unwrap();
    assert_eq!(session.scalar_one::<i64>(asked).await.unwrap(), 1);
    session.rollback().await.unwrap();
    session.set_isolation_level(None).unwrap();
    assert_eq!(session.scalar_one::<i64>(asked).await.unwrap(), 0);
}

#[tokio::test]
async fn begin_modes_decide_when_the_lock_is_taken() {
    let [_, (_dir, db)] = databases().await;
    for (mode, locks) in
        [(BeginMode::Auto, false), (BeginMode::Deferred, false), (BeginMode::Immediate, true)]
    {
        let mut reader = db.session_maker().session_with(SessionOptions::default().begin_mode(mode));
        reader.scalar_one::<i64>("select count(*) from t").await.unwrap();
        let other = db.execute("insert into t values (1)");
        let result = tokio::time::timeout(Duration::from_millis(100), other).await;
        assert_eq!(result.is_err(), locks, "{mode:?}");
        reader.close().await.unwrap();
        db.execute("delete from t").await.unwrap();
    }
    // A deferred transaction that has read meets an old snapshot when it writes.
    for mode in [BeginMode::Auto, BeginMode::Deferred] {
        let mut session = db.session_maker().session_with(SessionOptions::default().begin_mode(mode));
        session.scalar_one::<i64>("select count(*) from t").await.unwrap();
        db.execute("insert into t values (1)").await.unwrap();
        let error = session.execute("insert into t values (2)").await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Busy, Some("517")), "{mode:?}");
        assert!(error.is_retryable());
        session.rollback().await.unwrap();
        session.execute("delete from t").await.unwrap();
        session.commit().await.unwrap();
        writes_at_once(&db).await;
    }
}

#[tokio::test]
async fn a_transaction_begun_by_hand_on_a_connection_has_its_level() {
    let level = IsolationLevel::ReadUncommitted;
    let engine = create_engine_with("sqlite://", EngineOptions::default().isolation_level(level)).unwrap();
    let set = engine.begin(async |c| c.scalar_one::<i64>("pragma read_uncommitted").await);
    assert_eq!(set.await.unwrap(), 1, "the engine's");
    let mut connection = engine.connect().await.unwrap();
    connection.set_isolation_level(Some(IsolationLevel::Serializable)).unwrap();
    connection.begin().await.unwrap();
    assert_eq!(connection.scalar_one::<i64>("pragma read_uncommitted").await.unwrap(), 0, "its own");
}
