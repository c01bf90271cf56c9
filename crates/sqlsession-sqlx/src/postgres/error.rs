use sqlsession_core::{
    Error,
    error::{Details, codes::postgres},
};
use sqlx_core::error::Error as SqlxError;
use sqlx_postgres::{PgDatabaseError, PgErrorPosition, PgSeverity};

/// An error of sqlx in this library's words.
pub(super) fn from_sqlx(error: SqlxError) -> Error {
    let said = match &error {
        SqlxError::Database(said) => said.try_downcast_ref::<PgDatabaseError>().map(from_server),
        _ => None,
    };
    match said {
        Some(said) => said.with_cause(error),
        None => crate::error::from_sqlx(error),
    }
}

/// What the server said.
fn from_server(said: &PgDatabaseError) -> Error {
    let fatal = matches!(said.severity(), PgSeverity::Fatal | PgSeverity::Panic);
    let kind = postgres::kind(said.code(), said.message(), said.routine(), fatal);
    let mut details = Details::default();
    details.code = Some(said.code().to_owned());
    details.constraint = said.constraint().map(str::to_owned);
    details.table = said.table().map(str::to_owned);
    details.column = said.column().map(str::to_owned);
    details.detail = said.detail().map(str::to_owned);
    details.hint = said.hint().map(str::to_owned);
    details.position = match said.position() {
        Some(PgErrorPosition::Original(position)) => u32::try_from(position).ok(),
        _ => None,
    };
    Error::new(kind, said.message().to_owned()).with_details(details)
}
