//! What came of a step, in the words of the recorded outcomes.

mod body;
mod event;
mod failure;
mod show;

pub use body::{Body, PoolFigures, ShownEntity};
pub use event::is_control;
pub use failure::{ErrorWord, Failure};

use std::collections::BTreeMap;

/// What came of one step: its result, the events during it, and the sessions' state afterwards.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The result.
    pub body: Body,
    /// What happened to the physical connections during the step, as `commit#1`.
    pub events: Vec<String>,
    /// Every session and its state after the step.
    pub sessions: BTreeMap<String, SessionState>,
}

/// The state of a session between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionState {
    /// Whether it is in a transaction.
    pub in_tx: bool,
    /// Whether it is inside a savepoint.
    pub in_nested: bool,
}
