use std::{mem, sync::Arc};

use mysql_async::{Params, prelude::Queryable as _};
use sqlsession_core::{
    Error, ErrorKind, Result,
    bulk::{BulkRows, quote_name},
    driver::{BulkRequest, Outcome},
};

use super::{mysql_connection::Inner, prepared::Plan};
use crate::{
    error::from_mysql,
    types::{bind, size},
};

/// The most rows of one INSERT: more bring nothing.
const MOST_ROWS: usize = 1_000;
/// The most values of one statement: the protocol counts them in 16 bits.
const MOST_VALUES: usize = u16::MAX as usize;
/// The most bytes of one INSERT, if the server takes as many: enough for a thousand rows, and bounded in memory.
const MOST_BYTES: usize = 4 * 1024 * 1024;

const SAVEPOINT: &str = "sqlsession_bulk";

/// The number of the error of a savepoint that is not there.
const NO_SAVEPOINT: &str = "1305";

/// How often rolling back to it is tried while it is hit by KILLs.
const UNDO_ATTEMPTS: usize = 8;

impl Inner {
    /// Inserts rows by INSERT of many rows each, of which none stays when one fails.
    pub(super) async fn bulk_insert(&mut self, request: BulkRequest) -> Result<Outcome> {
        let BulkRequest { table, columns, rows, begin, options, .. } = request;
        let own = self.begin_own(begin.is_some()).await?;
        self.begin(begin).await?;
        let insert = Insert::new(&table.quoted('`'), &columns, self.server.max_packet)?;
        let canceller = Arc::clone(&self.canceller);
        let inserting = self.insert_all(insert, rows, !own);
        let inserted = canceller.guard(options.timeout, inserting).await;
        if own {
            self.end_own(inserted.is_ok()).await?;
        }
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(inserted?);
        Ok(outcome)
    }

    async fn insert_all(&mut self, mut insert: Insert, mut rows: BulkRows, is_guarded: bool) -> Result<u64> {
        let mut guard = Guard::new(is_guarded);
        let mut result = self.insert_batches(&mut insert, &mut rows, &mut guard).await;
        if let Some(statement) = insert.full.take()
            && !self.conn.is_disconnected()
        {
            self.close(Plan::Prepared(statement)).await?;
        }
        if guard.is_set
            && result.is_ok()
            && let Err(error) = self.send(&format!("RELEASE SAVEPOINT {SAVEPOINT}")).await
        {
            result = Err(error);
        }
        if guard.is_set && result.is_err() {
            self.undo().await;
        }
        result
    }

    /// Rolls back to the savepoint. A transaction that cannot be is of no more use, and nor is its connection.
    async fn undo(&mut self) {
        for _ in 0..UNDO_ATTEMPTS {
            if self.conn.is_disconnected() {
                return;
            }
            let text = format!("ROLLBACK TO SAVEPOINT {SAVEPOINT};RELEASE SAVEPOINT {SAVEPOINT}");
            match self.send(&text).await {
                Ok(()) => return,
                // After a deadlock there is no transaction any more, nor a savepoint.
                Err(error) if error.code() == Some(NO_SAVEPOINT) => return,
                // A KILL that was meant for an INSERT.
                Err(error) if error.kind() == ErrorKind::Cancelled => {}
                Err(_) => break,
            }
        }
        self.spoilt = true;
    }

    async fn insert_batches(
        &mut self,
        insert: &mut Insert,
        rows: &mut BulkRows,
        guard: &mut Guard,
    ) -> Result<u64> {
        let mut inserted = 0;
        while rows.advance()? {
            self.check_size("", rows.row()).map_err(|error| in_row(error, rows.number()))?;
            let weight: usize = rows.row().iter().map(size).sum();
            if insert.is_full(weight) {
                // One INSERT undoes itself; of several, those before the one that fails have to be undone.
                if guard.is_due() {
                    self.transaction.touch();
                    self.send(&format!("SAVEPOINT {SAVEPOINT}")).await?;
                    guard.is_set = true;
                }
                inserted += self.insert_batch(insert).await?;
            }
            insert.push(rows, weight)?;
        }
        Ok(inserted + self.insert_batch(insert).await?)
    }

