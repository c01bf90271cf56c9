use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlsession_core::{
    ErrorKind, Value,
    bulk::BulkRows,
    driver::{BulkRequest, Control, DriverConnection, ManyRequest, Operation, Request, ServerTransaction},
};
use sqlsession_sqlite::SqliteOptions;

use crate::client::{Client, auto, block_on, deferred, driver, failed, file, quick, request, rows};

/// Some 100 ms and more of counting; it would take a minute to the end of `FOREVER`.
const LONG: &str = "with recursive c (n) as (select 1 union all select n + 1 from c where n < 400000) select count(*) from c";
const FOREVER: &str =
    "with recursive c (n) as (select 1 union all select n + 1 from c) select count(*) from c";

#[tokio::test]
async fn a_quick_statement_that_turns_slow_leaves_the_thread() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let text = quick(LONG);
    let began = Instant::now();
    let operation = client.take().execute(Request::new(Arc::clone(&text), vec![]));
    let held = began.elapsed();
    assert!(matches!(operation, Operation::Running(_)));
    assert!(held < Duration::from_millis(50), "the caller's thread was held for {held:?}");
    assert_eq!(rows(&client.end(operation).await.unwrap()), [[Value::I64(400_000)]]);
    assert!(!text.cost().is_below(Duration::from_millis(1)), "it is known to be slow now");
}

#[tokio::test]
async fn moving_a_read_keeps_the_transaction() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    client.in_transaction("insert into t values (1)", auto()).await.unwrap();
    client.request(Request::new(quick(LONG), vec![])).await.unwrap();
    assert_eq!(client.transaction(), ServerTransaction::Open);
    client.control(Control::Commit).await.unwrap();
    assert_eq!(client.scalar("select count(*) from t").await, Value::I64(1));
}

#[tokio::test]
async fn a_slow_statement_holds_up_nobody() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let stop = Arc::new(AtomicBool::new(false));
    let ticker = tokio::spawn({
        let stop = Arc::clone(&stop);
        async move {
            let mut worst = Duration::ZERO;
            while !stop.load(Ordering::Relaxed) {
                let began = Instant::now();
                tokio::time::sleep(Duration::from_millis(1)).await;
                worst = worst.max(began.elapsed());
            }
            worst
        }
    });
    tokio::task::yield_now().await;
    let began = Instant::now();
    client.request(Request::new(quick(LONG), vec![])).await.unwrap();
    let took = began.elapsed();
    stop.store(true, Ordering::Relaxed);
    let worst = ticker.await.unwrap();
    assert!(worst < took / 2, "the ticker was held for {worst:?} of {took:?}");
}

#[tokio::test]
async fn a_slow_write_goes_on_and_is_remembered() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    let text = quick(&format!("insert into t {LONG}").replace("count(*)", "n"));
    let operation = client.take().execute(Request::new(Arc::clone(&text), vec![]));
    assert!(matches!(operation, Operation::Done(..)));
    assert_eq!(client.end(operation).await.unwrap().rows_affected, Some(400_000));
    assert!(!text.cost().is_below(Duration::from_millis(1)));
}

#[tokio::test]
async fn a_timeout_stops_a_statement() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    for text in [quick(FOREVER), crate::client::text(FOREVER)] {
        let mut request = Request::new(text, vec![]);
        request.options.timeout = Some(Duration::from_millis(30));
        let began = Instant::now();
        assert_eq!(failed(client.request(request).await).kind(), ErrorKind::StatementTimeout);
        assert!(began.elapsed() < Duration::from_secs(5));
    }
    assert_eq!(client.scalar("select 1").await, Value::I64(1));
}

#[tokio::test]
async fn a_timeout_counts_while_waiting_for_the_turn() {
    let (_directory, options) = file();
    let driver = driver(options);
    let mut client = Client::open(&driver).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    client.in_transaction("insert into t values (1)", auto()).await.unwrap();
    let mut other = Client::open(&driver).await;
    let mut request = request("insert into t values (2)", vec![]);
    request.options.timeout = Some(Duration::from_millis(30));
    assert_eq!(failed(other.request(request).await).kind(), ErrorKind::StatementTimeout);
    client.control(Control::Rollback).await.unwrap();
    other.execute("insert into t values (2)", vec![]).await.unwrap();
}

