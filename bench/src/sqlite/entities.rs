//! Entities, against prepared statements in a loop.

use std::path::Path;

use rusqlite::{Connection, Result};
use sqlsession::{AsyncDatabase, AsyncSession};

use super::fixture::{Fixture, UPDATE_RAW};
use crate::{
    cell::{Cell, Fallible, async_cell, cell},
    users::{User, entities, options},
};

const TIMES: u64 = 20;
const UNITS: u64 = 5_000;

const COLUMNS: &str = "(id integer primary key, name text not null, note text, age integer not null, \
    score real not null, created text not null)";
const INSERT: &str = "insert into added (name, note, age, score, created) values (?1, ?2, ?3, ?4, ?5)";

/// A session on a database of its own.
fn session(folder: &Path) -> Fallible<AsyncSession> {
    let fixture = Fixture::new(folder)?;
    fixture.connection()?.execute_batch(&format!("create table added {COLUMNS}"))?;
    Ok(AsyncDatabase::create_with(fixture.url(), options())?.session_maker().session())
}

pub fn added(folder: &Path) -> Fallible<Vec<Cell<'static>>> {
    let case = "10 000 entities added";
    let mut connection = Fixture::new(folder)?.connection()?;
    connection.execute_batch(&format!("create table added {COLUMNS}"))?;
    let mut session = session(folder)?;
    Ok(vec![
        cell(case, "rusqlite", TIMES, move |_| drop(add(&mut connection).expect("rows"))),
        async_cell(case, "sqlsession, add_all", TIMES, async || {
            Ok(async move |_| drop(entities::add(&mut session, "delete from added").await.expect("rows")))
        })?,
    ])
}

fn add(connection: &mut Connection) -> Result<Vec<User>> {
    let transaction = connection.transaction()?;
    transaction.execute("delete from added", [])?;
    let mut users: Vec<User> = entities::new_users().collect();
    let mut insert = transaction.prepare_cached(INSERT)?;
    for user in &mut users {
        let created = user.created.to_string();
        user.id = insert.insert((&user.name, &user.note, user.age, user.score, created))?;
    }
    drop(insert);
    transaction.commit()?;
    Ok(users)
}

pub fn changed(folder: &Path) -> Fallible<Vec<Cell<'static>>> {
    let case = "20 entities changed";
    let mut connection = Fixture::new(folder)?.connection()?;
    let mut session = session(folder)?;
    Ok(vec![
        cell(case, "rusqlite", UNITS, move |n| change(&mut connection, n).expect("a unit")),
        async_cell(case, "sqlsession, update", UNITS, async || {
            Ok(async move |n| entities::change(&mut session, n).await.expect("a unit"))
        })?,
    ])
}

fn change(connection: &mut Connection, n: u64) -> Result<()> {
    let transaction = connection.transaction()?;
    for change in entities::changes(n) {
        transaction.prepare_cached(UPDATE_RAW)?.execute((change.id, change.age))?;
    }
    transaction.commit()
}
