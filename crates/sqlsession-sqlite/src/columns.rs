use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use rusqlite::{Statement, StatementStatus};
use sqlsession_core::{row::Columns, statement::CompiledText};

use crate::rows::Size;

/// What a connection remembers of the results of its cached statements.
///
/// Found by the address of the shared text, which is kept here so that the address stays taken.
#[derive(Debug)]
pub(crate) struct ColumnsCache {
    known: HashMap<usize, Known, BuildHasherDefault<AddressHasher>>,
    capacity: usize,
}

#[derive(Debug)]
struct Known {
    text: Arc<CompiledText>,
    columns: Arc<Columns>,
    /// How often SQLite had prepared the statement anew: a change of the schema may change the names.
    prepared: i32,
    size: Size,
}

impl ColumnsCache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { known: HashMap::default(), capacity: capacity.max(1) }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
    }

    /// A statement of this text is about to run for the first time, so what is known came from one that is gone.
    pub(crate) fn forget(&mut self, text: &CompiledText) {
        let sql = text.sql().trim();
        self.known.retain(|_, known| known.text.sql().trim() != sql);
    }

    /// What the result took last time.
    pub(crate) fn size(&self, text: &Arc<CompiledText>) -> Size {
        self.known.get(&address(text)).map_or_else(Size::default, |known| known.size)
    }

    /// The columns of a statement that has been stepped, which is when its names are up to date.
    pub(crate) fn columns(&mut self, text: &Arc<CompiledText>, statement: &Statement<'_>) -> Arc<Columns> {
        let prepared = statement.get_status(StatementStatus::RePrepare);
        let address = address(text);
        if let Some(known) = self.known.get(&address)
            && known.prepared == prepared
        {
            return Arc::clone(&known.columns);
        }
        let names =
            (0..statement.column_count()).map(|index| statement.column_name(index).unwrap_or_default());
        let columns = Columns::new(names);
        if self.known.len() >= self.capacity {
            self.known.clear();
        }
        let known =
            Known { text: Arc::clone(text), columns: Arc::clone(&columns), prepared, size: Size::default() };
        self.known.insert(address, known);
        columns
    }

    /// Notes what a result took.
    pub(crate) fn note_size(&mut self, text: &Arc<CompiledText>, size: Size) {
        if let Some(known) = self.known.get_mut(&address(text)) {
            known.size = size;
        }
    }
}

fn address(text: &Arc<CompiledText>) -> usize {
    Arc::as_ptr(text).addr()
}

/// Spreads an address over the hash.
#[derive(Debug, Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64((*byte).into());
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(u64::try_from(number).unwrap_or(u64::MAX));
    }
}
