use sqlsession::{Database, ErrorKind, ResultSet, text};

use crate::{databases, ids, writes_at_once};

#[tokio::test]
async fn every_statement_of_a_text_gives_its_result() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let sql = "create table u (n); \
                   create trigger copies after insert on t begin insert into u values (new.id); select 1; end; \
                   insert into t values (1), (2); select n, typeof(n) from u; -- the end";
        {
            let mut results = session.execute_multi(sql).await.unwrap();
            let rows: Vec<bool> = results.iter().map(ResultSet::returns_rows).collect();
            assert_eq!(rows, [false, false, false, true]);
            assert_eq!(results[2].rowcount(), Some(2));
            let copied: Vec<(i64, String)> = results[3].all().unwrap();
            assert_eq!(copied, [(1, "integer".to_owned()), (2, "integer".to_owned())]);
            assert_eq!(results[3].warning_count(), None);
            assert!(session.warnings(&results[3]).await.unwrap().is_empty());
        }
        session.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1, 2]);
    }
}

#[tokio::test]
async fn an_error_in_the_middle_leaves_what_ran_in_the_transaction() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let sql = "insert into t values (1); insert into t values (1); insert into t values (2)";
        let error = session.execute_multi(sql).await.unwrap_err();
        assert_eq!((error.kind(), error.statement_number()), (ErrorKind::UniqueViolation, Some(2)));
        assert_eq!(error.statement(), Some("insert into t values (1)"));
        session.commit().await.unwrap();
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn a_text_may_end_and_begin_transactions() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        let sql = "insert into t values (1); commit; insert into t values (2)";
        assert_eq!(session.execute_multi(sql).await.unwrap().len(), 3);
        session.rollback().await.unwrap();
        writes_at_once(&db).await;
        assert_eq!(ids(&db).await, [1]);
    }
}

#[test]
fn blocking_calls_do_the_same() {
    let db = Database::create("sqlite://").unwrap();
    let mut session = db.session_maker().session();
    let mut results = session.execute_multi("select 1; select 2").unwrap();
    assert_eq!(results[1].scalar_one::<i64>().unwrap(), 2);
    let error = session.execute_multi(text("select 1; select :n").bind("n", 1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
