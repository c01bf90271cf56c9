use std::collections::BTreeMap;

use sqlsession_core::Value;

use super::Failure;

/// The result of a step, by the kinds of the recorded outcomes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// An object came back.
    Ok,
    /// Nothing came back.
    None,
    /// One value.
    Value(Value),
    /// A list of values.
    Values(Vec<Value>),
    /// Rows.
    Rows(Vec<Vec<Value>>),
    /// What a statement without rows gave.
    RowCount {
        /// The number of rows it matched; `None` where it is not known.
        rowcount: Option<u64>,
        /// The key it generated last.
        lastrowid: Option<i64>,
    },
    /// A result that is kept: the number of rows matched if it has no rows.
    Result {
        /// Whether the statement returns rows.
        returns_rows: bool,
        /// The number of rows matched by a statement without rows.
        rowcount: Option<u64>,
    },
    /// A mapped object as SQLAlchemy shows it, or none.
    Entity(Option<ShownEntity>),
    /// A row, or none.
    Row(Option<Vec<Value>>),
    /// A row by its names, or none.
    Mapping(Option<BTreeMap<String, Value>>),
    /// Rows by their names.
    Mappings(Vec<BTreeMap<String, Value>>),
    /// Groups of rows.
    Partitions(Vec<Self>),
    /// The figures of a pool.
    Pool(PoolFigures),
    /// A block has ended; an exception in it goes on.
    Exit,
    /// An error.
    Error(Failure),
    /// The actor was never made, because an earlier step failed.
    Absent,
    /// It runs in the background.
    Started,
    /// The step is not for this backend.
    Skipped,
    /// What the steps of a function gave.
    Steps(Vec<Self>),
    /// The library has nothing that corresponds to the operation, for this reason.
    NoCounterpart(&'static str),
}

/// What SQLAlchemy says of a mapped object.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownEntity {
    /// `transient`, `pending`, `persistent`, `deleted` or `detached`.
    pub state: &'static str,
    /// The attributes that are loaded.
    pub loaded: BTreeMap<String, Value>,
}

/// The figures of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolFigures {
    /// The pool's class, in SQLAlchemy's words.
    pub class: String,
    /// Connections to keep.
    pub size: i64,
    /// Idle connections.
    pub checked_in: i64,
    /// Connections in use.
    pub checked_out: i64,
    /// Connections beyond `size`; negative while there are fewer.
    pub overflow: i64,
}

impl Body {
    /// The word for it in a recorded outcome's `kind`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::None => "none",
            Self::Value(_) => "value",
            Self::Values(_) => "values",
            Self::Rows(_) => "rows",
            Self::RowCount { .. } => "rowcount",
            Self::Result { .. } => "result",
            Self::Entity(_) => "entity",
            Self::Row(_) => "row",
            Self::Mapping(_) => "mapping",
            Self::Mappings(_) => "mappings",
            Self::Partitions(_) => "partitions",
            Self::Pool(_) => "pool",
            Self::Exit => "exit",
            Self::Error(_) => "error",
            Self::Absent => "absent",
            Self::Started => "started",
            Self::Skipped => "skipped",
            Self::Steps(_) => "body",
            Self::NoCounterpart(_) => "no counterpart",
        }
    }
}

impl From<sqlsession_core::Error> for Body {
    fn from(error: sqlsession_core::Error) -> Self {
        Self::Error(Failure::from(error))
    }
}
