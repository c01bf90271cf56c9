use std::fmt;

use super::Row;
use crate::{Result, ValueRef, value::FromValue};

/// A row as a dictionary: values by name, each name once.
///
/// Of two columns with one name the last is the one that counts. Two mappings are equal if they have the same keys
/// with the same values, in any order.
#[derive(Clone)]
pub struct Mapping {
    row: Row,
}

impl Mapping {
    pub(crate) fn new(row: Row) -> Self {
        Self { row }
    }

    /// The value of the column of this name.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn get<'r, T: FromValue<'r>>(&'r self, name: &str) -> Result<T> {
        self.row.get(name)
    }

    /// The value of the column of this name, as the driver has it.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<ValueRef<'_>> {
        self.row.value(self.row.columns().position(name)?)
    }

    /// Whether there is a column of this name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.row.columns().position(name).is_some()
    }

    /// The names, each where it first appears.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let columns = self.row.columns();
        columns.names().enumerate().filter_map(|(index, name)| {
            let first = columns.names().position(|candidate| candidate == name) == Some(index);
            first.then_some(name)
        })
    }

    /// The names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ValueRef<'_>)> {
        self.keys().filter_map(|name| Some((name, self.value(name)?)))
    }

    /// The number of names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys().count()
    }

    /// Whether there are no columns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.row.is_empty()
    }

    /// The row behind it.
    #[must_use]
    pub fn row(&self) -> &Row {
        &self.row
    }
}

impl PartialEq for Mapping {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.value(name) == Some(value))
    }
}

impl fmt::Debug for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
