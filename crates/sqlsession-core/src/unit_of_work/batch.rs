//! What one statement writes.

use super::{
    fits::{JoinedAs, as_joined, as_stored, fits_array},
    gather::{Gathered, Gatherer},
    known::Known,
    row_key::RowKey,
    run::{Kind, Run},
    sql::Verb,
    texts::TextKey,
};
use crate::{
    Error, ErrorKind, Result, Value,
    driver::{BatchStyle, Batching},
    entity::{ColumnType, Table},
};

/// The most rows of one statement over arrays, or of one call that runs a statement for many sets of values.
const MOST_ROWS: usize = 20_000;
/// The most rows that are written into a text.
const MOST_WRITTEN: usize = 1_024;
/// The most rows that are joined: each is a SELECT of its own.
const MOST_JOINED: usize = 128;

/// The most rows that are read back at once.
const MOST_READ: usize = 256;

/// How many entities can be written at once where they are going.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) style: BatchStyle,
    pub(crate) batching: Batching,
}

/// Entities of a run that are written by one statement.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) table: &'static Table,
    pub(crate) text: TextKey,
    pub(crate) form: Form,
    /// How many rows there are.
    pub(crate) rows: usize,
    /// The columns that the server fills, in the order of the table.
    pub(crate) generated: Box<[usize]>,
    /// Those of them that are to be read by the key, because the INSERT does not give them back.
    pub(crate) read_back: Box<[usize]>,
    /// Whether each of the rows has to be there: of an UPDATE.
    pub(crate) must_match: bool,
    /// Nothing else is to be written behind it.
    pub(crate) is_last: bool,
    /// Which of the entities they are: from here,
    pub(super) start: usize,
    /// to here.
    pub(super) end: usize,
}

impl Batch {
    /// Whether its answer may be that something is wrong, though nothing has failed.
    pub(crate) fn may_fail_late(&self) -> bool {
        self.must_match || !self.read_back.is_empty()
    }

    /// How many rows can be read at once, and told apart by their keys: numbers are the same however they are shown.
    pub(crate) fn read_at_once(&self) -> usize {
        let mut key = self.table.key_columns().map(|column| &self.table.columns()[column].column_type);
        let numbers = key.all(|column| {
            matches!(column, ColumnType::SmallInteger | ColumnType::Integer | ColumnType::BigInteger)
        });
        if numbers { MOST_READ } else { 1 }
    }

    /// Whether the server says one key of several that it generates.
    pub(crate) fn needs_key_step(&self) -> bool {
        self.rows > 1 && self.read_back.len() < self.generated.len() && !self.text.returning
    }
}

/// How the values go.
#[derive(Debug)]
pub(crate) enum Form {
    /// In one statement.
    Once(Vec<Value>),
    /// In a statement that is run for each of these.
    Sets(Vec<Vec<Value>>),
}

/// The next batch of a run; `None` when nothing of it is left to write.
pub(super) fn next_batch(run: &mut Run, known: &mut Known, terms: Terms) -> Result<Option<Batch>> {
    match run.kind {
        Kind::Insert => insert(run, terms),
        Kind::Update => update(run, known, terms),
        Kind::Delete => delete(run, known, terms),
    }
}

