//! Processes that use one file, to be killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

use crate::bank::Violation;
use crate::history::{Entry, History, Journal};

/// How a worker process is asked for on the command line of this program.
pub(crate) const CHILD: &str = "worker-process";

/// A process with a team of its own.
#[derive(Debug)]
pub(super) struct WorkerProcess {
    child: Child,
    reader: JoinHandle<()>,
}

/// What every worker process is started with.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    pub(super) program: PathBuf,
    pub(super) url: String,
    pub(super) seed: u64,
    pub(super) history: Arc<History>,
}

impl WorkerProcess {
    pub(super) fn start(orders: &Orders, number: u64) -> Result<Self> {
        let mut child = command(&orders.program)
            .args([CHILD, &orders.url, &orders.seed.to_string(), &number.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("start {}", orders.program.display()))?;
        let output = child.stdout.take().context("read what a process tells")?;
        let history = Arc::clone(&orders.history);
        let reader = thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // The last line of one that was killed may be cut off: it is as if it had not been written.
                if let Ok(entry) = serde_json::from_str::<Entry>(&line) {
                    history.write(entry);
                }
            }
        });
        Ok(Self { child, reader })
    }

    /// Kills it, and waits until all that it told is written down.
    pub(super) fn kill(mut self) -> Result<()> {
        self.child.kill().context("kill a process")?;
        self.child.wait().context("wait for a process")?;
        // Its panic was printed.
        let _ = self.reader.join();
        Ok(())
    }

    pub(super) fn signal(&self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).context("name a process")?;
        kill_process(pid, signal).context("signal a process")
    }

    /// Lets it finish, and end by itself.
    pub(super) fn finish(mut self, history: &History) -> Result<()> {
        drop(self.child.stdin.take());
        let status = self.child.wait().context("wait for a process")?;
        let _ = self.reader.join();
        if !status.success() {
            history.violation(Violation::new(format!("a worker process has ended with {status}")));
        }
        Ok(())
    }
}

fn command(program: &Path) -> Command {
    Command::new(program)
}
