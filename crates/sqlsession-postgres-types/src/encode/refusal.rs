use std::fmt;

use postgres_types::Type;
use sqlsession_core::{Error, ErrorKind, Value};

/// Why a value is not sent.
#[derive(Debug)]
pub(super) enum Refusal {
    /// No assignment of PostgreSQL takes the one for the other.
    NoMeaning,
    /// The type would take it, but it has no room for this one.
    NoRoom,
    /// The type is one of integers.
    Fraction,
    /// Nothing of PostgreSQL could hold it.
    Unheld(ErrorKind, &'static str),
    /// An element of the array is not sent.
    Element(Error),
}

impl Refusal {
    #[cold]
    pub(super) fn error(self, value: &Value, ty: &Type) -> Error {
        let name = value.type_name();
        let ty = if ty.oid() == 0 { &"PostgreSQL" as &dyn fmt::Display } else { ty };
        match self {
            Self::NoMeaning => {
                Error::new(ErrorKind::BadParameter, format!("a value of type {name} cannot be sent as {ty}"))
            }
            Self::NoRoom => Error::new(ErrorKind::OutOfRange, format!("the {name} does not fit {ty}")),
            Self::Fraction => {
                Error::new(ErrorKind::BadParameter, format!("the {name} is not whole, and {ty} is"))
            }
            Self::Unheld(kind, message) => Error::new(kind, message),
            Self::Element(error) => error,
        }
    }
}
