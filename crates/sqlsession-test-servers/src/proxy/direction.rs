use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use super::orders::Drip;

/// What may wait here before the sender has to.
const LIMIT: usize = 1 << 20;

/// The bytes on their way from one side to the other.
#[derive(Debug, Default)]
pub(super) struct Direction {
    chunks: VecDeque<Chunk>,
    queued: usize,
    source_ended: bool,
    sink_ended: bool,
    /// The end of what came before, for patterns that come in two parts.
    tail: Vec<u8>,
}

#[derive(Debug)]
struct Chunk {
    due: Instant,
    bytes: Vec<u8>,
    written: usize,
    /// Whether it was shown to who wants to know what passes.
    seen: bool,
}

impl Direction {
    pub(super) fn wants_input(&self) -> bool {
        !self.source_ended && self.queued < LIMIT
    }

    /// When there is something to write, or the end to be passed on. `None` when there is neither.
    pub(super) fn due(&self) -> Option<Instant> {
        self.chunks.front().map(|chunk| chunk.due)
    }

    pub(super) fn is_over(&self) -> bool {
        self.sink_ended
    }

    /// Reads what there is. `None` is the end of the source, or that it has nothing now.
    pub(super) fn read(&mut self, mut source: &TcpStream) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = vec![0; 64 * 1024];
        match source.read(&mut bytes) {
            Ok(0) => {
                self.source_ended = true;
                Ok(None)
            }
            Ok(count) => {
                bytes.truncate(count);
                Ok(Some(bytes))
            }
            Err(error) if is_not_ready(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn push(&mut self, bytes: Vec<u8>, delay: Duration) {
        self.queued += bytes.len();
        self.chunks.push_back(Chunk { due: Instant::now() + delay, bytes, written: 0, seen: false });
    }

    /// Lets the bytes pass in small pieces, each so long after the one before.
    pub(super) fn drip(&mut self, bytes: &[u8], drip: Drip) {
        self.queued += bytes.len();
        let last = self.chunks.back().map(|chunk| chunk.due);
        let mut due = last.unwrap_or_else(Instant::now).max(Instant::now());
        for piece in bytes.chunks(drip.bytes.max(1)) {
            due += drip.every;
            self.chunks.push_back(Chunk { due, bytes: piece.to_vec(), written: 0, seen: false });
        }
    }

    /// Makes everything due that waits.
    pub(super) fn hurry(&mut self) {
        let now = Instant::now();
        for chunk in &mut self.chunks {
            chunk.due = chunk.due.min(now);
        }
    }

    /// Writes what is due and what the sink takes, and passes the end of the source on after it. What is written is
    /// first shown to `see`.
    pub(super) fn write(&mut self, mut sink: &TcpStream, mut see: impl FnMut(&[u8])) -> io::Result<()> {
        let now = Instant::now();
        while let Some(chunk) = self.chunks.front_mut().filter(|chunk| chunk.due <= now) {
            if !chunk.seen {
                chunk.seen = true;
                see(&chunk.bytes);
            }
            match sink.write(&chunk.bytes[chunk.written..]) {
                Ok(count) => chunk.written += count,
                Err(error) if is_not_ready(&error) => return Ok(()),
                Err(error) => return Err(error),
            }
            if chunk.written == chunk.bytes.len() {
                self.queued -= chunk.bytes.len();
                self.chunks.pop_front();
            }
        }
        if self.source_ended && self.chunks.is_empty() && !self.sink_ended {
            self.sink_ended = true;
            // The other side may be gone already.
            let _ = sink.shutdown(Shutdown::Write);
        }
        Ok(())
    }

    /// Whether `pattern` ends in `bytes`, which come next. To be called once for each read, with any pattern.
    pub(super) fn completes(&mut self, bytes: &[u8], pattern: Option<&[u8]>) -> bool {
        const LONGEST: usize = 64;
        let mut seen = std::mem::take(&mut self.tail);
        let before = seen.len();
        seen.extend_from_slice(bytes);
        let found = pattern.is_some_and(|pattern| {
            let first = before.saturating_sub(pattern.len().saturating_sub(1));
            seen[first..].windows(pattern.len().max(1)).any(|window| window == pattern)
        });
        self.tail = seen.split_off(seen.len().saturating_sub(LONGEST));
        found
    }
}

fn is_not_ready(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_found_across_reads_and_once() {
        let mut direction = Direction::default();
        let pattern: Option<&[u8]> = Some(b"COMMIT");
        assert!(!direction.completes(b"xCOM", pattern));
        assert!(direction.completes(b"MIT and more", pattern));
        assert!(!direction.completes(b" and more", pattern), "it was in an earlier read");
        assert!(direction.completes(b"COMMIT", pattern));
        assert!(!direction.completes(b"COMMI", None));
        assert!(direction.completes(b"T", pattern));
        assert!(!direction.completes(b"", pattern));
    }
}
