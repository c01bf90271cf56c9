//! Checkout, one select, return.

use std::hint::black_box;

use deadpool::managed::{Manager, Metrics, Pool, RecycleError, RecycleResult};
use mysql_async::{Conn, OptsBuilder, prelude::Queryable as _};

use super::{
    fixture::{Fixture, SELECT_RAW},
    raw,
};
use crate::{
    cell::{Cell, Fallible, async_cell},
    users::{autocommit, key, sessions},
};

const SELECTS: u64 = 20_000;

/// deadpool over mysql_async, which asks nobody whether a connection is good.
struct ByHand(OptsBuilder);

impl Manager for ByHand {
    type Type = Conn;
    type Error = mysql_async::Error;

    async fn create(&self) -> Result<Conn, mysql_async::Error> {
        Conn::new(self.0.clone()).await
    }

    async fn recycle(&self, conn: &mut Conn, _: &Metrics) -> RecycleResult<mysql_async::Error> {
        if conn.is_disconnected() { Err(RecycleError::message("disconnected")) } else { Ok(()) }
    }
}

pub fn by_await(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "deadpool over mysql_async", SELECTS, async || {
        let pool: Pool<ByHand> = Pool::builder(ByHand(fixture.opts()?)).max_size(8).build()?;
        Ok(async move |n| {
            let mut conn = pool.get().await.expect("a connection");
            // Out of mysql_async's own cache.
            let statement = conn.prep(SELECT_RAW).await.expect("a statement");
            black_box(raw::select(&mut conn, &statement, key(n)).await.expect("a row"));
        })
    })?;
    let by_connection = async_cell(case, "sqlsession, connection in autocommit", SELECTS, async || {
        let engine = fixture.database()?.engine().clone();
        Ok(async move |n| {
            let mut connection = engine.connect_with(autocommit()).await.expect("a connection");
            black_box(sessions::select_by_connection(&mut connection, key(n)).await.expect("a row"));
        })
    })?;
    let by_session = async_cell(case, "sqlsession, session: ROLLBACK too", SELECTS, async || {
        let maker = fixture.database()?.session_maker().clone();
        Ok(async move |n| {
            black_box(sessions::select(&mut maker.session(), key(n)).await.expect("a row"));
        })
    })?;
    Ok(vec![by_hand, by_connection, by_session])
}
