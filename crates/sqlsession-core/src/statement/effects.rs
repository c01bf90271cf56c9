//! What a text may do beside work in its transaction, as its words tell.

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

/// What a statement begins with that commits what was before it where statements do that (MySQL's manual, "Statements That
/// Cause an Implicit Commit"), or runs what may do that.
const COMMITS: [&str; 30] = [
    "alter",
    "analyze",
    "begin",
    "cache",
    "call",
    "change",
    "check",
    "commit",
    "create",
    "drop",
    "execute",
    "flush",
    "grant",
    "import",
    "install",
    "lock",
    "optimize",
    "purge",
    "rename",
    "repair",
    "reset",
    "restart",
    "revoke",
    "start",
    "stop",
    "truncate",
    "uninstall",
    "unlock",
    "upgrade",
    "xa",
];

/// What a query begins with that does not say where its rows go.
const QUERIES: [&str; 4] = ["select", "values", "table", "show"];

/// What a query begins with that has none of [`WRITES`] among its words.
const LEADS_TO_QUERIES: [&str; 4] = ["with", "explain", "desc", "describe"];

const WRITES: [&str; 6] = ["insert", "update", "delete", "merge", "replace", INTO];

/// A table, a file or a variable.
const INTO: &str = "into";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effects {
    /// Whether something of it may be durable when it has run, or has failed: nothing that may be is overlooked.
    pub(crate) may_commit: bool,
    /// What of it is known to commit: nothing is suspected that the words do not tell.
    pub(crate) commits: Commits,
    /// Whether all its statements are queries. A function that one calls may write all the same.
    pub(crate) only_reads: bool,
    /// Whether it runs a procedure or a block, or what a prepared statement holds, which outside of a transaction may commit whenever it likes.
    pub(crate) runs_code: bool,
}

impl Effects {
    /// Those of an INSERT and its like.
    pub(crate) const WORK: Self =
        Self { may_commit: false, commits: Commits::Never, only_reads: false, runs_code: false };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    Never,
    /// It is one statement that ends its transaction, and does nothing else: COMMIT.
    Only,
    /// No transaction is open behind it that was not before, unless one statement does all that, as CALL may.
    Lastly,
    /// Something behind it may open another transaction.
    Midway,
}

pub(super) fn effects(sql: &str, dialect: &Dialect) -> Effects {
    let lexicon = Lexicon::of(dialect);
    let statements = statements(sql, lexicon);
    let readings: Vec<_> = statements.iter().map(|statement| Reading::of(statement, lexicon)).collect();
    Effects {
        may_commit: readings.iter().any(|reading| reading.may_commit(dialect)),
        commits: commits(&readings, dialect),
        only_reads: readings.iter().all(Reading::only_reads),
        runs_code: readings.iter().any(|reading| reading.runs_code(dialect)),
    }
}

/// Whether all statements of a text are queries. A function that one calls may write all the same.
#[must_use]
pub fn only_reads(sql: &str, dialect: &Dialect) -> bool {
    let lexicon = Lexicon::of(dialect);
    statements(sql, lexicon).into_iter().all(|statement| Reading::of(statement, lexicon).only_reads())
}

/// Whether a text begins with COMMIT, and whether there is more behind it.
pub(crate) fn begins_with_commit(sql: &str, dialect: &Dialect) -> Option<bool> {
    let lexicon = Lexicon::of(dialect);
    let statements = statements(sql, lexicon);
    let (first, behind) = statements.split_first()?;
    Reading::of(first, lexicon).commits(dialect).then_some(!behind.is_empty())
}

fn commits(readings: &[Reading<'_>], dialect: &Dialect) -> Commits {
    if let [reading] = readings
        && reading.is_end()
    {
        return Commits::Only;
    }
    let mut commits = Commits::Never;
    let mut goes_on = dialect.implicit_commits;
    for reading in readings {
        if commits == Commits::Lastly && (goes_on || reading.is_any(&["begin", "start", "savepoint"])) {
            return Commits::Midway;
        }
        if reading.commits(dialect) {
            commits = Commits::Lastly;
            goes_on |= reading.has("chain");
        }
    }
    commits
}

/// A statement, and the word it begins with.
struct Reading<'s> {
    statement: &'s str,
    word: Option<&'s str>,
    lexicon: Lexicon,
}

