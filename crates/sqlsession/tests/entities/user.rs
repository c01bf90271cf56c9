use std::sync::LazyLock;

use sqlsession::{
    AsyncEngine, AsyncSession, FromRow, Result, Row, Value, ValueRef,
    entity::{Column, ColumnType, Entity, Table},
    value::FromValue as _,
};

use crate::place::Place;

/// A row of `users`, whose number the server draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
}

pub(crate) fn user(name: &str) -> User {
    User { id: 0, name: name.to_owned(), email: None }
}

impl FromRow for User {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, name: row.get("name")?, email: row.get("email")? })
    }
}

impl Entity for User {
    type Key = i64;

    fn table() -> &'static Table {
        static TABLE: LazyLock<Table> = LazyLock::new(|| {
            Table::new("users")
                .column(Column::new("id", ColumnType::BigInteger).key().generated())
                .column(Column::new("name", ColumnType::Text).unique())
                .column(Column::new("email", ColumnType::Text).nullable(true))
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
            Some(self.email.clone().into()),
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

pub(crate) fn create_users(place: &Place) -> &'static str {
    place.pick(
        "create table users (id integer primary key, name text not null unique, email text)",
        "create table users (id bigserial primary key, name text not null unique, email text)",
        "create table users (id bigint auto_increment primary key, name varchar(100) not null unique, email text)",
    )
}

/// An engine and a session, with a table of users that are called so.
pub(crate) async fn with_users(place: &Place, names: &[&str]) -> (AsyncEngine, AsyncSession) {
    let (engine, mut session) = place.session_after(&[create_users(place)]).await;
    session.add_all(names.iter().map(|name| user(name))).unwrap();
    session.commit().await.unwrap();
    (engine, session)
}

/// Who is in the table, as everybody sees it.
pub(crate) async fn names(engine: &AsyncEngine) -> Vec<String> {
    engine.session_maker().session().scalars("select name from users order by id").await.unwrap()
}
