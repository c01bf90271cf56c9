//! What an engine tells those who watch it.

mod echo;
mod listeners;
mod observer;
mod shown_values;
mod watcher;

pub use echo::Echo;
pub(crate) use listeners::{Listeners, RunningStatement};
pub use observer::{Observed, Observer};
pub use watcher::{
    CloseEvent, ConnectionEvent, Events, OpenEvent, RetryEvent, SavepointEvent, StatementEvent, WaitEvent,
};
