use super::Columns;
use crate::{Error, ErrorKind, Result};

/// What names a column: its index from 0, or its name.
pub trait ColumnIndex {
    /// The index of the column.
    ///
    /// # Errors
    /// `UndefinedColumn` if there is no such column; the message says which there are.
    fn position(&self, columns: &Columns) -> Result<usize>;
}

impl ColumnIndex for usize {
    fn position(&self, columns: &Columns) -> Result<usize> {
        if *self < columns.len() { Ok(*self) } else { Err(undefined(&format!("column {self}"), columns)) }
    }
}

impl ColumnIndex for str {
    #[inline]
    fn position(&self, columns: &Columns) -> Result<usize> {
        columns.position(self).ok_or_else(|| undefined(&format!("column `{self}`"), columns))
    }
}

/// A column by its name, which is most likely at this place: what derived code asks for.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Near<'n>(pub usize, pub &'n str);

impl ColumnIndex for Near<'_> {
    #[inline]
    fn position(&self, columns: &Columns) -> Result<usize> {
        match columns.position_near(self.1, self.0) {
            Some(position) => Ok(position),
            None => self.1.position(columns),
        }
    }
}

impl ColumnIndex for String {
    fn position(&self, columns: &Columns) -> Result<usize> {
        self.as_str().position(columns)
    }
}

impl<C: ColumnIndex + ?Sized> ColumnIndex for &C {
    #[inline]
    fn position(&self, columns: &Columns) -> Result<usize> {
        (**self).position(columns)
    }
}

#[cold]
fn undefined(wanted: &str, columns: &Columns) -> Error {
    let mut message = format!("the result has no {wanted}");
    let mut separator = "; its columns are ";
    for name in columns.names() {
        message.push_str(separator);
        message.push('`');
        message.push_str(name);
        message.push('`');
        separator = ", ";
    }
    Error::new(ErrorKind::UndefinedColumn, message)
}
