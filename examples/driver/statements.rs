//! What is said to SQLite, and what it answers.

use rusqlite::{Connection, Statement, types};
use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    driver::{Begin, BeginMode, BulkRequest, Control, IsolationLevel, Outcome, Request, RowSender},
    error::codes::sqlite,
    row::{Columns, PackedRows},
    value::Stored,
};

/// Rows of a batch where the reader says nothing.
const BATCH: usize = 256;

// ANCHOR: errors
/// A server's error by what core knows of its codes; the words and the cause are kept.
pub(crate) fn from_sqlite(error: rusqlite::Error) -> Error {
    match error.sqlite_error() {
        Some(failure) => sqlite::error(failure.extended_code, error.to_string(), None).with_cause(error),
        None => Error::from_cause(ErrorKind::Database, error),
    }
}
// ANCHOR_END: errors

// ANCHOR: begin
/// The transaction that the session wants, if it is not open yet.
pub(crate) fn begin(connection: &Connection, begin: Option<Begin>) -> Result<()> {
    let Some(begin) = begin else { return Ok(()) };
    if begin.read_only {
        // Better refused than not kept.
        return Err(Error::new(ErrorKind::Unsupported, "this driver has no transactions that are read-only"));
    }
    if !connection.is_autocommit() {
        return Ok(());
    }
    let sql = if begin.mode == BeginMode::Immediate { "BEGIN IMMEDIATE" } else { "BEGIN" };
    connection.execute_batch(sql).map_err(from_sqlite)
}
// ANCHOR_END: begin

// ANCHOR: control
pub(crate) fn control(connection: &Connection, control: Control) -> Result<Outcome> {
    let sql = match control {
        Control::Begin(wanted) => return begin(connection, Some(wanted)).map(|()| Outcome::default()),
        Control::Commit => "COMMIT".to_owned(),
        Control::Rollback | Control::Reset if connection.is_autocommit() => return Ok(Outcome::default()),
        Control::Rollback | Control::Reset => "ROLLBACK".to_owned(),
        Control::Savepoint(number) => format!("SAVEPOINT s{number}"),
        Control::Release(number) => format!("RELEASE s{number}"),
        Control::RollbackTo(number) => format!("ROLLBACK TO s{number}; RELEASE s{number}"),
        // In AUTOCOMMIT core sends no BEGIN, and all transactions of SQLite are serializable.
        Control::Isolation(None | Some(IsolationLevel::Serializable | IsolationLevel::Autocommit)) => {
            return Ok(Outcome::default());
        }
        Control::Ping => "SELECT 1".to_owned(),
        other => return Err(Error::new(ErrorKind::Unsupported, format!("this driver has no {other:?}"))),
    };
    script(connection, &sql)
}
// ANCHOR_END: control

pub(crate) fn script(connection: &Connection, sql: &str) -> Result<Outcome> {
    connection.execute_batch(sql).map_err(from_sqlite)?;
    Ok(Outcome::default())
}

// ANCHOR: run
/// Runs a statement and packs its rows, if it has any.
pub(crate) fn run(connection: &Connection, sql: &str, values: &[Value]) -> Result<Outcome> {
    let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
    bind(&mut statement, values)?;
    let mut outcome = Outcome::default();
    outcome.read_only = statement.readonly();
    let before = connection.total_changes();
    if statement.column_count() > 0 {
        let mut packed = PackedRows::default();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(from_sqlite)? {
            pack(&mut packed, row)?;
        }
        drop(rows);
        // Not before: SQLite prepares a statement anew, with the columns of now, when it runs and the schema has changed.
        outcome.rows = Some(packed.finish(Columns::new(statement.column_names())));
    } else {
        statement.raw_execute().map_err(from_sqlite)?;
    }
    if !outcome.read_only {
        outcome.rows_affected = Some(connection.total_changes() - before);
        outcome.last_insert_id = Some(connection.last_insert_rowid());
    }
    Ok(outcome)
}
// ANCHOR_END: run

/// Reads a statement's rows for a stream, until there are no more. Where nobody wants them a statement that may write is run to
/// its end all the same: only there its errors come out.
pub(crate) fn read(connection: &Connection, request: &Request, reader: &RowSender) -> Result<Outcome> {
    let mut statement = connection.prepare_cached(request.text.sql()).map_err(from_sqlite)?;
    bind(&mut statement, &request.values)?;
    let limit = if request.options.batch_rows == 0 { BATCH } else { request.options.batch_rows };
    let only_reads = statement.readonly();
    let mut packed = PackedRows::default();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(from_sqlite)? {
        pack(&mut packed, row)?;
        if packed.rows() == limit {
            let columns = Columns::new(row.as_ref().column_names());
            let wanted = reader.blocking_send(std::mem::take(&mut packed).finish(columns));
            if !wanted && only_reads {
                return Ok(Outcome::default());
            }
        }
    }
    drop(rows);
    // Also without rows, so that the columns are known; nobody need be there any more.
    let _ = reader.blocking_send(packed.finish(Columns::new(statement.column_names())));
    Ok(Outcome::default())
}

/// The rows, pulled one by one.
pub(crate) fn insert(connection: &Connection, mut request: BulkRequest) -> Result<Outcome> {
    let names: Vec<String> =
        request.columns.iter().map(|name| sqlsession_core::bulk::quote_name(name, '"')).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!("INSERT INTO {} ({}) VALUES ({marks})", request.table.quoted('"'), names.join(", "));
    let mut statement = connection.prepare_cached(&sql).map_err(from_sqlite)?;
    while request.rows.advance()? {
        bind(&mut statement, request.rows.row())?;
        statement.raw_execute().map_err(from_sqlite)?;
    }
    let mut outcome = Outcome::default();
    outcome.rows_affected = Some(request.rows.number());
    Ok(outcome)
}

/// Undoes all of it if it fails, and leaves the transaction around as it was.
pub(crate) fn all_or_none(
    connection: &Connection,
    work: impl FnOnce() -> Result<Outcome>,
) -> Result<Outcome> {
    script(connection, "SAVEPOINT bulk")?;
    let result = work();
    script(connection, if result.is_ok() { "RELEASE bulk" } else { "ROLLBACK TO bulk; RELEASE bulk" })?;
    result
}

fn bind(statement: &mut Statement<'_>, values: &[Value]) -> Result<()> {
    for (index, value) in (1..).zip(values) {
        let bound = match Stored::of(value)? {
            Stored::Null => types::Value::Null,
            Stored::Integer(number) => number.into(),
            Stored::Real(number) => number.into(),
            Stored::Text(text) => text.to_owned().into(),
            Stored::Blob(bytes) => bytes.to_vec().into(),
            Stored::Temporal(text) => text.as_str().to_owned().into(),
            Stored::Uuid(text) => text.as_str().to_owned().into(),
        };
        statement.raw_bind_parameter(index, bound).map_err(from_sqlite)?;
    }
    Ok(())
}

fn pack(rows: &mut PackedRows, row: &rusqlite::Row<'_>) -> Result<()> {
    for column in 0..row.as_ref().column_count() {
        match row.get_ref(column).map_err(from_sqlite)? {
            types::ValueRef::Null => rows.null(),
            types::ValueRef::Integer(number) => rows.integer(number),
            types::ValueRef::Real(number) => rows.real(number),
            types::ValueRef::Text(text) => rows.text(text),
            types::ValueRef::Blob(bytes) => rows.bytes(bytes),
        }
    }
    rows.end_row();
    Ok(())
}
