//! A million rows into structs.

use std::{hint::black_box, pin::pin};

use futures_util::TryStreamExt as _;
use tokio_postgres::{Client, Statement, types::ToSql};

use super::{fixture::Fixture, raw};
use crate::{
    cell::{Cell, Fallible, async_cell},
    users::{
        MANY as ROWS, SELECT_ALL, User,
        sessions::{stream_by_batch, stream_by_row},
    },
};

const TIMES: u64 = 1;

/// One struct after the other, none of which is kept.
pub fn streamed(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "tokio-postgres, query_raw", TIMES, async || {
        let client = fixture.client().await?;
        let select = client.prepare(SELECT_ALL).await?;
        Ok(async move |_| assert_eq!(stream_by_hand(&client, &select).await.expect("rows"), ROWS))
    })?;
    let by_batch = async_cell(case, "sqlsession, stream, batch by batch", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| assert_eq!(stream_by_batch(&mut session).await.expect("rows"), ROWS))
    })?;
    let by_row = async_cell(case, "sqlsession, stream, row by row", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| assert_eq!(stream_by_row(&mut session).await.expect("rows"), ROWS))
    })?;
    Ok(vec![by_hand, by_batch, by_row])
}

/// All structs at once.
pub fn all(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "tokio-postgres, query_raw", TIMES, async || {
        let client = fixture.client().await?;
        let select = client.prepare(SELECT_ALL).await?;
        Ok(async move |_| assert_eq!(all_by_hand(&client, &select).await.expect("rows").len(), ROWS))
    })?;
    let by_session = async_cell(case, "sqlsession, all", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| {
            let users: Vec<User> = session.all(SELECT_ALL).await.expect("rows");
            assert_eq!(users.len(), ROWS);
        })
    })?;
    Ok(vec![by_hand, by_session])
}

const NONE: [&(dyn ToSql + Sync); 0] = [];

async fn stream_by_hand(client: &Client, select: &Statement) -> Result<usize, tokio_postgres::Error> {
    let mut rows = pin!(client.query_raw(select, NONE).await?);
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        black_box(raw::user(&row)?);
        count += 1;
    }
    Ok(count)
}

async fn all_by_hand(client: &Client, select: &Statement) -> Result<Vec<User>, tokio_postgres::Error> {
    let mut rows = pin!(client.query_raw(select, NONE).await?);
    let mut users = Vec::new();
    while let Some(row) = rows.try_next().await? {
        users.push(raw::user(&row)?);
    }
    Ok(users)
}
