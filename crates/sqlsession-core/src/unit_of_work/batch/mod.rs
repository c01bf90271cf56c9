//! What one statement writes.

mod columns;
mod delete;
mod insert;
mod update;

use super::{
    known::Known,
    run::{Kind, Run},
    texts::TextKey,
    usual_sizes::UsualSizes,
};
use crate::{
    Result, Value,
    driver::{BatchStyle, Batching, Outcome},
    entity::{ColumnType, Table},
};

/// The most rows of one statement over arrays.
const MOST_ROWS: usize = 20_000;
/// The most sets of values for which one call runs a statement: no round trips are spared by more, and memory that is used
/// again soon is quick.
const MOST_SETS: usize = 1_024;
/// The most rows that are written into a text.
const MOST_WRITTEN: usize = 1_024;
/// The most rows that are joined: each is a SELECT of its own.
const MOST_JOINED: usize = 128;
/// The most rows that are read back at once.
const MOST_READ: usize = 256;

/// How many entities can be written at once where they are going.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'t> {
    pub(crate) style: BatchStyle,
    pub(crate) batching: Batching,
    pub(crate) sizes: &'t UsualSizes,
}

/// Entities of a run that are written by one statement.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) table: &'static Table,
    pub(crate) text: TextKey,
    pub(crate) form: Form,
    /// How many rows there are.
    pub(crate) rows: usize,
    /// The columns that the server fills, in the order of the table.
    pub(crate) generated: Box<[usize]>,
    /// Those of them that are to be read by the key, because the INSERT does not give them back.
    pub(crate) read_back: Box<[usize]>,
    /// What the server has to count.
    pub(super) count: Count,
    /// Nothing else is to be written behind it.
    pub(crate) is_last: bool,
    /// Which of the entities they are: from here,
    pub(super) start: usize,
    /// to here.
    pub(super) end: usize,
}

impl Batch {
    /// Whether the server has counted other rows than it should have.
    pub(super) fn is_short(&self, outcome: &Outcome) -> bool {
        let rows = self.rows as u64;
        match (self.count, outcome.rows_affected) {
            (Count::Matched, Some(matched)) => matched != rows,
            (Count::Inserted, Some(inserted)) => inserted < rows,
            (Count::InsertedOrNone, Some(inserted)) => inserted > 0 && inserted < rows,
            (Count::Any, _) | (_, None) => false,
        }
    }

    /// Whether its answer may be that something is wrong, though nothing has failed.
    pub(crate) fn may_fail_late(&self) -> bool {
        self.count == Count::Matched || !self.read_back.is_empty()
    }

    /// How many rows can be read at once, and told apart by their keys: numbers are the same however they are shown.
    pub(crate) fn read_at_once(&self) -> usize {
        let mut key = self.table.key_columns().map(|column| &self.table.columns()[column].column_type);
        if key.all(is_integer) { MOST_READ } else { 1 }
    }

    /// Whether all that comes back of a row is an integer by which it is found.
    pub(crate) fn returns_one_integer_key(&self) -> bool {
        let [column] = *self.generated else { return false };
        self.text.returning
            && self.table.columns().get(column).is_some_and(|c| c.is_key && is_integer(&c.column_type))
    }

    /// Whether the server says one key of several that it generates.
    pub(crate) fn needs_key_step(&self) -> bool {
        self.rows > 1 && self.read_back.len() < self.generated.len() && !self.text.returning
    }
}

fn is_integer(column_type: &ColumnType) -> bool {
    matches!(column_type, ColumnType::SmallInteger | ColumnType::Integer | ColumnType::BigInteger)
}

/// What the server has to count of the rows of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// Each: an UPDATE is of rows that are there.
    Matched,
    /// Each, of an INSERT.
    Inserted,
    /// Each, or none at all: SQLite does not count what goes through a view.
    InsertedOrNone,
    /// Any number.
    Any,
}

/// How the values go.
#[derive(Debug)]
pub(crate) enum Form {
    /// In one statement.
    Once(Vec<Value>),
    /// In a statement that is run for each of these.
    Sets(Vec<Vec<Value>>),
}

/// The next batch of a run; `None` when nothing of it is left to write.
pub(super) fn next_batch(run: &mut Run, known: &mut Known, terms: Terms<'_>) -> Result<Option<Batch>> {
    match run.kind {
        Kind::Insert => insert::next(run, terms),
        Kind::Update => update::next(run, known, terms),
        Kind::Delete => delete::next(run, known, terms),
    }
}

impl Form {
    /// Sets of values; one alone needs no call for many.
    fn of(mut sets: Vec<Vec<Value>>) -> Self {
        match sets.pop() {
            Some(set) if sets.is_empty() => Self::Once(set),
            Some(set) => {
                sets.push(set);
                Self::Sets(sets)
            }
            None => Self::Sets(sets),
        }
    }
}
