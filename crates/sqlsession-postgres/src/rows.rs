use std::sync::Arc;

use sqlsession_core::row::Batch;
use sqlsession_postgres_types::{Raw, RawRow};
use tokio_postgres::{Column, Row};

pub(crate) use sqlsession_postgres_types::PgColumns;

/// The columns of a statement.
pub(crate) fn columns_of(columns: &[Column]) -> Arc<PgColumns> {
    PgColumns::named(columns.iter().map(|column| (column.name(), column.type_().clone())))
}

/// Rows as tokio-postgres has them, for columns that are theirs.
pub(crate) fn batch(columns: Arc<PgColumns>, rows: Vec<Row>) -> Arc<dyn Batch> {
    sqlsession_postgres_types::batch::<Native>(columns, rows)
}

/// tokio-postgres's rows.
struct Native;

impl RawRow for Native {
    type Row = Row;

    #[inline]
    fn raw(row: &Row, column: usize) -> Option<Option<&[u8]>> {
        let Raw(raw) = row.try_get(column).ok()?;
        Some(raw)
    }
}
