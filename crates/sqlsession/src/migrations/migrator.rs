use async_trait::async_trait;
use refinery_core::{
    AsyncMigrate, Migration,
    traits::r#async::{AsyncQuery, AsyncTransaction},
};
use sqlsession_core::{AsyncConnection, Error, ErrorKind, Result, Statement};

use super::{errors::failed, history, lock::Lock};

/// A connection as refinery wants it.
pub(super) struct Migrator<'c> {
    connection: &'c mut AsyncConnection,
    /// What there is, to know a migration by its text.
    migrations: &'c [Migration],
    lock: Lock,
    holds_lock: bool,
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
        let (failure, applied_by_others) = (None, Vec::new());
        let migrator = Self {
            connection,
            migrations,
            lock,
            holds_lock: lock == Lock::Connection,
            failure,
            applied_by_others,
        };
        migrator.lock.acquire(migrator.connection).await?;
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

    /// Runs a migration, and notes it in the history.
    async fn apply(&mut self, sql: &str, history: &str) -> Result<()> {
        let migration = self.migrations.iter().find(|migration| migration.sql() == Some(sql)).cloned();
        let migration =
            migration.ok_or_else(|| Error::new(ErrorKind::InvalidState, "an unknown migration"))?;
        let statements = Statement::raw(sql.to_owned());
        let history = Statement::raw(history.to_owned());
        self.lock.begin(self.connection).await?;
        if Lock::is_transactional(self.connection.dialect()) {
            // The history comes first: it says whether somebody else has been here.
            match self.connection.execute(history).await {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::UniqueViolation => {
                    return self.applied_by_other(migration, error).await;
                }
                Err(error) => return Err(failed(&migration, error, "")),
            }
            let run = self.connection.execute_multi(statements).await;
            run.map_err(|error| failed(&migration, error, ""))?;
        } else {
            let run = self.connection.execute_multi(statements).await;
            run.map_err(|error| failed(&migration, error, PARTLY))?;
            self.connection.execute(history).await.map_err(|error| failed(&migration, error, WHOLLY))?;
        }
        self.connection.commit().await.map_err(|error| failed(&migration, error, ""))
    }

    async fn applied_by_other(&mut self, migration: Migration, error: Error) -> Result<()> {
        self.connection.rollback().await?;
        let applied = history::read(self.connection).await?;
        if !applied.contains(&migration) {
            return Err(failed(&migration, error, ""));
        }
        self.applied_by_others.push(migration);
        Ok(())
    }
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
        history::read_by(self.connection, query).await.map_err(|error| {
            self.failure = Some(error);
            Failed
        })
    }
}

impl AsyncMigrate for Migrator<'_> {}
