use std::mem;

use mysql_async::{Row, Value};
use sqlsession_core::{
    ValueRef,
    row::{Contents, PackedSize},
    value::mysql::Field,
};

use super::cell::{Cell, Kind};

/// Bytes that are longer stay where mysql_async has put them.
const SHORT: usize = 1024;

/// Rows in few allocations, however many there are.
///
/// What mysql_async allocates for a row is given back at once, while the allocator still has it at hand: that costs less
/// than keeping it.
#[derive(Debug, Default)]
pub(super) struct Packed {
    cells: Vec<Cell>,
    short: Vec<u8>,
    long: Vec<Vec<u8>>,
    long_bytes: usize,
}

/// What there is room for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    cells: usize,
    short: usize,
}

impl Packed {
    /// With room for so much.
    pub(super) fn with_size(size: Size) -> Self {
        Self {
            cells: Vec::with_capacity(size.cells.min(PackedSize::MOST_CELLS)),
            short: Vec::with_capacity(size.short.min(PackedSize::MOST_BYTES)),
            ..Self::default()
        }
    }

    pub(super) fn size(&self) -> Size {
        Size { cells: self.cells.len(), short: self.short.len() }
    }

    /// Adds a row. Each column has its value; that it need not have one is mysql_async's.
    pub(super) fn push(&mut self, row: Row) {
        self.push_values(&mut row.unwrap_raw());
    }

    fn push_values(&mut self, values: &mut [Option<Value>]) {
        let Self { cells, short, long, long_bytes } = self;
        cells.reserve(values.len());
        for value in values {
            // In parts, which stay in registers until the cell is where it belongs.
            let Cell { kind, small, large } = match value {
                None => Cell::NULL,
                Some(Value::Bytes(bytes)) if bytes.len() <= SHORT => append(short, bytes),
                Some(Value::Bytes(bytes)) => {
                    *long_bytes += bytes.len();
                    keep(long, mem::take(bytes))
                }
                Some(value) => Cell::without_bytes(value),
            };
            cells.push(Cell { kind, small, large });
        }
    }

    /// How many bytes of memory it takes.
    pub(super) fn memory(&self) -> usize {
        self.cells.len() * size_of::<Cell>() + self.short.len() + self.long_bytes
    }

    /// The values of all rows, of which some are texts, if so.
    pub(super) fn finish(self, has_texts: bool) -> Values {
        let Self { cells, short, long, .. } = self;
        Values { cells, short: Contents::new(short, has_texts), long }
    }
}

/// The values of rows that are packed.
pub(super) struct Values {
    cells: Vec<Cell>,
    short: Contents,
    long: Vec<Vec<u8>>,
}

impl Values {
    /// The value of this number, row by row.
    #[inline]
    pub(super) fn cell(&self, number: usize) -> Option<&Cell> {
        self.cells.get(number)
    }

    /// The value of a cell.
    pub(super) fn field(&self, cell: &Cell) -> Option<Field<'_>> {
        match cell.kind {
            Kind::Long => self.long.get(usize::try_from(cell.large).ok()?).map(|bytes| Field::Bytes(bytes)),
            Kind::Short => self.short.bytes(cell.large, cell.small).map(Field::Bytes),
            _ => Some(cell.field()),
        }
    }

    /// The text of a cell that has short bytes, which are bytes if they are not UTF-8.
    #[inline]
    pub(super) fn text(&self, cell: &Cell) -> Option<ValueRef<'_>> {
        self.short.text(cell.large, cell.small)
    }

    /// As [`text`](Self::text), if it is known to be valid.
    #[inline]
    pub(super) fn valid_text(&self, cell: &Cell) -> Option<&str> {
        self.short.valid_text(cell.large, cell.small)
    }
}

#[inline]
fn append(short: &mut Vec<u8>, bytes: &[u8]) -> Cell {
    let start = short.len();
    short.extend_from_slice(bytes);
    Cell { kind: Kind::Short, small: narrow(bytes.len()), large: wide(start) }
}

#[cold]
fn keep(long: &mut Vec<Vec<u8>>, bytes: Vec<u8>) -> Cell {
    long.push(bytes);
    Cell { kind: Kind::Long, small: 0, large: wide(long.len() - 1) }
}

/// A length that is at most [`SHORT`].
fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_as_they_are() {
        let (short, long) = (vec![1; SHORT], vec![2; SHORT + 1]);
        let mut values = [
            Value::Bytes(b"abc".to_vec()),
            Value::NULL,
            Value::Bytes(short.clone()),
            Value::Bytes(long.clone()),
            Value::Int(-1),
            Value::Bytes(Vec::new()),
            Value::Bytes(b"12345678".to_vec()),
        ]
        .map(Some);
        let expected = [
            Field::Bytes(b"abc"),
            Field::Null,
            Field::Bytes(&short),
            Field::Bytes(&long),
            Field::Int(-1),
            Field::Bytes(b""),
            Field::Bytes(b"12345678"),
        ];
        let mut packed = Packed::default();
        packed.push_values(&mut values);
        assert_eq!(packed.memory(), 7 * 16 + 3 + SHORT + 8 + SHORT + 1);
        let values = packed.finish(true);
        let fields: Vec<_> = (0..).map_while(|number| values.field(values.cell(number)?)).collect();
        assert_eq!(fields, expected);
    }
}
