use std::{fmt, future::Future, str::FromStr};

use sqlsession_core::{AsyncEngine, DatabaseUrl, EngineOptions, Error, blocking, runtime::Executor};
use tokio::{
    runtime::Runtime,
    task::{self, JoinHandle},
};

use super::Engine;
use crate::Backend;

/// By which of the library's faces scenarios are run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Client {
    /// By `await`.
    #[default]
    Async,
    /// By blocking calls.
    Blocking,
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Client {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "async" => Ok(Self::Async),
            "blocking" => Ok(Self::Blocking),
            _ => Err(format!("unknown client {name:?}: want async or blocking")),
        }
    }
}

impl Client {
    /// The name by which decisions speak of it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Async => "async",
            Self::Blocking => "blocking",
        }
    }

    /// Polls a scenario to its end.
    ///
    /// # Errors
    /// `InvalidState` inside of an async task.
    pub(crate) fn drive<F: Future>(self, runtime: &Runtime, scenario: F) -> Result<F::Output, Error> {
        match self {
            Self::Async => Ok(runtime.block_on(scenario)),
            Self::Blocking => {
                // The outside connection, and the clock, are the runtime's.
                let _context = runtime.enter();
                Executor::Caller.block_on(scenario)
            }
        }
    }

    /// Begins a step that runs beside those that follow.
    pub(crate) fn spawn<T: Send + 'static>(
        self,
        step: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<Result<T, Error>> {
        match self {
            Self::Async => tokio::spawn(async { Ok(step.await) }),
            Self::Blocking => task::spawn_blocking(|| Executor::Caller.block_on(step)),
        }
    }

    /// An engine for this face.
    ///
    /// # Errors
    /// What the driver says of the URL and the options.
    pub(crate) fn engine(
        self,
        backend: &dyn Backend,
        url: DatabaseUrl,
        options: EngineOptions,
    ) -> Result<Engine, Error> {
        Ok(match self {
            Self::Async => Engine::Async(backend.engine(url, options)?),
            Self::Blocking => Engine::Blocking(of_blocking(&backend.engine(url, options.blocking())?)?),
        })
    }
}

fn of_blocking(engine: &AsyncEngine) -> Result<blocking::Engine, Error> {
    blocking::Engine::new(engine.inner().clone())
}
