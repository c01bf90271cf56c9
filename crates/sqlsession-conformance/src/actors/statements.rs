use sqlsession_core::{Result, ResultSet, Statement, Value};

use super::{
    Halt,
    parameters::{Parameters, parameters},
    rows::{ColumnTypes, all_rows},
};
use crate::{client::Work, outcome::Body, scenario::Step};

/// What a statement step gives: its outcome, and the result if it is kept.
pub(super) type Reply = (Body, Option<ResultSet>);

const NAMELESS: Body = Body::NoCounterpart("a parameter has a name");

/// Runs `execute`, `scalar`, `scalars` or `exec_driver_sql`.
pub(super) async fn run(unit: &mut dyn Work, step: &Step) -> Result<Reply, Halt> {
    let sql =
        step.text("sql").ok_or_else(|| Halt::Skip(format!("{} without a statement", step.op)))?.to_owned();
    let types = ColumnTypes::of(step)?;
    let result = if step.op == "exec_driver_sql" {
        if step.fields.get("params").is_some_and(|values| !values.is_null()) {
            return Ok((
                Body::NoCounterpart("a statement in the driver's own words takes no parameters"),
                None,
            ));
        }
        unit.execute(Statement::raw(sql)).await
    } else {
        match parameters(step)? {
            Parameters::One(set) => unit.execute(Statement::text(sql).bind_all(set)).await,
            Parameters::Many(sets) => unit.execute_many(Statement::text(sql), sets).await,
            Parameters::Nameless => return Ok((NAMELESS, None)),
        }
    };
    Ok(match result {
        Ok(result) => reply(step, result, &types),
        Err(error) => (error.into(), None),
    })
}

fn reply(step: &Step, mut result: ResultSet, types: &ColumnTypes) -> Reply {
    let keeps = step.kept_as().is_some();
    match step.op.as_str() {
        "scalar" => (or_error(result.scalar().map(|value| Body::Value(value.unwrap_or(Value::Null)))), None),
        "scalars" if keeps => match result.keys() {
            Ok(_) => (Body::Ok, Some(result)),
            Err(error) => (error.into(), None),
        },
        "scalars" => (or_error(result.scalars().map(Body::Values)), None),
        _ if keeps => (kept(&result), Some(result)),
        _ => (read(&mut result, types), None),
    }
}

/// A result as it is kept.
pub(super) fn kept(result: &ResultSet) -> Body {
    Body::Result { returns_rows: result.returns_rows(), rowcount: result.rowcount() }
}

/// A result read to its end.
pub(super) fn read(result: &mut ResultSet, types: &ColumnTypes) -> Body {
    if result.returns_rows() {
        or_error(all_rows(result, types).map(Body::Rows))
    } else {
        Body::RowCount { rowcount: result.rowcount(), lastrowid: result.last_insert_id() }
    }
}

pub(super) fn or_error(result: Result<Body>) -> Body {
    result.unwrap_or_else(Body::from)
}
