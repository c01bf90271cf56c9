use std::{hint::black_box, path::Path};

use sqlsession::{
    AsyncDatabase, Database, DatabaseOptions, EngineOptions, SessionOptions, driver::IsolationLevel,
};
use tokio::runtime::Runtime;

use crate::{
    fixture::{Fixture, key},
    raw,
    rounds::Cell,
    sessions,
};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// Makes the contestants of a case. The first is what the others are compared with.
type Case = fn(&Path) -> Fallible<Vec<Cell<'static>>>;

pub const CASES: &[Case] = &[
    select_as_it_comes,
    select_in_autocommit,
    select_in_transaction,
    session_for_one_select,
    read_modify_write,
];

const SELECTS: u64 = 200_000;
const UNITS: u64 = 20_000;

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
        async_cell(case, SELECTS, async move |n| {
            black_box(sessions::select_async(&mut by_await, key(n)).await.expect("a row"));
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
        async_cell(case, SELECTS, async move |n| {
            black_box(sessions::select_async(&mut by_await.session(), key(n)).await.expect("a row"));
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
        async_cell(case, UNITS, async move |n| {
            sessions::read_modify_write_async(&mut by_await, key(n)).await.expect("a unit");
        })?,
    ])
}

fn cell(
    case: &'static str,
    name: &'static str,
    repeats: u64,
    mut once: impl FnMut(u64) + 'static,
) -> Cell<'static> {
    let work = move |times| (0..times).for_each(&mut once);
    Cell { case, name, work: Box::new(work), repeats }
}

/// All repeats of a slice run in one `block_on` of a current-thread runtime, as the tasks of a server do.
fn async_cell(
    case: &'static str,
    repeats: u64,
    mut once: impl AsyncFnMut(u64) + 'static,
) -> Fallible<Cell<'static>> {
    let runtime: Runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let work = move |times| {
        runtime.block_on(async {
            for n in 0..times {
                once(n).await;
            }
        });
    };
    Ok(Cell { case, name: "sqlsession, async", work: Box::new(work), repeats })
}
