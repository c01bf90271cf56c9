//! Lists behind IN.

use super::{MYSQL, POSTGRESQL, SQLITE, compile, ids, refusal};
use crate::{
    ErrorKind, Value,
    statement::{Lexicon, ParameterSet, SharedTexts, text},
};

fn expanded(lexicon: Lexicon, sql: &'static str, list: Value) -> String {
    compile(lexicon, text(sql).bind("ids", list)).unwrap().text.sql().to_string()
}

#[test]
fn a_list_becomes_a_list_of_placeholders() {
    for sql in ["x in :ids", "x IN (:ids)", "x Not In :ids", "x in /* these */ ( :ids )"] {
        let (before, after) = sql.split_once(":ids").unwrap();
        let (open, close) = if after.is_empty() { ("(", ")") } else { ("", "") };
        let wanted = |list: &str| format!("{before}{open}{list}{close}{after}");
        assert_eq!(expanded(POSTGRESQL, sql, ids([7, 8])), wanted("$1, $2"));
        assert_eq!(expanded(SQLITE, sql, ids([7, 8])), wanted("?1, ?2"));
        assert_eq!(expanded(MYSQL, sql, ids([7, 8])), wanted("?, ?"));
    }
}

#[test]
fn numbers_go_on_behind_a_list() {
    let statement = || {
        text("a = :a and x in :ids and b = :b and y in :ids")
            .bind("a", Value::I64(1))
            .bind("ids", ids([7, 8]))
            .bind("b", Value::I64(2))
    };
    let request = compile(POSTGRESQL, statement()).unwrap();
    assert_eq!(&**request.text.sql(), "a = $1 and x in ($2, $3) and b = $4 and y in ($2, $3)");
    assert_eq!(Value::Array(request.values), ids([1, 7, 8, 2]));
    let request = compile(MYSQL, statement()).unwrap();
    assert_eq!(&**request.text.sql(), "a = ? and x in (?, ?) and b = ? and y in (?, ?)");
    assert_eq!(Value::Array(request.values), ids([1, 7, 8, 2, 7, 8]));
}

#[test]
fn a_list_of_rows_is_flattened() {
    let rows = || Value::Array(vec![ids([1, 2]), ids([3, 4])]);
    assert_eq!(expanded(POSTGRESQL, "(a, b) in :ids", rows()), "(a, b) in (($1, $2), ($3, $4))");
    assert_eq!(expanded(MYSQL, "(a, b) in (:ids)", rows()), "(a, b) in ((?, ?), (?, ?))");
    assert_eq!(expanded(SQLITE, "(a, b) in :ids", rows()), "(a, b) in (values (?1, ?2), (?3, ?4))");
    let request = compile(SQLITE, text("(a, b) in :ids").bind("ids", rows())).unwrap();
    assert_eq!(Value::Array(request.values), ids([1, 2, 3, 4]));
}

#[test]
fn an_empty_list_is_valid_sql() {
    let none = || ids([]);
    assert_eq!(expanded(SQLITE, "x in :ids", none()), "x in (select null where 1 = 0)");
    assert_eq!(expanded(MYSQL, "x not in (:ids)", none()), "x not in (select null from dual where 1 = 0)");
    assert_eq!(expanded(POSTGRESQL, "x in :ids and y", none()), "x in (null) is true and y");
    assert_eq!(expanded(POSTGRESQL, "x in (:ids)and y", none()), "x in (null) is true and y");
    assert_eq!(expanded(POSTGRESQL, "(x in (:ids))", none()), "(x in (null) is true)");
    assert_eq!(expanded(POSTGRESQL, "x not in (:ids ) and y", none()), "x not in (null ) is not false and y");
    assert_eq!(compile(POSTGRESQL, text("x in :ids").bind("ids", none())).unwrap().values, []);
}

#[test]
fn an_empty_list_has_as_many_columns_as_the_left_side() {
    let columns = |sql| expanded(SQLITE, sql, ids([])).matches("null").count();
    assert_eq!(columns("where (a, b) in :ids"), 2);
    assert_eq!(columns("where (a, f(b, c), d) not in (:ids)"), 3);
    assert_eq!(columns("where f(a, b) in :ids"), 1);
    assert_eq!(columns("where (a + b) in :ids"), 1);
    assert_eq!(columns("x in (1, 2) and y in :ids"), 1);
    assert_eq!(
        expanded(POSTGRESQL, "where (a, b) in :ids", ids([])),
        "where (a, b) in ((null, null)) is true"
    );
}

#[test]
fn elsewhere_a_list_is_one_value() {
    for sql in
        ["x = any(:ids)", "f(:ids)", "x in (:ids, 3)", "x in (3, :ids)", "x in (f(:ids))", "x in (-:ids)"]
    {
        let request = compile(POSTGRESQL, text(sql).bind("ids", ids([1, 2]))).unwrap();
        assert_eq!(&**request.text.sql(), sql.replace(":ids", "$1"));
        assert_eq!(request.values, [ids([1, 2])]);
    }
}

#[test]
fn behind_in_a_single_value_stays_one() {
    assert_eq!(expanded(POSTGRESQL, "position('x' in :ids)", Value::Null), "position('x' in $1)");
    assert_eq!(expanded(SQLITE, "x in (:ids)", Value::I64(1)), "x in (?1)");
}

#[test]
fn uneven_and_ambiguous_lists_are_refused() {
    for list in [
        vec![ids([1]), Value::I64(2)],
        vec![Value::I64(2), ids([1])],
        vec![ids([1]), ids([1, 2])],
        vec![ids([]), ids([])],
    ] {
        let message = refusal(POSTGRESQL, text("x in :ids").bind("ids", Value::Array(list)));
        assert!(message.contains("`ids`"), "{message}");
    }
    let message = refusal(POSTGRESQL, text("x in :ids or y = any(:ids)").bind("ids", ids([1])));
    assert!(message.contains("two names"), "{message}");
}

#[test]
fn lists_of_many_sets_have_one_length() {
    let set = |list| ParameterSet::from([("ids", list)]);
    let mut cache = SharedTexts::new(POSTGRESQL, 10).local();
    let statement = || text("delete from t where x in :ids");
    let request = cache.compile_many(statement(), vec![set(ids([1, 2])), set(ids([3, 4]))]).unwrap();
    assert_eq!(request.sets, [[Value::I64(1), Value::I64(2)], [Value::I64(3), Value::I64(4)]]);
    let error = cache.compile_many(statement(), vec![set(ids([1, 2])), set(ids([3]))]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter);
    assert!(error.message().contains("parameter set 1"), "{error}");
}

#[test]
fn placeholders_know_where_they_are() {
    let statement = text("a = ':a' and \"?\" = :a and x in :ids").bind("a", 1).bind("ids", ids([7, 8]));
    let request = compile(MYSQL, statement).unwrap();
    let sql = request.text.sql();
    assert_eq!(&**sql, "a = ':a' and \"?\" = ? and x in (?, ?)");
    let places = request.text.placeholders();
    assert_eq!(places.len(), request.values.len());
    assert!(places.iter().all(|place| sql[*place..].starts_with('?') && *place > 15), "{places:?}");
}
