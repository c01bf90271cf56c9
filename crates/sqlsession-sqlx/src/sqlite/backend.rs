use std::{borrow::Cow, sync::Arc, time::Duration};

use sqlsession_core::{
    DatabaseUrl, EngineOptions, Error, ErrorKind, Result, Value,
    driver::{
        Batching, Begin, BeginMode, BoxFuture, Dialect, IsolationLevel, PlaceholderStyle, ServerTransaction,
    },
    statement::CompiledText,
    value::Stored,
};
use sqlx_core::{
    Either, arguments::Arguments as _, error::Error as SqlxError, executor::Executor as _, query::query_with,
    raw_sql::raw_sql, row::Row as _, sql_str::SqlStr, statement::Statement as _,
};
use sqlx_sqlite::{
    Sqlite, SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteQueryResult, SqliteRow,
    SqliteStatement, SqliteTypeInfo,
};

use super::{
    error::{from_sqlx, is_busy},
    kill::{Interrupt, STEPS},
    options,
    rows::SqliteRows,
    settings::SqliteSettings,
    statements,
};
use crate::backend::{Answers, Backend};

pub(super) static DIALECT: Dialect = Dialect::new(
    "sqlite",
    "sqlx",
    PlaceholderStyle::NumberedQuestion,
    &[IsolationLevel::ReadUncommitted, IsolationLevel::Serializable, IsolationLevel::Autocommit],
);

impl Backend for Sqlite {
    type Settings = SqliteSettings;
    type Kill = Interrupt;
    type Variant = ();
    type Gathered = SqliteRows;

