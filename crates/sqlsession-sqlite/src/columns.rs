use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use rusqlite::{Statement, StatementStatus};
use sqlsession_core::{
    row::{Columns, PackedSize},
    statement::CompiledText,
};

use crate::optimize;

/// What a connection remembers of the results of its cached statements.
///
/// Found by the address of the shared text, which is kept here so that the address stays taken.
#[derive(Debug)]
pub(crate) struct ColumnsCache {
    known: HashMap<usize, Known, BuildHasherDefault<AddressHasher>>,
    capacity: usize,
}

/// What is remembered of one statement.
#[derive(Debug)]
pub(crate) struct Known {
    text: Arc<CompiledText>,
    columns: Option<Arc<Columns>>,
    /// How often SQLite had prepared the statement anew: a change of the schema may change the names.
    prepared: i32,
    size: PackedSize,
    writes_within: bool,
}

impl Known {
    /// The columns of the statement, which has been stepped: that is when its names are up to date.
    pub(crate) fn columns(&mut self, statement: &Statement<'_>) -> &Arc<Columns> {
        let prepared = statement.get_status(StatementStatus::RePrepare);
        if self.prepared != prepared {
            self.prepared = prepared;
            self.columns = None;
        }
        self.columns.get_or_insert_with(|| {
            let names = 0..statement.column_count();
            Columns::new(names.map(|index| statement.column_name(index).unwrap_or_default()))
        })
    }

    /// The columns as they were when they were asked for last.
    pub(crate) fn described(&self) -> Option<&Arc<Columns>> {
        self.columns.as_ref()
    }

    /// Whether it writes though SQLite says that it only reads.
    #[inline(always)]
    pub(crate) fn writes_within(&self) -> bool {
        self.writes_within
    }

    /// What the result is expected to take.
    pub(crate) fn size(&self) -> PackedSize {
        self.size
    }

    /// Notes what a result took.
    pub(crate) fn note_size(&mut self, size: PackedSize) {
        self.size = self.size.then(size);
    }
}

impl ColumnsCache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { known: HashMap::default(), capacity: capacity.max(1) }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
    }

    /// What is known of this statement, which gives rows. Where it is about to run for the first time, what was known came from
    /// one that is gone.
    #[inline(always)]
    pub(crate) fn of_prepared(&mut self, statement: &Statement<'_>, text: &Arc<CompiledText>) -> &mut Known {
        if statement.get_status(StatementStatus::Run) == 0 {
            self.forget(text);
        }
        self.of(text)
    }

    #[cold]
    fn forget(&mut self, text: &CompiledText) {
        let sql = text.sql().trim();
        self.known.retain(|_, known| known.text.sql().trim() != sql);
    }

    /// What is known of this statement, which may be nothing yet. One look for all there is to ask.
    pub(crate) fn of(&mut self, text: &Arc<CompiledText>) -> &mut Known {
        let address = Arc::as_ptr(text).addr();
        if self.known.len() >= self.capacity && !self.known.contains_key(&address) {
            self.known.clear();
        }
        self.known.entry(address).or_insert_with(|| Known {
            text: Arc::clone(text),
            columns: None,
            prepared: 0,
            size: PackedSize::default(),
            writes_within: optimize::may_be_in(text.sql()),
        })
    }
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
