use std::fs::{File, create_dir_all, write};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::results;
use crate::workspace::{cargo, root};

/// A program that asks a database for one number.
struct Program {
    backend: &'static str,
    name: &'static str,
    dependencies: &'static str,
    body: &'static str,
}

const TOKIO: &str = "tokio = { version = \"1\", features = [\"macros\", \"rt\"] }";

#[rustfmt::skip]
const PROGRAMS: &[Program] = &[
    Program { backend: "sqlite", name: "rusqlite", dependencies: "rusqlite = { version = \"0.39\", features = [\"bundled\"] }", body: "let c = rusqlite::Connection::open(url)?; let n: i64 = c.query_row(\"select 1\", [], |row| row.get(0))?;" },
    Program { backend: "sqlite", name: "sqlsession", dependencies: "sqlsession = { path = \"ROOT/crates/sqlsession\" }", body: "let d = sqlsession::AsyncDatabase::create(url)?; let n: Option<i64> = d.scalar(\"select 1\").await?;" },
    Program { backend: "sqlite", name: "sqlx", dependencies: "sqlx = { version = \"0.9\", default-features = false, features = [\"runtime-tokio\", \"sqlite\"] }", body: "let p = sqlx::SqlitePool::connect(&url).await?; let n: i64 = sqlx::query_scalar(\"select 1\").fetch_one(&p).await?;" },
    Program { backend: "sqlite", name: "SeaORM", dependencies: "sea-orm = { version = \"2.0\", default-features = false, features = [\"runtime-tokio\", \"sqlx-sqlite\"] }", body: "use sea_orm::ConnectionTrait as _; let d = sea_orm::Database::connect(url).await?; let n = d.execute_unprepared(\"select 1\").await?;" },
    Program { backend: "sqlite", name: "diesel", dependencies: "diesel = { version = \"2.3\", default-features = false, features = [\"sqlite\"] }\nlibsqlite3-sys = { version = \"*\", features = [\"bundled\"] }", body: "use diesel::{Connection as _, RunQueryDsl as _}; let mut c = diesel::SqliteConnection::establish(&url)?; let n = diesel::sql_query(\"select 1\").execute(&mut c)?;" },
    Program { backend: "postgres", name: "tokio-postgres with deadpool-postgres", dependencies: "deadpool-postgres = \"0.14\"\ntokio-postgres = \"0.7\"", body: "let m = deadpool_postgres::Manager::new(url.parse()?, tokio_postgres::NoTls); let p = deadpool_postgres::Pool::builder(m).build()?; let n: i32 = p.get().await?.query_one(\"select 1\", &[]).await?.get(0);" },
    Program { backend: "postgres", name: "sqlsession", dependencies: "sqlsession = { path = \"ROOT/crates/sqlsession\", default-features = false, features = [\"postgres\"] }", body: "let d = sqlsession::AsyncDatabase::create(url)?; let n: Option<i64> = d.scalar(\"select 1\").await?;" },
    Program { backend: "postgres", name: "sqlx", dependencies: "sqlx = { version = \"0.9\", default-features = false, features = [\"postgres\", \"runtime-tokio\"] }", body: "let p = sqlx::PgPool::connect(&url).await?; let n: i32 = sqlx::query_scalar(\"select 1\").fetch_one(&p).await?;" },
    Program { backend: "postgres", name: "SeaORM", dependencies: "sea-orm = { version = \"2.0\", default-features = false, features = [\"runtime-tokio\", \"sqlx-postgres\"] }", body: "use sea_orm::ConnectionTrait as _; let d = sea_orm::Database::connect(url).await?; let n = d.execute_unprepared(\"select 1\").await?;" },
    Program { backend: "postgres", name: "diesel-async", dependencies: "diesel = { version = \"2.3\", default-features = false }\ndiesel-async = { version = \"0.9\", default-features = false, features = [\"deadpool\", \"postgres\"] }", body: "use diesel_async::{AsyncConnection as _, RunQueryDsl as _}; let mut c = diesel_async::AsyncPgConnection::establish(&url).await?; let n = diesel::sql_query(\"select 1\").execute(&mut c).await?;" },
    Program { backend: "mysql", name: "mysql_async", dependencies: "mysql_async = { version = \"0.37\", default-features = false, features = [\"minimal-rust\"] }", body: "use mysql_async::prelude::Queryable as _; let mut c = mysql_async::Pool::new(&*url).get_conn().await?; let n: Option<i64> = c.query_first(\"select 1\").await?;" },
    Program { backend: "mysql", name: "sqlsession", dependencies: "sqlsession = { path = \"ROOT/crates/sqlsession\", default-features = false, features = [\"mysql\"] }", body: "let d = sqlsession::AsyncDatabase::create(url)?; let n: Option<i64> = d.scalar(\"select 1\").await?;" },
    Program { backend: "mysql", name: "sqlx", dependencies: "sqlx = { version = \"0.9\", default-features = false, features = [\"mysql\", \"runtime-tokio\"] }", body: "let p = sqlx::MySqlPool::connect(&url).await?; let n: i64 = sqlx::query_scalar(\"select 1\").fetch_one(&p).await?;" },
    Program { backend: "mysql", name: "SeaORM", dependencies: "sea-orm = { version = \"2.0\", default-features = false, features = [\"runtime-tokio\", \"sqlx-mysql\"] }", body: "use sea_orm::ConnectionTrait as _; let d = sea_orm::Database::connect(url).await?; let n = d.execute_unprepared(\"select 1\").await?;" },
    Program { backend: "mysql", name: "diesel-async", dependencies: "diesel = { version = \"2.3\", default-features = false }\ndiesel-async = { version = \"0.9\", default-features = false, features = [\"deadpool\", \"mysql\"] }", body: "use diesel_async::{AsyncConnection as _, RunQueryDsl as _}; let mut c = diesel_async::AsyncMysqlConnection::establish(&url).await?; let n = diesel::sql_query(\"select 1\").execute(&mut c).await?;" },
];

