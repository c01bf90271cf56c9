use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlsession_core::{
    ErrorKind, Value,
    driver::{Control, DriverConnection, Face, Operation, ServerTransaction},
};
use sqlsession_sqlite::{JournalMode, SqliteDriver, SqliteOptions};

use crate::client::{Client, auto, block_on, deferred, driver, failed, file, immediate, read_only, request};

async fn counter(driver: &SqliteDriver) -> Client {
    let mut client = Client::open(driver).await;
    client.script("create table n (v integer); insert into n values (0)").await.unwrap();
    client
}

fn read(value: &Value) -> i64 {
    match value {
        Value::I64(value) => *value,
        other => panic!("no integer: {other:?}"),
    }
}

/// 64 tasks that read, think and write.
async fn read_modify_write(options: SqliteOptions) {
    let driver = Arc::new(driver(options.with_timeout(Duration::from_secs(30))));
    let mut client = counter(&driver).await;
    let mut tasks = Vec::new();
    for _ in 0..64 {
        let driver = Arc::clone(&driver);
        tasks.push(tokio::spawn(async move {
            let mut client = Client::open(&driver).await;
            let outcome = client.in_transaction("select v from n", immediate()).await.unwrap();
            let value = read(&crate::client::rows(&outcome)[0][0]);
            tokio::task::yield_now().await;
            client.execute("update n set v = ?1", vec![Value::I64(value + 1)]).await.unwrap();
            client.control(Control::Commit).await.unwrap();
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(client.scalar("select v from n").await, Value::I64(64));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_a_file_take_turns() {
    let (_directory, options) = file();
    read_modify_write(options).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_in_memory_take_turns() {
    read_modify_write(SqliteOptions::in_memory()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_without_a_write_ahead_log_take_turns() {
    let (_directory, options) = file();
    read_modify_write(options.with_journal_mode(JournalMode::Delete)).await;
}

/// The same, but the first statement only reads: some meet an old snapshot, and run again.
async fn upgrades_that_run_again(options: SqliteOptions) {
    let driver = Arc::new(driver(options.with_timeout(Duration::from_secs(30))));
    let mut client = counter(&driver).await;
    let mut tasks = Vec::new();
    for _ in 0..16 {
        let driver = Arc::clone(&driver);
        tasks.push(tokio::spawn(async move {
            let mut client = Client::open(&driver).await;
            loop {
                let outcome = client.in_transaction("select v from n", auto()).await.unwrap();
                let value = read(&crate::client::rows(&outcome)[0][0]);
                let written = client.execute("update n set v = ?1", vec![Value::I64(value + 1)]).await;
                match written {
                    Ok(_) => {
                        client.control(Control::Commit).await.unwrap();
                        break;
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
                        assert!(error.is_retryable());
                        client.control(Control::Rollback).await.unwrap();
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(client.scalar("select v from n").await, Value::I64(16));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_of_a_file_that_write_later_can_run_again() {
    let (_directory, options) = file();
    upgrades_that_run_again(options).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_in_memory_that_write_later_can_run_again() {
    upgrades_that_run_again(SqliteOptions::in_memory()).await;
}

#[tokio::test]
async fn the_turn_comes_first_come_first_served() {
    let (_directory, options) = file();
    let driver = Arc::new(driver(options));
    let mut client = counter(&driver).await;
    client.in_transaction("update n set v = 1", auto()).await.unwrap();
    let (sender, mut order) = tokio::sync::mpsc::unbounded_channel();
    let mut tasks = Vec::new();
    for number in 0..8 {
        let mut writer = Client::open(&driver).await;
        let sender = sender.clone();
        tasks.push(tokio::spawn(async move {
            writer.in_transaction("update n set v = v + 1", auto()).await.unwrap();
            sender.send(number).unwrap();
            writer.control(Control::Commit).await.unwrap();
        }));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    client.control(Control::Commit).await.unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    let mut served = Vec::new();
    while let Ok(number) = order.try_recv() {
        served.push(number);
    }
    assert_eq!(served, (0..8).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_old_snapshot_is_told_at_once() {
    let (_directory, options) = file();
    let driver = driver(options);
    let mut client = counter(&driver).await;
    let mut other = Client::open(&driver).await;
    client.in_transaction("select v from n", deferred()).await.unwrap();
    other.execute("update n set v = 1", vec![]).await.unwrap();
    let began = Instant::now();
    let error = failed(client.execute("update n set v = 2", vec![]).await);
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Busy, Some("517")));
    // It did not get the lock, so it keeps nobody from writing.
    other.execute("update n set v = 3", vec![]).await.unwrap();
    assert_eq!(client.transaction(), ServerTransaction::Open);
    client.control(Control::Rollback).await.unwrap();
    client.execute("update n set v = 4", vec![]).await.unwrap();
}

/// Another engine on the same file is what another process is: it is not in this one's queue.
#[tokio::test]
async fn another_process_is_waited_for_until_the_time_is_over() {
    let (_directory, options) = file();
    let foreign = driver(options.clone());
    let mut foreign = counter(&foreign).await;
    foreign.in_transaction("update n set v = 1", auto()).await.unwrap();

    let mut hurried = Client::open(&driver(options.clone().with_timeout(Duration::from_millis(80)))).await;
    let began = Instant::now();
    let error = failed(hurried.in_transaction("update n set v = 2", auto()).await);
    let waited = began.elapsed();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Busy, Some("5")));
    assert!((Duration::from_millis(75)..Duration::from_secs(2)).contains(&waited), "{waited:?}");
    assert_eq!(hurried.transaction(), ServerTransaction::Idle);

    let mut patient = Client::open(&driver(options)).await;
    let writing = tokio::spawn(async move { patient.execute("update n set v = v + 10", vec![]).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    foreign.control(Control::Commit).await.unwrap();
    writing.await.unwrap().unwrap();
    assert_eq!(foreign.scalar("select v from n").await, Value::I64(11));
}

#[test]
fn a_blocking_engine_waits_on_the_callers_thread() {
    let (_directory, options) = file();
    let driver =
        Arc::new(SqliteDriver::new(options.with_timeout(Duration::from_millis(300)), Face::Blocking));
    let run = |client: &mut Client, sql: &str, begin| {
        let mut request = request(sql, vec![]);
        request.begin = begin;
        match client.take().execute(request) {
            Operation::Done(connection, result) => {
                client.connection = Some(connection);
                result
            }
            Operation::Running(_) => panic!("it must be done"),
        }
    };
    let mut client = block_on(Client::open(&driver));
    run(&mut client, "create table n (v)", None).unwrap();
    run(&mut client, "insert into n values (1)", Some(auto())).unwrap();

    let mut late = block_on(Client::open(&driver));
    let error = failed(run(&mut late, "insert into n values (2)", None));
    assert_eq!(error.kind(), ErrorKind::Busy);

    let waiting = std::thread::spawn({
        let driver = Arc::clone(&driver);
        move || {
            let mut client = block_on(Client::open(&driver));
            let canceller = client.connection.as_ref().unwrap().canceller();
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(50));
                block_on(canceller.cancel());
            });
            match client.take().execute(request("insert into n values (3)", vec![])) {
                Operation::Done(_, result) => result,
                Operation::Running(_) => panic!("it must be done"),
            }
        }
    });
    assert_eq!(failed(waiting.join().unwrap()).kind(), ErrorKind::Cancelled);
    block_on(client.control(Control::Commit)).unwrap();
    run(&mut late, "insert into n values (2)", None).unwrap();
}

#[tokio::test]
async fn optimize_waits_for_the_writer_before_it() {
    let (_directory, options) = file();
    let driver = driver(options.with_timeout(Duration::from_millis(50)));
    let mut client = counter(&driver).await;
    let mut other = Client::open(&driver).await;
    client.in_transaction("update n set v = 1", auto()).await.unwrap();
    for sql in ["pragma optimize", "PRAGMA main.optimize(2)"] {
        assert_eq!(failed(other.execute(sql, vec![]).await).kind(), ErrorKind::Busy);
    }
    client.control(Control::Commit).await.unwrap();
    let outcome = other.in_transaction("pragma optimize", auto()).await.unwrap();
    assert!(!outcome.read_only, "it is to be committed");
}

/// Else a long write that was refused at once would run again on a thread that must not be held up.
#[tokio::test]
async fn nothing_is_learnt_from_a_write_that_was_refused_at_once() {
    let (_directory, options) = file();
    let mut foreign = counter(&driver(options.clone())).await;
    foreign.in_transaction("update n set v = 1", auto()).await.unwrap();
    let mut client = Client::open(&driver(options.with_timeout(Duration::from_millis(50)))).await;
    let write = request("update n set v = 2", vec![]);
    let text = Arc::clone(&write.text);
    assert_eq!(failed(client.request(write).await).kind(), ErrorKind::Busy);
    assert!(text.cost().is_unknown());
}

#[tokio::test]
async fn a_transaction_that_has_only_a_savepoint_waits_for_its_turn() {
    let driver = driver(SqliteOptions::in_memory());
    let mut client = counter(&driver).await;
    let mut other = Client::open(&driver).await;
    other.rows("select v from n").await;
    client.in_transaction("update n set v = 1", auto()).await.unwrap();
    other.control(Control::Begin(auto())).await.unwrap();
    other.control(Control::Savepoint(1)).await.unwrap();
    let writing = tokio::spawn(async move { other.execute("update n set v = 2", vec![]).await.map(drop) });
    tokio::time::sleep(Duration::from_millis(30)).await;
    client.control(Control::Commit).await.unwrap();
    writing.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_script_that_may_not_write_needs_no_turn() {
    let (_directory, options) = file();
    let driver = driver(options.with_timeout(Duration::from_millis(50)));
    let mut client = counter(&driver).await;
    let mut reader = Client::open(&driver).await;
    client.in_transaction("update n set v = 1", auto()).await.unwrap();
    reader.control(Control::Begin(read_only())).await.unwrap();
    reader.script("select v from n; select v from n").await.unwrap();
}

/// SQLite's write lock is what counts, and the raw client takes it without the turn.
#[tokio::test]
async fn who_has_written_by_the_raw_client_does_not_wait_for_who_waits_for_it() {
    let driver = driver(SqliteOptions::in_memory());
    let mut first = counter(&driver).await;
    let mut second = Client::open(&driver).await;
    first.control(Control::Begin(deferred())).await.unwrap();
    let raw = first.connection.as_mut().unwrap().raw().downcast_mut::<rusqlite::Connection>().unwrap();
    raw.execute("update n set v = v + 1", []).unwrap();
    let Operation::Running(waiting) = second.take().execute(request("update n set v = v + 1", vec![])) else {
        panic!("the database is locked");
    };
    let waiting = tokio::spawn(waiting);
    tokio::time::sleep(Duration::from_millis(20)).await;
    first.execute("update n set v = v + 1", vec![]).await.unwrap();
    first.control(Control::Commit).await.unwrap();
    waiting.await.unwrap().result.unwrap();
    assert_eq!(first.scalar("select v from n").await, Value::I64(3));
}

#[tokio::test]
async fn a_transaction_that_holds_nothing_waits_for_the_writer() {
    let driver = driver(SqliteOptions::in_memory());
    let mut writer = counter(&driver).await;
    let mut client = Client::open(&driver).await;
    writer.in_transaction("update n set v = v + 1", auto()).await.unwrap();
    client.control(Control::Savepoint(1)).await.unwrap();
    let Operation::Running(waiting) = client.take().execute(request("update n set v = v + 1", vec![])) else {
        panic!("another one has the turn");
    };
    let waiting = tokio::spawn(waiting);
    tokio::time::sleep(Duration::from_millis(20)).await;
    writer.control(Control::Commit).await.unwrap();
    let finished = waiting.await.unwrap();
    finished.result.unwrap();
    client.connection = finished.connection;
    client.control(Control::Release(1)).await.unwrap();
    assert_eq!(writer.scalar("select v from n").await, Value::I64(2));
}

#[tokio::test]
async fn a_begin_behind_a_comment_takes_the_turn() {
    let (_directory, options) = file();
    let driver = driver(options);
    let mut first = counter(&driver).await;
    let mut second = Client::open(&driver).await;
    first.execute("/* mine */ begin immediate", vec![]).await.unwrap();
    let Operation::Running(waiting) = second.take().execute(request("update n set v = v + 1", vec![])) else {
        panic!("another one has the turn");
    };
    let waiting = tokio::spawn(waiting);
    tokio::time::sleep(Duration::from_millis(20)).await;
    first.execute("update n set v = v + 1", vec![]).await.unwrap();
    first.execute("commit", vec![]).await.unwrap();
    waiting.await.unwrap().result.unwrap();
    assert_eq!(first.scalar("select v from n").await, Value::I64(2));
}
