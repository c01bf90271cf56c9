//! What columns and rows say of how they can be written.

use crate::{
    Error, ErrorKind, Result, Value,
    entity::Table,
    unit_of_work::{fits::fits_array, row_key::RowKey},
};

/// How many rows of so many columns have no more than so many parameters.
pub(super) fn rows_of(rows: usize, columns: usize, parameters: usize) -> usize {
    rows.min(parameters / columns.max(1)).max(1)
}

/// Whether the values of these columns can stand in arrays.
pub(super) fn fits(table: &Table, columns: &[usize], row: &[Option<Value>]) -> bool {
    columns.iter().all(|column| {
        row[*column].as_ref().is_some_and(|value| fits_array(&table.columns()[*column].column_type, value))
    })
}

/// # Errors
/// `BadParameter` when the row has no value for a column of its key.
pub(super) fn key_of(table: &Table, key: &[usize], row: &[Option<Value>]) -> Result<RowKey> {
    check_width(table, row)?;
    if key.iter().all(|column| row[*column].is_some()) {
        return Ok(RowKey::of(key.iter().filter_map(|column| row[*column].as_ref())));
    }
    Err(Error::new(
        ErrorKind::BadParameter,
        format!("an entity of the table `{}` has a key and gives no value for its column", table.name()),
    ))
}

/// # Errors
/// `BadParameter` when an entity gives more or fewer values than its table has columns.
pub(super) fn check_width(table: &Table, row: &[Option<Value>]) -> Result<()> {
    let columns = table.columns().len();
    if row.len() == columns {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::BadParameter,
        format!("an entity of the table `{}` gives {} values for {columns} columns", table.name(), row.len()),
    ))
}
