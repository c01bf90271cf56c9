use std::{sync::Arc, time::Instant};

use super::{ConnectionEvent, Events, SavepointEvent, StatementEvent};
use crate::{Result, driver::Outcome};

/// Those who watch an engine. Usually nobody, which costs one test.
#[derive(Debug, Clone, Default)]
pub(crate) struct Listeners(Option<Arc<[Arc<dyn Events>]>>);

impl Listeners {
    pub(crate) fn new(listeners: Vec<Arc<dyn Events>>) -> Self {
        Self((!listeners.is_empty()).then(|| listeners.into()))
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
    pub(crate) fn statement(&self, connection: u64, sql: &Arc<str>, sets: usize) -> Option<RunningStatement> {
        let listeners = self.0.as_ref()?;
        for listener in listeners.iter() {
            listener.before_statement(StatementEvent { connection, sql, sets });
        }
        Some(RunningStatement {
            listeners: listeners.clone(),
            connection,
            sql: sql.clone(),
            sets,
            start: Instant::now(),
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
}

impl RunningStatement {
    pub(crate) fn end(self, result: &Result<Outcome>) {
        let elapsed = self.start.elapsed();
        for listener in self.listeners.iter() {
            let event = StatementEvent { connection: self.connection, sql: &self.sql, sets: self.sets };
            listener.after_statement(event, elapsed, result.as_ref().err());
        }
    }
}
