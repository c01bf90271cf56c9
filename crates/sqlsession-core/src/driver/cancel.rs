use std::fmt::Debug;

use super::BoxFuture;

/// The way to stop what a connection is doing, from any thread.
pub trait Cancel: Debug + Send + Sync {
    /// Asks the server to stop the running operation, which then ends with an error.
    ///
    /// The returned future sends what has to be sent; a driver that can cancel without waiting does so at the call and
    /// returns a ready future. With nothing running it has no effect. Core calls it only while it still owns the
    /// operation, and polls the operation afterwards, to its end before the connection is used again: a driver need not
    /// wake who polls it.
    fn cancel(&self) -> BoxFuture<'static, ()>;
}
