//! One row by its key.

use std::hint::black_box;

use sqlsession::SessionOptions;

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

/// A session stays in the transaction that its first statement began; the client by hand is in none.
pub fn as_it_comes(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    by_await(case, fixture, SessionOptions::default(), false)
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
    let by_hand = async_cell(case, "tokio-postgres", SELECTS, async || {
        let client = fixture.client().await?;
        let statements = raw::Statements::prepare(&client).await?;
        if raw_begins {
            client.batch_execute("begin").await?;
        }
        Ok(async move |n| {
            black_box(raw::select(&client, &statements.select, key(n)).await.expect("a row"));
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

fn blocking(
    case: &'static str,
    fixture: &Fixture,
    options: SessionOptions,
    raw_begins: bool,
) -> Fallible<Vec<Cell<'static>>> {
    let mut client = fixture.blocking_client()?;
    let statements = raw::Statements::prepare_blocking(&mut client)?;
    if raw_begins {
        client.batch_execute("begin")?;
    }
    let mut session = fixture.blocking_database()?.session_maker().session_with(options);
    Ok(vec![
        cell(case, "postgres", SELECTS, move |n| {
            black_box(raw::select_blocking(&mut client, &statements.select, key(n)).expect("a row"));
        }),
        cell(case, "sqlsession", SELECTS, move |n| {
            black_box(sessions::select_blocking(&mut session, key(n)).expect("a row"));
        }),
    ])
}
