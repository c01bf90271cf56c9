//! What became of transactions is told by what the server said of their commits.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use sqlsession_postgres::{
    AsyncSession, EngineOptions, ErrorKind, PostgresEngine,
    core::{AsyncEngine, DatabaseUrl},
};
use sqlsession_telemetry::{Metrics, Tracing};
use sqlsession_test_servers::{Fault, PostgresDatabase, Proxy};
use tracing::{
    Id, Subscriber,
    field::{Field, Visit},
    span::Record,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

/// How a server answers COMMIT.
const COMMITTED: &[u8] = b"COMMIT\0";

/// The outcomes of spans, in the order in which they are recorded.
#[derive(Debug, Clone, Default)]
struct Outcomes(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Outcomes {
    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut self.clone());
    }
}

impl Visit for Outcomes {
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sqlsession.outcome" {
            self.0.lock().unwrap().push(value.to_owned());
        }
    }
}

/// An engine behind a proxy.
struct Behind {
    engine: AsyncEngine,
    proxy: Proxy,
    _database: PostgresDatabase,
}

impl Behind {
    fn new() -> Self {
        let database = PostgresDatabase::create().unwrap();
        let url: DatabaseUrl = database.url().parse().unwrap();
        let proxy = Proxy::start(url.port().unwrap_or(5432)).unwrap();
        let url = url.with_host("127.0.0.1").with_port(proxy.port());
        let options = EngineOptions::default().observe(Metrics::new()).observe(Tracing::new());
        let engine = PostgresEngine::with_options(url, options).unwrap().to_async();
        Self { engine, proxy, _database: database }
    }

    async fn session(&self) -> AsyncSession {
        let mut session = self.engine.session_maker().session();
        session.execute("insert into t values (1)").await.unwrap();
        session
    }
}

/// What is counted and what is traced of this work, behind a first transaction that makes the table: a value that is there
/// twice is found at COMMIT.
fn outcomes(work: impl AsyncFnOnce(&Behind)) -> (Vec<(String, u64)>, Vec<String>) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let traced = Outcomes::default();
    let subscriber = tracing_subscriber::registry().with(traced.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        tracing::subscriber::with_default(subscriber, || {
            runtime.block_on(async {
                let behind = Behind::new();
                let mut session = behind.engine.session_maker().session();
                let table = "create table t (n int unique deferrable initially deferred)";
                session.execute(table).await.unwrap();
                session.execute("insert into t values (1)").await.unwrap();
                session.commit().await.unwrap();
                snapshotter.snapshot();
                traced.0.lock().unwrap().clear();
                work(&behind).await;
                behind.engine.close(Duration::from_secs(10)).await.unwrap();
            });
        });
    });
    let counted = snapshotter.snapshot().into_vec().into_iter().filter_map(|(key, _, _, value)| {
        let key = key.key();
        let outcome = key.labels().find(|label| label.key() == "outcome")?;
        let DebugValue::Counter(count) = value else { return None };
        (count > 0).then(|| (outcome.value().to_owned(), count))
    });
    let traced = traced.0.lock().unwrap().clone();
    (counted.collect(), traced)
}

#[track_caller]
fn check(outcome: &str, work: impl AsyncFnOnce(&Behind)) {
    let (counted, traced) = outcomes(work);
    assert_eq!(counted, [(outcome.to_owned(), 1)]);
    assert_eq!(traced, [outcome]);
}

#[test]
fn a_commit_that_failed_is_a_rollback() {
    check("rollback", async |behind| {
        let mut session = behind.session().await;
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::UniqueViolation);
        drop(session);
    });
    check("rollback", async |behind| {
        let mut session = behind.session().await;
        session.commit().await.unwrap_err();
        session.rollback().await.unwrap();
    });
    check("rollback", async |behind| {
        let mut connection = behind.engine.connect().await.unwrap();
        connection.execute("insert into t values (1)").await.unwrap();
        connection.commit().await.unwrap_err();
        connection.close().await.unwrap();
    });
    // With the statement before it.
    check("rollback", async |behind| {
        let mut session = behind.engine.session_maker().session();
        let error = session.execute_and_commit("insert into t values (1)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        drop(session);
    });
    // Of a transaction that had failed before.
    check("rollback", async |behind| {
        let mut session = behind.session().await;
        session.execute("select 1 / 0").await.unwrap_err();
        session.commit().await.unwrap_err();
        drop(session);
    });
}

#[test]
fn a_commit_that_went_well_is_one() {
    check("commit", async |behind| {
        let mut session = behind.engine.session_maker().session();
        session.execute("insert into t values (2)").await.unwrap();
        session.commit().await.unwrap();
        session.rollback().await.unwrap();
    });
    check("commit", async |behind| {
        let mut session = behind.engine.session_maker().session();
        session.execute_and_commit("insert into t values (2)").await.unwrap();
    });
    // Its future was dropped, and it went through.
    for rolls_back in [false, true] {
        check("commit", async |behind| {
            let mut session = behind.engine.session_maker().session();
            session.execute("insert into t values (2)").await.unwrap();
            {
                let mut commit = pin!(session.commit());
                let polled = poll_fn(|cx| Poll::Ready(commit.as_mut().poll(cx).is_ready())).await;
                assert!(!polled, "the answer was there at once");
            }
            if rolls_back {
                assert_eq!(session.rollback().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
            }
            drop(session);
        });
    }
}

#[test]
fn a_commit_that_was_not_answered_is_unknown() {
    check("unknown", async |behind| {
        let mut session = behind.engine.session_maker().session();
        session.execute("insert into t values (2)").await.unwrap();
        behind.proxy.fail_on_answer(COMMITTED, Fault::Reset);
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::CommitUnknown);
        session.rollback().await.unwrap();
    });
    // The span of a statement with a commit ends with the connection, which is all it can know.
    let (counted, traced) = outcomes(async |behind| {
        let mut session = behind.engine.session_maker().session();
        behind.proxy.fail_on_answer(COMMITTED, Fault::Reset);
        let error = session.execute_and_commit("insert into t values (2)").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CommitUnknown);
    });
    assert_eq!((counted, traced), (vec![("unknown".to_owned(), 1)], vec!["lost".to_owned()]));
}