    /// Sends what has been gathered.
    async fn insert_batch(&mut self, insert: &mut Insert) -> Result<u64> {
        if insert.rows == 0 {
            return Ok(0);
        }
        let (rows, values) = (mem::take(&mut insert.rows), mem::take(&mut insert.values));
        insert.bytes = 0;
        let is_full = rows == insert.most_rows;
        let statement = match &insert.full {
            Some(statement) if is_full => statement.clone(),
            _ => match self.prepare(&insert.text(rows), values.len()).await? {
                Some(statement) => statement,
                None => {
                    return Err(Error::new(ErrorKind::BadParameter, "a column's name holds a placeholder"));
                }
            },
        };
        self.canceller.check()?;
        self.transaction.touch();
        let ran = self.conn.exec_drop(&statement, Params::Positional(values)).await.map_err(from_mysql);
        self.transaction.note(&self.conn);
        let inserted = self.conn.affected_rows();
        if is_full {
            insert.full = Some(statement);
        } else if !self.conn.is_disconnected() {
            self.close(Plan::Prepared(statement)).await?;
        }
        ran.map(|()| inserted)
    }
}

/// Whether all that was inserted is to be undone when one row fails.
struct Guard {
    is_wanted: bool,
    is_set: bool,
}

impl Guard {
    fn new(is_wanted: bool) -> Self {
        Self { is_wanted, is_set: false }
    }

    fn is_due(&self) -> bool {
        self.is_wanted && !self.is_set
    }
}

/// An INSERT of many rows, and those that are gathered for it.
struct Insert {
    head: String,
    row: String,
    most_rows: usize,
    most_bytes: usize,
    rows: usize,
    bytes: usize,
    values: Vec<mysql_async::Value>,
    /// The statement of as many rows as there can be.
    full: Option<mysql_async::Statement>,
}

impl Insert {
    fn new(table: &str, columns: &[String], max_packet: usize) -> Result<Self> {
        let width = columns.len();
        let most_rows = MOST_VALUES.checked_div(width).unwrap_or_default().min(MOST_ROWS);
        if most_rows == 0 {
            return Err(Error::new(
                ErrorKind::BadParameter,
                "a row has more columns than a statement takes values",
            ));
        }
        let names: Vec<String> = columns.iter().map(|column| quote_name(column, '`')).collect();
        Ok(Self {
            head: format!("INSERT INTO {table} ({}) VALUES ", names.join(", ")),
            row: format!("({})", vec!["?"; width].join(", ")),
            most_rows,
            most_bytes: MOST_BYTES.min(max_packet / 2),
            rows: 0,
            bytes: 0,
            values: Vec::new(),
            full: None,
        })
    }

    fn is_full(&self, weight: usize) -> bool {
        self.rows == self.most_rows || (self.rows > 0 && self.bytes + weight > self.most_bytes)
    }

    fn push(&mut self, rows: &BulkRows, weight: usize) -> Result<()> {
        for value in rows.row() {
            self.values.push(bind(value).map_err(|error| in_row(error, rows.number()))?);
        }
        self.rows += 1;
        self.bytes += weight;
        Ok(())
    }

    fn text(&self, rows: usize) -> String {
        let mut text = String::with_capacity(self.head.len() + rows * (self.row.len() + 1));
        text.push_str(&self.head);
        for number in 0..rows {
            if number > 0 {
                text.push(',');
            }
            text.push_str(&self.row);
        }
        text
    }
}

fn in_row(error: Error, number: u64) -> Error {
    Error::new(error.kind(), format!("row {number}: {}", error.message())).with_cause(error)
}
