use std::{fmt, path::PathBuf};

use sqlsession_postgres_types::SOCKET_FOLDERS;

/// The port where nothing says another.
pub(crate) const DEFAULT_PORT: u16 = 5432;

/// A server's place: a name or address with a port, or the folder of a Unix socket.
///
/// `Display` shows `host:port` or the path of the socket.
///
/// ```
/// use sqlsession_postgres::Host;
///
/// assert_eq!(Host::new("::1", 5432).to_string(), "[::1]:5432");
/// assert_eq!(Host::new("/tmp", 5433).to_string(), "/tmp/.s.PGSQL.5433");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host {
    name: String,
    port: u16,
}

impl Host {
    /// A server by name or address, or by the folder of its socket, which begins with a `/`. The empty name is libpq's
    /// default: the socket in `/var/run/postgresql` or `/tmp`, and `localhost` where there is none.
    #[must_use]
    pub fn new(name: impl Into<String>, port: u16) -> Self {
        Self { name: name.into(), port }
    }

    /// The name or address, or the folder of the socket.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port, which is a part of the socket's name too.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path of the Unix socket, if it is one.
    #[must_use]
    pub fn socket(&self) -> Option<PathBuf> {
        self.name.starts_with('/').then(|| socket_in(&self.name, self.port))
    }

    /// This host, or the one the empty name stands for at this moment.
    pub(crate) fn resolved(&self) -> Self {
        if !self.name.is_empty() {
            return self.clone();
        }
        let folder = SOCKET_FOLDERS.iter().find(|folder| socket_in(folder, self.port).exists());
        Self::new(*folder.unwrap_or(&"localhost"), self.port)
    }
}

fn socket_in(folder: &str, port: u16) -> PathBuf {
    PathBuf::from(format!("{}/.s.PGSQL.{port}", folder.trim_end_matches('/')))
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.socket() {
            Some(path) => write!(f, "{}", path.display()),
            None if self.name.contains(':') => write!(f, "[{}]:{}", self.name, self.port),
            None => write!(f, "{}:{}", self.name, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_shown_as_it_is_dialled() {
        assert_eq!(Host::new("db.local", 5432).to_string(), "db.local:5432");
        assert_eq!(Host::new("127.0.0.1", 1).to_string(), "127.0.0.1:1");
        assert_eq!(Host::new("/run/pg/", 5432).to_string(), "/run/pg/.s.PGSQL.5432");
        assert_eq!(Host::new("/", 5432).to_string(), "/.s.PGSQL.5432");
    }

    #[test]
    fn no_name_is_a_socket_if_there_is_one() {
        // Port 0 has no socket anywhere.
        assert_eq!(Host::new("", 0).resolved(), Host::new("localhost", 0));
        assert_eq!(Host::new("h", 0).resolved(), Host::new("h", 0));
    }
}