#[tokio::test]
async fn a_timed_out_write_takes_its_transaction_along() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    client.in_transaction("insert into t values (1)", auto()).await.unwrap();
    let mut request = request(&format!("insert into t {FOREVER}").replace("count(*)", "n"), vec![]);
    request.options.timeout = Some(Duration::from_millis(30));
    assert_eq!(failed(client.request(request).await).kind(), ErrorKind::StatementTimeout);
    assert_eq!(client.transaction(), ServerTransaction::Idle);
    assert_eq!(client.scalar("select count(*) from t").await, Value::I64(0));
}

#[tokio::test]
async fn cancel_stops_a_statement_and_not_the_next() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    let canceller = client.connection.as_ref().unwrap().canceller();
    for _ in 0..20 {
        let operation = client.take().execute(request(FOREVER, vec![]));
        let cancel = tokio::spawn({
            let canceller = Arc::clone(&canceller);
            async move {
                tokio::time::sleep(Duration::from_millis(3)).await;
                canceller.cancel().await;
            }
        });
        assert_eq!(failed(client.end(operation).await).kind(), ErrorKind::Cancelled);
        cancel.await.unwrap();
        // With nothing running it has no effect.
        canceller.cancel().await;
        assert_eq!(client.scalar("select 1").await, Value::I64(1));
    }
}

#[tokio::test]
async fn cancel_ends_a_wait_for_the_turn() {
    let (_directory, options) = file();
    let driver = driver(options);
    let mut client = Client::open(&driver).await;
    client.execute("create table t (a)", vec![]).await.unwrap();
    client.in_transaction("insert into t values (1)", auto()).await.unwrap();
    let mut other = Client::open(&driver).await;
    let canceller = other.connection.as_ref().unwrap().canceller();
    let waiting = tokio::spawn(async move { other.execute("insert into t values (2)", vec![]).await });
    tokio::time::sleep(Duration::from_millis(30)).await;
    let began = Instant::now();
    canceller.cancel().await;
    assert_eq!(failed(waiting.await.unwrap()).kind(), ErrorKind::Cancelled);
    assert!(began.elapsed() < Duration::from_secs(1));
    // The one that went away does not hold the turn up.
    client.control(Control::Commit).await.unwrap();
    client.execute("insert into t values (3)", vec![]).await.unwrap();
}

/// What the guard was told for one operation must not stop what comes after it.
#[tokio::test]
async fn the_raw_client_is_not_watched() {
    let driver = driver(SqliteOptions::in_memory());
    for timeout in [None, Some(Duration::from_millis(20))] {
        let mut client = Client::open(&driver).await;
        let mut request = Request::new(quick("select 1"), vec![]);
        request.options.timeout = timeout;
        client.request(request).await.unwrap();
        tokio::time::sleep(timeout.unwrap_or_default()).await;
        let raw = client.connection.as_mut().unwrap().raw().downcast_mut::<rusqlite::Connection>().unwrap();
        let sql = "with recursive c(x) as (select 1 union all select x + 1 from c where x < 500000)
            select count(*) from c";
        let rows: i64 = raw.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 500_000);
    }
}

/// SQLite asks the guard once in so many steps of a cached statement, so it takes hundreds of runs to ask in a BEGIN.
#[tokio::test]
async fn a_begin_is_not_late_because_the_statement_before_had_a_timeout() {
    let driver = driver(SqliteOptions::in_memory());
    let mut client = Client::open(&driver).await;
    for _ in 0..700 {
        let mut request = request("select 1", vec![]);
        request.options.timeout = Some(Duration::from_millis(1));
        // A busy machine may make it late, which is not at issue.
        let _ = client.request(request).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
        client.in_transaction("select 1", deferred()).await.unwrap();
        client.control(Control::Rollback).await.unwrap();
    }
}

