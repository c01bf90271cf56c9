use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use sqlsession_core::{Result, Value, value::Stored};

/// A value ready to be bound.
#[derive(Debug)]
pub(crate) struct Bound<'v>(Stored<'v>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match &self.0 {
            Stored::Null => ValueRef::Null,
            Stored::Integer(value) => ValueRef::Integer(*value),
            Stored::Real(value) => ValueRef::Real(*value),
            Stored::Text(text) => ValueRef::Text(text.as_bytes()),
            Stored::Blob(bytes) => ValueRef::Blob(bytes),
            Stored::Temporal(text) => ValueRef::Text(text.as_str().as_bytes()),
            Stored::Uuid(text) => ValueRef::Text(text.as_str().as_bytes()),
        }))
    }
}

/// The value as SQLite stores it.
pub(crate) fn bind(value: &Value) -> Result<Bound<'_>> {
    Stored::of(value).map(Bound)
}
