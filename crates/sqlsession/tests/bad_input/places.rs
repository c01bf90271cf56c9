//! Where the tests run, and what an error must leave as it was.

use sqlsession::{AsyncDatabase, AsyncSession, ErrorKind, Result, driver::ServerTransaction};
use tempfile::TempDir;

use crate::refused;

/// A database in memory and one in a file, with a table `t`.
pub(crate) async fn databases() -> [(Option<TempDir>, AsyncDatabase); 2] {
    let dir = tempfile::tempdir().unwrap();
    let file = format!("sqlite:///{}/app.db", dir.path().display());
    let memory = AsyncDatabase::create("sqlite://").unwrap();
    let file = AsyncDatabase::create(file).unwrap();
    for db in [&memory, &file] {
        db.execute("create table t (id integer primary key, name text not null unique)").await.unwrap();
    }
    [(None, memory), (Some(dir), file)]
}

/// Does something wrong, first in a fresh session and then in the middle of a transaction. Nothing is sent, nothing is
/// lost, and the transaction can be committed.
pub(crate) async fn refused_without_loss<T: std::fmt::Debug>(
    kind: ErrorKind,
    culprit: &str,
    wrong: impl AsyncFn(&mut AsyncSession) -> Result<T>,
) {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        refused(wrong(&mut session).await, kind, culprit);
        assert_eq!(session.server_transaction(), ServerTransaction::Idle, "{culprit}: something was sent");
        session.execute("insert into t values (1, 'before')").await.unwrap();
        refused(wrong(&mut session).await, kind, culprit);
        assert!(session.is_active() && session.in_transaction(), "{culprit}");
        assert_eq!(session.server_transaction(), ServerTransaction::Open, "{culprit}");
        session.execute("insert into t values (2, 'after')").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(db.scalars::<i64>("select id from t order by id").await.unwrap(), [1, 2], "{culprit}");
        assert_eq!(db.engine().pool_status().in_use, 0);
    }
}
