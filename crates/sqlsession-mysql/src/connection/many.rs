use std::sync::Arc;

use mysql_async::{Params, prelude::Queryable as _};
use sqlsession_core::{
    ErrorKind, Result, Value,
    driver::{ManyRequest, Outcome},
};

use super::{mysql_connection::Inner, prepared::Plan};
use crate::{
    error::from_mysql,
    types::{Signature, bind_all},
};

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
        let mut rows = 0_u64;
        let mut prepared: Option<(Plan, Signature)> = None;
        for set in &request.sets {
            if !prepared.as_mut().is_some_and(|(_, signature)| signature.takes(set)) {
                self.put_away(prepared.take()).await?;
                prepared = Some(self.plan_for(request, set).await?);
            }
            let ran = match self.run_set(prepared.as_ref(), request, set).await {
                // It has not run.
                Err(error) if error.kind() == ErrorKind::SchemaChanged => {
                    self.put_away(prepared.take()).await?;
                    self.forget(request.text.sql()).await?;
                    prepared = Some(self.plan_for(request, set).await?);
                    self.run_set(prepared.as_ref(), request, set).await
                }
                ran => ran,
            };
            match ran {
                Ok(matched) => rows += matched,
                Err(error) => {
                    self.put_away(prepared).await?;
                    return Err(error);
                }
            }
        }
        self.put_away(prepared).await?;
        Ok(rows)
    }

    async fn plan_for(&mut self, request: &ManyRequest, set: &[Value]) -> Result<(Plan, Signature)> {
        let plan = self.plan(&request.text, set).await?;
        Ok((plan, Signature::of(set, !self.server.is_mariadb)))
    }

    /// Closes what is not kept, as far as there is a server to tell.
    async fn put_away(&mut self, prepared: Option<(Plan, Signature)>) -> Result<()> {
        match prepared {
            Some((plan, _)) if !self.conn.is_disconnected() => self.used(plan).await,
            _ => Ok(()),
        }
    }

    async fn run_set(
        &mut self,
        prepared: Option<&(Plan, Signature)>,
        request: &ManyRequest,
        set: &[Value],
    ) -> Result<u64> {
        self.canceller.check()?;
        self.transaction.touch_by(request.text.sql());
        let ran = match prepared {
            Some((Plan::Prepared(statement), _)) => {
                self.conn.exec_drop(statement, Params::Positional(bind_all(set)?)).await
            }
            Some((Plan::Text, _)) | None => self.conn.query_drop(&**request.text.sql()).await,
        };
        self.transaction.note(&self.conn);
        ran.map_err(from_mysql)?;
        Ok(self.conn.affected_rows())
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
        let mut committed = Ok(());
        if succeeded {
            // One that was meant for the call must not hit its COMMIT.
            self.absorb_kill().await;
            committed = self.send("COMMIT").await.map_err(|error| match error.kind() {
                ErrorKind::ConnectionLost => error.with_kind(ErrorKind::CommitUnknown),
                _ => error,
            });
        }
        // The error that led here is the one to tell.
        if (!succeeded || committed.is_err()) && !self.conn.is_disconnected() {
            let undone = self.send("ROLLBACK").await;
            self.spoilt |= undone.is_err();
        }
        committed
    }
}
