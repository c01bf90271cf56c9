//! Users as entities, and what sessions do with them.

use std::sync::LazyLock;

use sqlsession::{
    AsyncSession, Result, Value, ValueRef,
    entity::{Column, ColumnType, Entity, Table},
    value::FromValue as _,
};

use super::User;

/// Entities of one flush.
pub const ADDED: i64 = 10_000;

/// Entities that are changed in one transaction.
pub const CHANGED: i64 = 20;

/// Rows of the table `added`, whose keys the server draws.
impl Entity for User {
    type Key = i64;

    fn table() -> &'static Table {
        static TABLE: LazyLock<Table> = LazyLock::new(|| {
            Table::new("added")
                .column(Column::new("id", ColumnType::BigInteger).key().generated())
                .column(Column::new("name", ColumnType::Text))
                .column(Column::new("note", ColumnType::Text).nullable(true))
                .column(Column::new("age", ColumnType::Integer))
                .column(Column::new("score", ColumnType::Double))
                .column(Column::new("created", ColumnType::DateTime))
        });
        &TABLE
    }

    fn key(&self) -> Option<i64> {
        (self.id != 0).then_some(self.id)
    }

    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
        row.extend([
            self.key().map(Value::from),
            Some(self.name.clone().into()),
            Some(self.note.clone().into()),
            Some(self.age.into()),
            Some(self.score.into()),
            Some(self.created.into()),
        ]);
        Ok(())
    }

    fn set_generated(&mut self, column: usize, value: ValueRef<'_>) -> Result<()> {
        if column == 0 {
            self.id = i64::from_value(value)?;
        }
        Ok(())
    }
}

/// What is changed of a row of `users`.
#[derive(Debug, sqlsession::FromRow)]
pub struct Age {
    pub id: i64,
    pub age: i32,
}

impl Entity for Age {
    type Key = i64;

    fn table() -> &'static Table {
        static TABLE: LazyLock<Table> = LazyLock::new(|| {
            Table::new("users")
                .column(Column::new("id", ColumnType::BigInteger).key())
                .column(Column::new("age", ColumnType::Integer))
        });
        &TABLE
    }

    fn key(&self) -> Option<i64> {
        Some(self.id)
    }

    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
        row.extend([Some(self.id.into()), Some(self.age.into())]);
        Ok(())
    }

    fn set_generated(&mut self, _: usize, _: ValueRef<'_>) -> Result<()> {
        Ok(())
    }
}

/// Users without keys.
pub fn new_users() -> impl Iterator<Item = User> {
    (0..ADDED).map(|number| User { id: 0, ..User::new(number) })
}

/// What is to become of so many users.
pub fn changes(n: u64) -> impl Iterator<Item = Age> {
    (0..CHANGED).map(move |at| Age { id: super::key(n * 31 + at as u64), age: at as i32 })
}

/// Adds users, and gives them back with their keys.
pub async fn add(session: &mut AsyncSession) -> Result<Vec<User>> {
    let added = session.add_all(new_users())?;
    session.commit().await?;
    added.into_iter().map(|tracked| session.take(tracked)).collect()
}

pub async fn change(session: &mut AsyncSession, n: u64) -> Result<()> {
    for change in changes(n) {
        session.update(change)?;
    }
    session.commit().await
}
