use serde_json::Value as Json;
use sqlsession_core::{Row, Value};

use super::{
    Halt,
    rows::{Column, by_name, values},
    statements::or_error,
};
use crate::{
    outcome::Body,
    scenario::Step,
    value::{read, same},
};

/// Looks into a row, the way a step says.
pub(super) fn run(row: &Row, step: &Step) -> Result<Body, Halt> {
    let key = step.fields.get("key");
    let all = || values(row);
    Ok(match step.text("how").unwrap_or_default() {
        "index" => match key.and_then(Json::as_i64) {
            Some(index) if index < 0 => Body::NoCounterpart("a column is counted from the left"),
            _ => by_column(row, key)?,
        },
        "attr" | "mapping" | "getattr" | "get" => by_column(row, key)?,
        "slice" => {
            let bounds: Vec<_> =
                key.and_then(Json::as_array).into_iter().flatten().map(Json::as_u64).collect();
            let all = all();
            let bound = |at: usize, open: usize| {
                let bound = bounds.get(at).copied().flatten().and_then(|bound| usize::try_from(bound).ok());
                bound.unwrap_or(open).min(all.len())
            };
            let (from, to) = (bound(0, 0), bound(1, all.len()));
            Body::Value(Value::Array(all.get(from..to).unwrap_or_default().to_vec()))
        }
        "contains" => {
            let key = key.unwrap_or(&Json::Null);
            Body::Value(Value::Bool(all().iter().any(|value| same(key, value))))
        }
        "fields" | "keys" => Body::Value(Value::Array(
            row.columns().names().map(|name| Value::Text(name.to_owned())).collect(),
        )),
        "asdict" => Body::Mapping(Some(by_name(row))),
        "len" => Body::Value(Value::I64(i64::try_from(row.len()).unwrap_or(i64::MAX))),
        "tuple" => Body::Value(Value::Array(all())),
        "equals_tuple" => match key.map(read).transpose().map_err(Halt::Skip)? {
            Some(Value::Array(expected)) => Body::Value(Value::Bool(*row == *expected.as_slice())),
            _ => return Err(Halt::skip("a row is compared with a list")),
        },
        how => return Err(Halt::Skip(format!("row access by {how} is not known to the runner"))),
    })
}

fn by_column(row: &Row, key: Option<&Json>) -> Result<Body, Halt> {
    let column = Column::of(key).ok_or_else(|| Halt::skip("a column that is neither a name nor a number"))?;
    let value = column.position(row.columns()).and_then(|index| row.get::<Value>(index));
    Ok(or_error(value.map(Body::Value)))
}
