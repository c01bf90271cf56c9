use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, poll};

use super::waker::{self, Sleeper, Waker};

/// A port on 127.0.0.1 and the thread that takes its connections.
#[derive(Debug)]
pub(super) struct Acceptor {
    port: u16,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

impl Acceptor {
    /// Gives each connection to `take`.
    pub(super) fn start(take: impl FnMut(TcpStream) + Send + 'static) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("listen on a port")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let (waker, sleeper) = waker::pair()?;
        let thread = thread::Builder::new()
            .name(format!("acceptor {port}"))
            .spawn(move || run(&listener, &sleeper, take))
            .context("start a thread")?;
        Ok(Self { port, waker, thread: Some(thread) })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Closes the port. Connections that were not given away yet are lost.
    pub(super) fn stop(&mut self) {
        self.waker.stop();
        if let Some(thread) = self.thread.take() {
            // Its panic was printed.
            let _ = thread.join();
        }
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(listener: &TcpListener, sleeper: &Sleeper, mut take: impl FnMut(TcpStream)) {
    while !sleeper.is_stopped() {
        let mut descriptors = [PollFd::new(listener, PollFlags::IN), PollFd::new(sleeper, PollFlags::IN)];
        // A failure, such as an interruption, is met by looking at both.
        let _ = poll(&mut descriptors, None);
        while let Ok((stream, _)) = listener.accept() {
            take(stream);
        }
    }
}
