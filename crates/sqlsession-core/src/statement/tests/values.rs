//! Values in the order of the placeholders, and names that do not fit.

use std::{collections::HashMap, time::Duration};

use super::{MYSQL, POSTGRESQL, SQLITE, compile, refusal};
use crate::{
    ErrorKind, Value,
    statement::{ParameterSet, SharedTexts, Statement, text},
};

fn three() -> Statement {
    text("select :a, :b, :a").bind("b", Value::I64(2)).bind("a", Value::I64(1))
}

#[test]
fn values_follow_the_placeholders() {
    for lexicon in [POSTGRESQL, SQLITE] {
        assert_eq!(compile(lexicon, three()).unwrap().values, [Value::I64(1), Value::I64(2)]);
    }
    assert_eq!(compile(MYSQL, three()).unwrap().values, [Value::I64(1), Value::I64(2), Value::I64(1)]);
}

#[test]
fn the_later_value_of_a_name_counts() {
    let request = compile(POSTGRESQL, three().bind("a", Value::Null)).unwrap();
    assert_eq!(request.values, [Value::Null, Value::I64(2)]);
}

#[test]
fn missing_and_unknown_names_are_named() {
    assert_eq!(
        refusal(POSTGRESQL, text("select :x, :y, :z").bind("y", Value::Null)),
        "no value for parameter `x`, `z`"
    );
    assert_eq!(
        refusal(POSTGRESQL, text("select 1").bind("x", Value::Null)),
        "the statement has no parameter `x`"
    );
    assert_eq!(refusal(POSTGRESQL, three().bind("A", Value::Null)), "the statement has no parameter `A`");
    let error = compile(POSTGRESQL, text("select :x")).unwrap_err();
    assert_eq!(error.statement(), Some("select :x"));
}

#[test]
fn options_go_with_the_request() {
    let statement = text("select 1").timeout(Duration::from_secs(3)).yield_per(50);
    let options = compile(POSTGRESQL, statement).unwrap().options;
    assert_eq!((options.timeout, options.batch_rows), (Some(Duration::from_secs(3)), 50));
}

#[test]
fn raw_text_is_untouched_and_takes_no_values() {
    let sql = r"select ?, :a, $1, '\:', \:";
    assert_eq!(&**compile(SQLITE, Statement::raw(sql)).unwrap().text.sql(), sql);
    let message = refusal(SQLITE, Statement::raw(sql).bind("a", Value::Null));
    assert!(message.contains("`a`"), "{message}");
}

#[test]
fn sets_come_from_arrays_vectors_and_maps() {
    let expected = ParameterSet::new().bind("a", Value::I64(1));
    assert_eq!(ParameterSet::from([("a", Value::I64(1))]), expected);
    assert_eq!(ParameterSet::from(vec![(String::from("a"), Value::I64(1))]), expected);
    assert_eq!(ParameterSet::from(HashMap::from([("a", Value::I64(1))])), expected);
    assert_eq!([("a", Value::I64(1))].into_iter().collect::<ParameterSet>(), expected);
}

fn set(a: i64, b: i64) -> ParameterSet {
    ParameterSet::from([("b", Value::I64(b)), ("a", Value::I64(a))])
}

#[test]
fn many_sets_are_put_in_order() {
    let mut cache = SharedTexts::new(MYSQL, 10).local();
    let request =
        cache.compile_many(text("insert into t values (:a, :b)"), vec![set(1, 2), set(3, 4)]).unwrap();
    assert_eq!(&**request.text.sql(), "insert into t values (?, ?)");
    assert_eq!(request.sets, [[Value::I64(1), Value::I64(2)], [Value::I64(3), Value::I64(4)]]);
    assert!(cache.compile_many(text("insert into t values (:a)"), Vec::new()).unwrap().sets.is_empty());
}

#[test]
fn a_set_that_does_not_fit_is_named_by_its_index() {
    let mut cache = SharedTexts::new(POSTGRESQL, 10).local();
    for (wrong, expected) in [
        (ParameterSet::from([("a", Value::Null)]), "no value for parameter `b`"),
        (set(1, 2).bind("c", Value::Null), "the statement has no parameter `c`"),
    ] {
        let error = cache.compile_many(text("select :a, :b"), vec![set(1, 2), wrong]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadParameter);
        assert_eq!(error.message(), format!("{expected} (parameter set 1, counted from 0)"));
        assert_eq!(error.statement(), Some("select :a, :b"));
    }
    let own = cache.compile_many(text("select :a").bind("a", Value::Null), vec![]).unwrap_err();
    assert_eq!(own.kind(), ErrorKind::BadParameter);
}
