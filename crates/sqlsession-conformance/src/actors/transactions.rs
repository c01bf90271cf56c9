use sqlsession_core::{Error, ErrorKind, Result};

use super::{
    Halt,
    unit::{Block, TransactionPart, Unit},
};
use crate::outcome::Body;

/// What an operation on one of SQLAlchemy's transaction objects does.
///
/// There are no such objects here: a session ends its own transaction, and a savepoint is ended by its token. The
/// runner knows which transaction an object stood for, and answers for those that have ended as SQLAlchemy would.
pub(super) async fn on_part(unit: &mut Unit, part: TransactionPart, op: &str) -> Result<Body, Halt> {
    match op {
        "is_active" => Ok(Body::Value(sqlsession_core::Value::Bool(unit.is_current(part)))),
        "commit" => Ok(done(commit_part(unit, part).await)),
        "rollback" | "close" => Ok(done(rollback_part(unit, part).await)),
        "exit_ok" => Ok(exited(if unit.is_current(part) { commit_part(unit, part).await } else { Ok(()) })),
        "exit_error" => {
            // What the caller has to hear is why the block failed, as with the closures of this library.
            if unit.is_current(part) {
                let _ = rollback_part(unit, part).await;
            }
            Ok(Body::Exit)
        }
        _ => Err(Halt::Skip(format!("operation {op} of a transaction is not known to the runner"))),
    }
}

async fn commit_part(unit: &mut Unit, part: TransactionPart) -> Result<()> {
    match part {
        TransactionPart::Nested(savepoint) => unit.shared().release(savepoint).await,
        TransactionPart::Root(_) if !unit.is_current(part) => Err(ended()),
        TransactionPart::Root(_) => {
            let result = unit.shared().commit().await;
            unit.note_end();
            result
        }
    }
}

async fn rollback_part(unit: &mut Unit, part: TransactionPart) -> Result<()> {
    // An ended object of a connection may be rolled back and closed again.
    if !unit.is_session() && !unit.is_current(part) {
        return Ok(());
    }
    match part {
        TransactionPart::Nested(savepoint) => unit.shared().rollback_to(savepoint).await,
        TransactionPart::Root(_) if !unit.is_current(part) => Err(ended()),
        TransactionPart::Root(_) => {
            let result = unit.shared().rollback().await;
            unit.note_end();
            result
        }
    }
}

fn ended() -> Error {
    Error::new(ErrorKind::InvalidState, "this transaction has ended")
}

/// Leaves the block that was entered with the unit.
pub(super) async fn leave_block(unit: &mut Unit, well: bool) -> Body {
    if let Some(result) = unit.leave_generator(well).await {
        unit.note_end();
        return exited(result);
    }
    let result = match (unit.block, well) {
        (Block::Close, _) => Ok(()),
        (Block::Begin, true) => unit.shared().commit().await,
        (Block::Begin, false) => {
            let _ = unit.shared().rollback().await;
            Ok(())
        }
    };
    let closed = unit.close().await;
    exited(result.and(if well { closed } else { Ok(()) }))
}

pub(super) fn done(result: Result<()>) -> Body {
    result.map_or_else(Body::from, |()| Body::None)
}

fn exited(result: Result<()>) -> Body {
    result.map_or_else(Body::from, |()| Body::Exit)
}
