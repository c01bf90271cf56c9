use std::any::{Any, TypeId};

use crate::{Entity, Error, Result, Value, ValueRef, entity::Table};

/// What is to become of the entities of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Insert,
    Update,
    Delete,
}

/// Entities of one type that are written one after the other, in the same way.
pub(super) struct Run {
    pub(super) kind: Kind,
    pub(super) entity: TypeId,
    pub(super) table: &'static Table,
    /// The place of its first entity among all that the session ever held.
    pub(super) first: usize,
    /// How many of its entities have been written.
    pub(super) written: usize,
    pub(super) entities: Box<dyn Entities>,
    /// Those of an UPDATE that a later one of the same key overrides.
    pub(super) superseded: Option<Box<[bool]>>,
    /// Why what was generated for its entities could not be taken over, found after their rows had been committed.
    pub(super) failure: Option<Error>,
}

impl Run {
    pub(super) fn new(
        kind: Kind,
        entity: TypeId,
        table: &'static Table,
        entities: Box<dyn Entities>,
    ) -> Self {
        Self { kind, entity, table, first: 0, written: 0, entities, superseded: None, failure: None }
    }

    /// The entities that are still to be written, by their places.
    pub(super) fn pending(&self) -> impl Iterator<Item = usize> {
        (self.written..self.entities.len()).filter(|index| self.entities.has(*index))
    }

    /// Whether another entity can join it: nothing of it has been written.
    pub(super) fn takes(&self, kind: Kind, entity: TypeId) -> bool {
        self.kind == kind && self.entity == entity && self.written == 0
    }

    /// The entities, if they are of this type.
    pub(super) fn typed<E: Entity>(&self) -> Option<&Vec<Option<E>>> {
        let entities: &dyn Any = &*self.entities;
        entities.downcast_ref::<Typed<E>>().map(|typed| &typed.0)
    }

    /// The entities, if they are of this type.
    pub(super) fn typed_mut<E: Entity>(&mut self) -> Option<&mut Vec<Option<E>>> {
        let entities: &mut dyn Any = &mut *self.entities;
        entities.downcast_mut::<Typed<E>>().map(|typed| &mut typed.0)
    }

    /// The keys, of a run that deletes.
    pub(super) fn keys(&mut self) -> Option<&mut Keys> {
        let entities: &mut dyn Any = &mut *self.entities;
        entities.downcast_mut()
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run")
            .field("kind", &self.kind)
            .field("table", &self.table.name())
            .field("written", &self.written)
            .field("entities", &self.entities.len())
            .finish_non_exhaustive()
    }
}

/// Entities of one type, whichever it is.
pub(super) trait Entities: Any + Send {
    fn len(&self) -> usize;

    /// Whether the entity is still here.
    fn has(&self, index: usize) -> bool;

    /// Appends the entity's values in the order of the columns.
    fn append_values(&self, index: usize, row: &mut Vec<Option<Value>>) -> Result<()>;

    /// Appends them for an UPDATE.
    fn append_stored_values(&self, index: usize, row: &mut Vec<Option<Value>>) -> Result<()>;

    fn set_generated(&mut self, index: usize, column: usize, value: ValueRef<'_>) -> Result<()>;
}

/// Side by side, and not each in a box of its own: a session may be given very many.
pub(super) struct Typed<E>(pub(super) Vec<Option<E>>);

impl<E: Entity> Entities for Typed<E> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn has(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(Option::is_some)
    }

    fn append_values(&self, index: usize, row: &mut Vec<Option<Value>>) -> Result<()> {
        match self.0.get(index) {
            Some(Some(entity)) => entity.append_values(row),
            _ => Ok(()),
        }
    }

    fn append_stored_values(&self, index: usize, row: &mut Vec<Option<Value>>) -> Result<()> {
        match self.0.get(index) {
            Some(Some(entity)) => entity.append_stored_values(row),
            _ => Ok(()),
        }
    }

    fn set_generated(&mut self, index: usize, column: usize, value: ValueRef<'_>) -> Result<()> {
        match self.0.get_mut(index) {
            Some(Some(entity)) => entity.set_generated(column, value),
            _ => Ok(()),
        }
    }
}

/// The keys of rows that are to be deleted.
pub(super) struct Keys {
    /// The columns of the key, and how many the table has.
    columns: Box<[usize]>,
    width: usize,
    values: Vec<Value>,
}

impl Keys {
    pub(super) fn new(table: &Table) -> Self {
        Self { columns: table.key_columns().collect(), width: table.columns().len(), values: Vec::new() }
    }

    /// Room for the values of one more key.
    pub(super) fn values(&mut self) -> &mut Vec<Value> {
        &mut self.values
    }
}

impl Entities for Keys {
    fn len(&self) -> usize {
        self.values.len() / self.columns.len().max(1)
    }

    fn has(&self, index: usize) -> bool {
        index < self.len()
    }

    fn append_values(&self, index: usize, row: &mut Vec<Option<Value>>) -> Result<()> {
        let key = self.columns.len();
        row.resize(self.width, None);
        for (column, value) in self.columns.iter().zip(self.values.iter().skip(index * key)) {
            row[*column] = Some(value.clone());
        }
        Ok(())
    }

    fn append_stored_values(&self, index: usize, row: &mut Vec<Option<Value>>) -> Result<()> {
        self.append_values(index, row)
    }

    fn set_generated(&mut self, _: usize, _: usize, _: ValueRef<'_>) -> Result<()> {
        Ok(())
    }
}