impl<'s> Reading<'s> {
    fn of(statement: &'s str, lexicon: Lexicon) -> Self {
        // A query may stand in brackets.
        let open = statement.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        Self { statement, word: first_word(open, lexicon), lexicon }
    }

    fn is_any(&self, words: &[&str]) -> bool {
        self.word.is_some_and(|word| words.iter().any(|other| word.eq_ignore_ascii_case(other)))
    }

    fn has(&self, part: &str) -> bool {
        self.statement.to_ascii_lowercase().contains(part)
    }

    fn is_end(&self) -> bool {
        self.is_any(&["commit", "end"]) || (self.is_any(&["prepare"]) && self.is_second("transaction"))
    }

    fn may_commit(&self, dialect: &Dialect) -> bool {
        if !dialect.implicit_commits {
            return self.is_end();
        }
        match self.word {
            None => self.is_hidden(),
            _ if self.is_any(&["set"]) => self.is_set_that_commits(),
            _ => !self.is_any(&["with"]) && !self.is_any(&COMMITS_NOTHING),
        }
    }

    fn commits(&self, dialect: &Dialect) -> bool {
        if !dialect.implicit_commits {
            return self.is_end();
        }
        match self.word {
            None => self.is_hidden(),
            _ if self.is_any(&["set"]) => self.is_set_that_commits(),
            // LOAD DATA does not, LOAD INDEX does.
            _ if self.is_any(&["load"]) => self.is_second("index"),
            _ if self.is_any(&["create", "drop"]) => !self.is_second("temporary"),
            _ => self.is_any(&COMMITS),
        }
    }

