use std::{fmt, sync::Arc};

use sqlsession_core::{
    ValueRef,
    row::{self, Batch, Columns, ComputedCells, Contents},
    value::DateTime,
};

use super::{
    PgColumns,
    cell::{Cell, Kind, few},
};
use crate::Decoding;

/// A value that is longer has an allocation of its own, so that no buffer grows by copies of it.
const SHORT: usize = 1024;

/// Rows in few allocations, however many there are.
///
/// What a client allocates for a row is given back at once, while the allocator still has it at hand: that costs less than
/// keeping it.
#[derive(Debug, Default)]
pub struct PackedRows {
    /// Which columns are texts, where it is known already. Texts are kept apart, because they are looked at as a whole.
    columns: Option<Arc<PgColumns>>,
    rows: usize,
    cells: Vec<Cell>,
    texts: Vec<u8>,
    bytes: Vec<u8>,
    long: Vec<Box<[u8]>>,
}

/// How much rows take.
#[derive(Debug, Clone, Copy, Default)]
pub struct PackedSize {
    cells: usize,
    texts: usize,
    bytes: usize,
}

impl PackedRows {
    /// No rows yet, and room for so much. The columns are known before the rows are [finished](Self::finish); how they are
    /// read may be known earlier.
    #[must_use]
    pub fn new(columns: Option<Arc<PgColumns>>, size: PackedSize) -> Self {
        let room = |bytes: usize| Vec::with_capacity(bytes.min(row::PackedSize::MOST_BYTES));
        Self {
            columns,
            cells: Vec::with_capacity(size.cells.min(row::PackedSize::MOST_CELLS)),
            texts: room(size.texts),
            bytes: room(size.bytes),
            ..Self::default()
        }
    }

    /// Adds a row of so many values, in binary form; none for NULL. Every row has as many.
    #[inline]
    pub fn push<'v>(&mut self, width: usize, value: impl Fn(usize) -> Option<&'v [u8]>) {
        let Self { columns, rows, cells, texts, bytes, long } = self;
        let readings = columns.as_ref().map_or(&[][..], |columns| &columns.readings);
        for column in 0..width {
            // In parts, which stay in registers until the cell is where it belongs.
            let (kind, length, place) = match value(column) {
                None => (Kind::Null, 0, 0),
                Some(raw) if raw.len() > SHORT => (Kind::Long, raw.len(), keep(long, raw)),
                Some(raw) => match readings.get(column) {
                    Some(reading) if reading.decoding == Decoding::Text => {
                        (Kind::Text, raw.len(), append(texts, raw))
                    }
                    _ => match few(raw) {
                        Some(place) => (Kind::Few, raw.len(), place),
                        None => (Kind::Bytes, raw.len(), append(bytes, raw)),
                    },
                },
            };
            cells.push(Cell::new(kind, length, place));
        }
        *rows += 1;
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How much the rows take, to expect of the next.
    #[must_use]
    pub fn size(&self) -> PackedSize {
        PackedSize { cells: self.cells.len(), texts: self.texts.len(), bytes: self.bytes.len() }
    }

    /// The rows as a batch of these columns, which are theirs.
    #[must_use]
    pub fn finish(self, columns: Arc<PgColumns>) -> Arc<dyn Batch> {
        let Self { rows, cells, texts, bytes, long, .. } = self;
        let width = cells.len().checked_div(rows).unwrap_or(0);
        let texts = Contents::new(texts, true);
        Arc::new(PackedBatch {
            columns,
            width,
            rows,
            cells,
            texts,
            bytes: Contents::new(bytes, false),
            long,
            computed: ComputedCells::default(),
        })
    }
}

/// Adds bytes to others, and says where.
#[inline]
fn append(bytes: &mut Vec<u8>, raw: &[u8]) -> u64 {
    let start = wide(bytes.len());
    bytes.extend_from_slice(raw);
    start
}

