use std::{fmt, future::poll_fn};

use super::Connection;
use crate::{Result, ResultSet, events::RunningStatement};

/// What came of starting a statement: most of a quick driver's have ended by then.
#[doc(hidden)]
pub enum Started {
    /// It has ended.
    Ended(Result<ResultSet>),
    /// It goes on while the connection is polled for its end.
    Running(Ongoing),
}

/// A statement that runs. Dropped before its end, it is one whose end nobody knows.
#[doc(hidden)]
pub struct Ongoing {
    pub(super) watched: Option<RunningStatement>,
}

impl Started {
    /// Its end, on the connection where it was started.
    #[inline]
    pub(crate) async fn end(self, connection: &mut (impl Connection + ?Sized)) -> Result<ResultSet> {
        match self {
            Self::Ended(result) => result,
            Self::Running(mut ongoing) => poll_fn(|cx| connection.poll_end(cx, &mut ongoing)).await,
        }
    }
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ended(_) => "Started::Ended",
            Self::Running(_) => "Started::Running",
        })
    }
}

impl fmt::Debug for Ongoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ongoing").finish_non_exhaustive()
    }
}
