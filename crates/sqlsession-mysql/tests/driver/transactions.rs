use std::time::Duration;

use sqlsession_mysql::{
    EngineOptions, ErrorKind, SessionOptions,
    core::{
        driver::{IsolationLevel, ServerTransaction},
        pool::ResetOnReturn,
    },
};

use crate::database::Database;

fn one() -> EngineOptions {
    EngineOptions::default().pool_size(1).max_overflow(0)
}

#[tokio::test]
async fn a_unit_is_durable_after_commit_and_gone_after_rollback() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Open);
    session.rollback().await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    session.commit().await.unwrap();
    session.execute("insert into t values (3)").await.unwrap();
    drop(session);
    assert_eq!(database.ask("select n from t"), "2");
}

#[tokio::test]
async fn an_error_leaves_the_transaction_open() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int primary key)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let error = session.execute("insert into t values (1)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(session.server_transaction(), ServerTransaction::Open);
    session.execute("insert into t values (2)").await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "2");
}

#[tokio::test]
async fn an_error_inside_a_savepoint_costs_no_more_than_the_savepoint() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int primary key)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let outer = session.begin_nested().await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    let inner = session.begin_nested().await.unwrap();
    session.execute("insert into t values (4)").await.unwrap();
    assert!(session.execute("insert into t values (1)").await.is_err());
    session.rollback_to(inner).await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Open);
    session.execute("insert into t values (3)").await.unwrap();
    session.release(outer).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(database.ask("select group_concat(n order by n separator ' ') from t"), "1 2 3");
}

#[tokio::test]
async fn a_savepoint_may_come_first() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    for _ in 0..2 {
        let savepoint = session.begin_nested().await.unwrap();
        session.execute("insert into t values (1)").await.unwrap();
        session.rollback_to(savepoint).await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
    }
    assert_eq!(database.ask("select n from t"), "2\n2");
}

#[tokio::test]
async fn what_is_committed_behind_the_sessions_back_is_seen() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Open);
    session.execute("create table u (n int)").await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    assert!(session.in_transaction());
    session.execute("insert into t values (2)").await.unwrap();
    session.execute("commit").await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    session.execute("insert into t values (3)").await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(database.ask("select n from t"), "1\n2");
}

#[tokio::test]
async fn levels_hold_for_their_session_only() {
    let database = Database::with(one());
    let maker = database.engine.session_maker();
    let serializable = SessionOptions::default().isolation_level(IsolationLevel::Serializable);
    let variable = if database.is_mariadb() { "tx_isolation" } else { "transaction_isolation" };
    let show = format!("select @@{variable}");
    for _ in 0..2 {
        let mut session = maker.session_with(serializable.clone());
        assert_eq!(session.scalar_one::<String>(show.clone()).await.unwrap(), "SERIALIZABLE");
        drop(session);
        let mut session = maker.session();
        assert_eq!(session.scalar_one::<String>(show.clone()).await.unwrap(), "REPEATABLE-READ");
    }
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = maker.session_with(autocommit);
    session.execute("create table t (n int)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    assert_eq!(session.server_transaction(), ServerTransaction::Idle);
    drop(session);
    let mut session = maker.session();
    session.execute("insert into t values (2)").await.unwrap();
    drop(session);
    assert_eq!(database.ask("select n from t"), "1");
}

#[tokio::test]
async fn a_level_of_the_init_command_is_that_of_every_session_without_one() {
    let set = "?init_command=set+session+transaction+isolation+level+serializable";
    let database = Database::by(set, one());
    let variable = if database.is_mariadb() { "tx_isolation" } else { "transaction_isolation" };
    let show = format!("select @@{variable}");
    for level in [IsolationLevel::ReadCommitted, IsolationLevel::ReadUncommitted] {
        let mut session = database.session();
        assert_eq!(session.scalar_one::<String>(show.clone()).await.unwrap(), "SERIALIZABLE");
        session.rollback().await.unwrap();
        session.set_isolation_level(Some(level)).unwrap();
        assert_ne!(session.scalar_one::<String>(show.clone()).await.unwrap(), "SERIALIZABLE");
    }
    let mut session = database.session();
    assert_eq!(session.scalar_one::<String>(show).await.unwrap(), "SERIALIZABLE");
}

#[tokio::test]
async fn a_session_that_only_reads_refuses_to_write() {
    let database = Database::with(one());
    let maker = database.engine.session_maker();
    maker.session().execute_and_commit("create table t (n int)").await.unwrap();
    for level in [None, Some(IsolationLevel::Autocommit)] {
        let mut options = SessionOptions::default().read_only(true);
        if let Some(level) = level {
            options = options.isolation_level(level);
        }
        let mut session = maker.session_with(options);
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 0);
        let error = session.execute("insert into t values (1)").await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::ReadOnly, Some("1792")));
    }
    maker.session().execute_and_commit("insert into t values (1)").await.unwrap();
}

