use std::{marker::PhantomData, sync::Mutex};

use sqlsession::{
    FromRow, Result, Row, Value, ValueRef,
    entity::{Entity, Key, Table},
};

/// A type of entities whose values are as they are given.
pub(crate) trait Model: Send + Sync + 'static {
    type Key: Key;

    fn table() -> Table;

    fn key(values: &[Option<Value>]) -> Option<Self::Key>;
}

/// A row of a model's table; what has no value is left to the server.
pub(crate) struct ValueRow<M>(pub(crate) Vec<Option<Value>>, PhantomData<fn() -> M>);

impl<M: Model> ValueRow<M> {
    pub(crate) fn new(values: impl IntoIterator<Item = Value>) -> Self {
        Self(values.into_iter().map(Some).collect(), PhantomData)
    }

    pub(crate) fn with_unset(values: impl IntoIterator<Item = Option<Value>>) -> Self {
        Self(values.into_iter().collect(), PhantomData)
    }
}

impl<M> std::fmt::Debug for ValueRow<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

impl<M> Clone for ValueRow<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<M: Model> FromRow for ValueRow<M> {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self::new(row.values().map(ValueRef::to_value)))
    }
}

impl<M: Model> Entity for ValueRow<M> {
    type Key = M::Key;

    fn table() -> &'static Table {
        // Statics of generic functions are one for all types.
        static TABLES: Mutex<Vec<(&str, &Table)>> = Mutex::new(Vec::new());
        let mut tables = TABLES.lock().unwrap();
        let name = std::any::type_name::<M>();
        if let Some((_, table)) = tables.iter().find(|(known, _)| *known == name) {
            return table;
        }
        let table = Box::leak(Box::new(M::table()));
        tables.push((name, table));
        table
    }

    fn key(&self) -> Option<M::Key> {
        M::key(&self.0)
    }

    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
        row.extend(self.0.iter().cloned());
        Ok(())
    }

    fn set_generated(&mut self, column: usize, value: ValueRef<'_>) -> Result<()> {
        self.0[column] = Some(value.to_value());
        Ok(())
    }
}
