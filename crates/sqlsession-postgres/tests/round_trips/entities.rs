use std::sync::LazyLock;

use sqlsession_postgres::core::{
    Entity, FromRow, Result, Row, Value, ValueRef,
    entity::{Column, ColumnType, Table},
};

/// A row of the table `accounts`.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) balance: i64,
}

impl FromRow for Account {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, balance: row.get("balance")? })
    }
}

impl Entity for Account {
    type Key = i64;

    fn table() -> &'static Table {
        static TABLE: LazyLock<Table> = LazyLock::new(|| {
            Table::new("accounts")
                .column(Column::new("id", ColumnType::BigInteger).key().generated())
                .column(Column::new("balance", ColumnType::BigInteger))
        });
        &TABLE
    }

    fn key(&self) -> Option<i64> {
        (self.id != 0).then_some(self.id)
    }

    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
        row.extend([self.key().map(Value::from), Some(self.balance.into())]);
        Ok(())
    }

    fn set_generated(&mut self, _: usize, value: ValueRef<'_>) -> Result<()> {
        if let ValueRef::I64(id) = value {
            self.id = id;
        }
        Ok(())
    }
}
