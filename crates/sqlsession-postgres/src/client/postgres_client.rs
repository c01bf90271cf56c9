use std::{fmt, ops::Deref, pin::pin, sync::Arc, task::Context, time::Duration};

use sqlsession_core::{Result, bulk::quote_name};
use tokio::{task::JoinHandle, time::timeout};
use tokio_postgres::{Client, Connection, Statement};

use super::{CopyIn, CopyOut, Notifications, link::Link};
use crate::{
    connect::{Address, Guarded},
    error::from_postgres,
    options::Host,
    wire::{ServerState, Tap},
};

/// How long a connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// The raw client of a connection: `session.driver_connection::<PostgresClient>()`.
///
/// It is a [`tokio_postgres::Client`] by `Deref`, and has beside it what sessions do not offer: COPY as streams and
/// LISTEN. What is done on it is part of the session's transaction, which is open when the client is handed out. What
/// goes back to the pool with the connection: the transaction is rolled back and nothing is listened to any more, unless a
/// function did the LISTEN; what else was set by hand stays set.
///
/// ```no_run
/// use sqlsession_postgres::{PostgresClient, PostgresEngine};
///
/// # async fn example() -> sqlsession_core::Result<()> {
/// let engine = PostgresEngine::new("postgresql://localhost/shop")?;
/// let mut session = engine.session_maker().session();
/// let client = session.driver_connection::<PostgresClient>().await?;
/// let mut copy = client.copy_in("copy visitors (name) from stdin").await?;
/// copy.send("Ada\nGrace\n").await?;
/// assert_eq!(copy.finish().await?, 2);
/// session.commit().await?;
/// # Ok(()) }
/// ```
pub struct PostgresClient {
    client: Client,
    address: Address,
    link: Arc<Link>,
    server: Arc<ServerState>,
    task: Option<JoinHandle<()>>,
}

impl PostgresClient {
    /// Has the connection turned by a task of the runtime this is called in.
    pub(crate) fn start(
        client: Client,
        connection: Connection<Tap<Guarded>, Tap<Guarded>>,
        address: Address,
        server: Arc<ServerState>,
    ) -> Self {
        let link = Arc::new(Link::default());
        let task = Some(Arc::clone(&link).turn(connection, Arc::clone(&server)));
        Self { client, address, link, server, task }
    }

    /// The server this connection is to, of those in the URL.
    #[must_use]
    pub fn host(&self) -> &Host {
        self.address.host()
    }

    /// Listens to a channel: what is said there from now on, and on all channels that this connection listens to,
    /// comes out of the newest [`Notifications`].
    ///
    /// Inside a transaction it begins with the COMMIT (PostgreSQL's manual on LISTEN), so it is best done on a
    /// connection of isolation level AUTOCOMMIT. Behind a pooler of transactions it does not work.
    ///
    /// # Errors
    /// What the server says.
    pub async fn listen(&self, channel: &str) -> Result<Notifications> {
        let notifications = Notifications(self.link.subscribe());
        self.batch_execute(&format!("LISTEN {}", quote_name(channel, '"'))).await.map_err(from_postgres)?;
        Ok(notifications)
    }

    /// Stops listening to all channels.
    ///
    /// # Errors
    /// What the server says.
    pub async fn unlisten(&self) -> Result<()> {
        self.batch_execute("UNLISTEN *").await.map_err(from_postgres)?;
        self.no_longer_listens();
        Ok(())
    }

    /// Begins a `COPY … FROM STDIN`, whose data are then sent. Nothing else can be sent before it has ended.
    ///
    /// # Errors
    /// What the server says.
    pub async fn copy_in(&mut self, sql: &str) -> Result<CopyIn<'_>> {
        self.begin_copy_in(sql).await
    }

    /// As [`copy_in`](Self::copy_in), of a caller that sends nothing else before it has ended.
    pub(crate) async fn begin_copy_in(&self, sql: &str) -> Result<CopyIn<'_>> {
        let copy = self.prepare(sql).await.map_err(from_postgres)?;
        self.copy_in_prepared(&copy).await
    }

    /// As [`begin_copy_in`](Self::begin_copy_in), of a COPY that is prepared.
    pub(crate) async fn copy_in_prepared(&self, copy: &Statement) -> Result<CopyIn<'_>> {
        CopyIn::begin(self, &self.server, copy).await
    }

    /// Begins a `COPY … TO STDOUT`, whose data are then read.
    ///
    /// # Errors
    /// What the server says.
    pub async fn copy_out(&self, sql: &str) -> Result<CopyOut<'_>> {
        CopyOut::begin(self, sql).await
    }

    pub(crate) fn no_longer_listens(&self) {
        self.server.no_longer_listens();
        self.link.unsubscribe();
    }

    /// What the server, or the network, said when the connection ended.
    pub(crate) fn parting_words(&self) -> Option<&str> {
        self.link.parting_words()
    }

    /// Has a text sent, whose answer nobody waits for.
    pub(crate) fn post(&self, sql: &'static str) {
        let sending = pin!(self.batch_execute(sql));
        // Its first poll hands it to the connection's task, which reads the answer of a request that was given up.
        let _ = sending.poll(&mut Context::from_waker(std::task::Waker::noop()));
    }

    /// Says goodbye and waits until the socket is closed, for so long.
    pub(crate) fn goodbye(mut self) -> impl Future<Output = ()> + Send + 'static {
        let task = self.task.take();
        let settled = self.server.is_answered();
        drop(self);
        async move {
            let Some(mut task) = task else { return };
            if !settled || timeout(GOODBYE, &mut task).await.is_err() {
                task.abort();
            }
        }
    }
}

impl Drop for PostgresClient {
    fn drop(&mut self) {
        // tokio-postgres would read the answer to its end, of a server that may never send it.
        if let Some(task) = &self.task
            && !self.server.is_answered()
        {
            task.abort();
        }
    }
}

impl Deref for PostgresClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl fmt::Debug for PostgresClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresClient").field("host", self.host()).finish_non_exhaustive()
    }
}
