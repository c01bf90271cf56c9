//! What a connection can be asked to do. Each operation owns it and gives it back.

use std::{any::Any, sync::Arc, thread};

use rusqlite::{Connection, InterruptHandle};
use sqlsession_core::{
    Error, ErrorKind,
    driver::{
        BoxFuture, BulkRequest, Cancel, Control, DriverConnection, Finished, ManyRequest, Operation, Outcome,
        Request, RowSender, ServerTransaction,
    },
};
use tokio::sync::oneshot;

use crate::statements;

/// One word, for it is moved into every operation and back.
pub(crate) struct PlainConnection(pub(crate) Box<Connection>);

impl PlainConnection {
    fn done(self, run: impl FnOnce(&Connection) -> sqlsession_core::Result<Outcome>) -> Operation<Self> {
        let result = run(&self.0);
        Operation::Done(self, result)
    }
}

// ANCHOR: connection
impl DriverConnection for PlainConnection {
    fn execute(self, request: Request) -> Operation<Self> {
        self.done(|sqlite| {
            statements::begin(sqlite, request.begin)?;
            if request.text.is_blank() {
                return Ok(Outcome::default());
            }
            statements::run(sqlite, request.text.sql(), &request.values)
        })
    }

    fn execute_many(self, request: ManyRequest) -> Operation<Self> {
        self.done(|sqlite| {
            statements::begin(sqlite, request.begin)?;
            let mut outcome = Outcome::default();
            for values in &request.sets {
                let one = statements::run(sqlite, request.text.sql(), values)?;
                outcome.rows_affected =
                    Some(outcome.rows_affected.unwrap_or(0) + one.rows_affected.unwrap_or(0));
            }
            Ok(outcome)
        })
    }

    fn bulk_insert(self, request: BulkRequest) -> Operation<Self> {
        self.done(|sqlite| {
            statements::begin(sqlite, request.begin)?;
            statements::all_or_none(sqlite, || statements::insert(sqlite, request))
        })
    }

    /// A row of rusqlite's lives as long as its statement, which no future may hold: a thread reads.
    fn stream(self, request: Request, rows: RowSender) -> Operation<Self> {
        let (sender, receiver) = oneshot::channel();
        thread::spawn(move || {
            let read = statements::begin(&self.0, request.begin)
                .and_then(|()| statements::read(&self.0, &request, &rows));
            drop(rows);
            drop(sender.send((self, read)));
        });
        Operation::Running(Box::pin(async {
            match receiver.await {
                Ok((connection, result)) => Finished { connection: Some(connection), result },
                Err(_) => Finished {
                    connection: None,
                    result: Err(Error::new(ErrorKind::ConnectionLost, "the reading thread has panicked")),
                },
            }
        }))
    }

    fn script(self, sql: Arc<str>) -> Operation<Self> {
        self.done(|sqlite| statements::script(sqlite, &sql))
    }

    fn control(self, control: Control) -> Operation<Self> {
        self.done(|sqlite| statements::control(sqlite, control))
    }

    fn server_transaction(&self) -> ServerTransaction {
        if self.0.is_autocommit() { ServerTransaction::Idle } else { ServerTransaction::Open }
    }

    fn is_usable(&self) -> bool {
        true
    }

    fn canceller(&self) -> Arc<dyn Cancel> {
        Arc::new(Interrupt(self.0.get_interrupt_handle()))
    }

    fn raw(&mut self) -> &mut (dyn Any + Send) {
        &mut *self.0
    }

    fn close(self) -> BoxFuture<'static, ()> {
        Box::pin(async { drop(self) })
    }
}
// ANCHOR_END: connection

/// Stops what runs, from any thread.
struct Interrupt(InterruptHandle);

impl std::fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Interrupt")
    }
}

impl Cancel for Interrupt {
    fn cancel(&self) -> BoxFuture<'static, ()> {
        self.0.interrupt();
        Box::pin(async {})
    }
}
