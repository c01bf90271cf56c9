use sqlsession_mysql::{EngineOptions, ErrorKind, text};

use crate::database::Database;

#[tokio::test]
async fn values_go_and_come_back_however_often_a_text_runs() {
    let database = Database::create();
    let mut session = database.session();
    for n in 0_i64..5 {
        let statement = text("select :n + 1 as next, concat(:name, '!') as name, :none as none, :n as again")
            .bind("n", n)
            .bind("name", "Ada")
            .bind("none", None::<i64>);
        let row: (i64, String, Option<i32>, i64) = session.one(statement).await.unwrap();
        assert_eq!(row, (n + 1, "Ada!".to_owned(), None, n), "run {n}");
    }
}

#[tokio::test]
async fn an_empty_result_has_its_columns() {
    let database = Database::create();
    let mut session = database.session();
    for run in 0..3 {
        let result = session.execute("select 1 as id, 'x' as name from dual where false").await.unwrap();
        assert!(result.returns_rows(), "run {run}");
        assert_eq!(result.keys().unwrap().names().collect::<Vec<_>>(), ["id", "name"], "run {run}");
        assert!(!session.execute("set @x = 1").await.unwrap().returns_rows(), "run {run}");
    }
}

#[tokio::test]
async fn so_many_statements_stay_prepared() {
    for size in [0, 3] {
        let database = Database::with(EngineOptions::default().statement_cache_size(size));
        let mut session = database.session();
        const PREPARED: &str = "select variable_value from information_schema.session_status where variable_name = 'Com_stmt_prepare'";
        let count = async |session: &mut sqlsession_mysql::AsyncSession| -> i64 {
            if !database.is_mariadb() {
                return 0;
            }
            session.scalar_one::<String>(PREPARED).await.unwrap().parse().unwrap()
        };
        count(&mut session).await;
        session.scalar_one::<i32>("select 1").await.unwrap();
        let before = count(&mut session).await;
        for _ in 0..5 {
            assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
        }
        let after = count(&mut session).await;
        let expected = if size == 0 && before > 0 { 6 } else { 0 };
        assert_eq!(after - before, expected, "size {size}");
        for n in 0..20 {
            assert_eq!(session.scalar_one::<i32>(format!("select {n}")).await.unwrap(), n);
        }
        // Those that were given up are closed, and count for nothing in the server's limit.
        const CLOSED: &str = "select variable_value from information_schema.session_status where variable_name = 'Com_stmt_close'";
        if database.is_mariadb() {
            let closed: String = session.scalar_one(CLOSED).await.unwrap();
            assert!(closed.parse::<i64>().unwrap() >= 18, "size {size}: {closed}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_prepared_goes_as_text() {
    let database = Database::create();
    let mut session = database.session();
    for _ in 0..2 {
        session.execute("begin").await.unwrap();
        session.execute("lock tables t read").await.unwrap_err();
        // It commits what was before it, also where it fails.
        assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
        // mysql_async would take this for a parameter.
        let mut result = session.execute(text("select 5 as \\:n from dual where ':x' = ':x'")).await;
        assert_eq!(result.as_mut().err().map(|error| error.kind()), Some(ErrorKind::Syntax));
        session.rollback().await.unwrap();
        session.execute("use information_schema").await.unwrap();
        session.execute(format!("use {}", database.place.name())).await.unwrap();
    }
    session.execute("drop procedure if exists twice").await.unwrap();
    session
        .execute("create procedure twice (n int) select n * 2 as twice, '2024-01-01' as day, 1.5 as half")
        .await
        .unwrap();
    for n in 1..4_i64 {
        let row: (i64, String, f64) = session.one(text("call twice(:n)").bind("n", n)).await.unwrap();
        assert_eq!((row.0, row.1.as_str()), (n * 2, "2024-01-01"));
    }
}

/// mysql_async looks for parameters of its own notation, and not always in the right places.
#[tokio::test]
async fn colons_in_quotes_stay_what_they_are() {
    let database = Database::create();
    let mut session = database.session();
    for _ in 0..2 {
        assert_eq!(session.scalar_one::<f64>("select 5-'1:b'").await.unwrap(), 4.0);
        assert_eq!(session.scalar_one::<String>("select concat(6/2, '2:b')").await.unwrap(), "3.00002:b");
        let refused = session.execute(text("select 6/'2:b' + :x").bind("x", 1)).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::BadParameter, "{refused:?}");
        let row: (i32, String) = session.one(text("select :x, 'a:b' /* c:d */").bind("x", 1)).await.unwrap();
        assert_eq!(row, (1, "a:b".to_owned()));
    }
    let script = "create procedure looping() begin again:begin select 1; end; end";
    session.execute_script(script).await.unwrap();
    let error = session.execute(script).await.unwrap_err();
    assert!(error.message().contains("execute_script"), "{error}");
}

#[tokio::test]
async fn a_table_that_changes_under_its_statement_is_read_anew() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    for width in 1..5 {
        for _ in 0..2 {
            let result = session.execute("select * from t").await.unwrap();
            assert_eq!(result.keys().unwrap().len(), width);
        }
        session.execute(format!("alter table t add column c{width} varchar(10) default 'x'")).await.unwrap();
    }
    session.execute("alter table t modify n varchar(20)").await.unwrap();
    let row: (String, String) = session.one("select n, c1 from t").await.unwrap();
    assert_eq!(row, ("1".to_owned(), "x".to_owned()));
}

#[tokio::test]
async fn counts_and_keys_are_those_of_the_server() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id int auto_increment primary key, n int)").await.unwrap();
    let result = session.execute("insert into t (n) values (1), (2), (3)").await.unwrap();
    assert_eq!((result.rowcount(), result.last_insert_id()), (Some(3), Some(1)));
    let result = session.execute("update t set n = n where n > 1").await.unwrap();
    assert_eq!((result.rowcount(), result.last_insert_id()), (Some(2), None));
    assert_eq!(session.execute("delete from t where n > 5").await.unwrap().rowcount(), Some(0));
    if database.is_mariadb() {
        let mut result = session.execute("insert into t (n) values (9), (10) returning n").await.unwrap();
        assert_eq!(result.rowcount(), Some(2));
        assert_eq!(result.scalars::<i32>().unwrap(), [9, 10]);
    }
}

