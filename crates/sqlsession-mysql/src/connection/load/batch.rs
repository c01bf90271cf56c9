use mysql_async::{Error as MysqlError, InfileData, LocalInfileError, Row, Value, prelude::Queryable as _};
use sqlsession_core::{Error, ErrorKind, Result};

use super::{
    super::{described::is_lost_on_all, mysql_connection::Inner},
    file::{Chunks, FORMAT, write},
    fits::Fits,
};
use crate::error::from_mysql;

/// The most rows of a batch that is loaded: each costs a savepoint.
pub(in super::super) const MOST_ROWS: usize = 16_384;

const SAVEPOINT: &str = "sqlsession_load";

/// How the batches of a bulk insert are loaded.
pub(in super::super) struct Load {
    text: String,
    columns: Vec<Fits>,
}

impl Load {
    /// Whether a batch of such values, of which those that are bytes are text, is stored as an INSERT stores it.
    fn takes(&self, values: &[Value]) -> bool {
        values
            .chunks(self.columns.len().max(1))
            .all(|row| row.iter().zip(&self.columns).all(|(value, column)| column.takes(value)))
    }
}

impl Inner {
    /// How to load into these columns of this table, all of them quoted; `None` where the server does not show them.
    pub(in super::super) async fn loading(
        &mut self,
        table: &str,
        columns: &[String],
    ) -> Result<Option<Load>> {
        let Some(described) = self.described(table, columns).await? else { return Ok(None) };
        let fits: Vec<Fits> = described.iter().map(Fits::of).collect();
        if !fits.iter().all(|column| column.takes_some()) || !self.is_plain(table).await? {
            return Ok(None);
        }
        let names = columns.join(", ");
        let charset = self.charset.as_str();
        let text = format!(
            "LOAD DATA LOCAL INFILE 'rows' INTO TABLE {table} CHARACTER SET {charset} {FORMAT} ({names})"
        );
        Ok(Some(Load { text, columns: fits }))
    }

    /// Whether it is a table, and none of its columns is generated: MariaDB loads such a column without a word.
    async fn is_plain(&mut self, table: &str) -> Result<bool> {
        let shown: Option<Row> = match self.conn.query_first(format!("SHOW CREATE TABLE {table}")).await {
            Ok(shown) => shown,
            Err(error) => {
                let error = from_mysql(error);
                return if is_lost_on_all(&error) { Err(error) } else { Ok(false) };
            }
        };
        let Some(shown) = shown else { return Ok(false) };
        let is_table = shown.columns_ref().first().is_some_and(|column| column.name_str() == "Table");
        let definition = match shown.as_ref(1) {
            Some(Value::Bytes(text)) => String::from_utf8_lossy(text),
            _ => return Ok(false),
        };
        Ok(is_table && !definition.contains("GENERATED ALWAYS"))
    }

    /// Sends a batch as a file. False where it is to go by INSERT: nothing of it is left then.
    pub(in super::super) async fn load_batch(&mut self, load: &Load, values: &[Value]) -> Result<bool> {
        if !load.takes(values) {
            return Ok(false);
        }
        let width = load.columns.len().max(1);
        let text = write(values, width);
        self.canceller.check()?;
        self.transaction.touch();
        self.conn.set_infile_handler(async move { Ok(Box::pin(Chunks::of(text)) as InfileData) });
        let sent = self.conn.query_drop(format!("SAVEPOINT {SAVEPOINT};{}", load.text)).await;
        // The one above is still there if the server did not ask for the file, and must not answer another request.
        self.conn.set_infile_handler(async { Err(MysqlError::from(LocalInfileError::NoHandler)) });
        self.transaction.note(&self.conn);
        let rows = u64::try_from(values.len() / width).ok();
        match sent.map_err(from_mysql) {
            Ok(()) if Some(self.conn.affected_rows()) == rows && self.conn.get_warnings() == 0 => {
                return Ok(true);
            }
            Err(error) if is_lost_on_all(&error) => return Err(error),
            Ok(()) | Err(_) => {}
        }
        self.send(&format!("ROLLBACK TO SAVEPOINT {SAVEPOINT}")).await?;
        if self.conn.get_warnings() > 0 {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "the server has not taken all rows as they are, and cannot take back all that it has: the table, or \
                 another one written to in this transaction, has no transactions, and is not for local_infile",
            ));
        }
        Ok(false)
    }
}
