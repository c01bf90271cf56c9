//! PostgreSQL's SQLSTATEs.

use crate::ErrorKind;

/// The kind of an error with this SQLSTATE and message, which came of this routine of the server's, and is `fatal` where
/// the server has ended the connection with it.
#[must_use]
pub fn kind(code: &str, message: &str, routine: Option<&str>, fatal: bool) -> ErrorKind {
    match by_code(code) {
        // PostgreSQL has one code for both, and says in its log language which it was.
        ErrorKind::Cancelled if message.contains("statement timeout") => ErrorKind::StatementTimeout,
        ErrorKind::Unsupported if routine == Some("RevalidateCachedQuery") => ErrorKind::SchemaChanged,
        ErrorKind::Authentication => ErrorKind::Authentication,
        _ if fatal => ErrorKind::ConnectionLost,
        kind => kind,
    }
}

/// The kind of an SQLSTATE (PostgreSQL's manual, appendix A).
///
/// That a connection was lost, class 08, a server also says of those it has to others: only what is fatal ends this one.
fn by_code(code: &str) -> ErrorKind {
    match code {
        "23505" => ErrorKind::UniqueViolation,
        "23503" | "23001" => ErrorKind::ForeignKeyViolation,
        "23502" => ErrorKind::NotNullViolation,
        "23514" | "44000" => ErrorKind::CheckViolation,
        "23P01" => ErrorKind::ExclusionViolation,
        "40001" => ErrorKind::SerializationFailure,
        "40P01" => ErrorKind::Deadlock,
        "55P03" => ErrorKind::LockTimeout,
        "57014" => ErrorKind::Cancelled,
        "25006" => ErrorKind::ReadOnly,
        "28000" | "28P01" => ErrorKind::Authentication,
        "42501" => ErrorKind::Privilege,
        "42601" | "42602" | "42622" | "42939" | "42P02" => ErrorKind::Syntax,
        "42P01" | "3F000" => ErrorKind::UndefinedTable,
        "42703" => ErrorKind::UndefinedColumn,
        "22003" | "22001" | "22008" | "22015" | "22026" => ErrorKind::OutOfRange,
        "22P02" | "22P03" | "22007" | "22018" | "42804" | "42846" | "42883" => ErrorKind::TypeMismatch,
        // A prepared statement that the user, or a pooler, took away.
        "26000" => ErrorKind::SchemaChanged,
        "0A000" => ErrorKind::Unsupported,
        "XX001" | "XX002" => ErrorKind::Corrupt,
        _ => match code.get(..2) {
            Some("25" | "2D" | "3B") => ErrorKind::InvalidState,
            Some("53" | "54") => ErrorKind::ResourceExhausted,
            _ => ErrorKind::Database,
        },
    }
}
