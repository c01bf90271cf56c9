use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use anyhow::{Context, Result};

/// Wakes a thread that waits in `poll`.
#[derive(Debug)]
pub(super) struct Waker(UnixStream);

/// What the thread waits on.
#[derive(Debug)]
pub(super) struct Sleeper(UnixStream);

pub(super) fn pair() -> Result<(Waker, Sleeper)> {
    let (waker, sleeper) = UnixStream::pair().context("make a pair of sockets")?;
    waker.set_nonblocking(true)?;
    sleeper.set_nonblocking(true)?;
    Ok((Waker(waker), Sleeper(sleeper)))
}

impl Waker {
    /// A waker whose buffer is full has woken its thread already, and a thread that is gone needs none.
    pub(super) fn wake(&self) {
        let _ = (&self.0).write(&[0]);
    }

    /// Wakes it for good.
    pub(super) fn stop(&self) {
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

impl Sleeper {
    /// Takes the wake-ups that came, and tells whether the waker is stopped or gone.
    pub(super) fn is_stopped(&self) -> bool {
        let mut bytes = [0; 64];
        loop {
            match (&self.0).read(&mut bytes) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() != std::io::ErrorKind::WouldBlock,
            }
        }
    }
}

impl AsFd for Sleeper {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
