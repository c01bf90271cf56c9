//! The same by other words of the API, where that changes what is sent.

use super::{Native, Sqlsession, by_await::keep};
use crate::{
    Fallible,
    contest::{Contestant, Work},
    place::Place,
    users::sessions,
};

/// Out of the pool by a session, which begins, and rolls back at its end.
pub struct InSession(Sqlsession<Native>);

impl Contestant for InSession {
    const NAME: &'static str = "sqlsession, a session";

    fn does(work: Work) -> bool {
        matches!(work, Work::Checkout | Work::Contended)
    }

    async fn open(place: &Place) -> Fallible<Self> {
        Ok(Self(Sqlsession::open(place).await?))
    }

    async fn checkout(&self, id: i64) -> Fallible<()> {
        keep(sessions::select(&mut self.0.database.session_maker().session(), id).await?)
    }
}

/// A unit whose commit goes with its update, and a stream that is taken batch by batch.
pub struct CommitWithUpdate(Sqlsession<Native>);

impl Contestant for CommitWithUpdate {
    const NAME: &'static str = "sqlsession, in short";

    fn does(work: Work) -> bool {
        matches!(work, Work::Unit | Work::Stream)
    }

    async fn open(place: &Place) -> Fallible<Self> {
        Ok(Self(Sqlsession::open(place).await?))
    }

    async fn unit(&mut self, id: i64) -> Fallible<()> {
        Ok(sessions::short_unit(&mut self.0.units, id).await?)
    }

    async fn stream(&mut self) -> Fallible<usize> {
        Ok(sessions::stream_by_batch(&mut self.0.selects).await?)
    }
}
