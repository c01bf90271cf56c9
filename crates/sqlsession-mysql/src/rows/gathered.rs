use std::{mem, sync::Arc};

use mysql_async::{Row, Value};
use sqlsession_core::row::Batch;

use super::{
    batch::{OneRow, PackedRows},
    columns::MyColumns,
    packed::{Packed, Size},
};

/// Rows that are read one by one: the only one as it came, several of them packed.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    only: Option<Row>,
    /// In a box, as they are moved about where there is one row as well.
    packed: Option<Box<Packed>>,
    count: usize,
    /// How large the rows were that were taken last.
    expected: Size,
}

impl Rows {
    #[inline]
    pub(crate) fn push(&mut self, row: Row) {
        self.count += 1;
        if let Some(packed) = &mut self.packed {
            packed.push(row);
        } else if let Some(first) = self.only.take() {
            let packed = self.packed.insert(Box::new(Packed::with_size(self.expected)));
            packed.push(first);
            packed.push(row);
        } else {
            self.only = Some(row);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// About how many bytes they take.
    pub(crate) fn memory(&self) -> usize {
        let packed = self.packed.as_ref().map_or(0, |packed| packed.memory());
        self.only.as_ref().map_or(packed, weight)
    }

    /// Takes all rows, and expects as many again.
    pub(crate) fn take(&mut self) -> Self {
        let expected = self.packed.as_ref().map_or_else(Size::default, |packed| packed.size());
        let next = Self { expected, ..Self::default() };
        mem::replace(self, next)
    }

    /// The rows as a batch of these columns, which are theirs.
    pub(crate) fn batch(self, columns: Arc<MyColumns>) -> Arc<dyn Batch> {
        match self.only {
            Some(row) => OneRow::batch(columns, row),
            None => PackedRows::batch(columns, *self.packed.unwrap_or_default(), self.count),
        }
    }
}

/// About how many bytes a row takes.
fn weight(row: &Row) -> usize {
    let bytes = |index| match row.as_ref(index) {
        Some(Value::Bytes(bytes)) => bytes.len(),
        _ => 0,
    };
    (0..row.len()).map(|index| bytes(index) + size_of::<Value>()).sum()
}
