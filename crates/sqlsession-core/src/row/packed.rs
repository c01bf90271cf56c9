use std::{fmt, sync::Arc};

use super::{Batch, Columns, Contents};
use crate::ValueRef;

/// One value of a row; text and bytes are ranges of the batch's bytes.
#[derive(Clone, Copy)]
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text { length: u32, start: u64 },
    Bytes { length: u32, start: u64 },
}

/// Rows of a result, in two allocations however many there are.
struct PackedBatch {
    columns: Arc<Columns>,
    width: usize,
    rows: usize,
    cells: Vec<Cell>,
    contents: Contents,
}

impl fmt::Debug for PackedBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackedBatch")
            .field("columns", &self.columns)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl PackedBatch {
    #[inline]
    fn cell(&self, row: usize, column: usize) -> Option<Cell> {
        if row >= self.rows || column >= self.width {
            return None;
        }
        self.cells.get(row * self.width + column).copied()
    }
}

impl Batch for PackedBatch {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        Some(match self.cell(row, column)? {
            Cell::Null => ValueRef::Null,
            Cell::Integer(value) => ValueRef::I64(value),
            Cell::Real(value) => ValueRef::F64(value),
            Cell::Text { length, start } => self.contents.text(start, length)?,
            Cell::Bytes { length, start } => ValueRef::Bytes(self.contents.bytes(start, length)?),
        })
    }

    fn integer(&self, row: usize, column: usize) -> Option<i64> {
        match self.cell(row, column)? {
            Cell::Integer(value) => Some(value),
            _ => None,
        }
    }

    fn float(&self, row: usize, column: usize) -> Option<f64> {
        match self.cell(row, column)? {
            Cell::Real(value) => Some(value),
            _ => None,
        }
    }

    fn text(&self, row: usize, column: usize) -> Option<&str> {
        match self.cell(row, column)? {
            Cell::Text { length, start } => self.contents.valid_text(start, length),
            _ => None,
        }
    }
}

/// How much a result took last time, so that the next one is allocated once.
#[derive(Debug, Clone, Copy, Default)]
pub struct PackedSize {
    cells: usize,
    bytes: usize,
}

impl PackedSize {
    /// More than this is not reserved on a guess.
    pub const MOST_CELLS: usize = 4 * 1024;
    /// More than this is not reserved on a guess.
    pub const MOST_BYTES: usize = 64 * 1024;
    /// Room for bytes comes in multiples of this, which spares small differences a second allocation.
    const STEP: usize = 64;

    /// What to expect after a result of this size: as much again, or little less than was expected.
    ///
    /// Values differ in length from row to row, and a vector that has to grow costs more than room that is left over.
    #[must_use]
    pub fn then(self, now: Self) -> Self {
        let falling = |size: usize| size - size / 8;
        Self { cells: now.cells, bytes: now.bytes.max(falling(self.bytes)) }
    }
}

/// Where a [`PackedRows`] stood.
#[derive(Debug, Clone, Copy)]
pub struct PackedMark {
    rows: usize,
    cells: usize,
    bytes: usize,
}

/// Rows being copied into one buffer, for a driver whose own rows do not outlive the reading of them.
///
/// A row is a value for each column, in order, and then its [end](Self::end_row).
#[derive(Default)]
pub struct PackedRows {
    rows: usize,
    cells: Vec<Cell>,
    bytes: Vec<u8>,
    /// Whether some of the bytes are text.
    has_texts: bool,
}

impl PackedRows {
    /// No rows yet, and room for so much.
    #[must_use]
    pub fn with_size(size: PackedSize) -> Self {
        Self {
            rows: 0,
            cells: Vec::with_capacity(size.cells.min(PackedSize::MOST_CELLS)),
            bytes: Vec::with_capacity(
                size.bytes.min(PackedSize::MOST_BYTES).next_multiple_of(PackedSize::STEP),
            ),
            has_texts: false,
        }
    }

    /// Where it stands, to go [back](Self::cut) to.
    #[must_use]
    pub fn mark(&self) -> PackedMark {
        PackedMark { rows: self.rows, cells: self.cells.len(), bytes: self.bytes.len() }
    }

    /// Takes back what was added since the mark.
    pub fn cut(&mut self, mark: PackedMark) {
        self.rows = mark.rows;
        self.cells.truncate(mark.cells);
        self.bytes.truncate(mark.bytes);
    }

    /// Adds NULL.
    #[inline]
    pub fn null(&mut self) {
        self.cells.push(Cell::Null);
    }

    /// Adds a whole number.
    #[inline]
    pub fn integer(&mut self, value: i64) {
        self.cells.push(Cell::Integer(value));
    }

    /// Adds a floating point number.
    #[inline]
    pub fn real(&mut self, value: f64) {
        self.cells.push(Cell::Real(value));
    }

    /// Adds text, which is read as bytes if it is not UTF-8.
    #[inline]
    pub fn text(&mut self, text: &[u8]) {
        let (length, start) = self.append(text);
        self.has_texts = true;
        self.cells.push(Cell::Text { length, start });
    }

