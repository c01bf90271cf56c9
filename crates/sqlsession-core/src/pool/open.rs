//! How a connection is opened, and another one in the place of what is dead.

use std::time::{Duration, Instant};

use super::{
    CloseReason, Lease, Pool,
    slot::{Identity, Idle, SetLevel},
};
use crate::{
    Error, ErrorKind, Result,
    driver::{Control, Driver, DriverConnection, Finished, Operation},
    runtime::{jitter, timeout},
};

/// How long a connection may take to say that it lives.
const PING_LIMIT: Duration = Duration::from_secs(5);

impl<D: Driver> Pool<D> {
    /// The idle connection, if it answers; else another one.
    pub(super) async fn renew(
        &self,
        lease: &mut Lease<D>,
        idle: Option<Idle<D::Connection>>,
    ) -> Result<D::Connection> {
        let Some(idle) = idle else { return self.connect(lease).await };
        let expired = self.expired(&idle);
        let Idle { connection, mut identity, .. } = idle;
        let (number, losses) = (identity.number, identity.losses);
        let answered = if expired.is_none() && connection.is_usable() {
            identity.losses = self.losses();
            lease.set_identity(identity);
            // Nobody has waited for an answer of a host that is gone before.
            timeout(self.options.connect_timeout.unwrap_or(PING_LIMIT), ping(connection))
                .await
                .unwrap_or(Err(None))
        } else {
            Err(Some(connection))
        };
        match answered {
            Ok(connection) => Ok(connection),
            Err(dead) => {
                let shared = lease.shared().clone();
                lease.forget_identity();
                if expired.is_none() && self.lost(losses) {
                    shared.listeners.tell(number, |l, e| l.invalidate(e));
                }
                shared.close(dead, number, expired.unwrap_or(CloseReason::Lost));
                self.connect(lease).await
            }
        }
    }

    /// Opens a connection in the place that this lease holds.
    pub(super) async fn connect(&self, lease: &mut Lease<D>) -> Result<D::Connection> {
        let shared = lease.shared().clone();
        let losses = self.losses();
        let generation = lease.generation().clone();
        let connecting = generation.connect();
        let start = shared.listeners.clock();
        let opening = shared.driver.connect();
        let opened = match self.options.connect_timeout {
            None => opening.await,
            Some(limit) => timeout(limit, opening).await.unwrap_or_else(|| Err(too_late(limit))),
        };
        shared.listeners.tell_open(start, &opened);
        let connection = opened.inspect_err(|error| {
            self.counters.connect_failed();
            if self.outage.failed(error) && !generation.has_live() {
                generation.send_away();
            }
        })?;
        drop(connecting);
        let created = Instant::now();
        lease.set_identity(Box::new(Identity {
            number: self.counters.connected(),
            created,
            end: self.options.lifetime().and_then(|age| created.checked_add(age - jitter(age / 10))),
            losses,
            canceller: connection.canceller(),
            texts: shared.texts.local(),
            isolation: SetLevel::Known(None),
            closes_on_return: false,
        }));
        lease.tell(|l, e| l.connect(e));
        Ok(connection)
    }
}

fn too_late(limit: Duration) -> Error {
    Error::new(ErrorKind::ConnectTimeout, format!("no connection was made within {limit:?}"))
}

/// The connection, if it answers; else what is left of it.
async fn ping<C: DriverConnection>(connection: C) -> Result<C, Option<C>> {
    let finished = match connection.control(Control::Ping) {
        Operation::Done(connection, result) => Finished { connection: Some(connection), result },
        Operation::Running(ping) => ping.await,
    };
    match finished {
        Finished { connection: Some(alive), result: Ok(_) } => Ok(alive),
        Finished { connection, .. } => Err(connection),
    }
}
