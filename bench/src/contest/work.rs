use std::fmt;

/// What is to be done: the cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// One row by its key, on one connection, in no transaction.
    Select,
    /// The same inside of one open transaction.
    SelectInTransaction,
    /// begin, select, update, commit.
    Unit,
    /// Out of the pool, a select, back.
    Checkout,
    /// The same by 32 tasks on 8 connections.
    Contended,
    /// 20 rows changed in a transaction, one by one as a program changes objects.
    Flush,
    /// Rows into a table in a transaction, by the best way there is.
    Bulk,
    /// 10 000 rows whose keys the server draws and the program learns.
    Added,
    /// One statement with 5000 sets of values, in a transaction.
    Many,
    /// A large table, one struct after the other, none kept.
    Stream,
    /// A large table as a vector of structs.
    All,
    /// All rows of a table as what the library has for rows of any shape; then each value by the name of its column.
    Dynamic,
    /// Diesel's suite: so many rows of three columns.
    Trivial(usize),
    /// Diesel's suite: two tables joined, filtered and ordered, so many rows in the first.
    Complex(usize),
    /// Diesel's suite: so many rows by one INSERT.
    Insert(usize),
    /// Diesel's suite: users with their posts with their comments.
    Associations,
    /// A connection, one statement, and its end.
    Connect,
}

/// Rows of the large table, and of a bulk insert.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub large: usize,
    pub bulk: i64,
}

impl Sizes {
    /// What the targets are stated for.
    pub const FULL: Self = Self { large: 1_000_000, bulk: 100_000 };
    /// What keeps five rounds within minutes.
    pub const QUICK: Self = Self { large: 200_000, bulk: 20_000 };
}

impl Work {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 26] = [
        Self::Select,
        Self::SelectInTransaction,
        Self::Unit,
        Self::Checkout,
        Self::Contended,
        Self::Flush,
        Self::Bulk,
        Self::Added,
        Self::Many,
        Self::Stream,
        Self::All,
        Self::Dynamic,
        Self::Trivial(1),
        Self::Trivial(10),
        Self::Trivial(100),
        Self::Trivial(1000),
        Self::Trivial(10_000),
        Self::Complex(100),
        Self::Complex(1000),
        Self::Insert(1),
        Self::Insert(10),
        Self::Insert(25),
        Self::Insert(50),
        Self::Insert(100),
        Self::Associations,
        Self::Connect,
    ];

    /// Its name, with the size of what differs from run to run.
    pub fn title(self, sizes: Sizes) -> String {
        match self {
            Self::Bulk => format!("{self}, {} rows", sizes.bulk),
            Self::Stream | Self::All => format!("{self}, {} rows", sizes.large),
            _ => self.to_string(),
        }
    }

    /// Whether rows are written that are taken out again before the next time.
    pub fn fills(self) -> Option<&'static str> {
        match self {
            Self::Bulk => Some("bulk"),
            Self::Added => Some("added"),
            Self::Many => Some("pairs"),
            Self::Insert(_) => Some("people"),
            _ => None,
        }
    }

    /// Whether it is done in memory as well.
    pub fn is_done_in_memory(self) -> bool {
        matches!(self, Self::Select | Self::Unit | Self::Bulk | Self::Stream | Self::All)
    }

    /// How often it is done in a round, where a statement takes some microseconds, or is sent to a server.
    pub fn repeats(self, in_process: bool) -> u64 {
        let local = |local, remote| if in_process { local } else { remote };
        match self {
            Self::Select | Self::SelectInTransaction | Self::Checkout => local(20_000, 4_000),
            Self::Unit => local(5_000, 1_500),
            Self::Contended => local(16_000, 8_000),
            Self::Flush => local(1_000, 300),
            Self::Bulk | Self::Stream | Self::All => local(3, 2),
            Self::Added | Self::Many => 2,
            Self::Dynamic => 10,
            Self::Trivial(rows) | Self::Complex(rows) => {
                (200_000 / (rows as u64 + 50)).clamp(10, local(2_000, 1_000))
            }
            Self::Insert(rows) => (20_000 / (rows as u64 + 20)).clamp(10, local(500, 300)),
            Self::Associations => 3,
            Self::Connect => local(200, 50),
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Select => f.write_str("point select"),
            Self::SelectInTransaction => f.write_str("point select in a transaction"),
            Self::Unit => f.write_str("begin, select, update, commit"),
            Self::Checkout => f.write_str("checkout, select, return"),
            Self::Contended => f.write_str("checkout, select, return by 32 tasks on 8 connections"),
            Self::Flush => f.write_str("20 changed entities"),
            Self::Bulk => f.write_str("bulk insert"),
            Self::Added => f.write_str("10 000 added entities"),
            Self::Many => f.write_str("execute many, 5000 sets"),
            Self::Stream => f.write_str("large read, streamed"),
            Self::All => f.write_str("large read, all"),
            Self::Dynamic => f.write_str("10 000 dynamic rows"),
            Self::Trivial(rows) => write!(f, "trivial query, {rows} rows"),
            Self::Complex(rows) => write!(f, "medium complex query, {rows} rows"),
            Self::Insert(rows) => write!(f, "insert, {rows} rows"),
            Self::Associations => f.write_str("loading associations"),
            Self::Connect => f.write_str("connect"),
        }
    }
}
