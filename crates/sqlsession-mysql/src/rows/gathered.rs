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
    packed: Packed,
    count: usize,
    /// How large the rows were that were taken last.
    expected: Size,
}

impl Rows {
    #[inline]
    pub(crate) fn push(&mut self, row: Row) {
        self.count += 1;
        if self.count <= 2 {
            let Some(first) = self.only.take() else {
                self.only = Some(row);
                return;
            };
            self.packed = Packed::with_size(self.expected);
            self.packed.push(first);
        }
        self.packed.push(row);
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// About how many bytes they take.
    pub(crate) fn memory(&self) -> usize {
        self.only.as_ref().map_or_else(|| self.packed.memory(), weight)
    }

    /// Takes all rows, and expects as many again.
    pub(crate) fn take(&mut self) -> Self {
        let next = Self { expected: self.packed.size(), ..Self::default() };
        mem::replace(self, next)
    }

    /// The rows as a batch of these columns, which are theirs.
    pub(crate) fn batch(self, columns: Arc<MyColumns>) -> Arc<dyn Batch> {
        match self.only {
            Some(row) => OneRow::batch(columns, row),
            None => PackedRows::batch(columns, self.packed, self.count),
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
