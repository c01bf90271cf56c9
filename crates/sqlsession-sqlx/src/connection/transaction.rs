//! What is known of the server's transaction. sqlx keeps to itself what the server says of it.

use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{Begin, ServerTransaction},
};
use sqlx_core::{sql_str::SqlSafeStr as _, transaction::TransactionManager as _};

use super::inner::Inner;
use crate::SqlxDatabase;

impl<DB: SqlxDatabase> Inner<DB> {
    /// How many transactions sqlx counts, one in the other.
    pub(super) fn depth(&self) -> usize {
        DB::TransactionManager::get_transaction_depth(&self.client)
    }

    /// Begins, if nothing is open. sqlx is told, so that a `begin` of the raw client sets a savepoint.
    pub(super) async fn begin(&mut self, begin: Begin, sql: &str) -> Result<()> {
        if self.transaction != ServerTransaction::Idle {
            return Ok(());
        }
        let text = DB::begin_text(begin, sql).into_sql_str();
        DB::TransactionManager::begin(&mut self.client, Some(text)).await.map_err(DB::error)?;
        self.transaction = ServerTransaction::Open;
        if begin.read_only
            && let Some((refuse, _)) = DB::READ_ONLY
        {
            self.read_only = true;
            self.send(refuse).await?;
        }
        Ok(())
    }

    pub(super) async fn allow_writes(&mut self) -> Result<()> {
        if let Some((_, allow)) = DB::READ_ONLY {
            self.send(allow).await?;
        }
        self.read_only = false;
        Ok(())
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        if self.transaction == ServerTransaction::Failed {
            self.roll_back().await?;
            return Err(Error::new(
                ErrorKind::InvalidState,
                "the transaction failed earlier, and was rolled back instead of committed",
            ));
        }
        if self.transaction == ServerTransaction::Idle {
            return Ok(());
        }
        // Whether one that fails has ended the transaction is asked for.
        self.doubtful = true;
        if self.depth() == 0 {
            self.send("COMMIT").await?;
        }
        while self.depth() > 0 {
            DB::TransactionManager::commit(&mut self.client).await.map_err(DB::error)?;
        }
        self.ended();
        Ok(())
    }

    pub(super) async fn roll_back(&mut self) -> Result<()> {
        if self.transaction == ServerTransaction::Idle {
            return Ok(());
        }
        self.doubtful = true;
        if self.depth() == 0 {
            self.send("ROLLBACK").await?;
        }
        self.roll_back_counted().await?;
        self.ended();
        Ok(())
    }

    async fn roll_back_counted(&mut self) -> Result<()> {
        while self.depth() > 0 {
            DB::TransactionManager::rollback(&mut self.client).await.map_err(DB::error)?;
        }
        Ok(())
    }

    fn ended(&mut self) {
        self.transaction = ServerTransaction::Idle;
        self.doubtful = false;
    }

    /// Rolls back what this error has left of a transaction in which nothing came before.
    pub(super) async fn roll_back_failed(&mut self, error: Option<&Error>) -> Result<()> {
        match error.and_then(|error| DB::after_error(self.transaction, error)) {
            Some(transaction) => self.transaction = transaction,
            None => self.ask_transaction().await?,
        }
        self.roll_back().await
    }

    /// Asks for the state of the transaction. Where there is none, sqlx is made to know.
    pub(super) async fn ask_transaction(&mut self) -> Result<()> {
        let asked = DB::ask_transaction(&mut self.client).await?;
        self.transaction_is(asked).await
    }

    /// Takes the answer to that down, here and in sqlx.
    pub(super) async fn transaction_is(&mut self, transaction: ServerTransaction) -> Result<()> {
        self.transaction = transaction;
        if self.transaction == ServerTransaction::Idle && self.depth() > 0 {
            if let Some(begin) = DB::ROLLED_BACK_WITHOUT {
                self.send(begin).await?;
            }
            self.roll_back_counted().await?;
        }
        Ok(())
    }
}
