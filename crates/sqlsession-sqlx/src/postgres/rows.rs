use std::sync::Arc;

use sqlsession_core::row::{Batch, Columns};
use sqlsession_postgres_types::{PgColumns, RawRow, batch};
use sqlx_core::{column::Column as _, error::Error as SqlxError, row::Row as _};
use sqlx_postgres::PgRow;

use super::types::type_of;
use crate::backend::Gathered;

/// sqlx's rows, which are kept as they are.
#[derive(Debug, Default)]
pub struct PgRows {
    rows: Vec<PgRow>,
    memory: usize,
}

impl Gathered for PgRows {
    type Row = PgRow;

    fn new(_: bool) -> Self {
        Self::default()
    }

    fn push(&mut self, row: PgRow) -> Result<(), SqlxError> {
        self.memory +=
            (0..row.len()).filter_map(|column| Sqlx::raw(&row, column)?).map(<[u8]>::len).sum::<usize>();
        self.rows.push(row);
        Ok(())
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn memory(&self) -> usize {
        self.memory + self.rows.len() * size_of::<PgRow>()
    }

    fn finish(self, columns: Arc<Columns>) -> Arc<dyn Batch> {
        let described = self.rows.first().map_or(&[][..], |row| row.columns());
        let types = described.iter().map(|column| type_of(column.type_info()));
        batch::<Sqlx>(PgColumns::new(columns, types), self.rows)
    }
}

struct Sqlx;

impl RawRow for Sqlx {
    type Row = PgRow;

    fn raw(row: &PgRow, column: usize) -> Option<Option<&[u8]>> {
        Some(row.try_get_raw(column).ok()?.as_bytes().ok())
    }
}