#[tokio::test]
async fn the_locks_of_a_dropped_session_are_released_at_once() {
    let database = Database::with(EngineOptions::default().pool_size(2));
    let mut holder = database.session();
    holder.execute("create table t (n int)").await.unwrap();
    holder.execute("insert into t values (1)").await.unwrap();
    holder.commit().await.unwrap();
    for _ in 0..20 {
        holder.execute("select * from t for update").await.unwrap();
        let mut waiter = database.session();
        waiter.execute("set innodb_lock_wait_timeout = 5").await.unwrap();
        drop(holder);
        assert_eq!(waiter.scalar_one::<i32>("select n from t for update").await.unwrap(), 1);
        holder = waiter;
    }
}

/// The ROLLBACK behind the session runs while this thread waits for the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_only_read_leaves_no_lock_and_no_snapshot() {
    let database = Database::with(one());
    let mut session = database.session();
    session.execute("create table t (n int)").await.unwrap();
    session.execute("create table m (n int) engine = MyISAM").await.unwrap();
    session.commit().await.unwrap();
    for table in ["t", "m"] {
        let mut session = database.session();
        session.execute(format!("select * from {table}")).await.unwrap();
        drop(session);
        // Of a connection that waits in the pool, and is not used again before this is done.
        database.ask(&format!("set lock_wait_timeout = 20; alter table {table} add column o int"));
    }
    database.session().execute("select * from t").await.unwrap();
    database.ask("insert into t values (1, 2)");
    assert_eq!(database.session().scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
}

#[tokio::test]
async fn a_deadlock_ends_the_transaction_and_a_lock_timeout_does_not() {
    let database = Database::with(EngineOptions::default().pool_size(2));
    let mut first = database.session();
    first.execute("create table t (id int primary key, n int)").await.unwrap();
    first.execute("insert into t values (1, 0), (2, 0), (3, 0)").await.unwrap();
    first.commit().await.unwrap();
    let mut second = database.session();
    first.execute("update t set n = 1 where id = 1").await.unwrap();
    second.execute("set innodb_lock_wait_timeout = 1").await.unwrap();
    second.execute("update t set n = 2 where id = 3").await.unwrap();
    let error = second.execute("update t set n = 2 where id = 1").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::LockTimeout, Some("1205")));
    assert_eq!(second.server_transaction(), ServerTransaction::Open);
    second.execute("set innodb_lock_wait_timeout = 50").await.unwrap();
    second.execute("update t set n = 2 where id = 2").await.unwrap();
    let (one, two) = tokio::join!(first.execute("update t set n = 1 where id = 2"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        second.execute("update t set n = 2 where id = 1").await
    });
    let (victim, other, error) = match (one, two) {
        (Err(error), Ok(_)) => (&mut first, &mut second, error),
        (Ok(_), Err(error)) => (&mut second, &mut first, error),
        both => panic!("{both:?}"),
    };
    assert_eq!((error.kind(), error.code()), (ErrorKind::Deadlock, Some("1213")));
    assert!(error.is_retryable());
    assert_eq!(victim.server_transaction(), ServerTransaction::Idle);
    let refused = victim.execute("update t set n = 9 where id = 3").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidState);
    assert_eq!(other.server_transaction(), ServerTransaction::Open);
    other.commit().await.unwrap();
    victim.rollback().await.unwrap();
    assert_eq!(victim.scalar_one::<i64>("select count(*) from t where n = 9").await.unwrap(), 0);
}

