use std::path::Path;

use refinery_core::{Migration, Runner};
use sqlsession_core::{AsyncConnection, Result, SessionOptions};

use super::{MigrationStatus, errors::from_refinery, files, history, lock, migrator::Migrator};
use crate::database::Client;

/// The migrations of a project, in the order of their versions.
///
/// ```
/// use sqlsession::{AsyncDatabase, migrations::Migrations};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlsession::Result<()> {
/// // Or the files of a folder: `Migrations::read("migrations")?`, and `embed_migrations!("migrations")?`, which holds them
/// // in the program.
/// let migrations = Migrations::new([
///     ("V1__init.sql", "create table users (id integer primary key, name varchar(80) not null)"),
///     ("V2__first_user.sql", "insert into users (name) values ('Ada')"),
/// ])?;
/// let db = AsyncDatabase::create("sqlite://")?;
/// let applied = migrations.run(&db).await?;
/// assert_eq!(applied[1].name, "V2__first_user");
/// assert!(migrations.run(&db).await?.is_empty());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Migrations {
    migrations: Vec<Migration>,
}

impl Migrations {
    /// Migrations of these names, as `V1__init.sql`, and texts.
    ///
    /// # Errors
    /// `Configuration` for a name that is none, and for two migrations of one version.
    pub fn new<N: Into<String>, S: Into<String>>(files: impl IntoIterator<Item = (N, S)>) -> Result<Self> {
        let files = files.into_iter().map(|(name, sql)| (name.into(), sql.into()));
        Ok(Self { migrations: files::ordered(files)? })
    }

    /// The files of a folder whose names end with `.sql`; those in folders inside it are not read.
    ///
    /// # Errors
    /// As [`new`](Self::new), and `Configuration` when the folder or a file cannot be read.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self> {
        Self::new(files::read(folder.as_ref())?)
    }

    /// Applies those that are not applied yet, and says which they were. `&AsyncDatabase` gives a future, `&Database` the
    /// result.
    ///
    /// # Errors
    /// `Configuration` when what was applied does not agree with what is here, and for a file with a COMMIT of its own where
    /// files are applied as a whole, before anything is applied. Else the database's, with the name of the migration; those
    /// before it stay applied. `LockTimeout` and `Busy` when another process migrates for too long, `InvalidState` when MySQL
    /// has let the lock go. `ForeignKeyViolation` for a file of SQLite's that is not enforced and leaves rows without their parent;
    /// inside of an outer transaction such a file is `Configuration`.
    ///
    /// # Cancel safety
    /// A future that is dropped leaves what it has applied, and its connection is closed with what a file has set on it. On MySQL
    /// the migration that was running may be there in part.
    pub fn run<C: Client>(&self, client: C) -> C::Done<Vec<MigrationStatus>> {
        let migrations = self.migrations.clone();
        client.with_connection(lock::options, move |connection| Box::pin(run(connection, migrations)))
    }

    /// All that are here, with the time when each was applied. Nothing is changed.
    ///
    /// # Errors
    /// The database's; `Configuration` when its history cannot be read.
    pub fn status<C: Client>(&self, client: C) -> C::Done<Vec<MigrationStatus>> {
        let migrations = self.migrations.clone();
        client.with_connection(
            |_| SessionOptions::default(),
            move |connection| Box::pin(status(connection, migrations)),
        )
    }
}

async fn run(connection: &mut AsyncConnection, migrations: Vec<Migration>) -> Result<Vec<MigrationStatus>> {
    let mut migrator = Migrator::new(connection, &migrations).await?;
    let report = match Runner::new(&migrations).run_async(&mut migrator).await {
        Ok(report) => report,
        Err(error) => return Err(migrator.failure().unwrap_or_else(|| from_refinery(&error, &migrations))),
    };
    let ours = report.applied_migrations().iter().filter(|applied| !migrator.was_applied_by_others(applied));
    let applied = ours.map(|migration| MigrationStatus::new(migration, Some(migration))).collect();
    migrator.release().await?;
    Ok(applied)
}

async fn status(
    connection: &mut AsyncConnection,
    migrations: Vec<Migration>,
) -> Result<Vec<MigrationStatus>> {
    let applied = history::read(connection).await?;
    let status = migrations.iter().map(|migration| {
        let line = applied.iter().find(|line| line.version() == migration.version());
        MigrationStatus::new(migration, line)
    });
    Ok(status.collect())
}
