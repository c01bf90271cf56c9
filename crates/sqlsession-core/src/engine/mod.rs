//! Engines: a driver, its URL, its pool and its options.

mod async_engine;
mod driver_engine;
mod engine_trait;
mod options;
mod shared;

pub use async_engine::AsyncEngine;
pub use driver_engine::DriverEngine;
pub use engine_trait::Engine;
pub use options::EngineOptions;
pub(crate) use shared::{Shared, check_level};
