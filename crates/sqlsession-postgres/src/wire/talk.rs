//! What is said over a tap in its tests.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::{server_state::ServerState, tap::Tap};

pub(super) const STARTUP: &[u8] = b"\0\0\0\x08\0\x03\0\0";
pub(super) const ERROR: &[u8] = b"E\0\0\0\x05\0";
pub(super) const ROLLBACK: &[u8] = b"Q\0\0\0\x0dROLLBACK\0";

pub(super) fn ready_for_query(status: u8) -> [u8; 6] {
    [b'Z', 0, 0, 0, 5, status]
}

/// A client behind a tap, and its server.
pub(super) struct Talk {
    pub(super) tap: Tap<DuplexStream>,
    pub(super) server: DuplexStream,
    pub(super) state: Arc<ServerState>,
}

impl Talk {
    pub(super) async fn start() -> Self {
        let (stream, server) = duplex(4096);
        let (tap, state) = Tap::new(stream);
        let mut talk = Self { tap, server, state };
        talk.says(STARTUP).await;
        talk.hears(&ready_for_query(b'I')).await;
        talk
    }

    pub(super) async fn says(&mut self, bytes: &[u8]) {
        self.tap.write_all(bytes).await.unwrap();
    }

    pub(super) async fn hears(&mut self, bytes: &[u8]) {
        self.server.write_all(bytes).await.unwrap();
        let mut heard = vec![0; bytes.len()];
        self.tap.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard, bytes);
    }
}
