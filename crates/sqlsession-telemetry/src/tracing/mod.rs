//! Spans and events by the crate `tracing`.

mod observer;
mod spans;
mod texts;

pub use observer::Tracing;
