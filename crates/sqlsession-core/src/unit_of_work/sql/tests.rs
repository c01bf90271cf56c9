use super::*;
use crate::{
    driver::{IsolationLevel, PlaceholderStyle},
    entity::{Column, ColumnType},
};

const LEVELS: &[IsolationLevel] = &[];
const POSTGRES: Dialect = Dialect::new("postgresql", "x", PlaceholderStyle::Dollar, LEVELS).with_row_locks();
const SQLITE: Dialect = Dialect::new("sqlite", "x", PlaceholderStyle::NumberedQuestion, LEVELS);
const MYSQL: Dialect =
    Dialect::new("mysql", "x", PlaceholderStyle::Question, LEVELS).with_quote('`').with_row_locks();

fn users() -> &'static Table {
    Box::leak(Box::new(
        Table::new("app.users")
            .column(Column::new("id", ColumnType::BigInteger).key().generated())
            .column(Column::new("na`me", ColumnType::Text))
            .column(Column::new("born", ColumnType::Date).nullable(true)),
    ))
}

fn pairs() -> &'static Table {
    Box::leak(Box::new(
        Table::new("pairs")
            .column(Column::new("a", ColumnType::Integer).key())
            .column(Column::new("b", ColumnType::Text).key())
            .column(Column::new("n", ColumnType::Double)),
    ))
}

#[track_caller]
fn text(table: &'static Table, verb: Verb, columns: &[usize], returning: bool, dialect: &Dialect) -> String {
    let text = write(table, &TextKey::new(table, verb, columns).returning(returning), dialect).unwrap();
    let marks: Vec<char> =
        text.placeholders().iter().map(|at| char::from(text.sql().as_bytes()[*at])).collect();
    assert!(marks.iter().all(|mark| matches!(mark, '$' | '?')), "{marks:?} in {}", text.sql());
    assert!(!text.may_commit(dialect));
    text.sql().to_string()
}

#[test]
fn rows_are_inserted_with_a_parameter_for_each_value() {
    assert_eq!(
        text(users(), Verb::Insert { rows: 1 }, &[1, 2], true, &SQLITE),
        r#"INSERT INTO "app"."users" ("na`me", "born") VALUES (?1, ?2) RETURNING "id""#
    );
    assert_eq!(
        text(users(), Verb::Insert { rows: 2 }, &[1, 2], false, &MYSQL),
        "INSERT INTO `app`.`users` (`na``me`, `born`) VALUES (?, ?), (?, ?)"
    );
    assert_eq!(
        text(users(), Verb::Insert { rows: 1 }, &[], true, &POSTGRES),
        r#"INSERT INTO "app"."users" DEFAULT VALUES RETURNING "id", "na`me", "born""#
    );
    assert_eq!(
        text(users(), Verb::Insert { rows: 1 }, &[], false, &MYSQL),
        "INSERT INTO `app`.`users` () VALUES ()"
    );
}

#[test]
fn arrays_are_unnested() {
    let date = r#"unnest(coalesce($1, array[(null::"app"."users")."na`me"]), $2::date[])"#;
    assert_eq!(
        text(users(), Verb::InsertArrays, &[1, 2], true, &POSTGRES),
        format!(
            r#"INSERT INTO "app"."users" ("na`me", "born") SELECT "na`me", "born" FROM {date} WITH ORDINALITY AS v ("na`me", "born", sqlsession_row) ORDER BY v.sqlsession_row RETURNING "id""#
        )
    );
    assert_eq!(
        text(users(), Verb::UpdateArrays, &[2], false, &POSTGRES),
        r#"UPDATE "app"."users" AS t SET "born" = v."born" FROM unnest($1::date[], $2::bigint[]) AS v ("born", "id") WHERE t."id" = v."id""#
    );
    assert_eq!(
        text(pairs(), Verb::DeleteArrays, &[0, 1], false, &POSTGRES),
        r#"DELETE FROM "pairs" AS t USING unnest($1::bigint[], coalesce($2, array[(null::"pairs")."b"])) AS v ("a", "b") WHERE t."a" = v."a" AND t."b" = v."b""#
    );
}

#[test]
fn a_row_is_found_by_its_whole_key() {
    assert_eq!(
        text(pairs(), Verb::Update, &[2], false, &SQLITE),
        r#"UPDATE "pairs" SET "n" = ?1 WHERE "a" = ?2 AND "b" = ?3"#
    );
    assert_eq!(
        text(pairs(), Verb::Delete, &[0, 1], false, &MYSQL),
        "DELETE FROM `pairs` WHERE `a` = ? AND `b` = ?"
    );
    assert_eq!(
        text(pairs(), Verb::Select { keys: 2, lock: false }, &[], false, &POSTGRES),
        r#"SELECT "a", "b", "n" FROM "pairs" WHERE ("a" = $1 AND "b" = $2) OR ("a" = $3 AND "b" = $4)"#
    );
}

#[test]
fn rows_are_joined_and_listed() {
    assert_eq!(
        text(users(), Verb::UpdateJoined { rows: 2 }, &[2], false, &MYSQL),
        "UPDATE (SELECT ? AS `born`, ? AS `id` UNION ALL SELECT ?, ?) AS v STRAIGHT_JOIN `app`.`users` AS t \
         ON t.`id` = v.`id` SET t.`born` = v.`born`"
    );
    assert_eq!(
        text(users(), Verb::DeleteListed { rows: 2 }, &[0], false, &MYSQL),
        "DELETE FROM `app`.`users` WHERE `id` IN (?, ?)"
    );
}

#[test]
fn a_row_is_locked_where_that_can_be() {
    let select = |dialect| text(users(), Verb::Select { keys: 1, lock: true }, &[], false, dialect);
    assert!(select(&POSTGRES).ends_with(r#"WHERE ("id" = $1) FOR UPDATE"#));
    assert!(select(&SQLITE).ends_with(r#"WHERE ("id" = ?1)"#));
}
