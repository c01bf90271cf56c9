use std::sync::atomic::{AtomicBool, Ordering};

use sqlsession_core::{
    Error, ErrorKind, Result, ResultSet, Row, SessionOptions, Statement, Value, statement::ParameterSet,
};

use super::{
    Halt, Stage,
    parameters::{Parameters, parameters},
    rows::{ColumnTypes, all_rows, values},
    statements::{kept, or_error},
    unit::{Block, Unit},
};
use crate::{
    client::{Before, Looked, Shortcuts},
    outcome::{Body, Failure},
    scenario::Step,
};

impl Stage<'_> {
    /// Does what the shortcuts are told.
    pub(super) async fn shortcut_step(&mut self, step: &Step) -> Result<Body, Halt> {
        let Some(database) = self.shortcuts.clone() else { return Ok(Body::Absent) };
        match step.op.as_str() {
            "execute" => self.execute(&*database, step).await,
            "scalar" => {
                let value = database.scalar(statement(step)?).await;
                Ok(or_error(value.map(|value| Body::Value(value.unwrap_or(Value::Null)))))
            }
            "scalars_all" => Ok(or_error(database.scalars(statement(step)?).await.map(Body::Values))),
            "run_sync" => self.run_function(&*database, step).await,
            "with_session_maker" => {
                self.enter(step, Unit::session(database.session(), Block::Close));
                Ok(Body::Ok)
            }
            "with_session_generator" => {
                let behind = database.session();
                match Unit::generated(database.session_generator(), behind).await {
                    Ok(unit) => self.enter(step, unit),
                    Err(error) => return Ok(error.into()),
                }
                Ok(Body::Ok)
            }
            "execute_select" | "get" | "save" | "delete" => {
                self.objects.database_step(&*database, step, self.shortcuts_keep).await
            }
            op => Err(Halt::Skip(format!("operation db.{op} is not known to the runner"))),
        }
    }

    async fn execute(&mut self, database: &dyn Shortcuts, step: &Step) -> Result<Body, Halt> {
        let in_session = step.flag("is_session") != Some(false);
        let commits = step.flag("commit") != Some(false);
        let name = step.text("on_close_pre");
        let (statement, sets) = match many(step)? {
            Some((statement, sets)) if in_session && commits && name.is_none() => (statement, Some(sets)),
            Some(_) => return Err(Halt::skip("several sets are run in a session, and committed")),
            None => (statement(step)?, None),
        };
        let raised = AtomicBool::new(false);
        let on_close_pre = before_close(name, &raised)?;
        let result = match (in_session, commits) {
            (true, true) => match (sets, name) {
                (Some(sets), _) => database.execute_many(statement, sets).await.map(Looked::Over),
                (None, None) => database.execute(statement).await.map(Looked::Over),
                (None, Some(_)) => database.execute_then(statement, on_close_pre).await,
            },
            (true, false) => database.execute_uncommitted(statement).await.and_then(on_close_pre),
            (false, true) => database.execute_on_connection(statement, on_close_pre).await,
            (false, false) => self.undone_on_connection(statement).await.and_then(on_close_pre),
        };
        Ok(match result {
            Err(_) if raised.load(Ordering::Relaxed) => Body::Error(Failure::boom()),
            Err(error) => error.into(),
            Ok(Looked::Over(result)) => self.keep_executed(step, result),
            Ok(Looked::Into(body)) => body,
        })
    }

    /// What a program writes that wants a connection and no commit.
    async fn undone_on_connection(&self, statement: Statement) -> Result<ResultSet> {
        let Some(engine) = self.engines.get("e") else {
            return Err(Error::new(ErrorKind::InvalidState, "the shortcuts have the engine `e`"));
        };
        let mut connection = engine.connect_with(SessionOptions::default()).await?;
        let result = connection.execute(statement).await?;
        connection.close().await?;
        Ok(result)
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

/// A statement that is run for several sets.
fn many(step: &Step) -> Result<Option<(Statement, Vec<ParameterSet>)>, Halt> {
    let sql = step.text("sql").ok_or_else(|| Halt::skip("a shortcut without a statement"))?;
    Ok(match parameters(step)? {
        Parameters::Many(sets) => Some((Statement::text(sql.to_owned()), sets)),
        _ => None,
    })
}

pub(super) fn statement(step: &Step) -> Result<Statement, Halt> {
    let sql = step.text("sql").ok_or_else(|| Halt::skip("a shortcut without a statement"))?;
    match parameters(step)? {
        Parameters::One(set) => Ok(Statement::text(sql.to_owned()).bind_all(set)),
        _ => Err(Halt::skip("values go by name")),
    }
}
