//! rusqlite, as its documentation recommends: cached statements, its own transaction type.

use rusqlite::{Connection, Row, Transaction};

use super::fixture::{SELECT_RAW, UPDATE_RAW, User};

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let created = row.get_ref(5)?.as_str()?.parse().map_err(|_| rusqlite::Error::InvalidQuery)?;
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        note: row.get(2)?,
        age: row.get(3)?,
        score: row.get(4)?,
        created,
    })
}

#[inline(never)]
pub fn select(connection: &Connection, id: i64) -> rusqlite::Result<User> {
    connection.prepare_cached(SELECT_RAW)?.query_row([id], user)
}

#[inline(never)]
pub fn read_modify_write(connection: &mut Connection, id: i64) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let found = select(&transaction, id)?;
    update(&transaction, id, (found.age + 1) % 90)?;
    transaction.commit()
}

fn update(transaction: &Transaction<'_>, id: i64, age: i32) -> rusqlite::Result<()> {
    transaction.prepare_cached(UPDATE_RAW)?.execute((id, age)).map(drop)
}
