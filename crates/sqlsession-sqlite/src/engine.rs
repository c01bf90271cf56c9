use sqlsession_core::engine::DriverEngine;

use crate::SqliteDriver;

/// An engine over SQLite, without the facade. Cheap to clone; clones share the pool. Making one does no I/O.
///
/// ```
/// use sqlsession_sqlite::SqliteEngine;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlsession_core::Result<()> {
/// let maker = SqliteEngine::new("sqlite://")?.session_maker();
/// let mut session = maker.session();
/// assert_eq!(session.scalar_one::<i64>("select 6 * 7").await?, 42);
/// # Ok(()) }
/// ```
pub type SqliteEngine = DriverEngine<SqliteDriver>;
