use std::{fmt, mem, sync::Arc};

use super::{Batch, Columns, Contents, RowSink};
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

    fn room_for_bytes(self) -> usize {
        self.bytes.min(Self::MOST_BYTES).next_multiple_of(Self::STEP)
    }
}

/// The room that a small result took, for the next one of the same connection: most are read and gone by then, and to ask
/// for memory and give it back costs as much as to copy a row of some columns.
#[derive(Default)]
pub struct PackedRoom(Option<Arc<PackedBatch>>);

impl PackedRoom {
    /// More cells than this are not kept.
    const MOST_CELLS: usize = 64;
    /// More bytes than this are not kept.
    const MOST_BYTES: usize = 2 * 1024;
}

impl fmt::Debug for PackedRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackedRoom").finish_non_exhaustive()
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
    /// The batch that this is going to be, where it is made of a former one.
    batch: Option<Arc<PackedBatch>>,
}

impl PackedRows {
    /// No rows yet, and room for so much.
    #[must_use]
    pub fn with_size(size: PackedSize) -> Self {
        Self {
            rows: 0,
            cells: Vec::with_capacity(size.cells.min(PackedSize::MOST_CELLS)),
            bytes: Vec::with_capacity(size.room_for_bytes()),
            has_texts: false,
            batch: None,
        }
    }

    /// The same, in the room of a former result if it is enough and nobody reads that result any more.
    #[must_use]
    pub fn in_room(room: &mut PackedRoom, size: PackedSize) -> Self {
        if let Some(mut batch) = room.0.take()
            && let Some(former) = Arc::get_mut(&mut batch)
        {
            let (mut cells, mut bytes) = (mem::take(&mut former.cells), former.contents.take());
            cells.clear();
            bytes.clear();
            if cells.capacity() >= size.cells && bytes.capacity() >= size.bytes {
                return Self { rows: 0, cells, bytes, has_texts: false, batch: Some(batch) };
            }
        }
        Self::with_size(size)
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
    #[expect(clippy::needless_pass_by_value, reason = "who makes them for this has no further use for them")]
    #[must_use]
    pub fn finish(self, columns: Arc<Columns>) -> Arc<dyn Batch> {
        self.into_batch(&columns)
    }

    /// The same; the room that they take is for the next result, unless they are many.
    #[must_use]
    pub fn finish_in(self, columns: &Arc<Columns>, room: &mut PackedRoom) -> Arc<dyn Batch> {
        let small = self.cells.capacity() <= PackedRoom::MOST_CELLS
            && self.bytes.capacity() <= PackedRoom::MOST_BYTES;
        let batch = self.into_batch(columns);
        if small {
            room.0 = Some(Arc::clone(&batch));
        }
        batch
    }

    /// Hands the rows on, and goes on in the room that they took if they are read and gone by then.
    pub fn hand_on(&mut self, columns: &Arc<Columns>, sink: &RowSink) {
        let size = self.size();
        let batch = mem::take(self).into_batch(columns);
        let mut room = PackedRoom(Some(Arc::clone(&batch)));
        sink.take(batch);
        *self = Self::in_room(&mut room, size);
    }

    fn into_batch(self, columns: &Arc<Columns>) -> Arc<PackedBatch> {
        let Self { rows, cells, bytes, has_texts, batch } = self;
        let (width, contents) = (columns.len(), Contents::new(bytes, has_texts));
        if let Some(mut batch) = batch
            && let Some(former) = Arc::get_mut(&mut batch)
        {
            // Most often those of the same statement, which need not be counted once more.
            if !Arc::ptr_eq(&former.columns, columns) {
                former.columns = Arc::clone(columns);
            }
            (former.width, former.rows, former.cells, former.contents) = (width, rows, cells, contents);
            return batch;
        }
        Arc::new(PackedBatch { columns: Arc::clone(columns), width, rows, cells, contents })
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
    use crate::{
        Error, ErrorKind,
        value::{DateTime, FromValue as _},
    };

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

    #[test]
    fn a_result_is_read_into_the_room_of_one_that_nobody_has() {
        let columns = Columns::new(["a", "b"]);
        let mut room = PackedRoom::default();
        let mut read = |number, text: &[u8]| {
            let mut rows = PackedRows::in_room(&mut room, PackedSize { cells: 2, bytes: 8 });
            rows.integer(number);
            rows.text(text);
            rows.end_row();
            rows.finish_in(&columns, &mut room)
        };
        let values = |rows: &Arc<dyn Batch>| {
            assert_eq!(rows.len(), 1);
            format!("{:?} {:?}", rows.value(0, 0), rows.value(0, 1))
        };
        let kept = read(1, b"one");
        let other = read(2, b"two");
        assert!(!std::ptr::addr_eq(Arc::as_ptr(&kept), Arc::as_ptr(&other)));
        let former = Arc::as_ptr(&other);
        drop(other);
        let third = read(3, b"\xff");
        assert!(std::ptr::addr_eq(Arc::as_ptr(&third), former));
        assert_eq!(values(&kept), r#"Some(I64(1)) Some(Text("one"))"#);
        assert_eq!(values(&third), "Some(I64(3)) Some(Bytes([255]))");
    }

    #[test]
    fn the_room_of_a_large_result_is_not_kept() {
        let mut room = PackedRoom::default();
        let mut rows = PackedRows::in_room(&mut room, PackedSize::default());
        rows.bytes(&[0; PackedRoom::MOST_BYTES + 1]);
        rows.end_row();
        drop(rows.finish_in(&Columns::new(["a"]), &mut room));
        assert!(room.0.is_none());
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
    #[test]
    fn a_date_time_of_a_text_is_what_the_text_says_or_is_refused_as_ever() {
        let row = row(|rows| {
            rows.text(b"2026-01-02 03:04:05.5");
            rows.text(b"2026-13-02 03:04:05");
            rows.null();
            rows.integer(86_400);
        });
        let wanted: DateTime = "2026-01-02T03:04:05.500".parse().unwrap();
        assert_eq!(row.get::<DateTime>(0).ok(), Some(wanted));
        let by_value =
            |column| DateTime::from_value(row.value(column).unwrap()).map_err(|error| error.kind());
        for column in 0..4 {
            assert_eq!(row.get::<DateTime>(column).map_err(|error| error.kind()), by_value(column));
        }
        assert_eq!(row.get::<Option<DateTime>>(2).ok(), Some(None));
    }
}