/// Keeps bytes by themselves, and says which they are.
#[cold]
fn keep(long: &mut Vec<Box<[u8]>>, raw: &[u8]) -> u64 {
    let number = wide(long.len());
    long.push(raw.into());
    number
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Rows that are packed.
struct PackedBatch {
    columns: Arc<PgColumns>,
    width: usize,
    rows: usize,
    cells: Vec<Cell>,
    texts: Contents,
    bytes: Contents,
    long: Vec<Box<[u8]>>,
    computed: ComputedCells,
}

impl PackedBatch {
    #[inline]
    fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        if row >= self.rows || column >= self.width {
            return None;
        }
        self.cells.get(row * self.width + column)
    }

    /// A value of few bytes, and how it is read.
    #[inline]
    fn few(&self, row: usize, column: usize) -> Option<(Decoding, &[u8])> {
        let cell = self.cell(row, column).filter(|cell| cell.kind == Kind::Few)?;
        Some((self.columns.readings.get(column)?.decoding, cell.inside()?))
    }
}

impl Batch for PackedBatch {
    fn columns(&self) -> &Arc<Columns> {
        self.columns.columns()
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let cell = self.cell(row, column)?;
        let reading = self.columns.readings.get(column)?;
        let raw = match cell.kind {
            Kind::Null => return Some(ValueRef::Null),
            Kind::Text if reading.decoding == Decoding::Text => {
                return self.texts.text(cell.start(), cell.length);
            }
            // It was packed for other columns than it is read for.
            Kind::Text => self.texts.bytes(cell.start(), cell.length)?,
            Kind::Few => cell.inside()?,
            Kind::Bytes => self.bytes.bytes(cell.start(), cell.length)?,
            Kind::Long => self.long.get(usize::try_from(cell.start()).ok()?)?,
        };
        Some(self.columns.value(reading, raw, (row, self.rows), &self.computed))
    }

    fn integer(&self, row: usize, column: usize) -> Option<i64> {
        let (decoding, raw) = self.few(row, column)?;
        decoding.integer(raw)
    }

    fn float(&self, row: usize, column: usize) -> Option<f64> {
        let (decoding, raw) = self.few(row, column)?;
        decoding.float(raw)
    }

    fn text(&self, row: usize, column: usize) -> Option<&str> {
        let cell = self.cell(row, column).filter(|cell| cell.kind == Kind::Text)?;
        if self.columns.readings.get(column)?.decoding != Decoding::Text {
            return None;
        }
        self.texts.valid_text(cell.start(), cell.length)
    }

    fn date_time(&self, row: usize, column: usize) -> Option<DateTime> {
        let (decoding, raw) = self.few(row, column)?;
        decoding.date_time(raw)
    }
}

