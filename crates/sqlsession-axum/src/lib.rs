#![doc = include_str!("../README.md")]

mod extract;
mod layer;
mod outcome;
mod rejection;
mod service;

pub use extract::RequestSession;
pub use layer::SessionLayer;
pub use rejection::DatabaseError;
pub use service::{ResponseFuture, SessionService};
