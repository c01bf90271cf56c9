use sqlsession_core::{Error, ErrorKind, Result, driver::Face};
use tokio::runtime::Handle;

/// Where the work of an operation runs that may take long, and how its waits are waited for.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// On the thread that calls, which may be held up.
    Here,
    /// On the blocking pool of this runtime.
    Pool(Handle),
}

impl Place {
    /// The place for an engine of this face; an `await` outside of any tokio runtime is a blocking call.
    pub(crate) fn of(face: Face) -> Self {
        match face {
            Face::Blocking => Self::Here,
            Face::Async => Handle::try_current().map_or(Self::Here, Self::Pool),
        }
    }

    /// Runs this to its end. An error means that what it had taken along is lost: it panicked, or its runtime ended.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        match self {
            Self::Here => Ok(work()),
            Self::Pool(runtime) => runtime.spawn_blocking(work).await.map_err(|lost| {
                Error::new(
                    ErrorKind::ConnectionLost,
                    "the thread that ran the statement did not give it back",
                )
                .with_cause(lost)
            }),
        }
    }
}
