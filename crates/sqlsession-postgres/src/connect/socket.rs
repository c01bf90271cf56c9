use std::{fmt, io, net::SocketAddr, path::PathBuf};

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

use super::{Failure, Wire};
use crate::options::Keepalive;

/// Where a socket is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

/// Connects. Cancel safe: dropped, it leaves nothing behind.
pub(super) async fn connect(place: &Place, keepalive: Keepalive) -> Result<Wire, Failure> {
    match place {
        Place::Tcp(address) => {
            let stream = TcpStream::connect(address).await.map_err(Failure::unreached)?;
            stream.set_nodelay(true).map_err(Failure::unreached)?;
            keep_alive(&stream, keepalive).map_err(Failure::without_keepalive)?;
            Ok(Wire::Tcp(stream))
        }
        #[cfg(unix)]
        Place::Unix(path) => {
            tokio::net::UnixStream::connect(path).await.map(Wire::Unix).map_err(Failure::unreached)
        }
        #[cfg(not(unix))]
        Place::Unix(_) => Err(Failure::unreached(io::Error::new(
            io::ErrorKind::Unsupported,
            "this system has no Unix sockets",
        ))),
    }
}

fn keep_alive(stream: &TcpStream, keepalive: Keepalive) -> io::Result<()> {
    let socket = SockRef::from(stream);
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "fuchsia"))]
    if keepalive.user_timeout.is_some() {
        socket.set_tcp_user_timeout(keepalive.user_timeout)?;
    }
    if !keepalive.on {
        return Ok(());
    }
    socket.set_keepalive(true)?;
    let Keepalive { idle, interval, count, .. } = keepalive;
    if idle.is_none() && interval.is_none() && count.is_none() {
        return Ok(());
    }
    let mut times = TcpKeepalive::new();
    if let Some(idle) = idle {
        times = times.with_time(idle);
    }
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple", windows))]
    {
        if let Some(interval) = interval {
            times = times.with_interval(interval);
        }
        if let Some(count) = count {
            times = times.with_retries(count);
        }
    }
    socket.set_tcp_keepalive(&times)
}
