use std::collections::VecDeque;

use async_trait::async_trait;
use refinery_core::{
    AsyncMigrate, Migration,
    traits::r#async::{AsyncQuery, AsyncTransaction},
};
use sqlsession_core::{AsyncConnection, Error, ErrorKind, Result, Statement};

use super::{errors::failed, foreign_keys, history, lock::Lock, namespace::Namespace, transaction_control};

/// A connection as refinery wants it.
pub(super) struct Migrator<'c> {
    connection: &'c mut AsyncConnection,
    /// What there is, in order.
    migrations: &'c [Migration],
    /// What is to be applied, in order: refinery says of a migration only its text.
    pending: VecDeque<&'c Migration>,
    lock: Lock,
    holds_lock: bool,
    namespace: Namespace,
    /// The error that refinery was told of: it gives back a box of it.
    failure: Option<Error>,
    /// What another process had applied between our look at the history and our turn.
    applied_by_others: Vec<Migration>,
}

impl<'c> Migrator<'c> {
    /// # Errors
    /// `LockTimeout`, or the server's.
    pub(super) async fn new(
        connection: &'c mut AsyncConnection,
        migrations: &'c [Migration],
    ) -> Result<Self> {
        let lock = Lock::of(connection.dialect());
        // That of the engine is for the program's statements. Another process may have to be waited for.
        connection.set_statement_timeout(None);
        let mut migrator = Self {
            connection,
            migrations,
            pending: VecDeque::new(),
            lock,
            holds_lock: lock == Lock::Connection,
            namespace: Namespace::Only,
            failure: None,
            applied_by_others: Vec::new(),
        };
        lock.acquire(migrator.connection).await?;
        migrator.namespace = Namespace::read(migrator.connection).await?;
        Ok(migrator)
    }

    /// # Errors
    /// The server's.
    pub(super) async fn release(mut self) -> Result<()> {
        self.lock.release(self.connection).await?;
        self.holds_lock = false;
        Ok(())
    }

    pub(super) fn failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    pub(super) fn was_applied_by_others(&self, migration: &Migration) -> bool {
        self.applied_by_others.contains(migration)
    }

    async fn run(&mut self, queries: &[&str]) -> Result<()> {
        match *queries {
            [sql, history] => self.apply(sql, history).await,
            _ => {
                self.lock.begin(self.connection).await?;
                for query in queries {
                    self.connection.execute(Statement::raw((*query).to_owned())).await?;
                }
                self.connection.commit().await
            }
        }
    }

    /// Sees what is to be applied.
    ///
    /// # Errors
    /// `Configuration` for a file that cannot be applied as a whole, before any is.
    fn plan(&mut self, applied: &[Migration]) -> Result<()> {
        let is_pending =
            |migration: &&Migration| applied.iter().all(|line| line.version() != migration.version());
        self.pending = self.migrations.iter().filter(is_pending).collect();
        let dialect = self.connection.dialect();
        if !Lock::is_transactional(dialect) {
            return Ok(());
        }
        self.pending.iter().try_for_each(|migration| transaction_control::refuse(migration, dialect))
    }

    /// Applies a migration, without the enforcement of foreign keys where it says so.
    async fn apply(&mut self, sql: &str, history: &str) -> Result<()> {
        let migration = self.pending.pop_front().filter(|migration| migration.sql() == Some(sql));
        let migration =
            migration.ok_or_else(|| Error::new(ErrorKind::InvalidState, "an unknown migration"))?;
        let named = |error| failed(migration, error, "");
        let switches = foreign_keys::are_switched_off_by(sql, self.connection.dialect());
        if !switches || !foreign_keys::are_enforced(self.connection).await.map_err(named)? {
            return self.apply_in_transaction(migration, sql, history, Orphans::NotMinded).await;
        }
        foreign_keys::enforce(self.connection, false).await.map_err(named)?;
        let applied = self.apply_in_transaction(migration, sql, history, Orphans::Refused).await;
        if applied.is_err() {
            // The error says enough.
            let _ = self.connection.rollback().await;
        }
        let enforced = foreign_keys::enforce(self.connection, true).await.map_err(named);
        applied.and(enforced)
    }

