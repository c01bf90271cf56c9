//! SQLAlchemy in Python, as a contestant in the same rounds: a process that is told how often, and answers when it is done.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::{
    Fallible,
    contest::{Cell, Sizes, Work},
    place::{Database, Place},
    users::ROWS,
};

/// The variable that names an interpreter with what `bench/python/requirements.txt` lists.
const INTERPRETER: &str = "SQLSESSION_BENCH_PYTHON";

const FACES: [(&str, &str); 2] = [("core", "SQLAlchemy Core (Python)"), ("orm", "SQLAlchemy ORM (Python)")];

/// Those of its faces that do the work; none without the interpreter.
pub fn cells(work: Work, sizes: Sizes, place: impl Fn() -> Fallible<Place>) -> Fallible<Vec<Cell>> {
    let (Some(python), Some(word)) = (std::env::var_os(INTERPRETER), word(work)) else {
        return Ok(Vec::new());
    };
    let mut cells = Vec::new();
    for (face, name) in FACES {
        // Core has no objects to change, and the ORM no rows of any shape.
        if matches!((work, face), (Work::Flush, "core") | (Work::Dynamic, "orm")) {
            continue;
        }
        let place = place()?;
        let mut command = Command::new(&python);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python/contestant.py"));
        command.args([face, &word, &url(&place), &sizes.large.to_string()]);
        let mut process = Process::start(command)?;
        cells.push(Cell {
            contestant: name.to_owned(),
            work: Box::new(move |times| process.run(times)),
            before: Box::new(|| Ok(())),
            elsewhere: Some(20),
        });
    }
    Ok(cells)
}

/// The works that the program knows.
fn word(work: Work) -> Option<String> {
    Some(match work {
        Work::Select => "select".to_owned(),
        Work::Unit => "unit".to_owned(),
        Work::Checkout => "checkout".to_owned(),
        Work::Flush => "flush".to_owned(),
        Work::Stream => "stream".to_owned(),
        Work::All => "all".to_owned(),
        Work::Dynamic => format!("rows {ROWS}"),
        Work::Trivial(rows) => format!("trivial {rows}"),
        Work::Connect => "connect".to_owned(),
        _ => return None,
    })
}

fn url(place: &Place) -> String {
    let rest = place.at.split_once("://").map_or("", |(_, rest)| rest);
    match place.database {
        Database::Sqlite | Database::SqliteInMemory => format!("sqlite:///{}", place.at),
        Database::Postgres => format!("postgresql+psycopg://{rest}"),
        Database::Mariadb => format!("mysql+pymysql://{rest}"),
    }
}

struct Process {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    fn start(mut command: Command) -> Fallible<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = child.stdin.take().ok_or("no way to the process")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no way from the process")?);
        Ok(Self { child, orders, answers })
    }

    fn run(&mut self, times: u64) -> Fallible<Vec<u64>> {
        writeln!(self.orders, "{times}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        if answer.trim() == "done" { Ok(Vec::new()) } else { Err("the program in Python failed".into()) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
