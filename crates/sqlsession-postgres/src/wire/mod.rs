//! What the bytes between the driver and the server say and tokio-postgres does not pass on.
//!
//! The status byte of ReadyForQuery decides whether a transaction is open; the names of the columns of a statement that
//! was not prepared are in its RowDescription. Both are read off a stream that tokio-postgres is given. And a BEGIN is put
//! there into the request of another statement.

mod begin;
mod copied_out;
mod description;
mod frames;
mod mask;
mod server_state;
#[cfg(test)]
mod talk;
mod tap;

pub(crate) use begin::Before;
pub(crate) use copied_out::CopiedOut;
pub(crate) use description::Description;
pub(crate) use frames::{Frames, Piece};
pub(crate) use server_state::ServerState;
pub(crate) use tap::{Established, Tap};
