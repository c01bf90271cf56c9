//! A driver of one's own, and a program that uses it by its URL: `cargo run --example driver`.
//!
//! The driver opens files of SQLite by rusqlite. That is all it has to know: sessions, the pool, savepoints, cancellation,
//! statements and results are sqlsession's. The guide's chapter "Writing a driver" goes through it.

mod connection;
mod driver;
mod statements;

use std::time::Duration;

use driver::PlainDriver;
use sqlsession::{AsyncDatabase, ErrorKind, Result, registry, text};
use sqlsession_core::engine::DriverEngine;

#[tokio::main]
async fn main() -> Result<()> {
    // ANCHOR: register
    registry::register("plain", |url, options| {
        Ok(DriverEngine::<PlainDriver>::with_options(url, options)?.into())
    })?;
    let file = std::env::temp_dir().join(format!("sqlsession-plain-{}.db", std::process::id()));
    let db = AsyncDatabase::create(format!("plain:///{}", file.display()))?;
    // ANCHOR_END: register
    let done = use_it(&db).await;
    db.engine().close(Duration::from_secs(5)).await?;
    drop(std::fs::remove_file(file));
    done
}

async fn use_it(db: &AsyncDatabase) -> Result<()> {
    db.execute("create table users (id integer primary key, name text unique)").await?;
    let insert = |name: &'static str| text("insert into users(name) values (:name)").bind("name", name);

    let mut session = db.session_maker().session();
    session.execute(insert("Ada")).await?;
    let refused = session.nested(async |session| session.execute(insert("Ada")).await.map(drop)).await;
    let kind = refused.err().map(|error| error.kind());
    assert_eq!(kind, Some(ErrorKind::UniqueViolation), "and the savepoint took back only itself");
    session.bulk_insert("users", ["name"], (1..1000).map(|number| (format!("user {number}"),))).await?;
    session.commit().await?;

    session.execute("delete from users").await?;
    drop(session);

    let mut session = db.session_maker().session();
    let mut rows = session.stream("select name from users order by id").await?;
    let (mut count, mut first) = (0, None);
    while let Some(row) = rows.next().await {
        count += 1;
        let name: String = row?.get(0)?;
        first.get_or_insert(name);
    }
    println!("{} streams {count} rows, the first of them {first:?}", db.engine().dialect().driver);
    assert_eq!((count, first.as_deref()), (1000, Some("Ada")), "the dropped session has deleted nothing");
    Ok(())
}
