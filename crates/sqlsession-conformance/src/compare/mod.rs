//! Holds what came against what was recorded.
//!
//! Right is what the primary driver of the backend gave, or any other driver of it. Kind, values, rows, row counts, the
//! family of an error and the state of every session are compared; messages, timings and names of columns are not.

mod body;
mod control;
mod control_rules;
mod difference;
mod error_family;
mod outcome;
mod rules;

pub use control::compare_control;
pub use difference::{Aspect, Difference};
pub use error_family::accepts;
pub use outcome::compare_step;
