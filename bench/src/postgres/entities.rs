//! Entities, against what a program by hand does best.

use tokio_postgres::{Client, Error, Statement};

use super::fixture::{Fixture, UPDATE_RAW};
use crate::{
    cell::{Cell, Fallible, async_cell},
    users::{User, entities},
};

const TIMES: u64 = 10;
const UNITS: u64 = 2_000;

const COLUMNS: &str = "(id bigserial primary key, name text not null, note text, age int not null, \
    score float8 not null, created timestamp not null)";
const INSERT: &str = "insert into added_raw (name, note, age, score, created) \
    select * from unnest($1::text[], $2::text[], $3::int[], $4::float8[], $5::timestamp[]) returning id";

pub fn added(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    fixture.query(&format!("create table added {COLUMNS}; create table added_raw {COLUMNS}"))?;
    let by_hand = async_cell(case, "tokio-postgres, unnest", TIMES, async || {
        let client = fixture.client().await?;
        let insert = client.prepare(INSERT).await?;
        Ok(async move |_| drop(add(&client, &insert).await.expect("rows")))
    })?;
    let by_session = async_cell(case, "sqlsession, add_all", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| drop(entities::add(&mut session, "truncate added").await.expect("rows")))
    })?;
    Ok(vec![by_hand, by_session])
}

async fn add(client: &Client, insert: &Statement) -> Result<Vec<User>, Error> {
    client.batch_execute("begin; truncate added_raw").await?;
    let mut users: Vec<User> = entities::new_users().collect();
    let names: Vec<&str> = users.iter().map(|user| &*user.name).collect();
    let notes: Vec<Option<&str>> = users.iter().map(|user| user.note.as_deref()).collect();
    let ages: Vec<i32> = users.iter().map(|user| user.age).collect();
    let scores: Vec<f64> = users.iter().map(|user| user.score).collect();
    let created: Vec<_> = users.iter().map(|user| user.created).collect();
    let ids = client.query(insert, &[&names, &notes, &ages, &scores, &created]).await?;
    for (user, id) in users.iter_mut().zip(ids) {
        user.id = id.get(0);
    }
    client.batch_execute("commit").await?;
    Ok(users)
}

pub fn changed(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "tokio-postgres, 22 awaited", UNITS, async || {
        let mut client = fixture.client().await?;
        let update = client.prepare(UPDATE_RAW).await?;
        Ok(async move |n| change(&mut client, &update, n).await.expect("a unit"))
    })?;
    let by_session = async_cell(case, "sqlsession, update", UNITS, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |n| entities::change(&mut session, n).await.expect("a unit"))
    })?;
    Ok(vec![by_hand, by_session])
}

async fn change(client: &mut Client, update: &Statement, n: u64) -> Result<(), Error> {
    let transaction = client.transaction().await?;
    for change in entities::changes(n) {
        transaction.execute(update, &[&change.id, &change.age]).await?;
    }
    transaction.commit().await
}
