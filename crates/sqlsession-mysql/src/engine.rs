use sqlsession_core::engine::DriverEngine;

use crate::MysqlDriver;

/// An engine over MySQL or MariaDB, without the facade. Cheap to clone; clones share the pool. Making one does no I/O.
///
/// ```no_run
/// use sqlsession_mysql::MysqlEngine;
///
/// # async fn example() -> sqlsession_core::Result<()> {
/// let maker = MysqlEngine::new("mysql://ada:secret@localhost/shop")?.session_maker();
/// let mut session = maker.session();
/// assert_eq!(session.scalar_one::<i64>("select 6 * 7").await?, 42);
/// # Ok(()) }
/// ```
///
/// One for blocking calls has a runtime of its own, of one thread, which turns while one of its calls waits.
pub type MysqlEngine = DriverEngine<MysqlDriver>;
