//! What a session does with entities.

use std::sync::LazyLock;

use sqlsession_core::{
    AsyncSession, Entity, Error, FromRow, Result, Row, Value, ValueRef,
    entity::{Column, ColumnType, Table},
};

use super::operations::{ids, rows, unit};

/// A row of the table that every unit works on.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) id: i64,
    pub(super) unit: i64,
}

impl FromRow for Member {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, unit: row.get("unit")? })
    }
}

impl Entity for Member {
    type Key = i64;

    fn table() -> &'static Table {
        static TABLE: LazyLock<Table> = LazyLock::new(|| {
            Table::new("future_drop")
                .column(Column::new("id", ColumnType::Integer).key())
                .column(Column::new("unit", ColumnType::Integer))
        });
        &TABLE
    }

    fn key(&self) -> Option<i64> {
        Some(self.id)
    }

    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
        row.extend([Some(self.id.into()), Some(self.unit.into())]);
        Ok(())
    }

    fn set_generated(&mut self, _: usize, _: ValueRef<'_>) -> Result<()> {
        Ok(())
    }
}

pub(super) fn members_of(unit: i64) -> [Member; 2] {
    ids(unit).map(|id| Member { id, unit })
}

fn members(session: &mut AsyncSession) -> [Member; 2] {
    members_of(unit(session))
}

pub(super) async fn add(session: &mut AsyncSession) -> Result<()> {
    let members = members(session);
    session.add_all(members).map(drop)
}

pub(super) async fn add_and_flush(session: &mut AsyncSession) -> Result<()> {
    add(session).await?;
    session.flush().await
}

pub(super) async fn add_and_commit(session: &mut AsyncSession) -> Result<()> {
    add(session).await?;
    session.commit().await
}

/// Several statements, each of which could be the last that is sent.
pub(super) async fn several_batches_and_commit(session: &mut AsyncSession) -> Result<()> {
    let [first, second] = members(session);
    session.add(first)?;
    session.delete_by_key::<Member>(-1)?;
    session.add(second)?;
    let again = members(session);
    for member in again {
        session.update(member)?;
    }
    session.commit().await
}

pub(super) async fn update_and_commit(session: &mut AsyncSession) -> Result<()> {
    for member in members(session) {
        session.update(member)?;
    }
    session.commit().await
}

pub(super) async fn merge_and_commit(session: &mut AsyncSession) -> Result<()> {
    for member in members(session) {
        session.merge(member).await?;
    }
    session.commit().await
}

pub(super) async fn get(session: &mut AsyncSession) -> Result<()> {
    session.get_one::<Member>(0).await.map(drop)
}

pub(super) async fn add_in_savepoint(session: &mut AsyncSession) -> Result<()> {
    session
        .nested(async |session| {
            add(session).await?;
            session.scalar_one::<i64>("select count(*) from future_drop").await.map(drop)
        })
        .await
}

pub(super) async fn failed_flush(session: &mut AsyncSession) -> Result<()> {
    let failed: Result<(), Error> = session
        .nested(async |session| {
            session.add(Member { id: 0, unit: 0 })?;
            session.flush().await
        })
        .await;
    drop(failed);
    rows(session).await
}
