use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{Begin, ServerTransaction},
};
use tokio::time::timeout;

use super::{
    execute::Waiting,
    inner::{Inner, LIMIT},
};
use crate::SqlxDatabase;

/// What a call of several statements has to undo when it fails.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// It is a transaction of its own.
    pub(super) own: bool,
    /// The savepoint it has set, in the transaction of others.
    pub(super) savepoint: Option<&'static str>,
    /// Its COMMIT was sent.
    commits: bool,
}

impl Unit {
    pub(super) fn new(own: bool) -> Self {
        Self { own, ..Self::default() }
    }
}

impl<DB: SqlxDatabase> Inner<DB> {
    /// Whether a call that begins no transaction is outside of one: in AUTOCOMMIT.
    pub(super) fn is_alone(&self, begin: Option<Begin>) -> bool {
        begin.is_none() && self.transaction == ServerTransaction::Idle
    }

    /// Commits what a call has begun for itself.
    pub(super) async fn commit_own(&mut self, unit: &mut Unit, waiting: &mut Waiting) -> Result<()> {
        unit.commits = true;
        while let Err(error) = self.commit().await {
            if !(DB::is_busy(&error) && waiting.goes_on().await) {
                return Err(error);
            }
            self.stopper.check()?;
        }
        Ok(())
    }

    /// Undoes what a call that failed has done, and says why it failed: whatever comes of that is not the error to tell.
    /// A connection on which it fails is of no more use.
    pub(super) async fn undo(&mut self, unit: &Unit, error: Error) -> Error {
        if error.is_disconnect() {
            let unknown = unit.commits && error.kind() == ErrorKind::ConnectionLost;
            return if unknown { error.with_kind(ErrorKind::CommitUnknown) } else { error };
        }
        let undone = timeout(LIMIT, self.try_undo(unit)).await;
        self.spoilt |= !matches!(undone, Ok(Ok(())));
        // Where nothing was undone, what the error has made of the transaction is still to be found out.
        self.accounted = unit.own || unit.savepoint.is_some();
        error
    }

    async fn try_undo(&mut self, unit: &Unit) -> Result<()> {
        // Neither a cancel nor a deadline is meant for this.
        self.absorb_kill().await?;
        self.rest();
        let undone = match unit.savepoint {
            Some(savepoint) => self.roll_back_to(savepoint).await,
            None if unit.own => self.roll_back().await,
            None => Ok(()),
        };
        // What is half done is not left behind: core tells of a transaction that is gone.
        if undone.is_err() {
            self.ask_transaction().await?;
            self.roll_back().await?;
        }
        Ok(())
    }
}
