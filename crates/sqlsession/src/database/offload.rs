use std::{panic, thread};

use sqlsession_core::{Error, ErrorKind, Result};
use tokio::{runtime::Handle, sync::oneshot};

/// Runs a blocking closure where it stalls no async runtime: on tokio's blocking pool, or on a thread of its own where
/// there is no tokio.
///
/// Dropped, the closure goes on; it has to look for itself whether anybody waits.
pub(super) async fn offload<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let refused =
        |cause: &str| Error::new(ErrorKind::ResourceExhausted, format!("no thread to run on: {cause}"));
    if let Ok(runtime) = Handle::try_current() {
        return match runtime.spawn_blocking(work).await {
            Ok(value) => Ok(value),
            // The closure's own panic goes on where the closure was given.
            Err(failed) if failed.is_panic() => panic::resume_unwind(failed.into_panic()),
            Err(failed) => Err(refused(&failed.to_string())),
        };
    }
    let (sender, receiver) = oneshot::channel();
    let spawned = thread::Builder::new().name("sqlsession-blocking".into()).spawn(move || {
        let outcome = panic::catch_unwind(panic::AssertUnwindSafe(work));
        drop(sender.send(outcome));
    });
    if let Err(error) = spawned {
        return Err(refused(&error.to_string()));
    }
    match receiver.await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(payload)) => panic::resume_unwind(payload),
        Err(_) => Err(refused("the thread ended")),
    }
}
