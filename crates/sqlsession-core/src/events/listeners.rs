use std::{sync::Arc, time::Instant};

use super::{
    CloseEvent, ConnectionEvent, Events, OpenEvent, RetryEvent, SavepointEvent, StatementEvent, WaitEvent,
};
use crate::{Error, ErrorKind, Result, Value, pool::CloseReason};

/// Those who watch an engine. Usually nobody, which costs one test.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listeners(Option<Arc<[Arc<dyn Events>]>>);

impl Listeners {
    pub(crate) fn new(listeners: Vec<Arc<dyn Events>>) -> Self {
        Self((!listeners.is_empty()).then(|| listeners.into()))
    }

    /// The time, if there is somebody to be told how long something took.
    pub(crate) fn clock(&self) -> Option<Instant> {
        self.0.as_ref().map(|_| Instant::now())
    }

    /// An attempt to open a connection, begun at that time, ended.
    pub(crate) fn tell_open<T>(&self, start: Option<Instant>, result: &Result<T>) {
        let Some((listeners, start)) = self.0.as_ref().zip(start) else { return };
        let elapsed = start.elapsed();
        for listener in listeners.iter() {
            listener.open(OpenEvent { elapsed, error: result.as_ref().err() });
        }
    }

    /// A checkout that has waited since that time waits no more.
    pub(crate) fn tell_wait<T>(&self, start: Option<Instant>, result: &Result<T>) {
        let Some((listeners, start)) = self.0.as_ref().zip(start) else { return };
        let elapsed = start.elapsed();
        for listener in listeners.iter() {
            listener.wait(WaitEvent { elapsed, error: result.as_ref().err().map(Error::kind) });
        }
    }

    #[inline]
    pub(crate) fn tell(&self, connection: u64, call: fn(&dyn Events, ConnectionEvent)) {
        if let Some(listeners) = &self.0 {
            for listener in listeners.iter() {
                call(&**listener, ConnectionEvent { connection });
            }
        }
    }

    #[inline]
    pub(crate) fn tell_after_commit(&self, connection: u64, error: Option<&Error>) {
        if let Some(listeners) = &self.0 {
            for listener in listeners.iter() {
                listener.after_commit(ConnectionEvent { connection }, error);
            }
        }
    }

    #[inline]
    pub(crate) fn tell_close(&self, connection: u64, reason: CloseReason) {
        if let Some(listeners) = &self.0 {
            for listener in listeners.iter() {
                listener.close(CloseEvent { connection, reason });
            }
        }
    }

    pub(crate) fn tell_retry(&self, event: RetryEvent) {
        for listener in self.0.iter().flat_map(|listeners| listeners.iter()) {
            listener.retry(event);
        }
    }

    #[inline]
    pub(crate) fn tell_savepoint(
        &self,
        connection: u64,
        savepoint: u32,
        call: fn(&dyn Events, SavepointEvent),
    ) {
        if let Some(listeners) = &self.0 {
            for listener in listeners.iter() {
                call(&**listener, SavepointEvent { connection, savepoint });
            }
        }
    }

    /// Announces a statement; what it gives announces the end.
    #[inline]
    pub(crate) fn statement(
        &self,
        connection: u64,
        sql: &Arc<str>,
        sets: usize,
        values: &[Vec<Value>],
    ) -> Option<RunningStatement> {
        let listeners = self.0.as_ref()?;
        for listener in listeners.iter() {
            listener.before_statement(StatementEvent { connection, sql, sets, values });
        }
        Some(RunningStatement {
            listeners: listeners.clone(),
            connection,
            sql: sql.clone(),
            sets,
            start: Instant::now(),
            ended: false,
        })
    }
}

/// A statement that was announced and has not ended.
#[derive(Debug)]
pub(crate) struct RunningStatement {
    listeners: Arc<[Arc<dyn Events>]>,
    connection: u64,
    sql: Arc<str>,
    sets: usize,
    start: Instant,
    ended: bool,
}

impl RunningStatement {
    pub(crate) fn end(mut self, error: Option<&Error>) {
        self.tell_end(error);
    }

    fn tell_end(&mut self, error: Option<&Error>) {
        self.ended = true;
        let elapsed = self.start.elapsed();
        for listener in self.listeners.iter() {
            let (connection, sql, sets) = (self.connection, &*self.sql, self.sets);
            let event = StatementEvent { connection, sql, sets, values: &[] };
            listener.after_statement(event, elapsed, error);
        }
    }
}

impl Drop for RunningStatement {
    fn drop(&mut self) {
        if !self.ended {
            let dropped = Error::new(ErrorKind::Interrupted, "the future of the statement was dropped");
            self.tell_end(Some(&dropped));
        }
    }
}
