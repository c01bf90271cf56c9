//! What is under attack: a database, the way to it, and how to look at it without the product.

mod children;
mod mysql;
mod network;
mod postgres;
mod sqlite;

use std::sync::Arc;

use anyhow::Result;

use crate::bank::Books;
use crate::faults::{Fault, FaultSort};
use crate::history::History;

pub(crate) use children::CHILD;
pub(crate) use mysql::MysqlStage;
pub(crate) use postgres::PostgresStage;
pub(crate) use sqlite::SqliteStage;

/// A database under attack.
pub(crate) trait Stage {
    /// Where clients connect.
    fn url(&self) -> String;

    /// What can be done to it.
    fn faults(&self) -> &'static [FaultSort];

    /// Does it, and takes it back before it returns; a fault that lasts longer is taken back by [`tick`](Self::tick).
    fn inject(&mut self, fault: &Fault) -> Result<()>;

    /// Takes back what is due.
    fn tick(&mut self) {}

    /// Takes back all that is left of any fault.
    fn end_faults(&mut self) {}

    /// How often a server or a process was started again.
    fn restarts(&self) -> u64;

    /// Starts workers of its own, where they cannot work in this process. Whether it has.
    fn begin_work(&mut self, _history: &Arc<History>) -> Result<bool> {
        Ok(false)
    }

    /// Lets its own workers finish. What is wrong with how they ended goes to the history.
    fn end_work(&mut self) -> Result<()> {
        Ok(())
    }

    /// What stands in the tables.
    fn books(&self) -> Result<Books>;

    /// Transactions, locks and statements that are open, although nobody works any more.
    fn left_open(&self) -> Result<Vec<String>>;

    /// How many connections the server counts. `None` without a server.
    fn connections(&self) -> Result<Option<u64>>;
}
