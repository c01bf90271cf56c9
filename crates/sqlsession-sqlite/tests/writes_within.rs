//! A query that writes within, which SQLite does not tell.
#![allow(clippy::unwrap_used, reason = "they are tests")]

use sqlsession_sqlite::{ErrorKind, SqliteEngine};

/// Where it is stopped to move to another thread, SQLite has rolled the transaction back.
#[tokio::test]
async fn a_transaction_that_goes_with_it_is_not_committed() {
    let engine = SqliteEngine::new("sqlite://").unwrap();
    let mut session = engine.session_maker().session();
    session.execute("create table m (v)").await.unwrap();
    session.execute("create table t (a)").await.unwrap();
    session.execute("create view hidden as select * from pragma_optimize(2)").await.unwrap();
    for _ in 0..100 {
        // It has nothing to do, and is known to be quick.
        session.execute("select * from hidden").await.unwrap();
    }
    session.execute("create index t_a on t (a)").await.unwrap();
    let rows = "insert into t with recursive c (n) as (select 1 union all select n + 1 from c where n < 400000) \
        select n from c";
    session.execute(rows).await.unwrap();
    session.commit().await.unwrap();

    session.execute("insert into m values (1)").await.unwrap();
    let stopped = session.execute("select * from hidden").await.err();
    // A machine that is busy may not have found it quick, and has not stopped it then.
    assert!(stopped.as_ref().is_none_or(|error| error.kind() == ErrorKind::Busy), "{stopped:?}");
    let committed = session.commit().await;
    assert_eq!(committed.is_ok(), stopped.is_none(), "{committed:?}");
    session.rollback().await.unwrap();
    let kept = session.scalar_one::<i64>("select count(*) from m").await.unwrap();
    assert_eq!(kept, i64::from(committed.is_ok()));

    // Run again as a whole it goes through.
    session.execute("insert into m values (2)").await.unwrap();
    session.execute("select * from hidden").await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from m").await.unwrap(), kept + 1);
}
