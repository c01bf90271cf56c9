use std::time::Duration;

use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    value::{
        Date, DateTime, Time,
        mysql::{Decimal, finite},
    },
};
use sqlx_core::{Either, arguments::Arguments as _, error::Error as SqlxError, statement::Statement as _};
use sqlx_mysql::{MySqlArguments, MySqlStatement, types::MySqlTime};

use super::error::from_sqlx;

/// The values as the parameters of a statement.
///
/// # Errors
/// `BadParameter` for what MySQL has nothing for: arrays, and dates outside of the years 0 to 9999; and if there are more
/// or fewer values than parameters. As [`Decimal::of`] and [`finite`].
pub(super) fn bind(values: &[Value], statement: &MySqlStatement) -> Result<MySqlArguments> {
    if let Some(Either::Right(expected)) = statement.parameters()
        && expected != values.len()
    {
        return Err(Error::new(
            ErrorKind::BadParameter,
            format!("the statement has {expected} parameters and {} values were given", values.len()),
        ));
    }
    arguments(values)
}

/// The values, of which there are as many as parameters.
///
/// # Errors
/// As [`bind`], but for their number.
pub(super) fn arguments(values: &[Value]) -> Result<MySqlArguments> {
    let mut arguments = MySqlArguments::default();
    for value in values {
        add(&mut arguments, value)?;
    }
    Ok(arguments)
}

/// Whether all of them can be sent.
///
/// # Errors
/// As [`bind`].
pub(super) fn check(values: &[Value]) -> Result<()> {
    let mut unused = MySqlArguments::default();
    values
        .iter()
        .filter(|value| !matches!(value, Value::Text(_) | Value::Bytes(_) | Value::Json(_)))
        .try_for_each(|value| add(&mut unused, value))
}

fn add(arguments: &mut MySqlArguments, value: &Value) -> Result<()> {
    let added = match value {
        Value::Null => arguments.add(None::<&str>),
        Value::Bool(truth) => arguments.add(i64::from(*truth)),
        Value::I64(number) => arguments.add(*number),
        Value::U64(number) => arguments.add(*number),
        Value::F64(number) => arguments.add(finite(*number)?),
        // Which server it is sqlx does not say: MySQL refuses the CAST of what only MariaDB has.
        Value::Decimal(text) => arguments.add(Decimal::of(text, Decimal::MARIADB_FRACTION)?.text()),
        Value::Text(text) | Value::Json(text) => arguments.add(text.as_str()),
        Value::Bytes(bytes) => arguments.add(bytes.as_slice()),
        Value::Date(date) => {
            check_year(*date)?;
            arguments.add(date.text().as_str())
        }
        Value::Time(time) => arguments.add(span(*time)?),
        // sqlx has a type for them only with the types of another crate: the server reads the text.
        Value::DateTime(at) => {
            check_year(at.date())?;
            arguments.add(micros(*at)?.text().as_str())
        }
        Value::OffsetDateTime(at) => {
            let utc = DateTime::from_unix(at.unix_seconds(), at.local().time().nanosecond())?;
            check_year(utc.date())?;
            arguments.add(micros(utc)?.text().as_str())
        }
        Value::Uuid(bytes) => arguments.add(uuid(bytes)?.as_str()),
        other => {
            return Err(Error::new(
                ErrorKind::BadParameter,
                format!("a value of type {} cannot be sent to MySQL", other.type_name()),
            ));
        }
    };
    added.map_err(|error| from_sqlx(SqlxError::Encode(error)))
}

fn span(time: Time) -> Result<MySqlTime> {
    let seconds = (u64::from(time.hour()) * 60 + u64::from(time.minute())) * 60 + u64::from(time.second());
    MySqlTime::try_from(Duration::new(seconds, time.nanosecond()))
        .map_err(|error| from_sqlx(SqlxError::Encode(error.into())))
}

/// Without the digits that MySQL does not have: it would round, where values are cut elsewhere.
fn micros(at: DateTime) -> Result<DateTime> {
    let time = at.time();
    let nanos = time.nanosecond() / 1_000 * 1_000;
    Ok(DateTime::new(at.date(), Time::new(time.hour(), time.minute(), time.second(), nanos)?))
}

fn check_year(date: Date) -> Result<()> {
    if (0..=9_999).contains(&date.year()) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::BadParameter, format!("MySQL has no dates of the year {}", date.year())))
}

fn uuid(bytes: &[u8; 16]) -> Result<String> {
    match sqlsession_core::value::Stored::of(&Value::Uuid(*bytes))? {
        sqlsession_core::value::Stored::Uuid(text) => Ok(text.as_str().to_owned()),
        _ => Ok(String::new()),
    }
}
