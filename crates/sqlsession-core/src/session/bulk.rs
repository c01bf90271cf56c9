//! How a bulk insert runs.

use std::sync::Arc;

use super::{driver_session::DriverSession, lane::Task};
use crate::{
    Error, ErrorKind, Result,
    bulk::{BulkRows, TableName, check_name, quote_name},
    driver::{BulkRequest, Driver, DriverConnection},
    statement::CompiledText,
};

impl<D: Driver> DriverSession<D> {
    pub(super) async fn bulk_insert_now(
        &mut self,
        table: TableName,
        columns: Vec<String>,
        mut rows: BulkRows,
    ) -> Result<u64> {
        let text = Arc::new(CompiledText::raw(words(&table, &columns)?));
        self.ready().await?;
        let panicked = rows.panicked();
        let any = rows.look_ahead(columns.len());
        panicked.resume();
        if !any? {
            return Ok(0);
        }
        self.autoflush().await?;
        self.acquire().await?;
        self.send_savepoints().await?;
        let mut request = BulkRequest::new(table, columns, rows);
        request.begin = self.begin_to_send();
        request.options.timeout = self.options.statement_timeout;
        let watched = self.watch(&text, 1, &[]);
        let result = self.run(Task::Statement, |connection| connection.bulk_insert(request)).await;
        let outcome = self.conclude(result, watched, text.sql());
        panicked.resume();
        Ok(outcome?.rows_affected.unwrap_or_default())
    }
}

/// What those who watch are told, and errors carry, in place of what a driver really sends.
fn words(table: &TableName, columns: &[String]) -> Result<String> {
    if columns.is_empty() {
        return Err(Error::new(ErrorKind::BadParameter, "a bulk insert needs the names of its columns"));
    }
    columns.iter().try_for_each(|column| check_name("name of a column", column))?;
    let columns: Vec<String> = columns.iter().map(|column| quote_name(column, '"')).collect();
    Ok(format!("INSERT INTO {} ({})", table.quoted('"'), columns.join(", ")))
}
