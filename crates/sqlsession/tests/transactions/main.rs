//! Units of work: how they begin, nest, end, and what becomes of them when something goes wrong.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that panics has failed")]

mod abandoned;
mod broken;
mod bulk;
mod closures;
mod dropped;
mod last_statement;
mod multi;
mod options;
mod savepoints;
mod text;
mod units;

use sqlsession::AsyncDatabase;
use tempfile::TempDir;

/// Work without an end.
const ENDLESS: &str =
    "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";

/// A database in memory and one in a file, with a table `t`.
async fn databases() -> [(Option<TempDir>, AsyncDatabase); 2] {
    let dir = tempfile::tempdir().unwrap();
    let file = format!("sqlite:///{}/app.db?timeout=1", dir.path().display());
    let memory = AsyncDatabase::create("sqlite://?timeout=1").unwrap();
    let file = AsyncDatabase::create(file).unwrap();
    for db in [&memory, &file] {
        db.execute("create table t (id integer primary key)").await.unwrap();
    }
    [(None, memory), (Some(dir), file)]
}

/// What is committed.
async fn ids(db: &AsyncDatabase) -> Vec<i64> {
    db.scalars("select id from t order by id").await.unwrap()
}

/// Writes in a session of its own: were a lock left over, it would end with `Busy` within a second.
async fn writes_at_once(db: &AsyncDatabase) {
    assert_eq!(db.engine().pool_status().in_use, 0, "a connection is held");
    db.execute("insert into t values (999)").await.unwrap();
    db.execute("delete from t where id = 999").await.unwrap();
}
