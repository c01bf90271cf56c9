use sqlsession::{Engine, Statement, text};

use super::plan::Level;

/// What the workload has to know of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
    Mysql,
}

impl Dialect {
    pub(crate) fn of(engine: &dyn Engine) -> Self {
        match engine.dialect().name {
            "sqlite" => Self::Sqlite,
            "postgresql" => Self::Postgres,
            _ => Self::Mysql,
        }
    }

    /// The levels that a transfer may have.
    pub(crate) fn levels(self) -> &'static [Level] {
        match self {
            Self::Sqlite => &[Level::Default, Level::Serializable],
            Self::Postgres | Self::Mysql => {
                &[Level::Default, Level::ReadCommitted, Level::RepeatableRead, Level::Serializable]
            }
        }
    }

    /// The levels at which two reads of one transaction see the same.
    pub(crate) fn snapshot_levels(self) -> &'static [Level] {
        match self {
            Self::Sqlite => &[Level::Default, Level::Serializable],
            Self::Postgres | Self::Mysql => &[Level::RepeatableRead, Level::Serializable],
        }
    }

    /// Whether nobody else can change at this level what a transaction has read, or the server would say so.
    pub(crate) fn keeps_what_was_read(self, level: Level) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres => matches!(level, Level::RepeatableRead | Level::Serializable),
            Self::Mysql => level == Level::Serializable,
        }
    }

    pub(crate) fn has_row_locks(self) -> bool {
        self != Self::Sqlite
    }

    /// A statement that takes longer than any timeout of a unit.
    pub(crate) fn slow(self) -> Statement {
        text(match self {
            Self::Postgres => "SELECT count(*) FROM pg_sleep(0.5)",
            // Alone, a sleep that is stopped is no error.
            Self::Mysql => "SELECT count(*) FROM accounts WHERE sleep(0.05) = 0",
            Self::Sqlite => {
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) \
                 SELECT count(*) FROM n"
            }
        })
    }
}
