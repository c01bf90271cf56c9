//! Ending a server whose owner was killed.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result};
use rustix::process::Signal;

/// Reads what it has to watch, line by line, until its input ends. Only the owner holds the other end of it,
/// so the end of the input without `leave` is the end of the owner, whichever way it went.
///
/// A watched process counts as running until its new parent has collected it, which may take some seconds.
const SCRIPT: &str = r#"
signal=$1 folder=$2 pid= record=
while read -r word rest; do
  case $word in
    watch) pid=$rest ;;
    record) record=$rest ;;
    leave) exit 0 ;;
  esac
done
if [ -n "$pid" ]; then
  kill -s "$signal" "$pid"
  rounds=0
  while kill -s 0 "$pid" && [ $rounds -lt 200 ]; do
    sleep 0.05
    rounds=$((rounds + 1))
  done
  kill -s KILL "$pid"
fi
rm -rf -- "$folder"
if [ -n "$record" ]; then
  rm -f -- "$record"
fi
"#;

/// A small process beside a server, which ends the server and removes its folder when this process ends
/// without having done so, killed or not.
///
/// It holds one end of a pipe. A signal at the death of the parent would depend on the thread that started
/// the server, and would leave the folder.
#[derive(Debug)]
pub(crate) struct Watchdog {
    child: Child,
    /// `None` once it was told to leave.
    words: Option<ChildStdin>,
}

impl Watchdog {
    /// Starts one for the server in `folder`, which it would end by `signal`.
    pub(crate) fn new(folder: &Path, signal: Signal) -> Result<Self> {
        let mut child = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "watchdog", &signal.as_raw().to_string()])
            .arg(folder)
            .current_dir("/")
            // What ends the owner's group, such as Ctrl-C, must leave it alive.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start the watchdog")?;
        let words = child.stdin.take();
        Ok(Self { child, words })
    }

    /// Makes it watch that process, and no other.
    pub(crate) fn watch(&mut self, pid: u32) -> Result<()> {
        self.say(&format!("watch {pid}"))
    }

    /// Makes it watch no process. To be called before the process is collected, while its number is its own.
    pub(crate) fn watch_nothing(&mut self) -> Result<()> {
        self.say("watch")
    }

    /// Makes it remove the server's record with its folder.
    pub(crate) fn watch_record(&mut self, path: &Path) -> Result<()> {
        self.say(&format!("record {}", path.display()))
    }

    /// Lets it go: nothing happens to the server any more.
    pub(crate) fn leave(&mut self) -> Result<()> {
        if self.words.is_some() {
            self.say("leave")?;
            self.words = None;
            self.child.wait().context("wait for the watchdog")?;
        }
        Ok(())
    }

    fn say(&mut self, word: &str) -> Result<()> {
        let words = self.words.as_mut().context("the watchdog was told to leave")?;
        words.write_all(format!("{word}\n").as_bytes()).context("speak to the watchdog")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::Home;
    use crate::process::ProcessId;

    fn sleeper() -> Child {
        Command::new("sleep").arg("600").spawn().unwrap()
    }

    /// Ends its input without a word, as the end of this process would.
    fn abandon(mut watchdog: Watchdog) {
        watchdog.words = None;
        watchdog.child.wait().unwrap();
    }

    #[test]
    fn an_abandoned_server_is_ended_and_its_folder_removed() {
        let home = Home::new("nobody").unwrap();
        let record = std::env::temp_dir().join(format!("sqlsession watchdog {}", std::process::id()));
        std::fs::write(&record, "").unwrap();
        let mut child = sleeper();
        let mut watchdog = Watchdog::new(home.path(), Signal::TERM).unwrap();
        watchdog.watch_record(&record).unwrap();
        watchdog.watch(child.id()).unwrap();
        // Collected beside it, as the system does for a process without a parent.
        let collector = std::thread::spawn(move || child.wait().unwrap());
        abandon(watchdog);
        assert!(!collector.join().unwrap().success());
        assert!(!home.path().exists());
        assert!(!record.exists());
    }

    #[test]
    fn what_is_not_watched_any_more_is_left_alone() {
        let home = Home::new("nobody").unwrap();
        let mut child = sleeper();
        let mut watchdog = Watchdog::new(home.path(), Signal::TERM).unwrap();
        watchdog.watch(child.id()).unwrap();
        watchdog.watch_nothing().unwrap();
        abandon(watchdog);
        assert!(ProcessId::of(child.id()).is_ok());
        assert!(!home.path().exists());
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn told_to_leave_it_touches_nothing() {
        let home = Home::new("nobody").unwrap();
        let mut child = sleeper();
        let mut watchdog = Watchdog::new(home.path(), Signal::TERM).unwrap();
        watchdog.watch(child.id()).unwrap();
        watchdog.leave().unwrap();
        watchdog.leave().unwrap();
        assert!(ProcessId::of(child.id()).is_ok());
        assert!(home.path().exists());
        assert!(watchdog.watch(child.id()).is_err());
        child.kill().unwrap();
        child.wait().unwrap();
        crate::home::remove(home.path()).unwrap();
    }
}
