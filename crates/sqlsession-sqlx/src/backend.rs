use std::{borrow::Cow, fmt::Debug, hash::Hash, sync::Arc, time::Duration};

use futures_core::stream::BoxStream;
use sqlsession_core::{
    DatabaseUrl, EngineOptions, Error, Result, Value,
    driver::{Batching, Begin, BoxFuture, Dialect, IsolationLevel, Kill, ServerTransaction},
    row::{Batch, Columns},
    statement::CompiledText,
};
use sqlx_core::{
    Either,
    connection::Connection,
    database::{Database, HasStatementCache},
    error::Error as SqlxError,
    sql_str::SqlStr,
};

use crate::surroundings::Surroundings;

/// How sqlx connects to a database.
pub(crate) type ConnectOptions<DB> = <<DB as Database>::Connection as Connection>::Options;

/// The rows of a statement, and what it has done behind those of each of its results.
pub(crate) type Answers<'c, DB> =
    BoxStream<'c, Result<Either<<DB as Database>::QueryResult, <DB as Database>::Row>, SqlxError>>;

/// What one database of sqlx has of its own. What they have in common is in `connection/`.
pub trait Backend: Database + HasStatementCache {
    /// What the URL says beside how to connect.
    type Settings: Debug + Send + Sync + 'static;
    /// How a running statement is stopped.
    type Kill: Way;
    /// What a statement is prepared for beside its text.
    type Variant: Debug + Clone + Eq + Hash + Send + Sync + 'static;
    /// Rows that are gathered into a batch.
    type Gathered: Gathered<Row = Self::Row>;

    fn dialect() -> &'static Dialect;

    /// What its servers can do with many entities in one statement, whichever version they are of.
    fn batching() -> Batching;

    /// The most parameters of one statement.
    const MOST_PARAMETERS: usize;

    /// What quotes a name.
    const QUOTE: char;

    /// What asks for nothing, and takes a kill that came late.
    const NOTHING: &'static str;

    /// Whether the rest of the result of a statement that only reads can be left unread.
    const LEAVES_ROWS: bool = false;

    /// Whether the sets of one call are a transaction where none is open.
    const SETS_ARE_ONE: bool = true;

    /// Reads the URL. No I/O.
    fn read_url(
        url: &DatabaseUrl,
        options: &mut EngineOptions,
    ) -> Result<(ConnectOptions<Self>, Self::Settings)>;

    /// The settings for a pool of the program's own.
    fn settings_of_pool() -> Self::Settings;

