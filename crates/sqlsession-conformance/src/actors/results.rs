use sqlsession_core::{Result, ResultSet, Row, Value};

use super::{
    Halt, row_access,
    rows::{Column, ColumnTypes, by_name},
    statements::or_error,
};
use crate::{outcome::Body, scenario::Step};

/// What a result shows of each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// All of it.
    Rows,
    /// The column at this place.
    Scalars(usize),
    /// All of it, by name.
    Mappings,
}

/// What becomes of the name that a step gives its result.
#[derive(Debug)]
pub(super) enum Derived {
    /// Another look at the same rows.
    View(Shape),
    /// Rows of its own.
    Own(ResultSet),
}

pub(super) type ResultReply = (Body, Option<Derived>);

/// Does what a result is told.
pub(super) fn run(
    result: &mut ResultSet,
    types: &ColumnTypes,
    shape: Shape,
    step: &Step,
) -> Result<ResultReply, Halt> {
    let view = |shape: Result<Shape>| match shape {
        Ok(shape) => (Body::Ok, Some(Derived::View(shape))),
        Err(error) => (error.into(), None),
    };
    Ok(match step.op.as_str() {
        "scalars" => {
            let column = column(step.fields.get("index"))?;
            view(result.keys().and_then(|columns| column.position(columns)).map(Shape::Scalars))
        }
        "mappings" => view(result.keys().map(|_| Shape::Mappings)),
        "tuples" | "yield_per" => view(result.keys().map(|_| shape)),
        "unique" => {
            result.unique();
            view(Ok(shape))
        }
        "columns" => {
            let wanted =
                step.fields.get("columns").and_then(|columns| columns.as_array()).into_iter().flatten();
            let wanted = wanted.map(|wanted| column(Some(wanted))).collect::<Result<Vec<_>, _>>()?;
            let narrowed = result.keys().and_then(|columns| {
                wanted.iter().map(|column| column.position(columns)).collect::<Result<Vec<_>>>()
            });
            view(narrowed.and_then(|positions| result.columns(positions).map(|_| shape)))
        }
        "freeze" => {
            let frozen = result.clone();
            result.close();
            (Body::Ok, Some(Derived::Own(frozen)))
        }
        _ => (look(result, types, shape, step)?, None),
    })
}

fn column(written: Option<&serde_json::Value>) -> Result<Column, Halt> {
    Column::of(written).ok_or_else(|| Halt::skip("a column that is neither a name nor a number"))
}

fn look(result: &mut ResultSet, types: &ColumnTypes, shape: Shape, step: &Step) -> Result<Body, Halt> {
    let value = |value: Option<Value>| Body::Value(value.unwrap_or(Value::Null));
    let truth = |truth: bool| Body::Value(Value::Bool(truth));
    Ok(match step.op.as_str() {
        "fetchone" if !matches!(shape, Shape::Scalars(_)) => {
            or_error(result.fetch_one().and_then(|row| one(types, shape, row)))
        }
        "fetchmany"
            if step.fields.get("size").and_then(serde_json::Value::as_i64).is_some_and(|size| size < 0) =>
        {
            Body::NoCounterpart("a number of rows is not negative")
        }
        "fetchmany" => or_error(
            result.fetch_many(step.count("size").unwrap_or(1)).and_then(|rows| many(types, shape, &rows)),
        ),
        "fetchall" | "all" => or_error(result.all().and_then(|rows| many(types, shape, &rows))),
        "first" => or_error(result.first().and_then(|row| one(types, shape, row))),
        "one" => or_error(result.one().and_then(|row| one(types, shape, Some(row)))),
        "one_or_none" => or_error(result.one_or_none().and_then(|row| one(types, shape, row))),
        "scalar" => or_error(result.scalar().map(value)),
        "scalar_one" => or_error(result.scalar_one().map(Body::Value)),
        "scalar_one_or_none" => or_error(result.scalar_one_or_none().map(value)),
        "keys" => {
            or_error(result.keys().map(|columns| {
                Body::Values(columns.names().map(|name| Value::Text(name.to_owned())).collect())
            }))
        }
        "close" => {
            result.close();
            Body::None
        }
        "closed" => truth(result.is_closed()),
        "rowcount" => value(Some(counted(result.rowcount()))),
        "lastrowid" => value(result.last_insert_id().map(Value::I64)),
        "returns_rows" => truth(result.returns_rows()),
        "partitions" => match step.count("size") {
            None => Body::NoCounterpart("a partition is of a size that is given"),
            Some(size) => or_error(partitions(result, types, shape, size)),
        },
        "iterate" => or_error(result.rows().and_then(|rows| {
            many(types, shape, &rows.take(step.count("stop_after").unwrap_or(usize::MAX)).collect::<Vec<_>>())
        })),
        "row_access" => match result.fetch_one::<Row>() {
            Ok(Some(row)) => row_access::run(&row, step)?,
            Ok(None) => Body::Row(None),
            Err(error) => error.into(),
        },
        "is_insert" | "inserted_primary_key" => Body::NoCounterpart(
            "a text is not known to be an INSERT; last_insert_id() tells what the server said",
        ),
        op => return Err(Halt::Skip(format!("operation {op} of a result is not known to the runner"))),
    })
}

fn partitions(result: &mut ResultSet, types: &ColumnTypes, shape: Shape, size: usize) -> Result<Body> {
    let parts = result.partitions::<Row>(size)?.map(|rows| rows.and_then(|rows| many(types, shape, &rows)));
    parts.collect::<Result<_>>().map(Body::Partitions)
}

fn one(types: &ColumnTypes, shape: Shape, row: Option<Row>) -> Result<Body> {
    Ok(match shape {
        Shape::Rows => Body::Row(row.map(|row| types.read(&row)).transpose()?),
        Shape::Scalars(column) => Body::Value(row.map_or(Value::Null, |row| scalar(&row, column))),
        Shape::Mappings => Body::Mapping(row.as_ref().map(by_name)),
    })
}

fn many(types: &ColumnTypes, shape: Shape, rows: &[Row]) -> Result<Body> {
    Ok(match shape {
        Shape::Rows => Body::Rows(rows.iter().map(|row| types.read(row)).collect::<Result<_>>()?),
        Shape::Scalars(column) => Body::Values(rows.iter().map(|row| scalar(row, column)).collect()),
        Shape::Mappings => Body::Mappings(rows.iter().map(by_name).collect()),
    })
}

fn scalar(row: &Row, column: usize) -> Value {
    row.value(column).map_or(Value::Null, sqlsession_core::ValueRef::to_value)
}

/// A count as a value; the drivers say -1 where they do not know one.
fn counted(count: Option<u64>) -> Value {
    Value::I64(count.map_or(-1, |count| i64::try_from(count).unwrap_or(i64::MAX)))
}
