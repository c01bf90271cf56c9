use super::{Lexicon, first_word, statements};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    Never,
    /// No transaction is open behind it that was not before, unless one statement does all that, as CALL may.
    Lastly,
    /// Something behind it may open another transaction.
    Midway,
}

pub(super) fn commits(sql: &str, dialect: &Dialect) -> Commits {
    let lexicon = Lexicon::of(dialect);
    let mut commits = Commits::Never;
    let mut goes_on = dialect.implicit_commits;
    for statement in statements(sql, lexicon) {
        if commits == Commits::Lastly && (goes_on || begins(statement, lexicon)) {
            return Commits::Midway;
        }
        if statement_may_commit(statement, lexicon, dialect) {
            commits = Commits::Lastly;
            goes_on |= statement.to_ascii_lowercase().contains("chain");
        }
    }
    commits
}

fn statement_may_commit(statement: &str, lexicon: Lexicon, dialect: &Dialect) -> bool {
    let Some(word) = first_word(statement, lexicon) else { return false };
    let is = |other: &str| word.eq_ignore_ascii_case(other);
    let has = |other: &str| statement.to_ascii_lowercase().contains(other);
    if dialect.implicit_commits {
        if is("set") {
            has("autocommit") || has("password")
        } else {
            !is("with") && !COMMITS_NOTHING.into_iter().any(is)
        }
    } else {
        is("commit") || is("end") || (is("prepare") && has("transaction"))
    }
}

/// Whether it opens a transaction where there is none.
fn begins(statement: &str, lexicon: Lexicon) -> bool {
    first_word(statement, lexicon).is_some_and(|word| {
        ["begin", "start", "savepoint"].iter().any(|other| word.eq_ignore_ascii_case(other))
    })
}

/// Whether a text begins with COMMIT, and whether there is more behind it.
pub(crate) fn begins_with_commit(sql: &str, dialect: &Dialect) -> Option<bool> {
    let lexicon = Lexicon::of(dialect);
    let statements = statements(sql, lexicon);
    let (first, behind) = statements.split_first()?;
    statement_may_commit(first, lexicon, dialect).then_some(!behind.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::PlaceholderStyle;

    fn may_commit(sql: &str, dialect: &Dialect) -> bool {
        commits(sql, dialect) != Commits::Never
    }

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
        ] {
            assert!(may_commit(sql, &dialect), "{sql}");
        }
        for sql in [
            "INSERT INTO t VALUES (1)",
            "(select 1) union (select 2)",
            "with c as (select 1) select * from c",
            "set @n = 1",
            "rollback to savepoint a",
            "select 1; update t set a = 2",
        ] {
            assert!(!may_commit(sql, &dialect), "{sql}");
        }
    }
    #[test]
    fn what_stands_behind_may_open_another_transaction() {
        let sqlite = Dialect::new("sqlite", "test", PlaceholderStyle::NumberedQuestion, &[]);
        let mysql = Dialect::new("mysql", "test", PlaceholderStyle::Question, &[]).with_implicit_commits();
        for (sql, dialect) in [
            ("commit; begin; select 1", &sqlite),
            ("end; savepoint a", &sqlite),
            ("commit and chain; select 1", &sqlite),
            ("commit; select 1", &mysql),
        ] {
            assert_eq!(commits(sql, dialect), Commits::Midway, "{sql}");
        }
        for (sql, dialect) in [
            ("commit", &sqlite),
            ("begin; select 1; commit;", &sqlite),
            ("commit; select 1", &sqlite),
            ("select 1; commit", &mysql),
            ("call pay()", &mysql),
        ] {
            assert_eq!(commits(sql, dialect), Commits::Lastly, "{sql}");
        }
        assert_eq!(begins_with_commit("commit; select 1", &sqlite), Some(true));
        assert_eq!(begins_with_commit(" Commit and chain ;", &sqlite), Some(false));
        assert_eq!(begins_with_commit("rollback to a; commit", &sqlite), None);
    }
}
