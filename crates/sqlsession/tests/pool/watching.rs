use std::process::Command;

use sqlsession::{EngineOptions, create_engine_with, text};

use crate::{engine, recorder::Recorder};

#[tokio::test]
async fn a_unit_is_told_in_order() {
    let (recorder, options) = Recorder::new(EngineOptions::default());
    let engine = engine(options);
    let maker = engine.session_maker();
    let mut session = maker.session();
    assert!(recorder.take().is_empty());
    session.execute(text("select :secret").bind("secret", "hunter2")).await.unwrap();
    assert_eq!(
        recorder.take(),
        ["connect 1", "checkout 1", "begin 1", "before select ?1 x1", "after select ?1: ok"]
    );
    session.execute("select * from nosuch").await.unwrap_err();
    assert_eq!(
        recorder.take(),
        ["before select * from nosuch x1", "after select * from nosuch: undefined table"]
    );
    session.commit().await.unwrap();
    assert_eq!(recorder.take(), ["commit 1", "reset 1", "checkin 1"]);
    session.execute_many("select :n", [[("n", 1)], [("n", 2)]]).await.unwrap();
    assert_eq!(recorder.take(), ["checkout 1", "begin 1", "before select ?1 x2", "after select ?1: ok"]);
    session.rollback().await.unwrap();
    assert_eq!(recorder.take(), ["rollback 1", "reset 1", "checkin 1"]);
    session.execute("select 1").await.unwrap();
    recorder.take();
    drop(session);
    assert_eq!(recorder.take(), ["rollback 1", "reset 1", "checkin 1"]);
    let mut session = maker.session();
    session.execute("select 1").await.unwrap();
    recorder.take();
    session.invalidate();
    assert_eq!(recorder.take(), ["invalidate 1", "close 1 invalidated"]);
    session.execute("select 1").await.unwrap();
    assert_eq!(recorder.take()[..2], ["connect 2", "checkout 2"]);
}

#[tokio::test]
async fn savepoints_are_told_in_order() {
    let (recorder, options) = Recorder::new(EngineOptions::default());
    let engine = engine(options);
    let mut session = engine.session_maker().session();
    let outer = session.begin_nested().await.unwrap();
    assert!(recorder.take().is_empty(), "it goes out with the first statement inside");
    session.execute("select 1").await.unwrap();
    assert_eq!(
        recorder.take(),
        ["connect 1", "checkout 1", "begin 1", "savepoint 1", "before select 1 x1", "after select 1: ok"]
    );
    let inner = session.begin_nested().await.unwrap();
    session.execute("select 1").await.unwrap();
    recorder.take();
    session.rollback_to(inner).await.unwrap();
    session.release(outer).await.unwrap();
    assert_eq!(recorder.take(), ["rollback_to 2", "release 1"]);
    session.commit().await.unwrap();
    assert_eq!(recorder.take(), ["commit 1", "reset 1", "checkin 1"]);
}

/// Set in the second process, whose standard error is read.
const CHILD: &str = "SQLSESSION_TEST_ECHO";

#[tokio::test]
async fn echo_prints_what_is_done_but_no_values() {
    if std::env::var_os(CHILD).is_some() {
        let engine = create_engine_with("sqlite://", EngineOptions::default().echo(true)).unwrap();
        let maker = engine.session_maker();
        maker.begin(async |s| s.execute("create table t (name text unique)").await).await.unwrap();
        let mut session = maker.session();
        let insert = text("insert into t values (:name)").bind("name", "hunter2");
        session.execute(&insert).await.unwrap();
        let again = session.nested(async |s| s.execute(&insert).await).await;
        assert!(again.unwrap_err().is_integrity());
        session.execute_many("select :name", [[("name", "hunter2")], [("name", "hunter2")]]).await.unwrap();
        session.rollback().await.unwrap();
        return;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "watching::echo_prints_what_is_done_but_no_values"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8(child.stderr).unwrap();
    assert!(child.status.success(), "{printed}");
    for part in [
        "BEGIN",
        "create table t (name text unique)",
        "COMMIT",
        "insert into t values (?1)",
        "unique violation",
        "SAVEPOINT 1",
        "ROLLBACK TO SAVEPOINT 1",
        "(2 sets)",
        "ROLLBACK",
    ] {
        assert!(printed.contains(part), "{part:?} was not printed:\n{printed}");
    }
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[tokio::test]
async fn echo_prints_values_where_they_are_asked_for() {
    if std::env::var_os(CHILD).is_some() {
        let engine = create_engine_with("sqlite://", EngineOptions::default().echo_values(true)).unwrap();
        let mut session = engine.session_maker().session();
        let select = text("select :number, :name, :none").bind("number", 7).bind("name", "hunter2");
        session.execute(select.bind("none", None::<i64>)).await.unwrap();
        session.execute_many("select :name", (0..20).map(|at| [("name", format!("n{at}"))])).await.unwrap();
        return;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "watching::echo_prints_values_where_they_are_asked_for"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8(child.stderr).unwrap();
    assert!(child.status.success(), "{printed}");
    for part in ["select ?1, ?2, ?3", "(7, 'hunter2', NULL)", "(20 sets)", "('n0')", "('n9')"] {
        assert!(printed.contains(part), "{part:?} was not printed:\n{printed}");
    }
    assert!(!printed.contains("('n10')"), "{printed}");
}

#[tokio::test]
async fn the_end_of_a_stream_is_told_however_it_comes() {
    const ROWS: &str =
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 600) select ";
    let (recorder, options) = Recorder::new(EngineOptions::default());
    let engine = engine(options);
    let mut session = engine.session_maker().session();
    session.execute("select 1").await.unwrap();
    recorder.take();

    let sql = format!("{ROWS}i from n");
    let mut rows = session.stream(sql.clone()).await.unwrap();
    assert_eq!(recorder.take(), [format!("before {sql} x1")]);
    while let Some(row) = rows.next().await {
        row.unwrap();
    }
    drop(rows);
    assert_eq!(recorder.take(), [format!("after {sql}: ok")]);

    let mut rows = session.stream(sql.clone()).await.unwrap();
    rows.next().await.unwrap().unwrap();
    drop(rows);
    assert_eq!(recorder.take(), [format!("before {sql} x1"), format!("after {sql}: ok")]);

    // The batches before an error are read before it, and the error says which statement it was.
    let sql = format!("{ROWS}case when i = 500 then abs(-9223372036854775807 - 1) else i end from n");
    let mut rows = session.stream(sql.clone()).await.unwrap();
    let mut read = 0;
    let error = loop {
        match rows.next().await.unwrap() {
            Ok(_) => read += 1,
            Err(error) => break error,
        }
    };
    assert!(read >= 256, "{read} rows before the error");
    assert_eq!(error.statement(), Some(sql.as_str()));
    assert!(rows.next().await.is_none());
    drop(rows);
    let told = recorder.take();
    assert!(told[1].starts_with(&format!("after {sql}: ")) && !told[1].ends_with("ok"), "{told:?}");
}
