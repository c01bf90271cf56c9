//! What a session does with entities.

use std::collections::HashSet;

use super::{AsyncSession, KeyedSelect};
use crate::{
    Changes, Entity, Error, ErrorKind, Result, ResultSet, Statement, Value,
    entity::{Key, Tracked},
    unit_of_work::{RowKey, UnitOfWork, keyed_table, keyless},
};

/// The most keys that are read by one statement.
const MOST_KEYS: usize = 256;

/// Entities: the unit of work.
///
/// What is added, updated or deleted is queued, without I/O, and written by a flush: at [`flush`](Self::flush), at
/// commit, before a savepoint is set or released and, unless [`autoflush`](crate::SessionOptions::autoflush) is off,
/// before any statement of the session. A flush writes in the order of the calls; entities of one type that follow each
/// other go in one statement where the backend has one for them.
///
/// Entities are values and not shared: the session takes them, and gives each back by its token, with what the server has
/// generated for it. There is no identity map: two reads of one row give two values, and [`get`](Self::get) always asks
/// the database. What has been read in the transaction is remembered, so that an update writes only what has changed.
///
/// A flush that fails rolls the transaction back, or the innermost savepoint, by itself; only `rollback`, or
/// `rollback_to`, is accepted then. In AUTOCOMMIT each of a flush's statements is durable when it has run.
impl AsyncSession {
    /// Queues an INSERT. What is queued goes without a word when the session is rolled back, closed, invalidated or dropped.
    ///
    /// A row that a trigger of the server's leaves out is told by the flush, or by the commit that wrote it; not by SQLite
    /// where it is all that a statement inserts and nothing of it is read back.
    ///
    /// # Errors
    /// `InvalidState` and `Interrupted` when only rollback is left; `Configuration` when the entity's table is of no use.
    ///
    /// ```
    /// # use sqlsession_core::{AsyncSession, Entity, Result};
    /// async fn create<E: Entity>(session: &mut AsyncSession, entity: E) -> Result<E> {
    ///     let added = session.add(entity)?;
    ///     session.commit().await?;
    ///     session.take(added)
    /// }
    /// ```
    pub fn add<E: Entity>(&mut self, entity: E) -> Result<Tracked<E>> {
        self.0.begin_work()?.insert(entity)
    }

