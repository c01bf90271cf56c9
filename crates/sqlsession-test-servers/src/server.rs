use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::home::{self, Home};
use crate::log;
use crate::port;
use crate::process::ProcessId;
use crate::program::ServerProgram;
use crate::record::{Record, Records};
use crate::watchdog::Watchdog;

const START_LIMIT: Duration = Duration::from_secs(60);
/// How long a server may take to end in order before it is killed.
pub(crate) const STOP_LIMIT: Duration = Duration::from_secs(20);
/// Another program may take the port between the look and the bind, and the rest of a killed server may
/// still hold its memory or files.
const ATTEMPTS: u32 = 5;

/// A private server on 127.0.0.1. Dropping it stops the server and removes its folder, and so does the end of
/// this process, killed or not.
///
/// It is recorded under `target/servers`, where `cargo xtask servers` finds those that were left running.
#[derive(Debug)]
pub struct Server<P: ServerProgram = &'static dyn ServerProgram> {
    program: P,
    home: Home,
    watchdog: Watchdog,
    port: u16,
    child: Option<Child>,
    record: Option<PathBuf>,
    detached: bool,
}

impl<P: ServerProgram> Server<P> {
    /// Starts a fresh server of that program.
    ///
    /// # Errors
    /// It is not installed or does not start; the message has the end of its log.
    pub fn launch(program: P) -> Result<Self> {
        Self::launch_recorded(program, &Records::of_workspace())
    }

    pub(crate) fn launch_recorded(program: P, records: &Records) -> Result<Self> {
        let port = port::free()?;
        let home = Home::new(program.user())?;
        let watchdog = match Watchdog::new(home.path(), program.stop_signal()) {
            Ok(watchdog) => watchdog,
            Err(error) => {
                home::remove(home.path())?;
                return Err(error);
            }
        };
        let mut server = Self { program, home, watchdog, port, child: None, record: None, detached: false };
        server.program.prepare(&server.home)?;
        server.run(true)?;
        server.program.set_up(&server.home)?;
        let record = records.save(&server.describe(Some(ProcessId::current()?))?)?;
        server.watchdog.watch_record(&record)?;
        server.record = Some(record);
        Ok(server)
    }

    /// The URL of its test database. It stays the same over a restart.
    #[must_use]
    pub fn url(&self) -> String {
        self.program.url(self.port)
    }

    /// The URL of its test database with another port, for what listens there on the server's behalf.
    #[must_use]
    pub fn url_through(&self, port: u16) -> String {
        self.program.url(port)
    }

    /// The program and what it was given.
    #[must_use]
    pub fn program(&self) -> &P {
        &self.program
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its folder, which holds its log and its Unix socket.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Its process, `None` while it is stopped or killed.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Ends it in order; clients lose their connections. Does nothing when it does not run.
    ///
    /// # Errors
    /// The process cannot be ended.
    pub fn stop(&mut self) -> Result<()> {
        self.end(self.program.stop_signal())
    }

    /// Kills it, as a crash would. Does nothing when it does not run.
    ///
    /// # Errors
    /// The process cannot be ended.
    pub fn kill(&mut self) -> Result<()> {
        self.end(Signal::KILL)
    }

    /// Starts it again with the same data and port. It is stopped first when it runs.
    ///
    /// # Errors
    /// It does not stop or does not start.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.run(false)?;
        if let Some(path) = &self.record {
            Records::rewrite(path, &self.describe(Some(ProcessId::current()?))?)?;
        }
        Ok(())
    }

    /// Leaves it running after the guard, and after this program, for `cargo xtask servers stop` to end.
    ///
    /// # Errors
    /// It does not run, or the record cannot be written; then it is stopped.
    pub fn detach(mut self) -> Result<Record> {
        let record = self.describe(None)?;
        if let Some(path) = &self.record {
            Records::rewrite(path, &record)?;
        }
        self.watchdog.leave()?;
        self.detached = true;
        Ok(record)
    }

    fn describe(&self, owner: Option<ProcessId>) -> Result<Record> {
        let pid = self.pid().context("the server does not run")?;
        Ok(Record {
            program: self.program.name().to_owned(),
            process: ProcessId::of(pid)?,
            owner,
            port: self.port,
            folder: self.home.path().to_owned(),
            url: self.url(),
        })
    }

    fn run(&mut self, may_move: bool) -> Result<()> {
        let mut attempt = 1;
        while let Err(error) = self.run_once() {
            if attempt == ATTEMPTS {
                return Err(error);
            }
            attempt += 1;
            sleep(Duration::from_millis(200));
            if may_move {
                self.port = port::free()?;
            }
        }
        Ok(())
    }

