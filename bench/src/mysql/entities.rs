//! Entities, against what a program by hand does best.

use mysql_async::{Conn, Params, Result, Statement, TxOpts, prelude::Queryable as _};

use super::fixture::{Fixture, UPDATE_RAW};
use crate::{
    cell::{Cell, Fallible, async_cell},
    users::{User, entities},
};

const TIMES: u64 = 10;
const UNITS: u64 = 2_000;
const ROWS_A_STATEMENT: usize = 1_000;

const COLUMNS: &str = "(id bigint auto_increment primary key, name varchar(100) not null, note text, \
    age int not null, score double not null, created datetime(6) not null)";

pub fn added(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    fixture.query(&format!("create table added {COLUMNS}; create table added_raw {COLUMNS}"))?;
    let by_hand = async_cell(case, "mysql_async, VALUES x 1000", TIMES, async || {
        let mut conn = fixture.conn().await?;
        let rows = vec!["(?, ?, ?, ?, ?)"; ROWS_A_STATEMENT].join(", ");
        let insert =
            format!("insert into added_raw (name, note, age, score, created) values {rows} returning id");
        let insert = conn.prep(insert).await?;
        Ok(async move |_| drop(add(&mut conn, &insert).await.expect("rows")))
    })?;
    let by_session = async_cell(case, "sqlsession, add_all", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| drop(entities::add(&mut session, "truncate added").await.expect("rows")))
    })?;
    Ok(vec![by_hand, by_session])
}

async fn add(conn: &mut Conn, insert: &Statement) -> Result<Vec<User>> {
    conn.query_drop("truncate added_raw").await?;
    let mut transaction = conn.start_transaction(TxOpts::default()).await?;
    let mut users: Vec<User> = entities::new_users().collect();
    for some in users.chunks_mut(ROWS_A_STATEMENT) {
        let values = some.iter().flat_map(|user| {
            [
                user.name.as_str().into(),
                user.note.as_deref().into(),
                user.age.into(),
                user.score.into(),
                user.created.into(),
            ]
        });
        let ids: Vec<i64> = transaction.exec(insert, Params::Positional(values.collect())).await?;
        for (user, id) in some.iter_mut().zip(ids) {
            user.id = id;
        }
    }
    transaction.commit().await?;
    Ok(users)
}

pub fn changed(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "mysql_async, 22 awaited", UNITS, async || {
        let mut conn = fixture.conn().await?;
        let update = conn.prep(UPDATE_RAW).await?;
        Ok(async move |n| change(&mut conn, &update, n).await.expect("a unit"))
    })?;
    let by_session = async_cell(case, "sqlsession, update", UNITS, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |n| entities::change(&mut session, n).await.expect("a unit"))
    })?;
    Ok(vec![by_hand, by_session])
}

async fn change(conn: &mut Conn, update: &Statement, n: u64) -> Result<()> {
    let mut transaction = conn.start_transaction(TxOpts::default()).await?;
    for change in entities::changes(n) {
        transaction.exec_drop(update, (change.age, change.id)).await?;
    }
    transaction.commit().await
}
