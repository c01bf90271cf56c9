use sqlsession_core::{Error, ErrorKind, Result, ResultSet, SessionOptions, Value, driver::IsolationLevel};

use super::{
    Halt, statements,
    transactions::{done, leave_block},
    unit::{TransactionPart, Unit},
};
use crate::{outcome::Body, scenario::Step, value::read};

/// Something a step made, to be kept under the name it gives.
#[derive(Debug)]
pub(super) enum Made {
    Result(ResultSet),
    /// The first column of a result.
    Scalars(ResultSet),
    Transaction(TransactionPart),
    /// The connection of a session's transaction, while it lasts.
    View,
}

pub(super) type UnitReply = (Body, Option<Made>);

/// Does what a session or a connection is told.
pub(super) async fn run(unit: &mut Unit, step: &Step) -> Result<UnitReply, Halt> {
    match step.op.as_str() {
        "execute" | "scalar" | "scalars" | "exec_driver_sql" => {
            let (body, result) = statements::run(unit.shared(), step).await?;
            let made = if step.op == "scalars" { Made::Scalars } else { Made::Result };
            Ok((body, result.map(made)))
        }
        "begin" | "with_begin" => Ok(made(begin(unit).await)),
        "begin_nested" | "with_begin_nested" => {
            Ok(made(unit.shared().begin_nested().await.map(TransactionPart::Nested)))
        }
        "connection" => connection(unit, step).await,
        op => plain(unit, step, op).await.map(|body| (body, None)),
    }
}

fn made(result: Result<TransactionPart>) -> UnitReply {
    match result {
        Ok(part) => (Body::Ok, Some(Made::Transaction(part))),
        Err(error) => (error.into(), None),
    }
}

async fn begin(unit: &mut Unit) -> Result<TransactionPart> {
    unit.shared().begin().await?;
    Ok(TransactionPart::Root(unit.ended))
}

async fn connection(unit: &mut Unit, step: &Step) -> Result<UnitReply, Halt> {
    let level = isolation_level_alone(step, "execution_options")?;
    let Some(session) = unit.as_session() else { return Err(unknown(step)) };
    if let Some(level) = level
        && let Err(error) = level.and_then(|level| session.set_isolation_level(Some(level)))
    {
        return Ok((error.into(), None));
    }
    Ok(match session.connection().await {
        Ok(_) => (Body::Ok, Some(Made::View)),
        Err(error) => (error.into(), None),
    })
}

async fn plain(unit: &mut Unit, step: &Step, op: &str) -> Result<Body, Halt> {
    let truth = |truth: bool| Ok(Body::Value(Value::Bool(truth)));
    let word =
        |word: Option<&str>| Ok(Body::Value(word.map_or(Value::Null, |word| Value::Text(word.to_owned()))));
    match op {
        "commit" | "rollback" | "close" | "reset" => {
            let result = match op {
                "commit" => unit.shared().commit().await,
                "rollback" => unit.shared().rollback().await,
                _ => return Ok(done(unit.close().await)),
            };
            unit.note_end();
            Ok(done(result))
        }
        "invalidate" => {
            unit.shared().invalidate();
            unit.note_end();
            Ok(Body::None)
        }
        "flush" => match unit.as_session() {
            Some(session) => Ok(done(session.flush().await)),
            None => Err(unknown(step)),
        },
        "exit_ok" => Ok(leave_block(unit, true).await),
        "exit_error" => Ok(leave_block(unit, false).await),
        "in_transaction" => truth(unit.shared().in_transaction()),
        "in_nested_transaction" => truth(unit.shared().in_nested_transaction()),
        "is_active" => truth(unit.shared().is_active()),
        "get_transaction" => {
            let state = unit.state();
            let wants_nested = step.flag("nested").unwrap_or_default();
            word(match (wants_nested, state.in_tx, state.in_nested) {
                (true, _, true) => Some("nested"),
                (false, true, _) => Some("root"),
                _ => None,
            })
        }
        "info" => Ok(Body::Value(Value::Json(info(unit)))),
        "info_set" => {
            let value = step.fields.get("value").map(read).transpose().map_err(Halt::Skip)?;
            unit.shared().info().insert("value".to_owned(), value.unwrap_or(Value::Null));
            Ok(Body::None)
        }
        "info_get" => Ok(Body::Value(unit.shared().info().get("value").cloned().unwrap_or(Value::Null))),
        "execution_options" => {
            let Some(level) = isolation_level_alone(step, "options")? else { return Ok(Body::Ok) };
            let set = level.and_then(|level| unit.shared().set_isolation_level(Some(level)));
            Ok(set.map_or_else(Body::from, |()| Body::Ok))
        }
        "get_isolation_level" => word(unit.shared().isolation_level().map(IsolationLevel::as_str)),
        "closed" => truth(unit.closed),
        "expire_object" => Ok(Body::NoCounterpart("what is no entity cannot be given to a session")),
        "default_isolation_level" => {
            Ok(Body::NoCounterpart("the server's own isolation level is not asked for"))
        }
        "invalidated" => {
            Ok(Body::NoCounterpart("a connection that was thrown away is not told from a broken one"))
        }
        "session_on" => Err(Halt::NoCounterpart("a session belongs to an engine, not to a connection")),
        "prepare" => Err(Halt::NoCounterpart("there is no two-phase commit")),
        "detach" => Err(Halt::NoCounterpart("a connection is not taken out of its pool")),
        _ => Err(unknown(step)),
    }
}

