//! What a text tells of a statement, where sqlx keeps to itself what SQLite would say.

use sqlsession_core::{
    Error, ErrorKind, Result,
    statement::{Lexicon, first_word, statements},
};

use super::backend::DIALECT;

fn first(sql: &str) -> Option<&str> {
    first_word(sql, Lexicon::of(&DIALECT))
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether a statement changes nothing. Of `WITH` and `PRAGMA` that is known only where no word in them could.
pub(super) fn only_reads(sql: &str) -> bool {
    let Some(word) = first(sql) else { return true };
    if is_one_of(word, &["select", "values", "explain"]) {
        return true;
    }
    let has = |words: &[&str]| {
        sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| is_one_of(word, words))
    };
    (is_one_of(word, &["with"]) && !has(&["insert", "update", "delete", "replace"]))
        || (is_one_of(word, &["pragma"])
            && !has(&["journal_mode", "incremental_vacuum", "user_version", "application_id"]))
        || is_transaction_word(word)
}

/// Whether a statement counts the rows it matches.
pub(super) fn counts_rows(sql: &str) -> bool {
    first(sql).is_some_and(|word| is_one_of(word, &["insert", "update", "delete", "replace", "with"]))
}

/// Whether a statement begins or ends a transaction.
pub(super) fn may_change_transaction(sql: &str) -> bool {
    first(sql).is_some_and(is_transaction_word)
}

fn is_transaction_word(word: &str) -> bool {
    is_one_of(word, &["begin", "commit", "end", "rollback", "savepoint", "release"])
}

/// Whether a statement may give another number of columns when a table has got one.
///
/// The thread of sqlx's connection dies then, unless the statement is prepared when the connection knows: so it is not
/// kept, and the connection looks first.
pub(super) fn gives_all_columns(sql: &str) -> bool {
    sql.contains('*')
}

/// Whether a statement may change what others give.
pub(super) fn changes_schema(sql: &str) -> bool {
    first(sql).is_some_and(|word| is_one_of(word, &["create", "alter", "drop", "attach", "detach", "vacuum"]))
}

/// sqlx would run them all.
///
/// # Errors
/// `Unsupported` for a text of several statements.
pub(super) fn check_one(sql: &str) -> Result<()> {
    let body = sql.trim_end_matches(|c: char| c == ';' || c.is_ascii_whitespace());
    if body.contains(';') && statements(sql, Lexicon::of(&DIALECT)).len() > 1 {
        let message = "the text holds several statements: run it with execute_script";
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    Ok(())
}
