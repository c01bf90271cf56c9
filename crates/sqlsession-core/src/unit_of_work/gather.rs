use super::fits::size;
use crate::Value;

/// The most rows for which room is made before they come.
const MOST_EXPECTED: usize = 128;

/// Rows on their way into one statement.
#[derive(Debug)]
pub(super) struct Gatherer {
    gathered: Gathered,
    rows: usize,
    most: usize,
    bytes: usize,
    most_bytes: usize,
    /// The last entity that was gathered.
    last: usize,
    /// Where the rows can be cut: so many of them, up to this entity, in so many values.
    cut: (usize, usize, usize),
}

/// The values of rows.
#[derive(Debug)]
pub(super) enum Gathered {
    /// An array for each column.
    Columns(Vec<Value>),
    /// One row behind the other. There are as many of them as a power of two, so that few texts are needed, but for those
    /// that are [whole](Gatherer::whole).
    Flat(Vec<Value>),
    /// Each by itself.
    Sets(Vec<Vec<Value>>),
}

impl Gatherer {
    fn new(gathered: Gathered, most: usize) -> Self {
        Self { gathered, rows: 0, most, bytes: 0, most_bytes: usize::MAX, last: 0, cut: (0, 0, 0) }
    }

    pub(super) fn columns(columns: usize, most: usize) -> Self {
        Self::new(Gathered::Columns((0..columns).map(|_| Value::Array(Vec::new())).collect()), most)
    }

    pub(super) fn flat(most: usize) -> Self {
        let most = if most.is_power_of_two() { most } else { most.next_power_of_two() / 2 };
        Self::new(Gathered::Flat(Vec::new()), most)
    }

    /// As [`flat`](Self::flat), but that so many rows are not cut.
    pub(super) fn whole(rows: usize) -> Self {
        Self::new(Gathered::Flat(Vec::new()), rows)
    }

    pub(super) fn sets(most: usize) -> Self {
        Self::new(Gathered::Sets(Vec::new()), most)
    }

    /// Makes room for so many rows of so many columns, if they are not too many for ones that may not come: it takes all of
    /// them to be alike.
    pub(super) fn expecting(mut self, rows: usize, columns: usize) -> Self {
        let rows = rows.min(self.most).min(MOST_EXPECTED);
        match &mut self.gathered {
            Gathered::Columns(arrays) => arrays.iter_mut().for_each(|array| {
                if let Value::Array(array) = array {
                    array.reserve(rows);
                }
            }),
            Gathered::Flat(values) => values.reserve(rows * columns),
            Gathered::Sets(sets) => sets.reserve(rows),
        }
        self
    }

    /// The same for no more than so many bytes, but for at least one row.
    pub(super) fn bytes(mut self, most: usize) -> Self {
        self.most_bytes = most;
        self
    }

    pub(super) fn is_columns(&self) -> bool {
        matches!(self.gathered, Gathered::Columns(_))
    }

    pub(super) fn is_flat(&self) -> bool {
        matches!(self.gathered, Gathered::Flat(_))
    }

