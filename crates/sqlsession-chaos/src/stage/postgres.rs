use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use sqlsession_test_servers::{Postgres, PostgresServer};

use super::Stage;
use super::network::Network;
use crate::bank::{Books, TABLES, opening_rows};
use crate::conductor::CONNECT_TIMEOUT;
use crate::faults::{Fault, FaultSort};

/// How long a standby may take to follow.
const FOLLOW_LIMIT: Duration = Duration::from_secs(30);

const FAULTS: [FaultSort; 14] = {
    let (n, s) = (FaultSort::NETWORK, FaultSort::SERVER);
    [n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], s[0], s[1], s[2], s[3], FaultSort::Promote]
};

/// A primary and its standby, each behind a proxy. A commit is acknowledged when both have it.
#[derive(Debug)]
pub(crate) struct PostgresStage {
    primary: PostgresServer,
    standby: PostgresServer,
    /// The proxy in front of the primary; the other is in front of the standby.
    primary_at: usize,
    network: Network,
    restarts: u64,
}

impl PostgresStage {
    pub(crate) fn start() -> Result<Self> {
        // A client that is gone without a word must not hold its locks for ever.
        let primary = Postgres::new().setting("idle_in_transaction_session_timeout", "5s").start()?;
        for statement in TABLES {
            primary.query(statement)?;
        }
        primary.query(&opening_rows())?;
        primary.query("CREATE INDEX ledger_transfer ON ledger (transfer)")?;
        let standby = primary.standby()?;
        follow(&primary)?;
        let network = Network::start(&[primary.port(), standby.port()], b"COMMIT\0")?;
        Ok(Self { primary, standby, primary_at: 0, network, restarts: 0 })
    }

    fn promote(&mut self) -> Result<()> {
        self.primary.kill()?;
        self.standby.promote()?;
        // A copy that does not wait for another: it is made before the new primary is told to wait.
        let fresh = self.standby.standby()?;
        let promoted = std::mem::replace(&mut self.standby, fresh);
        self.primary = promoted;
        self.network.redirect(self.primary_at, self.standby.port());
        self.primary_at = 1 - self.primary_at;
        follow(&self.primary)
    }

    /// The processes of clients, by what they do.
    fn clients(&self, columns: &str, condition: &str) -> Result<String> {
        self.primary.query(&format!(
            "SELECT {columns} FROM pg_stat_activity \
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() {condition}"
        ))
    }
}

/// Makes a server wait for its standby at each commit.
fn follow(primary: &PostgresServer) -> Result<()> {
    primary.query("ALTER SYSTEM SET synchronous_standby_names = '*'")?;
    primary.query("SELECT pg_reload_conf()")?;
    let deadline = Instant::now() + FOLLOW_LIMIT;
    while primary.query("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")? != "1" {
        if Instant::now() >= deadline {
            bail!("the standby does not follow after {FOLLOW_LIMIT:?}");
        }
        sleep(Duration::from_millis(20));
    }
    Ok(())
}

impl Stage for PostgresStage {
    fn url(&self) -> String {
        let hosts: Vec<String> =
            self.network.ports().iter().map(|port| format!("127.0.0.1:{port}")).collect();
        format!(
            "postgresql://sqlsession:sqlsession@/sqlsession?sslmode=disable&host={}\
             &target_session_attrs=read-write&connect_timeout={}",
            hosts.join(","),
            CONNECT_TIMEOUT.as_secs()
        )
    }

    fn faults(&self) -> &'static [FaultSort] {
        &FAULTS
    }

    fn inject(&mut self, fault: &Fault) -> Result<()> {
        if self.network.inject(fault) {
            return Ok(());
        }
        let some = if fault.other { "" } else { "AND pid % 2 = 0" };
        match fault.sort {
            FaultSort::Kill => {
                self.primary.kill()?;
                sleep(fault.lasting);
                self.primary.restart()?;
                self.restarts += 1;
            }
            FaultSort::Restart => {
                self.primary.restart()?;
                self.restarts += 1;
            }
            FaultSort::EndConnections => drop(self.clients("pg_terminate_backend(pid)", some)?),
            FaultSort::StopStatements => {
                let end = Instant::now() + fault.lasting;
                // A BEGIN that is stopped under a statement that writes is an error of its own, which units cannot get over.
                let but_begin = format!("{some} AND query NOT ILIKE 'BEGIN%'");
                while Instant::now() < end {
                    self.clients("pg_cancel_backend(pid)", &but_begin)?;
                }
            }
            FaultSort::Promote => {
                self.promote()?;
                self.restarts += 1;
            }
            other => bail!("nobody can do this to PostgreSQL: {}", other.name()),
        }
        Ok(())
    }

    fn tick(&mut self) {
        self.network.tick();
    }

    fn end_faults(&mut self) {
        self.network.heal();
    }

    fn restarts(&self) -> u64 {
        self.restarts
    }

    fn books(&self) -> Result<Books> {
        Books::read(&self.primary.query(Books::ACCOUNTS_SQL)?, &self.primary.query(Books::LEDGER_SQL)?)
    }

    fn left_open(&self) -> Result<Vec<String>> {
        let active =
            self.clients("pid, state, xact_start, query", "AND (state <> 'idle' OR xact_start IS NOT NULL)")?;
        let locks = self.primary.query(
            "SELECT pid, locktype, mode, relation::regclass FROM pg_locks \
             WHERE pid <> pg_backend_pid() AND locktype IN ('relation', 'tuple', 'transactionid') \
             AND pid IN (SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend')",
        )?;
        let prepared = self.primary.query("SELECT gid FROM pg_prepared_xacts")?;
        Ok([active, locks, prepared].iter().flat_map(|text| text.lines()).map(str::to_owned).collect())
    }

    fn connections(&self) -> Result<Option<u64>> {
        self.clients("count(*)", "")?.parse().map(Some).context("count the connections")
    }
}
