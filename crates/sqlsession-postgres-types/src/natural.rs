use postgres_types::Type;
use sqlsession_core::Value;

use super::undescribed;

/// The type that a parameter with this value is declared as: that of the same value written as a literal. `None` leaves
/// it to the server, which infers it from the statement, as for a literal in quotes.
///
/// Without it the server takes `select :n` for text, and finds no function for `abs(:n)`.
fn natural(value: &Value) -> Option<Type> {
    Some(match value {
        Value::Bool(_) => Type::BOOL,
        Value::I64(number) => integer((*number).into()),
        Value::U64(number) => integer((*number).into()),
        Value::F64(_) => Type::FLOAT8,
        Value::Decimal(_) => Type::NUMERIC,
        Value::Bytes(_) => Type::BYTEA,
        Value::Date(_) => Type::DATE,
        Value::Time(_) => Type::TIME,
        Value::DateTime(_) => Type::TIMESTAMP,
        Value::OffsetDateTime(_) => Type::TIMESTAMPTZ,
        Value::Uuid(_) => Type::UUID,
        Value::Array(values) => return array_of(&all(values)?),
        // JSON has two types, and what is written in quotes is of any.
        _ => return None,
    })
}

/// What a parameter with this value is declared as: the type of its literal, or none, so that the server infers it.
pub fn declared(value: &Value) -> Type {
    natural(value).unwrap_or_else(undescribed)
}

fn integer(number: i128) -> Type {
    if i32::try_from(number).is_ok() {
        Type::INT4
    } else if i64::try_from(number).is_ok() {
        Type::INT8
    } else {
        Type::NUMERIC
    }
}

/// The one type of these values and of those in lists among them, NULL being of every type.
fn all(values: &[Value]) -> Option<Type> {
    let mut common = Common::default();
    for value in values {
        match value {
            Value::Null => {}
            Value::Array(inner) => common.meet(all(inner)),
            value => common.meet(natural(value)),
        }
        if matches!(common, Common::None) {
            break;
        }
    }
    common.into_type()
}

fn array_of(member: &Type) -> Option<Type> {
    Some(match *member {
        Type::BOOL => Type::BOOL_ARRAY,
        Type::INT4 => Type::INT4_ARRAY,
        Type::INT8 => Type::INT8_ARRAY,
        Type::NUMERIC => Type::NUMERIC_ARRAY,
        Type::FLOAT8 => Type::FLOAT8_ARRAY,
        Type::BYTEA => Type::BYTEA_ARRAY,
        Type::DATE => Type::DATE_ARRAY,
        Type::TIME => Type::TIME_ARRAY,
        Type::TIMESTAMP => Type::TIMESTAMP_ARRAY,
        Type::TIMESTAMPTZ => Type::TIMESTAMPTZ_ARRAY,
        Type::UUID => Type::UUID_ARRAY,
        _ => return None,
    })
}

/// The type that several values have in common.
#[derive(Debug, Clone, Default)]
enum Common {
    #[default]
    Any,
    One(Type),
    /// It is left to the server.
    None,
}

impl Common {
    fn meet(&mut self, ty: Option<Type>) {
        *self = match (std::mem::take(self), ty) {
            (Self::Any, Some(ty)) => Self::One(ty),
            (Self::One(known), Some(ty)) if known == ty || is_wider(&known, &ty) => Self::One(known),
            (Self::One(known), Some(ty)) if is_wider(&ty, &known) => Self::One(ty),
            _ => Self::None,
        };
    }

    fn into_type(self) -> Option<Type> {
        match self {
            Self::One(ty) => Some(ty),
            Self::Any | Self::None => None,
        }
    }
}

/// Whether a type of whole numbers holds everything that the other one holds.
fn is_wider(ty: &Type, other: &Type) -> bool {
    matches!(
        (ty, other),
        (&Type::INT8 | &Type::NUMERIC, &Type::INT4)
            | (&Type::NUMERIC, &Type::INT8)
            | (&Type::INT8_ARRAY | &Type::NUMERIC_ARRAY, &Type::INT4_ARRAY)
            | (&Type::NUMERIC_ARRAY, &Type::INT8_ARRAY)
    )
}

