use uuid::Uuid;

use super::{FromValue, Value, ValueRef, from_value::mismatch};
use crate::Result;

impl From<Uuid> for Value {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(uuid.into_bytes())
    }
}

impl<'r> FromValue<'r> for Uuid {
    fn from_value(value: ValueRef<'r>) -> Result<Self> {
        let read = match value {
            ValueRef::Uuid(bytes) => Some(Self::from_bytes(bytes)),
            ValueRef::Text(text) => Self::try_parse(text).ok(),
            ValueRef::Bytes(bytes) => Self::from_slice(bytes).ok(),
            _ => None,
        };
        read.ok_or_else(|| mismatch(value, "a UUID"))
    }
}
