//! begin, select, update, commit.

use tokio::runtime::Builder;

use super::{fixture::Fixture, raw};
use crate::{
    cell::{Cell, Fallible, async_cell, cell},
    users::{key, sessions},
};

const UNITS: u64 = 5_000;

pub fn by_await(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "mysql_async", UNITS, async || {
        let mut conn = fixture.conn().await?;
        let statements = raw::Statements::prepare(&mut conn).await?;
        Ok(async move |n| raw::unit(&mut conn, &statements, key(n)).await.expect("a unit"))
    })?;
    let by_session = async_cell(case, "sqlsession", UNITS, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |n| sessions::unit(&mut session, key(n)).await.expect("a unit"))
    })?;
    Ok(vec![by_hand, by_session])
}

pub fn blocking(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut conn = runtime.block_on(fixture.conn())?;
    let statements = runtime.block_on(raw::Statements::prepare(&mut conn))?;
    let mut session = fixture.blocking_database()?.session_maker().session();
    Ok(vec![
        cell(case, "mysql_async, block_on", UNITS, move |n| {
            runtime.block_on(raw::unit(&mut conn, &statements, key(n))).expect("a unit");
        }),
        cell(case, "sqlsession", UNITS, move |n| {
            sessions::unit_blocking(&mut session, key(n)).expect("a unit");
        }),
    ])
}
