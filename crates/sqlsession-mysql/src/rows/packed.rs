use mysql_async::{Row, Value};
use sqlsession_core::{row::PackedSize, value::mysql::Field};

use super::cell::{Cell, Kind};

/// Bytes that are longer stay where mysql_async has put them.
const SHORT: usize = 1024;

/// What short bytes begin at a multiple of: text that is aligned is checked faster.
const ALIGNMENT: usize = 8;

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
        self.cells.reserve(values.len());
        for value in values {
            let cell = match value {
                Some(Value::Bytes(bytes)) if bytes.len() <= SHORT => self.short(bytes),
                Some(Value::Bytes(bytes)) => self.long(std::mem::take(bytes)),
                Some(value) => Cell::without_bytes(value),
                None => Cell::NULL,
            };
            self.cells.push(cell);
        }
    }

    #[inline]
    fn short(&mut self, bytes: &[u8]) -> Cell {
        let start = self.short.len();
        self.short.reserve(bytes.len() + ALIGNMENT);
        self.short.extend_from_slice(bytes);
        self.short.extend_from_slice(&[0; ALIGNMENT]);
        self.short.truncate((start + bytes.len()).next_multiple_of(ALIGNMENT));
        Cell { kind: Kind::Short, small: narrow(bytes.len()), large: wide(start) }
    }

    #[cold]
    fn long(&mut self, bytes: Vec<u8>) -> Cell {
        self.long_bytes += bytes.len();
        self.long.push(bytes);
        Cell { kind: Kind::Long, small: 0, large: wide(self.long.len() - 1) }
    }

    /// The value of this number, row by row.
    #[inline]
    pub(super) fn cell(&self, number: usize) -> Option<&Cell> {
        self.cells.get(number)
    }

    /// The bytes of a cell that has some.
    #[inline]
    pub(super) fn bytes(&self, cell: &Cell) -> Option<&[u8]> {
        let at = usize::try_from(cell.large).ok()?;
        match cell.kind {
            Kind::Long => self.long.get(at).map(Vec::as_slice),
            _ => self.short.get(at..)?.get(..usize::try_from(cell.small).ok()?),
        }
    }

    /// The value of a cell.
    pub(super) fn field(&self, cell: &Cell) -> Option<Field<'_>> {
        match cell.kind {
            Kind::Short | Kind::Long => self.bytes(cell).map(Field::Bytes),
            _ => Some(cell.field()),
        }
    }

    /// How many bytes of memory it takes.
    pub(super) fn memory(&self) -> usize {
        self.cells.len() * size_of::<Cell>() + self.short.len() + self.long_bytes
    }
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
        let fields: Vec<_> = (0..).map_while(|number| packed.field(packed.cell(number)?)).collect();
        assert_eq!(fields, expected);
        assert_eq!(packed.memory(), 7 * 16 + 8 + SHORT + 8 + SHORT + 1);
    }
}
