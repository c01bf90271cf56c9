//! Processes that were started earlier, perhaps by another program.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde::{Deserialize, Serialize};

/// A process by its number and its start time, so that a later process of the same number is not taken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessId {
    /// Its number.
    pub pid: u32,
    /// When it started, in clock ticks since boot; 0 where the system has no `/proc`.
    pub started: u64,
}

impl ProcessId {
    /// The running process of that number.
    ///
    /// # Errors
    /// There is none.
    pub fn of(pid: u32) -> Result<Self> {
        let Some(started) = start_time(pid)? else { bail!("process {pid} is not running") };
        Ok(Self { pid, started })
    }

    /// This process.
    ///
    /// # Errors
    /// The system does not say when it started.
    pub fn current() -> Result<Self> {
        Self::of(std::process::id())
    }

    /// Whether it still runs. One that ended and was not yet collected by its parent counts as ended.
    #[must_use]
    pub fn is_running(self) -> bool {
        start_time(self.pid).is_ok_and(|started| started == Some(self.started))
    }

    /// Sends a signal, if it still runs.
    ///
    /// # Errors
    /// It runs and the system refuses.
    pub fn signal(self, signal: Signal) -> Result<()> {
        if !self.is_running() {
            return Ok(());
        }
        match kill_process(number(self.pid)?, signal) {
            Err(error) if error != rustix::io::Errno::SRCH => {
                Err(error).with_context(|| format!("signal process {}", self.pid))
            }
            _ => Ok(()),
        }
    }

    /// Asks it to end by `signal`, and kills it when it has not ended after `patience`.
    ///
    /// # Errors
    /// It cannot be signalled or does not end.
    pub fn stop(self, signal: Signal, patience: Duration) -> Result<()> {
        self.signal(signal)?;
        if self.ended_within(patience) {
            return Ok(());
        }
        self.signal(Signal::KILL)?;
        if self.ended_within(Duration::from_secs(5)) {
            return Ok(());
        }
        bail!("process {} does not end", self.pid)
    }

    fn ended_within(self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        while self.is_running() {
            if Instant::now() >= deadline {
                return false;
            }
            sleep(Duration::from_millis(10));
        }
        true
    }
}

fn number(pid: u32) -> Result<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw).with_context(|| format!("{pid} is no process number"))
}

/// The start time of a process, `None` when it does not run.
fn start_time(pid: u32) -> Result<Option<u64>> {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => parse_stat(&stat).with_context(|| format!("read /proc/{pid}/stat")),
        Err(_) if Path::new("/proc/self/stat").exists() => Ok(None),
        Err(_) => Ok(test_kill_process(number(pid)?).is_ok().then_some(0)),
    }
}

/// Reads a line of `/proc/PID/stat`: `pid (name) state …`, the start time being field 22. The name may hold
/// blanks and parentheses. The outer `None` is a line that cannot be read, the inner one an ended process.
fn parse_stat(stat: &str) -> Option<Option<u64>> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let started = fields.nth(18)?.parse().ok()?;
    Some((!matches!(state, "Z" | "X")).then_some(started))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn stat_lines_are_read() {
        let tail = "1 2 3 0 -1 4194560 5 6 7 8 9 10 11 12 20 0 1 0 4711 100 200";
        assert_eq!(parse_stat(&format!("12 (postgres) S {tail}")), Some(Some(4711)));
        assert_eq!(parse_stat(&format!("12 (a) S (b c) R {tail}")), Some(Some(4711)));
        assert_eq!(parse_stat(&format!("12 (postgres) Z {tail}")), Some(None));
        assert_eq!(parse_stat("12 (postgres) S 1 2"), None);
    }

    #[test]
    fn this_process_runs_and_a_later_one_of_its_number_is_another() {
        let current = ProcessId::current().unwrap();
        assert!(current.is_running());
        assert!(!ProcessId { started: current.started + 1, ..current }.is_running());
    }

    #[test]
    fn a_process_that_ignores_the_request_is_killed() {
        let mut child =
            Command::new("sh").args(["-c", "trap '' TERM; while :; do sleep 0.05; done"]).spawn().unwrap();
        let process = ProcessId::of(child.id()).unwrap();
        sleep(Duration::from_millis(100));
        process.signal(Signal::TERM).unwrap();
        sleep(Duration::from_millis(100));
        assert!(process.is_running());
        process.stop(Signal::TERM, Duration::from_millis(100)).unwrap();
        assert!(!process.is_running(), "it is a zombie now");
        child.wait().unwrap();
        process.signal(Signal::KILL).unwrap();
        assert!(ProcessId::of(child.id()).is_err());
    }
}
