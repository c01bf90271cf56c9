//! What a session costs over the raw drivers: `cargo xtask bench [--backend NAME] [ROUNDS] [WORD OF THE CASE]`.
//!
//! The same work on the same data by the raw driver and by sessions, one cell after the other, in rounds. Medians, and
//! ratios taken within a round: the machine's mood changes from round to round, seldom within one.

mod cases;
pub mod cell;
mod memory;
mod mysql;
pub mod pool;
mod postgres;
mod report;
mod rounds;
mod sqlite;
mod users;

use cell::Fallible;

/// What of the benchmark is wanted.
pub struct Choice {
    pub rounds: usize,
    /// Stands in the names of the cases; all have it when it is empty.
    pub word: String,
}

impl Choice {
    /// The choice of the command line, and the groups that are named there: backends, or the pool.
    pub fn read() -> Fallible<(Self, Option<Vec<String>>)> {
        let mut words: Vec<String> = std::env::args().skip(1).collect();
        let mut groups = None;
        if words.first().is_some_and(|word| word == "--backend") {
            let names = words.drain(..2.min(words.len())).nth(1).ok_or("--backend wants a name")?;
            groups = Some(names.split(',').map(str::to_owned).collect());
        }
        let rounds = words.first().map_or(Ok(7), |text| text.parse())?;
        Ok((Self { rounds, word: words.get(1).cloned().unwrap_or_default() }, groups))
    }

    /// Whether the case of this name is wanted.
    pub fn wants(&self, case: &str) -> bool {
        case.contains(&self.word)
    }
}

/// Runs what the command line asks for.
pub fn run() -> Fallible<()> {
    let (choice, groups) = Choice::read()?;
    for group in groups.unwrap_or_else(|| ["pool", "sqlite", "postgres", "mysql"].map(str::to_owned).to_vec())
    {
        match group.as_str() {
            "pool" => pool::run(&choice)?,
            "sqlite" => sqlite::run(&choice)?,
            "postgres" => postgres::run(&choice)?,
            "mysql" => mysql::run(&choice)?,
            other => return Err(format!("there is no benchmark for {other}").into()),
        }
    }
    Ok(())
}
