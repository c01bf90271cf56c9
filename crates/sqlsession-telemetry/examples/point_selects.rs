//! Point selects with a watcher or without, for `cargo xtask trace-cost`, which counts their instructions:
//! `point_selects nobody|no-subscriber|warnings|spans|metrics SELECTS`.

use sqlsession_sqlite::{EngineOptions, SqliteEngine, text};
use sqlsession_telemetry::{Metrics, Tracing};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let who = arguments.next().unwrap_or_default();
    let selects: u32 = arguments.next().unwrap_or_default().parse()?;
    let watched = EngineOptions::default().observe(Tracing::new());
    let options = match who.as_str() {
        // No engine is watched.
        "nobody" => EngineOptions::default(),
        // What a program has that forgot its subscriber.
        "no-subscriber" => watched,
        // A subscriber that wants no spans of level INFO.
        "warnings" => {
            tracing::subscriber::set_global_default(tracing_subscriber::registry().with(LevelFilter::WARN))?;
            watched
        }
        // A subscriber that keeps every span while it is open, and exports nothing.
        "spans" => {
            tracing::subscriber::set_global_default(tracing_subscriber::registry())?;
            watched
        }
        // Measures that no recorder wants.
        "metrics" => EngineOptions::default().observe(Metrics::new()),
        other => {
            return Err(
                format!("{other:?} is none of nobody, no-subscriber, warnings, spans, metrics").into()
            );
        }
    };
    let engine = SqliteEngine::with_options("sqlite://", options)?;
    let mut session = engine.session_maker().session();
    session.execute("create table users (id integer primary key, name text)").await?;
    session.execute("insert into users values (1, 'Ada')").await?;
    // What its first runs cost more than the others is counted with the first few.
    for _ in 0..selects {
        let select = text("select name from users where id = :id").bind("id", 1);
        let name: String = session.scalar_one(select).await?;
        assert_eq!(name, "Ada");
    }
    Ok(())
}
