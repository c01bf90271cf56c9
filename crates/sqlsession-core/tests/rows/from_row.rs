use std::sync::atomic::{AtomicUsize, Ordering};

use sqlsession_core::{
    ErrorKind, FromRow, Result, Row, Value,
    row::{BatchCursor, Columns, Decoder, RowPlan},
};

use crate::{batch, kind, row};

#[test]
fn tuples_by_position() {
    let row = row(&["a", "b", "c"], vec![1.into(), "x".into(), Value::Null]);
    assert_eq!(<(i64, String, Option<i64>)>::from_row(&row).unwrap(), (1, "x".into(), None));
    assert_eq!(<(u8,)>::from_row(&row).unwrap(), (1,));
    assert_eq!(kind(<(i64, i64)>::from_row(&row)), ErrorKind::TypeMismatch);
    assert_eq!(kind(<(i64, String, Value, Value)>::from_row(&row)), ErrorKind::UndefinedColumn);
}

#[test]
fn a_tuple_of_sixteen() {
    type Sixteen = (i8, i8, i8, i8, i8, i8, i8, i8, i8, i8, i8, i8, i8, i8, i8, i16);
    let row = row(&["x"; 16], (0..16).map(Value::from).collect());
    let read = Sixteen::from_row(&row).unwrap();
    assert_eq!((read.0, read.7, read.14, read.15), (0, 7, 14, 15));
}

struct Counted(i64);

static PLANS: AtomicUsize = AtomicUsize::new(0);

impl FromRow for Counted {
    fn from_row(row: &Row) -> Result<Self> {
        row.get("n").map(Self)
    }

    fn plan(columns: &Columns) -> Result<RowPlan> {
        PLANS.fetch_add(1, Ordering::Relaxed);
        let mut plan = RowPlan::with_capacity(1);
        plan.column(columns, "n")?;
        Ok(plan)
    }

    fn from_planned_row(row: &Row, plan: &RowPlan) -> Result<Self> {
        plan.get(row, 0).map(Self)
    }
}

#[test]
fn names_are_looked_up_once_for_a_result() {
    let rows = (0..100).map(|n| vec![Value::Null, n.into()]).collect();
    let read: Vec<Counted> = crate::result(&["x", "n"], rows).all().unwrap();
    assert_eq!(read.iter().map(|row| row.0).sum::<i64>(), 4950);
    assert_eq!(PLANS.load(Ordering::Relaxed), 1);
}

#[test]
fn a_cursor_goes_on_behind_a_row_that_cannot_be_decoded() {
    let mut cursor = BatchCursor::new(batch(&["n"], vec![vec![1.into()], vec!["x".into()], vec![3.into()]]));
    let decoder = Decoder::<(i64,)>::new(cursor.columns()).unwrap();
    let mut read = Vec::new();
    assert_eq!(kind(cursor.decode_into(&decoder, 10, &mut read)), ErrorKind::TypeMismatch);
    assert_eq!((read.as_slice(), cursor.position(), cursor.remaining()), ([(1,)].as_slice(), 2, 1));
    assert_eq!(cursor.next_decoded(&decoder).unwrap().unwrap(), (3,));
    assert!(cursor.next_decoded(&decoder).is_none() && cursor.next_row().is_none());
    cursor.skip(usize::MAX);
    assert_eq!(cursor.position(), 3);
}

#[test]
fn a_plan_that_does_not_fit_is_an_error() {
    let row = row(&["n"], vec![1.into()]);
    let mut plan = RowPlan::default();
    plan.optional_column(row.columns(), "missing");
    assert_eq!(plan.get_optional::<i64>(&row, 0).unwrap(), None);
    assert_eq!(kind(plan.get::<i64>(&row, 0)), ErrorKind::InvalidState);
    assert_eq!(kind(plan.get::<i64>(&row, 1)), ErrorKind::InvalidState);
    assert_eq!(kind(plan.get_nested::<(i64,)>(&row, 0)), ErrorKind::InvalidState);
    let mut other = RowPlan::default();
    other.column(&Columns::new(["a", "b", "c"]), "c").unwrap();
    assert_eq!(kind(other.get::<i64>(&row, 0)), ErrorKind::UndefinedColumn);
}
