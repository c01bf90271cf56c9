//! A scenario as it is recorded: who does what, and what came of it.

mod expected;
mod model;
mod per_backend;
mod step;

pub use expected::{Expected, RecordedOutcome, RecordedVariant};
pub use model::Scenario;
pub use per_backend::resolve;
pub use step::Step;
