use std::convert::Infallible;

use deadpool::managed::{Manager, Metrics, Pool, QueueMode, RecycleResult};

use crate::Fallible;

/// deadpool with objects that are nothing.
pub struct Trivial;

impl Manager for Trivial {
    type Type = ();
    type Error = Infallible;

    async fn create(&self) -> Result<(), Infallible> {
        Ok(())
    }

    async fn recycle(&self, (): &mut (), _: &Metrics) -> RecycleResult<Infallible> {
        Ok(())
    }
}

/// A pool of so many, of which the last to come back is the next to be lent, as in an engine.
pub fn pool(size: usize) -> Fallible<Pool<Trivial>> {
    Ok(Pool::builder(Trivial).max_size(size).queue_mode(QueueMode::Lifo).build()?)
}
