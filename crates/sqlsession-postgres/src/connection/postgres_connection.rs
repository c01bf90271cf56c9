use std::{any::Any, fmt, sync::Arc};

use sqlsession_core::{
    Result,
    driver::{
        Batching, BoxFuture, BulkRequest, Cancel, Control, DriverConnection, Face, Finished, IsolationLevel,
        ManyRequest, Operation, Outcome, Request, RowSender, ServerTransaction,
    },
};

use super::{cancel::Canceller, prepared::PreparedStatements, user_types::UserTypes};
use crate::{client::PostgresClient, connect::Opened, options::PostgresOptions, wire::ServerState};

/// The most bytes of entities that are held as values at a time.
const BYTES: usize = 8 * 1024 * 1024;

/// The most parameters of a statement, which the protocol counts in 16 bits.
const PARAMETERS: usize = 65_535;

/// A connection to a PostgreSQL server.
pub struct PostgresConnection(pub(super) Box<Inner>);

pub(super) struct Inner {
    pub(super) client: PostgresClient,
    pub(super) server: Arc<ServerState>,
    pub(super) prepared: PreparedStatements,
    pub(super) types: UserTypes,
    pub(super) canceller: Arc<Canceller>,
    pub(super) face: Face,
    /// Behind a pooler that gives each transaction another server session, so that nothing may be set for the session.
    pub(super) pooled: bool,
    /// The level that was set for the session; `None` is the one it began with.
    pub(super) level: Option<IsolationLevel>,
    /// The client was handed out: what it has left on its way is not known.
    pub(super) lent: bool,
    /// The server no longer had what it had prepared for the statement that was run last.
    pub(super) plan_lost: bool,
    /// Something happened after which the connection cannot be trusted.
    pub(super) spoilt: bool,
}

impl PostgresConnection {
    pub(crate) fn new(opened: Opened, options: &PostgresOptions, face: Face) -> Self {
        let Opened { client, connection, state, address } = opened;
        if options.statement_cache_size() == 0 {
            // Looking them up takes statements with names.
            state.mask_types();
        }
        let canceller = Arc::new(Canceller::new(client.cancel_token(), address.clone(), Arc::clone(&state)));
        let client = PostgresClient::start(client, connection, address, Arc::clone(&state));
        Self(Box::new(Inner {
            client,
            server: state,
            prepared: PreparedStatements::new(options.statement_cache_size()),
            types: UserTypes::default(),
            canceller,
            face,
            pooled: options.is_pgbouncer(),
            level: None,
            lent: false,
            plan_lost: false,
            spoilt: false,
        }))
    }
}

/// Runs one of the methods of [`Inner`] as an operation that owns the connection.
macro_rules! operation {
    ($connection:ident, $running:expr) => {
        Operation::Running(Box::pin(async move {
            let result: Result<Outcome> = $running.await;
            $connection.0.server.begins_no_longer();
            if $connection.0.is_settled(&result) {
                return Finished { connection: Some($connection), result };
            }
            Box::pin($connection.finish(result)).await
        }))
    };
}

impl DriverConnection for PostgresConnection {
    fn execute(mut self, request: Request) -> Operation<Self> {
        operation!(self, self.0.execute(&request))
    }

    fn execute_many(mut self, request: ManyRequest) -> Operation<Self> {
        operation!(self, self.0.execute_many(request))
    }

    fn stream(mut self, request: Request, rows: RowSender) -> Operation<Self> {
        operation!(self, self.0.stream(request, rows))
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

    fn batching(&self) -> Batching {
        Batching::default().with_returning(true).with_limits(BYTES, PARAMETERS)
    }

    fn server_transaction(&self) -> ServerTransaction {
        self.0.server.transaction()
    }

    fn is_usable(&self) -> bool {
        self.0.is_usable()
    }

    fn canceller(&self) -> Arc<dyn Cancel> {
        self.0.canceller.clone()
    }

    fn raw(&mut self) -> &mut (dyn Any + Send) {
        self.0.lent = true;
        // What was wanted of a statement that failed is not to be taken from the user's.
        let _ = self.0.server.description();
        &mut self.0.client
    }

    fn close(self) -> BoxFuture<'static, ()> {
        let Inner { client, prepared, .. } = *self.0;
        let goodbye = client.goodbye();
        // Only now: as long as there is a client, each would be closed by a message of its own.
        drop(prepared);
        Box::pin(goodbye)
    }
}

impl fmt::Debug for PostgresConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresConnection").field("host", self.0.client.host()).finish_non_exhaustive()
    }
}
