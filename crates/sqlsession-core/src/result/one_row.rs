use super::ResultSet;
use crate::{
    Error, ErrorKind, Result,
    row::{BatchCursor, FromRow, Row},
    value::FromValueOwned,
};

/// The calls that look at one row, and close the result whatever they give.
impl ResultSet {
    /// The next row or `None`; the rest is dropped and the result closed.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn first<T: FromRow>(&mut self) -> Result<Option<T>> {
        self.take_cursor()?.read_next(T::from_row).transpose()
    }

    /// The only row that is left.
    ///
    /// # Errors
    /// `NoRows` or `SeveralRows` if there is not exactly one; otherwise as [`all`](Self::all).
    pub fn one<T: FromRow>(&mut self) -> Result<T> {
        self.exactly_one(T::from_row)
    }

    /// The only row that is left, or `None` if there is none.
    ///
    /// # Errors
    /// `SeveralRows` if there is more than one; otherwise as [`all`](Self::all).
    pub fn one_or_none<T: FromRow>(&mut self) -> Result<Option<T>> {
        self.at_most_one(T::from_row)
    }

    /// The first column of the next row; `None` if there is no row or if it is NULL. The rest is dropped.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn scalar<T: FromValueOwned>(&mut self) -> Result<Option<T>> {
        let scalar = self.take_cursor()?.read_next(|row| row.get_at::<Option<T>>(0)).transpose()?;
        Ok(scalar.flatten())
    }

    /// The first column of the only row that is left. Ask for an `Option` where it may be NULL.
    ///
    /// # Errors
    /// As [`one`](Self::one).
    pub fn scalar_one<T: FromValueOwned>(&mut self) -> Result<T> {
        self.exactly_one(|row| row.get_at(0))
    }

    /// The first column of the only row that is left; `None` if there is no row or if it is NULL.
    ///
    /// # Errors
    /// As [`one_or_none`](Self::one_or_none).
    pub fn scalar_one_or_none<T: FromValueOwned>(&mut self) -> Result<Option<T>> {
        Ok(self.at_most_one(|row| row.get_at::<Option<T>>(0))?.flatten())
    }

    fn exactly_one<T>(&mut self, read: impl FnOnce(&Row) -> Result<T>) -> Result<T> {
        exactly_one(&self.take_cursor()?, read)
    }

    fn at_most_one<T>(&mut self, read: impl FnOnce(&Row) -> Result<T>) -> Result<Option<T>> {
        at_most_one(&self.take_cursor()?, read)
    }
}

/// The same of a result that ends with the call, and need not be closed.
impl ResultSet {
    pub(crate) fn into_one<T: FromRow>(self) -> Result<T> {
        exactly_one(&self.into_cursor()?, T::from_row)
    }

    pub(crate) fn into_one_or_none<T: FromRow>(self) -> Result<Option<T>> {
        at_most_one(&self.into_cursor()?, T::from_row)
    }

    pub(crate) fn into_scalar_one<T: FromValueOwned>(self) -> Result<T> {
        exactly_one(&self.into_cursor()?, |row| row.get_at(0))
    }
}

fn exactly_one<T>(cursor: &BatchCursor, read: impl FnOnce(&Row) -> Result<T>) -> Result<T> {
    match read_one(cursor, "exactly one row was asked for", read)? {
        Some(one) => Ok(one),
        None => Err(Error::new(ErrorKind::NoRows, "exactly one row was asked for, and there is none")),
    }
}

fn at_most_one<T>(cursor: &BatchCursor, read: impl FnOnce(&Row) -> Result<T>) -> Result<Option<T>> {
    read_one(cursor, "one row or none was asked for", read)
}

fn read_one<T>(cursor: &BatchCursor, asked: &str, read: impl FnOnce(&Row) -> Result<T>) -> Result<Option<T>> {
    match cursor.remaining() {
        0 => Ok(None),
        1 => read(cursor.next()).map(Some),
        many => Err(Error::new(ErrorKind::SeveralRows, format!("{asked}, and there are {many}"))),
    }
}
