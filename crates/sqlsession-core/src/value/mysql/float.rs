use crate::{Error, ErrorKind, Result};

/// The float as the servers have it, who have neither NaN nor infinity: into a number's column they store such a one as 0,
/// and where they are not strict as NULL or as the largest number.
///
/// # Errors
/// `OutOfRange` for NaN and infinity.
#[inline]
pub fn finite(number: f64) -> Result<f64> {
    if number.is_finite() { Ok(number) } else { Err(none_of_theirs(number)) }
}

#[cold]
fn none_of_theirs(number: f64) -> Error {
    Error::new(ErrorKind::OutOfRange, format!("MySQL and MariaDB have no float {number}"))
}
