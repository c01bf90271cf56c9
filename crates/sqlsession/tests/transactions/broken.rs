use std::time::{Duration, Instant};

use sqlsession::{AsyncDatabase, AsyncSession, Error, ErrorKind, SessionOptions, text};

use crate::{ENDLESS, databases, ids, writes_at_once};

/// Only rollback and close are left, and everything else says so.
async fn only_rollback_is_left(session: &mut AsyncSession, kind: ErrorKind) {
    assert!(!session.is_active() && session.in_transaction());
    let calls: [Error; 5] = [
        session.execute("insert into t values (7)").await.unwrap_err(),
        session.stream("select 1").await.map(drop).unwrap_err(),
        session.begin_nested().await.unwrap_err(),
        session.begin().await.unwrap_err(),
        session.commit().await.unwrap_err(),
    ];
    for error in calls {
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains("rollback()"), "{error}");
    }
}

#[tokio::test]
async fn an_insert_that_rolls_back_the_transaction() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let error = session.execute("insert or rollback into t values (1)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        only_rollback_is_left(&mut session, ErrorKind::InvalidState).await;
        session.rollback().await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [2], "nothing was committed on its own");
    }
}

#[tokio::test]
async fn a_savepoint_does_not_survive_the_rollback_of_its_transaction() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let failed = session.nested(async |s| s.execute("insert or rollback into t values (1)").await).await;
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::UniqueViolation);
        only_rollback_is_left(&mut session, ErrorKind::InvalidState).await;
        session.close().await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    }
}

async fn with_a_deferred_key(db: &AsyncDatabase) {
    db.execute("create table child (t integer references t(id) deferrable initially deferred)")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_commit_that_fails() {
    for (_dir, db) in databases().await {
        with_a_deferred_key(&db).await;
        let mut session = db.session_maker().session();
        session.execute("insert into child values (1)").await.unwrap();
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        only_rollback_is_left(&mut session, ErrorKind::InvalidState).await;
        session.rollback().await.unwrap();
        assert!(session.is_active());
        session.execute("insert into t values (1)").await.unwrap();
        session.execute("insert into child values (1)").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from child").await.unwrap(), Some(1));
        // Dropped after a failed commit, it leaves nothing behind.
        session.execute("insert into child values (2)").await.unwrap();
        session.commit().await.unwrap_err();
        drop(session);
        db.execute("delete from child").await.unwrap();
        assert_eq!(db.engine().pool_status().in_use, 0);
        // The units and shortcuts say it too.
        let unit = db.session_maker().begin(async |s| s.execute("insert into child values (3)").await).await;
        assert_eq!(unit.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
        let short = db.execute("insert into child values (3)").await;
        assert_eq!(short.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(db.scalar::<i64>("select count(*) from child").await.unwrap(), Some(0));
        writes_at_once(&db).await;
    }
}

#[tokio::test]
async fn a_read_that_takes_too_long_leaves_its_transaction() {
    for (_dir, db) in databases().await {
        let limit = Duration::from_millis(50);
        let maker = db.session_maker();
        for by_option in [true, false] {
            let options = if by_option {
                SessionOptions::default().statement_timeout(limit)
            } else {
                Default::default()
            };
            let mut session = maker.session_with(options);
            let endless = if by_option { text(ENDLESS) } else { text(ENDLESS).timeout(limit) };
            session.execute("insert into t values (1)").await.unwrap();
            let start = Instant::now();
            let error = session.execute(&endless).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::StatementTimeout);
            assert!(start.elapsed() >= limit, "stopped too early");
            assert!(session.is_active());
            session.execute("insert into t values (2)").await.unwrap();
            session.commit().await.unwrap();
            assert_eq!(ids(&db).await, [1, 2]);
            db.execute("delete from t").await.unwrap();
        }
        // The statement's own limit comes before the session's.
        let mut session = maker.session_with(SessionOptions::default().statement_timeout(Duration::ZERO));
        assert_eq!(
            session.scalar_one::<i64>(text("select 1").timeout(Duration::from_secs(9))).await.unwrap(),
            1
        );
    }
}

#[tokio::test]
async fn a_write_that_takes_too_long_takes_its_transaction_along() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let write = text(
            "insert into t with recursive n(i) as (select 2 union all select i + 1 from n) select i from n",
        )
        .timeout(Duration::from_millis(50));
        let error = session.execute(write).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StatementTimeout);
        only_rollback_is_left(&mut session, ErrorKind::InvalidState).await;
        session.rollback().await.unwrap();
        writes_at_once(&db).await;
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn a_stream_that_takes_too_long() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let late = text(ENDLESS).timeout(Duration::from_millis(50));
        assert_eq!(session.stream(late).await.map(drop).unwrap_err().kind(), ErrorKind::StatementTimeout);
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }
}
