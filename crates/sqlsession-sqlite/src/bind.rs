use rusqlite::{
    Statement,
    types::{Null, ToSql, ToSqlOutput, ValueRef},
};
use sqlsession_core::{Result, Value, value::Stored};

use crate::error;

/// What is bound more seldom.
struct Bound<'v>(Stored<'v>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match &self.0 {
            Stored::Null => ValueRef::Null,
            Stored::Integer(value) => ValueRef::Integer(*value),
            Stored::Real(value) => ValueRef::Real(*value),
            Stored::Text(text) => ValueRef::Text(text.as_bytes()),
            Stored::Blob(bytes) => ValueRef::Blob(bytes),
            Stored::Temporal(text) => ValueRef::Text(text.as_bytes()),
            Stored::Uuid(text) => ValueRef::Text(text.as_str().as_bytes()),
        }))
    }
}

/// Binds a value as SQLite stores it, at this place, from 1.
pub(crate) fn bind(statement: &mut Statement<'_>, place: usize, value: &Value) -> Result<()> {
    // What most values are is bound as it is: a `Stored` has to be made and moved for each.
    match value {
        Value::Null => statement.raw_bind_parameter(place, Null),
        Value::I64(number) => statement.raw_bind_parameter(place, number),
        Value::F64(number) if !number.is_nan() => statement.raw_bind_parameter(place, number),
        Value::Text(text) => statement.raw_bind_parameter(place, text.as_str()),
        Value::DateTime(at) => {
            let text = at.text();
            let text = ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()));
            statement.raw_bind_parameter(place, text)
        }
        _ => statement.raw_bind_parameter(place, Bound(Stored::of(value)?)),
    }
    .map_err(error::from_sqlite)
}
