use std::sync::Arc;

use postgres_types::Type;
use sqlsession_core::{
    ValueRef,
    row::{Columns, ComputedCells},
};

use crate::{Decoding, owned};

/// The columns of a result, and how each is read.
#[derive(Debug)]
pub struct PgColumns {
    pub(super) columns: Arc<Columns>,
    pub(super) readings: Box<[Reading]>,
    /// How many columns may have computed values.
    computing: usize,
}

#[derive(Debug)]
pub(super) struct Reading {
    ty: Type,
    pub(super) decoding: Decoding,
    /// Which one this is of the columns that may have computed values.
    cell: usize,
}

impl PgColumns {
    /// Columns of these names and types.
    pub fn named<'n>(columns: impl Iterator<Item = (&'n str, Type)>) -> Arc<Self> {
        let (names, types): (Vec<_>, Vec<_>) = columns.unzip();
        Self::new(Columns::new(names), types.into_iter())
    }

    /// Columns of these types, in the same order.
    pub fn new(columns: Arc<Columns>, types: impl Iterator<Item = Type>) -> Arc<Self> {
        let mut computing = 0;
        let readings = types
            .map(|ty| {
                let reading = Reading { decoding: Decoding::of(&ty), ty, cell: computing };
                computing += usize::from(reading.decoding.may_compute());
                reading
            })
            .collect();
        Arc::new(Self { columns, readings, computing })
    }

    /// Their names.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The value of a column in the row of this number, of so many, which is computed where it has to be.
    #[inline]
    pub(super) fn value<'r>(
        &self,
        reading: &Reading,
        raw: &'r [u8],
        (row, rows): (usize, usize),
        cells: &'r ComputedCells,
    ) -> ValueRef<'r> {
        match reading.decoding.borrowed(raw) {
            Some(value) => value,
            None => self.computed(reading, raw, (row, rows), cells),
        }
    }

    #[cold]
    #[inline(never)]
    fn computed<'r>(
        &self,
        reading: &Reading,
        raw: &'r [u8],
        (row, rows): (usize, usize),
        cells: &'r ComputedCells,
    ) -> ValueRef<'r> {
        let make = || owned(&reading.ty, raw);
        let value = cells.get((rows, self.computing), (row, reading.cell), make);
        value.map_or(ValueRef::Bytes(raw), |value| value.as_ref())
    }
}