    fn run_once(&mut self) -> Result<()> {
        let name = self.program.name();
        let mut command = self.program.command(&self.home, self.port)?;
        let child = self.child.insert(command.spawn().with_context(|| format!("start {name}"))?);
        self.watchdog.watch(child.id())?;
        let deadline = Instant::now() + START_LIMIT;
        while !self.program.is_ready(&self.home, self.port, child.id()) {
            if let Some(status) = child.try_wait()? {
                self.child = None;
                self.watchdog.watch_nothing()?;
                bail!("{name} ended at once ({status}): {}", log::tail(&self.home.log_path()));
            }
            if Instant::now() >= deadline {
                self.kill()?;
                bail!("{name} is not ready after {START_LIMIT:?}: {}", log::tail(&self.home.log_path()));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn end(&mut self, signal: Signal) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            // It is a child that nobody has waited for, so the number cannot have passed to another process.
            if let Ok(process) = ProcessId::of(child.id()) {
                process.stop(signal, STOP_LIMIT)?;
            }
            self.watchdog.watch_nothing()?;
            child.wait().with_context(|| format!("wait for {}", self.program.name()))?;
        }
        Ok(())
    }

    fn clean_up(&mut self) -> Result<()> {
        self.stop()?;
        home::remove(self.home.path())?;
        if let Some(path) = self.record.take() {
            std::fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
        }
        self.watchdog.leave()
    }
}

impl<P: ServerProgram> Drop for Server<P> {
    fn drop(&mut self) {
        if self.detached {
            return;
        }
        if let Err(error) = self.clean_up() {
            eprintln!("warning: {} is left behind: {error:#}", self.program.name());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A server that needs nothing but a shell: it is ready when its file says its number.
    #[derive(Debug)]
    struct Shell {
        script: &'static str,
    }

    static GOOD: Shell = Shell { script: "echo $$ > ready; while :; do sleep 0.02; done" };
    static BROKEN: Shell = Shell { script: "echo cannot bind; exit 1" };

    impl ServerProgram for Shell {
        fn name(&self) -> &'static str {
            "shell"
        }

        fn user(&self) -> &'static str {
            "nobody"
        }

        fn packages(&self) -> &'static [&'static str] {
            &[]
        }

        fn is_installed(&self) -> bool {
            true
        }

        fn prepare(&self, home: &Home) -> Result<()> {
            home.write("data", "kept").map(|_| ())
        }

        fn command(&self, home: &Home, _port: u16) -> Result<Command> {
            let mut command = home.command(Path::new("/bin/sh"))?;
            command.args(["-c", self.script]);
            Ok(command)
        }

        fn is_ready(&self, home: &Home, _port: u16, pid: u32) -> bool {
            std::fs::read_to_string(home.join("ready")).is_ok_and(|text| text.trim() == pid.to_string())
        }

        fn stop_signal(&self) -> Signal {
            Signal::TERM
        }

        fn url(&self, port: u16) -> String {
            format!("shell://127.0.0.1:{port}")
        }
    }

    fn records(name: &str) -> Records {
        Records::new(std::env::temp_dir().join(format!("sqlsession-{name}-{}", std::process::id())))
    }

    #[test]
    fn a_dropped_server_leaves_nothing() {
        let records = records("drop");
        let server = Server::launch_recorded(&GOOD, &records).unwrap();
        let process = ProcessId::of(server.pid().unwrap()).unwrap();
        let folder = server.folder().to_owned();
        let saved = records.load().unwrap();
        assert_eq!(saved.len(), 1);
        assert_eq!((saved[0].process, &saved[0].url), (process, &server.url()));
        assert!(!saved[0].is_orphan(), "its owner is this test");
        drop(server);
        assert!(!process.is_running());
        assert!(!folder.exists());
        assert!(records.load().unwrap().is_empty());
        records.remove_folder();
    }

    #[test]
    fn a_killed_server_restarts_on_its_data_and_port() {
        let records = records("kill");
        let mut server = Server::launch_recorded(&GOOD, &records).unwrap();
        let (first, url) = (server.pid().unwrap(), server.url());
        server.kill().unwrap();
        assert_eq!(server.pid(), None);
        assert!(ProcessId::of(first).is_err());
        server.kill().unwrap();
        server.restart().unwrap();
        let second = server.pid().unwrap();
        assert_ne!(second, first);
        assert_eq!(server.url(), url);
        assert_eq!(std::fs::read_to_string(server.folder().join("data")).unwrap(), "kept");
        assert_eq!(records.load().unwrap()[0].process.pid, second);
        drop(server);
        records.remove_folder();
    }

    #[test]
    fn a_detached_server_outlives_its_guard() {
        let records = records("detach");
        let record = Server::launch_recorded(&GOOD, &records).unwrap().detach().unwrap();
        assert!(record.process.is_running());
        let saved = records.load().unwrap();
        assert_eq!(saved, [record]);
        records.stop(&saved[0], Signal::TERM).unwrap();
        assert!(!saved[0].process.is_running());
        assert!(!saved[0].folder.exists());
        assert!(records.load().unwrap().is_empty());
        records.remove_folder();
    }

    #[test]
    fn a_server_that_fails_shows_its_log_and_leaves_nothing() {
        let records = records("fail");
        let message = Server::launch_recorded(&BROKEN, &records).unwrap_err().to_string();
        assert!(message.contains("shell ended at once") && message.contains("cannot bind"), "{message}");
        assert!(records.load().unwrap().is_empty());
        records.remove_folder();
    }
}
