use std::{borrow::Cow, sync::Arc};

use sqlsession_core::{
    DatabaseUrl, EngineOptions, Error, ErrorKind, Result, Value,
    driver::{
        BatchStyle, Batching, Begin, BoxFuture, Dialect, IsolationLevel, PlaceholderStyle, ServerTransaction,
    },
    error::codes::mysql::may_end_transaction,
    statement::CompiledText,
};
use sqlx_core::{
    error::Error as SqlxError, executor::Executor as _, query::query_with, raw_sql::raw_sql, row::Row as _,
    sql_str::SqlStr,
};
use sqlx_mysql::{
    MySql, MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlQueryResult, MySqlRow, MySqlStatement,
    MySqlTypeInfo,
};

use super::{
    error::{from_sqlx, number},
    kill::KillQuery,
    options, parameters,
    rows::MySqlRows,
    settings::MySqlSettings,
    surroundings,
    variant::{Variant, ends_transaction},
};
use crate::{
    backend::{Answers, Backend},
    surroundings::Surroundings,
};

pub(super) static DIALECT: Dialect = Dialect::new(
    "mysql",
    "sqlx",
    PlaceholderStyle::Question,
    &[
        IsolationLevel::ReadUncommitted,
        IsolationLevel::ReadCommitted,
        IsolationLevel::RepeatableRead,
        IsolationLevel::Serializable,
        IsolationLevel::Autocommit,
    ],
)
.with_backslash_escapes()
.with_implicit_commits()
.with_quote('`')
.with_row_locks()
.with_batches(BatchStyle::Rows);

/// The number of the error of a savepoint that is not there.
const NO_SAVEPOINT: u16 = 1305;
/// That of a statement the servers do not prepare.
const NOT_PREPARED: u16 = 1295;

impl Backend for MySql {
    type Settings = MySqlSettings;
    type Kill = KillQuery;
    type Variant = Variant;
    type Gathered = MySqlRows;

