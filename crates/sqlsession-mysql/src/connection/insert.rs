use std::mem::{Discriminant, discriminant};

use sqlsession_core::{
    Error, ErrorKind, Result, Value,
    bulk::{BulkRows, quote_name},
};

use super::{load::Load, row_sets::RowSets};
use crate::{connect::Server, types::bind_owned};

/// The most rows of one INSERT, or the most sets: more bring nothing.
const MOST_ROWS: usize = 1_023;
/// The most values of one statement: the protocol counts them in 16 bits.
const MOST_VALUES: usize = u16::MAX as usize;
/// The most bytes of one INSERT, if the server takes as many: enough for a thousand rows, and bounded in memory.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// An INSERT of many rows, and those that are gathered for it.
pub(super) struct Insert {
    /// The table, quoted.
    pub(super) table: String,
    /// The columns, quoted.
    pub(super) names: Vec<String>,
    row: String,
    pub(super) most_rows: usize,
    /// The most rows that are gathered, for several INSERTs if they are not loaded.
    pub(super) most_gathered: usize,
    most_bytes: usize,
    pub(super) rows: usize,
    pub(super) bytes: usize,
    pub(super) values: Vec<mysql_async::Value>,
    /// The most digits behind a decimal number's point.
    most_fraction: usize,
    /// How many values went last.
    pub(super) expected: usize,
    /// The statement of as many rows as there can be.
    pub(super) full: Option<mysql_async::Statement>,
    /// The types of the values that it ran with first, where that matters.
    pub(super) types: Vec<Discriminant<mysql_async::Value>>,
    /// Some value that was gathered is of bytes rather than text.
    pub(super) has_bytes: bool,
    /// Whether batches may be loaded, as far as is known.
    pub(super) may_load: bool,
    pub(super) load: Option<Load>,
    /// How rows go as sets, where the server takes several.
    pub(super) sets: Option<RowSets>,
    /// No more rows come behind those that are gathered.
    pub(super) is_last: bool,
}

impl Insert {
    pub(super) fn new(table: &str, columns: &[String], server: &Server) -> Result<Self> {
        let width = columns.len();
        let mut most_rows = MOST_VALUES.checked_div(width).unwrap_or_default().min(MOST_ROWS);
        if server.takes_sets {
            // MariaDB draws one key, then two, then four, as it does not know how many sets come: so many leave none over.
            most_rows = (1 << (most_rows + 1).ilog2()) - 1;
        }
        if most_rows == 0 {
            return Err(Error::new(
                ErrorKind::BadParameter,
                "a row has more columns than a statement takes values",
            ));
        }
        let names: Vec<String> = columns.iter().map(|column| quote_name(column, '`')).collect();
        let mut insert = Self {
            table: table.to_owned(),
            names,
            row: format!("({})", vec!["?"; width].join(", ")),
            most_rows,
            most_gathered: most_rows,
            most_bytes: MOST_BYTES.min(server.max_packet / 2),
            rows: 0,
            bytes: 0,
            values: Vec::new(),
            most_fraction: server.most_fraction,
            expected: 0,
            full: None,
            types: Vec::new(),
            has_bytes: false,
            may_load: false,
            load: None,
            sets: None,
            is_last: false,
        };
        insert.sets = server.takes_sets.then(|| RowSets::new(insert.text(1)));
        Ok(insert)
    }

    pub(super) fn is_full(&self, weight: usize) -> bool {
        self.rows == self.most_gathered || (self.rows > 0 && self.bytes + weight > self.most_bytes)
    }

    pub(super) fn push(&mut self, rows: &mut BulkRows, weight: usize) -> Result<()> {
        let number = rows.number();
        // As much room as the rows before took is made at once.
        let expected = if self.rows == 0 { self.expected } else { 0 };
        self.values.reserve(expected.max(rows.row().len()));
        for value in rows.take_row() {
            self.has_bytes |= matches!(value, Value::Bytes(_));
            self.values.push(bind_owned(value, self.most_fraction).map_err(|error| in_row(error, number))?);
        }
        self.rows += 1;
        self.bytes += weight;
        Ok(())
    }

    /// Whether these values have the types that are known. NULL has each of them.
    pub(super) fn has_types_of(&self, values: &[mysql_async::Value]) -> bool {
        self.types.len() == values.len()
            && (self.types.iter().zip(values))
                .all(|(known, value)| *value == mysql_async::Value::NULL || *known == discriminant(value))
    }

    pub(super) fn text(&self, rows: usize) -> String {
        let head = format!("INSERT INTO {} ({}) VALUES ", self.table, self.names.join(", "));
        let mut text = String::with_capacity(head.len() + rows * (self.row.len() + 1));
        text.push_str(&head);
        for number in 0..rows {
            if number > 0 {
                text.push(',');
            }
            text.push_str(&self.row);
        }
        text
    }
}

/// The error of a row, with its number.
pub(super) fn in_row(error: Error, number: u64) -> Error {
    Error::new(error.kind(), format!("row {number}: {}", error.message())).with_cause(error)
}
