use sqlsession_core::{ErrorKind, ResultSet, Row};

use crate::{accounts, kind, update};

const READS: [fn(&mut ResultSet) -> ErrorKind; 15] = [
    |result| kind(result.all::<Row>()),
    |result| kind(result.fetch_one::<Row>()),
    |result| kind(result.fetch_many::<Row>(1)),
    |result| kind(result.partitions::<Row>(1)),
    |result| kind(result.first::<Row>()),
    |result| kind(result.one::<Row>()),
    |result| kind(result.one_or_none::<Row>()),
    |result| kind(result.scalar::<i64>()),
    |result| kind(result.scalar_one::<i64>()),
    |result| kind(result.scalar_one_or_none::<i64>()),
    |result| kind(result.scalars::<i64>()),
    |result| kind(result.mappings()),
    |result| kind(result.rows()),
    |result| kind(result.columns([0]).map(|_| ())),
    |result| kind(result.unique().clone().into_iter().collect::<Result<Vec<_>, _>>()),
];

fn refuses_everything(result: &mut ResultSet) {
    for read in READS {
        assert_eq!(read(result), ErrorKind::InvalidState);
    }
}

#[test]
fn closed_is_closed() {
    let mut result = accounts();
    result.fetch_one::<Row>().unwrap();
    result.close();
    assert!(result.is_closed() && result.returns_rows());
    refuses_everything(&mut result);
    result.close();
    assert_eq!(result.keys().unwrap().names().collect::<Vec<_>>(), ["id", "name", "bal"]);
    assert_eq!(result.all::<Row>().unwrap_err().message(), "the result is closed");
}

#[test]
fn looking_at_one_row_closes_whatever_comes_of_it() {
    let looks: [fn(&mut ResultSet) -> bool; 8] = [
        |result| result.first::<Row>().is_ok(),
        |result| result.first::<(String,)>().is_ok(),
        |result| result.one::<Row>().is_ok(),
        |result| result.one_or_none::<Row>().is_ok(),
        |result| result.scalar::<i64>().is_ok(),
        |result| result.scalar::<String>().is_ok(),
        |result| result.scalar_one::<i64>().is_ok(),
        |result| result.scalar_one_or_none::<i64>().is_ok(),
    ];
    let outcomes = looks.map(|look| {
        let mut result = accounts();
        let outcome = look(&mut result);
        assert!(result.is_closed());
        refuses_everything(&mut result);
        outcome
    });
    assert_eq!(outcomes, [true, false, false, false, true, false, false, false]);
}

#[test]
fn a_statement_without_rows_refuses_to_be_read() {
    let mut result = update();
    assert!(!result.returns_rows() && result.is_closed());
    refuses_everything(&mut result);
    assert_eq!(kind(result.keys()), ErrorKind::InvalidState);
    result.close();
    assert_eq!(result.all::<Row>().unwrap_err().message(), "the statement returns no rows");
    assert_eq!((result.rowcount(), result.last_insert_id()), (Some(2), Some(7)));
}

#[test]
fn open_before_during_and_after() {
    let mut result = accounts();
    assert!(result.returns_rows() && !result.is_closed());
    result.all::<Row>().unwrap();
    assert!(result.returns_rows() && !result.is_closed());
    assert_eq!(result.keys().unwrap().len(), 3);
    assert_eq!(result.rowcount(), None);
}

#[test]
fn a_result_moves_between_threads() {
    fn check<T: Send + Sync + 'static>(_: &T) {}
    check(&accounts());
    let read = std::thread::spawn(|| accounts().scalars::<i64>());
    assert_eq!(read.join().unwrap().unwrap(), [1, 2, 3]);
}