    /// Queues an INSERT of each.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_all<E: Entity>(&mut self, entities: impl IntoIterator<Item = E>) -> Result<Vec<Tracked<E>>> {
        self.0.begin_work()?.insert_all(entities.into_iter())
    }

    /// Queues an UPDATE of the row with the entity's key, without reading it: of all columns, or of those that have
    /// changed where the row was read in this transaction. Nothing is written where nothing has changed.
    ///
    /// What was read is what the entity is compared with: a statement of the program's own that has written the row since is not
    /// seen, until [`expire`](Self::expire), as in SQLAlchemy.
    ///
    /// The flush fails with `StaleData` when there is no such row, or when the server does not let this session write it.
    /// Of several updates of one row the last one counts; rows are told apart by how their keys are written.
    ///
    /// # Errors
    /// `BadParameter` when it has no key; else as [`add`](Self::add).
    pub fn update<E: Entity>(&mut self, entity: E) -> Result<Tracked<E>> {
        self.0.begin_work()?.update(entity)
    }

    /// Queues a DELETE of the row with the entity's key. Without such a row nothing is deleted.
    ///
    /// # Errors
    /// `BadParameter` when it has no key; else as [`add`](Self::add).
    pub fn delete<E: Entity>(&mut self, entity: &E) -> Result<()> {
        let key = entity.key().ok_or_else(|| keyless::<E>("deleted"))?;
        self.delete_by_key::<E>(key)
    }

    /// Queues a DELETE of the row with this key. Without such a row nothing is deleted.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn delete_by_key<E: Entity>(&mut self, key: impl Into<E::Key>) -> Result<()> {
        self.0.begin_work()?.delete::<E>(&key.into())
    }

    /// Queues what makes the row with the entity's key be as the entity is: an UPDATE of what has changed, or an INSERT
    /// where there is no such row.
    ///
    /// A row that was not read in this transaction is read first. An entity without a key is inserted.
    ///
    /// # Errors
    /// As [`add`](Self::add) and [`get`](Self::get).
    pub async fn merge<E: Entity>(&mut self, entity: E) -> Result<Tracked<E>> {
        let Some(key) = entity.key() else { return self.add(entity) };
        let is_known = self.0.work().is_some_and(|work| work.knows::<E>(&key));
        if is_known || self.get::<E>(key).await?.is_some() { self.update(entity) } else { self.add(entity) }
    }

    /// As [`merge`](Self::merge) of each; the rows are read by few statements.
    ///
    /// # Errors
    /// As [`merge`](Self::merge).
    pub async fn merge_all<E: Entity>(
        &mut self,
        entities: impl IntoIterator<Item = E>,
    ) -> Result<Vec<Tracked<E>>> {
        let entities: Vec<E> = entities.into_iter().collect();
        let unknown: Vec<E::Key> = entities
            .iter()
            .filter_map(Entity::key)
            .filter(|key| !self.0.work().is_some_and(|work| work.knows::<E>(key)))
            .collect();
        // A server may call keys equal that are written in different ways: those are asked for one by one.
        let at_once = if unknown.iter().all(has_one_spelling) { MOST_KEYS } else { 1 };
        let mut there = HashSet::new();
        for keys in unknown.chunks(at_once) {
            let found: Vec<E> = self.select::<E>(keys, false).await?.all()?;
            if at_once == 1 && !found.is_empty() {
                there.extend(keys.iter().map(RowKey::of_key));
            }
            self.remember(&found)?;
        }
        let mut added = HashSet::new();
        let mut tracked = Vec::with_capacity(entities.len());
        for entity in entities {
            let is_there = entity.key().is_some_and(|key| {
                self.0.work().is_some_and(|work| work.knows::<E>(&key))
                    || there.contains(&RowKey::of_key(&key))
                    || !added.insert(RowKey::of_key(&key))
            });
            tracked.push(if is_there { self.update(entity)? } else { self.add(entity)? });
        }
        Ok(tracked)
    }

    /// Takes an entity out that has been written, with what the server has generated for it.
    ///
    /// The session holds it until it is taken, until its next transaction begins, or is rolled back: also past a commit.
    ///
    /// # Errors
    /// `InvalidState` when it has not been written yet, is no longer held, or is another session's.
    pub fn take<E: Entity>(&mut self, tracked: Tracked<E>) -> Result<E> {
        self.0.work_mut().take(tracked)
    }

    /// As [`take`](Self::take), to look at.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub fn tracked<E: Entity>(&self, tracked: Tracked<E>) -> Result<&E> {
        self.0.work().ok_or_else(UnitOfWork::foreign).and_then(|work| work.look(tracked))
    }

    /// An entity that has not been written, to be changed before it is.
    ///
    /// # Errors
    /// `InvalidState` when it has been written, is no longer held, or is another session's.
    pub fn pending_mut<E: Entity>(&mut self, tracked: Tracked<E>) -> Result<&mut E> {
        self.0.work_mut().pending_mut(tracked)
    }

    /// Takes an entity back that has not been written: nothing is written of it.
    ///
    /// # Errors
    /// `InvalidState` when it has been written, is no longer held, or is another session's.
    pub fn expunge<E: Entity>(&mut self, tracked: Tracked<E>) -> Result<E> {
        self.0.work_mut().expunge(tracked)
    }

    /// Lets go of everything it holds of entities: what is pending is not written, and what was read not remembered.
    pub fn expunge_all(&mut self) {
        self.0.work_mut().clear();
    }

    /// Forgets the values of all rows that were read.
    pub fn expire_all(&mut self) {
        self.0.work_mut().expire();
    }

    /// Forgets the values of one row that was read.
    pub fn expire<E: Entity>(&mut self, key: impl Into<E::Key>) {
        self.0.work_mut().expire_key::<E>(&key.into());
    }

    /// What a flush would write, and how many rows are known.
    #[must_use]
    pub fn changes(&self) -> Changes {
        self.0.work().map(UnitOfWork::changes).unwrap_or_default()
    }

    /// Writes what is pending.
    ///
    /// # Errors
    /// The statement's. The transaction has then been rolled back, or its innermost savepoint, and only `rollback`, or
    /// `rollback_to`, is accepted. `StaleData` when the row of an update is not there; `Unsupported` when a trigger or rule
    /// of the server has left a row out. `Interrupted` and `InvalidState` when only rollback is left.
    ///
    /// Dropped before it is done, it leaves the session interrupted.
    pub async fn flush(&mut self) -> Result<()> {
        self.0.flush().await
    }

    /// The entity with this key, if there is one.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when the row does not fit the type.
    pub async fn get<E: Entity>(&mut self, key: impl Into<E::Key>) -> Result<Option<E>> {
        self.find(key.into(), false).await
    }

    /// The entity with this key.
    ///
    /// # Errors
    /// `NoRows` when there is none; else as [`get`](Self::get).
    pub async fn get_one<E: Entity>(&mut self, key: impl Into<E::Key>) -> Result<E> {
        self.get::<E>(key).await?.ok_or_else(missing::<E>)
    }

    /// The entity with this key, if there is one, whose row is locked until the transaction ends: `FOR UPDATE`.
    ///
    /// SQLite has no such locks. A transaction that is to write is there begun
    /// [immediate](crate::BeginMode::Immediate).
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn get_for_update<E: Entity>(&mut self, key: impl Into<E::Key>) -> Result<Option<E>> {
        self.find(key.into(), true).await
    }

    /// Reads an entity anew. A field without a column is its default afterwards.
    ///
    /// # Errors
    /// `BadParameter` when it has no key, `NoRows` when its row is gone; else as [`get`](Self::get).
    pub async fn refresh<E: Entity>(&mut self, entity: &mut E) -> Result<()> {
        let key = entity.key().ok_or_else(|| keyless::<E>("refreshed"))?;
        *entity = self.get_one::<E>(key).await?;
        Ok(())
    }

    /// The rows of a statement as entities, which the session then knows. The columns have to be those of the table, as they
    /// are: what is computed would pass for what is stored.
    ///
    /// To read without remembering, which costs a copy of each, ask for [`all`](Self::all).
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when a row does not fit the type.
    pub async fn entities<E: Entity>(&mut self, statement: impl Into<Statement>) -> Result<Vec<E>> {
        let found: Vec<E> = self.execute(statement).await?.all()?;
        self.remember(&found)?;
        Ok(found)
    }

    async fn find<E: Entity>(&mut self, key: E::Key, lock: bool) -> Result<Option<E>> {
        let found: Option<E> = self.select::<E>(std::slice::from_ref(&key), lock).await?.one_or_none()?;
        if found.is_none() && self.0.work().is_some_and(|work| work.knows::<E>(&key)) {
            // Somebody has deleted it: `merge` is to insert it again.
            self.0.work_mut().expire_key::<E>(&key);
        }
        self.remember(found.as_slice())?;
        Ok(found)
    }

    async fn select<E: Entity>(&mut self, keys: &[E::Key], lock: bool) -> Result<ResultSet> {
        let table = keyed_table::<E>()?;
        let mut values = Vec::with_capacity(E::Key::COLUMNS);
        keys.iter().for_each(|key| key.append_to(&mut values));
        match self.0.select_in_stride(KeyedSelect::new(table, keys.len(), values, lock)) {
            Ok(started) => started.end(&mut *self.0).await,
            Err(select) => self.0.select_by_key(select).await,
        }
    }

    fn remember<E: Entity>(&mut self, entities: &[E]) -> Result<()> {
        let work = self.0.work_mut();
        entities.iter().try_for_each(|entity| work.remember(entity))
    }
}

fn missing<E: Entity>() -> Error {
    Error::new(ErrorKind::NoRows, format!("the table `{}` has no row with this key", E::table().name()))
}

/// Whether two such keys are equal only if they are written in the same way.
fn has_one_spelling(key: &impl Key) -> bool {
    let mut values = Vec::new();
    key.append_to(&mut values);
    values.iter().all(|value| {
        matches!(value, Value::Bool(_) | Value::I64(_) | Value::U64(_) | Value::Uuid(_) | Value::Bytes(_))
    })
}
