use std::sync::atomic::{AtomicBool, Ordering};

use sqlsession::AsyncDatabase;
use sqlsession_core::{AsyncEngine, Error, ErrorKind, Result, ResultSet, Row, Statement, Value};

use super::{
    Halt, Stage,
    parameters::{Parameters, parameters},
    rows::{ColumnTypes, all_rows, values},
    session_options::session_options,
    statements::{kept, or_error, read},
    unit::{Block, Unit},
};
use crate::{
    outcome::{Body, Failure},
    scenario::Step,
};

/// The shortcuts over an engine, with the options a scenario gives their sessions.
pub(super) fn database(engine: &AsyncEngine, options: &serde_json::Value) -> Result<AsyncDatabase, Halt> {
    let options = options.as_object().cloned().unwrap_or_default();
    let (options, _info) = session_options(&options)?;
    Ok(AsyncDatabase::new(engine.clone(), options, false))
}

impl Stage<'_> {
    /// Does what the shortcuts are told.
    pub(super) async fn shortcut_step(&mut self, step: &Step) -> Result<Body, Halt> {
        let Some(database) = self.shortcuts.clone() else { return Ok(Body::Absent) };
        if step.flag("commit") == Some(false) {
            return Err(Halt::skip("what a shortcut has written is committed"));
        }
        match step.op.as_str() {
            "execute" => self.execute(&database, step).await,
            "scalar" => {
                let value = database.scalar::<Value>(statement(step)?).await;
                Ok(or_error(value.map(|value| Body::Value(value.unwrap_or(Value::Null)))))
            }
            "scalars_all" => {
                Ok(or_error(database.scalars::<Value>(statement(step)?).await.map(Body::Values)))
            }
            "run_sync" => run_sync(&database, step).await,
            "with_session_maker" => {
                self.enter(step, Unit::session(database.session_maker().session(), Block::Close));
                Ok(Body::Ok)
            }
            "with_session_generator" => Err(Halt::skip(
                "a generator's session is borrowed from it, and cannot be kept from step to step",
            )),
            "execute_select" | "get" | "save" | "delete" => Err(Halt::skip("needs the mapping layer")),
            op => Err(Halt::Skip(format!("operation db.{op} is not known to the runner"))),
        }
    }

    async fn execute(&mut self, database: &AsyncDatabase, step: &Step) -> Result<Body, Halt> {
        let statement = statement(step)?;
        let in_session = step.flag("is_session") != Some(false);
        let name = step.text("on_close_pre");
        if in_session && name.is_none() {
            let result = database.execute(statement).await;
            return Ok(result.map_or_else(Body::from, |result| self.keep_executed(step, result)));
        }
        let raised = AtomicBool::new(false);
        let on_close_pre = before_close(name, &raised)?;
        let result = if in_session {
            database.execute_then(statement, on_close_pre).await
        } else {
            database.execute_on_connection(statement, on_close_pre).await
        };
        Ok(match result {
            Err(_) if raised.load(Ordering::Relaxed) => Body::Error(Failure::boom()),
            Err(error) => error.into(),
            Ok(Looked::Over(result)) => self.keep_executed(step, result),
            Ok(Looked::Into(body)) => body,
        })
    }

    /// What a statement gave, kept for later steps where they ask for it.
    fn keep_executed(&mut self, step: &Step, result: ResultSet) -> Body {
        let body = kept(&result);
        if let Some(name) = step.kept_as() {
            self.keep_result(name, result);
        }
        body
    }
}

type Before<'b> = Box<dyn FnOnce(ResultSet) -> Result<Looked> + Send + 'b>;

/// What a function made of a result.
enum Looked {
    Into(Body),
    /// Nothing.
    Over(ResultSet),
}

/// The function that is given the result before its session is closed.
fn before_close<'b>(name: Option<&str>, raised: &'b AtomicBool) -> Result<Before<'b>, Halt> {
    let plain = |look: fn(&mut ResultSet) -> Result<Body>| -> Before<'b> {
        Box::new(move |mut result| look(&mut result).map(Looked::Into))
    };
    Ok(match name {
        None => Box::new(|result| Ok(Looked::Over(result))),
        Some("rows") => plain(|result| all_rows(result, &ColumnTypes::default()).map(Body::Rows)),
        Some("scalar") => plain(|result| Ok(Body::Value(result.scalar()?.unwrap_or(Value::Null)))),
        Some("one") => plain(|result| Ok(Body::Row(Some(values(&result.one::<Row>()?))))),
        Some("rowcount") => plain(|result| {
            let count = result.rowcount().and_then(|count| i64::try_from(count).ok());
            Ok(Body::Value(Value::I64(count.unwrap_or(-1))))
        }),
        Some("raise") => Box::new(|_| {
            raised.store(true, Ordering::Relaxed);
            Err(Error::new(ErrorKind::InvalidState, "boom"))
        }),
        Some(other) => return Err(Halt::Skip(format!("on_close_pre {other} is not known to the runner"))),
    })
}

fn statement(step: &Step) -> Result<Statement, Halt> {
    let sql = step.text("sql").ok_or_else(|| Halt::skip("a shortcut without a statement"))?;
    match parameters(step)? {
        Parameters::One(set) => Ok(Statement::text(sql.to_owned()).bind_all(set)),
        _ => Err(Halt::skip("a shortcut runs a statement once")),
    }
}

/// Runs the steps of a function that is given a blocking session or connection.
async fn run_sync(database: &AsyncDatabase, step: &Step) -> Result<Body, Halt> {
    let body = step.fields.get("body").cloned().unwrap_or_default();
    let steps: Vec<Step> = serde_json::from_value(body)
        .map_err(|error| Halt::Skip(format!("the steps of a function: {error}")))?;
    let calls = steps.iter().map(call).collect::<Result<Vec<_>, _>>()?;
    let done = |run: &mut dyn FnMut(Statement) -> Result<ResultSet>| {
        Ok::<_, Error>(calls.into_iter().map(|(op, statement)| perform(&op, run(statement))).collect())
    };
    let bodies: Result<Vec<Body>> = if step.flag("is_session") == Some(false) {
        database
            .run_sync_on_connection(move |connection| done(&mut |statement| connection.execute(statement)))
            .await
    } else {
        database.run_sync(move |session| done(&mut |statement| session.execute(statement))).await
    };
    Ok(or_error(bodies.map(Body::Steps)))
}

fn call(step: &Step) -> Result<(String, Statement), Halt> {
    match step.op.as_str() {
        "execute" | "scalar" | "scalars" => Ok((step.op.clone(), statement(step)?)),
        "get" | "get_one" | "add_new" | "add" | "delete" | "merge" => {
            Err(Halt::skip("needs the mapping layer"))
        }
        op => Err(Halt::Skip(format!("operation {op} in a function is not known to the runner"))),
    }
}

fn perform(op: &str, result: Result<ResultSet>) -> Body {
    let looked = result.and_then(|mut result| match op {
        "scalar" => Ok(Body::Value(result.scalar()?.unwrap_or(Value::Null))),
        "scalars" => result.scalars().map(Body::Values),
        _ => Ok(read(&mut result, &ColumnTypes::default())),
    });
    or_error(looked)
}
