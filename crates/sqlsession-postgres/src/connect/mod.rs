//! Making a connection: which server, which address, the socket, encryption, the login.
//!
//! tokio-postgres is given a stream that is connected and encrypted already, because what passes over it is
//! [tapped](crate::wire). So what its own connecting does (names, several hosts, time limits, `sslmode`) is done here.

mod address;
mod failure;
mod fallback;
mod guarded;
mod login;
mod open;
mod order;
mod session_attrs;
mod socket;
mod wire;

pub(crate) use address::Address;
pub(crate) use failure::Failure;
pub(crate) use guarded::Guarded;
pub(crate) use open::{Opened, open};
pub(crate) use wire::Wire;
