use std::sync::Arc;

use sqlsession_core::row::{Batch, Columns, PackedRows};
use sqlx_core::{
    decode::Decode, error::Error as SqlxError, row::Row as _, type_info::TypeInfo as _, value::ValueRef as _,
};
use sqlx_sqlite::{Sqlite, SqliteRow, SqliteValueRef};

use crate::backend::Gathered;

/// Values are copied out of sqlx's rows, each of which is an allocation of SQLite's.
#[derive(Debug, Default)]
pub struct SqliteRows(PackedRows);

impl Gathered for SqliteRows {
    type Row = SqliteRow;

    fn push(&mut self, row: SqliteRow) -> Result<(), SqlxError> {
        for column in 0..row.len() {
            let value = row.try_get_raw(column)?;
            if value.is_null() {
                self.0.null();
                continue;
            }
            let kind = value.type_info();
            match kind.name() {
                "INTEGER" => self.0.integer(decoded(value)?),
                "REAL" => self.0.real(decoded(value)?),
                "TEXT" => self.0.text(decoded::<&[u8]>(value)?),
                _ => self.0.bytes(decoded::<&[u8]>(value)?),
            }
        }
        self.0.end_row();
        Ok(())
    }

    fn rows(&self) -> usize {
        self.0.rows()
    }

    fn memory(&self) -> usize {
        self.0.memory()
    }

    fn finish(self, columns: Arc<Columns>) -> Arc<dyn Batch> {
        self.0.finish(columns)
    }
}

fn decoded<'r, T: Decode<'r, Sqlite>>(value: SqliteValueRef<'r>) -> Result<T, SqlxError> {
    T::decode(value).map_err(SqlxError::Decode)
}
