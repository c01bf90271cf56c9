use std::{
    any::TypeId,
    marker::PhantomData,
    sync::atomic::{AtomicU64, Ordering},
};

use super::{
    batch::{Batch, Terms, next_batch},
    changes::Changes,
    known::Known,
    row_key::RowKey,
    run::{Entities, Keys, Kind, Run, Typed},
};
use crate::{
    Entity, Error, ErrorKind, Result, Value,
    entity::{Key as _, Table, Tracked},
};

/// The most entities for which room is made before they come.
const MOST_EXPECTED: usize = 16_384;

/// What a session holds of entities. Its methods are the session's.
#[doc(hidden)]
#[derive(Debug)]
pub struct UnitOfWork {
    /// Tells the sessions of a process apart.
    pub(super) session: u64,
    /// Counts how often everything was let go of: what was held before is no longer.
    pub(super) era: u64,
    pub(super) runs: Vec<Run>,
    /// The first run of which something has still to be written.
    pub(super) pending: usize,
    /// How many places have been given out.
    places: usize,
    pub(super) known: Known,
    /// How many runs there were when a savepoint was set, by its number.
    marks: Vec<(u32, usize)>,
    /// Why rows are not there that were committed.
    pub(super) committed_short: Option<Error>,
}

impl Default for UnitOfWork {
    fn default() -> Self {
        static SESSIONS: AtomicU64 = AtomicU64::new(0);
        Self {
            session: SESSIONS.fetch_add(1, Ordering::Relaxed),
            era: 0,
            runs: Vec::new(),
            pending: 0,
            places: 0,
            known: Known::default(),
            marks: Vec::new(),
            committed_short: None,
        }
    }
}

impl UnitOfWork {
    pub(crate) fn is_pending(&self) -> bool {
        self.runs[self.pending..].iter().any(|run| run.pending().next().is_some())
    }

    pub(crate) fn changes(&self) -> Changes {
        let mut changes = Changes { known: self.known.len(), ..Changes::default() };
        for run in &self.runs[self.pending..] {
            match run.kind {
                Kind::Insert => changes.new += run.pending().count(),
                Kind::Update => changes.changed += run.pending().count(),
                Kind::Delete => changes.deleted += run.pending().count(),
            }
        }
        changes
    }

    /// # Errors
    /// `Configuration` and `BadParameter` when the entity's table is of no use.
    pub(crate) fn insert<E: Entity>(&mut self, entity: E) -> Result<Tracked<E>> {
        self.queue(Kind::Insert, entity)
    }

