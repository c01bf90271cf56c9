//! The actors of a scenario and what they do.

mod admin;
mod cast;
mod engine_options;
mod engine_steps;
mod function;
mod known_fields;
mod objects;
mod parameters;
mod recorder;
mod results;
mod row_access;
mod rows;
mod session_options;
mod shortcuts;
mod stage;
mod statements;
mod transactions;
mod unit;
mod unit_steps;

pub(crate) use engine_options::EngineSetup;
pub(crate) use engine_steps::Maker;
pub(crate) use recorder::Recorder;
pub(crate) use stage::Stage;

/// Why a scenario cannot go on.
#[derive(Debug)]
pub(crate) enum Halt {
    /// It needs something that is not there, or that this version of the runner does not know.
    Skip(String),
    /// It needs something that this library has not, on purpose.
    NoCounterpart(&'static str),
    /// The ground it stands on gave way.
    Broken(String),
}

impl Halt {
    pub(crate) fn skip(reason: impl Into<String>) -> Self {
        Self::Skip(reason.into())
    }
}
