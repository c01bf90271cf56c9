//! Those who take part, each in a folder of its own, and in which order. The first that does a work is what the others are
//! compared with.

mod diesel;
mod mysql_async;
mod postgres;
mod python;
mod rusqlite;
mod sea_orm;
mod sqlsession;
mod sqlx;
mod tokio_postgres;

use crate::{
    Fallible,
    contest::{Cell, Contestant, Sizes, Work, enter, takes_part},
    place::{Database, Place},
};

/// A contestant in a list.
struct Entry {
    name: &'static str,
    takes_part: fn(Work) -> bool,
    enter: fn(Work, Sizes, &Place) -> Fallible<Cell>,
}

const fn entry<C: Contestant>() -> Entry {
    Entry { name: C::NAME, takes_part: takes_part::<C>, enter: enter::<C> }
}

const SQLITE: &[Entry] = &[
    entry::<rusqlite::Rusqlite>(),
    entry::<rusqlite::DeadpoolSqlite>(),
    entry::<sqlsession::Blocking>(),
    entry::<sqlsession::Sqlsession<sqlsession::Native>>(),
    entry::<sqlsession::InSession>(),
    entry::<sqlsession::CommitWithUpdate>(),
    entry::<sqlsession::Sqlsession<sqlsession::OverSqlx>>(),
    entry::<diesel::Blocking>(),
    entry::<diesel::Sqlite>(),
    entry::<sqlx::Sqlite>(),
    entry::<sea_orm::SeaOrm>(),
];

/// Those whose connections all reach one database in memory, or who have one connection.
const SQLITE_IN_MEMORY: &[Entry] = &[
    entry::<rusqlite::Rusqlite>(),
    entry::<sqlsession::Blocking>(),
    entry::<sqlsession::Sqlsession<sqlsession::Native>>(),
    entry::<sqlsession::Sqlsession<sqlsession::OverSqlx>>(),
    entry::<diesel::Blocking>(),
    entry::<diesel::Sqlite>(),
    entry::<sqlx::Sqlite>(),
    entry::<sea_orm::SeaOrm>(),
];

const POSTGRES: &[Entry] = &[
    entry::<tokio_postgres::TokioPostgres>(),
    entry::<tokio_postgres::Joined>(),
    entry::<postgres::Postgres>(),
    entry::<sqlsession::Sqlsession<sqlsession::Native>>(),
    entry::<sqlsession::InSession>(),
    entry::<sqlsession::CommitWithUpdate>(),
    entry::<sqlsession::Blocking>(),
    entry::<sqlsession::Sqlsession<sqlsession::OverSqlx>>(),
    entry::<diesel::Postgres>(),
    entry::<sqlx::Postgres>(),
    entry::<sea_orm::SeaOrm>(),
];

const MARIADB: &[Entry] = &[
    entry::<mysql_async::MysqlAsync>(),
    entry::<sqlsession::Sqlsession<sqlsession::Native>>(),
    entry::<sqlsession::InSession>(),
    entry::<sqlsession::CommitWithUpdate>(),
    entry::<sqlsession::Blocking>(),
    entry::<sqlsession::Sqlsession<sqlsession::OverSqlx>>(),
    entry::<diesel::Mysql>(),
    entry::<sqlx::MySql>(),
    entry::<sea_orm::SeaOrm>(),
];

fn list(database: Database) -> &'static [Entry] {
    match database {
        Database::Sqlite => SQLITE,
        Database::SqliteInMemory => SQLITE_IN_MEMORY,
        Database::Postgres => POSTGRES,
        Database::Mariadb => MARIADB,
    }
}

/// The contestants of a case, ready to begin, each at such a place.
pub fn cells(
    work: Work,
    sizes: Sizes,
    database: Database,
    place: impl Fn() -> Fallible<Place>,
) -> Fallible<Vec<Cell>> {
    let entries = list(database).iter().filter(|entry| (entry.takes_part)(work));
    let mut cells =
        entries.map(|entry| (entry.enter)(work, sizes, &place()?)).collect::<Fallible<Vec<_>>>()?;
    if database != Database::SqliteInMemory {
        cells.extend(python::cells(work, sizes, place)?);
    }
    Ok(cells)
}

/// The names of those of this process that do the work.
pub fn names(work: Work, database: Database) -> impl Iterator<Item = &'static str> {
    list(database).iter().filter(move |entry| (entry.takes_part)(work)).map(|entry| entry.name)
}

/// One of them alone.
pub fn cell(name: &str, work: Work, sizes: Sizes, place: &Place) -> Fallible<Cell> {
    let entry = list(place.database).iter().find(|entry| entry.name == name).ok_or("no such contestant")?;
    (entry.enter)(work, sizes, place)
}
