//! What is measured of real sessions.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::HashMap, time::Duration};

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use sqlsession_sqlite::{EngineOptions, ErrorKind, SqliteEngine, text};
use sqlsession_telemetry::Metrics;

/// What was recorded so far: by name and the labels that differ, counts and values as one number, of histograms how many.
fn recorded(snapshotter: &Snapshotter) -> HashMap<String, f64> {
    let metrics = snapshotter.snapshot().into_vec().into_iter();
    let shown = metrics.map(|(key, _, _, value)| {
        let key = key.key();
        let mut name = key.name().to_owned();
        for label in key.labels() {
            if matches!(label.key(), "error.type" | "db.client.connection.state" | "reason" | "outcome") {
                name += &format!(" {}", label.value());
            }
        }
        let number = match value {
            DebugValue::Counter(count) => count as f64,
            DebugValue::Gauge(value) => value.into_inner(),
            DebugValue::Histogram(values) => values.len() as f64,
        };
        (name, number)
    });
    shown.collect()
}

#[test]
fn statements_connections_and_transactions_are_measured() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(work()));

    let recorded = recorded(&snapshotter);
    let is =
        |name: &str, wanted: f64| assert_eq!(recorded.get(name), Some(&wanted), "{name} of {recorded:#?}");
    is("db.client.operation.duration", 3.0);
    is(&format!("db.client.operation.duration {}", ErrorKind::UniqueViolation.as_str()), 1.0);
    is("db.client.connection.count idle", 0.0);
    is("db.client.connection.count used", 0.0);
    is("db.client.connection.create_time", 1.0);
    is("db.client.connection.wait_time", 1.0);
    is("db.client.connection.timeouts", 1.0);
    is("sqlsession.transactions commit", 1.0);
    is("sqlsession.connection.closed disposed", 1.0);
}

async fn work() {
    let options = EngineOptions::default()
        .pool_size(1)
        .max_overflow(0)
        .pool_timeout(Duration::from_millis(20))
        .observe(Metrics::new().pool_name("mine"));
    let engine = SqliteEngine::with_options("sqlite://", options).unwrap();
    let mut session = engine.session_maker().session();
    session.execute("create table t (id integer primary key)").await.unwrap();
    let insert = text("insert into t values (:id)").bind("id", 1);
    session.execute(insert.clone()).await.unwrap();
    session.execute(insert).await.unwrap_err();
    let late = engine.session_maker().session().execute("select 1").await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::PoolTimeout);
    session.commit().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
    session.close().await.unwrap();
    engine.close(Duration::from_secs(10)).await.unwrap();
}
