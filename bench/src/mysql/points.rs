//! One row by its key.

use std::hint::black_box;

use mysql_async::prelude::Queryable as _;
use sqlsession::SessionOptions;
use tokio::runtime::Builder;

use super::{fixture::Fixture, raw};
use crate::{
    cell::{Cell, Fallible, async_cell, cell},
    users::{autocommit as in_autocommit, key, sessions},
};

const SELECTS: u64 = 20_000;

pub fn autocommit(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    by_await(case, fixture, in_autocommit(), false)
}

pub fn in_transaction(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    by_await(case, fixture, SessionOptions::default(), true)
}

pub fn autocommit_blocking(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    blocking(case, fixture, in_autocommit(), false)
}

pub fn in_transaction_blocking(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    blocking(case, fixture, SessionOptions::default(), true)
}

fn by_await(
    case: &'static str,
    fixture: &Fixture,
    options: SessionOptions,
    raw_begins: bool,
) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "mysql_async", SELECTS, async || {
        let mut conn = fixture.conn().await?;
        let statements = raw::Statements::prepare(&mut conn).await?;
        if raw_begins {
            conn.query_drop("begin").await?;
        }
        Ok(async move |n| {
            black_box(raw::select(&mut conn, &statements.select, key(n)).await.expect("a row"));
        })
    })?;
    let by_session = async_cell(case, "sqlsession", SELECTS, async || {
        let mut session = fixture.database()?.session_maker().session_with(options);
        Ok(async move |n| {
            black_box(sessions::select(&mut session, key(n)).await.expect("a row"));
        })
    })?;
    Ok(vec![by_hand, by_session])
}

/// mysql_async has no blocking face: each call is a `block_on`.
fn blocking(
    case: &'static str,
    fixture: &Fixture,
    options: SessionOptions,
    raw_begins: bool,
) -> Fallible<Vec<Cell<'static>>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut conn = runtime.block_on(fixture.conn())?;
    let statements = runtime.block_on(raw::Statements::prepare(&mut conn))?;
    if raw_begins {
        runtime.block_on(conn.query_drop("begin"))?;
    }
    let mut session = fixture.blocking_database()?.session_maker().session_with(options);
    Ok(vec![
        cell(case, "mysql_async, block_on", SELECTS, move |n| {
            black_box(runtime.block_on(raw::select(&mut conn, &statements.select, key(n))).expect("a row"));
        }),
        cell(case, "sqlsession", SELECTS, move |n| {
            black_box(sessions::select_blocking(&mut session, key(n)).expect("a row"));
        }),
    ])
}
