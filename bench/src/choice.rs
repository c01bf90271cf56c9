use crate::{
    Fallible,
    contest::{Sizes, Work},
    place::Database,
};

/// What of the benchmark is wanted.
pub struct Choice {
    pub rounds: usize,
    pub databases: Vec<Database>,
    /// The pool and the session alone, and what they do to the rest of the program.
    pub pool: bool,
    pub sizes: Sizes,
    /// Stands in the names of the cases; all have it when it is empty.
    pub word: String,
}

impl Choice {
    /// The choice of the command line: `[--full] [--backend NAME[,NAME]] [ROUNDS] [WORD]`.
    pub fn read() -> Fallible<Self> {
        let mut words: Vec<String> = std::env::args().skip(1).collect();
        let full = words.iter().position(|word| word == "--full").map(|at| words.remove(at)).is_some();
        let mut choice = Self {
            rounds: 5,
            databases: Database::ALL.to_vec(),
            pool: true,
            sizes: if full { Sizes::FULL } else { Sizes::QUICK },
            word: String::new(),
        };
        if words.first().is_some_and(|word| word == "--backend") {
            let names = words.drain(..2.min(words.len())).nth(1).ok_or("--backend wants a name")?;
            choice.pool = names.split(',').any(|name| name == "pool");
            choice.databases = names
                .split(',')
                .filter(|name| *name != "pool")
                .map(Database::of)
                .collect::<Fallible<Vec<_>>>()?
                .concat();
        }
        if let Some(rounds) = words.first() {
            choice.rounds = rounds.parse()?;
        }
        choice.word = words.get(1).cloned().unwrap_or_default();
        Ok(choice)
    }

    /// Whether the case of this name is wanted.
    pub fn wants(&self, case: &str) -> bool {
        case.contains(&self.word)
    }

    pub fn works(&self, database: Database) -> impl Iterator<Item = Work> {
        let all = Work::ALL.into_iter().filter(|work| self.wants(&work.to_string()));
        all.filter(move |work| database != Database::SqliteInMemory || work.is_done_in_memory())
    }
}
