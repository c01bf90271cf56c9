//! Statements with named parameters.

mod compiled;
mod cost;

pub use compiled::CompiledText;
pub use cost::Cost;
