use anyhow::{Context, Result, bail};
use sqlsession_test_servers::{MysqlProduct, MysqlServer, PostgresServer};
use tempfile::TempDir;

use crate::memory::resident;

/// A backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// SQLite, in a file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB.
    Mysql,
}

impl Backend {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mysql];

    /// Its name in `--backend`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }

    /// The backend of that name.
    ///
    /// # Errors
    /// There is none.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|backend| backend.name() == name);
        found.with_context(|| format!("unknown backend {name:?}: want sqlite, postgres or mysql"))
    }

    /// A statement that takes some tenths of a second, if nobody stops it.
    pub(crate) fn slow(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000000) select count(*) from n"
            }
            Self::Postgres => "select 1 from pg_sleep(0.2)",
            Self::Mysql => "select sleep(0.2)",
        }
    }

    /// What a session asks for the number of statements that its connection has prepared; `None` where the server is
    /// asked for all of them, or where there is no server.
    pub(crate) fn prepared_by_me(self) -> Option<&'static str> {
        (self == Self::Postgres).then_some("select count(*) from pg_prepared_statements")
    }
}

/// A database of the run's own, on a server of its own.
#[derive(Debug)]
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(PostgresServer),
    Mysql(MysqlServer),
}

/// A look at the server.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    /// Connections beside the one that asks.
    pub(crate) connections: u64,
    /// Prepared statements of all connections together, where the server says.
    pub(crate) prepared: Option<u64>,
    /// Memory in KiB that is not shared: of the server, or of its processes for the engine's connections.
    pub(crate) memory: Option<u64>,
}

impl Place {
    pub(crate) fn create(backend: Backend) -> Result<Self> {
        Ok(match backend {
            Backend::Sqlite => Self::Sqlite(tempfile::tempdir().context("make a folder")?),
            Backend::Postgres => Self::Postgres(PostgresServer::start()?),
            Backend::Mysql => Self::Mysql(MysqlServer::start(MysqlProduct::Mariadb)?),
        })
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(dir) => {
                format!("sqlite:///{}/soak.db?synchronous=normal&timeout=60", dir.path().display())
            }
            Self::Postgres(server) => server.url(),
            Self::Mysql(server) => server.url(),
        }
    }

    /// # Errors
    /// The server does not answer.
    pub(crate) fn look(&self) -> Result<Look> {
        match self {
            Self::Sqlite(_) => Ok(Look::default()),
            Self::Postgres(server) => {
                let pids = server.query(
                    "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
                )?;
                let pids: Vec<u32> = pids.lines().map(str::parse).collect::<Result<_, _>>()?;
                // One that has ended meanwhile has none.
                let memory = pids.iter().filter_map(|pid| resident(*pid).ok()).sum();
                Ok(Look { connections: pids.len() as u64, prepared: None, memory: Some(memory) })
            }
            Self::Mysql(server) => {
                let said = server.query(
                    "select count(*) from information_schema.processlist \
                     where db = database() and id <> connection_id(); show global status like 'Prepared_stmt_count'",
                )?;
                let Some((connections, prepared)) = said.split_once('\n') else { bail!("read {said:?}") };
                let prepared = prepared.rsplit('|').next().unwrap_or_default();
                let memory = server.pid().map(resident).transpose()?;
                Ok(Look { connections: connections.parse()?, prepared: Some(prepared.parse()?), memory })
            }
        }
    }
}