    /// Runs a migration, and notes it in the history.
    async fn apply_in_transaction(
        &mut self,
        migration: &Migration,
        sql: &str,
        history: &str,
        orphans: Orphans,
    ) -> Result<()> {
        let named = |error| failed(migration, error, "");
        let statements = Statement::raw(sql.to_owned());
        let history = Statement::raw(history.to_owned());
        self.lock.begin(self.connection).await.map_err(named)?;
        if self.lock != Lock::Begin {
            // What the file sets for its session is not for the program's sessions, whatever becomes of the future.
            self.connection.close_on_return(true);
        }
        let before = match orphans {
            Orphans::Refused => Some(foreign_keys::orphans(self.connection).await),
            Orphans::NotMinded => None,
        };
        // Where a key refers to what cannot be referred to, SQLite refuses to look: nothing can be compared then.
        let before = match before {
            Some(Err(error)) if error.kind() == ErrorKind::Database => None,
            Some(orphans) => Some(orphans.map_err(named)?),
            None => None,
        };
        if Lock::is_transactional(self.connection.dialect()) {
            // The history comes first: it says whether somebody else has been here.
            match self.connection.execute(history).await {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::UniqueViolation => {
                    return self.applied_by_other(migration, error).await;
                }
                Err(error) => return Err(named(error)),
            }
            self.connection.execute_multi(statements).await.map_err(named)?;
            self.namespace.put_back(self.connection).await.map_err(named)?;
        } else {
            let run = self.connection.execute_multi(statements).await;
            run.map_err(|error| failed(migration, error, PARTLY))?;
            let wholly = |error| failed(migration, error, WHOLLY);
            self.namespace.put_back(self.connection).await.map_err(wholly)?;
            self.connection.execute(history).await.map_err(wholly)?;
        }
        if let Some(before) = before {
            let after = foreign_keys::orphans(self.connection).await.map_err(named)?;
            foreign_keys::refuse_new(&before, &after).map_err(named)?;
        }
        self.connection.commit().await.map_err(named)
    }

    async fn applied_by_other(&mut self, migration: &Migration, error: Error) -> Result<()> {
        self.connection.rollback().await?;
        let applied = history::read(self.connection).await?;
        if !applied.contains(migration) {
            return Err(failed(migration, error, ""));
        }
        self.applied_by_others.push(migration.clone());
        Ok(())
    }
}

/// What becomes of a file that leaves rows without their parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Orphans {
    /// The database sees to them, or nobody does.
    NotMinded,
    /// It is refused.
    Refused,
}

const PARTLY: &str = " (the statements before it are durable where this server commits them at once, and the migration is \
                      not noted as applied)";
const WHOLLY: &str = " (its statements have run, but it is not noted as applied)";

/// The lock of a connection must not go back to the pool with it.
impl Drop for Migrator<'_> {
    fn drop(&mut self) {
        if self.holds_lock {
            self.connection.invalidate();
        }
    }
}

/// What refinery is told: the error itself is kept.
#[derive(Debug)]
pub(super) struct Failed;

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the database refused")
    }
}

impl std::error::Error for Failed {}

#[async_trait]
impl AsyncTransaction for Migrator<'_> {
    type Error = Failed;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send>(&mut self, queries: T) -> Result<usize, Failed> {
        let queries: Vec<&str> = queries.collect();
        match self.run(&queries).await {
            Ok(()) => Ok(queries.len()),
            Err(error) => {
                self.failure = Some(error);
                Err(Failed)
            }
        }
    }
}

#[async_trait]
impl AsyncQuery<Vec<Migration>> for Migrator<'_> {
    async fn query(&mut self, query: &str) -> Result<Vec<Migration>, Failed> {
        let applied = history::read_by(self.connection, query).await;
        applied.and_then(|applied| self.plan(&applied).map(|()| applied)).map_err(|error| {
            self.failure = Some(error);
            Failed
        })
    }
}

impl AsyncMigrate for Migrator<'_> {}
