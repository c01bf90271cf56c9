use std::sync::OnceLock;

use sqlsession_core::Value;
use tokio_postgres::types::{Kind, Type};

/// The type to send a value by where nobody has asked the server: none, so that the server infers it as it does for a
/// literal in quotes.
///
/// Bytes are `bytea`. As a literal their digits would be taken for text where text is wanted.
pub(crate) fn undescribed(value: &Value) -> Type {
    static UNDESCRIBED: OnceLock<Type> = OnceLock::new();
    match value {
        Value::Bytes(_) => Type::BYTEA,
        _ => {
            let none = || Type::new(String::new(), 0, Kind::Simple, String::new());
            UNDESCRIBED.get_or_init(none).clone()
        }
    }
}

/// The same for each of these, so that a statement is prepared as it was run.
pub(crate) fn undescribed_types(values: &[Value]) -> Vec<Type> {
    values.iter().map(undescribed).collect()
}