    fn dialect() -> &'static Dialect {
        &DIALECT
    }

    fn batching() -> Batching {
        Batching::default().with_parameters(Self::MOST_PARAMETERS)
    }

    const MOST_PARAMETERS: usize = 65_535;
    const QUOTE: char = '`';
    const NOTHING: &'static str = "DO 0";

    fn read_url(
        url: &DatabaseUrl,
        options: &mut EngineOptions,
    ) -> Result<(MySqlConnectOptions, MySqlSettings)> {
        options::read(url, options)
    }

    fn settings_of_pool() -> MySqlSettings {
        MySqlSettings::default()
    }

    fn open<'c>(
        options: &'c MySqlConnectOptions,
        settings: &'c MySqlSettings,
    ) -> BoxFuture<'c, Result<MySqlConnection>> {
        Box::pin(settings.open(options))
    }

    fn greet<'c>(
        client: &'c mut MySqlConnection,
        options: &'c Arc<MySqlConnectOptions>,
        _: &'c MySqlSettings,
    ) -> BoxFuture<'c, Result<KillQuery>> {
        Box::pin(KillQuery::of(client, options))
    }

    const AUTOCOMMIT: Option<(&'static str, &'static str)> =
        Some(("SET autocommit = 1", "SET autocommit = 0"));

    fn may_change_surroundings(sql: &str) -> bool {
        surroundings::may_change(sql)
    }

    fn look_around(client: &mut MySqlConnection) -> BoxFuture<'_, Result<Surroundings>> {
        Box::pin(surroundings::look_around(client))
    }

    fn send(
        client: &mut MySqlConnection,
        sql: SqlStr,
        arguments: Option<MySqlArguments>,
    ) -> Answers<'_, Self> {
        match arguments {
            Some(arguments) => client.fetch_many(query_with(sql, arguments)),
            None => client.fetch_many(raw_sql(sql)),
        }
    }

    // Where some are NULL hardly two batches of rows are alike.
    fn bind_once(values: &[Value]) -> Result<Option<MySqlArguments>> {
        parameters::arguments(values).map(Some)
    }

    fn send_once(client: &mut MySqlConnection, sql: SqlStr, arguments: MySqlArguments) -> Answers<'_, Self> {
        client.fetch_many(query_with(sql, arguments).persistent(false))
    }

    fn prepare<'c>(
        client: &'c mut MySqlConnection,
        sql: SqlStr,
        types: &'c [MySqlTypeInfo],
    ) -> BoxFuture<'c, Result<MySqlStatement, SqlxError>> {
        client.prepare_with(sql, types)
    }

    fn check(_: &CompiledText, values: &[Value]) -> Result<()> {
        parameters::check(values)
    }

    fn variant(text: &CompiledText, values: &[Value], _: bool) -> Variant {
        Variant::of(text, values)
    }

    fn wording<'t>(text: &'t CompiledText, variant: &Variant) -> Cow<'t, str> {
        variant.wording(text)
    }

    fn bind(values: &[Value], statement: &MySqlStatement, _: &Variant) -> Result<MySqlArguments> {
        parameters::bind(values, statement)
    }

    fn is_for_text(text: &CompiledText) -> bool {
        surroundings::chooses_database(text.sql())
    }

    fn is_for_text_only(error: &Error) -> bool {
        number(error) == Some(NOT_PREPARED)
    }

    fn error(error: SqlxError) -> Error {
        from_sqlx(error)
    }

    fn begin_text(begin: Begin, _: &str) -> &'static str {
        if begin.read_only { "START TRANSACTION READ ONLY" } else { "START TRANSACTION" }
    }

    fn level_text(level: IsolationLevel) -> Result<String> {
        Ok(format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}"))
    }

    // The variable has two names; MariaDB reads one of the comments, MySQL the other.
    const ASK_LEVEL: &'static str = "SELECT @@SESSION./*M! tx_isolation*//*!50720 transaction_isolation*/";

    fn level_of(row: &MySqlRow) -> Result<IsolationLevel> {
        row.try_get_unchecked::<String, _>(0).map_err(from_sqlx)?.parse()
    }

    fn may_change_transaction(text: &CompiledText) -> bool {
        text.may_commit(&DIALECT) || ends_transaction(text.sql())
    }

    fn may_commit_and_fail(text: &CompiledText) -> bool {
        text.may_commit(&DIALECT)
    }

    fn after_error(before: ServerTransaction, error: &Error) -> Option<ServerTransaction> {
        if before == ServerTransaction::Unknown || number(error).is_some_and(may_end_transaction) {
            return None;
        }
        // A statement that was stopped, by others or at its timeout, may have ended the transaction with it.
        (!matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::StatementTimeout)).then_some(before)
    }

    fn ask_transaction(client: &mut MySqlConnection) -> BoxFuture<'_, Result<ServerTransaction>> {
        Box::pin(async {
            // With autocommit on, a savepoint is kept only inside a transaction.
            let asking = raw_sql("SAVEPOINT sqlsession_state; RELEASE SAVEPOINT sqlsession_state");
            match client.execute(asking).await.map_err(from_sqlx) {
                Ok(_) => Ok(ServerTransaction::Open),
                Err(error) if number(&error) == Some(NO_SAVEPOINT) => Ok(ServerTransaction::Idle),
                Err(error) => Err(error),
            }
        })
    }

    fn affected(done: &MySqlQueryResult, _: &str, rows: Option<usize>) -> Option<u64> {
        rows.map_or(Some(done.rows_affected()), |rows| u64::try_from(rows).ok())
    }

    fn last_insert_id(done: &MySqlQueryResult, _: &str) -> Option<i64> {
        i64::try_from(done.last_insert_id()).ok().filter(|id| *id != 0)
    }

    fn only_reads(_: &str) -> bool {
        // What functions do, that a query calls, nobody knows.
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stopped_may_have_ended_the_transaction() {
        let after = |kind| MySql::after_error(ServerTransaction::Open, &Error::new(kind, "stopped"));
        assert_eq!(after(ErrorKind::Cancelled), None);
        assert_eq!(after(ErrorKind::StatementTimeout), None);
        assert_eq!(after(ErrorKind::UniqueViolation), Some(ServerTransaction::Open));
    }
}
