use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use super::{
    commit_end::tell_unheard,
    lane::{Held, Lane, Task},
};
use crate::{
    driver::{BoxFuture, Control, Driver, DriverConnection, Face, Finished, Operation, ServerTransaction},
    pool::{CloseReason, Lease, ResetOnReturn},
    runtime::{timeout, turn},
};

/// How long an operation whose user is gone may take to end before its connection is thrown away.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

/// How long the rest of a stream may take at least when the session ends.
const REST_OF_A_STREAM: Duration = Duration::from_millis(25);

/// Gives a lane's connection back to the pool, without waiting: reset first, so that its locks are free now and not at
/// the next checkout.
///
/// What cannot be done at once goes on in the runtime's background; a blocking engine waits for it. Where neither can
/// be done the connection is closed.
///
/// A transaction that is `own`, the session's, is rolled back whatever the pool's options say: they are for what was
/// begun behind its back.
pub(super) fn give_back<D: Driver>(lane: Lane<D>, own: bool) {
    match lane {
        Lane::Empty | Lane::Held(_, Held::Gone) => {}
        Lane::Held(lease, Held::Ready(connection)) => {
            lease.tell(|l, e| l.reset(e));
            match reset(&lease, connection, own) {
                Operation::Done(connection, result) => check_in(lease, Some(connection), result.is_ok()),
                Operation::Running(operation) => go_on(lease, Task::Rollback, operation),
            }
        }
        Lane::Held(lease, Held::Busy(task, operation)) => go_on(lease, task, operation),
    }
}

/// Ends the transaction that is open, if there is one: the session's own by rollback, another as the pool's options say.
fn reset<D: Driver>(lease: &Lease<D>, connection: D::Connection, own: bool) -> Operation<D::Connection> {
    let control = match lease.shared().pool.options().reset_on_return {
        _ if own => Control::Reset,
        ResetOnReturn::Commit if connection.server_transaction() != ServerTransaction::Idle => {
            Control::Commit
        }
        ResetOnReturn::Rollback | ResetOnReturn::Commit => Control::Reset,
        ResetOnReturn::None => return Operation::Done(connection, Ok(Default::default())),
    };
    connection.control(control)
}

fn check_in<D: Driver>(lease: Lease<D>, connection: Option<D::Connection>, clean: bool) {
    match connection {
        Some(connection) if clean && connection.is_usable() => lease.check_in(connection),
        unusable => {
            lease.tell(|l, e| l.invalidate(e));
            let lost = unusable.as_ref().is_none_or(|connection| !connection.is_usable());
            lease.discard(unusable, if lost { CloseReason::Lost } else { CloseReason::Unclean });
        }
    }
}

/// Lets the operation end, off the user's path.
fn go_on<D: Driver>(lease: Lease<D>, task: Task, operation: BoxFuture<'static, Finished<D::Connection>>) {
    let shared = lease.shared().clone();
    match shared.face {
        Face::Async => {
            let runtime = Handle::try_current().ok().or_else(|| lease.runtime().cloned());
            if let Some(runtime) = runtime {
                drop(runtime.spawn(wind_up(lease, task, operation)));
            }
        }
        Face::Blocking => shared.executor.finish(Box::pin(wind_up(lease, task, operation))),
    }
}

/// Asks the server to stop what the connection of this lease does, if that may be stopped. Says how long its end may be
/// waited for.
///
/// A server may have sent much of a stream already. To read it for longer than it takes to open another connection,
/// which the cancel has just measured, would hold the transaction's locks for nothing.
pub(super) async fn cancel<D: Driver>(lease: &mut Lease<D>, task: Task) -> Duration {
    let begun = Instant::now();
    if matches!(task, Task::Statement | Task::Release(_) | Task::Unit | Task::Stream)
        && let Some(identity) = lease.identity()
    {
        let cancelling = identity.canceller.cancel();
        let _ = timeout(LIMIT, cancelling).await;
    }
    if task == Task::Stream { begun.elapsed().max(REST_OF_A_STREAM) } else { LIMIT }
}

/// Stops the operation, reads its end, resets the connection and gives it back. Dropped, it closes the connection.
async fn wind_up<D: Driver>(
    mut lease: Lease<D>,
    task: Task,
    operation: BoxFuture<'static, Finished<D::Connection>>,
) {
    let finished = if task == Task::DurableStream {
        // Cut off, it would have written nothing, and nobody would know. Who ends the engine waits for it, with a limit.
        Some(operation.await)
    } else {
        let patience = cancel(&mut lease, task).await;
        timeout(patience, operation).await
    };
    let Some(finished) = finished else {
        tell_unheard(lease.listeners(), lease.number(), task, None, None);
        give_up(lease);
        return turn().await;
    };
    let server = finished.connection.as_ref().map(DriverConnection::server_transaction);
    let is_open = server.map(|server| server != ServerTransaction::Idle);
    tell_unheard(lease.listeners(), lease.number(), task, Some(&finished.result), is_open);
    let Some(connection) = finished.connection.filter(DriverConnection::is_usable) else {
        return check_in(lease, None, false);
    };
    if task != Task::Rollback {
        lease.tell(|l, e| l.reset(e));
    }
    match reset(&lease, connection, true) {
        Operation::Done(connection, result) => check_in(lease, Some(connection), result.is_ok()),
        Operation::Running(operation) => {
            let finished = timeout(LIMIT, operation).await;
            match finished {
                Some(finished) => check_in(lease, finished.connection, finished.result.is_ok()),
                None => give_up(lease),
            }
        }
    }
}

/// Closes the connection of what did not end in time.
fn give_up<D: Driver>(lease: Lease<D>) {
    lease.tell(|l, e| l.invalidate(e));
    lease.discard(None, CloseReason::Unclean);
}
