use std::collections::HashSet;

use super::{
    Batch, Count, Form, MOST_JOINED, MOST_ROWS, MOST_SETS, Terms,
    columns::{fits, key_of, rows_of},
};
use crate::{
    Result, Value,
    driver::BatchStyle,
    entity::{ColumnType, Table},
    unit_of_work::{
        fits::{JoinedAs, as_joined},
        gather::{Gathered, Gatherer},
        known::Known,
        run::Run,
        sql::Verb,
        texts::TextKey,
    },
};

/// Entities of which the same columns have changed.
pub(super) fn next(run: &mut Run, known: &mut Known, terms: Terms<'_>) -> Result<Option<Batch>> {
    let table = run.table;
    let key: Vec<usize> = table.key_columns().collect();
    supersede(run, &key)?;
    let is_plain_key = key.iter().all(|column| is_plain(&table.columns()[*column].column_type));
    let mut columns: Option<Vec<usize>> = None;
    let mut gatherer = None;
    let mut row = Vec::with_capacity(table.columns().len());
    let mut joined = Joined::default();
    let mut at = run.written;
    let start = at;
    while at < run.entities.len() {
        let is_overridden = run.superseded.as_ref().is_some_and(|superseded| superseded[at]);
        if is_overridden || !run.entities.has(at) {
            at += 1;
            continue;
        }
        row.clear();
        run.entities.append_stored_values(at, &mut row)?;
        let row_key = key_of(table, &key, &row)?;
        let before = known.get(run.entity, &row_key);
        take_away(table, &mut row, before);
        let changed = changed(table, &row, before);
        if changed.is_empty() {
            at += 1;
            continue;
        }
        let these = columns.get_or_insert_with(|| changed.clone());
        if *these != changed {
            break;
        }
        let all = [&changed[..], &key].concat();
        let gatherer = gatherer.get_or_insert_with(|| {
            let gatherer = match terms.style {
                BatchStyle::Arrays if is_plain_key && fits(table, &all, &row) => {
                    Gatherer::columns(all.len(), MOST_ROWS)
                }
                BatchStyle::Rows if joined.takes(&all, &key, &row) => {
                    Gatherer::flat(rows_of(MOST_JOINED, all.len(), terms.batching.parameters))
                }
                _ => Gatherer::sets(MOST_SETS),
            };
            gatherer.bytes(terms.batching.bytes)
        });
        let goes = match terms.style {
            BatchStyle::Arrays if gatherer.is_columns() => fits(table, &all, &row),
            BatchStyle::Rows if gatherer.is_flat() => joined.takes(&all, &key, &row),
            _ => true,
        };
        if !goes || !gatherer.make_room(all.iter().filter_map(|column| row[*column].as_ref())) {
            break;
        }
        for column in &changed {
            if let Some(value) = &row[*column] {
                known.change(run.entity, &row_key, *column, value);
            }
        }
        if gatherer.is_flat() {
            gatherer.push(&mut row, &all, as_joined, at);
        } else {
            gatherer.push(&mut row, &all, |value| value, at);
        }
        at += 1;
    }
    let (Some(columns), Some((gathered, rows, last))) =
        (columns, gatherer.and_then(|gatherer| gatherer.finish(Some(&Value::Null))))
    else {
        run.written = run.entities.len();
        return Ok(None);
    };
    let (verb, form) = match gathered {
        Gathered::Columns(arrays) => (Verb::UpdateArrays, Form::Once(arrays)),
        Gathered::Flat(values) if rows == 1 => (Verb::Update, Form::Once(values)),
        Gathered::Flat(values) => (Verb::UpdateJoined { rows: rows.next_power_of_two() }, Form::Once(values)),
        Gathered::Sets(sets) => (Verb::Update, Form::of(sets)),
    };
    Ok(Some(Batch {
        table,
        text: TextKey::new(table, verb, columns),
        form,
        rows,
        generated: Box::default(),
        read_back: Box::default(),
        count: Count::Matched,
        is_last: false,
        start,
        end: last + 1,
    }))
}

/// Whether values of a key are equal for the server where they are equal here. Text may be by its collation or type, a number
/// by its digits, a time by its offset: an array of such would update a row once that two entities are for.
fn is_plain(column_type: &ColumnType) -> bool {
    use ColumnType::{BigInteger, BigUnsigned, Boolean, Bytes, Date, Integer, SmallInteger, Uuid};
    matches!(column_type, BigInteger | BigUnsigned | Boolean | Bytes | Date | Integer | SmallInteger | Uuid)
}

/// The types of a joined table's columns, which its first rows have said.
#[derive(Default)]
struct Joined(Vec<Option<JoinedAs>>);

impl Joined {
    /// Whether a row can be joined, beside those before it.
    fn takes(&mut self, columns: &[usize], key: &[usize], row: &[Option<Value>]) -> bool {
        self.0.resize(columns.len(), None);
        let mut types = self.0.clone();
        for (known, column) in types.iter_mut().zip(columns) {
            let Some(value) = &row[*column] else { return false };
            let Ok(found) = JoinedAs::of(value) else { return false };
            let differs = known.is_some() && found.is_some() && *known != found;
            if differs || (key.contains(column) && !found.is_some_and(JoinedAs::finds)) {
                return false;
            }
            *known = known.or(found);
        }
        self.0 = types;
        true
    }
}

/// A column that has a value, as is known, and is without one now is to become NULL. Where nothing is known it is left alone.
fn take_away(table: &Table, row: &mut [Option<Value>], known: Option<&[Value]>) {
    let Some(known) = known else { return };
    for ((column, value), before) in table.columns().iter().zip(row).zip(known) {
        if value.is_none() && column.is_nullable && !before.is_null() {
            *value = Some(Value::Null);
        }
    }
}

/// The columns that an UPDATE writes: all but the key, or those that are not as they are known to be.
fn changed(table: &Table, row: &[Option<Value>], known: Option<&[Value]>) -> Vec<usize> {
    let is_changed = |column: &usize| match (&row[*column], known) {
        (None, _) => false,
        (Some(_), _) if table.columns()[*column].is_key => false,
        (Some(value), Some(known)) => known.get(*column) != Some(value),
        (Some(_), None) => true,
    };
    (0..row.len()).filter(is_changed).collect()
}

/// Finds, of entities with the same key in one run, all but the last: what it says holds, and no statement may have two
/// rows for one.
fn supersede(run: &mut Run, key: &[usize]) -> Result<()> {
    if run.superseded.is_some() || run.entities.len() < 2 {
        return Ok(());
    }
    let mut later = HashSet::with_capacity(run.entities.len());
    let mut superseded = vec![false; run.entities.len()].into_boxed_slice();
    let mut row = Vec::new();
    for index in (0..run.entities.len()).rev().filter(|index| run.entities.has(*index)) {
        row.clear();
        run.entities.append_values(index, &mut row)?;
        superseded[index] = !later.insert(key_of(run.table, key, &row)?);
    }
    run.superseded = Some(superseded);
    Ok(())
}
