//! What the word tells that a statement begins with.

use sqlsession_core::statement::{Lexicon, begins_as_query, first_word, words};

use crate::driver::DIALECT;

fn begins_with(sql: &str, word: &str) -> bool {
    first_word(sql, Lexicon::of(&DIALECT)).is_some_and(|first| first.eq_ignore_ascii_case(word))
}

/// Whether a statement runs a procedure.
pub(crate) fn calls(sql: &str) -> bool {
    begins_with(sql, "call")
}

/// Whether a statement goes to another database.
pub(crate) fn uses(sql: &str) -> bool {
    begins_with(sql, "use")
}

/// Whether one of several statements may go to another database.
pub(crate) fn may_use(sql: &str) -> bool {
    words(sql, Lexicon::of(&DIALECT)).any(|word| word.eq_ignore_ascii_case("use"))
}

/// Whether a statement that gives rows writes none, but for what functions write that it calls.
pub(crate) fn only_reads(sql: &str) -> bool {
    // What WITH begins may be a DELETE, which gives rows only if it is told to.
    begins_as_query(sql) || (begins_with(sql, "with") && !sql.to_ascii_lowercase().contains("returning"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_queries_are_known_to_read() {
        for sql in ["select 1", "(select 1) union (select 2)", "-- a\n With a as (select 1) select * from a"]
        {
            assert!(only_reads(sql), "{sql}");
        }
        for sql in [
            "insert into t values (1) returning n",
            "call p()",
            "with a as (select 1) delete from t Returning n",
            "",
        ] {
            assert!(!only_reads(sql), "{sql}");
        }
    }
}
