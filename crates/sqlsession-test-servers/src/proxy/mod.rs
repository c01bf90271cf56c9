//! What stands between a client and a server, and breaks on purpose.

mod acceptor;
mod connection;
mod direction;
mod fault;
mod mysql_command;
mod orders;
mod passed;
mod silent;
mod tcp_proxy;
mod waker;

pub use fault::Fault;
pub use mysql_command::MysqlCommand;
pub use passed::{Passed, Sender};
pub use silent::SilentServer;
pub use tcp_proxy::Proxy;
