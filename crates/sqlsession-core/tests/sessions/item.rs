use std::sync::LazyLock;

use sqlsession_core::{
    Entity, FromRow, Result, Row, Value, ValueRef,
    entity::{Column, ColumnType, Table},
};

/// An entity of a key and a number.
pub(crate) struct Item(pub(crate) i64, pub(crate) i64);

pub(crate) const UPDATE_ITEM: &str = r#"UPDATE "items" SET "n" = $1 WHERE "id" = $2"#;

impl FromRow for Item {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("id")?, row.get("n")?))
    }
}

impl Entity for Item {
    type Key = i64;

    fn table() -> &'static Table {
        static TABLE: LazyLock<Table> = LazyLock::new(|| {
            Table::new("items")
                .column(Column::new("id", ColumnType::BigInteger).key())
                .column(Column::new("n", ColumnType::BigInteger))
        });
        &TABLE
    }

    fn key(&self) -> Option<i64> {
        Some(self.0)
    }

    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
        row.extend([Some(self.0.into()), Some(self.1.into())]);
        Ok(())
    }

    fn set_generated(&mut self, _: usize, _: ValueRef<'_>) -> Result<()> {
        Ok(())
    }
}
