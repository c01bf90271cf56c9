use std::sync::LazyLock;

use sqlsession_core::{
    Entity, FromRow, Result, Row, Value, ValueRef,
    entity::{Column, ColumnType, Table},
};

/// The names of the columns.
pub(crate) const FIELDS: [&str; 3] = ["id", "username", "password"];

/// The entity of the scenarios. What has no value is not loaded, or was never set.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct User(pub(crate) [Option<Value>; 3]);

impl User {
    pub(crate) fn field(&mut self, name: &str) -> Option<&mut Option<Value>> {
        let place = FIELDS.iter().position(|field| *field == name)?;
        self.0.get_mut(place)
    }

    pub(crate) fn id(&self) -> Option<i64> {
        match self.0[0] {
            Some(Value::I64(id)) => Some(id),
            _ => None,
        }
    }

    /// The same with the values of another where it has none.
    pub(crate) fn or(self, other: &Self) -> Self {
        let mut fields = self.0;
        for (own, other) in fields.iter_mut().zip(&other.0) {
            if own.is_none() {
                own.clone_from(other);
            }
        }
        Self(fields)
    }
}

impl FromRow for User {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self([Some(row.get(FIELDS[0])?), Some(row.get(FIELDS[1])?), Some(row.get(FIELDS[2])?)]))
    }
}

impl Entity for User {
    type Key = i64;

    fn table() -> &'static Table {
        static TABLE: LazyLock<Table> = LazyLock::new(|| {
            Table::new("users")
                .column(Column::new(FIELDS[0], ColumnType::Integer).key().generated())
                .column(Column::new(FIELDS[1], ColumnType::String(30)).unique())
                .column(Column::new(FIELDS[2], ColumnType::String(30)).nullable(true).generated())
        });
        &TABLE
    }

    fn key(&self) -> Option<i64> {
        self.id()
    }

    fn append_values(&self, row: &mut Vec<Option<Value>>) -> Result<()> {
        let [id, username, password] = self.0.clone();
        row.extend([id.filter(|id| !id.is_null()), Some(username.unwrap_or(Value::Null)), password]);
        Ok(())
    }

    fn set_generated(&mut self, column: usize, value: ValueRef<'_>) -> Result<()> {
        if let Some(field) = self.0.get_mut(column) {
            *field = Some(value.to_value());
        }
        Ok(())
    }
}
