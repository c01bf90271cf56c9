//! begin, select, update, commit.

use super::{fixture::Fixture, raw};
use crate::{
    cell::{Cell, Fallible, async_cell, cell},
    users::{key, sessions},
};

const UNITS: u64 = 5_000;

pub fn by_await(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "tokio-postgres", UNITS, async || {
        let mut client = fixture.client().await?;
        let statements = raw::Statements::prepare(&client).await?;
        Ok(async move |n| raw::unit(&mut client, &statements, key(n)).await.expect("a unit"))
    })?;
    let joined = async_cell(case, "tokio-postgres, joined", UNITS, async || {
        let client = fixture.client().await?;
        let statements = raw::Statements::prepare(&client).await?;
        Ok(async move |n| raw::joined_unit(&client, &statements, key(n)).await.expect("a unit"))
    })?;
    let by_session = async_cell(case, "sqlsession, commit", UNITS, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |n| sessions::unit(&mut session, key(n)).await.expect("a unit"))
    })?;
    let short = async_cell(case, "sqlsession, execute_and_commit", UNITS, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |n| sessions::short_unit(&mut session, key(n)).await.expect("a unit"))
    })?;
    Ok(vec![by_hand, joined, by_session, short])
}

pub fn blocking(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let mut client = fixture.blocking_client()?;
    let statements = raw::Statements::prepare_blocking(&mut client)?;
    let database = fixture.blocking_database()?;
    let (mut session, mut short) = (database.session_maker().session(), database.session_maker().session());
    Ok(vec![
        cell(case, "postgres", UNITS, move |n| {
            raw::unit_blocking(&mut client, &statements, key(n)).expect("a unit");
        }),
        cell(case, "sqlsession, commit", UNITS, move |n| {
            sessions::unit_blocking(&mut session, key(n)).expect("a unit");
        }),
        cell(case, "sqlsession, execute_and_commit", UNITS, move |n| {
            sessions::short_unit_blocking(&mut short, key(n)).expect("a unit");
        }),
    ])
}
