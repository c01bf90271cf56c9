use sqlsession::{
    AsyncDatabase, Database, DatabaseOptions, EngineOptions, ErrorKind, SessionOptions, blocking,
    create_engine, create_engine_with,
    driver::{IsolationLevel, ServerTransaction},
};

use crate::{
    places::{databases, refused_without_loss},
    refused,
};

#[tokio::test]
async fn a_closed_connection() {
    for (_dir, db) in databases().await {
        let mut connection = db.engine().connect().await.unwrap().into_inner();
        connection.execute("insert into t values (1, 'x')".into()).await.unwrap();
        connection.close().await.unwrap();
        connection.close().await.unwrap();
        refused(connection.execute("select 1".into()).await, ErrorKind::InvalidState, "closed");
        refused(connection.stream("select 1".into()).await, ErrorKind::InvalidState, "closed");
        refused(connection.execute_script("select 1".into()).await, ErrorKind::InvalidState, "closed");
        refused(connection.begin().await, ErrorKind::InvalidState, "closed");
        refused(connection.begin_nested().await, ErrorKind::InvalidState, "closed");
        connection.commit().await.unwrap();
        connection.rollback().await.unwrap();
        assert!(!connection.in_transaction());
        assert_eq!(db.engine().pool_status().in_use, 0);
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(0));
    }
}

#[tokio::test]
async fn a_transaction_begun_twice() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.begin().await.unwrap();
        refused(session.begin().await, ErrorKind::InvalidState, "begin_nested");
        session.execute("insert into t values (1, 'x')").await.unwrap();
        refused(session.begin().await, ErrorKind::InvalidState, "already begun");
        session.commit().await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(1));
        let mut connection = db.engine().connect().await.unwrap();
        connection.execute("insert into t values (2, 'y')").await.unwrap();
        refused(connection.begin().await, ErrorKind::InvalidState, "already begun");
        connection.commit().await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(2));
    }
}

#[tokio::test]
async fn a_savepoint_that_has_ended() {
    refused_without_loss(ErrorKind::InvalidState, "this savepoint has ended", async |session| {
        let savepoint = session.begin_nested().await?;
        session.release(savepoint).await?;
        session.release(savepoint).await
    })
    .await;
    refused_without_loss(ErrorKind::InvalidState, "this savepoint has ended", async |session| {
        let outer = session.begin_nested().await?;
        let inner = session.begin_nested().await?;
        session.rollback_to(outer).await?;
        session.rollback_to(inner).await
    })
    .await;
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let former = session.begin_nested().await.unwrap();
        session.execute("insert into t values (1, 'x')").await.unwrap();
        session.commit().await.unwrap();
        let _latter = session.begin_nested().await.unwrap();
        session.execute("insert into t values (2, 'y')").await.unwrap();
        refused(session.rollback_to(former).await, ErrorKind::InvalidState, "has ended");
        session.commit().await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(2));
    }
}

#[tokio::test]
async fn a_session_that_does_not_begin_by_itself() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session_with(SessionOptions::default().autobegin(false));
        let insert = "insert into t values (1, 'x')";
        refused(session.execute(insert).await, ErrorKind::InvalidState, "autobegin");
        refused(session.stream(insert).await, ErrorKind::InvalidState, "autobegin");
        refused(session.execute_script(insert).await, ErrorKind::InvalidState, "autobegin");
        refused(session.begin_nested().await, ErrorKind::InvalidState, "autobegin");
        refused(session.commit().await, ErrorKind::InvalidState, "begin()");
        assert_eq!(db.engine().pool_status().in_use, 0, "nothing was checked out");
        session.begin().await.unwrap();
        session.execute(insert).await.unwrap();
        session.commit().await.unwrap();
        refused(session.execute("select 1").await, ErrorKind::InvalidState, "autobegin");
        session.rollback().await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(1));
    }
}

