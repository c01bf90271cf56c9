use std::sync::Arc;

use mysql_async::{Params, prelude::Queryable as _};
use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{ManyRequest, Outcome},
};

use super::{mysql_connection::Inner, prepared::Plan};
use crate::{error::from_mysql, types::bind_all};

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
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(result?);
        Ok(outcome)
    }

    async fn run_sets(&mut self, request: &ManyRequest) -> Result<u64> {
        let width = request.sets.first().map_or(0, Vec::len);
        let mut rows = 0_u64;
        let mut plan = self.plan(&request.text, width).await?;
        for set in &request.sets {
            let values = bind_all(set)?;
            self.canceller.check()?;
            self.transaction.touch();
            let mut ran = self.run_set(&plan, request.text.sql(), values.clone()).await;
            if matches!(&ran, Err(error) if error.kind() == ErrorKind::SchemaChanged) {
                self.forget(request.text.sql()).await?;
                plan = self.plan(&request.text, width).await?;
                ran = self.run_set(&plan, request.text.sql(), values).await;
            }
            self.transaction.note(&self.conn);
            ran?;
            rows += self.conn.affected_rows();
        }
        self.used(plan).await?;
        Ok(rows)
    }

    async fn run_set(&mut self, plan: &Plan, sql: &str, values: Vec<mysql_async::Value>) -> Result<()> {
        match plan {
            Plan::Prepared(statement) => self.conn.exec_drop(statement, Params::Positional(values)).await,
            Plan::Text => self.conn.query_drop(sql).await,
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
