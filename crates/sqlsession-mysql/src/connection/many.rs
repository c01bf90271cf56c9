use std::sync::Arc;

use mysql_async::{Conn, Params, prelude::Queryable as _};
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    driver::{ManyRequest, Outcome},
};

use super::{
    insert::MOST_BYTES,
    mysql_connection::Inner,
    prepared::{Plan, UNPREPARABLE},
    sets::{alike, is_plain_insert},
};
use crate::{error::from_mysql, types::bind_all};

/// What the server says of all sets together.
#[derive(Debug, Default)]
struct Counts {
    rows: u64,
    warnings: u64,
}

impl Counts {
    fn add(&mut self, conn: &Conn) {
        self.rows += conn.affected_rows();
        self.warnings += u64::from(conn.get_warnings());
    }
}

fn bind_sets(sets: &[Vec<Value>]) -> Result<Vec<Params>> {
    sets.iter().map(|set| bind_all(set).map(Params::Positional)).collect()
}

impl Inner {
    /// Runs one statement with each set of values.
    ///
    /// Outside of a transaction the sets are a transaction of their own.
    pub(super) async fn execute_many(&mut self, request: &ManyRequest) -> Result<Outcome> {
        for set in &request.sets {
            self.check_size(request.text.sql(), set)?;
        }
        let own = self.begin_own(request.begin.is_some()).await?;
        self.begin(request.begin).await?;
        let canceller = Arc::clone(&self.canceller);
        let result = canceller.guard(request.options.timeout, self.run_sets(request)).await;
        if own {
            self.end_own(result.is_ok()).await?;
        }
        let Counts { rows, warnings } = result?;
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(rows);
        // The COMMIT of a transaction of its own has cleared them.
        outcome.warnings = Some(warnings);
        Ok(outcome)
    }

    async fn run_sets(&mut self, request: &ManyRequest) -> Result<Counts> {
        let sql = request.text.sql();
        let width = request.sets.first().map_or(0, Vec::len);
        let mut counts = Counts::default();
        let mut plan = self.plan(&request.text, width).await?;
        let mut together = self.server.takes_sets && width > 0 && is_plain_insert(sql);
        let most_bytes = MOST_BYTES.min(self.server.max_packet / 2);
        let mut left = &request.sets[..];
        while !left.is_empty() {
            let count = if together { alike(left, most_bytes) } else { 1 };
            let (these, rest) = left.split_at(count);
            let bound = bind_sets(these)?;
            self.canceller.check()?;
            self.transaction.touch();
            let mut ran = self.run_some(&plan, sql, bound).await;
            if matches!(&ran, Err(error) if error.kind() == ErrorKind::SchemaChanged) {
                self.forget(sql).await?;
                plan = self.plan(&request.text, width).await?;
                ran = self.run_some(&plan, sql, bind_sets(these)?).await;
            }
            self.transaction.note(&self.conn);
            match ran {
                Ok(()) => {
                    counts.add(&self.conn);
                    left = rest;
                }
                // Nothing has run: the server has not looked at the sets.
                Err(error) if count > 1 && error.code() == Some(UNPREPARABLE) => together = false,
                Err(error) => {
                    self.transaction.doubt(sql);
                    return Err(error);
                }
            }
        }
        self.used(plan).await?;
        Ok(counts)
    }

    /// Runs a statement for a set, or for several in one command.
    async fn run_some(&mut self, plan: &Plan, sql: &str, mut sets: Vec<Params>) -> Result<()> {
        match plan {
            Plan::Text => self.conn.query_drop(sql).await,
            Plan::Prepared(statement) if sets.len() > 1 => self.conn.exec_batch(statement, sets).await,
            Plan::Prepared(statement) => {
                let set = sets.pop().unwrap_or(Params::Empty);
                self.conn.exec_drop(statement, set).await
            }
        }
        .map_err(from_mysql)
    }

    /// Opens a transaction for one call, in AUTOCOMMIT where none is open or about to be.
    pub(super) async fn begin_own(&mut self, begins: bool) -> Result<bool> {
        let own = self.transaction.autocommit && !self.transaction.is_open() && !begins;
        if own {
            self.send("START TRANSACTION").await?;
        }
        Ok(own)
    }

    /// Ends a transaction that holds one call and nothing else.
    pub(super) async fn end_own(&mut self, succeeded: bool) -> Result<()> {
        if succeeded {
            return self.send("COMMIT").await.map_err(|error| match error.kind() {
                ErrorKind::ConnectionLost => error.with_kind(ErrorKind::CommitUnknown),
                _ => error,
            });
        }
        // The error that led here is the one to tell.
        if !self.conn.is_disconnected() {
            let undone: Result<(), Error> = self.send("ROLLBACK").await;
            self.spoilt |= undone.is_err();
        }
        Ok(())
    }
}
