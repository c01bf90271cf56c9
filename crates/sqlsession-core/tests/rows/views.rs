use sqlsession_core::{ErrorKind, Row, Value, value::DateTime};

use crate::{accounts, kind, result};

fn pairs() -> sqlsession_core::ResultSet {
    let rows = [(1, "x"), (1, "y"), (1, "x"), (2, "x")].map(|(n, text)| vec![n.into(), text.into()]);
    result(&["n", "t"], rows.into())
}

#[test]
fn unique_drops_repeated_rows() {
    assert_eq!(pairs().unique().all::<(i64, String)>().unwrap().len(), 3);
    let mut numbers = result(&["a"], vec![vec![1.into()], vec![1.into()], vec![2.into()]]);
    assert_eq!(numbers.unique().scalars::<i64>().unwrap(), [1, 2]);
}

#[test]
fn unique_is_about_the_columns_that_are_left() {
    assert_eq!(pairs().columns(["n"]).unwrap().unique().scalars::<i64>().unwrap(), [1, 2]);
    assert_eq!(pairs().unique().columns(["n"]).unwrap().scalars::<i64>().unwrap(), [1, 2]);
    assert_eq!(pairs().unique().columns(["t"]).unwrap().scalars::<String>().unwrap(), ["x", "y"]);
}

#[test]
fn unique_looks_only_at_what_is_not_yet_read() {
    let mut result = pairs();
    assert_eq!(result.fetch_one::<(i64, String)>().unwrap(), Some((1, "x".into())));
    let left: Vec<(i64, String)> = result.unique().all().unwrap();
    assert_eq!(left, [(1, "y".into()), (1, "x".into()), (2, "x".into())]);
}

#[test]
fn unique_then_one() {
    let mut same = result(&["a"], vec![vec![1.into()], vec![1.into()]]);
    assert_eq!(same.unique().scalar_one::<i64>().unwrap(), 1);
}

#[test]
fn unique_knows_every_type_of_value() {
    let at = DateTime::from_unix(0, 0).unwrap();
    let values = || -> Vec<Vec<Value>> {
        [
            Value::Null,
            true.into(),
            1.into(),
            u64::MAX.into(),
            0.0.into(),
            Value::Decimal("1".into()),
            "1".into(),
            b"1".into(),
            at.date().into(),
            at.time().into(),
            at.into(),
            sqlsession_core::value::OffsetDateTime::utc(at).into(),
            Value::Uuid([1; 16]),
            Value::Json("1".into()),
            [1_i64].into(),
        ]
        .map(|value| vec![value])
        .into()
    };
    let rows = values().into_iter().chain(values()).chain([vec![Value::from(-0.0)]]).collect();
    assert_eq!(result(&["v"], rows).unique().all::<Row>().unwrap().len(), values().len());
}

#[test]
fn columns_chosen_and_put_in_another_order() {
    let mut result = accounts();
    result.fetch_one::<Row>().unwrap();
    result.columns(["bal", "id"]).unwrap();
    assert_eq!(result.keys().unwrap().names().collect::<Vec<_>>(), ["bal", "id"]);
    assert_eq!(result.fetch_one::<(i64, i64)>().unwrap(), Some((20, 2)));
    assert_eq!(result.columns([1]).unwrap().scalars::<i64>().unwrap(), [3]);
}

#[test]
fn a_wrong_choice_of_columns_changes_nothing() {
    let mut result = accounts();
    assert_eq!(kind(result.columns(["id", "nosuch"]).map(|_| ())), ErrorKind::UndefinedColumn);
    assert_eq!(result.all::<(i64, String, i64)>().unwrap().len(), 3);
}
