//! The same work by sessions and connections.

use std::hint::black_box;

use sqlsession::{AsyncConnection, AsyncSession, Result, blocking, text};

use super::{COLUMNS, SELECT, SELECT_ALL, UPDATE, User};

pub async fn select(session: &mut AsyncSession, id: i64) -> Result<User> {
    session.one(text(SELECT).bind("id", id)).await
}

pub async fn select_by_connection(connection: &mut AsyncConnection, id: i64) -> Result<User> {
    connection.one(text(SELECT).bind("id", id)).await
}

pub fn select_blocking(session: &mut blocking::Session, id: i64) -> Result<User> {
    session.one(text(SELECT).bind("id", id))
}

pub async fn unit(session: &mut AsyncSession, id: i64) -> Result<()> {
    let found = select(session, id).await?;
    session.execute(text(UPDATE).bind("age", (found.age + 1) % 90).bind("id", id)).await?;
    session.commit().await
}

/// The commit goes with the update.
pub async fn short_unit(session: &mut AsyncSession, id: i64) -> Result<()> {
    let found = select(session, id).await?;
    session.execute_and_commit(text(UPDATE).bind("age", (found.age + 1) % 90).bind("id", id)).await.map(drop)
}

pub fn unit_blocking(session: &mut blocking::Session, id: i64) -> Result<()> {
    let found = select_blocking(session, id)?;
    session.execute(text(UPDATE).bind("age", (found.age + 1) % 90).bind("id", id))?;
    session.commit()
}

pub fn short_unit_blocking(session: &mut blocking::Session, id: i64) -> Result<()> {
    let found = select_blocking(session, id)?;
    session.execute_and_commit(text(UPDATE).bind("age", (found.age + 1) % 90).bind("id", id)).map(drop)
}

/// Rows into an empty table of this name, and a commit.
pub async fn fill(
    session: &mut AsyncSession,
    empty: &'static str,
    table: &'static str,
    rows: i64,
) -> Result<()> {
    session.execute(empty).await?;
    session.bulk_insert(table, COLUMNS, (0..rows).map(User::new).map(User::values)).await?;
    session.commit().await
}

/// One batch after the other, of which nothing is kept.
pub async fn stream_by_batch(session: &mut AsyncSession) -> Result<usize> {
    let mut rows = session.stream(SELECT_ALL).await?;
    let mut count = 0;
    while let Some(batch) = rows.next_batch::<User>().await {
        count += black_box(batch?).len();
    }
    Ok(count)
}

/// One row after the other, of which none is kept.
pub async fn stream_by_row(session: &mut AsyncSession) -> Result<usize> {
    let mut rows = session.stream(SELECT_ALL).await?.typed::<User>()?;
    let mut count = 0;
    while let Some(user) = rows.next().await {
        black_box(user?);
        count += 1;
    }
    Ok(count)
}
