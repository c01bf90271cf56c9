//! What the word tells that a statement begins with.

use sqlsession_core::statement::{CompiledText, Lexicon, first_word, words};

use crate::driver::DIALECT;

fn begins_with(sql: &str, word: &str) -> bool {
    first_word(sql, Lexicon::of(&DIALECT)).is_some_and(|first| first.eq_ignore_ascii_case(word))
}

/// Whether a statement runs a procedure.
pub(crate) fn calls(sql: &str) -> bool {
    begins_with(sql, "call")
}

/// What commits by itself and runs no code: where its plan is lost, nothing of it has run.
const ONLY_COMMITS: [&str; 8] =
    ["alter", "analyze", "create", "drop", "load", "optimize", "rename", "truncate"];

/// Whether a statement runs others that may commit: a CALL, or a block as MariaDB runs it outside of procedures.
pub(crate) fn runs_code(text: &CompiledText) -> bool {
    text.may_commit(&DIALECT) && !ONLY_COMMITS.iter().any(|word| begins_with(text.sql(), word))
}

/// Whether a statement goes to another database.
pub(crate) fn uses(sql: &str) -> bool {
    begins_with(sql, "use")
}

/// Whether a statement may set the isolation level of its connection.
pub(crate) fn sets_level(sql: &str) -> bool {
    begins_with(sql, "set") && may_set_level(sql)
}

/// Whether one of several statements may do that.
pub(crate) fn may_set_level(sql: &str) -> bool {
    const NAMES: [&str; 3] = ["isolation", "transaction_isolation", "tx_isolation"];
    words(sql, Lexicon::of(&DIALECT)).any(|word| NAMES.iter().any(|name| word.eq_ignore_ascii_case(name)))
}

/// Whether one of several statements may go to another database.
pub(crate) fn may_use(sql: &str) -> bool {
    words(sql, Lexicon::of(&DIALECT)).any(|word| word.eq_ignore_ascii_case("use"))
}
