use std::time::{Duration, Instant};

use sqlsession_postgres::{
    EngineOptions, Error, ErrorKind, PostgresDriver, SessionOptions,
    core::{
        driver::{
            Driver as _, DriverConnection as _, IsolationLevel, Operation, Request, ServerTransaction,
            UrlDriver as _, row_channel,
        },
        statement::{CompiledText, Statement},
    },
    text,
};

use crate::database::Database;

const NUMBERS: &str = "select n, 'number ' || n as name from generate_series(1, :last) as n";

#[tokio::test]
async fn rows_come_in_order_with_and_without_a_cursor() {
    let database = Database::create();
    let mut session = database.session();
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
    for rows in [0, 10] {
        let stream = session.stream(text(NUMBERS).bind("last", 0).yield_per(rows)).await.unwrap();
        assert_eq!(stream.columns().names().collect::<Vec<_>>(), ["n", "name"]);
    }
}

#[tokio::test]
async fn a_stream_that_is_dropped_early_leaves_its_session_usable() {
    let database = Database::create();
    let mut session = database.session();
    for rows in [0, 50] {
        let statement = text(NUMBERS).bind("last", 200_000).yield_per(rows);
        let mut stream = session.stream(statement).await.unwrap();
        for _ in 0..10 {
            stream.next().await.unwrap().unwrap();
        }
        drop(stream);
        assert_eq!(session.scalar_one::<i32>("select 7").await.unwrap(), 7);
        assert_eq!(
            session
                .scalar_one::<i64>("select count(*) from pg_cursors where name like 'sqlsession%'")
                .await
                .unwrap(),
            0
        );
    }
    session.commit().await.unwrap();
}

/// Longer than a server may take to say that it is ready, which is 5 s.
#[tokio::test]
async fn the_rest_of_a_stream_that_is_dropped_early_may_take_long() {
    let database = Database::create();
    let mut session = database.session();
    session.execute("create table t (n int)").await.unwrap();
    session.execute("insert into t values (1)").await.unwrap();
    let slow = "select n, case when n > 2000 and n % 100 = 0 then pg_sleep(0.13) end from generate_series(1, 7000) n";
    let mut rows = session.stream(slow).await.unwrap();
    for _ in 0..10 {
        rows.next().await.unwrap().unwrap();
    }
    drop(rows);
    let begun = Instant::now();
    assert_eq!(session.scalar_one::<i32>("select n from t").await.unwrap(), 1, "the transaction goes on");
    assert!(begun.elapsed() > Duration::from_secs(5), "it has not taken long: {:?}", begun.elapsed());
    session.commit().await.unwrap();
}

