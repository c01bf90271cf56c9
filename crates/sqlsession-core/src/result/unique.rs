use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use super::{ResultSet, result_set::State};
use crate::{
    Value, ValueRef,
    row::{BatchCursor, BatchView, Row},
};

impl ResultSet {
    /// Leaves out, of the rows not yet read, those that repeat an earlier one.
    ///
    /// Whether rows are equal is decided by their values as the driver gives them. A result that cannot be read stays
    /// as it is; the next call says so.
    pub fn unique(&mut self) -> &mut Self {
        self.unique = true;
        self.drop_repeats();
        self
    }

    pub(super) fn drop_repeats(&mut self) {
        if let State::Open(cursor) = &mut self.state {
            let rows = first_occurrences(cursor);
            let view = BatchView::of_rows(Arc::clone(cursor.batch()), rows);
            *cursor = BatchCursor::new(Arc::new(view));
        }
    }
}

/// The indexes of the rows that repeat no earlier one.
fn first_occurrences(cursor: &mut BatchCursor) -> Box<[usize]> {
    let mut seen: HashMap<u64, Vec<Row>> = HashMap::with_capacity(cursor.remaining());
    let mut first = Vec::new();
    while let Some(row) = cursor.next_row() {
        let alike = seen.entry(hash_of(&row)).or_default();
        if !alike.contains(&row) {
            first.push(row.index());
            alike.push(row);
        }
    }
    first.into()
}

fn hash_of(row: &Row) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.values().for_each(|value| hash_value(value, &mut hasher));
    hasher.finish()
}

/// Equal values hash alike, which is all that is asked of it.
fn hash_value(value: ValueRef<'_>, hasher: &mut DefaultHasher) {
    value.type_name().hash(hasher);
    match value {
        ValueRef::Null => {}
        ValueRef::Bool(truth) => truth.hash(hasher),
        ValueRef::I64(number) => number.hash(hasher),
        ValueRef::U64(number) => number.hash(hasher),
        // 0.0 equals -0.0.
        ValueRef::F64(number) => (if number == 0.0 { 0 } else { number.to_bits() }).hash(hasher),
        ValueRef::Decimal(text) | ValueRef::Text(text) | ValueRef::Json(text) => text.hash(hasher),
        ValueRef::Bytes(bytes) => bytes.hash(hasher),
        ValueRef::Date(date) => date.hash(hasher),
        ValueRef::Time(time) => time.hash(hasher),
        ValueRef::DateTime(at) => at.hash(hasher),
        ValueRef::OffsetDateTime(at) => at.hash(hasher),
        ValueRef::Uuid(bytes) => bytes.hash(hasher),
        ValueRef::Array(values) => {
            values.iter().map(Value::as_ref).for_each(|value| hash_value(value, hasher));
        }
    }
}
