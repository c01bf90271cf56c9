//! A table to a file, row by row as they come: `cargo run --release --example stream_to_file [URL [FILE]]`.
//!
//! Memory is that of a few batches, however many rows there are. The session reads in one transaction of its own, so the
//! file is one moment of the table.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
};

use sqlsession::{AsyncDatabase, FromRow, SessionOptions};

const ROWS: i64 = 20_000;

#[derive(Debug, FromRow)]
struct Event {
    id: i64,
    what: String,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "sqlite:///stream_to_file.db".into());
    let given = arguments.next().map(std::path::PathBuf::from);
    let temporary = std::env::temp_dir().join(format!("sqlsession-stream-{}.tsv", std::process::id()));
    let file = given.as_deref().unwrap_or(&temporary);

    let db = AsyncDatabase::create(url)?;
    db.execute("drop table if exists example_event").await?;
    db.execute("create table example_event (id bigint primary key, what varchar(40) not null)").await?;
    let mut session = db.session_maker().session();
    let rows = (1..=ROWS).map(|id| (id, format!("event {id}")));
    session.bulk_insert("example_event", ["id", "what"], rows).await?;
    session.commit().await?;

    let written = write(&db, file).await?;
    let (lines, last) = read_back(file)?;
    println!("{written} rows written, the last is {last:?}");
    assert_eq!((written, lines), (ROWS, ROWS), "every row is a line");
    assert_eq!(last, format!("{ROWS}\tevent {ROWS}"));
    drop(std::fs::remove_file(&temporary));
    Ok(session.execute_and_commit("drop table example_event").await.map(drop)?)
}

async fn write(db: &AsyncDatabase, file: &Path) -> Result<i64> {
    let mut writer = BufWriter::new(File::create(file)?);
    let mut session = db.session_maker().session_with(SessionOptions::default().read_only(true));
    let mut rows =
        session.stream("select id, what from example_event order by id").await?.typed::<Event>()?;
    let mut written = 0;
    while let Some(event) = rows.next().await {
        let event = event?;
        writeln!(writer, "{}\t{}", event.id, event.what)?;
        written += 1;
    }
    writer.flush()?;
    Ok(written)
}

fn read_back(file: &Path) -> Result<(i64, String)> {
    let (mut lines, mut last) = (0, String::new());
    for line in BufReader::new(File::open(file)?).lines() {
        last = line?;
        lines += 1;
    }
    Ok((lines, last))
}
