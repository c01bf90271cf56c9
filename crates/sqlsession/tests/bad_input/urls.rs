use std::{sync::Arc, time::Duration};

use sqlsession::{
    AsyncDatabase, DatabaseUrl, Engine, EngineOptions, Error, ErrorKind, Result, blocking, create_engine,
    create_engine_with, driver::IsolationLevel, registry,
};

use crate::refused;

#[test]
fn text_that_is_no_url() {
    for text in ["", " ", "app.db", "sqlite:app.db", "sqlite:/app.db", "://", "/var/app.db", ":memory:"] {
        refused(create_engine(text), ErrorKind::Configuration, "not a database URL");
        refused(blocking::create_engine(text), ErrorKind::Configuration, "not a database URL");
        refused(AsyncDatabase::shared(text), ErrorKind::Configuration, "not a database URL");
    }
}

#[test]
fn ports_that_are_no_ports() {
    for port in ["", "65536", "-1", "99999999999999999999", "x", "80a"] {
        refused(
            DatabaseUrl::parse(&format!("postgresql://h:{port}/db")),
            ErrorKind::Configuration,
            "the port is not a number",
        );
    }
}

#[test]
fn hosts_that_are_no_hosts() {
    for (url, culprit) in [
        ("postgresql://[::1]x/db", "followed by"),
        ("postgresql://[::1/db", "brackets"),
        ("postgresql://::1/db", "brackets"),
        ("postgresql://u:p@ss@h/db", "%40"),
        ("sqlite://app.db", "three slashes"),
        ("sqlite://localhost/app.db", "three slashes"),
        ("sqlite://:5/app.db", "three slashes"),
        ("sqlite://user@/app.db", "three slashes"),
    ] {
        refused(create_engine(url), ErrorKind::Configuration, culprit);
    }
}

#[test]
fn dialects_that_nobody_knows() {
    for (url, culprit) in [
        ("nosuch:///app.db", "`nosuch`"),
        ("sqlit:///app.db", "did you mean `sqlite`"),
        ("SQLite:///app.db", "did you mean `sqlite`"),
        ("sqlite+pysqlcipher:///app.db", "`pysqlcipher`"),
        ("sqlite+:///app.db", "rusqlite"),
        #[cfg(not(feature = "sqlx-sqlite"))]
        ("sqlite+sqlx:///app.db", "sqlx"),
        #[cfg(not(feature = "sqlx-postgres"))]
        ("postgresql+sqlx://h/db", "sqlx"),
        ("postgresql+asyncpgg://h/db", "`asyncpgg`"),
        ("mysqll://h/db", "did you mean `mysql`"),
        #[cfg(not(feature = "postgres"))]
        ("postgresql://h/db", "tokio-postgres"),
        #[cfg(not(feature = "mysql"))]
        ("mysql+aiomysql://h/db", "mysql"),
    ] {
        refused(create_engine(url), ErrorKind::UnknownDialect, culprit);
        refused(blocking::create_engine(url), ErrorKind::UnknownDialect, culprit);
    }
}

#[test]
fn a_driver_that_is_not_built_is_named_with_its_feature() {
    let drivers: &[(&str, &str)] = &[
        #[cfg(not(feature = "postgres"))]
        ("postgresql+asyncpg://h/db", "postgres"),
        #[cfg(not(feature = "mysql"))]
        ("mariadb://h/db", "mysql"),
        #[cfg(not(feature = "sqlx-sqlite"))]
        ("sqlite+sqlx:///app.db", "sqlx-sqlite"),
        #[cfg(not(feature = "sqlx-postgres"))]
        ("postgresql+sqlx://h/db", "sqlx-postgres"),
        #[cfg(not(feature = "sqlx-mysql"))]
        ("mysql+sqlx://h/db", "sqlx-mysql"),
    ];
    for &(url, feature) in drivers {
        let add = format!("add `features = [\"{feature}\"]` to sqlsession");
        refused(create_engine(url), ErrorKind::UnknownDialect, &add);
        refused(create_engine(url), ErrorKind::UnknownDialect, "this build has: rusqlite for sqlite");
    }
}

fn of_a_third_party(_: DatabaseUrl, _: EngineOptions) -> Result<Arc<dyn Engine>> {
    Err(Error::new(ErrorKind::Unsupported, "opened by its own driver"))
}

#[test]
fn a_scheme_that_no_url_can_have_is_not_registered() {
    for scheme in ["", "duck-db", "duck db", "duckdb://", "duckdb:", "sqlite+my driver", "duckdb://h/x"] {
        let refusal = registry::register(scheme, of_a_third_party);
        refused(refusal, ErrorKind::Configuration, "no URL can begin with");
    }
    registry::register("duckdb+my-own", of_a_third_party).unwrap();
    refused(create_engine("duckdb+my-own:///x"), ErrorKind::Unsupported, "its own driver");
}

#[test]
fn an_unknown_option_is_named_with_the_known_ones() {
    for (url, unknown) in [
        ("sqlite:///app.db?nosuch=1", "`nosuch`"),
        ("sqlite:///app.db?Timeout=1", "`Timeout`"),
        ("sqlite://?cahce=shared", "did you mean `cache`"),
        ("sqlite:///app.db?timeout=1&pool_size=4", "`pool_size`"),
    ] {
        refused(create_engine(url), ErrorKind::Configuration, unknown);
        refused(create_engine(url), ErrorKind::Configuration, "journal_mode");
    }
}

