//! The same work by sessions.

use sqlsession::{AsyncSession, Result, blocking, text};

use super::fixture::{SELECT, UPDATE, User};

#[inline(never)]
pub fn select(session: &mut blocking::Session, id: i64) -> Result<User> {
    session.one(text(SELECT).bind("id", id))
}

#[inline(never)]
pub fn read_modify_write(session: &mut blocking::Session, id: i64) -> Result<()> {
    let found = select(session, id)?;
    session.execute(text(UPDATE).bind("age", (found.age + 1) % 90).bind("id", id))?;
    session.commit()
}

pub async fn select_async(session: &mut AsyncSession, id: i64) -> Result<User> {
    session.one(text(SELECT).bind("id", id)).await
}

pub async fn read_modify_write_async(session: &mut AsyncSession, id: i64) -> Result<()> {
    let found = select_async(session, id).await?;
    session.execute(text(UPDATE).bind("age", (found.age + 1) % 90).bind("id", id)).await?;
    session.commit().await
}
