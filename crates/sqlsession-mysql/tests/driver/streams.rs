use std::time::{Duration, Instant};

use sqlsession_mysql::{
    AsyncSession, EngineOptions, ErrorKind, Result, SessionOptions, core::driver::IsolationLevel, text,
};

use crate::database::Database;

/// Rows from 1 to `:last`, without a table.
const NUMBERS: &str = "with recursive numbers (n) as \
    (select 1 union all select n + 1 from numbers where n < :last) \
    select n, concat('number ', n) as name from numbers";

async fn deep(database: &Database) -> AsyncSession {
    let mut session = database.session();
    let limit = if database.is_mariadb() {
        "set max_recursive_iterations = 10000000"
    } else {
        "set cte_max_recursion_depth = 10000000"
    };
    session.execute(limit).await.unwrap();
    session
}

#[tokio::test]
async fn rows_come_in_order() {
    let database = Database::create();
    let mut session = deep(&database).await;
    for rows in [0, 1, 7, 1000, 100_000] {
        let statement = text(NUMBERS).bind("last", 3000).yield_per(rows);
        let mut stream = session.stream(statement).await.unwrap().typed::<(i32, String)>().unwrap();
        let mut expected = 0;
        while let Some(row) = stream.next().await {
            expected += 1;
            assert_eq!(row.unwrap(), (expected, format!("number {expected}")));
        }
        assert_eq!(expected, 3000, "yield_per {rows}");
    }
}

