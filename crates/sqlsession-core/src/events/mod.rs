//! What an engine tells those who watch it.

mod echo;
mod listeners;
mod watcher;

pub use echo::Echo;
pub(crate) use listeners::{Listeners, RunningStatement};
pub use watcher::{CloseEvent, ConnectionEvent, Events, RetryEvent, SavepointEvent, StatementEvent};
