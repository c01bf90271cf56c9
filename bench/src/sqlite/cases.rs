use std::{hint::black_box, path::Path};

use sqlsession::{
    AsyncDatabase, Database, DatabaseOptions, EngineOptions, SessionOptions, driver::IsolationLevel,
};

use super::{
    fixture::{Fixture, key},
    raw, sessions,
};
use crate::cell::{Cell, Fallible, async_cell, cell};

/// Makes the contestants of a case. The first is what the others are compared with.
type Case = fn(&Path) -> Fallible<Vec<Cell<'static>>>;

pub const CASES: &[Case] = &[
    select_as_it_comes,
    select_in_autocommit,
    select_in_transaction,
    session_for_one_select,
    read_modify_write,
    super::entities::added,
    super::entities::changed,
];

const SELECTS: u64 = 200_000;
const UNITS: u64 = 20_000;

const BY_AWAIT: &str = "sqlsession, async";

fn options() -> DatabaseOptions {
    DatabaseOptions::default().engine(EngineOptions::default().pool_size(8).max_overflow(0))
}

/// A session stays in the transaction that its first statement began; rusqlite is in none.
fn select_as_it_comes(folder: &Path) -> Fallible<Vec<Cell<'static>>> {
    selects(folder, "point select, a session as it comes", SessionOptions::default(), false)
}

fn select_in_autocommit(folder: &Path) -> Fallible<Vec<Cell<'static>>> {
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    selects(folder, "point select, both in autocommit", autocommit, false)
}

fn select_in_transaction(folder: &Path) -> Fallible<Vec<Cell<'static>>> {
    selects(folder, "point select, both in one transaction", SessionOptions::default(), true)
}

fn selects(
    folder: &Path,
    case: &'static str,
    session_options: SessionOptions,
    raw_begins: bool,
) -> Fallible<Vec<Cell<'static>>> {
    let connection = Fixture::new(folder)?.connection()?;
    if raw_begins {
        connection.execute_batch("begin")?;
    }
    let mut session = Database::create_with(Fixture::new(folder)?.url(), options())?
        .session_maker()
        .session_with(session_options.clone());
    let mut by_await = AsyncDatabase::create_with(Fixture::new(folder)?.url(), options())?
        .session_maker()
        .session_with(session_options);
    Ok(vec![
        cell(case, "rusqlite", SELECTS, move |n| {
            black_box(raw::select(&connection, key(n)).expect("a row"));
        }),
        cell(case, "sqlsession, blocking", SELECTS, move |n| {
            black_box(sessions::select(&mut session, key(n)).expect("a row"));
        }),
        async_cell(case, BY_AWAIT, SELECTS, async || {
            Ok(async move |n| {
                black_box(sessions::select_async(&mut by_await, key(n)).await.expect("a row"));
            })
        })?,
    ])
}

/// Checkout, begin, select, rollback and checkin; rusqlite only selects.
fn session_for_one_select(folder: &Path) -> Fallible<Vec<Cell<'static>>> {
    let case = "a session for one select";
    let connection = Fixture::new(folder)?.connection()?;
    let maker = Database::create_with(Fixture::new(folder)?.url(), options())?.session_maker().clone();
    let by_await =
        AsyncDatabase::create_with(Fixture::new(folder)?.url(), options())?.session_maker().clone();
    Ok(vec![
        cell(case, "rusqlite", SELECTS, move |n| {
            black_box(raw::select(&connection, key(n)).expect("a row"));
        }),
        cell(case, "sqlsession, blocking", SELECTS, move |n| {
            black_box(sessions::select(&mut maker.session(), key(n)).expect("a row"));
        }),
        async_cell(case, BY_AWAIT, SELECTS, async || {
            Ok(async move |n| {
                black_box(sessions::select_async(&mut by_await.session(), key(n)).await.expect("a row"));
            })
        })?,
    ])
}

fn read_modify_write(folder: &Path) -> Fallible<Vec<Cell<'static>>> {
    let case = "begin, select, update, commit";
    let mut connection = Fixture::new(folder)?.connection()?;
    let mut session =
        Database::create_with(Fixture::new(folder)?.url(), options())?.session_maker().session();
    let mut by_await =
        AsyncDatabase::create_with(Fixture::new(folder)?.url(), options())?.session_maker().session();
    Ok(vec![
        cell(case, "rusqlite", UNITS, move |n| {
            raw::read_modify_write(&mut connection, key(n)).expect("a unit");
        }),
        cell(case, "sqlsession, blocking", UNITS, move |n| {
            sessions::read_modify_write(&mut session, key(n)).expect("a unit");
        }),
        async_cell(case, BY_AWAIT, UNITS, async || {
            Ok(async move |n| {
                sessions::read_modify_write_async(&mut by_await, key(n)).await.expect("a unit");
            })
        })?,
    ])
}
