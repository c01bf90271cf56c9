use std::process::Command;

use crate::{
    Fallible,
    contest::{Sizes, Work},
    contestants,
    place::{Database, Fixture, Place},
};

/// The first argument of the process that does a work once, and says what it needed.
const WORD: &str = "peak-of";

/// MiB of memory that each contestant needed at its peak, over what it had before, in a process of its own.
pub fn of(
    work: Work,
    sizes: Sizes,
    fixture: &Fixture,
    database: Database,
) -> Fallible<Vec<(&'static str, f64)>> {
    let mut peaks = Vec::new();
    for contestant in contestants::names(work, database) {
        let place = fixture.place()?;
        let output = Command::new(std::env::current_exe()?)
            .args([WORD, database.backend(), &place.at, &work.to_string(), &sizes.large.to_string()])
            .arg(contestant)
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let bytes: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
        peaks.push((contestant, bytes / 1024.0 / 1024.0));
    }
    Ok(peaks)
}

/// What such a process is to do.
pub struct Asked {
    work: Work,
    sizes: Sizes,
    place: Place,
    contestant: String,
}

impl Asked {
    /// None where this is no such process.
    pub fn read() -> Option<Fallible<Self>> {
        let mut words = std::env::args().skip(1);
        (words.next()? == WORD).then(|| Self::parse(&words.collect::<Vec<_>>()))
    }

    fn parse(words: &[String]) -> Fallible<Self> {
        let [database, at, work, large, contestant] = words else { return Err("too few words".into()) };
        let known = Work::ALL.into_iter().find(|known| known.to_string() == *work);
        Ok(Self {
            work: known.ok_or("no such work")?,
            sizes: Sizes { large: large.parse()?, ..Sizes::QUICK },
            place: Place {
                database: *Database::of(database)?.first().ok_or("no such database")?,
                at: at.clone(),
            },
            contestant: contestant.clone(),
        })
    }

    /// Does it, and prints the bytes.
    pub fn answer(self) -> Fallible<()> {
        let mut cell = contestants::cell(&self.contestant, self.work, self.sizes, &self.place)?;
        let before = resident("VmRSS:")?;
        std::fs::write("/proc/self/clear_refs", "5")?;
        (cell.work)(1)?;
        println!("{}", resident("VmHWM:")?.saturating_sub(before));
        Ok(())
    }
}

/// A line of the process's own status, in bytes.
fn resident(name: &str) -> Fallible<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