impl fmt::Debug for PackedBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackedBatch")
            .field("columns", self.columns.columns())
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use postgres_types::Type;
    use sqlsession_core::Value;

    use super::*;

    type Raw = Option<Vec<u8>>;

    /// A client's row is its values.
    struct Plain;

    impl crate::RawRow for Plain {
        type Row = Vec<Raw>;

        fn raw(row: &Vec<Raw>, column: usize) -> Option<Option<&[u8]>> {
            row.get(column).map(Option::as_deref)
        }
    }

    fn columns() -> Arc<PgColumns> {
        let (numbers, texts) =
            ([Type::INT8, Type::INT2, Type::FLOAT4, Type::NUMERIC], [Type::TEXT, Type::TEXT]);
        let types = numbers.into_iter().chain(texts).chain([Type::BYTEA, Type::TIMESTAMP]);
        PgColumns::named(types.map(|ty| ("c", ty)))
    }

    fn rows() -> Vec<Vec<Raw>> {
        let nothing = [0_u16, 0, 0, 0].map(u16::to_be_bytes).concat();
        let bytes = |bytes: &[u8]| Some(bytes.to_vec());
        vec![
            vec![
                bytes(&1_i64.to_be_bytes()),
                bytes(&[0, 7]),
                bytes(&0.5_f32.to_be_bytes()),
                bytes(&nothing),
                bytes("año".as_bytes()),
                None,
                bytes(&[0xff; 9]),
                bytes(&1_i64.to_be_bytes()),
            ],
            vec![
                None,
                None,
                None,
                None,
                bytes(b""),
                bytes(&[b'x'; SHORT + 1]),
                bytes(&[1; SHORT + 1]),
                bytes(&i64::MAX.to_be_bytes()),
            ],
            vec![
                bytes(&(-1_i64).to_be_bytes()),
                bytes(&[1, 2, 3]),
                bytes(&[0; 8]),
                bytes(&[9; 9]),
                bytes(b"\xc3"),
                bytes(b"\xa9"),
                None,
                bytes(b"short"),
            ],
        ]
    }

    /// What is had at once is what the values are.
    fn agrees(batch: &dyn Batch, row: usize, column: usize) -> bool {
        let value = batch.value(row, column);
        batch.integer(row, column).is_none_or(|number| value == Some(ValueRef::I64(number)))
            && batch.float(row, column).is_none_or(|number| value == Some(ValueRef::F64(number)))
            && batch.text(row, column).is_none_or(|text| value == Some(ValueRef::Text(text)))
            && batch.date_time(row, column).is_none_or(|at| value == Some(ValueRef::DateTime(at)))
    }

    fn shown(batch: &dyn Batch) -> Vec<Vec<Value>> {
        let row = |row| (0..).map_while(|column| batch.value(row, column).map(ValueRef::to_value)).collect();
        (0..batch.len()).map(row).collect()
    }

    #[test]
    fn packed_rows_are_what_they_are_as_the_client_has_them() {
        let batch = crate::batch::<Plain>(columns(), rows());
        assert!((0..4).all(|row| (0..9).all(|column| agrees(&*batch, row, column))));
        let kept = shown(&*batch);
        let mut size = PackedSize::default();
        for known in [Some(columns()), None, Some(columns())] {
            let mut packed = PackedRows::new(known, size);
            for row in rows() {
                packed.push(row.len(), |column| row[column].as_deref());
            }
            size = packed.size();
            assert_eq!(packed.rows(), 3);
            let batch = packed.finish(columns());
            assert_eq!(shown(&*batch), kept);
            assert!((0..4).all(|row| (0..9).all(|column| agrees(&*batch, row, column))));
            assert!(batch.value(3, 0).is_none() && batch.value(0, 8).is_none());
        }
        assert_eq!((&kept[0][0], &kept[0][4]), (&Value::I64(1), &Value::Text("año".to_owned())));
        assert_eq!(kept[2][4], Value::Bytes(vec![0xc3]));
    }

    #[test]
    fn what_most_values_are_is_had_at_once() {
        let mut packed = PackedRows::new(Some(columns()), PackedSize::default());
        rows().iter().for_each(|row| packed.push(row.len(), |column| row[column].as_deref()));
        let mut valid = PackedRows::new(Some(columns()), PackedSize::default());
        let first = rows().remove(0);
        valid.push(first.len(), |column| first[column].as_deref());
        assert_eq!(valid.finish(columns()).text(0, 4), Some("año"));
        for batch in [crate::batch::<Plain>(columns(), rows()), packed.finish(columns())] {
            assert_eq!(
                (batch.integer(0, 0), batch.integer(0, 1), batch.float(0, 2)),
                (Some(1), Some(7), Some(0.5))
            );
            assert_eq!(batch.date_time(0, 7).map(|at| at.time().nanosecond()), Some(1_000));
            assert_eq!((batch.integer(1, 0), batch.integer(2, 1), batch.date_time(1, 7)), (None, None, None));
        }
    }

    #[test]
    fn no_rows_are_no_rows() {
        let batch = PackedRows::new(None, PackedSize::default()).finish(columns());
        assert_eq!((batch.len(), batch.value(0, 0)), (0, None));
    }

    #[test]
    fn what_counts_is_what_the_rows_are_read_for() {
        let of = |ty: Type| PgColumns::named([("c", ty)].into_iter());
        let number = 7_i64.to_be_bytes();
        for (packed_for, read_for, expected) in [
            (of(Type::TEXT), of(Type::INT8), Value::I64(7)),
            (of(Type::INT8), of(Type::TEXT), Value::Text("\0\0\0\0\0\0\0\u{7}".to_owned())),
        ] {
            let mut packed = PackedRows::new(Some(packed_for), PackedSize::default());
            packed.push(1, |_| Some(&number[..]));
            let batch = packed.finish(read_for);
            assert_eq!(batch.value(0, 0).map(ValueRef::to_value), Some(expected));
            assert!(agrees(&*batch, 0, 0));
        }
    }
}
