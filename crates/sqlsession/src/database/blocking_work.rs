//! The unit of work of a scope's session, by the client, by blocking calls.
//!
//! All of it is `InvalidState` outside of a scope, and while the scope's session is in use.

use sqlsession_core::{Changes, Entity, Result, entity::Tracked};

use super::Database;

impl Database {
    /// Queues an INSERT in the scope's session, which is written by its next flush.
    ///
    /// # Errors
    /// As [`blocking::Session::add`](sqlsession_core::blocking::Session::add); `InvalidState` outside of a scope, and when its session is in
    /// use, here and below.
    pub fn add<E: Entity>(&self, entity: E) -> Result<Tracked<E>> {
        self.session()?.add(entity)
    }

    /// Queues an INSERT of each.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_all<E: Entity>(&self, entities: impl IntoIterator<Item = E>) -> Result<Vec<Tracked<E>>> {
        self.session()?.add_all(entities)
    }

    /// Queues what makes the row with the entity's key be as the entity is.
    ///
    /// # Errors
    /// As [`blocking::Session::merge`](sqlsession_core::blocking::Session::merge) and [`add`](Self::add).
    pub fn merge<E: Entity>(&self, entity: E) -> Result<Tracked<E>> {
        self.session()?.merge(entity)
    }

    /// Writes what is pending.
    ///
    /// # Errors
    /// As [`blocking::Session::flush`](sqlsession_core::blocking::Session::flush) and [`add`](Self::add).
    pub fn flush(&self) -> Result<()> {
        self.session()?.flush()
    }

    /// Takes an entity out that has been written, with what the server has generated for it.
    ///
    /// # Errors
    /// As [`blocking::Session::take`](sqlsession_core::blocking::Session::take) and [`add`](Self::add).
    pub fn take<E: Entity>(&self, tracked: Tracked<E>) -> Result<E> {
        self.session()?.take(tracked)
    }

    /// Reads an entity anew.
    ///
    /// # Errors
    /// As [`blocking::Session::refresh`](sqlsession_core::blocking::Session::refresh) and [`add`](Self::add).
    pub fn refresh<E: Entity>(&self, entity: &mut E) -> Result<()> {
        self.session()?.refresh(entity)
    }

    /// Forgets the values of one row that was read.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn expire<E: Entity>(&self, key: impl Into<E::Key>) -> Result<()> {
        self.session()?.expire::<E>(key);
        Ok(())
    }

    /// Forgets the values of all rows that were read.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn expire_all(&self) -> Result<()> {
        self.session()?.expire_all();
        Ok(())
    }

    /// Takes an entity back that has not been written.
    ///
    /// # Errors
    /// As [`blocking::Session::expunge`](sqlsession_core::blocking::Session::expunge) and [`add`](Self::add).
    pub fn expunge<E: Entity>(&self, tracked: Tracked<E>) -> Result<E> {
        self.session()?.expunge(tracked)
    }

    /// Lets go of everything that the scope's session holds of entities.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn expunge_all(&self) -> Result<()> {
        self.session()?.expunge_all();
        Ok(())
    }

    /// What a flush would write, and how many rows are known.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn changes(&self) -> Result<Changes> {
        Ok(self.session()?.changes())
    }
}