    /// As [`insert`](Self::insert) of each.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub(crate) fn insert_all<E: Entity>(
        &mut self,
        entities: impl Iterator<Item = E>,
    ) -> Result<Vec<Tracked<E>>> {
        // Room is made at once, and not as they grow; what the iterator says is not taken for the truth.
        let expected = entities.size_hint().0.min(MOST_EXPECTED);
        let mut tracked = Vec::with_capacity(expected);
        for entity in entities {
            tracked.push(self.insert(entity)?);
            if tracked.len() == 1
                && let Some(held) = self.runs.last_mut().and_then(Run::typed_mut::<E>)
            {
                held.reserve(expected.saturating_sub(1));
            }
        }
        Ok(tracked)
    }

    /// # Errors
    /// `BadParameter` when the entity has no key; else as [`insert`](Self::insert).
    pub(crate) fn update<E: Entity>(&mut self, entity: E) -> Result<Tracked<E>> {
        if entity.key().is_none() {
            return Err(keyless::<E>("updated"));
        }
        self.queue(Kind::Update, entity)
    }

    fn queue<E: Entity>(&mut self, kind: Kind, entity: E) -> Result<Tracked<E>> {
        let type_id = TypeId::of::<E>();
        if !self.runs.last().is_some_and(|run| run.takes(kind, type_id)) {
            self.start::<E>(kind, Box::new(Typed::<E>(Vec::new())))?;
        }
        if let Some(entities) = self.runs.last_mut().and_then(Run::typed_mut::<E>) {
            entities.push(Some(entity));
        }
        self.places += 1;
        Ok(Tracked {
            session: self.session,
            transaction: self.era,
            place: self.places - 1,
            entity: PhantomData,
        })
    }

    /// # Errors
    /// As [`insert`](Self::insert).
    pub(crate) fn delete<E: Entity>(&mut self, key: &E::Key) -> Result<()> {
        let type_id = TypeId::of::<E>();
        if !self.runs.last().is_some_and(|run| run.takes(Kind::Delete, type_id)) {
            self.start::<E>(Kind::Delete, Box::new(Keys::new(E::table())))?;
        }
        let mut values = Vec::with_capacity(E::Key::COLUMNS);
        key.append_to(&mut values);
        // One that is merged after this is another row.
        self.known.remove(type_id, &RowKey::of(&values));
        if let Some(keys) = self.runs.last_mut().and_then(Run::keys) {
            keys.values().append(&mut values);
        }
        Ok(())
    }

    fn start<E: Entity>(&mut self, kind: Kind, entities: Box<dyn Entities>) -> Result<()> {
        let table = keyed_table::<E>()?;
        table.check()?;
        let first = self.places;
        self.runs.push(Run { first, ..Run::new(kind, TypeId::of::<E>(), table, entities) });
        Ok(())
    }

    /// The next batch to write; `None` when everything is written.
    pub(crate) fn next_batch(&mut self, terms: Terms<'_>) -> Result<Option<Batch>> {
        let count = self.runs.len();
        while let Some(run) = self.runs.get_mut(self.pending) {
            if let Some(mut batch) = next_batch(run, &mut self.known, terms)? {
                batch.is_last = self.pending + 1 == count
                    && !(batch.end..run.entities.len()).any(|index| run.entities.has(index));
                return Ok(Some(batch));
            }
            run.written = run.entities.len();
            self.pending += 1;
        }
        Ok(None)
    }

    /// Remembers a row as it was read.
    ///
    /// # Errors
    /// When the entity cannot say its values.
    pub(crate) fn remember<E: Entity>(&mut self, entity: &E) -> Result<()> {
        let Some(key) = entity.key() else { return Ok(()) };
        let mut row = Vec::with_capacity(E::table().columns().len());
        entity.append_stored_values(&mut row)?;
        let values = row.into_iter().map(|value| value.unwrap_or(Value::Null)).collect();
        self.known.put(TypeId::of::<E>(), RowKey::of_key(&key), values);
        Ok(())
    }

    /// Whether the values of the row with this key are known.
    pub(crate) fn knows<E: Entity>(&self, key: &E::Key) -> bool {
        self.known.get(TypeId::of::<E>(), &RowKey::of_key(key)).is_some()
    }

    /// Forgets what is known of rows.
    pub(crate) fn expire(&mut self) {
        self.known.clear();
    }

    /// Forgets what is known of one row.
    pub(crate) fn expire_key<E: Entity>(&mut self, key: &E::Key) {
        self.known.remove(TypeId::of::<E>(), &RowKey::of_key(key));
    }

    /// The transaction was committed: what it has written is held on, and what it knew is known no more.
    ///
    /// # Errors
    /// `StatementCommitted` when rows are not there that were committed.
    pub(crate) fn committed(&mut self) -> Result<()> {
        self.known.clear();
        self.marks.clear();
        self.committed_short.take().map_or(Ok(()), Err)
    }

    /// Lets everything go.
    pub(crate) fn clear(&mut self) {
        self.era += 1;
        self.runs = Vec::new();
        self.pending = 0;
        self.known = Known::default();
        self.marks = Vec::new();
    }

    /// A savepoint is set here.
    pub(crate) fn mark(&mut self, savepoint: u32) {
        // What is added from here on is undone with it, and so it joins no run of before, not even one that is empty by now.
        while let Some(run) = self.runs.get_mut(self.pending).filter(|run| run.pending().next().is_none()) {
            run.written = run.entities.len();
            self.pending += 1;
        }
        self.marks.push((savepoint, self.runs.len()));
    }

    /// A savepoint is rolled back to, and with it whatever came since. One that is not remembered is older than all that
    /// is held. It is remembered, for what is added until that is done.
    pub(crate) fn cut(&mut self, savepoint: u32) {
        let position = self.marks.iter().position(|(number, _)| *number == savepoint);
        let runs = position.map_or(0, |position| self.marks[position].1);
        self.marks.truncate(position.unwrap_or(0));
        self.runs.truncate(runs);
        self.pending = self.pending.min(runs);
        self.known.clear();
        self.mark(savepoint);
    }

    /// A savepoint is rolled back to once more. One inside of another that was rolled back to meanwhile has ended with that.
    pub(crate) fn cut_again(&mut self, savepoint: u32) {
        if self.marks.iter().any(|(number, _)| *number == savepoint) {
            self.cut(savepoint);
        }
    }
}

/// The table of an entity, whose key has as many columns as the entity's.
///
/// # Errors
/// `Configuration` when it has not.
pub(crate) fn keyed_table<E: Entity>() -> Result<&'static Table> {
    let table = E::table();
    let columns = table.key_columns().count();
    if columns == E::Key::COLUMNS {
        return Ok(table);
    }
    Err(Error::new(
        ErrorKind::Configuration,
        format!(
            "the table `{}` has a key of {columns} columns, and its entities one of {}",
            table.name(),
            E::Key::COLUMNS
        ),
    ))
}

/// The error of an entity without a key where one is needed.
pub(crate) fn keyless<E: Entity>(done: &str) -> Error {
    Error::new(
        ErrorKind::BadParameter,
        format!("an entity of the table `{}` has no key yet, and cannot be {done}", E::table().name()),
    )
}
