use std::{mem, sync::Arc};

use super::{DecodedRows, Mark, Partitions, Rows};
use crate::{
    Error, ErrorKind, Result,
    driver::Outcome,
    row::{BatchCursor, Columns, Decoder, FromRow, Mapping},
};

/// The result of a statement: its rows, read front to back, and its counts.
///
/// The type of the rows is named where they are read: a tuple, a struct that derives `FromRow`, or
/// [`Row`](crate::row::Row). Where the compiler cannot infer it, write `result.all::<(i64, String)>()`.
///
/// ```
/// use std::sync::Arc;
/// use sqlsession_core::{Value, driver::Outcome, result::ResultSet, row::{Columns, ValueBatch}};
///
/// let columns = Columns::new(["id", "name"]);
/// let rows = [vec![Value::from(1), Value::from("Ada")], vec![Value::from(2), Value::from("Bob")]];
/// let mut outcome = Outcome::default();
/// outcome.rows = Some(Arc::new(ValueBatch::new(columns, rows)?));
///
/// let mut result = ResultSet::from(outcome);
/// let users: Vec<(i64, String)> = result.all()?;
/// assert_eq!(users[1], (2, "Bob".to_owned()));
/// assert!(result.all::<(i64, String)>()?.is_empty());
/// # Ok::<(), sqlsession_core::Error>(())
/// ```
///
/// # States
/// - Open: rows are read from where the last call stopped. After the last one every call finds nothing, again and
///   again.
/// - Closed, by [`close`](Self::close) or by a call that looks at one row only ([`first`](Self::first),
///   [`one`](Self::one), [`scalar`](Self::scalar) and their kin, whatever they gave): reading is `InvalidState`.
/// - Without rows, if the statement returns none, an UPDATE for one: reading is `InvalidState`.
///
/// The counts can be read in every state.
#[derive(Debug, Clone)]
pub struct ResultSet {
    pub(super) state: State,
    /// Whether repeated rows are left out.
    pub(super) unique: bool,
    rows_affected: Option<u64>,
    last_insert_id: Option<i64>,
    read_only: bool,
    warnings: Option<u64>,
    /// Where the session finds the warnings.
    mark: Option<Mark>,
}

#[derive(Debug, Clone)]
pub(super) enum State {
    Open(BatchCursor),
    Closed(Arc<Columns>),
    WithoutRows,
}

impl From<Outcome> for ResultSet {
    #[inline]
    fn from(outcome: Outcome) -> Self {
        Self {
            state: outcome.rows.map_or(State::WithoutRows, |rows| State::Open(BatchCursor::new(rows))),
            unique: false,
            rows_affected: outcome.rows_affected,
            last_insert_id: outcome.last_insert_id,
            read_only: outcome.read_only,
            warnings: outcome.warnings,
            mark: None,
        }
    }
}

impl ResultSet {
    /// Whether the statement is known to have changed nothing. False where the driver cannot tell.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Whether the statement returns rows, be there any or not.
    #[must_use]
    pub fn returns_rows(&self) -> bool {
        !matches!(self.state, State::WithoutRows)
    }

    /// The number of rows the statement matched, where the driver knows it.
    ///
    /// An UPDATE counts the rows it matched, changed or not. What a SELECT counts depends on the driver.
    #[must_use]
    pub fn rowcount(&self) -> Option<u64> {
        self.rows_affected
    }

    /// The key generated for the row inserted last, where the server says one.
    ///
    /// SQLite gives the last row of an INSERT of several rows, MySQL the first; PostgreSQL has none.
    #[must_use]
    pub fn last_insert_id(&self) -> Option<i64> {
        self.last_insert_id
    }

    /// How many warnings the server has for the statement, where it says so: MySQL and MariaDB, which count up to 65535.
    ///
    /// `None` on SQLite and PostgreSQL, and for a result of rows that has another behind it. After `execute_many` it is
    /// the count of all sets. [`AsyncSession::warnings`](crate::AsyncSession::warnings) reads them.
    #[must_use]
    pub fn warning_count(&self) -> Option<u64> {
        self.warnings
    }

    /// Whether there are warnings to read.
    pub(crate) fn is_warned(&self) -> bool {
        self.warnings.is_some_and(|count| count > 0)
    }

    pub(crate) fn mark(&self) -> Option<Mark> {
        self.mark
    }

    pub(crate) fn set_mark(&mut self, mark: Mark) {
        self.mark = Some(mark);
    }

    /// The names of the columns, also after the result is closed.
    ///
    /// # Errors
    /// `InvalidState` if the statement returns no rows.
    pub fn keys(&self) -> Result<&Arc<Columns>> {
        match &self.state {
            State::Open(cursor) => Ok(cursor.columns()),
            State::Closed(columns) => Ok(columns),
            State::WithoutRows => Err(without_rows()),
        }
    }

