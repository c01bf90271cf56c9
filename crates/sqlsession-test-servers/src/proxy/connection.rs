use std::io;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::direction::Direction;
use super::fault::{Fault, close, reset_on_drop};
use super::orders::{Cut, Shared};
use super::passed::Sender;
use super::waker::{self, Sleeper, Waker};

const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A connection as its proxy sees it.
#[derive(Debug)]
pub(super) struct Handle {
    end: Arc<Mutex<Fault>>,
    stranded: Arc<AtomicBool>,
    waker: Waker,
    thread: JoinHandle<()>,
}

impl Handle {
    /// Connects `client` with the target, on a thread of its own.
    pub(super) fn start(number: usize, client: TcpStream, shared: Arc<Shared>) -> Result<Self> {
        let (waker, sleeper) = waker::pair()?;
        let end = Arc::new(Mutex::new(Fault::Reset));
        let how = Arc::clone(&end);
        let stranded = Arc::new(AtomicBool::new(false));
        let is_stranded = Arc::clone(&stranded);
        let thread = thread::Builder::new()
            .name("proxy".to_owned())
            .spawn(move || {
                // A connection that failed has told both sides.
                let _ = run(number, client, &shared, &sleeper, &how, &is_stranded);
            })
            .context("start a thread")?;
        Ok(Self { end, stranded, waker, thread })
    }

    pub(super) fn is_open(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Makes it look at its orders.
    pub(super) fn wake(&self) {
        self.waker.wake();
    }

    /// Leaves it in a black hole of its own.
    pub(super) fn strand(&self) {
        self.stranded.store(true, Ordering::SeqCst);
        self.waker.wake();
    }

    pub(super) fn is_stranded(&self) -> bool {
        self.stranded.load(Ordering::SeqCst)
    }

    /// Ends it. Both sides know when this returns.
    pub(super) fn end(self, fault: Fault) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = fault;
        self.waker.stop();
        // Its panic was printed.
        let _ = self.thread.join();
    }
}

fn run(
    number: usize,
    client: TcpStream,
    shared: &Shared,
    sleeper: &Sleeper,
    how: &Mutex<Fault>,
    is_stranded: &AtomicBool,
) -> io::Result<()> {
    let ordered = || *how.lock().unwrap_or_else(PoisonError::into_inner);
    // Until an orderly end, every way out is a reset.
    reset_on_drop(&client)?;
    client.set_nonblocking(true)?;
    client.set_nodelay(true)?;
    loop {
        if sleeper.is_stopped() {
            return if ordered() == Fault::Close { close(&client) } else { Ok(()) };
        }
        // After the look at the sleeper, which has forgotten its wake-ups now.
        if !shared.orders().black_hole && !is_stranded.load(Ordering::SeqCst) {
            break;
        }
        sleep_until(None, &mut [PollFd::new(sleeper, PollFlags::IN)])?;
    }
    let target = shared.orders().target;
    let server = TcpStream::connect_timeout(&target, CONNECT_LIMIT)?;
    reset_on_drop(&server)?;
    server.set_nonblocking(true)?;
    server.set_nodelay(true)?;
    let (up, down) = (Direction::default(), Direction::default());
    let mut connection = Connection {
        number,
        shared,
        client,
        server,
        up,
        down,
        client_spoke: false,
        is_lost: false,
        is_stranded,
        reply_trap: None,
        cut: None,
        heals: shared.orders().heals,
    };
    while !sleeper.is_stopped() {
        connection.wait(sleeper)?;
        match connection.pass()? {
            Step::On => {}
            Step::Broken(Fault::BlackHole) => connection.is_lost = true,
            Step::Broken(Fault::Reset) => return Ok(()),
            Step::Over | Step::Broken(Fault::Close) => return connection.close(),
        }
    }
    if ordered() == Fault::Close { connection.close() } else { Ok(()) }
}

