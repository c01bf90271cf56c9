//! Checkout, one select, return.

use std::hint::black_box;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use postgres::NoTls;

use super::{
    fixture::{Fixture, SELECT_RAW},
    raw,
};
use crate::{
    cell::{Cell, Fallible, async_cell},
    users::{autocommit, key, sessions},
};

const SELECTS: u64 = 20_000;

pub fn by_await(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "deadpool-postgres, Fast", SELECTS, async || {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(fixture.url().parse()?, NoTls, recycling);
        let pool = Pool::builder(manager).max_size(8).build()?;
        Ok(async move |n| {
            let client = pool.get().await.expect("a client");
            let statement = client.prepare_cached(SELECT_RAW).await.expect("a statement");
            black_box(raw::select(&client, &statement, key(n)).await.expect("a row"));
        })
    })?;
    let by_connection = async_cell(case, "sqlsession, connection in autocommit", SELECTS, async || {
        let engine = fixture.database()?.engine().clone();
        Ok(async move |n| {
            let mut connection = engine.connect_with(autocommit()).await.expect("a connection");
            black_box(sessions::select_by_connection(&mut connection, key(n)).await.expect("a row"));
        })
    })?;
    let by_session = async_cell(case, "sqlsession, session: BEGIN and ROLLBACK too", SELECTS, async || {
        let maker = fixture.database()?.session_maker().clone();
        Ok(async move |n| {
            black_box(sessions::select(&mut maker.session(), key(n)).await.expect("a row"));
        })
    })?;
    Ok(vec![by_hand, by_connection, by_session])
}
