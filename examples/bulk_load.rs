//! A file of comma-separated values into a table: `cargo run --release --example bulk_load [URL [ROWS]]`.
//!
//! The rows are pulled from the file while they are sent, so memory stays as it is however many there are. A line that is
//! wrong, at the end of the file, takes all of them back.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
    time::Instant,
};

use sqlsession::{AsyncDatabase, AsyncSession, Value};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "sqlite:///bulk_load.db".into());
    let rows: u64 = arguments.next().map_or(Ok(50_000), |rows| rows.parse())?;
    let file = std::env::temp_dir().join(format!("sqlsession-bulk-load-{}.csv", std::process::id()));
    let done = load_both(&url, &file, rows).await;
    drop(std::fs::remove_file(&file));
    done
}

async fn load_both(url: &str, file: &Path, rows: u64) -> Result<()> {
    let db = AsyncDatabase::create(url)?;
    db.execute("drop table if exists example_reading").await?;
    db.execute("create table example_reading (id bigint primary key, sensor varchar(20) not null, celsius double precision)")
        .await?;
    let mut session = db.session_maker().session();

    write_readings(file, rows, "")?;
    let begin = Instant::now();
    assert_eq!(load(&mut session, file).await?, rows);
    session.commit().await?;
    println!("{rows} rows in {:.2?}", begin.elapsed());

    session.execute("delete from example_reading").await?;
    session.commit().await?;
    write_readings(file, rows, "too late,a line that is wrong")?;
    let error = load(&mut session, file).await.err().ok_or("a wrong line was taken")?;
    session.rollback().await?;
    println!("refused as a whole: {error}");
    let left: i64 = session.scalar_one("select count(*) from example_reading").await?;
    assert_eq!(left, 0, "nothing is left after the rollback");
    session.rollback().await?;
    Ok(session.execute_and_commit("drop table example_reading").await.map(drop)?)
}

/// Loads the file in the session's transaction: PostgreSQL by COPY, MySQL by statements of many rows, SQLite row by row.
async fn load(session: &mut AsyncSession, file: &Path) -> Result<u64> {
    let lines = BufReader::new(File::open(file)?).lines();
    let rows = lines.map(|line| fields(&line.unwrap_or_default()));
    Ok(session.bulk_insert("example_reading", ["id", "sensor", "celsius"], rows).await?)
}

/// The values of a line. One that cannot be read has too few or too many, which is refused with the number of its row.
fn fields(line: &str) -> Vec<Value> {
    let mut fields = line.split(',');
    let mut row = Vec::new();
    row.extend(fields.next().and_then(|id| id.parse::<i64>().ok()).map(Value::from));
    row.extend(fields.next().map(Value::from));
    row.extend(fields.next().and_then(|celsius| celsius.parse::<f64>().ok()).map(Value::from));
    row.extend(fields.map(Value::from));
    row
}

fn write_readings(file: &Path, rows: u64, last: &str) -> std::io::Result<()> {
    let mut writer = BufWriter::new(File::create(file)?);
    for id in 0..rows {
        writeln!(writer, "{id},sensor {},{}.5", id % 7, id % 40)?;
    }
    writer.write_all(last.as_bytes())?;
    writer.flush()
}
