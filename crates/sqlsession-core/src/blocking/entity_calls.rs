//! The blocking twins of what a session does with entities.

use super::Session;
use crate::{Changes, Entity, Result, Statement, entity::Tracked};

/// Entities: the unit of work. See [`AsyncSession`](crate::AsyncSession) for how it works.
impl Session {
    /// Queues an INSERT.
    ///
    /// # Errors
    /// `InvalidState` when only rollback is left; `Configuration` when the entity's table is of no use.
    ///
    /// ```
    /// # use sqlsession_core::{Entity, Result, blocking::Session};
    /// fn create<E: Entity>(session: &mut Session, entity: E) -> Result<E> {
    ///     let added = session.add(entity)?;
    ///     session.commit()?;
    ///     session.take(added)
    /// }
    /// ```
    pub fn add<E: Entity>(&mut self, entity: E) -> Result<Tracked<E>> {
        self.inner.add(entity)
    }

    /// Queues an INSERT of each.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_all<E: Entity>(&mut self, entities: impl IntoIterator<Item = E>) -> Result<Vec<Tracked<E>>> {
        self.inner.add_all(entities)
    }

    /// Queues an UPDATE of the row with the entity's key, without reading it: of all columns, or of those that have
    /// changed where the row was read in this transaction. Nothing is written where nothing has changed.
    ///
    /// The flush fails with `StaleData` when there is no such row. Of several updates of one row the last one counts.
    ///
    /// # Errors
    /// `BadParameter` when it has no key; else as [`add`](Self::add).
    pub fn update<E: Entity>(&mut self, entity: E) -> Result<Tracked<E>> {
        self.inner.update(entity)
    }

    /// Queues a DELETE of the row with the entity's key. Without such a row nothing is deleted.
    ///
    /// # Errors
    /// `BadParameter` when it has no key; else as [`add`](Self::add).
    pub fn delete<E: Entity>(&mut self, entity: &E) -> Result<()> {
        self.inner.delete(entity)
    }

    /// Queues a DELETE of the row with this key. Without such a row nothing is deleted.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn delete_by_key<E: Entity>(&mut self, key: impl Into<E::Key>) -> Result<()> {
        self.inner.delete_by_key::<E>(key)
    }

    /// Queues what makes the row with the entity's key be as the entity is: an UPDATE of what has changed, or an INSERT
    /// where there is no such row.
    ///
    /// A row that was not read in this transaction is read first. An entity without a key is inserted.
    ///
    /// # Errors
    /// As [`add`](Self::add) and [`get`](Self::get).
    pub fn merge<E: Entity>(&mut self, entity: E) -> Result<Tracked<E>> {
        self.executor.block_on(self.inner.merge(entity))?
    }

    /// As [`merge`](Self::merge) of each; the rows are read by few statements.
    ///
    /// # Errors
    /// As [`merge`](Self::merge).
    pub fn merge_all<E: Entity>(&mut self, entities: impl IntoIterator<Item = E>) -> Result<Vec<Tracked<E>>> {
        self.executor.block_on(self.inner.merge_all(entities))?
    }

    /// Takes an entity out that has been written, with what the server has generated for it.
    ///
    /// The session holds it until it is taken, until its next transaction begins, or is rolled back: also past a commit.
    ///
    /// # Errors
    /// `InvalidState` when it has not been written yet, is no longer held, or is another session's.
    pub fn take<E: Entity>(&mut self, tracked: Tracked<E>) -> Result<E> {
        self.inner.take(tracked)
    }

    /// An entity that has not been written, to be changed before it is.
    ///
    /// # Errors
    /// `InvalidState` when it has been written, is no longer held, or is another session's.
    pub fn pending_mut<E: Entity>(&mut self, tracked: Tracked<E>) -> Result<&mut E> {
        self.inner.pending_mut(tracked)
    }

    /// Takes an entity back that has not been written: nothing is written of it.
    ///
    /// # Errors
    /// `InvalidState` when it has been written, is no longer held, or is another session's.
    pub fn expunge<E: Entity>(&mut self, tracked: Tracked<E>) -> Result<E> {
        self.inner.expunge(tracked)
    }

    /// Lets go of everything it holds of entities: what is pending is not written, and what was read not remembered.
    pub fn expunge_all(&mut self) {
        self.inner.expunge_all();
    }

    /// Forgets the values of all rows that were read.
    pub fn expire_all(&mut self) {
        self.inner.expire_all();
    }

    /// Forgets the values of one row that was read.
    pub fn expire<E: Entity>(&mut self, key: impl Into<E::Key>) {
        self.inner.expire::<E>(key);
    }

    /// What a flush would write, and how many rows are known.
    #[must_use]
    pub fn changes(&self) -> Changes {
        self.inner.changes()
    }

    /// Writes what is pending.
    ///
    /// # Errors
    /// The statement's. The transaction has then been rolled back, or its innermost savepoint, and only `rollback`, or
    /// `rollback_to`, is accepted. `StaleData` when the row of an update is not there; `Unsupported` when a trigger or rule
    /// of the server has left a row out. `InvalidState` when only rollback is left.
    pub fn flush(&mut self) -> Result<()> {
        self.executor.block_on(self.inner.flush())?
    }

    /// The entity with this key, if there is one.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when the row does not fit the type.
    pub fn get<E: Entity>(&mut self, key: impl Into<E::Key>) -> Result<Option<E>> {
        self.executor.block_on(self.inner.get(key))?
    }

    /// The entity with this key.
    ///
    /// # Errors
    /// `NoRows` when there is none; else as [`get`](Self::get).
    pub fn get_one<E: Entity>(&mut self, key: impl Into<E::Key>) -> Result<E> {
        self.executor.block_on(self.inner.get_one(key))?
    }

    /// The entity with this key, if there is one, whose row is locked until the transaction ends: `FOR UPDATE`.
    ///
    /// SQLite has no such locks. A transaction that is to write is there begun
    /// [immediate](crate::BeginMode::Immediate).
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_for_update<E: Entity>(&mut self, key: impl Into<E::Key>) -> Result<Option<E>> {
        self.executor.block_on(self.inner.get_for_update(key))?
    }

    /// Reads an entity anew.
    ///
    /// # Errors
    /// `BadParameter` when it has no key, `NoRows` when its row is gone; else as [`get`](Self::get).
    pub fn refresh<E: Entity>(&mut self, entity: &mut E) -> Result<()> {
        self.executor.block_on(self.inner.refresh(entity))?
    }

    /// The rows of a statement as entities, which the session then knows.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when a row does not fit the type.
    pub fn entities<E: Entity>(&mut self, statement: impl Into<Statement>) -> Result<Vec<E>> {
        self.executor.block_on(self.inner.entities(statement))?
    }
}
