use crate::{Error, ErrorKind, Result, Value};

/// How many placeholders a value needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One.
    Single,
    /// `($1, $2)`: one for each item.
    List { len: usize },
    /// `(($1, $2), ($3, $4))`: one for each item of each row.
    Rows { len: usize, columns: usize },
}

impl Shape {
    /// The shape of a value where a list can stand.
    pub(super) fn of(name: &str, value: &Value) -> Result<Self> {
        let Value::Array(items) = value else { return Ok(Self::Single) };
        let Some(Value::Array(first)) = items.first() else {
            return match items.iter().any(|item| matches!(item, Value::Array(_))) {
                false => Ok(Self::List { len: items.len() }),
                true => Err(uneven(name)),
            };
        };
        let columns = first.len();
        let even = items.iter().all(|item| matches!(item, Value::Array(row) if row.len() == columns));
        if even && columns > 0 { Ok(Self::Rows { len: items.len(), columns }) } else { Err(uneven(name)) }
    }

    /// The number of placeholders.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Single => 1,
            Self::List { len } => len,
            Self::Rows { len, columns } => len * columns,
        }
    }

    /// Adds the values of the placeholders.
    pub(super) fn spread(self, value: Value, values: &mut Vec<Value>) {
        match (self, value) {
            (Self::List { .. }, Value::Array(items)) => values.extend(items),
            (Self::Rows { .. }, Value::Array(rows)) => {
                for row in rows {
                    Self::List { len: 0 }.spread(row, values);
                }
            }
            (_, value) => values.push(value),
        }
    }
}

fn uneven(name: &str) -> Error {
    Error::new(
        ErrorKind::BadParameter,
        format!("the list of parameter `{name}` mixes single values, or rows of different lengths"),
    )
}
