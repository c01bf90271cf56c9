use sqlsession_mysql::{ErrorKind, core::driver::ServerTransaction};

use crate::database::Database;

#[tokio::test]
async fn scripts_hold_several_statements() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_script("create table t (n int); insert into t values (1), (2); select * from t")
        .await
        .unwrap();
    let error = session.execute_script("insert into t values (3); nonsense; select 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Syntax);
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 3);
    let error = session.execute("insert into t values (4); insert into t values (5)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Syntax);
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[tokio::test]
async fn what_ran_before_a_script_failed_is_committed_with_the_rest() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    // Nothing else of the transaction says that it is open.
    let script = "insert into t values (1); select * from t; nonsense";
    assert_eq!(session.execute_script(script).await.unwrap_err().kind(), ErrorKind::Syntax);
    assert_eq!(session.server_transaction(), ServerTransaction::Open);
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "1");
    let script = "insert into t values (2); commit; nonsense";
    assert_eq!(session.execute_script(script).await.unwrap_err().kind(), ErrorKind::Syntax);
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
    assert_eq!(database.ask("select count(*) from t"), "2");
}
