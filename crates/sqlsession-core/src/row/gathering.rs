use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Batch, BatchCursor, Decoder, FromRow};
use crate::{Error, Result, ResultSet};

/// Takes rows while others are still on their way, so that a long result is in memory only as what it is read into.
#[derive(Clone)]
pub struct RowSink(Arc<Mutex<dyn Gather>>);

impl RowSink {
    /// A driver hands rows on whenever it has so many; those behind are given with the outcome, as they are without a sink.
    pub const ROWS: usize = 256;

    /// The statement begins, perhaps for a second time: what was taken before is of no use.
    pub fn restart(&self) {
        unpoisoned(&self.0).restart();
    }

    /// Takes rows.
    pub fn take(&self, rows: Arc<dyn Batch>) {
        unpoisoned(&self.0).gather(rows);
    }
}

impl fmt::Debug for RowSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowSink").finish_non_exhaustive()
    }
}

/// The rows of a statement, read into `T` as they arrive.
pub(crate) struct Gathering<T>(Arc<Mutex<Gathered<T>>>);

impl<T: FromRow + Send + 'static> Gathering<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Gathered { decoder: None, rows: Vec::new(), failure: None })))
    }

    pub(crate) fn sink(&self) -> RowSink {
        RowSink(self.0.clone())
    }

    /// All rows: those that were handed on, and the rest, which is in the result.
    ///
    /// # Errors
    /// That of the first row that cannot be read, and those of [`ResultSet::all`].
    pub(crate) fn finish(self, result: &mut ResultSet) -> Result<Vec<T>> {
        let mut gathered = unpoisoned(&self.0);
        match gathered.failure.take() {
            Some(Failure::Error(error)) => return Err(error),
            Some(Failure::Panic(payload)) => resume_unwind(payload),
            None => {}
        }
        let mut rows = std::mem::take(&mut gathered.rows);
        let rest = result.all()?;
        if rows.is_empty() {
            return Ok(rest);
        }
        rows.extend(rest);
        Ok(rows)
    }
}

struct Gathered<T> {
    /// Made of the columns of the first rows.
    decoder: Option<Decoder<T>>,
    rows: Vec<T>,
    failure: Option<Failure>,
}

enum Failure {
    Error(Error),
    /// The caller's own code has panicked. That is the caller's to see, and nothing that ends an operation of the driver.
    Panic(Box<dyn Any + Send>),
}

/// [`Gathered`], whatever its rows are read into.
trait Gather: Send {
    fn restart(&mut self);

    fn gather(&mut self, rows: Arc<dyn Batch>);
}

impl<T: FromRow + Send> Gathered<T> {
    fn decode(&mut self, rows: Arc<dyn Batch>) -> Result<()> {
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            none => none.insert(Decoder::new(rows.columns())?),
        };
        BatchCursor::new(rows).decode_into(decoder, usize::MAX, &mut self.rows)
    }
}

impl<T: FromRow + Send> Gather for Gathered<T> {
    fn restart(&mut self) {
        *self = Self { decoder: None, rows: Vec::new(), failure: None };
    }

    fn gather(&mut self, rows: Arc<dyn Batch>) {
        if self.failure.is_some() {
            return;
        }
        self.failure = match catch_unwind(AssertUnwindSafe(|| self.decode(rows))) {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(Failure::Error(error)),
            Err(payload) => Some(Failure::Panic(payload)),
        };
    }
}

fn unpoisoned<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whatever panicked in it has been caught, and is kept as its failure.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
