//! What a text tells of a statement, where sqlx keeps to itself what SQLite would say.

use sqlsession_core::{
    Error, ErrorKind, Result,
    statement::{Lexicon, first_word, statements, words},
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
        || (is_one_of(word, &["pragma"]) && pragma_reads(sql))
        || is_transaction_word(word)
}

/// Pragmas that write nothing which a rollback would take back, with an argument.
const READ_OF: [&str; 11] = [
    "foreign_key_check",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
    "wal_checkpoint",
];

/// Whether a PRAGMA is known to change nothing: what it is given it may keep in the database.
fn pragma_reads(sql: &str) -> bool {
    let end = sql.find(['=', '(']);
    let name = words(sql.get(..end.unwrap_or(sql.len())).unwrap_or(sql), Lexicon::of(&DIALECT)).last();
    let named = |names: &[&str]| name.is_some_and(|name| is_one_of(name, names));
    if end.is_some() { named(&READ_OF) } else { !named(&["incremental_vacuum", "journal_mode", "optimize"]) }
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

/// Whether a statement writes and gives no rows.
pub(super) fn only_writes(sql: &str) -> bool {
    let has = |known: &[&str]| words(sql, Lexicon::of(&DIALECT)).any(|word| is_one_of(word, known));
    (has(&["insert", "update", "delete"]) || first(sql).is_some_and(|word| is_one_of(word, &["replace"])))
        && !has(&["returning"])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pragma_that_is_given_something_may_write() {
        for sql in [
            "pragma user_version",
            "PRAGMA main.table_info(t)",
            "pragma /* c */ integrity_check (t)",
            "pragma wal_checkpoint(truncate)",
            "pragma database_list",
        ] {
            assert!(only_reads(sql), "{sql}");
        }
        for sql in [
            "PRAGMA schema_version = 1000",
            "pragma main.user_version(7)",
            "pragma encoding='UTF-16'",
            "pragma Optimize",
            "pragma incremental_vacuum",
            "pragma main.journal_mode",
        ] {
            assert!(!only_reads(sql), "{sql}");
        }
    }

    #[test]
    fn what_writes_gives_rows_by_returning_only() {
        for sql in [
            "insert into t select * from u",
            "with c as (select * from t) Update t set a = (select count(*) from c)",
            "replace into t select * from u",
        ] {
            assert!(only_writes(sql), "{sql}");
        }
        for sql in [
            "select * from t",
            "select *, 'insert' from t",
            "with c as (select replace(a, 'b', 'c') from t) select * from c",
            "delete from t returning *",
        ] {
            assert!(!only_writes(sql), "{sql}");
        }
    }
}
