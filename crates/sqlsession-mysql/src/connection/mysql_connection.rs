use std::{any::Any, fmt, sync::Arc, time::Duration};

use mysql_async::Conn;
use sqlsession_core::{
    Result,
    driver::{
        BoxFuture, BulkRequest, Cancel, Control, DriverConnection, ManyRequest, Operation, Outcome, Request,
        RowSender, ServerTransaction,
    },
};
use tokio::time::timeout;

use super::{cancel::Canceller, prepared::PreparedStatements, transaction::Transaction};
use crate::{
    connect::{Opened, Server},
    options::MysqlOptions,
};

/// How long a connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection to a MySQL or MariaDB server.
pub struct MysqlConnection(pub(super) Box<Inner>);

pub(super) struct Inner {
    pub(super) conn: Conn,
    pub(super) server: Server,
    pub(super) prepared: PreparedStatements,
    pub(super) canceller: Arc<Canceller>,
    pub(super) transaction: Transaction,
    /// Something happened after which the connection cannot be trusted.
    pub(super) spoilt: bool,
}

impl MysqlConnection {
    pub(crate) fn new(opened: Opened, options: &MysqlOptions) -> Self {
        let Opened { conn, server } = opened;
        Self(Box::new(Inner {
            canceller: Arc::new(Canceller::new(options.clone(), server.clone())),
            conn,
            server,
            prepared: PreparedStatements::new(options.statement_cache_size()),
            transaction: Transaction::default(),
            spoilt: false,
        }))
    }
}

/// Runs one of the methods of [`Inner`] as an operation that owns the connection.
macro_rules! operation {
    ($connection:ident, $running:expr) => {
        Operation::Running(Box::pin(async move {
            let result: Result<Outcome> = match $connection.0.take_over().await {
                Ok(()) => $running.await,
                Err(error) => Err(error),
            };
            $connection.finish(result).await
        }))
    };
}

impl DriverConnection for MysqlConnection {
    fn execute(mut self, request: Request) -> Operation<Self> {
        operation!(self, self.0.execute(&request))
    }

    fn execute_many(mut self, request: ManyRequest) -> Operation<Self> {
        operation!(self, self.0.execute_many(&request))
    }

    fn stream(mut self, request: Request, rows: RowSender) -> Operation<Self> {
        operation!(self, self.0.stream(&request, &rows))
    }

    fn bulk_insert(mut self, request: BulkRequest) -> Operation<Self> {
        operation!(self, self.0.bulk_insert(request))
    }

    fn script(mut self, sql: Arc<str>) -> Operation<Self> {
        operation!(self, self.0.script(&sql))
    }

    fn control(mut self, control: Control) -> Operation<Self> {
        if let Some(result) = self.0.control_now(control) {
            return Operation::Done(self, result);
        }
        operation!(self, self.0.control(control))
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
