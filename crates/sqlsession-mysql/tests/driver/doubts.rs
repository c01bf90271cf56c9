//! What a session knows of its transaction after an error.

use sqlsession_mysql::{EngineOptions, ErrorKind, MysqlEngine, core::driver::ServerTransaction};
use sqlsession_test_servers::{Mysql, MysqlProduct};

use crate::database::Database;

/// Rolls back and fails, as procedures do.
const FAILS: &str = "create procedure fails() begin
    declare exit handler for sqlexception begin rollback; resignal; end;
    insert into t values (2);
    insert into t values (1);
end";

#[tokio::test]
async fn a_procedure_that_rolls_back_and_fails_ends_the_unit() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_script("create table t (n int primary key)").await.unwrap();
    session.execute_script(FAILS).await.unwrap();
    session.commit().await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let error = session.execute("call fails()").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    let refused = session.execute("insert into t values (5)").await.unwrap_err();
    // Half of the unit is gone, and a procedure may have committed.
    assert_eq!(refused.kind(), ErrorKind::CommitUnknown);
    assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
    assert_eq!(database.ask("select count(*) from t"), "0");
}

#[tokio::test]
async fn ddl_that_fails_has_committed_and_that_is_seen() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int primary key)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let error = session.execute("create table t (n int)").await.unwrap_err();
    assert_eq!(error.code(), Some("1050"));
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
    assert_eq!(database.ask("select count(*) from t"), "1");
    session.execute("insert into t values (2)").await.unwrap();
    session.execute_script("insert into t values (3); rollback; nonsense").await.unwrap_err();
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "1");
}

/// Nothing comes before it that has opened a transaction, and nothing is open behind it.
#[tokio::test]
async fn what_comes_first_and_commits_before_it_fails_is_told() {
    let database = Database::create();
    database.ask("create table t (n int primary key)");
    let pays = "create procedure pays(n int) begin
        insert into t values (n);
        commit;
        signal sqlstate '45000';
    end";
    database.session().execute_script(pays).await.unwrap();
    let several = "insert into t values (1); truncate nowhere";
    let mut texts = vec![several, "call pays(2)", "/*!50000 call pays(3) */", "execute p"];
    if database.is_mariadb() {
        texts.extend([
            "execute immediate 'call pays(5)'",
            "begin not atomic call pays(6); end",
            "set statement max_statement_time = 9 for call pays(7)",
        ]);
    }
    for text in &texts {
        let mut session = database.session();
        if *text == several {
            session.execute_multi(*text).await.unwrap_err();
        } else {
            session.execute_script("prepare p from 'call pays(4)'").await.unwrap();
            session.execute(*text).await.unwrap_err();
        }
        assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown, "{text}");
        session.execute("insert into t values (9)").await.unwrap();
        session.rollback().await.unwrap();
    }
    assert_eq!(database.ask("select count(*) from t"), texts.len().to_string());
    // These have done nothing that lasts.
    for text in [
        "/*!50000 insert into t values (1) */",
        "set statement max_statement_time = 9 for insert into t values (1)",
    ] {
        let mut session = database.session();
        session.execute(text).await.unwrap_err();
        session.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_lock_timeout_ends_the_transaction_where_the_server_is_told_so() {
    for product in MysqlProduct::installed() {
        let server = Mysql::new(product).setting("innodb_rollback_on_timeout", "ON").start().unwrap();
        let engine = MysqlEngine::with_options(server.url(), EngineOptions::default()).unwrap().to_async();
        let mut holder = engine.session_maker().session();
        holder.execute("create table t (n int primary key, v int)").await.unwrap();
        holder.execute("insert into t values (1, 0), (2, 0)").await.unwrap();
        holder.commit().await.unwrap();
        holder.execute("update t set v = 1 where n = 1").await.unwrap();
        let mut waiter = engine.session_maker().session();
        waiter.execute("set innodb_lock_wait_timeout = 1").await.unwrap();
        waiter.execute("update t set v = 2 where n = 2").await.unwrap();
        let error = waiter.execute("update t set v = 2 where n = 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LockTimeout, "{product:?}");
        assert_eq!(waiter.server_transaction(), ServerTransaction::Idle, "{product:?}");
        let refused = waiter.execute("update t set v = 2 where n = 2").await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidState, "{product:?}");
        waiter.rollback().await.unwrap();
        holder.commit().await.unwrap();
        assert_eq!(server.query("select sum(v) from sqlsession.t").unwrap(), "1", "{product:?}");
    }
}

#[tokio::test]
async fn a_transaction_that_chains_another_has_ended() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    session.execute("set completion_type = 'CHAIN'").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    session.commit().await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    session.rollback().await.unwrap();
    let mut next = database.session();
    assert_eq!(next.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
    next.execute("set completion_type = default").await.unwrap();
}
