use sqlsession::{AsyncDatabase, Database, ErrorKind, Result, TableName};

use crate::{databases, ids, writes_at_once};

#[tokio::test]
async fn rows_in_bulk_belong_to_the_transaction() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        assert_eq!(session.bulk_insert("t", ["id"], (1..=3).map(|id| [id])).await.unwrap(), 3);
        assert!(session.in_transaction());
        let savepoint = session.begin_nested().await.unwrap();
        assert_eq!(session.bulk_insert("main.t", ["id"], vec![(4,), (5,)]).await.unwrap(), 2);
        session.rollback_to(savepoint).await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 2, 3]);
        session.bulk_insert("t", ["id"], [[6]]).await.unwrap();
        drop(session);
        assert_eq!(ids(&db).await, [1, 2, 3]);
        writes_at_once(&db).await;
    }
}

#[tokio::test]
async fn rows_in_bulk_that_fail_leave_the_transaction_as_it_was() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        let error = session.bulk_insert("t", ["id"], [[7], [1], [8]]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(error.statement(), Some(r#"INSERT INTO "t" ("id")"#));
        let error = session.bulk_insert("t", ["id"], [vec![7], vec![8, 9]]).await.unwrap_err();
        assert_eq!(error.message(), "row 2 has 2 values for 1 columns");
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
        writes_at_once(&db).await;
    }
}

#[tokio::test]
async fn rows_in_bulk_that_fail_at_first_leave_a_transaction_that_goes_on() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let error = session.bulk_insert("t", ["id"], [[7], [7]]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert!(session.in_transaction());
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [2]);
        writes_at_once(&db).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_of_the_rows_is_the_callers() {
    for (_dir, db) in databases().await {
        let task = tokio::spawn({
            let db = db.clone();
            async move {
                let mut connection = db.engine().connect().await?;
                let rows = (1..9).map(|id| if id < 5 { [id] } else { panic!("row {id}") });
                connection.bulk_insert(TableName::from_parts(["t"])?, vec!["id"], rows).await
            }
        });
        let payload = task.await.unwrap_err().into_panic();
        assert_eq!(payload.downcast_ref::<String>().unwrap(), "row 5");
        while db.engine().pool_status().in_use > 0 {
            tokio::task::yield_now().await;
        }
        assert!(ids(&db).await.is_empty());
        writes_at_once(&db).await;
    }
}

#[test]
fn by_blocking_calls() -> Result<()> {
    let db = Database::create("sqlite://")?;
    let mut session = db.session_maker().session();
    session.execute_and_commit("create table t (id integer primary key, name text)")?;
    let rows = (1..=1000).map(|id| (id, format!("name {id}")));
    assert_eq!(session.bulk_insert("t", ["id", "name"], rows)?, 1000);
    session.execute_many_and_commit("update t set name = :name", [[("name", "a")]])?;
    drop(session);
    let mut connection = db.engine().connect()?;
    assert_eq!(connection.bulk_insert("t", ["id"], Vec::<[i64; 1]>::new())?, 0);
    assert!(!connection.in_transaction());
    assert_eq!(connection.scalar_one::<i64>("select count(*) from t where name = 'a'")?, 1000);
    Ok(())
}

/// The futures are `Send`, as those of all statements are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_spawned_task() {
    let db = AsyncDatabase::create("sqlite://").unwrap();
    let inserted = tokio::spawn(async move {
        let mut session = db.session_maker().session();
        session.execute_and_commit("create table t (id integer)").await?;
        session.bulk_insert("t", ["id"], (0..10).map(|id| [id])).await
    });
    assert_eq!(inserted.await.unwrap().unwrap(), 10);
}
