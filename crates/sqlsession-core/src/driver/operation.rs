use std::{fmt, future::Future, pin::Pin};

use super::Outcome;
use crate::Result;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a driver's method gives back: the result at once, or a future that owns the connection until there is one.
pub enum Operation<C> {
    /// It is done, and nothing was waited for.
    Done(C, Result<Outcome>),
    /// It goes on while this future is polled.
    Running(BoxFuture<'static, Finished<C>>),
}

impl<C> fmt::Debug for Operation<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done(..) => "Operation::Done",
            Self::Running(_) => "Operation::Running",
        })
    }
}

/// The end of an operation: the connection, if it can still be used, and the result.
#[derive(Debug)]
pub struct Finished<C> {
    /// The connection, or `None` when it is lost or can no longer be trusted.
    pub connection: Option<C>,
    /// What came of the operation.
    pub result: Result<Outcome>,
}