    /// Opens a connection.
    fn open<'c>(
        options: &'c ConnectOptions<Self>,
        settings: &'c Self::Settings,
    ) -> BoxFuture<'c, Result<Self::Connection>>;

    /// Gets to know a connection that was opened, or taken out of a pool.
    fn greet<'c>(
        client: &'c mut Self::Connection,
        options: &'c Arc<ConnectOptions<Self>>,
        settings: &'c Self::Settings,
    ) -> BoxFuture<'c, Result<Self::Kill>>;

    /// Takes back what greeting has left, before the connection goes back into a pool of the program's.
    fn take_leave(_: &mut Self::Connection) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// What switches autocommit on and off, where a connection can have it off.
    const AUTOCOMMIT: Option<(&'static str, &'static str)> = None;

    /// Whether a text may change the surroundings.
    fn may_change_surroundings(_: &str) -> bool {
        false
    }

    /// Asks for them.
    fn look_around(_: &mut Self::Connection) -> BoxFuture<'_, Result<Surroundings>> {
        Box::pin(async { Ok(Surroundings::default()) })
    }

    /// The engine was disposed of.
    fn disposed(_: &Self::Settings) {}

    /// Runs a statement: prepared and kept with arguments, as plain text without.
    fn send(
        client: &mut Self::Connection,
        sql: SqlStr,
        arguments: Option<Self::Arguments>,
    ) -> Answers<'_, Self>;

    /// The arguments of rows that are sent once, by `send_once`; `None` where rows of any values are prepared alike.
    fn bind_once(_: &[Value]) -> Result<Option<Self::Arguments>> {
        Ok(None)
    }

    /// As `send`, prepared and not kept.
    fn send_once(
        client: &mut Self::Connection,
        sql: SqlStr,
        arguments: Self::Arguments,
    ) -> Answers<'_, Self> {
        Self::send(client, sql, Some(arguments))
    }

    /// Prepares a statement.
    fn prepare<'c>(
        client: &'c mut Self::Connection,
        sql: SqlStr,
        types: &'c [Self::TypeInfo],
    ) -> BoxFuture<'c, Result<Self::Statement, SqlxError>>;

    /// Refuses what could not be sent, as far as it shows before the statement is prepared.
    fn check(text: &CompiledText, values: &[Value]) -> Result<()>;

    /// What a statement with these values is prepared for. `rows` are the values of a bulk insert, whose columns say
    /// what they are.
    fn variant(text: &CompiledText, values: &[Value], rows: bool) -> Self::Variant;

    /// Another variant that has to be prepared for these values, as the statement's own description shows.
    fn refine(_: &[Value], _: &Self::Statement, _: &Self::Variant) -> Option<Self::Variant> {
        None
    }

    /// The text that is prepared: no two variants have the same.
    fn wording<'t>(text: &'t CompiledText, variant: &Self::Variant) -> Cow<'t, str>;

    /// The types that are declared.
    fn types(_: &Self::Variant) -> Vec<Self::TypeInfo> {
        Vec::new()
    }

    /// The values as sqlx's arguments of a statement.
    fn bind(
        values: &[Value],
        statement: &Self::Statement,
        variant: &Self::Variant,
    ) -> Result<Self::Arguments>;

    /// Whether a statement is sent as text only.
    fn is_for_text(_: &CompiledText) -> bool {
        false
    }

    /// Whether this error of PREPARE means that the statement can only be sent as text.
    fn is_for_text_only(_: &Error) -> bool {
        false
    }

    /// The error of a statement.
    fn error(error: SqlxError) -> Error;

    /// Whether asking again may help, because somebody else has a lock.
    fn is_busy(_: &Error) -> bool {
        false
    }

    /// How long that is waited for.
    fn patience(_: &Self::Settings) -> Duration {
        Duration::ZERO
    }

    /// What is sent to begin. `sql` is the statement that comes first.
    fn begin_text(begin: Begin, sql: &str) -> &'static str;

    /// What refuses writes in the transaction that was just begun, and what allows them again behind it.
    const READ_ONLY: Option<(&'static str, &'static str)> = None;

    /// What makes a level that of the transactions to come.
    fn level_text(level: IsolationLevel) -> Result<String>;

    /// Asks for the level of the transactions to come.
    const ASK_LEVEL: &'static str;

    /// The answer to that.
    fn level_of(row: &Self::Row) -> Result<IsolationLevel>;

    /// Whether a statement may begin or end a transaction.
    fn may_change_transaction(text: &CompiledText) -> bool;

    /// Whether some of what a statement does may be durable where it fails.
    fn may_commit_and_fail(_: &CompiledText) -> bool {
        false
    }

    /// What is sent before this statement if nothing else of its transaction is: it makes the connection see the schema
    /// that the transaction has.
    fn first_look(_: &CompiledText) -> Option<&'static str> {
        None
    }

    /// Whether a statement may change what others give, which their descriptions then do not tell.
    fn may_change_schema(_: &CompiledText) -> bool {
        false
    }

    /// What an error has made of a transaction; `None` if that has to be asked for.
    fn after_error(before: ServerTransaction, error: &Error) -> Option<ServerTransaction>;

    /// Asks for the state of the transaction.
    fn ask_transaction(client: &mut Self::Connection) -> BoxFuture<'_, Result<ServerTransaction>>;

    /// Whether a transaction was left open on a connection that nobody uses.
    fn is_left_open(client: &mut Self::Connection) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async { Ok(Self::ask_transaction(client).await? != ServerTransaction::Idle) })
    }

    /// Opens something that sqlx, which counts a transaction where there is none, can roll back.
    const ROLLED_BACK_WITHOUT: Option<&'static str> = None;

    /// The number of rows a statement has matched or, if it gives any, the `rows` it gave.
    fn affected(done: &Self::QueryResult, sql: &str, rows: Option<usize>) -> Option<u64>;

    /// The key of the row inserted last.
    fn last_insert_id(_: &Self::QueryResult, _sql: &str) -> Option<i64> {
        None
    }

    /// Whether a statement is known to change nothing.
    fn only_reads(sql: &str) -> bool;
}

/// A [`Kill`] of a connection, which knows when nothing is to be stopped.
pub trait Way: Kill {
    /// An operation begins, and nobody wants it stopped.
    fn rest(&self) {}

    /// The surroundings that the connection was greeted in.
    fn surroundings(&self) -> Surroundings {
        Surroundings::default()
    }

    /// The connection is dropped in the middle of something.
    fn abandon(&self) {}
}

/// Rows that are gathered into a batch.
pub trait Gathered: Send + Sync {
    /// A row of sqlx's.
    type Row;

    /// None yet. Those of a statement that was prepared are `binary`.
    fn new(binary: bool) -> Self;

    fn push(&mut self, row: Self::Row) -> Result<(), SqlxError>;

    fn rows(&self) -> usize;

    /// About how many bytes they take.
    fn memory(&self) -> usize;

    fn finish(self, columns: Arc<Columns>) -> Arc<dyn Batch>;
}