    /// Drops the rows that are left. Closing twice does nothing.
    pub fn close(&mut self) {
        if let State::Open(cursor) = &self.state {
            self.state = State::Closed(Arc::clone(cursor.columns()));
        }
    }

    /// Whether the result is closed, or never had rows to read.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        !matches!(self.state, State::Open(_))
    }

    /// All rows that are left.
    ///
    /// # Errors
    /// `InvalidState` if the result is closed or without rows. `UndefinedColumn` if `T` needs a column that is not
    /// there; no row is then read. `TypeMismatch` and `OutOfRange` for a row that cannot be decoded; reading goes on
    /// behind it.
    pub fn all<T: FromRow>(&mut self) -> Result<Vec<T>> {
        self.take_up_to(usize::MAX)
    }

    /// The next row, or `None` after the last.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn fetch_one<T: FromRow>(&mut self) -> Result<Option<T>> {
        let cursor = self.cursor()?;
        let decoder = Decoder::new(cursor.columns())?;
        cursor.next_decoded(&decoder).transpose()
    }

    /// The next `count` rows, or as many as are left. (SQLAlchemy's drivers differ on 0; here it gives no rows.)
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn fetch_many<T: FromRow>(&mut self, count: usize) -> Result<Vec<T>> {
        self.take_up_to(count)
    }

    /// The rows that are left in lists of `size`, the last one perhaps shorter.
    ///
    /// # Errors
    /// As [`all`](Self::all), each list by itself; the iterator ends after an error. `OutOfRange` if `size` is 0.
    pub fn partitions<T: FromRow>(&mut self, size: usize) -> Result<Partitions<'_, T>> {
        if size == 0 {
            return Err(Error::new(ErrorKind::OutOfRange, "a partition has at least one row"));
        }
        let cursor = self.cursor()?;
        Ok(Partitions::new(Decoder::new(cursor.columns())?, cursor, size))
    }

    /// The rows that are left, one by one. What is not read stays in the result.
    ///
    /// # Errors
    /// `InvalidState` if the result is closed or without rows.
    pub fn rows(&mut self) -> Result<Rows<'_>> {
        Ok(Rows::new(self.cursor()?))
    }

    /// The rows that are left, decoded one by one. What is not read stays in the result.
    ///
    /// # Errors
    /// `InvalidState` and `UndefinedColumn` as [`all`](Self::all); a row that cannot be decoded is an item of its own.
    pub fn decoded<T: FromRow>(&mut self) -> Result<DecodedRows<'_, T>> {
        let cursor = self.cursor()?;
        Ok(DecodedRows::new(Decoder::new(cursor.columns())?, cursor))
    }

    /// All rows that are left, as dictionaries.
    ///
    /// # Errors
    /// `InvalidState` if the result is closed or without rows.
    pub fn mappings(&mut self) -> Result<Vec<Mapping>> {
        Ok(self.rows()?.map(|row| row.mapping()).collect())
    }

    /// The place to read on from.
    pub(super) fn cursor(&mut self) -> Result<&mut BatchCursor> {
        match &mut self.state {
            State::Open(cursor) => Ok(cursor),
            State::Closed(_) => Err(closed()),
            State::WithoutRows => Err(without_rows()),
        }
    }

    /// The place to read on from, with the result closed behind it.
    pub(super) fn take_cursor(&mut self) -> Result<BatchCursor> {
        let columns = Arc::clone(self.cursor()?.columns());
        match mem::replace(&mut self.state, State::Closed(columns)) {
            State::Open(cursor) => Ok(cursor),
            State::Closed(_) | State::WithoutRows => Err(closed()),
        }
    }

    /// The place to read on from, of a result that ends here.
    pub(super) fn into_cursor(self) -> Result<BatchCursor> {
        match self.state {
            State::Open(cursor) => Ok(cursor),
            State::Closed(_) => Err(closed()),
            State::WithoutRows => Err(without_rows()),
        }
    }

    fn take_up_to<T: FromRow>(&mut self, count: usize) -> Result<Vec<T>> {
        let cursor = self.cursor()?;
        let decoder = Decoder::new(cursor.columns())?;
        let mut rows = Vec::new();
        cursor.decode_into(&decoder, count, &mut rows)?;
        Ok(rows)
    }
}

#[cold]
fn closed() -> Error {
    Error::new(ErrorKind::InvalidState, "the result is closed")
}

#[cold]
fn without_rows() -> Error {
    Error::new(ErrorKind::InvalidState, "the statement returns no rows")
}
