use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{FromValue, Value, ValueRef, from_value::mismatch};
use crate::{Error, ErrorKind, Result};

/// A `T` that is JSON in the database.
///
/// Reading it is [`FromValue`]; binding it is [`Value::json`], or `try_into()`, because not everything can be written as
/// JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(
    /// What the JSON says.
    pub T,
);

impl Value {
    /// This, written as JSON.
    ///
    /// # Errors
    /// `BadParameter` if it cannot be written, a map with keys that are no strings for one.
    pub fn json<T: Serialize + ?Sized>(source: &T) -> Result<Self> {
        serde_json::to_string(source).map(Self::Json).map_err(|error| {
            Error::new(ErrorKind::BadParameter, "the value cannot be written as json").with_cause(error)
        })
    }
}

impl<T: Serialize> TryFrom<Json<T>> for Value {
    type Error = Error;

    fn try_from(Json(source): Json<T>) -> Result<Self> {
        Self::json(&source)
    }
}

impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        Self::Json(json.to_string())
    }
}

impl<'r> FromValue<'r> for serde_json::Value {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        read(value)
    }
}

impl<'r, T: DeserializeOwned> FromValue<'r> for Json<T> {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        read(value).map(Json)
    }
}

/// SQLite makes a number of JSON text that looks like one, so numbers are JSON too.
fn read<T: DeserializeOwned>(value: ValueRef<'_>) -> Result<T> {
    let read = match value {
        ValueRef::Json(text) | ValueRef::Text(text) => serde_json::from_str(text),
        ValueRef::I64(number) => serde_json::from_value(number.into()),
        ValueRef::U64(number) => serde_json::from_value(number.into()),
        ValueRef::F64(number) if number.is_finite() => serde_json::from_value(number.into()),
        _ => return Err(mismatch(value, "json")),
    };
    // The cause may quote the data, so it says no more than where.
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Error::new(
            ErrorKind::TypeMismatch,
            format!("{} is not json of the type asked for, line {line} column {column}", value.type_name()),
        )
    })
}
