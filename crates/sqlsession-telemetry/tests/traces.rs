//! What a trace of real sessions holds, exported by OpenTelemetry.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::HashMap, time::Duration};

use opentelemetry::trace::{SpanId, SpanKind, Status, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use sqlsession_sqlite::{EngineOptions, ErrorKind, SqliteEngine, text};
use sqlsession_telemetry::Tracing;
use tracing::{Instrument, info_span, subscriber::DefaultGuard};
use tracing_subscriber::layer::SubscriberExt;

struct Exported {
    exporter: InMemorySpanExporter,
    provider: SdkTracerProvider,
    _guard: DefaultGuard,
}

/// A subscriber of this thread that exports to memory.
fn export() -> Exported {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    Exported { exporter, provider, _guard: guard }
}

impl Exported {
    fn spans(&self) -> Vec<SpanData> {
        self.provider.force_flush().unwrap();
        self.exporter.get_finished_spans().unwrap()
    }
}

fn attributes(span: &SpanData) -> HashMap<String, String> {
    span.attributes.iter().map(|pair| (pair.key.to_string(), pair.value.to_string())).collect()
}

fn named<'s>(spans: &'s [SpanData], name: &str) -> &'s SpanData {
    let mut found = spans.iter().filter(|span| span.name == name);
    let span = found.next().unwrap_or_else(|| panic!("no span {name:?} in {spans:#?}"));
    assert!(found.next().is_none(), "two spans {name:?}");
    span
}

fn engine(tracing: Tracing) -> SqliteEngine {
    SqliteEngine::with_options("sqlite://", EngineOptions::default().observe(tracing)).unwrap()
}

async fn one(engine: &SqliteEngine) {
    assert_eq!(engine.session_maker().session().scalar_one::<i64>("select 1").await.unwrap(), 1);
}

#[tokio::test]
async fn a_request_is_a_tree_of_its_transaction_and_its_statements() {
    let exported = export();
    let engine = engine(Tracing::new());
    let request = async {
        let mut session = engine.session_maker().session();
        session.execute("create table users (id integer primary key, name text unique)").await.unwrap();
        let insert = text("insert into users(name) values (:name)").bind("name", "s3cret");
        session.execute(insert.clone()).await.unwrap();
        session.execute("select * from users where name = 's3cret' /* s3cret */").await.unwrap();
        let twice = session.execute(insert).await.unwrap_err();
        assert_eq!(twice.kind(), ErrorKind::UniqueViolation);
        session.commit().await.unwrap();
    };
    request.instrument(info_span!("request")).await;

    let spans = exported.spans();
    let request = named(&spans, "request");
    let transaction = named(&spans, "transaction");
    assert_eq!(transaction.parent_span_id, request.span_context.span_id());
    assert_eq!(request.parent_span_id, SpanId::INVALID);
    assert_eq!(attributes(transaction)["sqlsession.outcome"], "commit");

    let create = named(&spans, "CREATE users");
    let select = named(&spans, "SELECT users");
    let mut inserts: Vec<&SpanData> = spans.iter().filter(|span| span.name == "INSERT users").collect();
    inserts.sort_by_key(|span| span.start_time);
    for span in [create, select].into_iter().chain(inserts.iter().copied()) {
        assert_eq!(span.parent_span_id, transaction.span_context.span_id(), "{}", span.name);
        assert_eq!(span.span_kind, SpanKind::Client);
        assert!(span.start_time >= transaction.start_time && span.end_time <= transaction.end_time);
        assert_eq!(attributes(span)["db.system.name"], "sqlite");
    }
    let select = attributes(select);
    assert_eq!(select["db.query.text"], "select * from users where name = ?");
    assert_eq!(select["db.query.summary"], "SELECT users");
    assert_eq!(select["db.operation.name"], "SELECT");

    let [good, bad] = inserts[..] else { panic!("{inserts:#?}") };
    assert_eq!(attributes(good)["db.query.text"], "insert into users(name) values (?1)");
    assert_eq!(good.status, Status::Unset);
    assert!(matches!(bad.status, Status::Error { .. }), "{bad:#?}");
    assert_eq!(attributes(bad)["error.type"], ErrorKind::UniqueViolation.as_str());
    assert_eq!(attributes(bad)["db.response.status_code"], "2067");
    assert!(!format!("{spans:?}").contains("s3cret"), "{spans:#?}");
}

#[tokio::test]
async fn values_are_recorded_where_they_are_asked_for() {
    let exported = export();
    let engine = engine(Tracing::new().parameters(true));
    let mut session = engine.session_maker().session();
    session.execute("create table users (id integer primary key, name text)").await.unwrap();
    let insert = "insert into users(name) values (:name)";
    session.execute(text(insert).bind("name", "s3cret")).await.unwrap();
    session.execute_many(insert, (0..20).map(|number| [("name", format!("n{number}"))])).await.unwrap();
    session.rollback().await.unwrap();

    let spans = exported.spans();
    let recorded = |span: &SpanData| attributes(span).get("sqlsession.query.parameters").cloned();
    assert_eq!(recorded(named(&spans, "CREATE users")), None);
    let inserts: Vec<String> =
        spans.iter().filter(|span| span.name == "INSERT users").filter_map(recorded).collect();
    assert_eq!(inserts.len(), 2, "{spans:#?}");
    assert!(inserts.iter().any(|values| values.contains("s3cret")), "{inserts:?}");
    assert!(inserts.iter().any(|values| values.contains("n9") && !values.contains("n10")), "{inserts:?}");
}

#[tokio::test]
async fn a_dropped_session_and_a_dropped_statement_end_their_spans() {
    let exported = export();
    let engine = engine(Tracing::new());
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n";
    let mut session = engine.session_maker().session();
    tokio::time::timeout(Duration::from_millis(20), session.execute(endless)).await.unwrap_err();
    drop(session);
    one(&engine).await;
    engine.close(Duration::from_secs(10)).await.unwrap();

    let spans = exported.spans();
    let stopped = spans.iter().find(|span| attributes(span).contains_key("error.type")).unwrap();
    assert_eq!(attributes(stopped)["error.type"], ErrorKind::Interrupted.as_str());
    let transactions = spans.iter().filter(|span| span.name == "transaction").count();
    assert_eq!(transactions, 2, "{spans:#?}");
}

#[tokio::test]
async fn a_slow_statement_is_told_within_its_span() {
    let exported = export();
    let engine = engine(Tracing::new().slow_statements(Duration::ZERO));
    one(&engine).await;
    let spans = exported.spans();
    let select = named(&spans, "SELECT");
    let told: Vec<_> = select.events.iter().map(|event| event.name.as_ref()).collect();
    assert_eq!(told, ["slow statement"]);
}

#[test]
fn without_a_subscriber_everything_runs() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let engine = engine(Tracing::new().slow_statements(Duration::ZERO));
        one(&engine).await;
    });
}
