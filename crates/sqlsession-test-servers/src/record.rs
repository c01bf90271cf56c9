//! What is known of running servers between two commands: one file for each under `target/servers`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustix::process::Signal;
use serde::{Deserialize, Serialize};

use crate::home;
use crate::process::ProcessId;
use crate::programs::target;
use crate::server::STOP_LIMIT;

/// One running server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The name of its program.
    pub program: String,
    /// Its process.
    pub process: ProcessId,
    /// The process that will stop it; `None` when it was left running on purpose.
    pub owner: Option<ProcessId>,
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// Its folder.
    pub folder: PathBuf,
    /// The URL of its test database.
    pub url: String,
}

impl Record {
    /// Whether the process that should have stopped it is gone.
    #[must_use]
    pub fn is_orphan(&self) -> bool {
        self.owner.is_some_and(|owner| !owner.is_running())
    }

    /// Whether it runs in the background for the user.
    #[must_use]
    pub fn is_background(&self) -> bool {
        self.owner.is_none()
    }
}

/// The folder of records.
#[derive(Debug)]
pub struct Records {
    folder: PathBuf,
}

impl Records {
    /// `target/servers` of this workspace.
    #[must_use]
    pub fn of_workspace() -> Self {
        Self::new(target().join("servers"))
    }

    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Writes the record of a new server and gives its file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, record: &Record) -> Result<PathBuf> {
        std::fs::create_dir_all(&self.folder).with_context(|| format!("make {}", self.folder.display()))?;
        let path = self.path(record);
        Self::rewrite(&path, record)?;
        Ok(path)
    }

    /// Writes a record anew. Readers see the old one or the new one.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn rewrite(path: &Path, record: &Record) -> Result<()> {
        let draft = path.with_extension("draft");
        std::fs::write(&draft, serde_json::to_string_pretty(record)?)
            .and_then(|()| std::fs::rename(&draft, path))
            .with_context(|| format!("write {}", path.display()))
    }

    /// All records, sorted by program and port.
    ///
    /// # Errors
    /// A file cannot be read or is no record.
    pub fn load(&self) -> Result<Vec<Record>> {
        let mut records: Vec<Record> = Vec::new();
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(records),
            entries => entries.with_context(|| format!("read {}", self.folder.display()))?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            match std::fs::read(&path) {
                Ok(bytes) => records.push(
                    serde_json::from_slice(&bytes).with_context(|| format!("read {}", path.display()))?,
                ),
                // Its server ended between the two looks.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
            }
        }
        records.sort_by(|left, right| (&left.program, left.port).cmp(&(&right.program, right.port)));
        Ok(records)
    }

    /// Ends the very process of the record, by `signal` or at last by force, and removes its folder and record.
    ///
    /// # Errors
    /// The process does not end, or a file cannot be removed.
    pub fn stop(&self, record: &Record, signal: Signal) -> Result<()> {
        record.process.stop(signal, STOP_LIMIT)?;
        home::remove(&record.folder)?;
        let path = self.path(record);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("remove {}", path.display()))
            }
            _ => Ok(()),
        }
    }

    fn path(&self, record: &Record) -> PathBuf {
        let name = record.folder.file_name().unwrap_or_default();
        self.folder.join(name).with_extension("json")
    }

    #[cfg(test)]
    pub(crate) fn remove_folder(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(program: &str, port: u16) -> Record {
        let process = ProcessId::current().unwrap();
        Record {
            program: program.to_owned(),
            process: ProcessId { started: process.started + 1, ..process },
            owner: None,
            port,
            folder: format!("/tmp/sqlsession-server-test-{}-{port}", std::process::id()).into(),
            url: format!("postgresql://u:p@127.0.0.1:{port}/d"),
        }
    }

    fn records(name: &str) -> Records {
        Records::new(std::env::temp_dir().join(format!("sqlsession-records-{name}-{}", std::process::id())))
    }

    #[test]
    fn records_come_back_as_they_were_saved() {
        let records = records("saved");
        assert!(records.load().unwrap().is_empty(), "no folder yet");
        let (first, second) = (record("a", 20_001), record("b", 20_002));
        let path = records.save(&second).unwrap();
        records.save(&first).unwrap();
        assert_eq!(records.load().unwrap(), [first.clone(), second.clone()]);
        let changed = Record { owner: Some(second.process), ..second };
        Records::rewrite(&path, &changed).unwrap();
        assert_eq!(records.load().unwrap(), [first, changed.clone()]);
        assert!(changed.is_orphan() && !changed.is_background());
        records.remove_folder();
    }

    #[test]
    fn a_record_whose_process_is_gone_is_only_cleaned_up() {
        let records = records("gone");
        let record = record("a", 20_003);
        assert!(!record.process.is_running(), "same number, other start");
        std::fs::create_dir(&record.folder).unwrap();
        records.save(&record).unwrap();
        records.stop(&record, Signal::KILL).unwrap();
        assert!(!record.folder.exists());
        assert!(records.load().unwrap().is_empty());
        records.stop(&record, Signal::KILL).unwrap();
        records.remove_folder();
    }

    #[test]
    fn a_broken_record_is_named() {
        let records = records("broken");
        let path = records.save(&record("a", 20_004)).unwrap();
        std::fs::write(&path, "{").unwrap();
        let message = records.load().unwrap_err().to_string();
        assert!(message.contains("20004.json"), "{message}");
        records.remove_folder();
    }
}
