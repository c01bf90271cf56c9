use std::sync::Arc;

use sqlsession_core::{
    ErrorKind, Row, Value,
    row::{Batch, Columns, ValueBatch},
};

use crate::{batch, kind, row};

#[test]
fn by_index_and_by_name() {
    let row = row(&["id", "name"], vec![1.into(), "ann".into()]);
    assert_eq!(row.get::<i64>(0).unwrap(), 1);
    assert_eq!(row.get::<&str>("name").unwrap(), "ann");
    assert_eq!(row.get::<String>(String::from("name")).unwrap(), "ann");
    assert_eq!((row.len(), row.is_empty()), (2, false));
}

#[test]
fn names_are_compared_exactly() {
    let row = row(&["ID", "acct.id", "1+1"], vec![1.into(), 2.into(), 3.into()]);
    assert_eq!(row.get::<i64>("ID").unwrap(), 1);
    assert_eq!(row.get::<i64>("acct.id").unwrap(), 2);
    assert_eq!(row.get::<i64>("1+1").unwrap(), 3);
    let error = row.get::<i64>("id").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedColumn);
    assert_eq!(error.message(), "the result has no column `id`; its columns are `ID`, `acct.id`, `1+1`");
    assert_eq!(kind(row.get::<i64>(3)), ErrorKind::UndefinedColumn);
}

#[test]
fn of_two_columns_with_one_name_the_last_wins() {
    let row = row(&["id", "x", "id"], vec![1.into(), Value::Null, 2.into()]);
    assert_eq!(row.get::<i64>("id").unwrap(), 2);
    assert_eq!((row.get::<i64>(0).unwrap(), row.get::<i64>(2).unwrap()), (1, 2));
    let mapping = row.mapping();
    assert_eq!(mapping.keys().collect::<Vec<_>>(), ["id", "x"]);
    assert_eq!(mapping.get::<i64>("id").unwrap(), 2);
    assert_eq!((mapping.iter().count(), mapping.len()), (2, 2));
}

#[test]
fn only_what_is_read_can_fail() {
    let row = row(&["n", "d"], vec!["abc".into(), "2024-02-31".into()]);
    assert_eq!(row.get::<&str>("n").unwrap(), "abc");
    let error = row.get::<i64>("n").unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::TypeMismatch, Some("n")));
    assert_eq!(error.message(), "column `n`: text cannot be read as i64");
    assert_eq!(kind(row.get::<sqlsession_core::value::Date>("d")), ErrorKind::OutOfRange);
}

#[test]
fn equality_is_that_of_the_values() {
    let one = row(&["a", "b"], vec![1.into(), "x".into()]);
    assert_eq!(one, row(&["c", "d"], vec![1.into(), "x".into()]));
    assert_ne!(one, row(&["a", "b"], vec![1.into(), "y".into()]));
    assert_ne!(one, row(&["a"], vec![1.into()]));
    assert!(one == *[Value::from(1), "x".into()].as_slice());
    assert!(one != *[Value::from(1)].as_slice());
}

#[test]
fn mappings_are_equal_whatever_the_order() {
    let one = row(&["a", "b"], vec![1.into(), 2.into()]).mapping();
    assert_eq!(one, row(&["b", "a"], vec![2.into(), 1.into()]).mapping());
    assert_ne!(one, row(&["a", "c"], vec![1.into(), 2.into()]).mapping());
    assert!(one.contains_key("a") && !one.contains_key("c"));
    assert_eq!(one.value("c"), None);
    assert_eq!(kind(one.get::<i64>("c")), ErrorKind::UndefinedColumn);
}

#[test]
fn debug_shows_names_and_values() {
    let row = row(&["id", "name"], vec![1.into(), "ann".into()]);
    assert_eq!(format!("{row:?}"), r#"Row {"id": I64(1), "name": Text("ann")}"#);
    assert_eq!(format!("{:?}", row.mapping()), r#"{"id": I64(1), "name": Text("ann")}"#);
}

#[test]
fn a_batch_has_no_rows_beyond_its_end() {
    let batch: Arc<dyn Batch> = batch(&["a", "b"], vec![vec![1.into(), 2.into()]]);
    assert!(Row::new(Arc::clone(&batch), 0).is_some());
    assert!(Row::new(Arc::clone(&batch), 1).is_none());
    assert_eq!(batch.value(0, 2), None);
    assert_eq!(batch.value(1, 0), None);
    assert_eq!(batch.value(usize::MAX, 1), None);
}

#[test]
fn a_batch_refuses_rows_of_another_width() {
    let columns = Columns::new(["a", "b"]);
    assert_eq!(kind(ValueBatch::new(columns, [vec![Value::Null]])), ErrorKind::InvalidState);
}

#[test]
fn rows_without_columns_are_counted() {
    let batch = batch(&[], vec![vec![], vec![]]);
    assert_eq!((batch.len(), batch.is_empty()), (2, false));
    let row = Row::new(batch, 1).unwrap();
    assert!(row.is_empty() && row.mapping().is_empty());
    assert_eq!(kind(row.get::<i64>(0)), ErrorKind::UndefinedColumn);
}
