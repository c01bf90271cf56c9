//! How a connection is made.
//!
//! | file | what it holds |
//! |---|---|
//! | `login` | what mysql_async is told |
//! | `open` | connecting within its time, with TLS or without |
//! | `setup` | what a new connection is told and asked |
//! | `failure` | why there is no connection |

mod failure;
mod login;
mod open;
mod setup;

pub(crate) use login::login;
pub(crate) use open::{Opened, connect, open};
pub(crate) use setup::Server;
