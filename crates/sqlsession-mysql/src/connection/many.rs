use std::sync::Arc;

use mysql_async::{Conn, Params, prelude::Queryable as _};
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    driver::{Begin, ManyRequest, Outcome},
    statement::CompiledText,
};
use tokio::time::timeout;

use super::{
    finish::LIMIT,
    insert::MOST_BYTES,
    mysql_connection::Inner,
    prepared::{NO_SETS, Plan, UNPREPARABLE},
    sets::{affects_each, alike, is_plain_insert},
};
use crate::{
    error::from_mysql,
    first_word::{sets_level, uses},
    types::{Signature, bind_all, check_all},
};

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

fn bind_sets(sets: &[Vec<Value>], most_fraction: usize) -> Result<Vec<Params>> {
    sets.iter().map(|set| bind_all(set, most_fraction).map(Params::Positional)).collect()
}

impl Inner {
    /// Runs one statement with each set of values.
    ///
    /// Outside of a transaction the sets are a transaction of their own.
    pub(super) async fn execute_many(&mut self, request: &ManyRequest) -> Result<Outcome> {
        for set in &request.sets {
            self.check_size(request.text.sql(), set)?;
            check_all(set, self.server.most_fraction)?;
        }
        let own = self.needs_own(request.begin.is_some());
        let canceller = Arc::clone(&self.canceller);
        let running = async {
            self.begin_before(own, request.begin).await?;
            self.run_sets(request).await
        };
        let result = canceller.guard(request.options.timeout, running).await;
        if own {
            self.end_own(result.as_ref().err()).await?;
        }
        let Counts { rows, warnings } = result?;
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(rows);
        // The COMMIT of a transaction of its own has cleared them.
        outcome.warnings = Some(warnings);
        Ok(outcome)
    }

    async fn run_sets(&mut self, request: &ManyRequest) -> Result<Counts> {
        let mut prepared = None;
        let counts = self.run_by_signature(request, &mut prepared).await;
        self.put_away(prepared).await?;
        counts
    }

    async fn run_by_signature(
        &mut self,
        request: &ManyRequest,
        prepared: &mut Option<(Plan, Signature)>,
    ) -> Result<Counts> {
        let sql = request.text.sql();
        let mut together = self.server.takes_sets && is_plain_insert(sql);
        let mut counts = Counts::default();
        let mut left = &request.sets[..];
        while let Some(first) = left.first() {
            if self.learns_types() || !prepared.as_mut().is_some_and(|(_, signature)| signature.takes(first))
            {
                self.put_away(prepared.take()).await?;
                *prepared = Some(self.plan_and_signature(&request.text, first).await?);
            }
            let count = match prepared {
                Some((Plan::Prepared(_), signature)) if together => self.count_together(signature, left),
                _ => 1,
            };
            let (these, rest) = left.split_at(count);
            let ran = match self.run_some(prepared.as_ref(), &request.text, these).await {
                Err(error) if self.is_to_run_again(&request.text, &error).await? => {
                    self.put_away(prepared.take()).await?;
                    *prepared = Some(self.plan_and_signature(&request.text, first).await?);
                    self.run_some(prepared.as_ref(), &request.text, these).await
                }
                ran => ran,
            };
            match ran {
                Ok(()) => {
                    counts.add(&self.conn);
                    left = rest;
                    if count > 1 && self.conn.affected_rows() == 1 && affects_each(sql) {
                        // Something in between does not know the command: mysql_async has sent set by set, and this was
                        // the last.
                        counts.rows += count as u64 - 1;
                        self.server.takes_sets = false;
                        together = false;
                    }
                }
                // Nothing has run: the server has not looked at the sets.
                Err(error) if count > 1 && error.code() == Some(UNPREPARABLE) => together = false,
                Err(error) if count > 1 && error.code() == Some(NO_SETS) => {
                    self.server.takes_sets = false;
                    together = false;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(counts)
    }

    /// How many of the sets go in one command with what was prepared for the first of them.
    ///
    /// What is cast is an expression, of which the server may keep what it gave for the first set.
    fn count_together(&self, signature: &mut Signature, sets: &[Vec<Value>]) -> usize {
        if signature.has_decimals() {
            return 1;
        }
        let count = alike(sets, MOST_BYTES.min(self.server.max_packet / 2));
        sets.iter().take(count).position(|set| !signature.takes(set)).unwrap_or(count).max(1)
    }

    /// Closes what is not kept, as far as there is a server to tell.
    async fn put_away(&mut self, prepared: Option<(Plan, Signature)>) -> Result<()> {
        match prepared {
            Some((plan, _)) if !self.conn.is_disconnected() => self.used(plan).await,
            _ => Ok(()),
        }
    }

    /// Runs a statement for a set, or for several in one command.
    async fn run_some(
        &mut self,
        prepared: Option<&(Plan, Signature)>,
        text: &CompiledText,
        sets: &[Vec<Value>],
    ) -> Result<()> {
        let mut bound = bind_sets(sets, self.server.most_fraction)?;
        self.canceller.check()?;
        self.transaction.touch_by(text);
        self.transaction.level_strayed |= sets_level(text.sql());
        let ran = match prepared {
            Some((Plan::Prepared(statement), _)) if bound.len() > 1 => {
                self.conn.exec_batch(statement, bound).await
            }
            Some((Plan::Prepared(statement), _)) => {
                let set = bound.pop().unwrap_or(Params::Empty);
                self.conn.exec_drop(statement, set).await
            }
            Some((Plan::Text, _)) | None => self.conn.query_drop(&**text.sql()).await,
        };
        self.transaction.note(&self.conn);
        if !matches!(prepared, Some((Plan::Prepared(_), _))) && uses(text.sql()) {
            self.has_left_database().await?;
        }
        ran.map_err(from_mysql)
    }

    /// Whether one call has a transaction of its own: in AUTOCOMMIT, where none is open or about to be.
    pub(super) fn needs_own(&self, begins: bool) -> bool {
        self.transaction.autocommit && !self.transaction.is_open() && !begins
    }

    /// Opens a transaction before what one call sends: one of its `own`, or that of the session where it is due.
    pub(super) async fn begin_before(&mut self, own: bool, begin: Option<Begin>) -> Result<()> {
        if own { self.send("START TRANSACTION").await } else { self.begin(begin).await }
    }

    /// Ends a transaction that holds one call, which has failed or not, and nothing else.
    pub(super) async fn end_own(&mut self, failed: Option<&Error>) -> Result<()> {
        let mut committed = Ok(());
        if failed.is_none() {
            // One that was meant for the call must not hit its COMMIT.
            self.absorb_kill().await;
            committed = self.send("COMMIT").await.map_err(|error| match error.kind() {
                ErrorKind::ConnectionLost => error.with_kind(ErrorKind::CommitUnknown),
                _ => error,
            });
        }
        // The error that led here is the one to tell. A connection that is lost is closed, and its transaction with it.
        let error = failed.or(committed.as_ref().err());
        if error.is_some_and(|error| !error.is_disconnect()) && !self.conn.is_disconnected() {
            let undone = timeout(LIMIT, self.send("ROLLBACK")).await;
            self.spoilt |= !matches!(undone, Ok(Ok(())));
        }
        committed
    }
}
