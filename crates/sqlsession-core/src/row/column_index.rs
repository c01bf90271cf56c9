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
    // Where the name is a constant it is compared by a word or two, and no function is called.
    #[inline(always)]
    fn position(&self, columns: &Columns) -> Result<usize> {
        if columns.is_at(self.0, self.1) { Ok(self.0) } else { elsewhere(self.1, columns) }
    }
}

#[cold]
fn elsewhere(name: &str, columns: &Columns) -> Result<usize> {
    name.position(columns)
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
