use std::{any::Any, sync::Arc, time::Duration};

use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{Control, IsolationLevel, Outcome, Sent, ServerTransaction, Stopper},
};
use sqlx_core::sql_str::{AssertSqlSafe, SqlSafeStr as _, SqlStr};
use tokio::time::timeout;

use super::{known::KnownStatements, surroundings::KnownSurroundings};
use crate::{
    SqlxDatabase,
    backend::Way as _,
    source::{Client, Shared},
};

/// How long the server may take to answer what is asked behind an operation.
pub(super) const LIMIT: Duration = Duration::from_secs(5);

/// What a connection holds.
pub(super) struct Inner<DB: SqlxDatabase> {
    pub(super) client: Client<DB>,
    pub(super) shared: Arc<Shared<DB>>,
    pub(super) stopper: Stopper<DB::Kill>,
    pub(super) known: KnownStatements<DB>,
    /// Whether a transaction is open, as far as its statements and their errors tell.
    pub(super) transaction: ServerTransaction,
    /// What is known takes the error of what runs into account already.
    pub(super) accounted: bool,
    /// What runs may change that in a way that its answer does not tell.
    pub(super) doubtful: bool,
    /// The open transaction refuses writes, which has to be taken back behind it.
    pub(super) read_only: bool,
    /// Something of the open transaction has run.
    pub(super) looked: bool,
    /// The level that was set; `None` is the one the connection began with.
    pub(super) level: Option<IsolationLevel>,
    /// The one it began with, known once another was set: it may be what the program has made of the server's default.
    pub(super) first_level: Option<IsolationLevel>,
    pub(super) surroundings: KnownSurroundings,
    /// The raw client was handed out, and may have done anything since.
    lent: bool,
    /// How many transactions sqlx counted then.
    lent_depth: usize,
    /// Something happened after which the connection cannot be trusted.
    pub(super) spoilt: bool,
}

impl<DB: SqlxDatabase> Inner<DB> {
    pub(super) fn new(client: Client<DB>, kill: DB::Kill, shared: Arc<Shared<DB>>) -> Self {
        Self {
            client,
            surroundings: KnownSurroundings::new(kill.surroundings()),
            stopper: Stopper::new(kill),
            known: KnownStatements::new(shared.statements),
            shared,
            transaction: ServerTransaction::Idle,
            accounted: false,
            doubtful: false,
            read_only: false,
            looked: false,
            level: None,
            first_level: None,
            lent: false,
            lent_depth: 0,
            spoilt: false,
        }
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.spoilt
    }

    /// Whether it goes back into a pool of the program's when it is closed.
    pub(super) fn is_pooled(&self) -> bool {
        matches!(self.client, Client::Pooled(_))
    }

    pub(super) fn into_client(self) -> Client<DB> {
        self.client
    }

    pub(super) fn server_transaction(&self) -> ServerTransaction {
        if self.lent { ServerTransaction::Unknown } else { self.transaction }
    }

    pub(super) fn lend(&mut self) -> &mut (dyn Any + Send) {
        if !self.lent {
            self.lent = true;
            self.lent_depth = self.depth();
        }
        self.known.clear();
        &mut *self.client
    }

    pub(super) fn is_lent(&self) -> bool {
        self.lent
    }

    /// Nobody wants to stop what begins now.
    pub(super) fn rest(&self) {
        let _ = self.stopper.take_sent();
        self.stopper.way().rest();
    }

