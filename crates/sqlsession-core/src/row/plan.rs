use super::{ColumnIndex, Columns, FromRow, Row};
use crate::{Error, ErrorKind, Result, ValueRef, entity::Embedded, value::FromValue};

/// Where the columns of a type are in a result: what [`FromRow::plan`] finds out once for all rows.
///
/// It is made and read field by field, in one order: field number 0 first. Derived code does that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowPlan {
    fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Field {
    Column(usize),
    Absent,
    Nested(RowPlan),
}

impl RowPlan {
    /// A plan without fields, with room for so many.
    #[must_use]
    pub fn with_capacity(fields: usize) -> Self {
        Self { fields: Vec::with_capacity(fields) }
    }

    /// Adds a field that is read from this column.
    ///
    /// # Errors
    /// `UndefinedColumn` if there is no such column.
    pub fn column(&mut self, columns: &Columns, column: impl ColumnIndex) -> Result<()> {
        self.fields.push(Field::Column(column.position(columns)?));
        Ok(())
    }

    /// Adds a field that is read from this column if there is one.
    pub fn optional_column(&mut self, columns: &Columns, column: impl ColumnIndex) {
        self.fields.push(column.position(columns).map_or(Field::Absent, Field::Column));
    }

    /// Adds a field that is a `T` read from the same row.
    ///
    /// # Errors
    /// What [`FromRow::plan`] of `T` gives.
    pub fn nested<T: FromRow>(&mut self, columns: &Columns) -> Result<()> {
        self.fields.push(Field::Nested(T::plan(columns)?));
        Ok(())
    }

    /// Adds a field that is a `T` read from the columns whose names begin with the prefix.
    ///
    /// # Errors
    /// What [`Embedded::plan`] of `T` gives.
    pub fn embedded<T: Embedded>(&mut self, columns: &Columns, prefix: &str) -> Result<()> {
        self.fields.push(Field::Nested(T::plan(prefix, columns)?));
        Ok(())
    }

    /// Reads a field added by [`column`](Self::column).
    ///
    /// # Errors
    /// As [`Row::get`]; `InvalidState` if the plan has no such field.
    #[inline]
    pub fn get<'r, T: FromValue<'r>>(&self, row: &'r Row, field: usize) -> Result<T> {
        match self.fields.get(field) {
            Some(Field::Column(index)) => row.get_at(*index),
            _ => Err(no_field(field)),
        }
    }

    /// Reads a field added by [`optional_column`](Self::optional_column); `None` if there is no such column.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_optional<'r, T: FromValue<'r>>(&self, row: &'r Row, field: usize) -> Result<Option<T>> {
        match self.fields.get(field) {
            Some(Field::Absent) => Ok(None),
            _ => self.get(row, field).map(Some),
        }
    }

    /// Reads a field added by [`nested`](Self::nested).
    ///
    /// # Errors
    /// As [`FromRow::from_row`]; `InvalidState` if the plan has no such field.
    pub fn get_nested<T: FromRow>(&self, row: &Row, field: usize) -> Result<T> {
        match self.fields.get(field) {
            Some(Field::Nested(plan)) => T::from_planned_row(row, plan),
            _ => Err(no_field(field)),
        }
    }

    /// Reads a field added by [`embedded`](Self::embedded).
    ///
    /// # Errors
    /// As [`Embedded::from_planned_row`]; `InvalidState` if the plan has no such field.
    pub fn get_embedded<T: Embedded>(&self, row: &Row, field: usize) -> Result<T> {
        match self.fields.get(field) {
            Some(Field::Nested(plan)) => T::from_planned_row(row, plan),
            _ => Err(no_field(field)),
        }
    }

    /// Whether all columns of all fields are NULL, or absent.
    #[must_use]
    pub fn is_null(&self, row: &Row) -> bool {
        self.fields.iter().all(|field| match field {
            Field::Column(index) => row.value(*index).is_none_or(|value| value == ValueRef::Null),
            Field::Absent => true,
            Field::Nested(plan) => plan.is_null(row),
        })
    }

    /// The error for a value that was read and then refused, by `TryFrom` for one: it names the field's column.
    #[cold]
    pub fn refused(
        &self,
        row: &Row,
        field: usize,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        let error = Error::from_cause(ErrorKind::OutOfRange, cause);
        match self.fields.get(field) {
            Some(Field::Column(index)) => row.name_column(error, *index),
            _ => error,
        }
    }
}

#[cold]
fn no_field(field: usize) -> Error {
    Error::new(ErrorKind::InvalidState, format!("the row plan has no field {field} of this sort"))
}
