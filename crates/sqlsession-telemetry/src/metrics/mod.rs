//! Counters and histograms by the crate `metrics`.

mod connections;
mod listener;
mod observer;

pub use observer::Metrics;
