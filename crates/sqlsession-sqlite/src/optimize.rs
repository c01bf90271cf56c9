//! `PRAGMA optimize`, of which SQLite says that it only reads: the ANALYZE is another statement, which it runs within.

use sqlsession_core::{
    driver::PlaceholderStyle,
    statement::{Lexicon, first_word},
};

/// Whether a text may run it: as a pragma, or as the table that SQLite makes of one.
pub(crate) fn may_be_in(sql: &str) -> bool {
    has(sql, "optimize") && (is_pragma(sql) || has(sql, "pragma_optimize"))
}

fn has(sql: &str, word: &str) -> bool {
    sql.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

fn is_pragma(sql: &str) -> bool {
    let first = first_word(sql, Lexicon::new(PlaceholderStyle::NumberedQuestion));
    first.is_some_and(|first| first.eq_ignore_ascii_case("pragma"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_however_it_is_written() {
        for sql in [
            "pragma optimize",
            "PRAGMA main.Optimize(2);",
            "/* c */ pragma [optimize] = 0x10002",
            "select * from Pragma_Optimize",
        ] {
            assert!(may_be_in(sql), "{sql}");
        }
        for sql in [
            "pragma user_version",
            "select 'optimize'",
            "insert into f (f) values ('optimize')",
            "optimize",
            "",
        ] {
            assert!(!may_be_in(sql), "{sql}");
        }
    }
}
