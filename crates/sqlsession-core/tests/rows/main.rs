//! Rows, reading them into types, and the states of a result.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod from_row;
mod result_reading;
mod result_states;
mod row;
mod views;

use std::sync::Arc;

use sqlsession_core::{
    ErrorKind, Result, ResultSet, Row, Value,
    driver::Outcome,
    row::{BatchCursor, Columns, ValueBatch},
};

fn batch(names: &[&str], rows: Vec<Vec<Value>>) -> Arc<ValueBatch> {
    Arc::new(ValueBatch::new(Columns::new(names.iter().copied()), rows).unwrap())
}

fn row(names: &[&str], values: Vec<Value>) -> Row {
    BatchCursor::new(batch(names, vec![values])).next_row().unwrap()
}

fn result(names: &[&str], rows: Vec<Vec<Value>>) -> ResultSet {
    let mut outcome = Outcome::default();
    outcome.rows = Some(batch(names, rows));
    outcome.into()
}

/// The result of `select id, name, bal from acct order by id`.
fn accounts() -> ResultSet {
    let accounts = [(1, "ann", 10), (2, "bob", 20), (3, "cat", 30)];
    let rows = accounts.map(|(id, name, balance)| vec![id.into(), name.into(), balance.into()]);
    result(&["id", "name", "bal"], rows.into())
}

/// The result of a statement without rows that matched two.
fn update() -> ResultSet {
    let mut outcome = Outcome::default();
    outcome.rows_affected = Some(2);
    outcome.last_insert_id = Some(7);
    outcome.into()
}

fn kind<T: std::fmt::Debug>(result: Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}
