//! Recorded values, `{"$": kind, "v": …}`, as the values of this library and back.

mod read;
mod same;
mod write;

pub use read::read;
pub use same::same;
pub use write::write;
