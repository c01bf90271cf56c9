//! How a connection is made.
//!
//! | file | what it holds |
//! |---|---|
//! | `login` | what mysql_async is told |
//! | `encryption` | what rustls says through mysql_async |
//! | `open` | connecting within its time, with TLS or without |
//! | `setup` | what a new connection is told and asked |
//! | `failure` | why there is no connection |

#[cfg(feature = "tls")]
mod encryption;
mod failure;
mod login;
mod open;
mod setup;

pub(crate) use open::{Opened, connect, open};
pub(crate) use setup::Server;
