//! What a session costs over the raw drivers: `cargo xtask bench [--backend NAME] [ROUNDS] [WORD OF THE CASE]`.
//!
//! The same work on the same data by the raw driver and by sessions, one cell after the other, in rounds. Medians, and
//! ratios taken within a round: the machine's mood changes from round to round, seldom within one.

mod cell;
mod memory;
mod mysql;
mod postgres;
mod report;
mod rounds;
mod sqlite;
mod users;

/// What of the benchmark is wanted.
pub struct Choice {
    pub rounds: usize,
    /// Stands in the names of the cases; all have it when it is empty.
    pub word: String,
}

fn main() -> cell::Fallible<()> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let mut backends = ["sqlite", "postgres", "mysql"].map(str::to_owned).to_vec();
    if words.first().is_some_and(|word| word == "--backend") {
        let names = words.drain(..2.min(words.len())).nth(1).ok_or("--backend wants a name")?;
        backends = names.split(',').map(str::to_owned).collect();
    }
    let rounds = words.first().map_or(Ok(7), |text| text.parse())?;
    let choice = Choice { rounds, word: words.get(1).cloned().unwrap_or_default() };
    for backend in backends {
        match backend.as_str() {
            "sqlite" => sqlite::run(&choice)?,
            "postgres" => postgres::run(&choice)?,
            "mysql" => mysql::run(&choice)?,
            other => return Err(format!("there is no benchmark for {other}").into()),
        }
    }
    Ok(())
}
