use std::{
    future::poll_fn,
    mem,
    task::{Context, Poll},
};

use crate::{
    Result,
    driver::{BoxFuture, Driver, DriverConnection, Finished, Operation, Outcome, ServerTransaction},
    pool::{CloseReason, Lease},
};

/// Where a session's connection is.
///
/// A running operation owns the connection and lives here, not in the user's future, which only polls it. Dropped, the
/// user's future leaves it here.
#[derive(Default)]
pub(super) enum Lane<D: Driver> {
    /// In the pool.
    #[default]
    Empty,
    /// Lent. The lease stays where it is while the connection goes to and fro, for it is many times as long.
    Held(Lease<D>, Held<D::Connection>),
}

/// Where a connection is that was lent.
pub(super) enum Held<C> {
    /// Here, at rest.
    Ready(C),
    /// Owned by an operation.
    Busy(Task, BoxFuture<'static, Finished<C>>),
    /// In the driver's hands, which are starting an operation. Where that panics it is gone, and so it counts. Its place in the
    /// pool is free again when the session is next used, ended or dropped.
    Gone,
}

/// What a running operation does: it decides how it is ended when its user is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// May be cancelled.
    Statement,
    /// The same, and ends the savepoint of this number.
    Release(u32),
    /// Undoes what was done since the savepoint of this number, and ends it: cancelling it would gain nothing.
    RollbackTo(u32),
    /// Ends its transaction: it may be cancelled, and its outcome is told.
    Unit,
    /// Ends by itself once its rows are no longer read.
    Stream,
    /// Must be driven to its end: cancelling it would leave its outcome in the dark.
    Commit,
    /// A stream whose end is its commit, and whose user is gone: it must be driven to its end, however long that takes.
    DurableStream,
    /// Is on its way to a clean connection already.
    Rollback,
}

impl<D: Driver> Lane<D> {
    pub(super) fn ready(lease: Lease<D>, connection: D::Connection) -> Self {
        Self::Held(lease, Held::Ready(connection))
    }

    pub(super) fn take(&mut self) -> Self {
        mem::take(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty | Self::Held(_, Held::Gone))
    }

    pub(super) fn task(&self) -> Option<Task> {
        match self {
            Self::Held(_, Held::Busy(task, _)) => Some(*task),
            _ => None,
        }
    }

    /// What the running operation does from here on.
    pub(super) fn now_does(&mut self, new: Task) {
        if let Self::Held(_, Held::Busy(task, _)) = self {
            *task = new;
        }
    }

    pub(super) fn lease(&mut self) -> Option<&mut Lease<D>> {
        match self {
            Self::Empty | Self::Held(_, Held::Gone) => None,
            Self::Held(lease, _) => Some(lease),
        }
    }

    /// The lease of a connection at rest.
    pub(super) fn lease_at_rest(&self) -> Option<&Lease<D>> {
        match self {
            Self::Held(lease, Held::Ready(_)) => Some(lease),
            _ => None,
        }
    }

    pub(super) fn connection(&mut self) -> Option<&mut D::Connection> {
        match self {
            Self::Held(_, Held::Ready(connection)) => Some(connection),
            _ => None,
        }
    }

    /// What the server said last; `None` while there is no connection at rest.
    pub(super) fn server_transaction(&self) -> Option<ServerTransaction> {
        match self {
            Self::Held(_, Held::Ready(connection)) => Some(connection.server_transaction()),
            _ => None,
        }
    }

    /// Starts an operation. The result, if it is there at once; else the operation is in the lane and wants polling.
    ///
    /// `None` as well when there is no connection at rest; callers acquire one first.
    #[inline(always)]
    pub(super) fn start(
        &mut self,
        task: Task,
        operation: impl FnOnce(D::Connection) -> Operation<D::Connection>,
    ) -> Option<Result<Outcome>> {
        let Self::Held(_, held) = self else { return None };
        match mem::replace(held, Held::Gone) {
            Held::Ready(connection) => match operation(connection) {
                Operation::Done(connection, result) => {
                    *held = Held::Ready(connection);
                    self.settle(&result);
                    Some(result)
                }
                Operation::Running(future) => {
                    *held = Held::Busy(task, future);
                    None
                }
            },
            other => {
                *held = other;
                None
            }
        }
    }

    /// Polls the running operation; its end puts the lane at rest. Ready with nothing when none runs.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Outcome>>> {
        let Self::Held(_, held) = self else { return Poll::Ready(None) };
        let Held::Busy(_, future) = held else { return Poll::Ready(None) };
        let Poll::Ready(Finished { connection, result }) = future.as_mut().poll(cx) else {
            return Poll::Pending;
        };
        *held = connection.map_or(Held::Gone, Held::Ready);
        self.settle(&result);
        Poll::Ready(Some(result))
    }

    /// Drives the running operation, if there is one, to its end.
    ///
    /// Cancel safe: dropped, the operation stays in the lane.
    pub(super) async fn drive(&mut self) -> Option<Result<Outcome>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// Keeps the connection of an operation that has ended if it can still be used, and closes one that cannot.
    #[inline(always)]
    fn settle(&mut self, result: &Result<Outcome>) {
        let lost = result.as_ref().is_err_and(crate::Error::is_disconnect);
        match self {
            Self::Held(_, Held::Ready(connection)) if !lost && connection.is_usable() => {}
            _ => self.lose(),
        }
    }

    #[cold]
    fn lose(&mut self) {
        let Self::Held(lease, held) = self.take() else { return };
        let connection = match held {
            Held::Ready(connection) => Some(connection),
            Held::Busy(..) | Held::Gone => None,
        };
        lease.tell(|l, e| l.invalidate(e));
        lease.discard(connection, CloseReason::Lost);
    }
}
