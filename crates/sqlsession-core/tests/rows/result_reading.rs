use sqlsession_core::{ErrorKind, ResultSet, Row, Value};

use crate::{accounts, kind, result};

type Account = (i64, String, i64);

fn ids(rows: &[Row]) -> Vec<i64> {
    rows.iter().map(|row| row.get(0).unwrap()).collect()
}

#[test]
fn all_then_nothing_again_and_again() {
    let mut result = accounts();
    assert_eq!(result.all::<Account>().unwrap()[2], (3, "cat".into(), 30));
    assert_eq!(result.all::<Account>().unwrap(), []);
    assert_eq!(result.fetch_one::<Row>().unwrap(), None);
    assert!(!result.is_closed());
    assert_eq!(result.first::<Row>().unwrap(), None);
    assert!(result.is_closed());
}

#[test]
fn fetching_goes_on_where_the_last_call_stopped() {
    let mut result = accounts();
    assert_eq!(result.fetch_one::<(i64,)>().unwrap(), Some((1,)));
    assert_eq!(ids(&result.fetch_many(0).unwrap()).len(), 0);
    assert_eq!(ids(&result.fetch_many(1).unwrap()), [2]);
    assert_eq!(ids(&result.fetch_many(5).unwrap()), [3]);
    assert_eq!(ids(&result.fetch_many(5).unwrap()).len(), 0);
}

#[test]
fn iteration_left_early_leaves_the_rest() {
    let mut result = accounts();
    let first: Vec<Row> = result.rows().unwrap().take(1).collect();
    assert_eq!(ids(&first), [1]);
    assert_eq!(result.decoded::<(i64, String)>().unwrap().next().unwrap().unwrap(), (2, "bob".into()));
    assert_eq!(result.rows().unwrap().len(), 1);
    assert_eq!(ids(&result.all().unwrap()), [3]);
}

#[test]
fn a_result_is_iterated_over() {
    let rows = accounts().into_iter().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(ids(&rows), [1, 2, 3]);
}

#[test]
fn partitions_of_two() {
    let mut result = accounts();
    let parts: Vec<Vec<(i64,)>> = result.partitions(2).unwrap().map(Result::unwrap).collect();
    assert_eq!(parts, [vec![(1,), (2,)], vec![(3,)]]);
    assert_eq!(result.partitions::<Row>(2).unwrap().count(), 0);
    assert_eq!(kind(result.partitions::<Row>(0)), ErrorKind::OutOfRange);
}

#[test]
fn partitions_end_at_an_error() {
    let mut result = result(&["n"], vec![vec![1.into()], vec!["x".into()], vec![3.into()]]);
    let mut parts = result.partitions::<(i64,)>(1).unwrap();
    assert_eq!(parts.next().unwrap().unwrap(), [(1,)]);
    assert_eq!(kind(parts.next().unwrap()), ErrorKind::TypeMismatch);
    assert!(parts.next().is_none());
    assert_eq!(result.all::<(i64,)>().unwrap(), [(3,)]);
}

#[test]
fn one_row_and_only_one() {
    let single = || result(&["id"], vec![vec![1.into()]]);
    let none = || result(&["id"], vec![]);
    assert_eq!(single().one::<(i64,)>().unwrap(), (1,));
    assert_eq!(single().one_or_none::<(i64,)>().unwrap(), Some((1,)));
    assert_eq!(single().scalar_one::<i64>().unwrap(), 1);
    assert_eq!(kind(none().one::<Row>()), ErrorKind::NoRows);
    assert_eq!(none().one_or_none::<Row>().unwrap(), None);
    assert_eq!(kind(none().scalar_one::<i64>()), ErrorKind::NoRows);
    assert_eq!(none().scalar_one_or_none::<i64>().unwrap(), None);
    let refusals: [fn(&mut ResultSet) -> ErrorKind; 4] = [
        |result| kind(result.one::<Row>()),
        |result| kind(result.one_or_none::<Row>()),
        |result| kind(result.scalar_one::<i64>()),
        |result| kind(result.scalar_one_or_none::<i64>()),
    ];
    assert_eq!(refusals.map(|refusal| refusal(&mut accounts())), [ErrorKind::SeveralRows; 4]);
}

#[test]
fn scalar_cannot_tell_null_from_no_row() {
    let null = || result(&["x"], vec![vec![Value::Null]]);
    assert_eq!(null().scalar::<i64>().unwrap(), None);
    assert_eq!(null().scalar_one_or_none::<i64>().unwrap(), None);
    assert_eq!(null().scalar_one::<Option<i64>>().unwrap(), None);
    assert_eq!(kind(null().scalar_one::<i64>()), ErrorKind::TypeMismatch);
    assert_eq!(accounts().scalar::<i64>().unwrap(), Some(1));
    assert_eq!(result(&["x"], vec![]).scalar::<i64>().unwrap(), None);
}

#[test]
fn scalars_of_the_first_and_of_a_named_column() {
    assert_eq!(accounts().scalars::<i64>().unwrap(), [1, 2, 3]);
    assert_eq!(accounts().scalars_of::<String>(1).unwrap(), ["ann", "bob", "cat"]);
    assert_eq!(accounts().scalars_of::<i64>("bal").unwrap(), [10, 20, 30]);
    assert_eq!(kind(accounts().scalars::<String>()), ErrorKind::TypeMismatch);
}

#[test]
fn a_column_that_is_not_there_reads_no_row() {
    let mut result = accounts();
    assert_eq!(kind(result.scalars_of::<i64>("nosuch")), ErrorKind::UndefinedColumn);
    assert_eq!(kind(result.scalars_of::<i64>(9)), ErrorKind::UndefinedColumn);
    assert_eq!(kind(result.all::<(i64, String, i64, i64)>()), ErrorKind::UndefinedColumn);
    assert_eq!(kind(result.fetch_one::<(i64, String, i64, i64)>()), ErrorKind::UndefinedColumn);
    assert_eq!(result.fetch_one::<Account>().unwrap(), Some((1, "ann".into(), 10)));
}

#[test]
fn mappings_by_name() {
    let mut result = accounts();
    let mappings = result.mappings().unwrap();
    assert_eq!(mappings.len(), 3);
    assert_eq!(mappings[1].get::<String>("name").unwrap(), "bob");
    assert!(result.mappings().unwrap().is_empty());
}
