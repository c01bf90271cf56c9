//! Hot standbys.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::PostgresServer;
use super::program::{Primary, program};

const CATCH_UP_LIMIT: Duration = Duration::from_secs(30);

impl PostgresServer {
    /// Starts a hot standby of this server, with its data, settings and certificates. It follows by streaming,
    /// and finds the primary again after a restart.
    ///
    /// # Errors
    /// This server does not run, or the standby does not start.
    pub fn standby(&self) -> Result<Self> {
        let primary = Primary { socket_folder: self.folder().to_owned(), port: self.port() };
        Self::launch(self.program().standby_of(primary))
    }

    /// Waits until this standby shows everything that was committed on `primary` before the call.
    ///
    /// # Errors
    /// One of them does not run, or the standby does not get there within 30 s.
    pub fn catch_up_with(&self, primary: &Self) -> Result<()> {
        let target = primary.query("SELECT pg_current_wal_flush_lsn()")?;
        let deadline = Instant::now() + CATCH_UP_LIMIT;
        while self.query(&format!("SELECT pg_last_wal_replay_lsn() >= '{target}'"))? != "t" {
            if Instant::now() >= deadline {
                bail!("the standby has not reached {target} after {CATCH_UP_LIMIT:?}");
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Makes this standby a primary. It takes writes when this returns; clients keep their connections.
    ///
    /// # Errors
    /// It does not run or is no standby.
    pub fn promote(&self) -> Result<()> {
        let home = self.home();
        let mut promote = home.command(&program("pg_ctl")?)?;
        promote.args(["promote", "--wait", "--timeout=60", "-D"]).arg(home.join("data"));
        home.run(&mut promote, None)
    }
}
