use std::borrow::Borrow;

use postgres_types::Type;
use sqlsession_core::{Error, ErrorKind, Result, Value};

use super::{encode::encode, natural::declared};

/// The number of parameters is sent in 16 bits.
const MAX_PARAMETERS: usize = 65_535;

/// Whether these values can be encoded as parameters of these types. Says what encoding them would say.
///
/// # Errors
/// `BadParameter` if there are more or fewer values than types, more than the protocol has room for, or if a value has
/// no meaning for its type; `OutOfRange` if it does not fit.
pub fn check(values: &[Value], types: &[Type]) -> Result<()> {
    if values.len() != types.len() {
        return Err(Error::new(
            ErrorKind::BadParameter,
            format!("the statement has {} parameters and {} values were given", types.len(), values.len()),
        ));
    }
    check_all(values.iter().zip(types))
}

/// As [`check`], of a statement of which the server was not asked, and of its text, which is sent along.
///
/// # Errors
/// As [`check`]; `BadParameter` also if the text holds a NUL character, which the protocol ends texts with.
pub fn check_undescribed(sql: &str, values: &[Value]) -> Result<()> {
    if sql.contains('\0') {
        return Err(Error::new(ErrorKind::BadParameter, "the text of the statement holds a NUL character"));
    }
    check_all(values.iter().map(|value| (value, declared(value))))
}

fn check_all<'v>(pairs: impl ExactSizeIterator<Item = (&'v Value, impl Borrow<Type>)>) -> Result<()> {
    if pairs.len() > MAX_PARAMETERS {
        return Err(Error::new(
            ErrorKind::BadParameter,
            format!("a statement has at most {MAX_PARAMETERS} parameters and {} were given", pairs.len()),
        ));
    }
    for (index, (value, ty)) in pairs.enumerate() {
        encode(value, ty.borrow()).map_err(|error| numbered(index, &error))?;
    }
    Ok(())
}

#[cold]
fn numbered(index: usize, error: &Error) -> Error {
    Error::new(error.kind(), format!("parameter {}: {}", index + 1, error.message()))
}
