use std::fmt;

use crate::driver::BoxFuture;

/// What came of starting something: most statements of a quick driver have ended by then, and need no boxed future.
#[doc(hidden)]
pub enum Answer<'a, T> {
    /// It has ended.
    Ready(T),
    /// It goes on while this future is polled.
    Later(BoxFuture<'a, T>),
}

impl<T> fmt::Debug for Answer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready(_) => "Answer::Ready",
            Self::Later(_) => "Answer::Later",
        })
    }
}
