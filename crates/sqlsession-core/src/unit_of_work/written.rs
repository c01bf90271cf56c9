//! What came of a batch.

use super::{batch::Batch, run::Run, work::UnitOfWork};
use crate::{Error, ErrorKind, Result, Value, ValueRef, driver::Outcome, error::Details};

impl UnitOfWork {
    /// Takes over what a batch has given. Its entities are written, whatever is wrong with that.
    ///
    /// `key_step` is what lies between two keys where the server has said only the first.
    ///
    /// # Errors
    /// `StaleData` when an UPDATE has not matched every row; when what was generated is not there or cannot be taken over.
    pub(crate) fn written(&mut self, batch: &Batch, outcome: &Outcome, key_step: Option<i64>) -> Result<()> {
        let Some(run) = self.runs.get_mut(self.pending) else { return Ok(()) };
        run.written = batch.end;
        let rows = batch.rows as u64;
        match outcome.rows_affected {
            Some(matched) if batch.must_match && matched != rows => {
                return Err(stale(batch, matched));
            }
            _ => {}
        }
        if batch.generated.is_empty() {
            return Ok(());
        }
        if batch.text.returning {
            run.take_returned(batch, outcome)
        } else {
            run.take_key(batch, outcome, key_step)
        }
    }

    /// As [`written`](Self::written), of rows that have been committed with the batch: what cannot be taken over is told to
    /// whoever asks for the entities.
    pub(crate) fn committed_with(&mut self, batch: &Batch, outcome: &Outcome, key_step: Option<i64>) {
        let result = self.written(batch, outcome, key_step);
        if let Some(run) = self.runs.get_mut(self.pending) {
            run.failure = result.err();
        }
    }
}

impl Run {
    fn take_returned(&mut self, batch: &Batch, outcome: &Outcome) -> Result<()> {
        let returned = outcome.rows.as_ref().filter(|returned| returned.len() == batch.rows);
        let Some(returned) = returned else {
            let came = outcome.rows.as_ref().map_or(0, |rows| rows.len());
            return Err(ungenerated(
                batch,
                format!("the INSERT gave {came} rows back where {} were inserted", batch.rows),
            ));
        };
        let written = (batch.start..batch.end).filter(|index| self.entities.has(*index));
        let indices: Vec<usize> = written.collect();
        for (row, index) in indices.into_iter().enumerate() {
            for (place, column) in batch.generated.iter().enumerate() {
                let value = returned.value(row, place).unwrap_or(ValueRef::Null);
                self.entities.set_generated(index, *column, value)?;
            }
        }
        Ok(())
    }

    /// The key of the only row, or of the first of several.
    fn take_key(&mut self, batch: &Batch, outcome: &Outcome, key_step: Option<i64>) -> Result<()> {
        let key: Vec<usize> = batch.table.key_columns().collect();
        let (Some(first), [column]) = (outcome.last_insert_id, &*key) else {
            return Err(ungenerated(batch, "the server does not give back what it generates".to_owned()));
        };
        if *batch.generated != [*column] {
            return Err(ungenerated(
                batch,
                "this server gives back no generated value but that of one key".to_owned(),
            ));
        }
        if batch.rows > 1 && outcome.rows_affected != Some(batch.rows as u64) {
            return Err(ungenerated(batch, "not every row was inserted".to_owned()));
        }
        let written = (batch.start..batch.end).filter(|index| self.entities.has(*index));
        let indices: Vec<usize> = written.collect();
        let keys = (0..).map(|row: i64| first.wrapping_add(row.wrapping_mul(key_step.unwrap_or(1))));
        for (index, key) in indices.into_iter().zip(keys) {
            self.entities.set_generated(index, *column, Value::I64(key).as_ref())?;
        }
        Ok(())
    }
}

fn stale(batch: &Batch, matched: u64) -> Error {
    let table = batch.table.name();
    let message = match batch.rows {
        1 => format!("an UPDATE of `{table}` matched {matched} rows: the entity's row is gone"),
        rows => {
            format!("an UPDATE of {rows} entities of `{table}` matched {matched} rows: the others are gone")
        }
    };
    of_table(Error::new(ErrorKind::StaleData, message), batch)
}

fn ungenerated(batch: &Batch, message: String) -> Error {
    of_table(Error::new(ErrorKind::Unsupported, message), batch)
}

fn of_table(error: Error, batch: &Batch) -> Error {
    error.with_details(Details { table: Some(batch.table.name().to_owned()), ..Details::default() })
}
