use std::{fmt, sync::Arc};

use mysql_async::{Row, Value};
use sqlsession_core::{
    ValueRef,
    row::{Batch, Columns, ComputedCells},
    value::{
        DateTime,
        mysql::{Field, Sort, borrowed, date_time, owned},
    },
};

use super::{
    cell::{Cell, Kind},
    columns::{MyColumns, Reading},
    packed::{Packed, Values},
};
use crate::types::field;

/// A row as mysql_async has it.
pub(super) struct OneRow {
    columns: Arc<MyColumns>,
    row: Row,
    computed: ComputedCells,
}

impl OneRow {
    pub(super) fn batch(columns: Arc<MyColumns>, row: Row) -> Arc<dyn Batch> {
        Arc::new(Self { columns, row, computed: ComputedCells::default() })
    }

    #[inline(never)]
    fn decoded<'s>(&'s self, reading: &Reading, value: &'s Value) -> Option<ValueRef<'s>> {
        let field = field(value);
        borrowed(reading.sort, field)
            .or_else(|| compute(&self.computed, (1, self.columns.computing), 0, reading, field))
    }

    #[inline]
    fn at(&self, row: usize, column: usize) -> Option<&Value> {
        self.row.as_ref(column).filter(|_| row == 0)
    }
}

impl Batch for OneRow {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns.columns
    }

    fn len(&self) -> usize {
        1
    }

    // What most values are is found without room for what is seldom, which costs as much again.
    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let reading = self.columns.readings.get(column).filter(|_| row == 0)?;
        match self.row.as_ref(column)? {
            Value::Int(number) => Some(ValueRef::I64(*number)),
            Value::NULL => Some(ValueRef::Null),
            Value::Double(number) => Some(ValueRef::F64(*number)),
            value => self.decoded(reading, value),
        }
    }

    fn integer(&self, row: usize, column: usize) -> Option<i64> {
        match *self.at(row, column)? {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }

    fn float(&self, row: usize, column: usize) -> Option<f64> {
        match *self.at(row, column)? {
            Value::Double(number) => Some(number),
            _ => None,
        }
    }

    fn text(&self, row: usize, column: usize) -> Option<&str> {
        match self.at(row, column)? {
            Value::Bytes(bytes) if self.columns.readings.get(column)?.sort == Sort::Text => {
                str::from_utf8(bytes).ok()
            }
            _ => None,
        }
    }

    fn date_time(&self, row: usize, column: usize) -> Option<DateTime> {
        date_time(self.columns.readings.get(column)?.sort, field(self.at(row, column)?))
    }
}

/// Rows that are packed.
pub(super) struct PackedRows {
    columns: Arc<MyColumns>,
    values: Values,
    rows: usize,
    computed: ComputedCells,
}

impl PackedRows {
    pub(super) fn batch(columns: Arc<MyColumns>, packed: Packed, rows: usize) -> Arc<dyn Batch> {
        let has_texts = columns.readings.iter().any(|reading| reading.sort == Sort::Text);
        let values = packed.finish(has_texts);
        Arc::new(Self { columns, values, rows, computed: ComputedCells::default() })
    }

    /// A cell, and how it is read.
    #[inline]
    fn cell(&self, row: usize, column: usize) -> Option<(&Reading, &Cell)> {
        let readings = &*self.columns.readings;
        let reading = readings.get(column).filter(|_| row < self.rows)?;
        Some((reading, self.values.cell(row * readings.len() + column)?))
    }

    #[inline(never)]
    fn decoded(&self, row: usize, reading: &Reading, cell: &Cell) -> Option<ValueRef<'_>> {
        let field = self.values.field(cell)?;
        borrowed(reading.sort, field)
            .or_else(|| compute(&self.computed, (self.rows, self.columns.computing), row, reading, field))
    }
}

impl Batch for PackedRows {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns.columns
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn value(&self, row: usize, column: usize) -> Option<ValueRef<'_>> {
        let (reading, cell) = self.cell(row, column)?;
        match cell.kind {
            Kind::Int => Some(ValueRef::I64(cell.large.cast_signed())),
            Kind::Null => Some(ValueRef::Null),
            Kind::Double => Some(ValueRef::F64(f64::from_bits(cell.large))),
            Kind::Short if reading.sort == Sort::Text => self.values.text(cell),
            _ => self.decoded(row, reading, cell),
        }
    }

    fn integer(&self, row: usize, column: usize) -> Option<i64> {
        let (_, cell) = self.cell(row, column)?;
        (cell.kind == Kind::Int).then_some(cell.large.cast_signed())
    }

    fn float(&self, row: usize, column: usize) -> Option<f64> {
        let (_, cell) = self.cell(row, column)?;
        (cell.kind == Kind::Double).then_some(f64::from_bits(cell.large))
    }

    fn text(&self, row: usize, column: usize) -> Option<&str> {
        match self.cell(row, column)? {
            (reading, cell) if cell.kind == Kind::Short && reading.sort == Sort::Text => {
                self.values.valid_text(cell)
            }
            _ => None,
        }
    }

    fn date_time(&self, row: usize, column: usize) -> Option<DateTime> {
        let (reading, cell) = self.cell(row, column).filter(|(_, cell)| cell.kind == Kind::Date)?;
        date_time(reading.sort, cell.field())
    }
}

