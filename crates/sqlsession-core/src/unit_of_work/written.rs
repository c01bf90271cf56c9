//! What came of a batch.

use std::collections::HashMap;

use super::{
    batch::{Batch, Count},
    row_key::RowKey,
    run::{Entities, Run},
    work::UnitOfWork,
};
use crate::{
    Error, ErrorKind, Result, Value, ValueRef, driver::Outcome, error::Details, row::Batch as RowBatch,
};

impl UnitOfWork {
    /// Takes over what a batch has given. Its entities are written, whatever is wrong with that.
    ///
    /// `key_step` is what lies between two keys where the server has said only the first.
    ///
    /// # Errors
    /// `StaleData` when an UPDATE has not matched every row; `Unsupported` when an INSERT has not inserted every row; when
    /// what was generated is not there or cannot be taken over.
    pub(crate) fn written(&mut self, batch: &Batch, outcome: &Outcome, key_step: Option<i64>) -> Result<()> {
        let Some(run) = self.runs.get_mut(self.pending) else { return Ok(()) };
        run.written = batch.end;
        let counted = outcome.rows_affected.unwrap_or_default();
        if batch.is_short(outcome) {
            let is_update = batch.count == Count::Matched;
            return Err(if is_update { stale(batch, counted) } else { left_out(batch, counted) });
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
    /// whoever asks for the entities, and rows that are not there to whoever has committed.
    pub(crate) fn committed_with(&mut self, batch: &Batch, outcome: &Outcome, key_step: Option<i64>) {
        let Err(error) = self.written(batch, outcome, key_step) else { return };
        if batch.is_short(outcome) {
            self.committed_short = Some(error.copy().with_kind(ErrorKind::StatementCommitted));
        }
        if let Some(run) = self.runs.get_mut(self.pending) {
            run.failure = Some(error);
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
        self.each_written(batch, |entities, index, row| {
            batch.generated.iter().enumerate().try_for_each(|(place, column)| {
                let value = returned.value(row, place).unwrap_or(ValueRef::Null);
                entities.set_generated(index, *column, value)
            })
        })
    }

    /// The key of the only row, or of the first of several.
    fn take_key(&mut self, batch: &Batch, outcome: &Outcome, key_step: Option<i64>) -> Result<()> {
        let Some(column) = batch.generated.iter().find(|column| !batch.read_back.contains(column)) else {
            return Ok(());
        };
        let Some(first) = outcome.last_insert_id else {
            return Err(ungenerated(
                batch,
                "the server does not say the key that it has generated".to_owned(),
            ));
        };
        if batch.rows > 1 && outcome.rows_affected != Some(batch.rows as u64) {
            return Err(ungenerated(batch, "the server has not inserted every row".to_owned()));
        }
        let mut key = first;
        self.each_written(batch, |entities, index, _| {
            let set = entities.set_generated(index, *column, ValueRef::I64(key));
            key = key.wrapping_add(key_step.unwrap_or(1));
            set
        })
    }

    /// Does something with each entity of a batch, by its place, and says which row it is.
    fn each_written(
        &mut self,
        batch: &Batch,
        mut work: impl FnMut(&mut dyn Entities, usize, usize) -> Result<()>,
    ) -> Result<()> {
        let mut row = 0;
        for index in batch.start..batch.end {
            if self.entities.has(index) {
                work(&mut *self.entities, index, row)?;
                row += 1;
            }
        }
        Ok(())
    }

    /// The entities of a batch.
    fn written_by(&self, batch: &Batch) -> impl Iterator<Item = usize> {
        (batch.start..batch.end).filter(|index| self.entities.has(*index))
    }
}

/// An entity of which something has still to be read.
#[derive(Debug)]
pub(crate) struct Unread {
    index: usize,
    pub(crate) key: Vec<Value>,
}

impl UnitOfWork {
    /// The entities of a batch, of which something has still to be read.
    ///
    /// # Errors
    /// When an entity cannot say its key.
    pub(crate) fn unread(&self, batch: &Batch) -> Result<Vec<Unread>> {
        let Some(run) = self.runs.get(self.pending) else { return Ok(Vec::new()) };
        let mut row = Vec::new();
        let read = |index| {
            row.clear();
            run.entities.append_values(index, &mut row)?;
            let key = run.table.key_columns().filter_map(|column| row.get_mut(column)?.take()).collect();
            Ok(Unread { index, key })
        };
        run.written_by(batch).map(read).collect()
    }

    /// Takes over the rows that were read of these entities.
    ///
    /// # Errors
    /// When a row is missing or cannot be taken over.
    pub(crate) fn read(&mut self, batch: &Batch, unread: &[Unread], rows: &dyn RowBatch) -> Result<()> {
        let Some(run) = self.runs.get_mut(self.pending) else { return Ok(()) };
        let key: Vec<usize> = run.table.key_columns().collect();
        let key_of = |row: usize| -> RowKey {
            let values: Vec<Value> =
                key.iter().filter_map(|column| rows.value(row, *column)).map(ValueRef::to_value).collect();
            RowKey::of(&values)
        };
        let found: HashMap<RowKey, usize> = (0..rows.len()).map(|row| (key_of(row), row)).collect();
        for Unread { index, key } in unread {
            // Alone it needs no comparison: the server may show a key in another type.
            let row = if unread.len() == 1 {
                (rows.len() == 1).then_some(0)
            } else {
                found.get(&RowKey::of(key)).copied()
            };
            let Some(row) = row else {
                return Err(ungenerated(batch, "a row that was inserted is not found by its key".to_owned()));
            };
            for column in &batch.read_back {
                let value = rows.value(row, *column).unwrap_or(ValueRef::Null);
                run.entities.set_generated(*index, *column, value)?;
            }
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

fn left_out(batch: &Batch, inserted: u64) -> Error {
    let (table, rows) = (batch.table.name(), batch.rows);
    let message = format!(
        "an INSERT of {rows} entities of `{table}` inserted {inserted} rows: a trigger or rule has left the others out"
    );
    of_table(Error::new(ErrorKind::Unsupported, message), batch)
}

fn ungenerated(batch: &Batch, message: String) -> Error {
    of_table(Error::new(ErrorKind::Unsupported, message), batch)
}

fn of_table(error: Error, batch: &Batch) -> Error {
    error.with_details(Details { table: Some(batch.table.name().to_owned()), ..Details::default() })
}
