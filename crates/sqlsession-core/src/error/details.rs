/// What the server said beside its message, as far as it said it or it can be read from the message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Details {
    /// The server's own code: SQLSTATE, MySQL's error number, SQLite's extended result code.
    pub code: Option<String>,
    /// The constraint that was violated.
    pub constraint: Option<String>,
    /// The table concerned.
    pub table: Option<String>,
    /// The column concerned; several are separated by `, `.
    pub column: Option<String>,
    /// PostgreSQL's `DETAIL`.
    pub detail: Option<String>,
    /// PostgreSQL's `HINT`.
    pub hint: Option<String>,
    /// Where in the statement the error was found, counted in characters from 1.
    pub position: Option<u32>,
    /// Which statement failed of several that were run by one call, from 1.
    pub statement_number: Option<usize>,
}
