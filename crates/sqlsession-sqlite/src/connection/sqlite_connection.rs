use std::{any::Any, fmt, sync::Arc};

use sqlsession_core::{
    Error, ErrorKind,
    driver::{
        Batching, BoxFuture, BulkRequest, Cancel, Control, DriverConnection, ManyRequest, Operation, Request,
        RowSender, ServerTransaction,
    },
};

use super::{
    Inner,
    drive::{self, Job},
    many::Many,
    stream::Streaming,
};
use crate::place::Place;

/// The first version of SQLite with RETURNING.
const RETURNING: i32 = 3_035_000;

/// The most bytes of entities that are held as values at a time.
const BYTES: usize = 8 * 1024 * 1024;

/// A connection to a SQLite database.
///
/// Its raw client is a [`rusqlite::Connection`]. What is set there stays set; the progress handler and the hooks of commit and
/// rollback are this driver's. A transaction that is rolled back there, by a text too, is one that only rollback ends.
/// A COMMIT that fails there is the program's to notice: SQLite announces a commit before it has gone through, so one that
/// fails on the disk, and is rolled back, is taken for one that was made.
pub struct SqliteConnection(pub(crate) Box<Inner>);

impl fmt::Debug for SqliteConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteConnection").field("sqlite", &self.0.sqlite).finish_non_exhaustive()
    }
}

impl DriverConnection for SqliteConnection {
    fn execute(self, request: Request) -> Operation<Self> {
        let timeout = request.options.timeout;
        drive::start(self, request, timeout)
    }

    fn execute_many(self, request: ManyRequest) -> Operation<Self> {
        let timeout = request.options.timeout;
        drive::start(self, Job::Many(Many::new(request)), timeout)
    }

    fn bulk_insert(self, request: BulkRequest) -> Operation<Self> {
        let timeout = request.options.timeout;
        drive::start(self, Job::Many(Many::bulk(request)), timeout)
    }

    fn stream(self, request: Request, rows: RowSender) -> Operation<Self> {
        let timeout = request.options.timeout;
        drive::start(self, Job::Stream(Streaming::new(request, rows)), timeout)
    }

    fn script(self, sql: Arc<str>) -> Operation<Self> {
        drive::start(self, Job::Script(sql), None)
    }

    fn control(mut self, control: Control) -> Operation<Self> {
        if control == Control::Ping && self.0.was_rolled_back() {
            self.0.state.lent = false;
            let words = "the transaction was rolled back while the raw client was in use";
            return Operation::Done(self, Err(Error::new(ErrorKind::InvalidState, words)));
        }
        drive::start(self, control, None)
    }

    fn batching(&self) -> Batching {
        Batching::default()
            .with_returning(rusqlite::version_number() >= RETURNING)
            .with_limits(BYTES, 999)
            .without_counts_through_views()
    }

    fn server_transaction(&self) -> ServerTransaction {
        if !self.0.sqlite.is_autocommit() {
            ServerTransaction::Open
        } else if self.0.was_rolled_back() {
            // A ping tells.
            ServerTransaction::Unknown
        } else {
            ServerTransaction::Idle
        }
    }

    fn is_usable(&self) -> bool {
        true
    }

    fn canceller(&self) -> Arc<dyn Cancel> {
        Arc::clone(&self.0.state.canceller) as Arc<dyn Cancel>
    }

    /// The [`rusqlite::Connection`].
    fn raw(&mut self) -> &mut (dyn Any + Send) {
        // The caller may alter tables and prepare the same texts, which the names remembered here would not survive.
        self.0.columns.clear();
        self.0.state.untouched = false;
        // A cancel of what ran before is not meant for what runs there.
        self.0.state.guard.begin_operation();
        self.0.state.guard.await_end();
        self.0.state.lent = !self.0.sqlite.is_autocommit();
        &mut self.0.sqlite
    }

    fn close(self) -> BoxFuture<'static, ()> {
        // The last connection to a file copies the write-ahead log back, which may take a while.
        let place = Place::of(self.0.state.shared.face);
        Box::pin(async move {
            // A lost thread has closed it, too.
            let _ = place.run(move || drop(self)).await;
        })
    }
}
