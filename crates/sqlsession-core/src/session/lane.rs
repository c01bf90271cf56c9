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
    /// Here, at rest.
    Ready(Lease<D>, D::Connection),
    /// Owned by an operation.
    Busy(Lease<D>, Task, BoxFuture<'static, Finished<D::Connection>>),
}

/// What a running operation does: it decides how it is ended when its user is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// May be cancelled.
    Statement,
    /// Ends its transaction: it may be cancelled, and its outcome is told.
    Unit,
    /// Ends by itself once its rows are no longer read.
    Stream,
    /// Must be driven to its end: cancelling it would leave its outcome in the dark.
    Commit,
    /// Is on its way to a clean connection already.
    Rollback,
}

impl<D: Driver> Lane<D> {
    pub(super) fn take(&mut self) -> Self {
        mem::take(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    pub(super) fn task(&self) -> Option<Task> {
        match self {
            Self::Busy(_, task, _) => Some(*task),
            _ => None,
        }
    }

    /// What the running operation does from here on.
    pub(super) fn now_does(&mut self, new: Task) {
        if let Self::Busy(_, task, _) = self {
            *task = new;
        }
    }

    pub(super) fn lease(&mut self) -> Option<&mut Lease<D>> {
        match self {
            Self::Empty => None,
            Self::Ready(lease, _) | Self::Busy(lease, ..) => Some(lease),
        }
    }

    pub(super) fn connection(&mut self) -> Option<&mut D::Connection> {
        match self {
            Self::Ready(_, connection) => Some(connection),
            _ => None,
        }
    }

    /// What the server said last; `None` while there is no connection at rest.
    pub(super) fn server_transaction(&self) -> Option<ServerTransaction> {
        match self {
            Self::Ready(_, connection) => Some(connection.server_transaction()),
            _ => None,
        }
    }

    /// Starts an operation. The result, if it is there at once; else the operation is in the lane and wants polling.
    ///
    /// `None` as well when there is no connection at rest; callers acquire one first.
    pub(super) fn start(
        &mut self,
        task: Task,
        operation: impl FnOnce(D::Connection) -> Operation<D::Connection>,
    ) -> Option<Result<Outcome>> {
        match self.take() {
            Self::Ready(lease, connection) => match operation(connection) {
                Operation::Done(connection, result) => {
                    self.settle(lease, Some(connection), &result);
                    Some(result)
                }
                Operation::Running(future) => {
                    *self = Self::Busy(lease, task, future);
                    None
                }
            },
            other => {
                *self = other;
                None
            }
        }
    }

    /// Polls the running operation; its end puts the lane at rest. Ready with nothing when none runs.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Outcome>>> {
        let Self::Busy(_, _, future) = self else { return Poll::Ready(None) };
        let Poll::Ready(finished) = future.as_mut().poll(cx) else { return Poll::Pending };
        if let Self::Busy(lease, ..) = self.take() {
            self.settle(lease, finished.connection, &finished.result);
        }
        Poll::Ready(Some(finished.result))
    }

    /// Drives the running operation, if there is one, to its end.
    ///
    /// Cancel safe: dropped, the operation stays in the lane.
    pub(super) async fn drive(&mut self) -> Option<Result<Outcome>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// Keeps a connection that can still be used, and closes one that cannot.
    fn settle(&mut self, lease: Lease<D>, connection: Option<D::Connection>, result: &Result<Outcome>) {
        let lost = result.as_ref().is_err_and(crate::Error::is_disconnect);
        *self = match connection {
            Some(connection) if !lost && connection.is_usable() => Self::Ready(lease, connection),
            unusable => {
                lease.tell(|l, e| l.invalidate(e));
                lease.discard(unusable, CloseReason::Lost);
                Self::Empty
            }
        };
    }
}
