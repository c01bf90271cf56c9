use std::{borrow::Borrow, iter::from_fn, ops::Deref};

use postgres_types::Type;
use sqlsession_core::{Error, ErrorKind, Result, Value};

use super::{
    bound::Checked,
    encode::{Encoded, encode},
    natural::declared,
};

/// The number of parameters is sent in 16 bits.
const MAX_PARAMETERS: usize = 65_535;

/// So many need no memory of their own: a key, and a value beside it.
const FEW: usize = 2;

/// The values of a statement, each as it is sent.
#[derive(Debug)]
pub enum CheckedValues<'v> {
    /// As many of these.
    Few([Checked<'v>; FEW], usize),
    /// All.
    Many(Vec<Checked<'v>>),
}

impl<'v> Deref for CheckedValues<'v> {
    type Target = [Checked<'v>];

    fn deref(&self) -> &[Checked<'v>] {
        match self {
            Self::Few(few, number) => few.get(..*number).unwrap_or_default(),
            Self::Many(all) => all,
        }
    }
}

/// Whether these values can be encoded as parameters of these types. Says what encoding them would say.
///
/// # Errors
/// `BadParameter` if there are more or fewer values than types, more than the protocol has room for, or if a value has
/// no meaning for its type; `OutOfRange` if it does not fit.
pub fn check(values: &[Value], types: &[Type]) -> Result<()> {
    check_number(values, types)?;
    check_all(values.iter().zip(types))
}

/// As [`check`], with the values as they are then sent to these types, and to no others.
///
/// # Errors
/// As [`check`].
pub fn checked<'v>(values: &'v [Value], types: &'v [Type]) -> Result<CheckedValues<'v>> {
    check_number(values, types)?;
    check_room(values.len())?;
    let mut pairs = values.iter().zip(types).enumerate();
    let mut next = || pairs.next().map(|(index, (value, ty))| encode_at(index, value, ty).map(Checked));
    if values.len() > FEW {
        return Ok(CheckedValues::Many(from_fn(next).collect::<Result<_>>()?));
    }
    let mut few = [Checked(Encoded::Null); FEW];
    for place in &mut few {
        if let Some(checked) = next() {
            *place = checked?;
        }
    }
    Ok(CheckedValues::Few(few, values.len()))
}

fn check_number(values: &[Value], types: &[Type]) -> Result<()> {
    if values.len() == types.len() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::BadParameter,
        format!("the statement has {} parameters and {} values were given", types.len(), values.len()),
    ))
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
    check_room(pairs.len())?;
    for (index, (value, ty)) in pairs.enumerate() {
        encode_at(index, value, ty.borrow())?;
    }
    Ok(())
}

fn check_room(parameters: usize) -> Result<()> {
    if parameters <= MAX_PARAMETERS {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::BadParameter,
        format!("a statement has at most {MAX_PARAMETERS} parameters and {parameters} were given"),
    ))
}

fn encode_at<'v>(index: usize, value: &'v Value, ty: &'v Type) -> Result<Encoded<'v>> {
    encode(value, ty).map_err(|error| numbered(index, &error))
}

#[cold]
fn numbered(index: usize, error: &Error) -> Error {
    Error::new(error.kind(), format!("parameter {}: {}", index + 1, error.message()))
}
