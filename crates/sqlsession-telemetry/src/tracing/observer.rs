use std::{sync::Arc, time::Duration};

use sqlsession_core::events::{Events, Observed, Observer};

use super::spans::Spans;
use crate::database::Database;

/// Traces an engine: a span for each transaction, in it one for each statement, and one for each connection that is
/// opened.
///
/// Given to [`EngineOptions::observe`](sqlsession_core::EngineOptions::observe). Nothing is recorded that a user may have
/// typed: of texts the literals are left out, and the values of parameters unless they are
/// [asked for](Self::parameters). Where no subscriber wants
/// the spans of the target `sqlsession`, a statement costs a look at that.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tracing {
    pub(super) slow: Option<Duration>,
    pub(super) parameters: bool,
}

impl Tracing {
    /// Traces without a word on slow statements.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells of statements that took longer than this, by an event of level WARN. Default: of none.
    #[must_use]
    pub fn slow_statements(mut self, threshold: Duration) -> Self {
        self.slow = Some(threshold);
        self
    }

    /// Records the values of parameters, secrets among them, as `sqlsession.query.parameters`: for the developer's own machine.
    /// As many as [`shown_values`](sqlsession_core::events::StatementEvent::shown_values) shows. Default: no.
    #[must_use]
    pub fn parameters(mut self, recorded: bool) -> Self {
        self.parameters = recorded;
        self
    }
}

impl Observer for Tracing {
    fn watch(&self, engine: &Observed<'_>) -> Arc<dyn Events> {
        Arc::new(Spans::new(Database::of(engine), *engine.dialect, *self))
    }
}
