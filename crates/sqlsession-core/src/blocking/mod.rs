//! The same names without `async`: a thin blocking face over the one implementation.
//!
//! SQLite runs on the caller's thread, with no runtime and no hop. A call made by a task of an async runtime is an
//! error of kind [`InvalidState`](crate::ErrorKind::InvalidState): it would hold the runtime up.

mod calls;
mod connection;
mod engine;
mod entity_calls;
mod maker;
mod session;
mod stream;

pub use connection::Connection;
pub use engine::Engine;
pub use maker::SessionMaker;
pub use session::Session;
pub use stream::{RowStream, TypedRows};
