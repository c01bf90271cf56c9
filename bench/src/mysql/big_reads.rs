//! A million rows into structs.

use std::hint::black_box;

use futures_util::TryStreamExt as _;
use mysql_async::{Conn, Result, Statement, prelude::Queryable as _};

use super::{fixture::Fixture, raw};
use crate::{
    cell::{Cell, Fallible, async_cell},
    users::{
        MANY, SELECT_ALL, User,
        sessions::{stream_by_batch, stream_by_row},
    },
};

const TIMES: u64 = 1;

/// One struct after the other, none of which is kept.
pub fn streamed(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "mysql_async, exec_stream", TIMES, async || {
        let mut conn = fixture.conn().await?;
        let select = conn.prep(SELECT_ALL).await?;
        Ok(async move |_| assert_eq!(stream_by_hand(&mut conn, &select).await.expect("rows"), MANY))
    })?;
    let by_batch = async_cell(case, "sqlsession, stream, batch by batch", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| assert_eq!(stream_by_batch(&mut session).await.expect("rows"), MANY))
    })?;
    let by_row = async_cell(case, "sqlsession, stream, row by row", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| assert_eq!(stream_by_row(&mut session).await.expect("rows"), MANY))
    })?;
    Ok(vec![by_hand, by_batch, by_row])
}

/// All structs at once.
pub fn all(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "mysql_async, exec_map", TIMES, async || {
        let mut conn = fixture.conn().await?;
        let select = conn.prep(SELECT_ALL).await?;
        Ok(async move |_| {
            let users = conn.exec_map(&select, (), raw::user).await.expect("rows");
            assert_eq!(users.len(), MANY);
        })
    })?;
    let by_session = async_cell(case, "sqlsession, all", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| {
            let users: Vec<User> = session.all(SELECT_ALL).await.expect("rows");
            assert_eq!(users.len(), MANY);
        })
    })?;
    Ok(vec![by_hand, by_session])
}

async fn stream_by_hand(conn: &mut Conn, select: &Statement) -> Result<usize> {
    let mut rows = conn.exec_stream::<raw::Fields, _, _>(select, ()).await?;
    let mut count = 0;
    while let Some(fields) = rows.try_next().await? {
        black_box(raw::user(fields));
        count += 1;
    }
    Ok(count)
}
