use super::{
    Lexicon, first_word, statements,
    tokenizer::{TokenKind, Tokenizer},
    words,
};
use crate::driver::Dialect;

/// What a statement begins with that commits nothing where others may. SET is looked at more closely.
const COMMITS_NOTHING: [&str; 16] = [
    "delete",
    "desc",
    "describe",
    "do",
    "explain",
    "insert",
    "merge",
    "release",
    "replace",
    "rollback",
    "savepoint",
    "select",
    "show",
    "table",
    "update",
    "values",
];

/// Whether something that a text does may be durable when it has run, or has failed: it has COMMIT in it, or a statement
/// that commits by itself.
pub(super) fn may_commit(sql: &str, dialect: &Dialect) -> bool {
    let lexicon = Lexicon::of(dialect);
    statements(sql, lexicon).into_iter().any(|statement| {
        let Some(word) = first_word(statement, lexicon) else {
            return dialect.implicit_commits && begins_with_hidden(statement, lexicon);
        };
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        let has = |other: &str| statement.to_ascii_lowercase().contains(other);
        if dialect.implicit_commits {
            if is("set") {
                let mut words = words(statement, lexicon).skip(1).map(str::to_ascii_lowercase);
                match words.next().as_deref() {
                    // What MariaDB runs with it may be anything.
                    Some("statement") => true,
                    Some("default") => words.next().as_deref() == Some("role"),
                    _ => has("autocommit") || has("password"),
                }
            } else {
                !is("with") && !COMMITS_NOTHING.into_iter().any(is)
            }
        } else {
            is("commit") || is("end") || (is("prepare") && has("transaction"))
        }
    })
}

/// Whether what is written as a comment, and run by the servers it is for, comes first.
fn begins_with_hidden(statement: &str, lexicon: Lexicon) -> bool {
    Tokenizer::new(statement, lexicon)
        .find(|token| !matches!(token.kind, TokenKind::Blank | TokenKind::Comment))
        .is_some_and(|token| token.text.starts_with("/*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::PlaceholderStyle;

    #[test]
    fn a_text_with_commit_in_it_may_commit() {
        let dialect = Dialect::new("sqlite", "test", PlaceholderStyle::NumberedQuestion, &[]);
        for sql in [
            "commit",
            " /* c */ End",
            "insert into t values (1); COMMIT; select 1",
            "prepare transaction 'x'",
        ] {
            assert!(may_commit(sql, &dialect), "{sql}");
        }
        for sql in [
            "select 'commit'",
            "insert into t values (1); select 2",
            "create table t (a)",
            "set local a = 1",
            "rollback",
            "create trigger r after insert on t begin select 1; end",
            "(select 1)",
            "",
        ] {
            assert!(!may_commit(sql, &dialect), "{sql}");
        }
    }

    #[test]
    fn more_does_where_statements_commit_by_themselves() {
        let dialect = Dialect::new("mysql", "test", PlaceholderStyle::Question, &[]).with_implicit_commits();
        for sql in [
            "call pay()",
            "truncate t",
            "alter table t add b int",
            "set autocommit = 1",
            "SET PASSWORD = 'x'",
            "lock tables t write",
            "insert into t values (1); commit",
            "begin",
            "/*!40000 alter table t comment = 'x' */",
            "/* c */ /*M! drop table t */",
            "select 1; /*!50000 truncate t */",
            "SET STATEMENT max_statement_time = 1 FOR ALTER TABLE t COMMENT = 'x'",
            "set default role all to u",
        ] {
            assert!(may_commit(sql, &dialect), "{sql}");
        }
        for sql in [
            "INSERT INTO t VALUES (1)",
            "(select 1) union (select 2)",
            "with c as (select 1) select * from c",
            "set @n = 1",
            "set max_statement_time = 1",
            "set role r",
            "select /*!40001 sql_no_cache */ 1",
            "/* c */",
            "rollback to savepoint a",
            "select 1; update t set a = 2",
        ] {
            assert!(!may_commit(sql, &dialect), "{sql}");
        }
    }
}
