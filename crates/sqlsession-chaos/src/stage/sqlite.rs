use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::Connection;
use rustix::process::Signal;
use tempfile::TempDir;

use super::Stage;
use super::children::{Orders, WorkerProcess};
use crate::bank::{Books, LedgerRow, TABLES, opening_rows};
use crate::faults::{Fault, FaultSort};
use crate::history::History;

/// How many processes use the file.
const PROCESSES: usize = 3;

/// How long another process may take to let go of the file.
const PATIENCE: Duration = Duration::from_secs(20);

/// A file, and the processes that use it.
#[derive(Debug)]
pub(crate) struct SqliteStage {
    folder: TempDir,
    program: PathBuf,
    seed: u64,
    orders: Option<Orders>,
    running: Vec<WorkerProcess>,
    /// How many were started.
    started: u64,
}

impl SqliteStage {
    /// `program` is this one, whose worker processes use the file.
    pub(crate) fn start(program: &Path, seed: u64) -> Result<Self> {
        let folder = tempfile::tempdir().context("make a folder")?;
        let stage =
            Self { folder, program: program.to_owned(), seed, orders: None, running: Vec::new(), started: 0 };
        let file = stage.open()?;
        file.pragma_update(None, "journal_mode", "wal")?;
        let tables = TABLES.map(str::to_owned).join("; ");
        file.execute_batch(&format!(
            "{tables}; {}; CREATE INDEX ledger_transfer ON ledger (transfer)",
            opening_rows()
        ))?;
        Ok(stage)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("bank.db")
    }

    /// The file, without the product.
    fn open(&self) -> Result<Connection> {
        let connection = Connection::open(self.file())?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    }

    fn fill(&mut self) -> Result<()> {
        let Some(orders) = &self.orders else { return Ok(()) };
        while self.running.len() < PROCESSES {
            self.running.push(WorkerProcess::start(orders, self.started)?);
            self.started += 1;
        }
        Ok(())
    }

    fn kill(&mut self, which: std::ops::Range<usize>) -> Result<()> {
        for process in self.running.drain(which) {
            process.kill()?;
        }
        self.fill()
    }
}

impl Stage for SqliteStage {
    fn url(&self) -> String {
        // What a killed process has written is the system's: only a power cut could take it.
        format!("sqlite:///{}?synchronous=off&timeout=5", self.file().display())
    }

    fn faults(&self) -> &'static [FaultSort] {
        &FaultSort::FILE
    }

    fn inject(&mut self, fault: &Fault) -> Result<()> {
        let one = usize::try_from(fault.amount)? % PROCESSES;
        match fault.sort {
            FaultSort::KillProcess => self.kill(one..one + 1)?,
            FaultSort::KillProcesses => self.kill(0..PROCESSES)?,
            FaultSort::Freeze => {
                self.running[one].signal(Signal::STOP)?;
                sleep(fault.lasting);
                self.running[one].signal(Signal::CONT)?;
            }
            FaultSort::HoldLock => {
                let file = self.open()?;
                file.execute_batch("BEGIN IMMEDIATE")?;
                sleep(fault.lasting);
                file.execute_batch("ROLLBACK")?;
            }
            other => bail!("nobody can do this to a file: {}", other.name()),
        }
        Ok(())
    }

    fn restarts(&self) -> u64 {
        self.started.saturating_sub(PROCESSES as u64)
    }

    fn begin_work(&mut self, history: &Arc<History>) -> Result<bool> {
        self.orders = Some(Orders {
            program: self.program.clone(),
            url: self.url(),
            seed: self.seed,
            history: Arc::clone(history),
        });
        self.fill()?;
        Ok(true)
    }

    fn end_work(&mut self) -> Result<()> {
        let Some(orders) = self.orders.take() else { return Ok(()) };
        self.running.drain(..).try_for_each(|process| process.finish(&orders.history))
    }

    fn books(&self) -> Result<Books> {
        let file = self.open()?;
        let mut books = Books::default();
        let mut accounts = file.prepare(Books::ACCOUNTS_SQL)?;
        for row in accounts.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
            let (id, balance) = row?;
            books.accounts.insert(id, balance);
        }
        let mut ledger = file.prepare(Books::LEDGER_SQL)?;
        let rows = ledger.query_map([], |row| {
            Ok(LedgerRow {
                transfer: row.get(0)?,
                source: row.get(1)?,
                target: row.get(2)?,
                amount: row.get(3)?,
            })
        })?;
        books.ledger = rows.collect::<Result<_, _>>()?;
        Ok(books)
    }

    fn left_open(&self) -> Result<Vec<String>> {
        let file = Connection::open(self.file())?;
        let mut wrong = Vec::new();
        file.busy_timeout(Duration::ZERO)?;
        if let Err(error) = file.execute_batch("BEGIN IMMEDIATE; ROLLBACK") {
            wrong.push(format!("the write lock is held: {error}"));
        }
        let busy: i64 = file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy != 0 {
            wrong.push("somebody still reads".to_owned());
        }
        let state: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        if state != "ok" {
            wrong.push(format!("the file is damaged: {state}"));
        }
        Ok(wrong)
    }

    fn connections(&self) -> Result<Option<u64>> {
        Ok(None)
    }
}

impl Drop for SqliteStage {
    fn drop(&mut self) {
        for process in self.running.drain(..) {
            // The folder goes next.
            let _ = process.kill();
        }
    }
}
