use std::{borrow::Cow, sync::Arc};

use sqlsession_core::{
    DatabaseUrl, EngineOptions, Error, Result, Value,
    driver::{
        BatchStyle, Batching, Begin, BoxFuture, Dialect, IsolationLevel, PlaceholderStyle, ServerTransaction,
    },
    statement::{CompiledText, Lexicon, first_word},
};
use sqlsession_postgres_types::check_undescribed;
use sqlx_core::{
    error::Error as SqlxError, executor::Executor as _, query::query_with, raw_sql::raw_sql, row::Row as _,
    sql_str::SqlStr,
};
use sqlx_postgres::{
    PgArguments, PgConnectOptions, PgConnection, PgQueryResult, PgRow, PgStatement, PgTypeInfo, Postgres,
    types::Oid,
};

use super::{
    cancel::CancelBackend,
    error::from_sqlx,
    options,
    parameters::{self, types_of},
    rows::PgRows,
    settings::PgSettings,
    variant::Variant,
};
use crate::backend::{Answers, Backend};

pub(super) static DIALECT: Dialect = Dialect::new(
    "postgresql",
    "sqlx",
    PlaceholderStyle::Dollar,
    &[
        IsolationLevel::ReadUncommitted,
        IsolationLevel::ReadCommitted,
        IsolationLevel::RepeatableRead,
        IsolationLevel::Serializable,
        IsolationLevel::Autocommit,
    ],
)
.with_row_locks()
.with_batches(BatchStyle::Arrays);

/// What a statement that may begin or end a transaction begins with.
const TRANSACTION_WORDS: [&str; 9] =
    ["abort", "begin", "commit", "end", "prepare", "release", "rollback", "savepoint", "start"];

fn begins_with_any(text: &CompiledText, words: &[&str]) -> bool {
    first_word(text.sql(), Lexicon::of(&DIALECT))
        .is_some_and(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

impl Backend for Postgres {
    type Settings = PgSettings;
    type Kill = CancelBackend;
    type Variant = Variant;
    type Gathered = PgRows;

    fn dialect() -> &'static Dialect {
        &DIALECT
    }

    fn batching() -> Batching {
        Batching::default().with_returning(true).with_parameters(Self::MOST_PARAMETERS)
    }

    const MOST_PARAMETERS: usize = 65_535;
    const QUOTE: char = '"';
    const NOTHING: &'static str = "";

    fn read_url(url: &DatabaseUrl, options: &mut EngineOptions) -> Result<(PgConnectOptions, PgSettings)> {
        options::read(url, options)
    }

    fn settings_of_pool() -> PgSettings {
        PgSettings::default()
    }

    fn open<'c>(
        options: &'c PgConnectOptions,
        settings: &'c PgSettings,
    ) -> BoxFuture<'c, Result<PgConnection>> {
        Box::pin(settings.open(options))
    }

    fn greet<'c>(
        client: &'c mut PgConnection,
        options: &'c Arc<PgConnectOptions>,
        settings: &'c PgSettings,
    ) -> BoxFuture<'c, Result<CancelBackend>> {
        Box::pin(CancelBackend::of(client, options, &settings.passfile))
    }

    fn send(client: &mut PgConnection, sql: SqlStr, arguments: Option<PgArguments>) -> Answers<'_, Self> {
        match arguments {
            Some(arguments) => client.fetch_many(query_with(sql, arguments)),
            None => client.fetch_many(raw_sql(sql)),
        }
    }

    fn prepare<'c>(
        client: &'c mut PgConnection,
        sql: SqlStr,
        types: &'c [PgTypeInfo],
    ) -> BoxFuture<'c, Result<PgStatement, SqlxError>> {
        client.prepare_with(sql, types)
    }

    fn check(text: &CompiledText, values: &[Value]) -> Result<()> {
        check_undescribed(text.sql(), values)
    }

    fn variant(_: &CompiledText, values: &[Value], rows: bool) -> Variant {
        Variant::of(values, rows)
    }

    fn refine(values: &[Value], statement: &PgStatement, variant: &Variant) -> Option<Variant> {
        variant.with_casts(values, &types_of(statement))
    }

    fn wording<'t>(text: &'t CompiledText, variant: &Variant) -> Cow<'t, str> {
        variant.wording(text).map_or(Cow::Borrowed(text.sql()), Cow::Owned)
    }

    fn types(variant: &Variant) -> Vec<PgTypeInfo> {
        variant.declared.iter().map(|oid| PgTypeInfo::with_oid(Oid(*oid))).collect()
    }

    fn bind(values: &[Value], statement: &PgStatement, variant: &Variant) -> Result<PgArguments> {
        parameters::bind(values, statement, variant)
    }

    fn error(error: SqlxError) -> Error {
        from_sqlx(error)
    }

    fn begin_text(begin: Begin, _: &str) -> &'static str {
        if begin.read_only { "BEGIN READ ONLY" } else { "BEGIN" }
    }

    fn level_text(level: IsolationLevel) -> Result<String> {
        Ok(format!("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}"))
    }

    const ASK_LEVEL: &'static str = "SHOW default_transaction_isolation";

    fn level_of(row: &PgRow) -> Result<IsolationLevel> {
        row.try_get_unchecked::<String, _>(0).map_err(from_sqlx)?.parse()
    }

    fn may_change_transaction(text: &CompiledText) -> bool {
        begins_with_any(text, &TRANSACTION_WORDS)
    }

    fn may_commit_and_fail(text: &CompiledText) -> bool {
        begins_with_any(text, &["call", "do"])
    }

    fn after_error(before: ServerTransaction, error: &Error) -> Option<ServerTransaction> {
        Some(match before {
            // Any error of the server's fails the transaction.
            ServerTransaction::Open if error.code().is_some() => ServerTransaction::Failed,
            ServerTransaction::Unknown => return None,
            before => before,
        })
    }

    fn ask_transaction(client: &mut PgConnection) -> BoxFuture<'_, Result<ServerTransaction>> {
        Box::pin(async {
            // Refused in two ways where no transaction is open, or where it has failed.
            let asking = raw_sql("SAVEPOINT sqlsession_state; RELEASE SAVEPOINT sqlsession_state");
            match client.execute(asking).await.map_err(from_sqlx) {
                Ok(_) => Ok(ServerTransaction::Open),
                Err(error) if error.code() == Some("25P01") => Ok(ServerTransaction::Idle),
                Err(error) if error.code() == Some("25P02") => Ok(ServerTransaction::Failed),
                Err(error) => Err(error),
            }
        })
    }

    fn is_left_open(client: &mut PgConnection) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async {
            // No error where none is open, which a server would log each time. An open one began before this statement.
            let asking = raw_sql("SELECT 1 WHERE now() <> statement_timestamp()");
            match client.fetch_optional(asking).await.map_err(from_sqlx) {
                Ok(row) => Ok(row.is_some()),
                Err(error) if error.code() == Some("25P02") => Ok(true),
                Err(error) => Err(error),
            }
        })
    }

    fn affected(done: &PgQueryResult, _: &str, _: Option<usize>) -> Option<u64> {
        Some(done.rows_affected())
    }

    fn only_reads(_: &str) -> bool {
        // What functions do, that a query calls, nobody knows.
        false
    }
}
