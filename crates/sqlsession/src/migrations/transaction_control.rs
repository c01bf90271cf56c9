use refinery_core::Migration;
use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::Dialect,
    statement::{Lexicon, first_word, statements, words},
};

use super::errors::failed;

/// Refuses a file that would end the transaction in which it is applied, or begin another: what was done before could stay
/// without its line in the history, and that line without what failed behind it.
///
/// # Errors
/// `Configuration`, with the statement.
pub(super) fn refuse(migration: &Migration, dialect: &Dialect) -> Result<()> {
    let lexicon = Lexicon::of(dialect);
    for (statement, number) in statements(migration.sql().unwrap_or_default(), lexicon).into_iter().zip(1..) {
        if let Some(word) = first_word(statement, lexicon)
            && controls_transaction(word, words(statement, lexicon).skip(1))
        {
            let message = format!(
                "{} cannot stand in a file, which is applied in one transaction with its line in the history: leave BEGIN, \
                 COMMIT and ROLLBACK away",
                word.to_ascii_uppercase()
            );
            let error = Error::new(ErrorKind::Configuration, message);
            let error = error.with_statement(statement.into()).with_statement_number(number);
            return Err(failed(migration, error, ""));
        }
    }
    Ok(())
}

/// Whether a statement begins a transaction or ends one. ROLLBACK TO ends savepoints only.
fn controls_transaction<'s>(first: &str, mut behind: impl Iterator<Item = &'s str>) -> bool {
    let is = |word: &str, known: &[&str]| known.iter().any(|known| word.eq_ignore_ascii_case(known));
    if is(first, &["rollback"]) {
        let behind = behind.find(|word| !is(word, &["work", "transaction"]));
        return !behind.is_some_and(|word| is(word, &["to"]));
    }
    is(first, &["begin", "commit", "end", "abort"])
        || (is(first, &["start", "prepare"]) && behind.next().is_some_and(|word| is(word, &["transaction"])))
}
