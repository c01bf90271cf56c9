use std::fmt::Write as _;

use crate::{Value, entity::Key};

/// A primary key by which a row is looked up: equal for values that are equal, whatever width they came with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum RowKey {
    /// One integer, which most keys are.
    Integer(i128),
    /// What anything else is written as.
    Text(Box<str>),
}

impl RowKey {
    pub(crate) fn of_key(key: &impl Key) -> Self {
        let mut values: Vec<Value> = Vec::new();
        key.append_to(&mut values);
        Self::of(&values)
    }

    pub(super) fn of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut values = values.into_iter();
        let (first, second) = (values.next(), values.next());
        match (first, second) {
            (Some(Value::I64(number)), None) => Self::Integer((*number).into()),
            (Some(Value::U64(number)), None) => Self::Integer((*number).into()),
            _ => Self::written(first.into_iter().chain(second).chain(values)),
        }
    }

    fn written<'v>(values: impl Iterator<Item = &'v Value>) -> Self {
        let mut text = String::new();
        for value in values {
            // Writing to a string cannot fail. The length keeps one column's text from running into the next.
            let _ = match value {
                Value::I64(number) => write!(text, "n{number};"),
                Value::U64(number) => write!(text, "n{number};"),
                Value::Text(own) => write!(text, "t{}:{own}", own.len()),
                other => {
                    let shown = format!("{other:?}");
                    write!(text, "v{}:{shown}", shown.len())
                }
            };
        }
        Self::Text(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(values: impl IntoIterator<Item = Value>) -> RowKey {
        RowKey::of(&values.into_iter().collect::<Vec<_>>())
    }

    #[test]
    fn keys_are_told_apart_by_their_values() {
        assert_eq!(key([Value::I64(7)]), key([Value::U64(7)]));
        assert_ne!(key([Value::I64(7)]), key([Value::from("7")]));
        assert_eq!(key([Value::I64(7), Value::I64(8)]), key([Value::U64(7), Value::I64(8)]));
        assert_ne!(key([Value::I64(7)]), key([Value::I64(7), Value::I64(8)]));
        assert_ne!(key([Value::I64(-1)]), key([Value::U64(u64::MAX)]));
        assert_ne!(key(["a1:b".into(), "".into()]), key(["a".into(), "1:b".into()]));
        assert_ne!(key([Value::from("a"), "b".into()]), key([Value::from("ab")]));
        assert_ne!(key([Value::F64(1.0)]), key([Value::F64(2.0)]));
    }
}