/// A value that was computed, or is now.
#[cold]
fn compute<'c>(
    computed: &'c ComputedCells,
    size: (usize, usize),
    row: usize,
    reading: &Reading,
    field: Field<'_>,
) -> Option<ValueRef<'c>> {
    let make = || owned(reading.sort, reading.digits, field);
    Some(computed.get(size, (row, reading.cell), make).map_or(ValueRef::Null, |value| value.as_ref()))
}

impl fmt::Debug for OneRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show("OneRow", self, f)
    }
}

impl fmt::Debug for PackedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show("PackedRows", self, f)
    }
}

/// A batch without its values.
fn show(name: &str, batch: &impl Batch, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name).field("columns", batch.columns()).field("rows", &batch.len()).finish_non_exhaustive()
}

#[cfg(test)]
mod tests {
    use super::super::Rows;
    use super::*;
    use mysql_async::{Column, consts::ColumnType};
    use mysql_common::row::new_row;

    fn columns() -> Arc<[Column]> {
        use ColumnType::{
            MYSQL_TYPE_DATETIME, MYSQL_TYPE_DOUBLE, MYSQL_TYPE_LONGLONG, MYSQL_TYPE_VAR_STRING,
        };
        [MYSQL_TYPE_LONGLONG, MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_DOUBLE, MYSQL_TYPE_DATETIME]
            .map(|kind| Column::new(kind).with_name(b"c").with_character_set(45))
            .into()
    }

    /// Rows of which each has another value where it matters.
    fn row(number: usize, columns: &Arc<[Column]>) -> Row {
        let text = match number {
            1 => vec![0xff],
            number => "text".repeat(number * 100).into_bytes(),
        };
        let year = if number == 2 { 0 } else { 2024 };
        let number = i64::try_from(number).unwrap();
        let values = vec![
            if number == 3 { Value::UInt(u64::MAX) } else { Value::Int(number) },
            Value::Bytes(text),
            if number == 0 { Value::NULL } else { Value::Float(0.5) },
            Value::Date(year, 1, 2, 3, 4, 5, 6),
        ];
        new_row(values, Arc::clone(columns))
    }

    /// What is had at once is what the values are.
    fn agrees(batch: &dyn Batch, row: usize, column: usize) -> bool {
        let value = batch.value(row, column);
        batch.integer(row, column).is_none_or(|number| value == Some(ValueRef::I64(number)))
            && batch.float(row, column).is_none_or(|number| value == Some(ValueRef::F64(number)))
            && batch.text(row, column).is_none_or(|text| value == Some(ValueRef::Text(text)))
            && batch.date_time(row, column).is_none_or(|at| value == Some(ValueRef::DateTime(at)))
    }

    #[test]
    fn what_most_values_are_is_had_at_once() {
        let described = columns();
        for count in 1..=3 {
            let mut rows = Rows::default();
            for number in [0, 4, 5].into_iter().take(count) {
                rows.push(row(number, &described));
            }
            let batch = rows.batch(MyColumns::of(Arc::clone(&described)));
            assert!((0..=count).all(|row| (0..=4).all(|column| agrees(&*batch, row, column))));
            assert_eq!((batch.integer(0, 0), batch.text(0, 1)), (Some(0), Some("")));
            assert_eq!(batch.date_time(0, 3).map(|at| at.date().year()), Some(2024));
            assert_eq!(
                (batch.integer(0, 1), batch.text(0, 0), batch.date_time(count, 3)),
                (None, None, None)
            );
        }
    }

    #[test]
    fn what_is_seldom_is_not_had_otherwise() {
        let described = columns();
        for several in [false, true] {
            let mut rows = Rows::default();
            for number in if several { 0..6 } else { 3..4 } {
                rows.push(row(number, &described));
            }
            let batch = rows.batch(MyColumns::of(Arc::clone(&described)));
            let count = batch.len();
            assert!((0..count).all(|row| (0..4).all(|column| agrees(&*batch, row, column))), "{several}");
        }
    }

    fn shown(batch: &dyn Batch) -> Vec<Vec<sqlsession_core::Value>> {
        let row = |row| (0..).map_while(|column| batch.value(row, column).map(ValueRef::to_value)).collect();
        (0..batch.len()).map(row).collect()
    }

    #[test]
    fn several_rows_are_what_each_of_them_is_alone() {
        let described = columns();
        let mine = MyColumns::of(Arc::clone(&described));
        let alone: Vec<_> = (0..6)
            .flat_map(|number| {
                let mut rows = Rows::default();
                rows.push(row(number, &described));
                shown(&*rows.batch(Arc::clone(&mine)))
            })
            .collect();
        let mut rows = Rows::default();
        for _ in 0..2 {
            for number in 0..6 {
                rows.push(row(number, &described));
            }
            let batch = rows.take().batch(Arc::clone(&mine));
            assert_eq!(shown(&*batch), alone);
            assert_eq!(alone[2][3], sqlsession_core::Value::Text("0000-01-02 03:04:05.000006".to_owned()));
            assert!(batch.value(6, 0).is_none() && batch.value(0, 4).is_none());
        }
        assert!(shown(&*rows.batch(mine)).is_empty());
    }
}
