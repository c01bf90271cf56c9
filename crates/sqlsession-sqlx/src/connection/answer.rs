use std::sync::Arc;

use futures_core::Stream;
use futures_util::StreamExt as _;
use sqlsession_core::{
    driver::Outcome,
    row::Columns,
    statement::{Lexicon, statements},
};
use sqlx_core::Either;

use super::known::Known;
use crate::{
    SqlxDatabase,
    backend::{Answers, Gathered as _},
};

/// The next of them.
pub(super) async fn next<S: Stream + Unpin>(answers: &mut S) -> Option<S::Item> {
    answers.next().await
}

/// One result of a statement.
pub(super) struct Answer<DB: SqlxDatabase> {
    pub(super) columns: Option<Arc<Columns>>,
    pub(super) rows: DB::Gathered,
    pub(super) done: DB::QueryResult,
}

impl<DB: SqlxDatabase> Answer<DB> {
    fn new(rows: DB::Gathered, columns: Option<Arc<Columns>>) -> Self {
        Self { columns, rows, done: DB::QueryResult::default() }
    }

    /// What it says of a statement.
    pub(super) fn into_outcome(self, known: &Known<DB>) -> Outcome {
        let Self { columns, rows, done } = self;
        let mut outcome = outcome_of::<DB>(&done, &known.sql, columns.is_some());
        outcome.rows = columns.map(|columns| rows.finish(columns));
        outcome
    }
}

/// What a statement has done.
pub(super) fn outcome_of<DB: SqlxDatabase>(done: &DB::QueryResult, sql: &str, gives_rows: bool) -> Outcome {
    let mut outcome = Outcome::default();
    outcome.rows_affected = DB::affected(done, sql, gives_rows);
    outcome.last_insert_id = DB::last_insert_id(done, sql);
    outcome.read_only = DB::only_reads(sql);
    outcome
}

/// Reads the results of a statement to their end.
pub(super) async fn read_all<DB: SqlxDatabase>(
    mut answers: Answers<'_, DB>,
    known: &Known<DB>,
) -> Result<Vec<Answer<DB>>, sqlx_core::Error> {
    let mut read = Vec::new();
    let mut rows = DB::Gathered::default();
    let mut columns = known.columns.clone();
    while let Some(answer) = next(&mut answers).await {
        match answer? {
            Either::Right(row) => {
                if rows.rows() == 0 {
                    columns = Some(known.columns_of(&row));
                }
                rows.push(row)?;
            }
            Either::Left(done) => {
                let mut answer = Answer::new(std::mem::take(&mut rows), columns.take());
                answer.done = done;
                read.push(answer);
            }
        }
    }
    if read.is_empty() {
        check_end::<DB>(&known.sql)?;
        read.push(Answer::new(rows, None));
    }
    Ok(read)
}

/// A statement that ended without a word.
///
/// # Errors
/// It is none, unless the text was empty: what was to answer is gone, and what was read may be a part.
pub(super) fn check_end<DB: SqlxDatabase>(sql: &str) -> Result<(), sqlx_core::Error> {
    if statements(sql, Lexicon::of(DB::dialect())).is_empty() {
        Ok(())
    } else {
        Err(sqlx_core::Error::WorkerCrashed)
    }
}