#[tokio::test]
async fn an_empty_stream_has_its_columns() {
    let database = Database::create();
    let mut session = database.session();
    let stream = session.stream("select 1 as n, 'x' as name from dual where false").await.unwrap();
    assert_eq!(stream.columns().names().collect::<Vec<_>>(), ["n", "name"]);
    drop(stream);
    let mut stream = session.stream("set @x = 1").await.unwrap();
    assert!(stream.columns().is_empty() && stream.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_is_dropped_early_leaves_its_session_usable() {
    let database = Database::with(EngineOptions::default().pool_size(1).max_overflow(0));
    let mut session = deep(&database).await;
    session.execute("create table t (n int)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let id: i64 = session.scalar_one("select connection_id()").await.unwrap();
    for last in [100, 3000, 1_000_000] {
        let mut stream = session.stream(text(NUMBERS).bind("last", last)).await.unwrap();
        for _ in 0..10 {
            stream.next().await.unwrap().unwrap();
        }
        drop(stream);
        assert_eq!(session.scalar_one::<i32>("select 7").await.unwrap(), 7);
        assert_eq!(session.scalar_one::<i64>("select connection_id()").await.unwrap(), id);
    }
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "1", "the transaction went on");
}

#[tokio::test]
async fn a_session_that_is_dropped_under_a_stream_has_it_stopped() {
    let database = Database::create();
    let begun = Instant::now();
    let mut session = deep(&database).await;
    session.execute("create table t (n int)").await.unwrap();
    session
        .execute(
            text(format!("insert into t {}", NUMBERS.replace(", concat('number ', n) as name", "")))
                .bind("last", 500),
        )
        .await
        .unwrap();
    // Some minutes of rows.
    let rows = "select sleep(0.001), repeat('x', 5000) from t, t as u, t as v";
    let mut stream = session.stream(rows).await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    drop(session);
    let busy = "select count(*) from information_schema.processlist \
                where db = database() and info like '%repeat(%' and id <> connection_id()";
    while database.ask(busy) != "0" {
        assert!(begun.elapsed() < Duration::from_secs(60), "the query goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_error_in_the_middle_comes_after_the_rows_before_it() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (id int primary key, n bigint unsigned)").await.unwrap();
    let sets: Vec<[(&str, i64); 1]> = (1..=2000).map(|n| [("n", n)]).collect();
    session.execute_many("insert into t values (:n, :n)", sets).await.unwrap();
    session.commit().await.unwrap();
    let statement = "select id, case when id = 1500 then n - 1501 else n end as n from t order by id";
    let mut stream = session.stream(statement).await.unwrap();
    let mut seen = 0;
    let error = loop {
        match stream.next().await.unwrap() {
            Ok(_) => seen += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), Some("1690"), "{error:?}");
    assert!(seen <= 1499, "{seen} rows");
    assert!(stream.next().await.is_none());
    drop(stream);
    assert_eq!(session.scalar_one::<i32>("select 7").await.unwrap(), 7);
}

#[tokio::test]
async fn a_stream_that_writes_has_written_when_it_is_dropped_early() {
    let database = Database::create();
    let mut session = deep(&database).await;
    session.execute("create table t (n int)").await.unwrap();
    let numbers = NUMBERS.replace(", concat('number ', n) as name", "").replace(":last", "20000");
    session
        .execute_script(format!(
            "create procedure p() begin insert into t values (-1); {}; insert into t values (-2); end",
            NUMBERS.replace(":last", "100000")
        ))
        .await
        .unwrap();
    let mut writes = vec![("call p()".to_owned(), "2")];
    if database.is_mariadb() {
        writes.push((format!("insert into t {numbers} returning n, repeat('x', 1000)"), "20000"));
    }
    for (write, expected) in writes {
        let mut stream = session.stream(write.clone()).await.unwrap();
        stream.next().await.unwrap().unwrap();
        drop(stream);
        session.commit().await.unwrap();
        assert_eq!(database.ask("select count(*) from t"), expected, "{write}");
        session.execute_and_commit("delete from t").await.unwrap();
    }
}

#[tokio::test]
async fn a_stream_that_somebody_else_has_stopped_says_so() {
    let database = Database::create();
    let mut session = database.session();
    session
        .execute_script("create procedure p() begin select 1; signal sqlstate '70100'; end")
        .await
        .unwrap();
    let mut stream = session.stream("call p()").await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    assert_eq!(stream.next().await.unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn a_write_that_fails_behind_a_stream_that_was_dropped_is_told() {
    let database = Database::create();
    let mut session = database.session();
    failing(&mut session).await;
    let mut writes = vec!["call p()".to_owned()];
    if database.is_mariadb() {
        let ids =
            "with recursive n (n) as (select 1 union all select n + 1 from n where n < 900) select n from n";
        writes.push(format!("insert into t {ids} returning id, repeat('x', 2000)"));
    }
    for write in writes {
        for goes_on in ["commit", "execute", "nested"] {
            let stream = async |session: &mut AsyncSession| -> Result<()> {
                let mut stream = session.stream(write.clone()).await?;
                stream.next().await.unwrap()?;
                drop(stream);
                Ok(())
            };
            let error = match goes_on {
                "nested" => session.nested(stream).await,
                _ => {
                    stream(&mut session).await.unwrap();
                    match goes_on {
                        "commit" => session.commit().await,
                        _ => session.execute("insert into t values (2)").await.map(drop),
                    }
                }
            }
            .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{write}, {goes_on}");
            assert_eq!(error.statement(), Some(&*write));
            // It was told once, and nothing else was done.
            assert_eq!(database.ask("select count(*) from t"), "1");
            let there = session.scalar_one::<i64>("select count(*) from t where id in (2, 900)").await;
            assert_eq!(there.unwrap(), 1, "{write}, {goes_on}");
            session.rollback().await.unwrap();
        }
    }
}

/// A procedure that gives a row, and then fails behind what it has written.
async fn failing(session: &mut AsyncSession) {
    session
        .execute_script(
            "create table t (id int primary key); insert into t values (900); \
             create procedure p() begin select 1 as n union all select 2; insert into t values (1); \
             insert into t values (900); end",
        )
        .await
        .unwrap();
    session.commit().await.unwrap();
}

async fn leave_stream(session: &mut AsyncSession) -> Result<()> {
    let mut stream = session.stream("call p()").await?;
    stream.next().await.unwrap()?;
    Ok(())
}

#[tokio::test]
async fn in_autocommit_who_ends_the_session_is_told_what_a_stream_failed_with() {
    let database = Database::create();
    failing(&mut database.session()).await;
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    for way in ["close", "rollback", "commit"] {
        let mut session = database.engine.session_maker().session_with(autocommit.clone());
        leave_stream(&mut session).await.unwrap();
        let ended = match way {
            "close" => session.close().await,
            "rollback" => session.rollback().await,
            _ => session.commit().await,
        };
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::UniqueViolation, "{way}");
        // It was told once, and the session is as good as new.
        session.close().await.unwrap();
        session.execute("delete from t where id = 1").await.unwrap();
    }
    let mut session = database.engine.session_maker().session_with(autocommit);
    session
        .execute_script(
            "create procedure q() begin select 1 as n; do sleep(0.2); insert into t values (7); end",
        )
        .await
        .unwrap();
    let mut stream = session.stream("call q()").await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    session.close().await.unwrap();
    assert_eq!(database.ask("select count(*) from t where id = 7"), "1", "nothing has stopped it");
}

#[tokio::test]
async fn what_a_stream_failed_with_inside_of_a_savepoint_is_undone_with_it() {
    let database = Database::create();
    let mut session = database.session();
    failing(&mut session).await;
    session.execute("insert into t values (5)").await.unwrap();
    let savepoint = session.begin_nested().await.unwrap();
    leave_stream(&mut session).await.unwrap();
    session.rollback_to(savepoint).await.unwrap();
    {
        let mut nested = std::pin::pin!(session.nested(async |session| {
            leave_stream(session).await?;
            std::future::pending::<Result<()>>().await
        }));
        assert!(tokio::time::timeout(Duration::from_millis(200), nested.as_mut()).await.is_err());
    }
    session.commit().await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "2");

    // One that has ended undoes nothing, and so the error is still to be told.
    leave_stream(&mut session).await.unwrap();
    assert_eq!(session.rollback_to(savepoint).await.unwrap_err().kind(), ErrorKind::UniqueViolation);
    session.rollback().await.unwrap();
}