#[test]
fn options_of_the_wrong_type() {
    for (option, expected) in [
        ("timeout=soon", "`timeout` must be a number of seconds"),
        ("timeout=-1", "`timeout` must be a number of seconds"),
        ("timeout=nan", "`timeout` must be a number of seconds"),
        ("timeout=1&timeout=2", "`timeout` was given more than once"),
        ("foreign_keys=perhaps", "`foreign_keys` must be true or false"),
        ("check_same_thread=2", "`check_same_thread` must be true or false"),
        ("mode=rwx", "`mode` must be ro, rw, rwc or memory"),
        ("journal_mode=log", "`journal_mode` must be wal"),
        ("synchronous=3.5", "`synchronous` must be off"),
        ("cache_size=big", "`cache_size` must be a whole number"),
        ("cache_size=99999999999999999999", "`cache_size` must be a whole number"),
        ("statement_cache_size=-1", "`statement_cache_size` must be a whole number"),
        ("detect_types=x", "`detect_types` must be a whole number"),
        ("temp_store=ram", "`temp_store` must be default"),
        ("begin=later", "`begin` must be auto"),
        (
            "isolation_level=CHAOS",
            "\"CHAOS\": use READ UNCOMMITTED, READ COMMITTED, REPEATABLE READ, SERIALIZABLE",
        ),
        ("isolation_level=REPEATABLE%20READ", "SERIALIZABLE"),
        ("isolation_level=READ+COMMITTED", "SERIALIZABLE"),
    ] {
        let url = format!("sqlite:///app.db?{option}");
        refused(create_engine(url.as_str()), ErrorKind::Configuration, expected);
    }
}

#[test]
fn engine_options_out_of_range() {
    let with = |options| create_engine_with("sqlite://", options);
    let overflow = EngineOptions::default().max_overflow(-2);
    refused(with(overflow), ErrorKind::Configuration, "max_overflow is -2");
    let overflow = EngineOptions::default().max_overflow(i64::MIN);
    refused(with(overflow), ErrorKind::Configuration, "max_overflow");
    let size = EngineOptions::default().pool_size(usize::MAX);
    refused(with(size), ErrorKind::Configuration, "pool_size");
    for level in [IsolationLevel::ReadCommitted, IsolationLevel::RepeatableRead] {
        let level = EngineOptions::default().isolation_level(level);
        refused(with(level), ErrorKind::Configuration, "sqlite has no isolation level");
    }
}

/// What is large but no nonsense neither panics nor wraps.
#[tokio::test]
async fn the_largest_options_work() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("app.db");
    let url = format!(
        "sqlite:///{}?timeout=1e15&statement_cache_size={}&cache_size={}&mmap_size={}",
        path.display(),
        usize::MAX,
        i64::MIN,
        i64::MAX
    );
    let options = EngineOptions::default()
        .pool_size(0)
        .max_overflow(i64::MAX)
        .pool_timeout(Duration::MAX)
        .pool_recycle(Duration::MAX)
        .query_cache_size(usize::MAX);
    let engine = create_engine_with(url.as_str(), options.clone()).unwrap();
    let mut session = engine.session_maker().session();
    let statement = sqlsession::text("select 1").timeout(Duration::MAX);
    assert_eq!(session.scalar_one::<i64>(&statement).await.unwrap(), 1);
    session.execute_script("create table t (id integer); insert into t values (1)").await.unwrap();
    session.commit().await.unwrap();
    // Without a runtime the waits are others.
    std::thread::spawn(move || {
        let engine = blocking::create_engine_with(url.as_str(), options).unwrap();
        let mut session = engine.session_maker().session();
        assert_eq!(session.scalar_one::<i64>(&statement).unwrap(), 1);
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").unwrap(), 1);
    })
    .join()
    .unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_opened() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| format!("sqlite:///{}/{name}", dir.path().display());
    std::fs::write(dir.path().join("text.db"), "this is no database, whatever its name says\n".repeat(100))
        .unwrap();
    std::fs::create_dir(dir.path().join("folder.db")).unwrap();
    for (url, kind, culprit) in [
        (at("nosuch/app.db"), ErrorKind::ConnectionFailed, "nosuch/app.db"),
        (at("absent.db?mode=ro"), ErrorKind::ConnectionFailed, "absent.db"),
        (at("absent.db?mode=rw"), ErrorKind::ConnectionFailed, "absent.db"),
        (at("folder.db"), ErrorKind::ConnectionFailed, "folder.db"),
        (at("text.db"), ErrorKind::Corrupt, "not a database"),
        (at("app.db?vfs=nosuch"), ErrorKind::ConnectionFailed, "nosuch"),
        (at("a\0b.db"), ErrorKind::Configuration, "nul"),
    ] {
        // Making the engine does no I/O, so it is the first use that fails; and the next one, in the same way.
        let db = AsyncDatabase::create(url.as_str()).unwrap();
        let mut session = db.session_maker().session();
        for _ in 0..2 {
            refused(session.execute("select 1").await, kind, culprit);
            // Begun for the user, as the first statement does; usable as soon as there is a connection.
            assert!(session.in_transaction() && session.is_active(), "{url}");
            refused(db.scalar::<i64>("select 1").await, kind, culprit);
            refused(db.engine().connect().await, kind, culprit);
            assert_eq!(db.engine().pool_status().in_use, 0, "{url}");
        }
    }
    assert!(!dir.path().join("absent.db").exists() && !dir.path().join("nosuch").exists());
    // Once the directory is there the same engine works.
    let db = AsyncDatabase::create(at("nosuch/app.db")).unwrap();
    db.execute("select 1").await.unwrap_err();
    std::fs::create_dir(dir.path().join("nosuch")).unwrap();
    assert_eq!(db.scalar::<i64>("select 1").await.unwrap(), Some(1));
}
