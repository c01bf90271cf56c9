use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;

use super::acceptor::Acceptor;
use super::connection::Handle;
use super::fault::Fault;
use super::orders::{Cut, Drip, Orders, Shared, Trap};
use super::passed::{Passed, Sender};

/// A TCP proxy on 127.0.0.1 that counts round trips and breaks connections on purpose. Dropping it resets them.
///
/// When the target cannot be reached the client is reset.
///
/// ```no_run
/// use sqlsession_test_servers::{Fault, PostgresServer, Proxy};
///
/// let server = PostgresServer::start()?;
/// let proxy = Proxy::start(server.port())?;
/// let url = server.url_through(proxy.port());
/// // … a client connects to `url` …
/// let before = proxy.round_trips();
/// // … and does something …
/// println!("{} round trips", proxy.round_trips() - before);
/// proxy.fail_on_answer("COMMIT\0", Fault::Reset);
/// # anyhow::Ok(())
/// ```
#[derive(Debug)]
pub struct Proxy {
    /// Dropped before the connections are: none comes after them.
    acceptor: Acceptor,
    shared: Arc<Shared>,
    handles: Arc<Mutex<Vec<Handle>>>,
}

impl Proxy {
    /// Starts one on a free port, in front of that port of 127.0.0.1.
    ///
    /// # Errors
    /// There is no port or no thread to be had.
    pub fn start(target_port: u16) -> Result<Self> {
        let shared = Arc::new(Shared::new(target_port));
        let handles: Arc<Mutex<Vec<Handle>>> = Arc::default();
        let (taken_shared, taken_handles) = (Arc::clone(&shared), Arc::clone(&handles));
        let acceptor = Acceptor::start(move |client| {
            let number = taken_shared.connections.fetch_add(1, Ordering::SeqCst);
            let mut handles = lock(&taken_handles);
            handles.retain(Handle::is_open);
            match Handle::start(number, client, Arc::clone(&taken_shared)) {
                Ok(handle) => handles.push(handle),
                Err(error) => eprintln!("warning: the proxy lost a connection: {error:#}"),
            }
        })?;
        Ok(Self { acceptor, shared, handles })
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.acceptor.port()
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many connections have not ended. One that a side has just closed may still count.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        lock(&self.handles).iter().filter(|handle| handle.is_open()).count()
    }

