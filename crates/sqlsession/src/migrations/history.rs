use refinery_core::{AsyncMigrate, Migration, SchemaVersion};
use sqlsession_core::{AsyncConnection, Error, ErrorKind, Result, Statement, value};
use time::OffsetDateTime;

use super::migrator::Migrator;

/// refinery's own name for it.
const TABLE: &str = "refinery_schema_history";

/// What has been applied, in order.
///
/// # Errors
/// The database's; `Configuration` for a line that is not refinery's.
pub(super) async fn read(connection: &mut AsyncConnection) -> Result<Vec<Migration>> {
    read_by(connection, &Migrator::get_applied_migrations_query(TABLE)).await
}

/// As [`read`], by refinery's query.
pub(super) async fn read_by(connection: &mut AsyncConnection, query: &str) -> Result<Vec<Migration>> {
    let query = Statement::raw(query.to_owned());
    let lines = match connection.all::<(i64, String, String, String)>(query).await {
        // Nobody has migrated yet.
        Err(error) if error.kind() == ErrorKind::UndefinedTable => {
            connection.rollback().await?;
            return Ok(Vec::new());
        }
        lines => lines?,
    };
    connection.commit().await?;
    lines.into_iter().map(migration).collect()
}

fn migration((version, name, applied_on, checksum): (i64, String, String, String)) -> Result<Migration> {
    let at = applied_on.parse::<value::OffsetDateTime>().ok();
    let at = at.and_then(|at| OffsetDateTime::from_unix_timestamp(at.unix_seconds()).ok());
    // Of 32 or 64 bits by a feature of refinery's.
    #[allow(clippy::useless_conversion, clippy::unnecessary_fallible_conversions)]
    let number = SchemaVersion::try_from(version).ok();
    match (number, at, checksum.parse()) {
        (Some(number), Some(at), Ok(checksum)) => Ok(Migration::applied(number, name, at, checksum)),
        _ => {
            let message =
                format!("the line of version {version} in the table `{TABLE}` is not as it was written");
            Err(Error::new(ErrorKind::Configuration, message))
        }
    }
}
