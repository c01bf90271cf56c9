//! What a scope's session does, by the client, by blocking calls.

use sqlsession_core::{Result, Savepoint};

use super::Database;

impl Database {
    /// Begins the transaction of the scope's session by hand.
    ///
    /// # Errors
    /// `InvalidState` when one is begun; here and below also outside of a scope, and when its session is in use.
    pub fn begin(&self) -> Result<()> {
        self.session()?.begin()
    }

    /// Sets a savepoint in the scope's session.
    ///
    /// # Errors
    /// As [`begin`](Self::begin); the server's.
    pub fn begin_nested(&self) -> Result<Savepoint> {
        self.session()?.begin_nested()
    }

    /// Releases a savepoint of the scope's session.
    ///
    /// # Errors
    /// `InvalidState` when it has ended; as [`begin`](Self::begin); the server's.
    pub fn release(&self, savepoint: Savepoint) -> Result<()> {
        self.session()?.release(savepoint)
    }

    /// Undoes what the scope's session did since the savepoint.
    ///
    /// # Errors
    /// As [`release`](Self::release).
    pub fn rollback_to(&self, savepoint: Savepoint) -> Result<()> {
        self.session()?.rollback_to(savepoint)
    }

    /// Commits what the scope's session did so far. What follows in the scope is another transaction.
    ///
    /// # Errors
    /// As [`begin`](Self::begin); the commit's.
    pub fn commit(&self) -> Result<()> {
        self.session()?.commit()
    }

    /// Rolls back what the scope's session did so far. What follows in the scope is another transaction.
    ///
    /// # Errors
    /// As [`begin`](Self::begin); the rollback's.
    pub fn rollback(&self) -> Result<()> {
        self.session()?.rollback()
    }
}