#[tokio::test]
async fn autocommit_that_a_text_has_changed_is_set_back() {
    let database = Database::with(one());
    let mut session = database.session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    session.execute("set autocommit = 1").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    drop(session);
    let mut session = database.session();
    session.execute("insert into t values (2)").await.unwrap();
    drop(session);
    assert_eq!(database.ask("select n from t"), "1");
}

/// By whichever text, and also where the program has set another level before.
#[tokio::test]
async fn a_level_that_a_text_has_changed_is_set_back() {
    let database = Database::with(one());
    let variable = if database.is_mariadb() { "tx_isolation" } else { "transaction_isolation" };
    let show = format!("select @@{variable}");
    let first: String = database.session().scalar_one(show.as_str().to_owned()).await.unwrap();
    assert_eq!(first, "REPEATABLE-READ");
    for text in [
        "set session transaction isolation level serializable",
        "SET @@SESSION.VARIABLE = 'SERIALIZABLE'",
        "/* so */ set local transaction isolation level serializable",
    ] {
        let text = text.replace("VARIABLE", variable);
        for way in ["execute", "again", "commit", "stream", "multi", "many", "script", "level"] {
            let options = match way {
                "level" => SessionOptions::default().isolation_level(IsolationLevel::ReadCommitted),
                _ => SessionOptions::default(),
            };
            let mut session = database.engine.session_maker_with(options).session();
            match way {
                "stream" => drop(session.stream(text.clone()).await.unwrap()),
                "multi" => drop(session.execute_multi(format!("do 1; {text}")).await.unwrap()),
                "script" => session.execute_script(format!("do 1; {text}")).await.unwrap(),
                "many" => {
                    let none: [[(&str, i64); 0]; 1] = [[]];
                    session.execute_many(text.clone(), none).await.unwrap();
                }
                _ => drop(session.execute(text.clone()).await.unwrap()),
            }
            assert_eq!(
                session.scalar_one::<String>(show.clone()).await.unwrap(),
                "SERIALIZABLE",
                "{text} {way}"
            );
            if way == "commit" {
                session.commit().await.unwrap();
            }
            drop(session);
            let mut next = database.session();
            assert_eq!(next.scalar_one::<String>(show.clone()).await.unwrap(), first, "{text} {way}");
        }
    }
}

/// A first statement that fails leaves a transaction open of which the server says nothing.
#[tokio::test]
async fn a_first_statement_that_failed_leaves_nothing_to_the_next_transaction_of_a_connection() {
    for (way, options) in
        [one(), one(), one(), one().reset_on_return(ResetOnReturn::None)].into_iter().enumerate()
    {
        let database = Database::with(options);
        database.ask("create table t (n int primary key); insert into t values (1), (2)");
        let mut conn = database.engine.connect().await.unwrap();
        match way {
            0 | 3 => {
                conn.execute("select (select n from t)").await.unwrap_err();
                conn.rollback().await.unwrap();
            }
            1 => {
                conn.execute("select (select n from t)").await.unwrap_err();
                conn.commit().await.unwrap();
            }
            _ => {
                conn.execute_and_commit("select (select n from t)").await.unwrap_err();
                conn.rollback().await.unwrap();
            }
        }
        if way == 3 {
            conn.close().await.unwrap();
            conn = database.engine.connect().await.unwrap();
        }
        database.ask("insert into t values (3)");
        assert_eq!(conn.scalar::<i64>("select count(*) from t").await.unwrap(), Some(3), "{way}");
    }
}

#[tokio::test]
async fn a_first_statement_that_failed_holds_no_locks_behind_the_transaction_of_a_connection() {
    let database = Database::with(one());
    database.ask("create table t (id int primary key); insert into t values (1)");
    let mut conn = database.engine.connect().await.unwrap();
    for way in 0..3 {
        match way {
            0 => {
                conn.execute("insert into t values (1)").await.unwrap_err();
                conn.rollback().await.unwrap();
            }
            1 => {
                conn.execute("insert into t values (1)").await.unwrap_err();
                conn.commit().await.unwrap();
            }
            _ => drop(conn.execute_and_commit("insert into t values (1)").await.unwrap_err()),
        }
        database
            .ask("set innodb_lock_wait_timeout = 1; delete from t where id = 1; insert into t values (1)");
    }
}