    /// Asks for the state that the raw client has left.
    ///
    /// # Errors
    /// `InvalidState` where sqlx has rolled back what was open, unless what comes `undoes` it anyway.
    pub(super) async fn take_over(&mut self, undoes: bool) -> Result<()> {
        if !self.lent {
            return Ok(());
        }
        // What sqlx has put off runs before this is answered, and it counts down only then.
        let asked = DB::ask_transaction(&mut self.client).await?;
        // A text that ends the transaction is not counted.
        let rolled_back = self.depth() < self.lent_depth;
        self.transaction_is(asked).await?;
        if rolled_back {
            self.roll_back().await?;
        }
        if DB::AUTOCOMMIT.is_some() {
            self.look_around().await?;
        }
        self.lent = false;
        if rolled_back && !undoes {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "sqlx rolled this transaction back: a begin of the raw client failed or was dropped",
            ));
        }
        Ok(())
    }

    /// The end of an operation: makes sure that what is known is true and that nothing is on its way any more.
    pub(super) async fn finish(&mut self, result: Result<Outcome>) -> Result<Outcome> {
        let settled = timeout(LIMIT, self.settle(result.as_ref().err())).await;
        self.spoilt |= !matches!(settled, Ok(Ok(())));
        // One that came while this was settled could hit whoever is next.
        self.spoilt |= self.stopper.take_sent() != Sent::Nothing;
        self.stopper.way().rest();
        result
    }

    async fn settle(&mut self, error: Option<&Error>) -> Result<()> {
        if self.spoilt || error.is_some_and(Error::is_disconnect) {
            // Nothing that is asked on it would be answered.
            return Err(Error::new(ErrorKind::ConnectionLost, "the connection is lost"));
        }
        let mut doubtful = std::mem::take(&mut self.doubtful);
        let accounted = std::mem::take(&mut self.accounted);
        if let Some(error) = error.filter(|_| !accounted) {
            match DB::after_error(self.transaction, error) {
                Some(transaction) => self.transaction = transaction,
                None => doubtful = true,
            }
        }
        self.absorb_kill().await?;
        if doubtful {
            self.ask_transaction().await?;
        }
        if self.surroundings.doubtful {
            self.look_around().await?;
        }
        self.looked &= self.transaction != ServerTransaction::Idle;
        if self.read_only && self.transaction == ServerTransaction::Idle {
            self.allow_writes().await?;
        }
        Ok(())
    }

    /// Lets a kill of ours that may have come late hit a statement that does nothing.
    pub(super) async fn absorb_kill(&mut self) -> Result<()> {
        match self.stopper.take_sent() {
            Sent::Nothing => Ok(()),
            // It may come at any time.
            Sent::Unanswered => Err(Error::new(
                ErrorKind::ConnectionLost,
                "a cancel was not answered, and may come at any time",
            )),
            Sent::Answered => match self.send(DB::NOTHING).await {
                Err(error) if error.kind() == ErrorKind::Cancelled => {
                    if let Some(transaction) = DB::after_error(self.transaction, &error) {
                        self.transaction = transaction;
                    }
                    Ok(())
                }
                sent => sent,
            },
        }
    }

    /// Makes the connection what it was when it was opened. Says whether it is.
    pub(super) async fn tidy_up(&mut self) -> bool {
        if self.spoilt {
            return false;
        }
        if !self.is_pooled() {
            return true;
        }
        let tidied = async {
            self.take_over(true).await?;
            self.surroundings.want(None);
            let strayed = self.surroundings.has_strayed();
            if self.transaction != ServerTransaction::Idle || self.read_only || strayed {
                self.control(Control::Reset).await?;
            }
            if self.read_only {
                self.allow_writes().await?;
            }
            self.set_level(None).await?;
            DB::take_leave(&mut self.client).await
        };
        tidied.await.is_ok()
    }

    /// Sends a text as it is, and reads its answers.
    pub(super) async fn send(&mut self, sql: impl Into<Arc<str>>) -> Result<()> {
        let mut answers = DB::send(&mut self.client, sql_of(sql), None);
        while let Some(answer) = super::answer::next(&mut answers).await {
            answer.map_err(DB::error)?;
        }
        Ok(())
    }
}

/// A text for sqlx, which wants to be told that it holds no input of a user's: values travel beside it.
pub(super) fn sql_of(sql: impl Into<Arc<str>>) -> SqlStr {
    AssertSqlSafe(sql.into()).into_sql_str()
}
