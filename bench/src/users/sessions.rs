//! The same work by sessions and connections.

use sqlsession::{AsyncConnection, AsyncSession, Result, blocking, text};

use super::fixture::{SELECT, UPDATE, User};

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
