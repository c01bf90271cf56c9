//! The clients: an engine, its session maker and the shortcuts, in one value.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod opening;
mod run_sync;
mod scopes;
mod shortcuts;

use sqlsession::AsyncDatabase;

/// A database in memory with a table `t`.
async fn database() -> AsyncDatabase {
    let db = AsyncDatabase::create("sqlite://?timeout=2").unwrap();
    db.execute("create table t (id integer primary key, name text)").await.unwrap();
    db
}

/// What is committed, with every connection back in the pool.
async fn ids(db: &AsyncDatabase) -> Vec<i64> {
    assert_eq!(db.engine().pool_status().in_use, 0);
    db.scalars("select id from t order by id").await.unwrap()
}
