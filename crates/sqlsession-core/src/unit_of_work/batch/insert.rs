use super::{
    Batch, Count, Form, MOST_ROWS, MOST_SETS, MOST_WRITTEN, Terms,
    columns::{check_width, fits, rows_of},
};
use crate::{
    Error, ErrorKind, Result,
    driver::{BatchStyle, Batching},
    entity::Table,
    unit_of_work::{
        fits::as_stored,
        gather::{Gathered, Gatherer},
        run::Run,
        sql::Verb,
        texts::TextKey,
    },
};

/// Entities that have values for the same columns.
pub(super) fn next(run: &mut Run, terms: Terms<'_>) -> Result<Option<Batch>> {
    let Some(start) = run.pending().next() else { return Ok(None) };
    let table = run.table;
    let mut row = Vec::with_capacity(table.columns().len());
    run.entities.append_values(start, &mut row)?;
    check_width(table, &row)?;
    let columns: Vec<usize> = (0..row.len()).filter(|column| row[*column].is_some()).collect();
    let generated: Box<[usize]> = (0..row.len()).filter(|column| row[*column].is_none()).collect();
    let Terms { style, batching, sizes } = terms;
    let comes_back = !generated.is_empty();
    let left = run.entities.len() - start;
    let flat = || {
        let rows = rows_of(left.min(MOST_WRITTEN), columns.len(), batching.parameters);
        let whole = || TextKey::new(table, Verb::Insert { rows }, &*columns);
        if rows.is_power_of_two() || !sizes.is_usual(whole()) {
            Gatherer::flat(rows)
        } else {
            Gatherer::whole(rows)
        }
    };
    let (drawn, read_back) = without_returning(table, &generated, batching)?;
    let is_known = drawn == 0 || batching.key_step.is_some();
    let mut gatherer = match style {
        _ if columns.is_empty() => Gatherer::flat(1),
        BatchStyle::Arrays if fits(table, &columns, &row) => Gatherer::columns(columns.len(), MOST_ROWS),
        BatchStyle::Arrays if batching.returning || !comes_back => flat(),
        BatchStyle::Rows if batching.returning || is_known => flat(),
        BatchStyle::Sets if batching.returning || !comes_back => Gatherer::sets(MOST_SETS),
        _ if !comes_back => Gatherer::sets(MOST_SETS),
        _ => Gatherer::flat(1),
    };
    gatherer = gatherer.bytes(batching.bytes).expecting(left, columns.len());
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
            if !goes || !gatherer.make_room(row.iter().flatten()) {
                break;
            }
            if style == BatchStyle::Rows {
                gatherer.push(&mut row, &columns, as_stored, at);
            } else {
                gatherer.push(&mut row, &columns, |value| value, at);
            }
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
        count: if batching.counts_through_views { Count::Inserted } else { Count::InsertedOrNone },
        is_last: false,
        start,
        end: last + 1,
    }))
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
