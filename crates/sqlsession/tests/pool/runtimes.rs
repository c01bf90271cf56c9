use std::time::Duration;

use sqlsession::{AsyncDatabase, ErrorKind};
use tokio::runtime::{Builder, Runtime};

const ENDLESS: &str =
    "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";

fn runtimes() -> [Runtime; 2] {
    [
        Builder::new_current_thread().enable_all().build().unwrap(),
        Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
    ]
}

fn file() -> (tempfile::TempDir, AsyncDatabase) {
    let dir = tempfile::tempdir().unwrap();
    let db = AsyncDatabase::create(format!("sqlite:///{}/app.db?timeout=2", dir.path().display())).unwrap();
    (dir, db)
}

async fn writes(db: &AsyncDatabase) {
    db.execute("insert into t values (2)").await.unwrap();
    assert_eq!(db.scalars::<i64>("select id from t").await.unwrap(), [2]);
    assert_eq!(db.engine().pool_status().in_use, 0);
}

#[test]
fn a_session_dropped_outside_of_a_runtime_rolls_back() {
    for runtime in runtimes() {
        let (_dir, db) = file();
        let session = runtime.block_on(async {
            db.execute("create table t (id integer)").await.unwrap();
            let mut session = db.session_maker().session();
            session.execute("insert into t values (1)").await.unwrap();
            session
        });
        std::thread::spawn(move || drop(session)).join().unwrap();
        runtime.block_on(writes(&db));
    }
}

#[test]
fn a_session_outlives_its_runtime() {
    for [first, second] in [runtimes(), {
        let [a, b] = runtimes();
        [b, a]
    }] {
        let (_dir, db) = file();
        let [mut used, dropped] = first.block_on(async {
            db.execute("create table t (id integer)").await.unwrap();
            let mut used = db.session_maker().session();
            assert_eq!(used.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
            let mut dropped = db.session_maker().session();
            dropped.execute("insert into t values (1)").await.unwrap();
            [used, dropped]
        });
        drop(first);
        drop(dropped);
        second.block_on(async {
            assert_eq!(used.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
            used.rollback().await.unwrap();
            writes(&db).await;
        });
    }
}

#[test]
fn a_runtime_shut_down_in_the_middle_of_a_statement() {
    for [first, second] in [runtimes(), {
        let [a, b] = runtimes();
        [b, a]
    }] {
        let (_dir, db) = file();
        let mut session = first.block_on(async {
            db.execute("create table t (id integer)").await.unwrap();
            let mut session = db.session_maker().session();
            session.execute("insert into t values (1)").await.unwrap();
            let late = tokio::time::timeout(Duration::from_millis(30), session.execute(ENDLESS)).await;
            assert!(late.is_err());
            session
        });
        first.shutdown_background();
        second.block_on(async {
            let error = session.execute("select 1").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Interrupted);
            let ended = tokio::time::timeout(Duration::from_secs(8), session.rollback()).await;
            ended.expect("rollback ends").unwrap();
            writes(&db).await;
        });
    }
}
