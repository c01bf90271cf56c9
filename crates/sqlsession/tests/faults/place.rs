use std::{path::Path, thread::sleep, time::Duration};

use sqlsession::{AsyncEngine, EngineOptions, blocking, create_engine_with};
use sqlsession_test_servers::{MysqlDatabase, PostgresDatabase};
use tempfile::TempDir;

/// How long a writer waits for a lock: much longer than it takes to be let go.
const LOCK_WAIT: u32 = 20;

/// A database of a test's own.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(PostgresDatabase),
    Mysql(MysqlDatabase),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) fn postgres() -> Self {
        Self::Postgres(PostgresDatabase::create().unwrap())
    }

    pub(crate) fn mysql() -> Self {
        Self::Mysql(MysqlDatabase::create().unwrap())
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
            Self::Mysql(_) => "mysql",
        }
    }

    /// Its URL, by which a writer waits for [`LOCK_WAIT`] seconds.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(dir) => format!("sqlite:///{}/app.db?timeout={LOCK_WAIT}", dir.path().display()),
            Self::Postgres(place) => {
                with_option(place.url(), &format!("options=-c%20lock_timeout%3D{LOCK_WAIT}s"))
            }
            Self::Mysql(place) => with_option(
                place.url(),
                &format!("init_command=set%20innodb_lock_wait_timeout%20%3D%20{LOCK_WAIT}"),
            ),
        }
    }

    pub(crate) fn engine(&self, options: EngineOptions) -> AsyncEngine {
        create_engine_with(self.url(), options).unwrap()
    }

    pub(crate) fn blocking_engine(&self, options: EngineOptions) -> blocking::Engine {
        blocking::create_engine_with(self.url(), options).unwrap()
    }

    /// A statement that reads for some minutes and then fails, if nobody stops it.
    pub(crate) fn endless(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => {
                "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
            }
            Self::Postgres(_) => "select pg_sleep(200)",
            Self::Mysql(_) => "select sleep(200) from (select 1 union select 2) as two where sleep(100) >= 0",
        }
    }

    /// A statement with more rows than are ever read.
    pub(crate) fn many_rows(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => {
                "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"
            }
            Self::Postgres(_) => "select n from generate_series(1, 50000000) n",
            Self::Mysql(_) => {
                "with d(i) as (select 0 union all select 1 union all select 2 union all select 3 union all select 4 \
                 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9) \
                 select a.i from d a, d b, d c, d d, d e, d f, d g, d h"
            }
        }
    }

    /// Whether somebody waits for a lock in this database, within some seconds.
    pub(crate) fn has_a_waiter(&self) -> bool {
        let asked = match self {
            // It says nothing of those who wait.
            Self::Sqlite(_) => {
                sleep(Duration::from_millis(150));
                return true;
            }
            Self::Postgres(_) => {
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            }
            // A statement that is seen twice waits. (The transactions of InnoDB name connections that are gone.)
            Self::Mysql(_) => {
                "select count(*) from information_schema.processlist \
                 where db = database() and command <> 'Sleep' and info like 'update %'"
            }
        };
        let mut seen = 0;
        (0..100).any(|_| {
            sleep(Duration::from_millis(20));
            seen = if self.ask(asked) == "0" { 0 } else { seen + 1 };
            seen == 2
        })
    }

    /// How many connections of engines there are.
    pub(crate) fn connections(&self) -> usize {
        let asked = match self {
            Self::Sqlite(dir) => return open_files(dir.path()),
            Self::Postgres(_) => {
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            }
            Self::Mysql(_) => {
                "select count(*) from information_schema.processlist where db = database() and id <> connection_id()"
            }
        };
        self.ask(asked).parse().unwrap()
    }

    /// What the server says, asked outside of any engine.
    pub(crate) fn ask(&self, sql: &str) -> String {
        match self {
            Self::Sqlite(_) => panic!("there is no server of SQLite to be asked"),
            Self::Postgres(place) => place.query(sql).unwrap(),
            Self::Mysql(place) => place.query(sql).unwrap(),
        }
    }
}

/// How many times this process has opened databases in that folder; none where there is no /proc.
fn open_files(folder: &Path) -> usize {
    let Ok(files) = std::fs::read_dir("/proc/self/fd") else { return 0 };
    let targets = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    targets.filter(|target| target.starts_with(folder) && target.ends_with("app.db")).count()
}

/// The URL with one more option.
pub(crate) fn with_option(url: &str, option: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{option}")
}
