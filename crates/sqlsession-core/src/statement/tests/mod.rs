//! What reaches the driver, by theme.

mod caching;
mod invariants;
mod lists;
mod outline;
mod parameters;
mod splitting;
mod tokens;
mod values;

use super::{Lexicon, SharedTexts, Statement};
use crate::{
    Result, Value,
    driver::{Dialect, PlaceholderStyle, Request},
};

pub(super) const POSTGRESQL: Lexicon = Lexicon::new(PlaceholderStyle::Dollar);
pub(super) const SQLITE: Lexicon = Lexicon::new(PlaceholderStyle::NumberedQuestion);
pub(super) const MYSQL: Lexicon =
    Lexicon::of(&Dialect::new("mysql", "test", PlaceholderStyle::Question, &[]).with_backslash_escapes());

pub(super) fn compile(lexicon: Lexicon, statement: Statement) -> Result<Request> {
    SharedTexts::new(lexicon, 10).local().compile(statement)
}

/// The text for a driver, where every parameter has a value.
fn rendered(lexicon: Lexicon, sql: &'static str) -> String {
    let parsed = super::Parsed::parse(sql, lexicon);
    let values = parsed.names().map(|name| (name.to_owned(), Value::Null)).collect::<Vec<_>>();
    compile(lexicon, Statement::text(sql).bind_all(values)).unwrap().text.sql().to_string()
}

/// The message of the error that a statement is refused with.
fn refusal(lexicon: Lexicon, statement: Statement) -> String {
    let error = compile(lexicon, statement).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::BadParameter);
    error.message().to_owned()
}

fn ids<const LEN: usize>(items: [i64; LEN]) -> Value {
    Value::Array(items.into_iter().map(Value::I64).collect())
}
