use std::{
    hint::black_box,
    sync::atomic::{AtomicI64, Ordering},
};

use deadpool::{
    Runtime,
    managed::{self, Metrics, RecycleError, RecycleResult},
};
use deadpool_sync::SyncWrapper;
use rusqlite::Connection;

use super::raw;
use crate::{
    Fallible,
    contest::{Contestant, Work},
    place::Place,
};

/// What deadpool-sqlite is, whose own crate wants another rusqlite than the peers do: connections behind a mutex on the
/// blocking pool, each of which is asked for a number before it is lent again.
pub struct DeadpoolSqlite(managed::Pool<Manager>);

struct Manager {
    place: Place,
    lent: AtomicI64,
}

impl managed::Manager for Manager {
    type Type = SyncWrapper<Connection>;
    type Error = rusqlite::Error;

    async fn create(&self) -> Result<SyncWrapper<Connection>, rusqlite::Error> {
        let place = self.place.clone();
        SyncWrapper::new(Runtime::Tokio1, move || place.file()).await
    }

    async fn recycle(
        &self,
        connection: &mut SyncWrapper<Connection>,
        _: &Metrics,
    ) -> RecycleResult<rusqlite::Error> {
        let number = self.lent.fetch_add(1, Ordering::Relaxed);
        let answer: i64 = connection
            .interact(move |connection| connection.query_row("select $1", [number], |row| row.get(0)))
            .await
            .map_err(|error| RecycleError::message(error.to_string()))??;
        if answer == number { Ok(()) } else { Err(RecycleError::message("another number")) }
    }
}

impl Contestant for DeadpoolSqlite {
    const NAME: &'static str = "deadpool-sqlite";

    fn does(work: Work) -> bool {
        matches!(work, Work::Checkout | Work::Contended)
    }

    async fn open(place: &Place) -> Fallible<Self> {
        let manager = Manager { place: place.clone(), lent: AtomicI64::new(0) };
        Ok(Self(managed::Pool::builder(manager).max_size(8).build()?))
    }

    async fn checkout(&self, id: i64) -> Fallible<()> {
        let connection = self.0.get().await?;
        let user = connection.interact(move |connection| raw::select(connection, id)).await;
        black_box(user.map_err(|error| error.to_string())??);
        Ok(())
    }
}