/// Waits for one of the events or that moment. An interruption counts as one of them.
fn sleep_until(moment: Option<Instant>, descriptors: &mut [PollFd<'_>]) -> io::Result<()> {
    let limit = moment.map(|moment| moment.saturating_duration_since(Instant::now()));
    let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
    match poll(descriptors, limit.as_ref()) {
        Err(rustix::io::Errno::INTR) | Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

struct Connection<'a> {
    number: usize,
    shared: &'a Shared,
    client: TcpStream,
    server: TcpStream,
    up: Direction,
    down: Direction,
    /// Whether the client has sent something since it was last answered.
    client_spoke: bool,
    /// Whether this connection alone is in a black hole.
    is_lost: bool,
    /// Whether it was put there from outside.
    is_stranded: &'a AtomicBool,
    /// What happens when the server speaks.
    reply_trap: Option<ReplyTrap>,
    /// The order to cut that was last heard of, with what may still pass.
    cut: Option<Cut>,
    /// How often the proxy had been healed when that was last looked at.
    heals: u64,
}

struct ReplyTrap {
    fault: Fault,
    /// How often the proxy had been healed then: the next time ends this.
    heals: u64,
}

enum Step {
    On,
    Over,
    Broken(Fault),
}

impl Connection<'_> {
    fn is_in_black_hole(&self) -> bool {
        self.is_lost || self.is_stranded.load(Ordering::SeqCst) || self.shared.orders().black_hole
    }

    fn wait(&self, sleeper: &Sleeper) -> io::Result<()> {
        let mut descriptors = vec![PollFd::new(sleeper, PollFlags::IN)];
        if self.is_in_black_hole() {
            return sleep_until(None, &mut descriptors);
        }
        let now = Instant::now();
        for (stream, incoming, outgoing) in
            [(&self.client, &self.up, &self.down), (&self.server, &self.down, &self.up)]
        {
            let mut events = PollFlags::empty();
            events.set(PollFlags::IN, incoming.wants_input());
            events.set(PollFlags::OUT, outgoing.due().is_some_and(|due| due <= now));
            // A socket that nothing is wanted of would still report that its other side is gone.
            if !events.is_empty() {
                descriptors.push(PollFd::new(stream, events));
            }
        }
        let later = [self.up.due(), self.down.due()].into_iter().flatten().filter(|&due| due > now).min();
        sleep_until(later, &mut descriptors)
    }

    /// Passes on what there is.
    fn pass(&mut self) -> io::Result<Step> {
        if self.is_in_black_hole() {
            return Ok(Step::On);
        }
        self.hear_of_healing();
        let mut broken = None;
        if self.up.wants_input()
            && let Some(bytes) = self.up.read(&self.client)?
        {
            if let Some(fault) = self.trapped(Sender::Client, &bytes) {
                return Ok(Step::Broken(fault));
            }
            self.client_spoke = true;
            broken = self.take(Sender::Client, bytes);
        }
        if broken.is_none()
            && self.down.wants_input()
            && let Some(bytes) = self.down.read(&self.server)?
        {
            if let Some(fault) = self.trapped(Sender::Server, &bytes) {
                return Ok(Step::Broken(fault));
            }
            broken = self.take(Sender::Server, bytes);
        }
        let (shared, number) = (self.shared, self.number);
        self.up.write(&self.server, |bytes| shared.record(number, Sender::Client, bytes))?;
        if self.client_spoke && self.down.due().is_some_and(|due| due <= Instant::now()) {
            self.client_spoke = false;
            // Before the client can see the answer.
            self.shared.round_trips.fetch_add(1, Ordering::SeqCst);
        }
        self.down.write(&self.client, |bytes| shared.record(number, Sender::Server, bytes))?;
        if let Some(fault) = broken {
            return Ok(Step::Broken(fault));
        }
        Ok(if self.up.is_over() && self.down.is_over() { Step::Over } else { Step::On })
    }

    /// Takes bytes on their way, as slowly as is ordered; only some of them where the connection is to be cut in the
    /// middle, which the fault then says.
    fn take(&mut self, sender: Sender, mut bytes: Vec<u8>) -> Option<Fault> {
        let (delay, drip) = {
            let orders = self.shared.orders();
            if self.cut.map(|cut| cut.number) != orders.cut.map(|cut| cut.number) {
                self.cut = orders.cut;
            }
            (orders.delay, orders.drip)
        };
        let mut fault = None;
        if let Some(cut) = self.cut.as_mut().filter(|cut| cut.sender == sender) {
            if bytes.len() > cut.after {
                bytes.truncate(cut.after);
                fault = Some(cut.fault);
            }
            cut.after -= bytes.len();
        }
        let (direction, delay) = match sender {
            Sender::Client => (&mut self.up, Duration::ZERO),
            Sender::Server => (&mut self.down, delay),
        };
        match drip {
            Some(drip) => direction.drip(&bytes, drip),
            None => direction.push(bytes, delay),
        }
        if fault.is_some() {
            direction.hurry();
        }
        fault
    }

    /// What was held back passes at once when the proxy is healed.
    fn hear_of_healing(&mut self) {
        let heals = self.shared.orders().heals;
        if heals != self.heals {
            self.heals = heals;
            self.up.hurry();
            self.down.hurry();
        }
    }

    /// The fault that waits for these bytes, which is taken.
    fn trapped(&mut self, sender: Sender, bytes: &[u8]) -> Option<Fault> {
        let mut orders = self.shared.orders();
        let pattern = orders.trap.as_ref().filter(|trap| trap.sender == sender);
        let direction = if sender == Sender::Client { &mut self.up } else { &mut self.down };
        let is_met = direction.completes(bytes, pattern.map(|trap| trap.pattern.as_slice()));
        if sender == Sender::Server
            && let Some(reply) = self.reply_trap.take()
            && reply.heals == orders.heals
        {
            return Some(reply.fault);
        }
        let trap = if is_met { orders.trap.take()? } else { return None };
        if trap.on_reply {
            self.reply_trap = Some(ReplyTrap { fault: trap.fault, heals: orders.heals });
            return None;
        }
        Some(trap.fault)
    }

    fn close(self) -> io::Result<()> {
        close(&self.client)?;
        close(&self.server)
    }
}
