//! Choosing a port.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result};

/// The ports that test servers use. They lie below the range that the system gives to outgoing connections,
/// so a stopped server finds its port free again.
pub const RANGE: Range<u16> = 20_000..32_000;

/// A port of [`RANGE`] on 127.0.0.1 that nobody listens on. Two calls of one process give different ports;
/// another process may still be faster, so a server that cannot bind is to be started on another port.
///
/// # Errors
/// All are taken.
pub fn free() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let size = RANGE.end - RANGE.start;
    // Processes that start together begin at different places.
    let begin = u16::try_from(std::process::id().wrapping_mul(7919) % u32::from(size))?;
    (0..size)
        .map(|_| {
            let step = NEXT.fetch_add(1, Ordering::Relaxed) % size;
            RANGE.start + (begin + step) % size
        })
        .find(|&port| is_free(port))
        .context("no free port between 20000 and 32000")
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_in_range_and_differ() {
        let ports: Vec<u16> = (0..50).map(|_| free().unwrap()).collect();
        assert!(ports.iter().all(|port| RANGE.contains(port)), "{ports:?}");
        let mut distinct = ports.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), ports.len());
    }

    #[test]
    fn a_port_in_use_is_not_free() {
        let port = free().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        assert!(!is_free(port));
        drop(listener);
        assert!(is_free(port));
    }
}
