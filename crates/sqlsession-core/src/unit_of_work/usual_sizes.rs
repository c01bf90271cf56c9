use std::sync::{Mutex, PoisonError};

use hashlink::LruCache;

use super::texts::TextKey;

/// As many as leave most of a connection's prepared statements to others.
const CAPACITY: usize = 32;

/// How many rows were inserted at once of late.
///
/// An INSERT with a parameter for each value has a text for each number of rows, which has to be prepared on each
/// connection. Numbers that come but once are therefore cut to powers of two, and those that come again are written whole:
/// that spares a round trip for each part.
#[derive(Debug)]
pub(crate) struct UsualSizes(Mutex<LruCache<TextKey, ()>>);

impl Default for UsualSizes {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl UsualSizes {
    /// Whether this was asked before, of the text that writes the rows whole.
    pub(super) fn is_usual(&self, whole: TextKey) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(whole, ()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entity::{Column, ColumnType, Table},
        unit_of_work::sql::Verb,
    };

    #[test]
    fn a_number_that_comes_again_is_usual() {
        let table: &'static Table =
            Box::leak(Box::new(Table::new("t").column(Column::new("n", ColumnType::Integer))));
        let sizes = UsualSizes::default();
        let is_usual =
            |rows, columns: &[usize]| sizes.is_usual(TextKey::new(table, Verb::Insert { rows }, columns));
        assert!(!is_usual(10, &[0]) && !is_usual(11, &[0]) && !is_usual(10, &[0, 1]));
        assert!(is_usual(10, &[0]) && is_usual(11, &[0]));
        for rows in 100..200 {
            assert!(!is_usual(rows, &[0]));
        }
        assert!(!is_usual(10, &[0]), "it has not come for long");
    }
}
