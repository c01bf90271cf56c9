//! Functions that are given a blocking session or connection.

use std::{mem, sync::Arc};

use sqlsession_core::{Result, blocking, runtime::Executor};
use tokio::sync::Mutex;

use super::{
    Halt, Stage,
    objects::{Shelf, is_of_objects},
    rows::ColumnTypes,
    shortcuts::statement,
    statements::{self, or_error, read},
    transactions::done,
};
use crate::{
    client::{Ran, Session, Shortcuts},
    outcome::Body,
    scenario::Step,
};

/// The name of the session that a function is given.
const SESSION: &str = "body";

impl Stage<'_> {
    /// Runs the steps of a function.
    pub(super) async fn run_function(&mut self, database: &dyn Shortcuts, step: &Step) -> Result<Body, Halt> {
        let body = step.fields.get("body").cloned().unwrap_or_default();
        let steps: Vec<Step> = serde_json::from_value(body)
            .map_err(|error| Halt::Skip(format!("the steps of a function: {error}")))?;
        let commits = step.flag("commit") != Some(false);
        if step.flag("is_session") == Some(false) {
            return on_connection(database, steps, commits).await;
        }
        // The objects are in the function's thread for as long as it runs.
        let objects = Arc::new(Mutex::new(mem::take(&mut self.objects)));
        let inside = Arc::clone(&objects);
        let work = Box::new(move |session: &mut blocking::Session| {
            Executor::Caller.block_on(async { in_session(session, &mut *inside.lock().await, &steps).await })
        });
        let bodies =
            if commits { database.run_sync(work).await } else { database.run_sync_uncommitted(work).await };
        self.objects = mem::take(&mut *objects.lock().await);
        self.objects.left(SESSION, commits && bodies.is_ok(), self.shortcuts_keep);
        ended(bodies)
    }
}

/// What came of a function.
fn ended(bodies: Result<Ran>) -> Result<Body, Halt> {
    match bodies {
        Ok(bodies) => bodies.map(Body::Steps),
        Err(error) => Ok(error.into()),
    }
}

async fn in_session(session: &mut dyn Session, objects: &mut Shelf, steps: &[Step]) -> Ran {
    let mut bodies = Vec::with_capacity(steps.len());
    for step in steps {
        bodies.push(match step.op.as_str() {
            "execute" | "scalar" | "scalars" => statements::run(session, step).await?.0,
            "commit" => done(session.commit().await),
            "rollback" => done(session.rollback().await),
            "flush" => done(session.flush().await),
            op if is_of_objects(op) || step.actor.starts_with('u') => {
                objects.body_step(session, step).await?
            }
            op => return Err(Halt::Skip(format!("operation {op} in a function is not known to the runner"))),
        });
    }
    Ok(bodies)
}

async fn on_connection(database: &dyn Shortcuts, steps: Vec<Step>, commits: bool) -> Result<Body, Halt> {
    let calls = steps
        .iter()
        .map(|step| match step.op.as_str() {
            "execute" | "scalar" | "scalars" => Ok((step.op.clone(), statement(step)?)),
            op => Err(Halt::Skip(format!("operation {op} in a function is not known to the runner"))),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let bodies: Result<Ran> = database
        .run_sync_on_connection(Box::new(move |connection| {
            let perform = |(op, statement): (String, _)| {
                let looked = connection.execute(statement).and_then(|mut result| match op.as_str() {
                    "scalar" => Ok(Body::Value(result.scalar()?.unwrap_or(sqlsession_core::Value::Null))),
                    "scalars" => result.scalars().map(Body::Values),
                    _ => Ok(read(&mut result, &ColumnTypes::default())),
                });
                or_error(looked)
            };
            let bodies = calls.into_iter().map(perform).collect();
            if !commits {
                connection.rollback()?;
            }
            Ok(Ok(bodies))
        }))
        .await;
    ended(bodies)
}
