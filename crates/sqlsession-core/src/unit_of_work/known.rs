use std::{any::TypeId, collections::HashMap};

use super::row_key::RowKey;
use crate::Value;

/// The values of rows as they are in the database, as far as this transaction has read them.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<(TypeId, RowKey), Box<[Value]>>);

impl Known {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn get(&self, entity: TypeId, key: &RowKey) -> Option<&[Value]> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(entity, key.clone())).map(|values| &**values)
    }

    pub(super) fn put(&mut self, entity: TypeId, key: RowKey, values: Box<[Value]>) {
        self.0.insert((entity, key), values);
    }

    pub(super) fn remove(&mut self, entity: TypeId, key: &RowKey) {
        if !self.0.is_empty() {
            self.0.remove(&(entity, key.clone()));
        }
    }

    /// Takes over what an UPDATE is about to write into a row that is known.
    pub(super) fn change(&mut self, entity: TypeId, key: &RowKey, column: usize, value: &Value) {
        if let Some(values) = self.0.get_mut(&(entity, key.clone()))
            && let Some(known) = values.get_mut(column)
        {
            known.clone_from(value);
        }
    }
}