    fn dialect() -> &'static Dialect {
        &DIALECT
    }

    fn batching() -> Batching {
        Batching::default()
            .with_returning(true)
            .with_parameters(Self::MOST_PARAMETERS)
            .without_counts_through_views()
    }

    const MOST_PARAMETERS: usize = 32_766;
    const QUOTE: char = '"';
    const NOTHING: &'static str = "SELECT 1";
    // The thread of the connection looks whether somebody takes a row before it reads the next.
    const LEAVES_ROWS: bool = true;
    // Each set is durable by itself there.
    const SETS_ARE_ONE: bool = false;

    fn read_url(
        url: &DatabaseUrl,
        options: &mut EngineOptions,
    ) -> Result<(SqliteConnectOptions, SqliteSettings)> {
        options::read(url, options)
    }

    fn settings_of_pool() -> SqliteSettings {
        SqliteSettings::default()
    }

    fn open<'c>(
        options: &'c SqliteConnectOptions,
        settings: &'c SqliteSettings,
    ) -> BoxFuture<'c, Result<SqliteConnection>> {
        Box::pin(settings.open(options))
    }

    fn greet<'c>(
        client: &'c mut SqliteConnection,
        _: &'c Arc<SqliteConnectOptions>,
        _: &'c SqliteSettings,
    ) -> BoxFuture<'c, Result<Interrupt>> {
        Box::pin(async {
            let interrupt = Interrupt::default();
            let looked_at = interrupt.clone();
            let mut handle = client.lock_handle().await.map_err(from_sqlx)?;
            handle.set_progress_handler(STEPS, move || looked_at.goes_on());
            Ok(interrupt)
        })
    }

    fn take_leave(client: &mut SqliteConnection) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            client.lock_handle().await.map_err(from_sqlx)?.remove_progress_handler();
            Ok(())
        })
    }

    fn disposed(settings: &SqliteSettings) {
        if let Some(memory) = &settings.memory {
            memory.release();
        }
    }

    fn send(
        client: &mut SqliteConnection,
        sql: SqlStr,
        arguments: Option<SqliteArguments>,
    ) -> Answers<'_, Self> {
        match arguments {
            Some(arguments) => {
                let keep = !statements::gives_all_columns(sql.as_str());
                client.fetch_many(query_with(sql, arguments).persistent(keep))
            }
            None => client.fetch_many(raw_sql(sql)),
        }
    }

    fn prepare<'c>(
        client: &'c mut SqliteConnection,
        sql: SqlStr,
        types: &'c [SqliteTypeInfo],
    ) -> BoxFuture<'c, Result<SqliteStatement, SqlxError>> {
        client.prepare_with(sql, types)
    }

    fn check(text: &CompiledText, values: &[Value]) -> Result<()> {
        statements::check_one(text.sql())?;
        Stored::check(values)
    }

    fn variant(_: &CompiledText, _: &[Value], _: bool) {}

    fn wording<'t>(text: &'t CompiledText, (): &()) -> Cow<'t, str> {
        Cow::Borrowed(text.sql())
    }

    fn bind(values: &[Value], statement: &SqliteStatement, (): &()) -> Result<SqliteArguments> {
        if let Some(Either::Right(expected)) = statement.parameters()
            && expected != values.len()
        {
            return Err(Error::new(
                ErrorKind::BadParameter,
                format!("the statement has {expected} parameters and {} values were given", values.len()),
            ));
        }
        let mut arguments = SqliteArguments::default();
        for value in values {
            let added = match Stored::of(value)? {
                Stored::Null => arguments.add(None::<i64>),
                Stored::Integer(value) => arguments.add(value),
                Stored::Real(value) => arguments.add(value),
                Stored::Text(text) => arguments.add(text.to_owned()),
                Stored::Blob(bytes) => arguments.add(bytes.to_vec()),
                Stored::Temporal(text) => arguments.add(text.as_str().to_owned()),
                Stored::Uuid(text) => arguments.add(text.as_str().to_owned()),
            };
            added.map_err(|error| from_sqlx(SqlxError::Encode(error)))?;
        }
        Ok(arguments)
    }

    fn error(error: SqlxError) -> Error {
        from_sqlx(error)
    }

    fn is_busy(error: &Error) -> bool {
        is_busy(error)
    }

    fn patience(settings: &SqliteSettings) -> Duration {
        settings.timeout
    }

    fn begin_text(begin: Begin, sql: &str) -> &'static str {
        let immediate = match begin.mode {
            _ if begin.read_only => false,
            BeginMode::Immediate => true,
            BeginMode::Deferred => false,
            _ => !statements::only_reads(sql),
        };
        if immediate { "BEGIN IMMEDIATE" } else { "BEGIN" }
    }

    const READ_ONLY: Option<(&'static str, &'static str)> =
        Some(("PRAGMA query_only=1", "PRAGMA query_only=0"));

    fn level_text(level: IsolationLevel) -> Result<String> {
        let uncommitted = match level {
            IsolationLevel::ReadUncommitted => 1,
            IsolationLevel::Serializable | IsolationLevel::Autocommit => 0,
            level => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    format!(
                        "SQLite has no isolation level {level}: use SERIALIZABLE, READ UNCOMMITTED or AUTOCOMMIT"
                    ),
                ));
            }
        };
        Ok(format!("PRAGMA read_uncommitted={uncommitted}"))
    }

    const ASK_LEVEL: &'static str = "PRAGMA read_uncommitted";

    fn level_of(row: &SqliteRow) -> Result<IsolationLevel> {
        let uncommitted = row.try_get_unchecked::<bool, _>(0).map_err(from_sqlx)?;
        Ok(if uncommitted { IsolationLevel::ReadUncommitted } else { IsolationLevel::Serializable })
    }

    fn may_change_transaction(text: &CompiledText) -> bool {
        statements::may_change_transaction(text.sql())
    }

    fn first_look(text: &CompiledText) -> Option<&'static str> {
        // Whose snapshot is older than what others have written may not write any more.
        let looks = statements::gives_all_columns(text.sql()) && !statements::only_writes(text.sql());
        looks.then_some("SELECT 1 FROM sqlite_schema LIMIT 1")
    }

    fn may_change_schema(text: &CompiledText) -> bool {
        statements::changes_schema(text.sql())
    }

    fn after_error(before: ServerTransaction, error: &Error) -> Option<ServerTransaction> {
        // What SQLite rolled back with the statement it does not say, but it cannot begin by an error.
        (before == ServerTransaction::Idle || error.code().is_none()).then_some(before)
    }

    fn ask_transaction(client: &mut SqliteConnection) -> BoxFuture<'_, Result<ServerTransaction>> {
        Box::pin(async {
            // Inside a transaction it is refused, and does nothing; outside it takes no lock.
            match client.execute(raw_sql("BEGIN; ROLLBACK")).await {
                Ok(_) => Ok(ServerTransaction::Idle),
                Err(SqlxError::Database(_)) => Ok(ServerTransaction::Open),
                Err(error) => Err(from_sqlx(error)),
            }
        })
    }

    const ROLLED_BACK_WITHOUT: Option<&'static str> = Some("BEGIN");

    fn affected(done: &SqliteQueryResult, sql: &str, rows: Option<usize>) -> Option<u64> {
        match statements::only_reads(sql) {
            true if rows.is_some() => None,
            // SQLite keeps the count of the statement before.
            _ if !statements::counts_rows(sql) => Some(0),
            _ => Some(done.rows_affected()),
        }
    }

    fn last_insert_id(done: &SqliteQueryResult, sql: &str) -> Option<i64> {
        Some(done.last_insert_rowid()).filter(|id| *id != 0 && !statements::only_reads(sql))
    }

    fn only_reads(sql: &str) -> bool {
        statements::only_reads(sql)
    }
}
