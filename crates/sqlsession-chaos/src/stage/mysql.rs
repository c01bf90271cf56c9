use std::thread::sleep;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use sqlsession_test_servers::{Mysql, MysqlProduct, MysqlServer};

use super::Stage;
use super::network::Network;
use crate::bank::{Books, TABLES, opening_rows};
use crate::conductor::CONNECT_TIMEOUT;
use crate::faults::{Fault, FaultSort};

const FAULTS: [FaultSort; 13] = {
    let (n, s) = (FaultSort::NETWORK, FaultSort::SERVER);
    [n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], s[0], s[1], s[2], s[3]]
};

/// A MariaDB or a MySQL behind a proxy.
#[derive(Debug)]
pub(crate) struct MysqlStage {
    server: MysqlServer,
    network: Network,
    restarts: u64,
}

/// The connections of clients, without the one that asks.
const CLIENTS: &str = "FROM information_schema.processlist WHERE user = 'root' AND id <> connection_id()";

impl MysqlStage {
    pub(crate) fn start(product: MysqlProduct) -> Result<Self> {
        let mut mysql = Mysql::new(product)
            // A client that is gone without a word must not hold its locks for ever.
            .setting("wait_timeout", "8")
            .setting("innodb_lock_wait_timeout", "2")
            .statement(TABLES.join("; "))
            .statement(opening_rows())
            .statement("CREATE INDEX ledger_transfer ON ledger (transfer)");
        if product == MysqlProduct::Mariadb {
            mysql = mysql.setting("idle_transaction_timeout", "5");
        }
        let server = mysql.start()?;
        let network = Network::start(&[server.port()], b"\x03COMMIT")?;
        Ok(Self { server, network, restarts: 0 })
    }

    /// Tells the server to end each connection, or what it does.
    fn kill_clients(&self, what: &str, all: bool) -> Result<()> {
        let some = if all { "" } else { "AND id % 2 = 0" };
        for id in self.server.query(&format!("SELECT id {CLIENTS} {some}"))?.lines() {
            // It may have ended by itself.
            let _ = self.server.query(&format!("KILL {what} {id}"));
        }
        Ok(())
    }
}

impl Stage for MysqlStage {
    fn url(&self) -> String {
        let port = self.network.ports().first().copied().unwrap_or_default();
        let timeout = CONNECT_TIMEOUT.as_secs();
        format!("{}?ssl_mode=DISABLED&connect_timeout={timeout}", self.server.url_through(port))
    }

    fn faults(&self) -> &'static [FaultSort] {
        &FAULTS
    }

    fn inject(&mut self, fault: &Fault) -> Result<()> {
        if self.network.inject(fault) {
            return Ok(());
        }
        match fault.sort {
            FaultSort::Kill => {
                self.server.kill()?;
                sleep(fault.lasting);
                self.server.restart()?;
                self.restarts += 1;
            }
            FaultSort::Restart => {
                self.server.restart()?;
                self.restarts += 1;
            }
            FaultSort::EndConnections => self.kill_clients("CONNECTION", fault.other)?,
            FaultSort::StopStatements => {
                let end = Instant::now() + fault.lasting;
                while Instant::now() < end {
                    self.kill_clients("QUERY", fault.other)?;
                }
            }
            other => bail!("nobody can do this to {}: {}", self.server.product().name(), other.name()),
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
        Books::read(&self.server.query(Books::ACCOUNTS_SQL)?, &self.server.query(Books::LEDGER_SQL)?)
    }

    fn left_open(&self) -> Result<Vec<String>> {
        let open = self.server.query(
            "SELECT trx_mysql_thread_id, trx_state, trx_started, trx_query FROM information_schema.innodb_trx \
             WHERE trx_mysql_thread_id <> connection_id()",
        )?;
        let running = self
            .server
            .query(&format!("SELECT id, command, state, info {CLIENTS} AND command <> 'Sleep'"))?;
        Ok([open, running].iter().flat_map(|text| text.lines()).map(str::to_owned).collect())
    }

    fn connections(&self) -> Result<Option<u64>> {
        let count = self.server.query(&format!("SELECT count(*) {CLIENTS}"))?;
        count.parse().map(Some).context("count the connections")
    }
}
