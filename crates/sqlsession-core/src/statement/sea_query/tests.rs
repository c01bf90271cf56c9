//! What a statement is written to, for each family of dialects.

use ::sea_query::{Alias, Expr, ExprTrait, Index, IntoIden, OnConflict, Query, SelectStatement, Table};

use crate::{
    ErrorKind, Statement, Value,
    statement::{
        SharedTexts,
        tests::{MYSQL, POSTGRESQL, SQLITE, compile},
    },
};

fn named(name: &str) -> SelectStatement {
    Query::select().column("id").from("users").and_where(Expr::col("name").eq(name)).limit(3).to_owned()
}

fn written(lexicon: crate::statement::Lexicon, statement: impl Into<Statement>) -> (String, Vec<Value>) {
    let request = compile(lexicon, statement.into()).unwrap();
    (request.text.sql().to_string(), request.values)
}

#[test]
fn each_dialect_has_its_own_text_and_the_values_are_bound() {
    let values = [Value::from("O'Brien"), Value::I64(3)];
    for (lexicon, text) in [
        (POSTGRESQL, r#"SELECT "id" FROM "users" WHERE "name" = $1 LIMIT $2"#),
        (SQLITE, r#"SELECT "id" FROM "users" WHERE "name" = ?1 LIMIT ?2"#),
        (MYSQL, "SELECT `id` FROM `users` WHERE `name` = ? LIMIT ?"),
    ] {
        assert_eq!(written(lexicon, named("O'Brien")), (text.to_owned(), values.to_vec()));
    }
}

#[test]
fn a_chain_of_builder_methods_is_a_statement() {
    let (text, values) = written(
        SQLITE,
        Query::insert().into_table("t").columns(["a", "b"]).values_panic([1.into(), None::<i32>.into()]),
    );
    assert_eq!(text, r#"INSERT INTO "t" ("a", "b") VALUES (?1, ?2)"#);
    assert_eq!(values, [Value::I64(1), Value::Null]);
}

#[test]
fn placeholders_are_known_where_they_are() {
    let statement = Query::select().expr(Expr::cust("'?'")).expr(Expr::val(7)).to_owned();
    let request = compile(MYSQL, statement.into()).unwrap();
    assert_eq!(&**request.text.sql(), "SELECT '?', ?");
    assert_eq!(request.text.placeholders(), [12]);
}

#[test]
fn one_text_is_compiled_once() {
    let shared = SharedTexts::new(POSTGRESQL, 10);
    let (mut one, mut other) = (shared.local(), shared.local());
    let first = one.compile(named("a").into()).unwrap();
    let second = other.compile(named("b").into()).unwrap();
    assert!(std::sync::Arc::ptr_eq(&first.text, &second.text));
    assert_eq!((shared.len(), &second.values[0]), (1, &Value::from("b")));
}

#[test]
fn a_name_is_quoted_and_a_value_stays_a_value() {
    let hostile = r#"x"; drop table users; --"#.to_owned();
    let statement = Query::select()
        .column(Alias::new(hostile.clone()).into_iden())
        .from("users")
        .and_where(Expr::col("name").eq(hostile.clone()))
        .to_owned();
    let (text, values) = written(POSTGRESQL, statement);
    assert_eq!(text, r#"SELECT "x""; drop table users; --" FROM "users" WHERE "name" = $1"#);
    assert_eq!(values, [Value::from(hostile)]);
}

#[test]
fn arrays_and_big_numbers_are_kept() {
    let statement = Query::select()
        .exprs([Expr::val(u64::MAX), Expr::val(i64::MIN), Expr::val(vec![1_i32, 2])])
        .to_owned();
    let (_, values) = written(POSTGRESQL, statement);
    assert_eq!(values, [Value::U64(u64::MAX), Value::I64(i64::MIN), Value::array([1, 2])]);
}

#[test]
fn what_a_dialect_has_not_is_an_error() {
    let truncate = Table::truncate().table("t").to_owned();
    let error = compile(SQLITE, truncate.clone().into()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("TRUNCATE"), "{error}");
    assert_eq!(written(POSTGRESQL, truncate).0, r#"TRUNCATE TABLE "t""#);
}

#[test]
fn schema_statements_are_statements() {
    let index = Index::create().name("by_name").table("users").col("name").to_owned();
    assert_eq!(written(MYSQL, index).0, "CREATE INDEX `by_name` ON `users` (`name`)");
}

#[test]
fn it_takes_no_values_by_name_and_no_sets() {
    let bound = Statement::from(named("a")).bind("name", "b");
    assert_eq!(compile(SQLITE, bound).unwrap_err().kind(), ErrorKind::BadParameter);
    let mut cache = SharedTexts::new(SQLITE, 10).local();
    let error = cache.compile_many(named("a").into(), vec![Default::default()]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter);
}

#[test]
fn only_a_select_is_known_to_be_a_query() {
    assert!(Statement::from(named("a")).begins_as_query());
    let insert = Query::insert()
        .into_table("t")
        .columns(["a"])
        .values_panic([1.into()])
        .on_conflict(OnConflict::column("a").do_nothing().to_owned())
        .to_owned();
    let insert = Statement::from(insert);
    assert!(!insert.begins_as_query());
    assert!(!format!("{insert:?}").contains('1'), "values are not shown: {insert:?}");
}

#[test]
fn returning_is_not_left_away_in_silence() {
    let mut insert = Query::insert();
    insert.into_table("t").columns(["returning"]).values_panic(["returning".into()]);
    assert_eq!(written(MYSQL, &insert).0, "INSERT INTO `t` (`returning`) VALUES (?)");
    insert.returning_col("id");
    let update = Query::update().table("t").value("a", 1).returning_all().to_owned();
    let delete = Query::delete().from_table("t").returning_col("id").to_owned();
    for statement in [Statement::from(&insert), update.into(), delete.into()] {
        let error = compile(MYSQL, statement).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
    assert!(written(SQLITE, insert).0.ends_with("RETURNING \"id\""));
}
