use std::{
    any::Any,
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex, PoisonError},
};

use super::IntoRow;
use crate::{Error, ErrorKind, Result, Value};

/// The rows of a bulk insert. A driver pulls them one by one, so that memory is bounded however many there are.
pub struct BulkRows {
    source: Option<Box<Source>>,
    row: Vec<Value>,
    number: u64,
    /// How many values a row must have; `None` until it is known.
    width: Option<usize>,
    /// Whether the row was pulled to see if there is any, and is still to be given.
    ahead: bool,
    panicked: Panicked,
}

/// Appends the values of the next row; false when there are no more.
type Source = dyn FnMut(&mut Vec<Value>) -> bool + Send;

impl BulkRows {
    /// The rows of an iterator.
    #[must_use]
    pub fn new<R>(rows: R) -> Self
    where
        R: IntoIterator<Item: IntoRow, IntoIter: Send + 'static>,
    {
        let mut rows = rows.into_iter();
        let source = move |row: &mut Vec<Value>| match rows.next() {
            Some(next) => {
                next.append_to(row);
                true
            }
            None => false,
        };
        Self {
            source: Some(Box::new(source)),
            row: Vec::new(),
            number: 0,
            width: None,
            ahead: false,
            panicked: Panicked::default(),
        }
    }

    /// Goes to the next row; false when there are no more. It runs the program's own code.
    ///
    /// # Errors
    /// `BadParameter` when the row has not a value for each column, and `InvalidState` when the program's code panicked:
    /// the insert is to end with that error, and there are no more rows.
    pub fn advance(&mut self) -> Result<bool> {
        if mem::take(&mut self.ahead) {
            return Ok(true);
        }
        let Some(source) = &mut self.source else { return Ok(false) };
        self.row.clear();
        let row = &mut self.row;
        // Unwinding from here would take the connection along. It goes on when the operation has ended.
        let pulled = match catch_unwind(AssertUnwindSafe(|| source(row))) {
            Ok(true) => self.check(),
            Ok(false) => {
                self.source = None;
                return Ok(false);
            }
            Err(payload) => {
                *self.panicked.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(payload);
                Err(Error::new(ErrorKind::InvalidState, "the iterator of the rows panicked"))
            }
        };
        if pulled.is_err() {
            self.source = None;
        }
        pulled.map(|()| true)
    }

    /// The values of the row that [`advance`](Self::advance) went to, in the order of the columns.
    #[must_use]
    pub fn row(&self) -> &[Value] {
        &self.row
    }

    /// The values of that row, which are then no longer there.
    pub fn take_row(&mut self) -> impl ExactSizeIterator<Item = Value> {
        self.row.drain(..)
    }

    /// The number of that row, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether there is any row. The first one is checked, and still the next to come.
    pub(crate) fn look_ahead(&mut self, width: usize) -> Result<bool> {
        self.width = Some(width);
        self.ahead = self.advance()?;
        Ok(self.ahead)
    }

    pub(crate) fn panicked(&self) -> Panicked {
        self.panicked.clone()
    }

    fn check(&mut self) -> Result<()> {
        self.number += 1;
        match self.width {
            Some(width) if width != self.row.len() => Err(Error::new(
                ErrorKind::BadParameter,
                format!("row {} has {} values for {width} columns", self.number, self.row.len()),
            )),
            _ => Ok(()),
        }
    }
}

/// Shows how far they have been read, never the values.
impl fmt::Debug for BulkRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkRows").field("number", &self.number).finish_non_exhaustive()
    }
}

/// What the program's own code panicked with.
#[derive(Clone, Default)]
pub(crate) struct Panicked(Arc<Mutex<Option<Box<dyn Any + Send>>>>);

impl Panicked {
    /// Goes on with the panic, if there was one.
    pub(crate) fn resume(&self) {
        let payload = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(payload) = payload {
            resume_unwind(payload);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_looked_at_before_it_is_given() {
        let mut rows = BulkRows::new([(1, 2), (3, 4)]);
        assert!(rows.look_ahead(2).unwrap());
        for (number, first) in [(1, 1), (2, 3)] {
            assert!(rows.advance().unwrap());
            assert_eq!((rows.number(), &rows.row()[0]), (number, &Value::I64(first)));
        }
        assert!(!rows.advance().unwrap());
        assert!(!rows.advance().unwrap(), "the iterator is not asked again");
    }

    #[test]
    fn a_row_of_another_width_ends_them() {
        let mut rows = BulkRows::new([vec![1, 2], vec![1], vec![1, 2]]);
        assert!(rows.look_ahead(2).unwrap() && rows.advance().unwrap());
        let error = rows.advance().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadParameter);
        assert_eq!(error.message(), "row 2 has 1 values for 2 columns");
        assert!(!rows.advance().unwrap());
    }

    #[test]
    fn a_panic_of_the_iterator_is_kept_for_later() {
        let mut rows = BulkRows::new((1..3).map(|n| {
            assert!(n < 2, "boom");
            [n]
        }));
        let panicked = rows.panicked();
        assert!(rows.look_ahead(1).unwrap() && rows.advance().unwrap());
        panicked.resume();
        assert_eq!(rows.advance().unwrap_err().kind(), ErrorKind::InvalidState);
        let payload = catch_unwind(AssertUnwindSafe(|| panicked.resume())).unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"boom"));
        assert!(!rows.advance().unwrap());
    }
}
