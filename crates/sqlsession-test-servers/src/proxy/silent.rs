use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;

use super::acceptor::Acceptor;

/// A server that takes every connection, reads nothing and never answers. Dropping it closes the connections.
#[derive(Debug)]
pub struct SilentServer {
    acceptor: Acceptor,
    connections: Arc<AtomicUsize>,
}

impl SilentServer {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// There is no port or no thread to be had.
    pub fn start() -> Result<Self> {
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        let mut kept: Vec<TcpStream> = Vec::new();
        let acceptor = Acceptor::start(move |stream| {
            kept.push(stream);
            counter.store(kept.len(), Ordering::SeqCst);
        })?;
        Ok(Self { acceptor, connections })
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.acceptor.port()
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