/// What the program remembers with the unit, as a JSON document.
fn info(unit: &mut Unit) -> String {
    let pairs = unit.shared().info().iter().map(|(name, value)| (name.clone(), crate::value::write(value)));
    serde_json::Value::Object(pairs.collect()).to_string()
}

/// What is said of a session or connection to be made.
pub(super) fn options_of(step: &Step, field: &str) -> Result<Result<SessionOptions>, Halt> {
    let mut options = SessionOptions::default();
    if let Some(reads) = read_only(step, field) {
        options = options.read_only(reads);
    }
    Ok(match isolation_level(step, field)? {
        None => Ok(options),
        Some(level) => level.map(|level| options.isolation_level(level)),
    })
}

/// The isolation level, where nothing else can be said.
fn isolation_level_alone(step: &Step, field: &str) -> Result<Option<Result<IsolationLevel>>, Halt> {
    if read_only(step, field).is_some() {
        return Err(Halt::NoCounterpart("whether it only reads is said when a session is made"));
    }
    isolation_level(step, field)
}

fn read_only(step: &Step, field: &str) -> Option<bool> {
    step.options(field)?.get("postgresql_readonly")?.as_bool()
}

/// The isolation level among the execution options. The others have no effect on a buffered result, or are only
/// remembered; those that change what is sent are not known here.
fn isolation_level(step: &Step, field: &str) -> Result<Option<Result<IsolationLevel>>, Halt> {
    const EFFECTIVE: [&str; 3] = ["schema_translate_map", "postgresql_deferrable", "no_parameters"];
    let Some(options) = step.options(field) else { return Ok(None) };
    if options.keys().any(|name| EFFECTIVE.contains(&name.as_str())) {
        return Err(Halt::NoCounterpart("there is no such execution option"));
    }
    match options.get("isolation_level") {
        None => Ok(None),
        Some(level) => {
            let level = level.as_str().unwrap_or_default();
            Ok(Some(level.parse().map_err(|error: Error| error)))
        }
    }
}

fn unknown(step: &Step) -> Halt {
    Halt::Skip(format!("operation {}.{} is not known to the runner", step.actor, step.op))
}

/// What a view of an ended transaction's connection gives; the compiler refuses such a use.
pub(super) fn ended_view(step: &Step) -> Body {
    match step.op.as_str() {
        "closed" => Body::Value(Value::Bool(true)),
        "in_transaction" | "in_nested_transaction" => Body::Value(Value::Bool(false)),
        "commit" | "rollback" | "close" => Body::None,
        _ => Error::new(ErrorKind::InvalidState, "the connection of an ended transaction").into(),
    }
}