fn insert(run: &mut Run, terms: Terms) -> Result<Option<Batch>> {
    let Some(start) = (run.written..run.entities.len()).find(|index| run.entities.has(*index)) else {
        return Ok(None);
    };
    let table = run.table;
    let mut row = Vec::with_capacity(table.columns().len());
    run.entities.append_values(start, &mut row)?;
    check_width(table, &row)?;
    let columns: Vec<usize> = (0..row.len()).filter(|column| row[*column].is_some()).collect();
    let generated: Box<[usize]> = (0..row.len()).filter(|column| row[*column].is_none()).collect();
    let Terms { style, batching } = terms;
    let comes_back = !generated.is_empty();
    let left = run.entities.len() - start;
    let written = rows_of(left.min(MOST_WRITTEN), columns.len(), batching.parameters);
    let (drawn, read_back) = without_returning(table, &generated, batching)?;
    let is_known = drawn == 0 || batching.key_step.is_some();
    let mut gatherer = match style {
        _ if columns.is_empty() => Gatherer::flat(1),
        BatchStyle::Arrays if fits(table, &columns, &row) => Gatherer::columns(columns.len(), MOST_ROWS),
        BatchStyle::Arrays if batching.returning || !comes_back => Gatherer::flat(written),
        BatchStyle::Rows if batching.returning || is_known => Gatherer::flat(written),
        BatchStyle::Sets if batching.returning || !comes_back => Gatherer::sets(MOST_ROWS),
        _ if !comes_back => Gatherer::sets(MOST_ROWS),
        _ => Gatherer::flat(1),
    };
    gatherer = gatherer.bytes(batching.bytes);
    let mut at = start;
    while at < run.entities.len() {
        if run.entities.has(at) {
            if at > start {
                row.clear();
                run.entities.append_values(at, &mut row)?;
                check_width(table, &row)?;
            }
            let is_alike = columns.iter().all(|column| row[*column].is_some())
                && generated.iter().all(|column| row[*column].is_none());
            let goes = is_alike && (!gatherer.is_columns() || fits(table, &columns, &row));
            if !goes || !gatherer.has_room(&row) {
                break;
            }
            let values = columns.iter().filter_map(|column| row[*column].take());
            let is_written = style == BatchStyle::Rows;
            gatherer.push(values.map(|value| if is_written { as_stored(value) } else { value }), at);
        }
        at += 1;
    }
    let Some((gathered, rows, last)) = gatherer.finish(None) else { return Ok(None) };
    let returns = comes_back && batching.returning;
    let (verb, form) = match gathered {
        Gathered::Columns(arrays) => (Verb::InsertArrays, Form::Once(arrays)),
        Gathered::Flat(values) => (Verb::Insert { rows }, Form::Once(values)),
        Gathered::Sets(sets) => (Verb::Insert { rows: 1 }, Form::Sets(sets)),
    };
    Ok(Some(Batch {
        table,
        text: TextKey::new(table, verb, columns).returning(returns),
        form,
        rows,
        generated,
        read_back,
        must_match: false,
        is_last: false,
        start,
        end: last + 1,
    }))
}

fn update(run: &mut Run, known: &mut Known, terms: Terms) -> Result<Option<Batch>> {
    let table = run.table;
    let key: Vec<usize> = table.key_columns().collect();
    supersede(run, &key)?;
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
                BatchStyle::Arrays if fits(table, &all, &row) => Gatherer::columns(all.len(), MOST_ROWS),
                BatchStyle::Rows if joined.takes(&all, &key, &row) => {
                    Gatherer::flat(rows_of(MOST_JOINED, all.len(), terms.batching.parameters))
                }
                _ => Gatherer::sets(MOST_ROWS),
            };
            gatherer.bytes(terms.batching.bytes)
        });
        let goes = match terms.style {
            BatchStyle::Arrays if gatherer.is_columns() => fits(table, &all, &row),
            BatchStyle::Rows if gatherer.is_flat() => joined.takes(&all, &key, &row),
            _ => true,
        };
        if !goes || !gatherer.has_room(&row) {
            break;
        }
        let is_joined = gatherer.is_flat();
        for column in &changed {
            if let Some(value) = &row[*column] {
                known.change(run.entity, &row_key, *column, value);
            }
        }
        let values = all.iter().filter_map(|column| row[*column].take());
        gatherer.push(values.map(|value| if is_joined { as_joined(value) } else { value }), at);
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
        Gathered::Sets(sets) => (Verb::Update, alone(sets)),
    };
    Ok(Some(Batch {
        table,
        text: TextKey::new(table, verb, columns),
        form,
        rows,
        generated: Box::default(),
        read_back: Box::default(),
        must_match: true,
        is_last: false,
        start,
        end: last + 1,
    }))
}