#[tokio::test]
async fn an_isolation_level_in_the_middle() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1, 'x')").await.unwrap();
        let changed = session.set_isolation_level(Some(IsolationLevel::Autocommit));
        refused(changed, ErrorKind::InvalidState, "before the first statement");
        assert_eq!(session.isolation_level(), None);
        session.rollback().await.unwrap();
        for level in [IsolationLevel::ReadCommitted, IsolationLevel::RepeatableRead] {
            let known = session.set_isolation_level(Some(level));
            refused(known, ErrorKind::Configuration, "it knows");
        }
        session.set_isolation_level(Some(IsolationLevel::Autocommit)).unwrap();
        session.execute("insert into t values (2, 'y')").await.unwrap();
        session.rollback().await.unwrap();
        assert_eq!(db.scalars::<i64>("select id from t").await.unwrap(), [2]);
    }
    refused("sometimes".parse::<IsolationLevel>(), ErrorKind::Configuration, "sometimes");
}

#[tokio::test]
async fn a_level_that_only_the_session_asks_for() {
    for (_dir, db) in databases().await {
        let level = SessionOptions::default().isolation_level(IsolationLevel::RepeatableRead);
        let mut session = db.session_maker().session_with(level.clone());
        let error = session.execute("insert into t values (1, 'x')").await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Configuration), "{error}");
        assert!(error.message().contains("REPEATABLE READ"), "{error}");
        assert_eq!(session.server_transaction(), ServerTransaction::Idle);
        drop(session);
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(0));
        assert_eq!(db.engine().pool_status().in_use, 0);
    }
}

#[tokio::test]
async fn a_driver_connection_of_another_type() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1, 'x')").await.unwrap();
        let wrong = session.driver_connection::<String>().await.map(drop);
        refused(wrong, ErrorKind::TypeMismatch, "String");
        session.commit().await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(1));
    }
}

#[test]
fn an_engine_for_await_has_no_blocking_face() {
    let engine = create_engine("sqlite://").unwrap();
    refused(
        blocking::Engine::new(engine.inner().clone()),
        ErrorKind::Configuration,
        "EngineOptions::blocking()",
    );
    let engine = blocking::create_engine("sqlite://").unwrap();
    let engine = blocking::Engine::new(engine.inner().clone()).unwrap();
    assert_eq!(engine.session_maker().session().scalar_one::<i64>("select 1").unwrap(), 1);
}

#[test]
fn a_blocking_engine_has_no_client_by_await() {
    let blocking = EngineOptions::default().blocking();
    let refusal = "made for blocking calls: use Database";
    refused(create_engine_with("sqlite://", blocking.clone()), ErrorKind::Configuration, refusal);
    let options = DatabaseOptions::default().engine(blocking);
    refused(AsyncDatabase::create_with("sqlite://", options.clone()), ErrorKind::Configuration, refusal);
    Database::create_with("sqlite://", options).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocking_calls_inside_a_task() {
    let db = tokio::task::spawn_blocking(|| {
        let db = Database::create("sqlite://").unwrap();
        db.execute("create table t (id integer)").unwrap();
        db
    })
    .await
    .unwrap();
    let spawned = db.clone();
    tokio::spawn(async move {
        refused(spawned.execute("insert into t values (1)"), ErrorKind::InvalidState, "spawn_blocking");
        refused(spawned.engine().connect(), ErrorKind::InvalidState, "async task");
        let mut session = spawned.session_maker().session();
        refused(session.begin(), ErrorKind::InvalidState, "async task");
        refused(session.execute("insert into t values (2)"), ErrorKind::InvalidState, "async task");
        refused(session.stream("select 1"), ErrorKind::InvalidState, "async task");
        refused(session.commit(), ErrorKind::InvalidState, "async task");
        refused(session.close(), ErrorKind::InvalidState, "async task");
    })
    .await
    .unwrap();
    let counted = tokio::task::block_in_place(|| {
        assert_eq!(db.engine().pool_status().in_use, 0);
        db.scalar::<i64>("select count(*) from t").unwrap()
    });
    assert_eq!(counted, Some(0));
}