    /// Makes room for a row that is to be pushed. Answers whether it can be taken as well.
    pub(super) fn make_room<'v>(&mut self, row: impl IntoIterator<Item = &'v Value>) -> bool {
        let bytes = self.bytes + row.into_iter().map(size).sum::<usize>();
        let has_room = self.rows == 0 || (self.rows < self.most && bytes <= self.most_bytes);
        if has_room {
            self.bytes = bytes;
        }
        has_room
    }

    /// Takes these columns of the row of an entity, which has a value for each.
    pub(super) fn push(
        &mut self,
        row: &mut [Option<Value>],
        columns: &[usize],
        write: impl Fn(Value) -> Value,
        entity: usize,
    ) {
        let values = columns.iter().filter_map(|column| row.get_mut(*column)?.take()).map(write);
        match &mut self.gathered {
            Gathered::Columns(arrays) => {
                for (array, value) in arrays.iter_mut().zip(values) {
                    if let Value::Array(array) = array {
                        array.push(value);
                    }
                }
            }
            Gathered::Flat(flat) => flat.extend(values),
            Gathered::Sets(sets) => {
                // At once, and not as it grows: there is one for each row.
                let mut set = Vec::with_capacity(columns.len());
                // By hand: `extend` asks before each value how many are left.
                values.for_each(|value| set.push(value));
                sets.push(set);
            }
        }
        self.rows += 1;
        self.last = entity;
        if let Gathered::Flat(values) = &self.gathered
            && (self.rows.is_power_of_two() || self.rows == self.most)
        {
            self.cut = (self.rows, entity, values.len());
        }
    }

    /// The rows, how many they are, and the last entity of them. Rows that are one behind the other are cut to a power of
    /// two, or filled up to one; `None` without rows.
    pub(super) fn finish(self, fill: Option<&Value>) -> Option<(Gathered, usize, usize)> {
        let Self { mut gathered, mut rows, mut last, cut, .. } = self;
        if rows == 0 {
            return None;
        }
        match &mut gathered {
            Gathered::Flat(values) => match fill {
                Some(value) => {
                    let width = values.len() / rows;
                    values.resize(rows.next_power_of_two() * width, value.clone());
                }
                None => {
                    values.truncate(cut.2);
                    (rows, last) = (cut.0, cut.1);
                }
            },
            Gathered::Columns(arrays) if rows == 1 => {
                let only = arrays.drain(..).filter_map(|array| match array {
                    Value::Array(mut array) => array.pop(),
                    _ => None,
                });
                gathered = Gathered::Flat(only.collect());
            }
            Gathered::Columns(_) | Gathered::Sets(_) => {}
        }
        Some((gathered, rows, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(mut gatherer: Gatherer, rows: i64) -> Gatherer {
        for (entity, number) in (10..).zip(0..rows) {
            gatherer.push(&mut [Some(Value::I64(number)), Some(Value::Null)], &[0, 1], |v| v, entity);
        }
        gatherer
    }

    #[test]
    fn rows_in_a_text_are_a_power_of_two() {
        let (cut, rows, last) = gathered(Gatherer::flat(16), 7).finish(None).unwrap();
        assert_eq!((rows, last), (4, 13));
        assert!(matches!(cut, Gathered::Flat(values) if values.len() == 8));
        let (whole, rows, last) = gathered(Gatherer::whole(7), 7).finish(None).unwrap();
        assert_eq!((rows, last), (7, 16));
        assert!(matches!(whole, Gathered::Flat(values) if values.len() == 14));
        let (_, rows, last) = gathered(Gatherer::whole(7), 6).finish(None).unwrap();
        assert_eq!((rows, last), (4, 13));
        let (filled, rows, last) = gathered(Gatherer::flat(16), 7).finish(Some(&Value::Null)).unwrap();
        assert_eq!((rows, last), (7, 16));
        assert!(matches!(filled, Gathered::Flat(values) if values.len() == 16 && values[15].is_null()));
    }

    #[test]
    fn a_row_alone_is_no_array() {
        let (alone, ..) = gathered(Gatherer::columns(2, 9), 1).finish(None).unwrap();
        assert!(matches!(alone, Gathered::Flat(values) if values == [Value::I64(0), Value::Null]));
        let (two, ..) = gathered(Gatherer::columns(2, 9), 2).finish(None).unwrap();
        assert!(matches!(two, Gathered::Columns(arrays) if arrays[0] == Value::array([0, 1])));
        assert!(Gatherer::sets(9).finish(None).is_none());
    }

    #[test]
    fn one_row_has_always_room() {
        let wide = [Value::from("x".repeat(100))];
        let mut gatherer = Gatherer::sets(2).bytes(50);
        assert!(gatherer.make_room(&wide));
        gatherer.push(&mut [Some(Value::from("x".repeat(100)))], &[0], |v| v, 0);
        assert!(!gatherer.make_room(&[Value::Null]));
        let mut gatherer = Gatherer::sets(2).bytes(50);
        for entity in 0..2 {
            assert!(gatherer.make_room(&[Value::Null]));
            gatherer.push(&mut [Some(Value::Null)], &[0], |v| v, entity);
        }
        assert!(!gatherer.make_room(&[Value::Null]));
    }
}
