use std::io::{self, Read};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;

/// How a connection through a [`Proxy`](super::Proxy) breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Both sides are reset (RST), as by a crashed machine that is back, or a firewall that rejects.
    Reset,
    /// Both sides are closed in order (FIN), as by a process that ended.
    Close,
    /// Nothing passes any more, not even the end of a connection, as by a firewall that drops.
    BlackHole,
}

/// Ends a connection with an RST when `stream` is dropped.
pub(super) fn reset_on_drop(stream: &TcpStream) -> io::Result<()> {
    Ok(set_socket_linger(stream, Some(Duration::ZERO))?)
}

/// Ends a connection with a FIN. `stream` does not block.
pub(super) fn close(mut stream: &TcpStream) -> io::Result<()> {
    set_socket_linger(stream, None)?;
    stream.shutdown(Shutdown::Write)?;
    // What was received and not read would make an RST of it.
    let mut rest = [0; 4096];
    while stream.read(&mut rest).is_ok_and(|count| count > 0) {}
    Ok(())
}
