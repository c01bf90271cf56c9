//! What is read from which value, and what a Rust value becomes.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod features;
mod lists;
mod numbers;
mod temporal_text;
mod temporal_values;
mod texts;

use sqlsession_core::{ErrorKind, Value, value::FromValueOwned};

fn read<T: FromValueOwned>(value: impl Into<Value>) -> Result<T, ErrorKind> {
    T::from_value(value.into().as_ref()).map_err(|error| error.kind())
}

fn text<T: FromValueOwned>(text: &str) -> Result<T, ErrorKind> {
    read(text)
}

fn decimal<T: FromValueOwned>(text: &str) -> Result<T, ErrorKind> {
    read(Value::Decimal(text.to_owned()))
}

const MISMATCH: ErrorKind = ErrorKind::TypeMismatch;
const RANGE: ErrorKind = ErrorKind::OutOfRange;
