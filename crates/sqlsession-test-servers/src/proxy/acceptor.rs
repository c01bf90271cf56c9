use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, sleep};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, poll};

use super::waker::{self, Sleeper, Waker};
use crate::port;

/// How often a port is tried: another process may take it between the look and the bind.
const ATTEMPTS: u32 = 50;

/// A port on 127.0.0.1 and the thread that takes its connections.
#[derive(Debug)]
pub(super) struct Acceptor {
    port: u16,
    gate: Arc<Gate>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

/// Whether the port is to be open, and whether it is.
#[derive(Debug)]
struct Gate {
    state: Mutex<GateState>,
    moved: Condvar,
}

#[derive(Debug)]
struct GateState {
    wanted: bool,
    open: bool,
    /// There is no thread any more that would move it.
    ended: bool,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Acceptor {
    /// Gives each connection to `take`.
    pub(super) fn start(take: impl FnMut(TcpStream) + Send + 'static) -> Result<Self> {
        let (port, listener) = listen_anywhere()?;
        let (waker, sleeper) = waker::pair()?;
        let state = Mutex::new(GateState { wanted: true, open: true, ended: false });
        let gate = Arc::new(Gate { state, moved: Condvar::new() });
        let seen = Arc::clone(&gate);
        let thread = thread::Builder::new()
            .name(format!("acceptor {port}"))
            .spawn(move || run(port, listener, &seen, &sleeper, take))
            .context("start a thread")?;
        Ok(Self { port, gate, waker, thread: Some(thread) })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Closes the port, so that connections are refused, or opens it again. It is done when this returns.
    pub(super) fn set_open(&self, open: bool) {
        let mut state = self.gate.state();
        state.wanted = open;
        self.waker.wake();
        while state.open != open && !state.ended {
            state = self.gate.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
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

/// A port that is not among those the system gives to outgoing connections: closed, it is free to be opened again.
fn listen_anywhere() -> Result<(u16, TcpListener)> {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        let port = port::free()?;
        match listen(port) {
            Ok(listener) => return Ok((port, listener)),
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(|| anyhow::anyhow!("no port was tried"), Into::into)).context("listen on a port")
}

fn listen(port: u16) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn listen_again(port: u16) -> Option<TcpListener> {
    for _ in 0..ATTEMPTS {
        match listen(port) {
            Ok(listener) => return Some(listener),
            Err(_) => sleep(Duration::from_millis(20)),
        }
    }
    eprintln!("warning: the port {port} of a proxy was taken while it was closed");
    None
}

fn run(port: u16, listener: TcpListener, gate: &Gate, sleeper: &Sleeper, mut take: impl FnMut(TcpStream)) {
    let mut listener = Some(listener);
    while !sleeper.is_stopped() {
        let wanted = gate.state().wanted;
        // Also before it is closed: who has connected by then is not refused.
        take_all(listener.as_ref(), &mut take);
        if wanted != listener.is_some() {
            listener = if wanted { listen_again(port) } else { None };
            let mut state = gate.state();
            state.open = wanted;
            // A port that somebody else has taken stays closed.
            state.ended = wanted && listener.is_none();
            gate.moved.notify_all();
            if state.ended {
                return;
            }
        }
        let mut descriptors = vec![PollFd::new(sleeper, PollFlags::IN)];
        descriptors.extend(listener.as_ref().map(|listener| PollFd::new(listener, PollFlags::IN)));
        // A failure, such as an interruption, is met by looking at both.
        let _ = poll(&mut descriptors, None);
    }
    gate.state().ended = true;
    gate.moved.notify_all();
}

fn take_all(listener: Option<&TcpListener>, take: &mut impl FnMut(TcpStream)) {
    while let Some(Ok((stream, _))) = listener.map(TcpListener::accept) {
        take(stream);
    }
}
