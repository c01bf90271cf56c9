use std::{sync::Arc, time::Duration};

use sqlsession::{
    AsyncDatabase, Database, DatabaseUrl, Engine, EngineOptions, ErrorKind, Result, create_engine, registry,
    sqlite::SqliteEngine,
};

/// A driver of a third party: SQLite under another name.
#[allow(clippy::needless_pass_by_value, reason = "the type of a factory says so")]
fn shop(url: DatabaseUrl, options: EngineOptions) -> Result<Arc<dyn Engine>> {
    let url = url.to_string().replacen(url.drivername(), "sqlite", 1);
    Ok(SqliteEngine::with_options(url.as_str(), options)?.into())
}

fn refuses(_: DatabaseUrl, _: EngineOptions) -> Result<Arc<dyn Engine>> {
    Err(sqlsession::Error::new(ErrorKind::Unsupported, "the third party refuses"))
}

#[tokio::test]
async fn a_registered_scheme_is_opened_by_its_driver() {
    let before = create_engine("shopdb://").unwrap_err();
    assert_eq!(before.kind(), ErrorKind::UnknownDialect);
    registry::register("shopdb", shop).unwrap();
    for url in ["shopdb://", "shopdb+any://"] {
        let db = AsyncDatabase::create(url).unwrap();
        db.execute("create table t (id integer)").await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(0));
    }
    let twice = registry::register("shopdb", shop).unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::Configuration);
    assert!(twice.message().contains("shopdb"), "{twice}");
    let unknown = create_engine("shobdb://").unwrap_err();
    assert!(unknown.message().contains("did you mean `shopdb`"), "{unknown}");
    // One driver of a dialect that is built in, and only that one.
    registry::register("sqlite+shop", refuses).unwrap();
    assert_eq!(create_engine("sqlite+shop://").unwrap_err().message(), "the third party refuses");
    create_engine("sqlite://").unwrap();
}

#[test]
fn a_registered_driver_has_a_blocking_face() {
    registry::register("blockshop", shop).unwrap();
    let db = Database::create("blockshop://").unwrap();
    assert_eq!(db.scalar::<i64>("select 1").unwrap(), Some(1));
}

#[tokio::test]
async fn shared_gives_one_client_for_each_url() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| format!("sqlite:///{}/{name}.db", dir.path().display());
    let [a, again, b] = [at("a"), at("a"), at("b")].map(|url| AsyncDatabase::shared(url).unwrap());
    a.execute("create table t (id integer)").await.unwrap();
    let held = a.engine().connect().await.unwrap();
    assert_eq!((again.engine().pool_status().in_use, b.engine().pool_status().in_use), (1, 0));
    held.close().await.unwrap();
    assert_eq!(again.scalar::<i64>("select count(*) from t").await.unwrap(), Some(0));
    let missing = b.scalar::<i64>("select count(*) from t").await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::UndefinedTable);
    let own = AsyncDatabase::create(at("a")).unwrap();
    assert_eq!(own.engine().pool_status().idle, 0, "a client that is not shared has its own pool");
    // The blocking client of the same URL has its own pool too.
    let blocking = Database::shared(at("a")).unwrap();
    assert_eq!(blocking.engine().pool_status().idle, 0);
}

#[tokio::test]
async fn shared_makes_a_client_anew_when_it_was_closed() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}/app.db", dir.path().display());
    let first = AsyncDatabase::shared(url.as_str()).unwrap();
    assert!(!first.engine().is_closed());
    first.engine().close(Duration::from_secs(5)).await.unwrap();
    assert!(first.engine().is_closed());
    let second = AsyncDatabase::shared(url.as_str()).unwrap();
    assert_eq!(second.scalar::<i64>("select 1").await.unwrap(), Some(1));
    assert_eq!(first.scalar::<i64>("select 1").await.unwrap_err().kind(), ErrorKind::PoolClosed);
    let third = AsyncDatabase::shared(url.as_str()).unwrap();
    let held = third.engine().connect().await.unwrap();
    assert_eq!(second.engine().pool_status().in_use, 1, "the one that is open is shared");
    held.close().await.unwrap();
    std::thread::spawn(move || {
        let first = Database::shared(url.as_str()).unwrap();
        first.engine().close(Duration::from_secs(5)).unwrap();
        assert_eq!(Database::shared(url.as_str()).unwrap().scalar::<i64>("select 1").unwrap(), Some(1));
    })
    .join()
    .unwrap();
}

#[tokio::test]
async fn urls_of_a_python_service() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("app.db");
    let db = AsyncDatabase::create(format!("sqlite+aiosqlite:///{}?check_same_thread=False", path.display()))
        .unwrap();
    db.execute("create table t (id integer primary key)").await.unwrap();
    for (n, url) in [
        format!("sqlite+pysqlite:///{}?timeout=30&cached_statements=50", path.display()),
        format!("sqlite:///{}?isolation_level=IMMEDIATE&detect_types=3", path.display()),
        format!("sqlite:///file:{}?mode=rw&uri=true", path.display()),
        format!("sqlite+rusqlite:///{}", path.display()),
    ]
    .into_iter()
    .enumerate()
    {
        let db = AsyncDatabase::create(url.as_str()).unwrap();
        db.execute("insert into t values (null)").await.unwrap();
        assert_eq!(db.scalar::<usize>("select count(*) from t").await.unwrap(), Some(n + 1), "{url}");
    }
    let autocommit =
        AsyncDatabase::create(format!("sqlite:///{}?isolation_level=AUTOCOMMIT", path.display())).unwrap();
    let mut session = autocommit.session_maker().session();
    session.execute("insert into t values (null)").await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(5));
    for url in
        ["sqlite+aiosqlite://", "sqlite:///:memory:", "sqlite+pysqlite:///:memory:?check_same_thread=False"]
    {
        let db = AsyncDatabase::create(url).unwrap();
        db.execute("create table t (id integer)").await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(0), "{url}");
    }
}