/// What the parameters of a statement are declared as, which is prepared with it.
#[derive(Debug, Clone)]
pub struct Declared(Vec<Option<Type>>);

impl Declared {
    /// For one set of values.
    pub fn of(values: &[Value]) -> Self {
        Self(values.iter().map(natural).collect())
    }

    /// For many sets of values, as long as the first.
    pub fn of_all(sets: &[Vec<Value>]) -> Self {
        let mut common = vec![Common::default(); sets.first().map_or(0, Vec::len)];
        for set in sets {
            for (common, value) in common.iter_mut().zip(set).filter(|(_, value)| !value.is_null()) {
                common.meet(natural(value));
            }
        }
        Self(common.into_iter().map(Common::into_type).collect())
    }

    /// Whether the statement is the same to the server with these values.
    pub fn suits(&self, values: &[Value]) -> bool {
        self.0.iter().zip(values).all(|(declared, value)| match (declared, natural(value)) {
            (None, None) => true,
            (Some(declared), Some(ty)) => *declared == ty || is_wider(declared, &ty),
            _ => value.is_null(),
        })
    }

    /// The types as they are sent.
    pub fn types(&self) -> Vec<Type> {
        self.0.iter().map(|ty| ty.clone().unwrap_or_else(undescribed)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(values: impl IntoIterator<Item = i64>) -> Value {
        Value::Array(values.into_iter().map(Value::I64).collect())
    }

    #[test]
    fn a_value_is_declared_as_its_literal_is() {
        assert_eq!(natural(&Value::I64(-5)), Some(Type::INT4));
        assert_eq!(natural(&Value::I64(1 << 31)), Some(Type::INT8));
        assert_eq!(natural(&Value::U64(u64::MAX)), Some(Type::NUMERIC));
        assert_eq!(natural(&Value::Text("5".into())), None);
        assert_eq!(natural(&Value::Json("{}".into())), None);
        assert_eq!(natural(&Value::Null), None);
    }

    #[test]
    fn a_list_is_declared_as_its_elements_are() {
        assert_eq!(natural(&list([1, 2])), Some(Type::INT4_ARRAY));
        assert_eq!(natural(&list([1, 1 << 40])), Some(Type::INT8_ARRAY));
        assert_eq!(natural(&Value::Array(vec![list([1]), list([1 << 40])])), Some(Type::INT8_ARRAY));
        assert_eq!(natural(&Value::Array(vec![Value::Null, Value::Bool(true)])), Some(Type::BOOL_ARRAY));
        for undeclared in [
            vec![],
            vec![Value::Null],
            vec![Value::Text("a".into())],
            vec![Value::Text("a".into()), Value::I64(1)],
            vec![Value::I64(1), Value::Text("a".into()), Value::I64(1)],
            vec![Value::F64(1.5), Value::I64(1)],
        ] {
            assert_eq!(natural(&Value::Array(undeclared.clone())), None, "{undeclared:?}");
        }
    }

    #[test]
    fn a_declaration_suits_what_it_has_room_for() {
        let large = Declared::of(&[Value::I64(1 << 40)]);
        assert!(large.suits(&[Value::I64(1)]) && large.suits(&[Value::Null]));
        assert!(!large.suits(&[Value::U64(u64::MAX)]) && !large.suits(&[Value::Text("1".into())]));
        let small = Declared::of(&[Value::I64(1)]);
        assert!(small.suits(&[Value::I64(2)]) && !small.suits(&[Value::I64(1 << 40)]));
        let text = Declared::of(&[Value::Text("1".into())]);
        assert!(text.suits(&[Value::Null]) && !text.suits(&[Value::I64(1)]));
    }

    #[test]
    fn many_sets_have_one_declaration() {
        let of = |values: [Value; 3]| Declared::of_all(&values.map(|value| vec![value])).0;
        assert_eq!(of([Value::Null, Value::I64(1), Value::I64(1 << 40)]), [Some(Type::INT8)]);
        assert_eq!(of([Value::I64(1 << 40), Value::Null, Value::I64(1)]), [Some(Type::INT8)]);
        assert_eq!(of([Value::I64(1), Value::Text("a".into()), Value::I64(1)]), [None]);
        assert_eq!(of([Value::Null, Value::Null, Value::Null]), [None]);
    }
}
