use std::{any::Any, fmt, sync::Arc, time::Duration};

use mysql_async::Conn;
use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{
        Batching, BoxFuture, BulkRequest, Cancel, Control, DriverConnection, Finished, ManyRequest,
        Operation, Outcome, Request, RowSender, ServerTransaction,
    },
};
use tokio::time::timeout;

use super::{
    cancel::{Canceller, KillQuery},
    insert::MOST_BYTES,
    prepared::PreparedStatements,
    transaction::Transaction,
    unfinished::Unfinished,
};
use crate::{
    connect::{Opened, Server},
    options::MysqlOptions,
};

/// What lies between the keys of the rows of one INSERT: InnoDB draws them all at once where it knows how many they are.
const KEY_STEP: &str = "SELECT @@auto_increment_increment";

/// The most parameters of a statement, which the protocol counts in 16 bits.
const PARAMETERS: usize = 65_535;

/// How long a connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection to a MySQL or MariaDB server.
pub struct MysqlConnection(pub(super) Box<Inner>);

pub(super) struct Inner {
    pub(super) conn: Conn,
    pub(super) server: Server,
    /// The character set that text travels in.
    pub(super) charset: String,
    /// Whether rows may go by LOAD DATA LOCAL.
    pub(super) local_infile: bool,
    pub(super) prepared: PreparedStatements,
    /// The database it is in, as far as that is known.
    pub(super) database: Option<String>,
    pub(super) canceller: Arc<Canceller>,
    pub(super) transaction: Transaction,
    /// Something happened after which the connection cannot be trusted.
    pub(super) spoilt: bool,
}

impl MysqlConnection {
    pub(crate) fn new(opened: Opened, options: &MysqlOptions) -> Self {
        let Opened { conn, server } = opened;
        Self(Box::new(Inner {
            canceller: Arc::new(Canceller::new(KillQuery {
                options: options.clone(),
                server: server.clone(),
            })),
            conn,
            server,
            charset: options.charset().to_owned(),
            local_infile: options.local_infile(),
            prepared: PreparedStatements::new(options.statement_cache_size()),
            // The command may have gone to another one.
            database: options.database().filter(|_| options.init_command().is_none()).map(str::to_owned),
            transaction: Transaction::default(),
            spoilt: false,
        }))
    }
}

/// Runs one of the methods of [`Inner`] as an operation that owns the connection. Within its limit, if it has one, the work
/// of the raw client is taken over as well.
macro_rules! operation {
    ($connection:expr, |$inner:ident| $running:expr) => {
        operation!($connection, None, |$inner| $running)
    };
    ($connection:expr, $limit:expr, |$inner:ident| $running:expr) => {{
        let mut unfinished = Unfinished::new($connection);
        Operation::Running(Box::pin(async move {
            let result: Result<Outcome> = match unfinished.inner() {
                Some($inner) => {
                    let taken = match $inner.transaction.is_lent() {
                        true => Box::pin($inner.take_over_within($limit)).await,
                        false => Ok(()),
                    };
                    match taken {
                        Ok(()) => $running.await,
                        Err(error) => Err(error),
                    }
                }
                // Can not come to pass: it is taken below.
                None => Err(Error::new(ErrorKind::InvalidState, "the connection is gone")),
            };
            match unfinished.take() {
                Some(connection) => connection.finish(result).await,
                None => Finished { connection: None, result },
            }
        }))
    }};
}

impl DriverConnection for MysqlConnection {
    fn execute(self, request: Request) -> Operation<Self> {
        operation!(self, request.options.timeout, |inner| inner.execute(&request))
    }

    fn execute_many(self, request: ManyRequest) -> Operation<Self> {
        operation!(self, request.options.timeout, |inner| inner.execute_many(&request))
    }

    fn stream(self, request: Request, rows: RowSender) -> Operation<Self> {
        operation!(self, request.options.timeout, |inner| inner.stream(&request, &rows))
    }

    fn bulk_insert(self, request: BulkRequest) -> Operation<Self> {
        operation!(self, request.options.timeout, |inner| inner.bulk_insert(request))
    }

    fn script(self, sql: Arc<str>) -> Operation<Self> {
        operation!(self, |inner| inner.script(&sql))
    }

    fn warnings(self) -> Operation<Self> {
        operation!(self, |inner| inner.warnings())
    }

    fn control(mut self, control: Control) -> Operation<Self> {
        if let Some(result) = self.0.control_now(control) {
            return Operation::Done(self, result);
        }
        operation!(self, |inner| inner.control(control))
    }

    fn batching(&self) -> Batching {
        let server = &self.0.server;
        Batching::default()
            .with_returning(server.has_returning)
            .with_key_step(server.numbers_rows.then_some(KEY_STEP))
            .with_limits(MOST_BYTES.min(server.max_packet / 2), PARAMETERS)
    }

    fn server_transaction(&self) -> ServerTransaction {
        self.0.transaction.word(&self.0.conn)
    }

    fn is_usable(&self) -> bool {
        !self.0.spoilt && !self.0.conn.is_disconnected()
    }

    fn canceller(&self) -> Arc<dyn Cancel> {
        self.0.canceller.clone()
    }

    fn raw(&mut self) -> &mut (dyn Any + Send) {
        self.0.transaction.lend();
        &mut self.0.conn
    }

    fn close(self) -> BoxFuture<'static, ()> {
        let conn = self.0.conn;
        Box::pin(async move {
            // Whether the server hears of it or not, the socket is closed.
            let _ = timeout(GOODBYE, conn.disconnect()).await;
        })
    }
}

impl fmt::Debug for MysqlConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MysqlConnection").field("id", &self.0.conn.id()).finish_non_exhaustive()
    }
}
