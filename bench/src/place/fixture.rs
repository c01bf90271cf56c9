use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlsession_test_servers::{MysqlProduct, MysqlServer, PostgresServer};
use tempfile::TempDir;

use super::{Database, Place, emptied, tables};
use crate::{
    Fallible,
    contest::{Sizes, Work},
};

/// The server, or the folder of the files, which ends with this.
pub struct Fixture {
    database: Database,
    server: Server,
    sizes: Sizes,
    has_large: bool,
}

enum Server {
    Files(TempDir),
    Memory,
    Postgres(PostgresServer),
    Mariadb(MysqlServer),
}

impl Fixture {
    pub fn start(database: Database, sizes: Sizes) -> Fallible<Self> {
        let server = match database {
            Database::Sqlite => Server::Files(tempfile::tempdir()?),
            Database::SqliteInMemory => Server::Memory,
            Database::Postgres => Server::Postgres(PostgresServer::start()?),
            Database::Mariadb => Server::Mariadb(MysqlServer::start(MysqlProduct::Mariadb)?),
        };
        let fixture = Self { database, server, sizes, has_large: false };
        if database != Database::SqliteInMemory {
            fixture.first().query(&tables::script(database))?;
        }
        Ok(fixture)
    }

    /// What a contestant brings into a database in memory, for others find it there.
    pub fn in_memory(work: Work, sizes: Sizes) -> String {
        let database = Database::SqliteInMemory;
        let mut script = tables::script(database);
        if reads_many(work) {
            script += &tables::users(database, MANY, sizes.large);
        }
        script
    }

    /// The database that all share, or the file that the others are copies of.
    fn first(&self) -> Place {
        let at = match &self.server {
            Server::Files(folder) => path(folder.path(), 0),
            Server::Memory => ":memory:".to_owned(),
            Server::Postgres(server) => server.url(),
            Server::Mariadb(server) => server.url(),
        };
        Place { database: self.database, at }
    }

    /// Brings the rows that a case is about.
    pub fn prepare(&mut self, work: Work) -> Fallible<()> {
        if self.database == Database::SqliteInMemory {
            return Ok(());
        }
        let first = self.first();
        if reads_many(work) && !self.has_large {
            first.query(&tables::users(self.database, MANY, self.sizes.large))?;
            self.has_large = true;
        }
        let rows = match work {
            Work::Trivial(rows) | Work::Complex(rows) => tables::people(self.database, rows),
            Work::Associations => tables::associated(self.database),
            _ => return Ok(()),
        };
        for table in ["comments", "posts", "people"] {
            first.query(&emptied(self.database, table))?;
        }
        first.query(&rows)?;
        if self.database == Database::Postgres {
            first.query("analyze")?;
        }
        Ok(())
    }

    /// Where a contestant finds its rows. Each has a file of its own: SQLite shares its locks between the connections of a
    /// process, so that the open transaction of one would spare another its system calls.
    pub fn place(&self) -> Fallible<Place> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let mut place = self.first();
        if let Server::Files(folder) = &self.server {
            place.file()?.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
            let copy = path(folder.path(), NEXT.fetch_add(1, Ordering::Relaxed));
            std::fs::copy(&place.at, &copy)?;
            place.at = copy;
        }
        Ok(place)
    }

    /// The server by a port that stands for it; none where there is no server.
    pub fn through(&self, port: u16) -> Option<Place> {
        let at = match &self.server {
            Server::Files(_) | Server::Memory => return None,
            Server::Postgres(server) => server.url_through(port),
            Server::Mariadb(server) => server.url_through(port),
        };
        Some(Place { database: self.database, at })
    }

    pub fn port(&self) -> Option<u16> {
        match &self.server {
            Server::Files(_) | Server::Memory => None,
            Server::Postgres(server) => Some(server.port()),
            Server::Mariadb(server) => Some(server.port()),
        }
    }
}

/// The large table.
const MANY: &str = "many_users";

fn reads_many(work: Work) -> bool {
    matches!(work, Work::Stream | Work::All)
}

fn path(folder: &Path, number: u32) -> String {
    folder.join(format!("bench{number}.db")).display().to_string()
}
