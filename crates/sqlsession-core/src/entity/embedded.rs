use super::Column;
use crate::{
    Result, Row, Value,
    row::{Columns, RowPlan},
};

/// A type whose fields are columns of the entity it is a field of.
///
/// Derive it. Every name begins with a prefix, so that a table can hold two of one type: `home_city`, `work_city`.
///
/// An `Option` of it is `None` where all its columns are NULL, so it should have one that is never NULL otherwise.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded in an entity",
    note = "derive `Embedded` for it, or drop `flatten` if it is the value of one column"
)]
pub trait Embedded: Sized + Send + 'static {
    /// How many columns it has.
    const COLUMNS: usize;

    /// Its columns. No key is among them, and none that the server generates.
    fn columns(prefix: &str) -> Vec<Column>;

    /// Appends the value of every column in order.
    ///
    /// # Errors
    /// As [`Entity::append_values`](super::Entity::append_values).
    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()>;

    /// As [`FromRow::plan`](crate::FromRow::plan).
    ///
    /// # Errors
    /// `UndefinedColumn` if a column is missing.
    fn plan(prefix: &str, columns: &Columns) -> Result<RowPlan>;

    /// As [`FromRow::from_planned_row`](crate::FromRow::from_planned_row).
    ///
    /// # Errors
    /// `TypeMismatch` or `OutOfRange` if a value cannot be read.
    fn from_planned_row(row: &Row, plan: &RowPlan) -> Result<Self>;
}

impl<T: Embedded> Embedded for Option<T> {
    const COLUMNS: usize = T::COLUMNS;

    fn columns(prefix: &str) -> Vec<Column> {
        T::columns(prefix).into_iter().map(|column| column.nullable(true)).collect()
    }

    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
        match self {
            Some(embedded) => embedded.append_values(row),
            None => {
                row.extend((0..T::COLUMNS).map(|_| Some(Value::Null)));
                Ok(())
            }
        }
    }

    fn plan(prefix: &str, columns: &Columns) -> Result<RowPlan> {
        T::plan(prefix, columns)
    }

    fn from_planned_row(row: &Row, plan: &RowPlan) -> Result<Self> {
        if plan.is_null(row) { Ok(None) } else { T::from_planned_row(row, plan).map(Some) }
    }
}