    fn runs_code(&self, dialect: &Dialect) -> bool {
        if self.is_any(&["call", "do"]) || !dialect.implicit_commits {
            return self.is_any(&["call", "do"]);
        }
        let mut words = words(self.statement, self.lexicon);
        let word = if self.is_any(&["set"]) {
            // SET STATEMENT … FOR of MariaDB.
            words.find(|word| word.eq_ignore_ascii_case("for")).and_then(|_| words.next())
        } else {
            // What is hidden may have the version first that it is for.
            words.find(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
        };
        match word {
            Some(word) if word.eq_ignore_ascii_case("begin") => {
                words.next().is_some_and(|second| second.eq_ignore_ascii_case("not"))
            }
            Some(word) => ["call", "execute"].iter().any(|code| word.eq_ignore_ascii_case(code)),
            None => false,
        }
    }

    fn is_set_that_commits(&self) -> bool {
        let mut words = words(self.statement, self.lexicon).skip(1).map(str::to_ascii_lowercase);
        match words.next().as_deref() {
            // What MariaDB runs with it may be anything.
            Some("statement") => true,
            Some("default") => words.next().as_deref() == Some("role"),
            _ => self.has("autocommit") || self.has("password"),
        }
    }

    fn is_second(&self, word: &str) -> bool {
        words(self.statement, self.lexicon).nth(1).is_some_and(|second| second.eq_ignore_ascii_case(word))
    }

    /// Whether what is written as a comment, and run by the servers it is for, comes first.
    fn is_hidden(&self) -> bool {
        Tokenizer::new(self.statement, self.lexicon)
            .find(|token| !matches!(token.kind, TokenKind::Blank | TokenKind::Comment))
            .is_some_and(|token| token.text.starts_with("/*"))
    }

    fn only_reads(&self) -> bool {
        if self.word.is_none() {
            return !self.is_hidden();
        }
        let writes: &[&str] = match () {
            () if self.is_any(&QUERIES) => &[INTO],
            () if self.is_any(&LEADS_TO_QUERIES) => &WRITES,
            () => return false,
        };
        !words(self.statement, self.lexicon)
            .any(|word| writes.iter().any(|write| word.eq_ignore_ascii_case(write)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::PlaceholderStyle;

    fn sqlite() -> Dialect {
        Dialect::new("sqlite", "test", PlaceholderStyle::NumberedQuestion, &[])
    }

    fn mysql() -> Dialect {
        Dialect::new("mysql", "test", PlaceholderStyle::Question, &[]).with_implicit_commits()
    }

    #[test]
    fn a_text_with_commit_in_it_may_commit() {
        for sql in [
            "commit",
            " /* c */ End",
            "insert into t values (1); COMMIT; select 1",
            "prepare transaction 'x'",
        ] {
            assert!(effects(sql, &sqlite()).may_commit, "{sql}");
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
            let Effects { may_commit, commits, .. } = effects(sql, &sqlite());
            assert_eq!((may_commit, commits), (false, Commits::Never), "{sql}");
        }
    }

    #[test]
    fn more_does_where_statements_commit_by_themselves() {
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
            let Effects { may_commit, commits, .. } = effects(sql, &mysql());
            assert!(may_commit && commits != Commits::Never, "{sql}");
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
            let Effects { may_commit, commits, .. } = effects(sql, &mysql());
            assert_eq!((may_commit, commits), (false, Commits::Never), "{sql}");
        }
        // What nobody knows may, and is not said to.
        for sql in [
            "nonsense",
            "insert into t values (1); nonsense; select 1",
            "load data local infile 'x' into table t",
            "kill 7",
            "use b",
            "create temporary table t (a int)",
        ] {
            let Effects { may_commit, commits, .. } = effects(sql, &mysql());
            assert_eq!((may_commit, commits), (true, Commits::Never), "{sql}");
        }
    }

    #[test]
    fn what_stands_behind_may_open_another_transaction() {
        for (sql, dialect) in [
            ("commit; begin; select 1", sqlite()),
            ("end; savepoint a", sqlite()),
            ("commit and chain; select 1", sqlite()),
            ("commit; select 1", mysql()),
        ] {
            assert_eq!(effects(sql, &dialect).commits, Commits::Midway, "{sql}");
        }
        for (sql, dialect) in [
            ("begin; select 1; commit;", sqlite()),
            ("commit; select 1", sqlite()),
            ("select 1; commit", mysql()),
            ("call pay()", mysql()),
        ] {
            assert_eq!(effects(sql, &dialect).commits, Commits::Lastly, "{sql}");
        }
        assert_eq!(effects("/* a */ commit;", &mysql()).commits, Commits::Only);
        assert_eq!(begins_with_commit("commit; select 1", &sqlite()), Some(true));
        assert_eq!(begins_with_commit(" Commit and chain ;", &sqlite()), Some(false));
        assert_eq!(begins_with_commit("rollback to a; commit", &sqlite()), None);
    }

    #[test]
    fn queries_are_known_behind_comments_and_names() {
        for sql in [
            "select 1; values (2)",
            "/* trace */ select 1",
            "with a as (select 1) select * from a",
            "(select 1) union (select 2)",
            "explain select 1",
            "show tables",
            "select 'into', `into` from t -- into",
            "",
        ] {
            assert!(only_reads(sql, &mysql()), "{sql}");
        }
        for sql in [
            "select 1; insert into t values (1)",
            "with a as (select 1) delete from t",
            "with a as (insert into t values (1) returning n) select n from a",
            "explain analyze delete from t",
            "select 1 as n into t",
            "with a as (select 1) select * into t from a",
            "select * from t into outfile 'f'",
            "call p()",
            "/*!40000 truncate t */",
        ] {
            assert!(!only_reads(sql, &mysql()), "{sql}");
        }
    }

    #[test]
    fn what_runs_code_is_known_behind_what_stands_before_it() {
        for (sql, dialect) in [
            ("call p()", sqlite()),
            ("DO $$ begin end $$", sqlite()),
            ("call p()", mysql()),
            ("EXECUTE p", mysql()),
            ("execute immediate 'call p()'", mysql()),
            ("BEGIN NOT ATOMIC call p(); end", mysql()),
            ("set statement max_statement_time = 1, lock_wait_timeout = 2 FOR CALL p()", mysql()),
            ("/*! call p() */", mysql()),
            ("/* c */ /*M!100100 call p() */", mysql()),
        ] {
            assert!(effects(sql, &dialect).runs_code, "{sql}");
        }
        for (sql, dialect) in [
            ("execute p", sqlite()),
            ("begin", mysql()),
            ("begin; insert into t values (1)", mysql()),
            ("set statement max_statement_time = 1 for select 1", mysql()),
            ("set @n = 1", mysql()),
            ("/*!40101 set names utf8 */", mysql()),
            ("select 1 from t for update", mysql()),
            ("alter table t add b int", mysql()),
        ] {
            assert!(!effects(sql, &dialect).runs_code, "{sql}");
        }
    }
}
