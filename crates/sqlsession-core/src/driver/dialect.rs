use super::{BatchStyle, IsolationLevel};

/// What core has to know about a driver's SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dialect {
    /// The dialect's name: `sqlite`, `postgresql`, `mysql`.
    pub name: &'static str,
    /// The driver's name: `rusqlite`.
    pub driver: &'static str,
    /// How a bind parameter is written.
    pub placeholders: PlaceholderStyle,
    /// Whether a backslash escapes inside a string (MySQL).
    pub backslash_escapes: bool,
    /// Whether the server takes several statements in one text.
    pub several_statements: bool,
    /// Whether statements other than COMMIT commit what was before them (MySQL: DDL, CALL, LOCK TABLES).
    pub implicit_commits: bool,
    /// The quote around the name of a table or column.
    pub quote: char,
    /// Whether a SELECT can lock its rows by `FOR UPDATE`.
    pub row_locks: bool,
    /// How many entities are written at once.
    pub batches: BatchStyle,
    /// The isolation levels the driver accepts.
    pub isolation_levels: &'static [IsolationLevel],
}

impl Dialect {
    /// A dialect without backslash escapes, whose server takes one statement at a time. Names are in double quotes, rows
    /// cannot be locked, and entities are written one by one.
    #[must_use]
    pub const fn new(
        name: &'static str,
        driver: &'static str,
        placeholders: PlaceholderStyle,
        isolation_levels: &'static [IsolationLevel],
    ) -> Self {
        Self {
            name,
            driver,
            placeholders,
            backslash_escapes: false,
            several_statements: false,
            implicit_commits: false,
            quote: '"',
            row_locks: false,
            batches: BatchStyle::OneByOne,
            isolation_levels,
        }
    }

    /// The same dialect where a backslash escapes inside a string.
    #[must_use]
    pub const fn with_backslash_escapes(mut self) -> Self {
        self.backslash_escapes = true;
        self
    }

    /// The same dialect where statements other than COMMIT commit what was before them.
    #[must_use]
    pub const fn with_implicit_commits(mut self) -> Self {
        self.implicit_commits = true;
        self
    }

    /// The same dialect with names in other quotes.
    #[must_use]
    pub const fn with_quote(mut self, quote: char) -> Self {
        self.quote = quote;
        self
    }

    /// The same dialect where a SELECT can lock its rows.
    #[must_use]
    pub const fn with_row_locks(mut self) -> Self {
        self.row_locks = true;
        self
    }

    /// The same dialect where many entities are written at once in this way.
    #[must_use]
    pub const fn with_batches(mut self, style: BatchStyle) -> Self {
        self.batches = style;
        self
    }

    /// The same dialect where the server takes several statements in one text, and gives the result of each.
    #[must_use]
    pub const fn with_several_statements(mut self) -> Self {
        self.several_statements = true;
        self
    }
}

/// How a bind parameter is written in the text a driver is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PlaceholderStyle {
    /// `$1`, `$2`: a name used twice has one number (PostgreSQL).
    Dollar,
    /// `?1`, `?2`: a name used twice has one number (SQLite).
    NumberedQuestion,
    /// `?`: a name used twice is sent twice (MySQL).
    Question,
}
