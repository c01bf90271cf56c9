use std::{
    mem::{self, discriminant},
    sync::Arc,
};

use mysql_async::{Params, prelude::Queryable as _};
use sqlsession_core::{
    Error, ErrorKind, Result,
    bulk::BulkRows,
    driver::{BulkRequest, Outcome},
};

use super::{
    insert::{Insert, in_row},
    load,
    mysql_connection::Inner,
    prepared::Plan,
};
use crate::{error::from_mysql, types::size};

const SAVEPOINT: &str = "sqlsession_bulk";

/// The number of the error of a savepoint that is not there.
const NO_SAVEPOINT: &str = "1305";

/// How often rolling back to it is tried while it is hit by KILLs.
const UNDO_ATTEMPTS: usize = 8;

impl Inner {
    /// Inserts rows, many at a time, of which none stays when one fails.
    pub(super) async fn bulk_insert(&mut self, request: BulkRequest) -> Result<Outcome> {
        let BulkRequest { table, columns, rows, begin, options, .. } = request;
        let mut insert = Insert::new(&table.quoted('`'), &columns, &self.server)?;
        if self.local_infile {
            insert.may_load = true;
            insert.most_gathered = insert.most_rows.max(load::MOST_ROWS);
        }
        let own = self.needs_own(begin.is_some());
        let canceller = Arc::clone(&self.canceller);
        let inserting = async {
            self.begin_before(own, begin).await?;
            self.insert_all(insert, rows, !own).await
        };
        let inserted = canceller.guard(options.timeout, inserting).await;
        if own {
            self.end_own(inserted.as_ref().err()).await?;
        }
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(inserted?);
        Ok(outcome)
    }

    async fn insert_all(&mut self, mut insert: Insert, mut rows: BulkRows, is_guarded: bool) -> Result<u64> {
        let mut guard = Guard::new(is_guarded);
        let mut result = self.insert_batches(&mut insert, &mut rows, &mut guard).await;
        let sets = insert.sets.take().and_then(|sets| sets.statement);
        for statement in insert.full.take().into_iter().chain(sets) {
            if !self.conn.is_disconnected() {
                self.close(Plan::Prepared(statement)).await?;
            }
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
            let weight: usize = rows.row().iter().map(size).sum();
            self.check_length(weight).map_err(|error| in_row(error, rows.number()))?;
            if insert.is_full(weight) {
                self.set_guard(guard).await?;
                inserted += self.send_batch(insert, guard).await?;
            }
            insert.push(rows, weight)?;
        }
        insert.is_last = true;
        Ok(inserted + self.send_batch(insert, guard).await?)
    }

    /// One command undoes itself; of several, those before the one that fails have to be undone.
    async fn set_guard(&mut self, guard: &mut Guard) -> Result<()> {
        if guard.is_due() {
            self.transaction.touch();
            self.send(&format!("SAVEPOINT {SAVEPOINT}")).await?;
            guard.is_set = true;
        }
        Ok(())
    }

    /// Sends what has been gathered, as a file if that may be and is worth it.
    async fn send_batch(&mut self, insert: &mut Insert, guard: &mut Guard) -> Result<u64> {
        if insert.rows == 0 {
            return Ok(0);
        }
        let (rows, values) = (mem::take(&mut insert.rows), mem::take(&mut insert.values));
        let is_text = !mem::take(&mut insert.has_bytes);
        insert.bytes = 0;
        insert.expected = values.len();
        if rows > insert.most_rows {
            self.set_guard(guard).await?;
            if insert.load.is_none() && insert.may_load {
                insert.load = self.loading(&insert.table, &insert.names).await?;
                insert.may_load = insert.load.is_some();
            }
        }
        if let Some(load) = insert.load.as_ref().filter(|_| is_text) {
            if self.load_batch(load, &values).await? {
                return Ok(u64::try_from(rows).unwrap_or(u64::MAX));
            }
            // What has failed once would cost twice again.
            insert.load = None;
            insert.may_load = false;
        }
        if rows <= insert.most_rows {
            return self.insert_rows(insert, values, rows).await;
        }
        let mut inserted = 0;
        let mut values = values.into_iter();
        let mut left = rows;
        while left > 0 {
            let count = left.min(insert.most_rows);
            let some = values.by_ref().take(count * insert.names.len()).collect();
            inserted += self.insert_rows(insert, some, count).await?;
            left -= count;
        }
        Ok(inserted)
    }

    async fn insert_rows(
        &mut self,
        insert: &mut Insert,
        mut values: Vec<mysql_async::Value>,
        rows: usize,
    ) -> Result<u64> {
        if self.server.takes_sets
            && let Some(statement) = self.takes_as_sets(insert, &values).await?
        {
            self.canceller.check()?;
            self.transaction.touch();
            let ran = self.insert_sets(statement, values, insert.names.len()).await;
            self.transaction.note(&self.conn);
            match ran? {
                Ok(inserted) => return Ok(inserted),
                Err(refused) => values = refused,
            }
        }
        let is_full = rows == insert.most_rows;
        if is_full && !self.server.is_mariadb && !insert.has_types_of(&values) {
            // MySQL takes what comes for what came first.
            if let Some(statement) = insert.full.take() {
                self.close(Plan::Prepared(statement)).await?;
            }
            insert.types = values.iter().map(discriminant).collect();
        }
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
