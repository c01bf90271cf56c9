use std::sync::Arc;

use sqlsession_core::{
    Value,
    row::{BatchCursor, Columns, Row, ValueBatch},
};

pub(crate) fn rows<const N: usize>(names: [&str; N], rows: Vec<Vec<Value>>) -> Arc<ValueBatch> {
    Arc::new(ValueBatch::new(Columns::new(names), rows).unwrap())
}

pub(crate) fn row<const N: usize>(names: [&str; N], values: [Value; N]) -> Row {
    BatchCursor::new(rows(names, vec![values.into()])).next_row().unwrap()
}