#[tokio::test]
async fn a_session_that_is_dropped_under_a_stream_has_it_cancelled() {
    let database = Database::create();
    let begun = Instant::now();
    let mut session = database.session();
    // Some minutes of rows.
    let mut stream =
        session.stream("select pg_sleep(0.001), n from generate_series(1, 1000000) n").await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    drop(session);
    let busy = "select count(*) from pg_stat_activity where datname = current_database() and query like '%pg_sleep%' \
                and state = 'active' and pid <> pg_backend_pid()";
    while database.ask(busy) != "0" {
        assert!(begun.elapsed() < Duration::from_secs(60), "the query goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// More than is on its way when the reader stops, and a limit that is shorter than the reader's pause.
const MANY: i32 = 100_000;
const LIMIT: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_secs(4);

fn numbered(last: i32, batch: usize) -> Statement {
    let sql = "select n, repeat('x', 100) from generate_series(1, :last) n";
    text(sql).bind("last", last).yield_per(batch).timeout(LIMIT)
}

#[tokio::test]
async fn the_time_that_the_reader_takes_is_not_the_statements() {
    let database = Database::create();
    let reading = |last, batch, pauses: [(i32, Duration); 2]| {
        let mut session = database.session();
        async move {
            session.execute("create temporary table mine (n int)").await.unwrap();
            let mut rows =
                session.stream(numbered(last, batch)).await.unwrap().typed::<(i32, String)>().unwrap();
            let mut count = 0;
            while let Some(row) = rows.next().await {
                row.unwrap_or_else(|error| panic!("{last} in batches of {batch}, row {count}: {error:?}"));
                for (_, pause) in pauses.iter().filter(|(row, _)| *row == count) {
                    tokio::time::sleep(*pause).await;
                }
                count += 1;
            }
            drop(rows);
            assert_eq!(count, last);
            let there = session.scalar_one::<i64>("select count(*) from mine").await;
            assert_eq!(there.unwrap(), 0, "its transaction goes on");
        }
    };
    let [early, late] = [100, 60_100].map(|row| (row, PAUSE));
    // Without a cursor, with one, and where all is on its way but the reader is away for longer than a cancel may take.
    tokio::join!(
        reading(MANY, 0, [early, late]),
        reading(MANY, 30_000, [early, late]),
        reading(5000, 0, [early, (2000, Duration::from_secs(12))])
    );
}

/// Nothing turns the connection while the reader is away.
#[test]
fn the_time_that_a_blocking_reader_takes_is_not_the_statements() {
    let database = Database::create();
    let engine = database.blocking();
    for batch in [0, 30_000] {
        let mut session = engine.session_maker().session();
        let rows = session.stream(numbered(MANY, batch)).unwrap().typed::<(i32, String)>().unwrap();
        let mut count = 0;
        for row in rows {
            row.unwrap_or_else(|error| panic!("batches of {batch}, row {count}: {error:?}"));
            if count == 100 {
                std::thread::sleep(PAUSE);
            }
            count += 1;
        }
        assert_eq!(count, MANY);
    }
}

#[tokio::test]
async fn a_stream_whose_server_takes_too_long_is_stopped() {
    let database = Database::create();
    let mut session = database.session();
    let pid = session.scalar_one::<i32>("select pg_backend_pid()").await.unwrap();
    // The limit is for all of them together.
    let slow = "select n, case when n % 1000 = 0 then pg_sleep(0.2) end from generate_series(1, 1000000) n";
    for batch in [0, 100_000] {
        let statement = text(slow).yield_per(batch).timeout(Duration::from_secs(1));
        let reading = async {
            let mut rows = session.stream(statement).await?;
            while let Some(row) = rows.next().await {
                row?;
            }
            Ok::<_, Error>(())
        };
        let error = reading.await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::StatementTimeout, Some("57014")), "{error:?}");
        session.rollback().await.unwrap();
        assert_eq!(session.scalar_one::<i32>("select pg_backend_pid()").await.unwrap(), pid);
    }
}

/// In AUTOCOMMIT its end is its commit, however long that takes.
#[tokio::test]
async fn a_stream_that_writes_outlives_a_session_that_is_dropped() {
    let database = Database::create();
    database.ask("create table t (n int)");
    let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut session = database.engine.session_maker_with(options).session();
    // Its last rows take longer than what is cut short at the end of a session.
    let writes = "insert into t select n from generate_series(1, 7000) n \
                  returning n, case when n > 2000 and n % 100 = 0 then pg_sleep(0.25) end";
    let mut rows = session.stream(writes).await.unwrap();
    rows.next().await.unwrap().unwrap();
    drop(rows);
    drop(session);
    database.engine.close(Duration::from_secs(60)).await.unwrap();
    assert_eq!(database.ask("select count(*) from t"), "7000");
}

#[tokio::test]
async fn an_error_in_the_middle_comes_after_the_rows_before_it() {
    let database = Database::create();
    let mut session = database.session();
    for rows in [0, 10] {
        let statement = text("select 10 / (100 - n) from generate_series(1, 200) n").yield_per(rows);
        let mut stream = session.stream(statement).await.unwrap();
        let mut seen = 0;
        let error = loop {
            match stream.next().await.unwrap() {
                Ok(_) => seen += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(error.code(), Some("22012"));
        assert!(seen <= 99 && (rows == 0 || seen == 90), "{seen} rows");
        assert!(stream.next().await.is_none());
        drop(stream);
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
        session.rollback().await.unwrap();
    }
}

/// What a deferred constraint refuses at the commit is not there, which the session hears from the driver.
#[tokio::test]
async fn a_stream_that_writes_is_read_to_its_end_and_tells_its_error() {
    let database = Database::create();
    database.ask("create table t (n int, unique (n) deferrable initially deferred)");
    let url = database.place.url().parse().unwrap();
    let (driver, _) = PostgresDriver::from_url(&url, &mut EngineOptions::default()).unwrap();
    let mut connection = driver.connect().await.unwrap();
    const LAST: i32 = 100_000;
    for (sql, failure, rows) in [
        (format!("insert into t select n from generate_series(1, {LAST}) n returning n"), None, LAST),
        ("update t set n = 1 returning n".to_owned(), Some(ErrorKind::UniqueViolation), LAST),
        (format!("select 1 / ({LAST} - n) from generate_series(1, {LAST}) n"), None, LAST),
        ("with gone as (delete from t returning n) select n from gone".to_owned(), None, 0),
    ] {
        let (sender, mut receiver) = row_channel();
        let request = Request::new(CompiledText::raw(sql.as_str()).into(), Vec::new());
        let Operation::Running(running) = connection.stream(request, sender) else { panic!("it is done") };
        let leaving = async move { assert!(receiver.next().await.is_some()) };
        let (finished, ()) = tokio::join!(running, leaving);
        assert_eq!(finished.result.err().map(|error| error.kind()), failure, "{sql}");
        connection = finished.connection.unwrap();
        assert_eq!(connection.server_transaction(), ServerTransaction::Idle, "{sql}");
        assert_eq!(database.ask("select count(*) from t"), rows.to_string(), "{sql}");
    }
}
