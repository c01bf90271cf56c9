use super::{Key, Table};
use crate::{FromRow, Result, Value, ValueRef};

/// A type whose values are rows of one table.
///
/// Derive it. By hand it is:
///
/// ```
/// use std::sync::LazyLock;
/// use sqlsession_core::{
///     FromRow, Result, Row, Value, ValueRef,
///     entity::{Column, ColumnType, Entity, Table},
///     value::FromValue,
/// };
///
/// struct User { id: i64, name: String }
///
/// impl FromRow for User {
///     fn from_row(row: &Row) -> Result<Self> {
///         Ok(Self { id: row.get("id")?, name: row.get("name")? })
///     }
/// }
///
/// impl Entity for User {
///     type Key = i64;
///
///     fn table() -> &'static Table {
///         static TABLE: LazyLock<Table> = LazyLock::new(|| {
///             Table::new("users")
///                 .column(Column::new("id", ColumnType::BigInteger).key().generated())
///                 .column(Column::new("name", ColumnType::Text))
///         });
///         &TABLE
///     }
///
///     fn key(&self) -> Option<i64> {
///         (self.id != 0).then_some(self.id)
///     }
///
///     fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
///         row.push(self.key().map(Value::from));
///         row.push(Some(self.name.clone().into()));
///         Ok(())
///     }
///
///     fn set_generated(&mut self, column: usize, value: ValueRef<'_>) -> Result<()> {
///         if column == 0 {
///             self.id = i64::from_value(value)?;
///         }
///         Ok(())
///     }
/// }
/// # assert_eq!(User::table().columns().len(), 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not mapped to a table",
    note = "derive `Entity` for a struct, and say which field is its key"
)]
pub trait Entity: FromRow + Send + 'static {
    /// What tells one row from the others: the type of the key's field, or a tuple of the types of its fields.
    type Key: Key;

    /// The table and its columns.
    fn table() -> &'static Table;

    /// The key; `None` while the server has still to generate it.
    fn key(&self) -> Option<Self::Key>;

    /// Appends the value of every column in the table's order; `None` for one that the server is to generate.
    ///
    /// # Errors
    /// `BadParameter` when a field cannot be written as a value.
    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()>;

    /// As [`append_values`](Self::append_values), of an entity whose row is there: a column that the server has generated
    /// may hold by now what is unset in a new one, 0 for example. `None` leaves a column as it is, unless the session knows
    /// that it is not NULL.
    ///
    /// # Errors
    /// As [`append_values`](Self::append_values).
    fn append_stored_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
        self.append_values(row)
    }

    /// Takes what the server has generated for the column at this place of the table. Other columns are left alone.
    ///
    /// # Errors
    /// When the field cannot hold the value.
    fn set_generated(&mut self, column: usize, value: ValueRef<'_>) -> Result<()>;
}
