use serde_json::Value as Json;
use sqlsession_core::ErrorKind as Kind;

use crate::{outcome::ErrorWord, scenario::RecordedOutcome};

/// The class a driver's dialect gives when it knows no better one.
const ANY_DATABASE_ERROR: &str = "DBAPIError";

/// Whether an error is of the recorded error's family.
///
/// The recorded class counts; only when no kind speaks of it, the nearest of its ancestors that one speaks of.
#[must_use]
pub fn accepts(recorded: &RecordedOutcome, actual: ErrorWord) -> bool {
    let class = recorded.get("class").and_then(Json::as_str).unwrap_or_default();
    let ancestors =
        recorded.get("is_a").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let Some(class) = std::iter::once(class).chain(ancestors).find(|class| is_known(class)) else {
        return false;
    };
    match actual {
        ErrorWord::Boom => class == "Boom",
        ErrorWord::Kind(kind) => {
            classes(kind).contains(&class) || (class == ANY_DATABASE_ERROR && is_of_the_database(kind))
        }
    }
}

/// The classes that mean what a kind means.
fn classes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::UniqueViolation | Kind::ForeignKeyViolation | Kind::ExclusionViolation => &["IntegrityError"],
        // PyMySQL knows neither 1364 (no default) nor 4025 (CHECK) as a violation.
        Kind::NotNullViolation | Kind::CheckViolation => &["IntegrityError", "OperationalError"],
        Kind::SerializationFailure
        | Kind::Deadlock
        | Kind::LockTimeout
        | Kind::Busy
        | Kind::StatementTimeout
        | Kind::Cancelled
        | Kind::Authentication
        | Kind::Tls => &["OperationalError"],
        Kind::Interrupted => &["PendingRollbackError"],
        // What asyncpg and the operating system say about a server that is not there comes through unwrapped.
        Kind::ConnectionFailed | Kind::ConnectTimeout => &[
            "OperationalError",
            "InterfaceError",
            "OSError",
            "ConnectionRefusedError",
            "gaierror",
            "InvalidCatalogNameError",
        ],
        Kind::ConnectionLost | Kind::CommitUnknown | Kind::StatementCommitted => {
            &["OperationalError", "InterfaceError", "InternalError"]
        }
        Kind::PoolTimeout => &["TimeoutError"],
        Kind::PoolClosed => &["InvalidRequestError", "ResourceClosedError"],
        Kind::Syntax | Kind::UndefinedTable | Kind::Privilege => &["OperationalError", "ProgrammingError"],
        // The server's word on a statement, or the row's on a name or number.
        Kind::UndefinedColumn => {
            &["OperationalError", "ProgrammingError", "NoSuchColumnError", "AttributeError", "IndexError"]
        }
        // The drivers find a value they cannot send; SQLAlchemy finds a name without a value.
        Kind::BadParameter => &[
            "StatementError",
            "ProgrammingError",
            "InterfaceError",
            "ArgumentError",
            "TypeError",
            "ValueError",
            "OverflowError",
        ],
        Kind::TypeMismatch => &["DataError", "ProgrammingError"],
        Kind::OutOfRange => &["DataError", "OverflowError"],
        // Reading an object anew whose row is gone is a request that cannot be met.
        Kind::NoRows => &["NoResultFound", "InvalidRequestError"],
        Kind::StaleData => &["StaleDataError"],
        Kind::SeveralRows => &["MultipleResultsFound"],
        // What psycopg2 calls internal is PostgreSQL's word on the state of a transaction (SQLSTATE 25).
        Kind::InvalidState => &[
            "InternalError",
            "InvalidRequestError",
            "ResourceClosedError",
            "PendingRollbackError",
            "IllegalStateChangeError",
            "UnboundExecutionError",
            "DetachedInstanceError",
        ],
        Kind::ReadOnly | Kind::ResourceExhausted => &["OperationalError", "InternalError"],
        Kind::UnknownDialect => &["NoSuchModuleError", "ModuleNotFoundError"],
        Kind::Configuration => &["ArgumentError", "TypeError", "ValueError"],
        Kind::SchemaChanged => &["NotSupportedError", "ProgrammingError"],
        Kind::Corrupt => &["DatabaseError"],
        Kind::Unsupported => &["NotSupportedError", "ProgrammingError", "OperationalError"],
        // Everything the drivers call an error of the server, but for violations.
        Kind::Database => &[
            "OperationalError",
            "ProgrammingError",
            "InternalError",
            "DataError",
            "DatabaseError",
            "NotSupportedError",
        ],
        _ => &[],
    }
}

/// Whether the database, or the way to it, is where the error comes from.
fn is_of_the_database(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Interrupted
            | Kind::PoolTimeout
            | Kind::PoolClosed
            | Kind::NoRows
            | Kind::SeveralRows
            | Kind::InvalidState
            | Kind::StaleData
            | Kind::UnknownDialect
            | Kind::Configuration
    )
}

fn is_known(class: &str) -> bool {
    const KNOWN: &[&str] = &[
        "ArgumentError",
        "AttributeError",
        "Boom",
        "ConnectionRefusedError",
        "DBAPIError",
        "DataError",
        "DatabaseError",
        "DetachedInstanceError",
        "IllegalStateChangeError",
        "IndexError",
        "IntegrityError",
        "InterfaceError",
        "InternalError",
        "InvalidCatalogNameError",
        "InvalidRequestError",
        "ModuleNotFoundError",
        "MultipleResultsFound",
        "NoResultFound",
        "NoSuchColumnError",
        "NoSuchModuleError",
        "NotSupportedError",
        "OSError",
        "OperationalError",
        "OverflowError",
        "PendingRollbackError",
        "ProgrammingError",
        "ResourceClosedError",
        "StaleDataError",
        "StatementError",
        "TimeoutError",
        "TypeError",
        "UnboundExecutionError",
        "ValueError",
        "gaierror",
    ];
    KNOWN.contains(&class)
}
