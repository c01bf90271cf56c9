//! tokio-postgres and `postgres`, as their documentation recommends: prepared statements, their own transaction types.

use futures_util::join;
use postgres::Row;
use tokio_postgres::{Client, Statement};

use super::fixture::{SELECT_RAW, UPDATE_RAW};
use crate::{cell::Fallible, users::User};

type Result<T> = std::result::Result<T, tokio_postgres::Error>;

pub fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        note: row.try_get(2)?,
        age: row.try_get(3)?,
        score: row.try_get(4)?,
        created: row.try_get(5)?,
    })
}

/// The statements of a point select and of a unit.
pub struct Statements {
    pub select: Statement,
    pub update: Statement,
}

impl Statements {
    pub async fn prepare(client: &Client) -> Fallible<Self> {
        Ok(Self { select: client.prepare(SELECT_RAW).await?, update: client.prepare(UPDATE_RAW).await? })
    }

    pub fn prepare_blocking(client: &mut postgres::Client) -> Fallible<Self> {
        Ok(Self { select: client.prepare(SELECT_RAW)?, update: client.prepare(UPDATE_RAW)? })
    }
}

pub async fn select(client: &Client, select: &Statement, id: i64) -> Result<User> {
    user(&client.query_one(select, &[&id]).await?)
}

pub fn select_blocking(client: &mut postgres::Client, select: &Statement, id: i64) -> Result<User> {
    user(&client.query_one(select, &[&id])?)
}

pub async fn unit(client: &mut Client, statements: &Statements, id: i64) -> Result<()> {
    let transaction = client.transaction().await?;
    let found = user(&transaction.query_one(&statements.select, &[&id]).await?)?;
    transaction.execute(&statements.update, &[&id, &((found.age + 1) % 90)]).await?;
    transaction.commit().await
}

/// BEGIN with the select and COMMIT with the update: two round trips.
pub async fn joined_unit(client: &Client, statements: &Statements, id: i64) -> Result<()> {
    let (begun, found) =
        join!(client.batch_execute("begin"), async { client.query_one(&statements.select, &[&id]).await });
    begun?;
    let age = (user(&found?)?.age + 1) % 90;
    let (updated, committed) = join!(
        async { client.execute(&statements.update, &[&id, &age]).await },
        client.batch_execute("commit")
    );
    updated?;
    committed
}

pub fn unit_blocking(client: &mut postgres::Client, statements: &Statements, id: i64) -> Result<()> {
    let mut transaction = client.transaction()?;
    let found = user(&transaction.query_one(&statements.select, &[&id])?)?;
    transaction.execute(&statements.update, &[&id, &((found.age + 1) % 90)])?;
    transaction.commit()
}