/// Undoing many rows takes its time, which a thread of a runtime has not.
#[tokio::test]
async fn a_long_rollback_leaves_the_thread() {
    let (_directory, options) = file();
    let driver = driver(options);
    let mut client = Client::open(&driver).await;
    client.script("create table t (a)").await.unwrap();
    let (quick, slow) = ((10, true), (5000, false));
    for (control, (rows, inline)) in [
        (Control::Rollback, quick),
        (Control::Rollback, slow),
        (Control::Reset, quick),
        (Control::Reset, slow),
        (Control::Reset, quick),
    ] {
        client.control(Control::Begin(auto())).await.unwrap();
        let sql = format!(
            "with recursive c (n) as (select 1 union all select n + 1 from c where n < {rows})
             insert into t select n from c"
        );
        client.execute(&sql, vec![]).await.unwrap();
        let rollback = client.take().control(control);
        assert_eq!(matches!(rollback, Operation::Done(..)), inline, "{control:?} of {rows}");
        client.end(rollback).await.unwrap();
        assert_eq!(client.scalar("select count(*) from t").await, Value::I64(0));
    }
}

/// SQLite asks whether it is to stop once more behind the end of a statement, and then says that it was interrupted.
#[tokio::test]
async fn what_is_stopped_behind_its_end_has_run_or_is_undone() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script("create table t (a)").await.unwrap();
    let insert = quick("insert into t values (1)");
    let mut late = Request::new(insert, vec![]);
    late.options.timeout = Some(Duration::from_nanos(1));
    let (mut told, mut failures) = (0, 0);
    for _ in 0..3000 {
        match client.request(late.clone()).await {
            Ok(_) => told += 1,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::StatementTimeout);
                failures += 1;
            }
        }
    }
    assert!(failures < 3000);
    assert_eq!(client.scalar("select count(*) from t").await, Value::I64(told), "what is committed is told");

    let mut stopped = 0;
    late.begin = Some(auto());
    for _ in 0..3000 {
        if client.request(late.clone()).await.is_err() {
            stopped += 1;
            assert_eq!(client.transaction(), ServerTransaction::Idle, "nothing of it is left");
        }
    }
    assert!(stopped > 0);
    client.control(Control::Rollback).await.unwrap();
}

/// Outside of a transaction what has run is durable, so it must be told.
#[tokio::test]
async fn what_is_stopped_behind_its_commit_is_told() {
    let late = Some(Duration::from_nanos(1));
    for kind in ["many", "bulk", "savepoint"] {
        let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
        client.script("create table t (a)").await.unwrap();
        let (insert, release) = (quick("insert into t values (1)"), quick("release a"));
        let (mut told, mut failures) = (0, 0);
        for run in 0..3000 {
            // What a statement takes may divide what SQLite asks after, and then it always asks at the same place.
            let rows = if kind == "bulk" { 1 + run % 7 } else { 1 };
            let result = match kind {
                "many" => {
                    let mut many = ManyRequest::new(Arc::clone(&insert), vec![vec![]]);
                    many.options.timeout = late;
                    client.many(many).await
                }
                "bulk" => {
                    let columns = vec!["a".to_owned()];
                    let mut bulk =
                        BulkRequest::new("t".parse().unwrap(), columns, BulkRows::new(vec![[1]; rows]));
                    bulk.options.timeout = late;
                    client.bulk(bulk).await
                }
                _ => {
                    client.execute("savepoint a", vec![]).await.unwrap();
                    client.request(Request::new(Arc::clone(&insert), vec![])).await.unwrap();
                    let mut request = Request::new(Arc::clone(&release), vec![]);
                    request.options.timeout = late;
                    client.request(request).await
                }
            };
            match result {
                Ok(_) => told += i64::try_from(rows).unwrap(),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::StatementTimeout);
                    failures += 1;
                }
            }
            client.control(Control::Rollback).await.unwrap();
        }
        assert!(failures > 0);
        assert_eq!(
            client.scalar("select count(*) from t").await,
            Value::I64(told),
            "{kind}, {failures} failed"
        );
    }
}

#[tokio::test]
async fn a_cancel_behind_the_last_set_comes_too_late() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client.script("create table t (a integer primary key)").await.unwrap();
    let canceller = client.connection.as_ref().unwrap().canceller();
    let raw = client.connection.as_mut().unwrap().raw().downcast_mut::<rusqlite::Connection>().unwrap();
    let _ = raw.update_hook(Some(move |_, _: &str, _: &str, row: i64| {
        if row % 2 == 0 {
            block_on(canceller.cancel());
        }
    }));
    let insert = |rows: [i64; 2]| {
        ManyRequest::new(quick("insert into t values (?)"), rows.map(|row| vec![Value::I64(row)]).into())
    };
    assert_eq!(client.many(insert([1, 2])).await.unwrap().rows_affected, Some(2));
    assert_eq!(failed(client.many(insert([4, 5])).await).kind(), ErrorKind::Cancelled);
    assert_eq!(client.scalar("select group_concat(a) from t").await, Value::Text("1,2,4".into()));
}

