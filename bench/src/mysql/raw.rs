//! mysql_async as its documentation recommends: prepared statements, its own transaction type, rows as tuples.

use chrono::NaiveDateTime;
use mysql_async::{Conn, Result, Statement, TxOpts, prelude::Queryable as _};

use super::fixture::{SELECT_RAW, UPDATE_RAW};
use crate::users::User;

pub type Fields = (i64, String, Option<String>, i32, f64, NaiveDateTime);

pub fn user((id, name, note, age, score, created): Fields) -> User {
    User { id, name, note, age, score, created }
}

/// The statements of a point select and of a unit.
pub struct Statements {
    pub select: Statement,
    pub update: Statement,
}

impl Statements {
    pub async fn prepare(conn: &mut Conn) -> Result<Self> {
        Ok(Self { select: conn.prep(SELECT_RAW).await?, update: conn.prep(UPDATE_RAW).await? })
    }
}

pub async fn select(conn: &mut Conn, select: &Statement, id: i64) -> Result<Option<User>> {
    Ok(conn.exec_first::<Fields, _, _>(select, (id,)).await?.map(user))
}

pub async fn unit(conn: &mut Conn, statements: &Statements, id: i64) -> Result<()> {
    let mut transaction = conn.start_transaction(TxOpts::default()).await?;
    let found = transaction.exec_first::<Fields, _, _>(&statements.select, (id,)).await?.map(user);
    let age = found.map_or(0, |found| found.age);
    transaction.exec_drop(&statements.update, ((age + 1) % 90, id)).await?;
    transaction.commit().await
}