/// Builds a small program on each library, alone and from nothing, and keeps how long it took, of how many crates it is and how
/// large: of those with this word in their backend or their name, which are only printed, or of all.
///
/// # Errors
/// A program cannot be written or does not build.
pub fn run(word: Option<&str>) -> Result<bool> {
    let folder = root().join("bench/target/build-cost");
    let mut file = if word.is_none() {
        let path = results::file("build", "cost");
        create_dir_all(path.parent().context("a folder for results")?)
            .context("make a folder for results")?;
        Some(File::create(path).context("write results")?)
    } else {
        None
    };
    println!("| backend | program on | crates | clean build, s | stripped, KiB |");
    println!("|---|---|--:|--:|--:|");
    let wanted = |program: &&Program| {
        word.is_none_or(|word| program.backend.contains(word) || program.name.contains(word))
    };
    for program in PROGRAMS.iter().filter(wanted) {
        let built = build(program, &folder.join(format!("{}-{}", program.backend, crate_name(program))))?;
        println!(
            "| {} | {} | {} | {:.0} | {} |",
            program.backend, program.name, built.crates, built.seconds, built.kib
        );
        if let Some(file) = &mut file {
            let line = json!({
                "kind": "build", "backend": program.backend, "program": program.name,
                "seconds": built.seconds, "crates": built.crates, "kib": built.kib,
            });
            writeln!(file, "{line}").context("write results")?;
        }
    }
    Ok(true)
}

struct Built {
    seconds: f64,
    crates: usize,
    kib: u64,
}

fn crate_name(program: &Program) -> String {
    program.name.to_lowercase().replace(' ', "-")
}

fn build(program: &Program, folder: &Path) -> Result<Built> {
    create_dir_all(folder.join("src")).context("make a folder for a program")?;
    let dependencies = program.dependencies.replace("ROOT", &root().display().to_string());
    let manifest = format!(
        "[package]\nname = \"one\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         {TOKIO}\n{dependencies}\n\n[profile.release]\nstrip = true\n"
    );
    write(folder.join("Cargo.toml"), manifest).context("write a manifest")?;
    let body = format!(
        "#[tokio::main(flavor = \"current_thread\")]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let url = std::env::args().nth(1).ok_or(\"no URL\")?;\n    {}\n    println!(\"{{n:?}}\");\n    Ok(())\n}}\n",
        program.body
    );
    write(folder.join("src/main.rs"), body).context("write a program")?;
    let target = folder.join("target");
    if target.exists() {
        std::fs::remove_dir_all(&target).context("remove what was built")?;
    }
    let in_it = |arguments: &[&str]| -> Command {
        let mut command = cargo();
        // Another target folder would not be clean.
        command.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", &target);
        command
    };
    if !in_it(&["fetch", "--quiet"]).status().context("run cargo fetch")?.success() {
        bail!("the crates of {} cannot be had", program.name);
    }
    let begun = Instant::now();
    let built = in_it(&["build", "--release", "--quiet"]).status().context("run cargo build")?;
    let seconds = begun.elapsed().as_secs_f64();
    if !built.success() {
        bail!("the program on {} does not build", program.name);
    }
    let tree = in_it(&["tree", "--edges", "normal,build", "--prefix", "none", "--no-dedupe"]).output();
    let tree = String::from_utf8(tree.context("run cargo tree")?.stdout)?;
    let mut crates: Vec<&str> = tree.lines().map(|line| line.split(" (").next().unwrap_or(line)).collect();
    crates.sort_unstable();
    crates.dedup();
    let kib = target.join("release/one").metadata().context("look at the program")?.len() / 1024;
    // The program itself is none of them.
    Ok(Built { seconds, crates: crates.len() - 1, kib })
}
