use std::time::Duration;

use sqlsession_core::{
    AsyncConnection, BeginMode, Error, ErrorKind, IsolationLevel, Result, SessionOptions, driver::Dialect,
    text,
};

/// How long MySQL waits for another process that migrates.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// The same for all who migrate a database of PostgreSQL.
const ADVISORY_KEY: i64 = 0x7371_6c73_6573_7369;

/// A name of MySQL's is the server's, and has up to 64 letters.
const NAMED: &str = "concat('sqlsession_migrations.', sha1(coalesce(database(), '')))";

/// How those keep out of each other's way who migrate one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    /// SQLite: every transaction begins with the write lock.
    Begin,
    /// PostgreSQL: every transaction takes a lock that ends with it.
    Transaction,
    /// MySQL, whose transactions end with every CREATE: the connection has the lock, which is looked at before each file.
    Connection,
    /// Nothing is known to lock by. The history still takes no version twice.
    None,
}

impl Lock {
    pub(super) fn of(dialect: &Dialect) -> Self {
        match dialect.name {
            "sqlite" => Self::Begin,
            "postgresql" => Self::Transaction,
            "mysql" => Self::Connection,
            _ => Self::None,
        }
    }

    /// Whether what a transaction has done is undone with it, whatever it was.
    pub(super) fn is_transactional(dialect: &Dialect) -> bool {
        !dialect.implicit_commits
    }

    /// # Errors
    /// `LockTimeout`, or the server's. `InvalidState` where the connection has its lock no more: a file may have let it go, or
    /// another connection may have come in its place.
    pub(super) async fn begin(self, connection: &mut AsyncConnection) -> Result<()> {
        match self {
            Self::Transaction => {
                let lock = text("select pg_advisory_xact_lock(:key)").bind("key", ADVISORY_KEY);
                connection.execute(lock).await.map(drop)
            }
            Self::Connection => {
                let sql = format!("select is_used_lock({NAMED}) = connection_id()");
                if connection.scalar::<i64>(sql).await? == Some(1) {
                    return Ok(());
                }
                let message =
                    "the lock that keeps others from migrating meanwhile is not held any more: run it again";
                Err(Error::new(ErrorKind::InvalidState, message))
            }
            Self::Begin | Self::None => Ok(()),
        }
    }

    /// # Errors
    /// `LockTimeout`, or the server's.
    pub(super) async fn acquire(self, connection: &mut AsyncConnection) -> Result<()> {
        if self != Self::Connection {
            return Ok(());
        }
        let sql = format!("select get_lock({NAMED}, {})", LONGEST_WAIT.as_secs());
        let locked = connection.scalar::<i64>(sql).await?;
        // So that what is read next is read as the other process has left it.
        connection.commit().await?;
        if locked == Some(1) {
            return Ok(());
        }
        let message =
            format!("another process migrates this database, for more than {} s", LONGEST_WAIT.as_secs());
        Err(Error::new(ErrorKind::LockTimeout, message))
    }

    /// # Errors
    /// The server's.
    pub(super) async fn release(self, connection: &mut AsyncConnection) -> Result<()> {
        if self == Self::Connection {
            connection.execute(format!("select release_lock({NAMED})")).await?;
            connection.commit().await?;
        }
        Ok(())
    }
}

/// The options of a connection that migrates: in transactions, whatever the engine's others do, and such as see what was
/// committed while they waited for the lock.
pub(super) fn options(dialect: &Dialect) -> SessionOptions {
    let level = if dialect.isolation_levels.contains(&IsolationLevel::ReadCommitted) {
        IsolationLevel::ReadCommitted
    } else {
        IsolationLevel::Serializable
    };
    SessionOptions::default().isolation_level(level).begin_mode(BeginMode::Immediate).read_only(false)
}
