//! `sqlsession-migrate [--status] [URL] [FOLDER]`: applies the migrations of a folder.

use std::{ffi::OsString, path::Path, process::ExitCode};

use sqlsession::{Database, Result, migrations::Migrations};

const HELP: &str = "\
sqlsession-migrate [--status] [URL] [FOLDER]

Applies the migrations of the folder that are not applied yet, each once, in order.

  URL       postgresql://user@host/app, mysql://…, sqlite:///app.db; by default the variable DATABASE_URL
  FOLDER    with V1__init.sql, V2__add_posts.sql, …; by default `migrations`
  --status  applies nothing, and says what is applied
";

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let count = arguments.len();
    arguments.retain(|argument| argument != "--status");
    let only_status = arguments.len() < count;
    if arguments.iter().any(|argument| argument.as_encoded_bytes().starts_with(b"-")) || arguments.len() > 2 {
        eprint!("{HELP}");
        return ExitCode::FAILURE;
    }
    // One argument is the URL, or the folder where the URL is in the environment.
    let url = match arguments.first() {
        Some(first) if first.to_string_lossy().contains("://") => Some(arguments.remove(0)),
        _ => std::env::var_os("DATABASE_URL"),
    };
    let (Some(url), folder, 0 | 1) =
        (url, arguments.first().map_or(Path::new("migrations"), Path::new), arguments.len())
    else {
        eprint!("{HELP}");
        return ExitCode::FAILURE;
    };
    let Some(url) = url.to_str() else {
        eprintln!("error: the URL of the database is not UTF-8");
        return ExitCode::FAILURE;
    };
    match run(url, folder, only_status) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(statement) = error.statement() {
                eprintln!("{statement}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(url: &str, folder: &Path, only_status: bool) -> Result<()> {
    let migrations = Migrations::read(folder)?;
    let db = Database::create(url)?;
    if only_status {
        for migration in migrations.status(&db)? {
            match &migration.applied_on {
                Some(at) => println!("applied  {migration}  {at}"),
                None => println!("pending  {migration}"),
            }
        }
        return Ok(());
    }
    let applied = migrations.run(&db)?;
    for migration in &applied {
        println!("applied  {migration}");
    }
    if applied.is_empty() {
        println!("nothing to apply");
    }
    Ok(())
}
