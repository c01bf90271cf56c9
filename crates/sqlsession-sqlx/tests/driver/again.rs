//! A statement whose plan the server has lost is sent again; what may have committed something is not.

use sqlsession_sqlx::{ErrorKind, core::driver::IsolationLevel, text};

use crate::database::Database;

/// The error is the one of a statement that the server has forgotten.
#[tokio::test]
async fn a_procedure_that_commits_and_fails_by_its_own_statement_runs_once() {
    let database = Database::mysql();
    let mut session = database.engine.session_maker().session();
    session.execute("create table t (n int)").await.unwrap();
    for (n, error) in ["signal sqlstate 'HY000' set mysql_errno = 1615", "execute nowhere"].iter().enumerate()
    {
        let body = format!("begin insert into t values (n); commit; {error}; end");
        session.execute(format!("create procedure p{n}(n int) {body}")).await.unwrap();
        session.commit().await.unwrap();
        let call = || text(format!("call p{n}(:n)")).bind("n", 1);
        for way in ["execute", "stream", "multi", "many"] {
            let ran = match way {
                "execute" => session.execute(call()).await.map(drop),
                "stream" => session.stream(call()).await.map(drop),
                "multi" => session.execute_multi(call()).await.map(drop),
                _ => session.execute_many(format!("call p{n}(:n)"), [[("n", 1)]]).await.map(drop),
            };
            ran.unwrap_err();
            assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown, "{way}");
        }
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 4, "{error}");
        session.execute("delete from t").await.unwrap();
        session.commit().await.unwrap();
    }
}

#[tokio::test]
async fn code_of_postgresql_that_commits_and_fails_runs_once() {
    let database = Database::postgres();
    let mut connection = database.engine.connect().await.unwrap();
    connection.set_isolation_level(Some(IsolationLevel::Autocommit)).unwrap();
    connection.execute("create table t (n int)").await.unwrap();
    let body =
        "$$ begin insert into t values (1); commit; raise exception 'x' using errcode = '26000'; end $$";
    connection.execute(format!("create procedure p() language plpgsql as {body}")).await.unwrap();
    for code in ["call p()".to_owned(), format!("do {body}")] {
        connection.execute(code.clone()).await.unwrap_err();
        connection.stream(code.clone()).await.map(drop).unwrap_err();
        assert_eq!(connection.scalar_one::<i64>("select count(*) from t").await.unwrap(), 2, "{code}");
        connection.execute("delete from t").await.unwrap();
    }
}
