use refinery_core::{Migration, error::Kind};
use sqlsession_core::{Error, ErrorKind};

/// What refinery says, but for errors of the database, which are ours.
pub(super) fn from_refinery(error: &refinery_core::Error, migrations: &[Migration]) -> Error {
    let message = match error.kind() {
        Kind::DivergentVersion(applied, ours) if applied.name() == ours.name() => {
            format!("the migration {ours} was changed after it had been applied")
        }
        Kind::DivergentVersion(applied, ours) => {
            format!("the migration {ours} has the version of {applied}, which has been applied")
        }
        Kind::MissingVersion(missing) if migrations.contains(missing) => {
            format!("the migration {missing} is not applied, but one of a higher version is")
        }
        Kind::MissingVersion(missing) => {
            format!("the migration {missing} has been applied, and is not there any more")
        }
        other => other.to_string(),
    };
    Error::new(ErrorKind::Configuration, message)
}

/// The error of a migration's statement, which names both.
pub(super) fn failed(migration: &Migration, error: Error, note: &str) -> Error {
    let statement =
        error.statement_number().map(|number| format!(", statement {number}")).unwrap_or_default();
    let message = format!("migration {migration}{statement}: {}{note}", error.message());
    let named = Error::new(error.kind(), message).with_details(error.details().clone());
    let named = match error.statement() {
        Some(sql) => named.with_statement(sql.into()),
        None => named,
    };
    named.with_cause(error)
}
