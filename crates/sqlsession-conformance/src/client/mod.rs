//! The library's two faces, which the actors of a scenario speak to as to one.
//!
//! The traits have what scenarios do, and each method is the one of the same name of the type it is implemented for:
//! awaited on the async face, and on the blocking face a call. Such a call holds up its thread, so a scenario by the
//! blocking face is polled on a thread of its own, which is no runtime's, and a step in the background on another.

mod connection;
mod drive;
mod engine;
mod generator;
mod session;
mod shortcuts;
mod work;

pub(crate) use connection::{Closed, Connection};
pub use drive::Client;
pub(crate) use engine::{Engine, Maker};
pub(crate) use generator::Generator;
pub(crate) use session::Session;
pub(crate) use shortcuts::{Before, Looked, Ran, Shortcuts};
pub(crate) use work::Work;
