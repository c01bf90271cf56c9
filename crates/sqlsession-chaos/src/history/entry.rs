use std::fmt::Debug;
use std::io::Write;

use serde::{Deserialize, Serialize};

use crate::unit::{Ending, Plan};

/// Something that a worker tells.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Entry {
    /// A transfer is about to be made.
    Started(Plan),
    /// An attempt at it has ended.
    Ended {
        transfer: i64,
        ending: Ending,
        /// Whether its cancel came to pass.
        struck: bool,
        /// Whether there is no other attempt.
        last: bool,
    },
    /// The balances were added up, and the sum was right.
    Summed,
    /// They could not be read.
    SumFailed { sort: String },
    /// A unit runs again, after an error of this kind.
    Retried { sort: String },
    /// A connection was opened.
    Opened,
    /// A connection was found lost, or thrown away.
    Invalidated,
    /// Something must not be.
    Violation(String),
}

/// Where workers tell.
pub(crate) trait Journal: Debug + Send + Sync {
    fn write(&self, entry: Entry);
}

/// Tells the parent process, a line for each entry.
#[derive(Debug)]
pub(crate) struct LineJournal;

impl Journal for LineJournal {
    fn write(&self, entry: Entry) {
        let Ok(mut line) = serde_json::to_vec(&entry) else { return };
        line.push(b'\n');
        let mut output = std::io::stdout().lock();
        // A parent that is gone reads nothing.
        let _ = output.write_all(&line).and_then(|()| output.flush());
    }
}