    /// Adds bytes.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        let (length, start) = self.append(bytes);
        self.cells.push(Cell::Bytes { length, start });
    }

    /// The row has all its values.
    #[inline]
    pub fn end_row(&mut self) {
        self.rows += 1;
    }

    #[inline]
    fn append(&mut self, value: &[u8]) -> (u32, u64) {
        // No value of SQLite has more than 2^31 - 1 bytes.
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        let start = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        self.bytes.extend_from_slice(value);
        (length, start)
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How much memory the rows take, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.bytes.len() + self.cells.len() * size_of::<Cell>()
    }

    /// How much the rows take, to expect of the next result.
    #[must_use]
    pub fn size(&self) -> PackedSize {
        PackedSize { cells: self.cells.len(), bytes: self.bytes.len() }
    }

    /// The rows as a batch of these columns.
    #[must_use]
    pub fn finish(self, columns: Arc<Columns>) -> Arc<dyn Batch> {
        let Self { rows, cells, bytes, has_texts } = self;
        let width = columns.len();
        Arc::new(PackedBatch { columns, width, rows, cells, contents: Contents::new(bytes, has_texts) })
    }
}

impl fmt::Debug for PackedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackedRows").field("rows", &self.rows).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Row, *};
    use crate::{Error, ErrorKind};

    fn packed(texts: &[&[u8]], blob: Option<&[u8]>) -> Arc<dyn Batch> {
        let mut rows = PackedRows::default();
        texts.iter().for_each(|text| rows.text(text));
        blob.into_iter().for_each(|blob| rows.bytes(blob));
        rows.end_row();
        rows.finish(Columns::new((0..texts.len() + blob.iter().len()).map(|column| column.to_string())))
    }

    #[test]
    fn texts_are_texts_beside_whatever_else() {
        for blob in [None, Some(&b"\xff"[..]), Some(b"x")] {
            let rows = packed(&["año".as_bytes(), b"", "é".as_bytes()], blob);
            for (column, text) in ["año", "", "é"].into_iter().enumerate() {
                assert_eq!(rows.value(0, column), Some(ValueRef::Text(text)));
            }
            assert_eq!(rows.value(0, 3), blob.map(ValueRef::Bytes));
            assert_eq!((rows.value(1, 0), rows.value(0, 4)), (None, None));
        }
    }

    #[test]
    fn what_is_valid_only_with_its_neighbour_is_bytes() {
        let rows = packed(&[b"\xc3", b"\xa9", b"a"], None);
        assert_eq!(rows.value(0, 0), Some(ValueRef::Bytes(b"\xc3")));
        assert_eq!(rows.value(0, 1), Some(ValueRef::Bytes(b"\xa9")));
        assert_eq!(rows.value(0, 2), Some(ValueRef::Text("a")));
    }

    fn row(fill: impl FnOnce(&mut PackedRows)) -> Row {
        let mut rows = PackedRows::default();
        fill(&mut rows);
        rows.end_row();
        let columns = rows.size().cells;
        Row::new(rows.finish(Columns::new((0..columns).map(|column| format!("c{column}")))), 0).unwrap()
    }

    #[test]
    fn what_is_at_hand_is_what_the_value_is() {
        let row = row(|rows| {
            rows.integer(300);
            rows.real(0.5);
            rows.text(b"text");
            rows.bytes(b"bytes");
            rows.null();
        });
        let batch = row.batch();
        assert_eq!(
            (batch.integer(0, 0), batch.float(0, 1), batch.text(0, 2)),
            (Some(300), Some(0.5), Some("text"))
        );
        for column in 0..6 {
            let value = row.value(column);
            assert!(batch.integer(0, column).is_none_or(|number| value == Some(ValueRef::I64(number))));
            assert!(batch.float(0, column).is_none_or(|number| value == Some(ValueRef::F64(number))));
            assert!(batch.text(0, column).is_none_or(|text| value == Some(ValueRef::Text(text))));
            assert_eq!(batch.date_time(0, column), None);
        }
        assert_eq!((batch.integer(1, 0), batch.float(1, 1), batch.text(1, 2)), (None, None, None));
    }

    #[test]
    fn what_is_not_at_hand_is_read_and_refused_as_ever() {
        let row = row(|rows| {
            rows.integer(300);
            rows.text(b"\xff");
            rows.null();
        });
        let kind = |error: Error| (error.kind(), error.to_string().contains("c0"));
        assert_eq!(row.get(0).ok(), Some(300_u16));
        assert_eq!(row.get(0).ok(), Some(300.0));
        assert_eq!(row.get::<u8>(0).map_err(kind), Err((ErrorKind::OutOfRange, true)));
        assert_eq!(row.get::<String>(0).map_err(kind), Err((ErrorKind::TypeMismatch, true)));
        assert_eq!(row.get::<Option<u8>>(0).map_err(kind), Err((ErrorKind::OutOfRange, true)));
        assert_eq!(row.get::<Vec<u8>>(1).ok(), Some(vec![0xff]));
        assert_eq!(row.get::<String>(1).map_err(kind), Err((ErrorKind::TypeMismatch, false)));
        assert_eq!(
            (row.get::<Option<i64>>(2).ok(), row.get::<Option<String>>(2).ok()),
            (Some(None), Some(None))
        );
        assert_eq!(row.get::<i64>(2).map_err(kind), Err((ErrorKind::TypeMismatch, false)));
        assert_eq!(row.get::<i64>(3).map_err(kind), Err((ErrorKind::UndefinedColumn, true)));
    }
}
