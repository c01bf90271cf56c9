use rusqlite::{Row, types::ValueRef as Stored};
use sqlsession_core::row::PackedRows;

/// Copies a row of so many columns.
pub(crate) fn push(rows: &mut PackedRows, row: &Row<'_>, width: usize) -> rusqlite::Result<()> {
    for column in 0..width {
        match row.get_ref(column)? {
            Stored::Null => rows.null(),
            Stored::Integer(value) => rows.integer(value),
            Stored::Real(value) => rows.real(value),
            Stored::Text(text) => rows.text(text),
            Stored::Blob(blob) => rows.bytes(blob),
        }
    }
    rows.end_row();
    Ok(())
}