/// What triggers and cascades change is counted before the statement has run, and nothing takes the count back.
#[tokio::test]
async fn a_write_stopped_in_the_middle_of_its_cascade_is_told_to_be_stopped() {
    for begin in [None, Some(auto())] {
        let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
        let script = "create table p (id integer primary key); create table log (n); \
            create table k (p integer references p (id) on delete cascade); create index k_p on k (p); \
            create trigger gone after delete on p begin insert into log values (old.id); end; \
            insert into p with recursive c (n) as (select 1 union all select n + 1 from c where n < 20000) select n from c; \
            insert into k select id from p";
        client.script(script).await.unwrap();
        let mut stopped = 0;
        for limit in (1..).map(|step| Duration::from_micros(500) * 3_u32.pow(step) / 2_u32.pow(step)) {
            if begin.is_some() {
                client.in_transaction("insert into log values (0)", auto()).await.unwrap();
            }
            let mut late = request("delete from p", vec![]);
            late.options.timeout = Some(limit);
            let Err(error) = client.request(late).await else {
                assert_eq!(client.scalar("select count(*) from p").await, Value::I64(0));
                break;
            };
            stopped += 1;
            assert_eq!(
                (error.kind(), client.transaction()),
                (ErrorKind::StatementTimeout, ServerTransaction::Idle)
            );
            assert_eq!(client.scalar("select count(*) from p").await, Value::I64(20_000));
            assert_eq!(client.scalar("select count(*) from log").await, Value::I64(0));
        }
        assert!(stopped > 2);
    }
}

/// In delete mode a reader keeps it from committing, and a constraint is looked at then: a reset would tell nobody.
#[tokio::test]
async fn a_script_tells_that_a_statement_with_rows_could_not_be_committed() {
    let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
    client
        .script(
            "create table a (a integer primary key); \
             create table b (a references a (a) deferrable initially deferred)",
        )
        .await
        .unwrap();
    let error = failed(client.script("insert into b values (9) returning a").await);
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(client.scalar("select count(*) from b").await, Value::I64(0));
}

/// A table with an index that nobody has analysed, which takes some 100 ms.
const UNANALYSED: &str = "create table m (v); create table t (a); create index t_a on t (a); \
    insert into t with recursive c (n) as (select 1 union all select n + 1 from c where n < 400000) select n from c; \
    create view hidden as select * from pragma_optimize(2)";

/// SQLite takes `pragma optimize` for a statement that only reads, and writes inside of it. Stopped there, it rolls everything
/// back.
#[tokio::test]
async fn what_looks_like_a_read_and_writes_does_not_lose_its_transaction_silently() {
    for (sql, is_known) in [
        ("pragma optimize(2)", true),
        ("select * from pragma_optimize(2)", true),
        ("select * from hidden", false),
    ] {
        let mut client = Client::open(&driver(SqliteOptions::in_memory())).await;
        client.script(UNANALYSED).await.unwrap();
        client.in_transaction("insert into m values (1)", auto()).await.unwrap();
        let text = quick(sql);
        let result = client.request(Request::new(Arc::clone(&text), vec![])).await;
        if is_known {
            assert!(result.is_ok() && client.transaction() == ServerTransaction::Open, "{sql}: {result:?}");
            client.control(Control::Commit).await.unwrap();
            assert_eq!(client.scalar("select count(*) from m").await, Value::I64(1));
            assert_eq!(client.scalar("select count(*) from sqlite_stat1").await, Value::I64(1));
            continue;
        }
        assert_eq!((failed(result).kind(), client.transaction()), (ErrorKind::Busy, ServerTransaction::Idle));
        // Run again as a whole it goes through.
        client.in_transaction("insert into m values (1)", auto()).await.unwrap();
        client.request(Request::new(text, vec![])).await.unwrap();
        client.control(Control::Commit).await.unwrap();
        assert_eq!(client.scalar("select count(*) from m").await, Value::I64(1));
    }
}