fn delete(run: &mut Run, known: &mut Known, terms: Terms) -> Result<Option<Batch>> {
    let start = run.written;
    if !run.is_pending() {
        return Ok(None);
    }
    let table = run.table;
    let key: Vec<usize> = table.key_columns().collect();
    let mut row = Vec::new();
    run.entities.append_values(start, &mut row)?;
    let is_listed =
        key.iter().all(|column| matches!(row[*column], Some(Value::I64(_) | Value::U64(_) | Value::Text(_))));
    let mut gatherer = match terms.style {
        BatchStyle::Arrays if fits(table, &key, &row) => Gatherer::columns(key.len(), MOST_ROWS),
        BatchStyle::Rows if is_listed => {
            Gatherer::flat(rows_of(MOST_WRITTEN, key.len(), terms.batching.parameters))
        }
        _ => Gatherer::sets(MOST_ROWS),
    }
    .bytes(terms.batching.bytes);
    for at in start..run.entities.len() {
        if at > start {
            row.clear();
            run.entities.append_values(at, &mut row)?;
        }
        if !gatherer.has_room(&row) || (gatherer.is_columns() && !fits(table, &key, &row)) {
            break;
        }
        known.remove(run.entity, &key_of(table, &key, &row)?);
        gatherer.push(key.iter().filter_map(|column| row[*column].take()), at);
    }
    let Some((gathered, rows, last)) = gatherer.finish(Some(&Value::Null)) else { return Ok(None) };
    let (verb, form) = match gathered {
        Gathered::Columns(arrays) => (Verb::DeleteArrays, Form::Once(arrays)),
        Gathered::Flat(values) if rows == 1 => (Verb::Delete, Form::Once(values)),
        Gathered::Flat(values) => (Verb::DeleteListed { rows: rows.next_power_of_two() }, Form::Once(values)),
        Gathered::Sets(sets) => (Verb::Delete, alone(sets)),
    };
    Ok(Some(Batch {
        table,
        text: TextKey::new(table, verb, key),
        form,
        rows,
        generated: Box::default(),
        read_back: Box::default(),
        must_match: false,
        is_last: false,
        start,
        end: last + 1,
    }))
}

/// One set alone needs no call for many.
fn alone(mut sets: Vec<Vec<Value>>) -> Form {
    match sets.pop() {
        Some(set) if sets.is_empty() => Form::Once(set),
        Some(set) => {
            sets.push(set);
            Form::Sets(sets)
        }
        None => Form::Sets(sets),
    }
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

/// How many rows of so many columns have no more than so many parameters.
fn rows_of(rows: usize, columns: usize, parameters: usize) -> usize {
    rows.min(parameters / columns.max(1)).max(1)
}

fn fits(table: &Table, columns: &[usize], row: &[Option<Value>]) -> bool {
    columns.iter().all(|column| {
        row[*column].as_ref().is_some_and(|value| fits_array(&table.columns()[*column].column_type, value))
    })
}

/// How many columns of the key are generated, and which other columns, where an INSERT gives nothing back: the first
/// is then told, and the others can be read.
///
/// # Errors
/// `Unsupported` when a key is generated in more than one column.
fn without_returning(
    table: &Table,
    generated: &[usize],
    batching: Batching,
) -> Result<(usize, Box<[usize]>)> {
    if batching.returning {
        return Ok((0, Box::default()));
    }
    let others: Box<[usize]> =
        generated.iter().copied().filter(|column| !table.columns()[*column].is_key).collect();
    match generated.len() - others.len() {
        drawn @ ..=1 => Ok((drawn, others)),
        _ => Err(Error::new(
            ErrorKind::Unsupported,
            format!("this server does not give back the key that it generates for `{}`", table.name()),
        )),
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

fn key_of(table: &Table, key: &[usize], row: &[Option<Value>]) -> Result<RowKey> {
    check_width(table, row)?;
    let values: Option<Vec<&Value>> = key.iter().map(|column| row[*column].as_ref()).collect();
    values.map(RowKey::of).ok_or_else(|| {
        Error::new(
            ErrorKind::BadParameter,
            format!("an entity of the table `{}` has a key and gives no value for its column", table.name()),
        )
    })
}

/// # Errors
/// `BadParameter` when an entity gives more or fewer values than its table has columns.
fn check_width(table: &Table, row: &[Option<Value>]) -> Result<()> {
    let columns = table.columns().len();
    if row.len() == columns {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::BadParameter,
        format!("an entity of the table `{}` gives {} values for {columns} columns", table.name(), row.len()),
    ))
}

/// Finds, of entities with the same key in one run, all but the last: what it says holds, and no statement may have two
/// rows for one.
fn supersede(run: &mut Run, key: &[usize]) -> Result<()> {
    if run.superseded.is_some() || run.entities.len() < 2 {
        return Ok(());
    }
    let mut later = std::collections::HashSet::new();
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