#[test]
fn blocking_calls_do_the_same() {
    let database = Database::create();
    let engine = database.blocking();
    let mut session = engine.session_maker().session();
    session.execute("create table t (n int)").unwrap();
    session.execute(text("insert into t values (:n)").bind("n", 7)).unwrap();
    session.commit().unwrap();
    assert_eq!(session.scalar_one::<i32>("select n from t").unwrap(), 7);
    session.execute("delete from t").unwrap();
    drop(session);
    assert_eq!(database.ask("select count(*) from t"), "1");
    let open = "select count(*) from information_schema.innodb_trx as x \
                join information_schema.processlist as p on p.id = x.trx_mysql_thread_id where p.db = database()";
    assert_eq!(database.ask(open), "0");
}

#[tokio::test]
async fn an_error_in_place_of_the_next_result_is_told() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_script(
            "create procedure p() begin select 1; signal sqlstate '45000' set mysql_errno = 1644; end",
        )
        .await
        .unwrap();
    for run in 0..3 {
        let error = session.execute("call p()").await.unwrap_err();
        assert_eq!(error.code(), Some("1644"), "run {run}");
        assert_eq!(session.scalar_one::<i64>("select 2").await.unwrap(), 2, "run {run}");
    }
}

/// The error is the one of a statement that the server has forgotten, which is run again.
#[tokio::test]
async fn a_procedure_that_fails_by_its_own_statement_runs_once() {
    let database = Database::create();
    let mut session = database.session();
    session.execute_script("create table t (n int)").await.unwrap();
    let errors =
        ["execute nowhere", "deallocate prepare nowhere", "signal sqlstate 'HY000' set mysql_errno = 1615"];
    for error in errors {
        let procedure = format!("create procedure p(n int) begin insert into t values (n); {error}; end");
        session.execute_script(procedure).await.unwrap();
        let call = || text("call p(:n)").bind("n", 1);
        session.execute(call()).await.unwrap_err();
        session.execute_multi(call()).await.unwrap_err();
        session.stream(call()).await.map(drop).unwrap_err();
        session.execute_many("call p(:n)", [[("n", 1)]]).await.unwrap_err();
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 4, "{error}");
        session.execute_script("delete from t; drop procedure p").await.unwrap();
    }
}

/// MariaDB runs blocks outside of procedures, and has them prepared.
#[tokio::test]
async fn a_block_that_commits_and_fails_by_its_own_statement_runs_once() {
    let database = Database::create();
    if !database.is_mariadb() {
        return;
    }
    let mut session = database.session();
    session.execute_script("create table t (n int)").await.unwrap();
    let block = "begin not atomic insert into t values (1); commit; signal sqlstate 'HY000' set mysql_errno = 1615; end";
    session.execute(block).await.unwrap_err();
    let _ = session.rollback().await;
    session.stream(block).await.map(drop).unwrap_err();
    let _ = session.rollback().await;
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 2);
}
