use std::{
    any::Any,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use super::{Info, KeyedSelect, Ongoing, RowStream, Savepoint, Started};
use crate::{
    Error, ErrorKind, Result, ResultSet, Statement,
    bulk::{BulkRows, TableName},
    driver::{BoxFuture, Dialect, IsolationLevel, ServerTransaction},
    result::Warning,
    statement::ParameterSet,
    unit_of_work::UnitOfWork,
};

/// What runs statements in transactions: a connection of an engine, and every session.
///
/// Object-safe; [`AsyncConnection`](super::AsyncConnection) and [`AsyncSession`](super::AsyncSession) add the typed
/// methods. A transaction begins with the first statement and ends by `commit`, `rollback` or `close`. Not meant to be
/// implemented outside of this crate: a backend of one's own is a [`Driver`](crate::driver::Driver).
///
/// # Cancel safety
/// A future dropped before it is done leaves its operation with the session. The next use gives
/// [`Interrupted`](crate::ErrorKind::Interrupted) until `rollback`, which stops the operation. Nothing half-done reaches
/// the pool.
pub trait Connection: Send + std::fmt::Debug {
    /// Runs a statement and reads its whole result.
    fn execute(&mut self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>>;

    /// Starts a statement right here where nothing has to be done before it, and gives it back where something has to. Its
    /// end is asked for by [`poll_end`](Self::poll_end); without a boxed future it costs less.
    #[doc(hidden)]
    fn execute_in_stride(&mut self, statement: Statement) -> std::result::Result<Started, Statement> {
        Err(statement)
    }

    /// The end of the statement that was started last.
    #[doc(hidden)]
    fn poll_end(&mut self, _: &mut Context<'_>, _: &mut Ongoing) -> Poll<Result<ResultSet>> {
        Poll::Ready(Err(Error::new(ErrorKind::InvalidState, "no statement was started")))
    }

    /// Runs a statement once for each set of parameters. The row count is the sum. Without sets nothing runs.
    fn execute_many(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> BoxFuture<'_, Result<ResultSet>>;

    /// Runs a text of one statement or several, separated by `;`, and gives every result.
    ///
    /// # Errors
    /// `Unsupported` for several statements with parameters. That of the statement that failed, with its
    /// [number](crate::Error::statement_number); those before it stay in the transaction.
    fn execute_multi(&mut self, statement: Statement) -> BoxFuture<'_, Result<Vec<ResultSet>>>;

    /// Reads the warnings of a result; without any nothing is sent.
    ///
    /// # Errors
    /// `InvalidState` when the server has them no more: something else has run, or the connection went back.
    fn warnings<'a>(&'a mut self, result: &'a ResultSet) -> BoxFuture<'a, Result<Vec<Warning>>>;

    /// Runs a statement and commits: `execute` and `commit` in one, and in one round trip where the backend can do that.
    ///
    /// # Errors
    /// The statement's and the commit's. In both cases nothing is committed, and only `rollback` and `close` are left.
    /// `CommitUnknown` when the connection was lost meanwhile.
    fn execute_and_commit(&mut self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>>;

    /// Runs a statement once for each set of parameters and commits, as
    /// [`execute_and_commit`](Self::execute_and_commit) does.
    fn execute_many_and_commit(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> BoxFuture<'_, Result<ResultSet>>;

    /// Inserts rows into a table by the quickest way the backend has, and says how many. Without rows nothing is sent.
    ///
    /// When it fails none of its rows stays, where the backend can see to that.
    ///
    /// # Errors
    /// `BadParameter` without columns, and when a row has not a value for each of them.
    fn bulk_insert(
        &mut self,
        table: TableName,
        columns: Vec<String>,
        rows: BulkRows,
    ) -> BoxFuture<'_, Result<u64>>;

    /// Runs a statement and reads its rows as they come, in bounded memory.
    ///
    /// Dropping the stream is no interruption: the session can be used again at once.
    fn stream(&mut self, statement: Statement) -> BoxFuture<'_, Result<RowStream<'_>>>;

    /// Runs several statements, separated by `;`, without parameters. They have no time limit.
    fn execute_script(&mut self, sql: Arc<str>) -> BoxFuture<'_, Result<()>>;

    /// Begins a transaction by hand. Nothing is sent before the first statement.
    ///
    /// # Errors
    /// `InvalidState` when one is begun already.
    fn begin(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Sets a savepoint, and begins a transaction if there is none. A session sends it with its first statement inside.
    fn begin_nested(&mut self) -> BoxFuture<'_, Result<Savepoint>>;

    /// Releases a savepoint and those inside it: their work becomes part of the transaction around.
    ///
    /// # Errors
    /// `InvalidState` when it has ended.
    fn release(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>>;

    /// Undoes what was done since the savepoint, which ends with it. The transaction around goes on.
    ///
    /// # Errors
    /// `InvalidState` when it has ended.
    fn rollback_to(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>>;

    /// Commits the whole transaction, through all its savepoints. Without one it does nothing.
    ///
    /// # Errors
    /// What the server says; afterwards only `rollback` and `close` are left. `CommitUnknown` when the connection was
    /// lost before the answer came. `InvalidState` when the transaction cannot be committed any more.
    fn commit(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Rolls back the whole transaction, through all its savepoints. Without one it does nothing.
    ///
    /// It also makes an interrupted or broken session usable again.
    ///
    /// # Errors
    /// `CommitUnknown` when what was interrupted was a COMMIT that has gone through or may have, a text that may commit, or a
    /// statement in AUTOCOMMIT that has gone through and is not known only to read, or came behind entities that were
    /// written there; and when a text that may commit has failed. What the server says otherwise; `ConnectionLost` when it
    /// says nothing for 10 s, and the connection is closed. In any case the transaction is over.
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Rolls back what is open and gives the connection back. A session can be used again; a connection can not.
    fn close(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Throws the connection away, with what is open on it.
    fn invalidate(&mut self);

    /// Whether the connection it has is closed instead of given back, for something is set on it that nobody else is to have.
    /// Inside of an outer transaction, whose connection it is, nothing changes.
    #[doc(hidden)]
    fn close_on_return(&mut self, _closes: bool) {}

    /// What is known of the database's SQL, without asking it.
    fn dialect(&self) -> &Dialect;

    /// Whether a transaction is begun, by the session's own word: from the first statement to the end.
    fn in_transaction(&self) -> bool;

    /// Whether a savepoint is set.
    fn in_nested_transaction(&self) -> bool;

    /// Whether the savepoint has not ended.
    fn is_savepoint_active(&self, savepoint: Savepoint) -> bool;

    /// Stands for a session whose work somebody else has: only rollback and close are left.
    #[doc(hidden)]
    fn interrupt(&mut self);

    /// Marks a savepoint whose block was left without a word: it is rolled back before the next statement.
    #[doc(hidden)]
    fn abandon(&mut self, savepoint: Savepoint);

    /// Stops what a dropped future left running, and undoes the savepoints that were abandoned, which have to be around it. The
    /// transaction around them goes on. Says whether they are undone: not where one was released by what was left running.
    ///
    /// # Errors
    /// When there is no such transaction any more.
    #[doc(hidden)]
    fn recover(&mut self) -> BoxFuture<'_, Result<bool>>;

    /// Whether statements are accepted: false after a failed commit, a lost connection or an interruption, until
    /// `rollback`.
    fn is_active(&self) -> bool;

    /// Why the unit of work failed, if it may run again from its start: nothing of it has been committed.
    #[doc(hidden)]
    fn retry_reason(&self) -> Option<ErrorKind>;

    /// Whether a transaction is open, as the server said last. `Idle` without a connection.
    fn server_transaction(&self) -> ServerTransaction;

    /// The isolation level that was asked for, if any was.
    fn isolation_level(&self) -> Option<IsolationLevel>;

    /// Sets the level of the transactions to come.
    ///
    /// # Errors
    /// `InvalidState` inside a transaction, `Configuration` for a level the backend does not have.
    fn set_isolation_level(&mut self, level: Option<IsolationLevel>) -> Result<()>;

    /// How long the statements to come may run that do not say so themselves.
    #[doc(hidden)]
    fn set_statement_timeout(&mut self, limit: Option<Duration>);

    /// The driver's own client, `rusqlite::Connection` and so on, to be downcast, inside of the transaction, which is
    /// opened if need be. In AUTOCOMMIT there is none.
    fn raw(&mut self) -> BoxFuture<'_, Result<&mut (dyn Any + Send)>>;

    /// What the program remembers with it.
    fn info(&mut self) -> &mut Info;

    /// The first rows of a stream have come: what is left of it may be dropped.
    #[doc(hidden)]
    fn stream_opened(&mut self);

    /// A stream was dropped before its end, or before what it failed with was read. The end of one that may write is told to
    /// whoever uses the session next.
    #[doc(hidden)]
    fn stream_left(&mut self, sql: Arc<str>, failure: Option<Error>);

    /// Polls what runs in the background of a stream.
    #[doc(hidden)]
    fn poll_running(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>>;
}

/// A unit of work: begins by itself, holds a connection only while its transaction lasts.
///
/// Takes `&mut self` everywhere: the compiler sees to it that one session is used by one task at a time. Not meant to be
/// implemented outside of this crate, as [`Connection`].
pub trait Session: Connection {
    /// Writes what is pending: see [`AsyncSession::flush`](super::AsyncSession::flush). Without anything nothing is sent.
    fn flush(&mut self) -> BoxFuture<'_, Result<()>>;

    /// What it holds of entities, for something to be queued. Begins a transaction for the user.
    #[doc(hidden)]
    fn begin_work(&mut self) -> Result<&mut UnitOfWork>;

    /// What it holds of entities, if it was ever given one.
    #[doc(hidden)]
    fn work(&self) -> Option<&UnitOfWork>;

    /// As [`work`](Self::work), to be changed.
    #[doc(hidden)]
    fn work_mut(&mut self) -> &mut UnitOfWork;

    /// Reads rows of an entity's table.
    #[doc(hidden)]
    fn select_by_key(&mut self, select: KeyedSelect) -> BoxFuture<'_, Result<ResultSet>>;

    /// As [`execute_in_stride`](Connection::execute_in_stride), of rows of an entity's table.
    #[doc(hidden)]
    fn select_in_stride(&mut self, select: KeyedSelect) -> std::result::Result<Started, KeyedSelect> {
        Err(select)
    }

    /// The transaction's connection, checked out if it is not yet.
    fn connection(&mut self) -> BoxFuture<'_, Result<&mut dyn Connection>>;
}
