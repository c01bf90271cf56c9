use super::{
    Batch, Count, Form, MOST_ROWS, MOST_SETS, MOST_WRITTEN, Terms,
    columns::{fits, key_of, rows_of},
};
use crate::{
    Result, Value,
    driver::BatchStyle,
    unit_of_work::{
        gather::{Gathered, Gatherer},
        known::Known,
        run::Run,
        sql::Verb,
        texts::TextKey,
    },
};

/// Rows by their keys.
pub(super) fn next(run: &mut Run, known: &mut Known, terms: Terms<'_>) -> Result<Option<Batch>> {
    let Some(start) = run.pending().next() else { return Ok(None) };
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
        _ => Gatherer::sets(MOST_SETS),
    }
    .bytes(terms.batching.bytes);
    for at in start..run.entities.len() {
        if at > start {
            row.clear();
            run.entities.append_values(at, &mut row)?;
        }
        if (gatherer.is_columns() && !fits(table, &key, &row)) || !gatherer.make_room(row.iter().flatten()) {
            break;
        }
        known.remove(run.entity, &key_of(table, &key, &row)?);
        gatherer.push(&mut row, &key, |value| value, at);
    }
    let Some((gathered, rows, last)) = gatherer.finish(Some(&Value::Null)) else { return Ok(None) };
    let (verb, form) = match gathered {
        Gathered::Columns(arrays) => (Verb::DeleteArrays, Form::Once(arrays)),
        Gathered::Flat(values) if rows == 1 => (Verb::Delete, Form::Once(values)),
        Gathered::Flat(values) => (Verb::DeleteListed { rows: rows.next_power_of_two() }, Form::Once(values)),
        Gathered::Sets(sets) => (Verb::Delete, Form::of(sets)),
    };
    Ok(Some(Batch {
        table,
        text: TextKey::new(table, verb, key),
        form,
        rows,
        generated: Box::default(),
        read_back: Box::default(),
        count: Count::Any,
        is_last: false,
        start,
        end: last + 1,
    }))
}
