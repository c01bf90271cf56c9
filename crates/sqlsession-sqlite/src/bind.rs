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

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use sqlsession_core::value::{Date, DateTime, Time};

    use super::*;

    #[test]
    fn what_is_bound_the_short_way_is_stored_as_by_the_long_one() {
        let sqlite = Connection::open_in_memory().unwrap();
        let mut statement = sqlite.prepare("select typeof(?1), hex(?1), quote(?1)").unwrap();
        let mut stored = |bind: &dyn Fn(&mut Statement<'_>)| {
            bind(&mut statement);
            let mut rows = statement.raw_query();
            let row = rows.next().unwrap().unwrap();
            [0, 1, 2].map(|column| row.get::<_, String>(column).unwrap())
        };
        let date = Date::new(-12, 1, 2).unwrap();
        for value in [
            Value::Null,
            Value::I64(i64::MIN),
            Value::F64(f64::INFINITY),
            Value::F64(-0.0),
            Value::F64(0.1),
            Value::Text("a\0b ä".into()),
            Value::Text(String::new()),
            Value::DateTime(DateTime::new(date, Time::new(3, 4, 5, 6).unwrap())),
            Value::DateTime(DateTime::MAX),
        ] {
            let short = stored(&|statement| bind(statement, 1, &value).unwrap());
            let long = stored(&|statement| {
                statement.raw_bind_parameter(1, Bound(Stored::of(&value).unwrap())).unwrap();
            });
            assert_eq!(short, long, "{value:?}");
        }
        let nan = bind(&mut sqlite.prepare("select ?").unwrap(), 1, &Value::F64(f64::NAN));
        assert!(nan.is_err());
    }
}