    /// How many times a client sent something and was answered, over all connections. What the server says of
    /// itself, as the greeting of MySQL, is none. What is sent before the answer has come, or has no answer, as
    /// MySQL's closing of a statement, is part of the same round trip; a [delay](Self::delay) of some milliseconds makes sure
    /// that a client which does not wait is seen as such.
    ///
    /// A client that has read an answer finds it counted.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.shared.round_trips.load(Ordering::SeqCst)
    }

    /// What has passed since this was asked last, in the order in which the proxy passed it on; the first time it is
    /// nothing. A client that has read an answer finds it here.
    #[must_use]
    pub fn take_record(&self) -> Vec<Passed> {
        self.shared.take_record()
    }

    /// Holds every answer of the server back for so long, from now on.
    pub fn delay(&self, delay: Duration) {
        self.orders().delay = delay;
    }

    /// Sends connections that are made from now on to another port of 127.0.0.1.
    pub fn redirect(&self, target_port: u16) {
        self.orders().target.set_port(target_port);
    }

    /// Breaks every connection there is. A black hole takes those that are made later too, until
    /// [`heal`](Self::heal); otherwise new connections work.
    pub fn fail(&self, fault: Fault) {
        if fault == Fault::BlackHole {
            self.orders().black_hole = true;
            return;
        }
        let handles = std::mem::take(&mut *lock(&self.handles));
        for handle in handles {
            handle.end(fault);
        }
    }

    /// Breaks the first connection on which a client sends these bytes. The server does not see them.
    /// It replaces an earlier call that has not come to pass. Only the last 64 bytes before a read are kept, so
    /// the bytes should be fewer.
    ///
    /// The text of a query follows the byte 3 in MySQL's protocol, and that of a statement to prepare the byte
    /// 22, so that `"\x03COMMIT"` is not met by a text that only has the word in it.
    pub fn fail_on_request(&self, bytes: impl AsRef<[u8]>, fault: Fault) {
        self.set_trap(Sender::Client, bytes.as_ref(), false, fault);
    }

    /// Breaks the first connection on which a client sends these bytes, when the server answers. The server sees
    /// the request; the client does not see the answer, whatever it is: MySQL says the same to every statement
    /// without rows. It replaces an earlier call that has not come to pass. The bytes are looked for as by
    /// [`fail_on_request`](Self::fail_on_request); the next that the server sends is taken for the answer.
    pub fn fail_on_answer_to(&self, bytes: impl AsRef<[u8]>, fault: Fault) {
        self.set_trap(Sender::Client, bytes.as_ref(), true, fault);
    }

    /// Breaks the first connection on which the server answers these bytes. The client does not see them.
    /// It replaces an earlier call that has not come to pass. Only the last 64 bytes before a read are kept, so
    /// the bytes should be fewer.
    pub fn fail_on_answer(&self, bytes: impl AsRef<[u8]>, fault: Fault) {
        self.set_trap(Sender::Server, bytes.as_ref(), false, fault);
    }

    /// Breaks each connection, those that are made later too, once so many more bytes of that side have passed on it,
    /// until [`heal`](Self::heal). The bytes before are passed on.
    pub fn cut_after(&self, sender: Sender, bytes: usize, fault: Fault) {
        let mut orders = self.orders();
        orders.cuts += 1;
        orders.cut = Some(Cut { number: orders.cuts, sender, after: bytes, fault });
    }

    /// Lets so many bytes pass at once in each direction, and the next ones only after `every`.
    pub fn drip(&self, bytes: usize, every: Duration) {
        self.orders().drip = Some(Drip { bytes, every });
    }

    /// Puts every connection there is in a black hole, for good: a client that is gone for its server, or the other way
    /// round, and neither knows. New connections work. [`end_stranded`](Self::end_stranded) resets them.
    pub fn strand(&self) {
        lock(&self.handles).iter().for_each(Handle::strand);
    }

    /// Resets the connections that were left by [`strand`](Self::strand).
    pub fn end_stranded(&self) {
        let stranded: Vec<Handle> =
            lock(&self.handles).extract_if(.., |handle| handle.is_stranded()).collect();
        for handle in stranded {
            handle.end(Fault::Reset);
        }
    }

    /// Refuses new connections, as a machine does on which no server runs, until [`heal`](Self::heal). Those there are
    /// go on.
    pub fn refuse(&self) {
        self.acceptor.set_open(false);
    }

    /// Ends all that was ordered for connections to come as well: the delay, the drip, the cut, the black hole, the
    /// refusal, and what waits for certain bytes or the answer to them. Connections in a black hole go on, except those
    /// that fell in by certain bytes or were stranded.
    pub fn heal(&self) {
        {
            let mut orders = self.orders();
            orders.delay = Duration::ZERO;
            orders.black_hole = false;
            orders.trap = None;
            orders.cut = None;
            orders.drip = None;
            orders.heals += 1;
        }
        self.acceptor.set_open(true);
        for handle in lock(&self.handles).iter() {
            handle.wake();
        }
    }

    fn set_trap(&self, sender: Sender, bytes: &[u8], on_reply: bool, fault: Fault) {
        self.orders().trap = Some(Trap { sender, pattern: bytes.to_vec(), on_reply, fault });
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.shared.orders()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.acceptor.stop();
        self.orders().black_hole = false;
        self.fail(Fault::Reset);
    }
}

fn lock(handles: &Mutex<Vec<Handle>>) -> MutexGuard<'_, Vec<Handle>> {
    handles.lock().unwrap_or_else(PoisonError::into_inner)
}
