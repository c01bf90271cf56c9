use rusqlite::{Row, types::ValueRef as Stored};
use sqlsession_core::row::PackedRows;

/// Copies a row of so many columns.
pub(crate) fn push(rows: &mut PackedRows, row: &Row<'_>, width: usize) -> rusqlite::Result<()> {
    for column in 0..width {
        match row.get_ref(column) {
            Ok(Stored::Null) => rows.null(),
            Ok(Stored::Integer(value)) => rows.integer(value),
            Ok(Stored::Real(value)) => rows.real(value),
            Ok(Stored::Text(text)) => rows.text(text),
            Ok(Stored::Blob(blob)) => rows.bytes(blob),
            Err(error) => return Err(error),
        }
    }
    rows.end_row();
    Ok(())
}
