use std::{any::Any, sync::Arc};

use super::{
    Batching, BoxFuture, BulkRequest, Cancel, Control, ManyRequest, Operation, Outcome, Request, RowSender,
    ServerTransaction,
};

/// A physical connection. See the [module](super) for the contract.
///
/// It is moved into every operation and back, so it should be one word: a box.
pub trait DriverConnection: Send + Sized + 'static {
    /// Runs one statement and reads its whole result.
    fn execute(self, request: Request) -> Operation<Self>;

    /// Runs one statement once for each set of values; `rows_affected` is the sum.
    ///
    /// The rows that the sets give are not kept, unless [they are wanted](ManyRequest::rows). When a set fails, the sets before it stay in the transaction only where the backend works that way (SQLite).
    fn execute_many(self, request: ManyRequest) -> Operation<Self>;

    /// Inserts rows into a table, pulling them one by one; `rows_affected` is how many.
    ///
    /// There is at least one row. When a row fails, or [`advance`](crate::bulk::BulkRows::advance) does, none of them
    /// stays where the backend can see to that, and the transaction around goes on where the backend lets it.
    fn bulk_insert(self, request: BulkRequest) -> Operation<Self>;

    /// Runs one statement and hands its rows over in batches as they are read.
    ///
    /// A first batch is sent even without rows, so that the columns are known. When the other end of `rows` is
    /// gone the operation stops reading and ends with `Ok`; but a statement that may write runs to its end, and its error
    /// is given. Memory is bounded by the channel.
    fn stream(self, request: Request, rows: RowSender) -> Operation<Self>;

    /// Runs a text of several statements separated by `;`, without values.
    fn script(self, sql: Arc<str>) -> Operation<Self>;

    /// Asks for the warnings of the statement that ran last: a result of rows of three columns, the level (`Note`,
    /// `Warning`, `Error`), the code and the message. Called only where an outcome has
    /// [counted](super::Outcome::warnings) some.
    fn warnings(self) -> Operation<Self> {
        Operation::Done(self, Ok(Outcome::default()))
    }

    /// Runs a transaction statement.
    fn control(self, control: Control) -> Operation<Self>;

    /// What the server can do with many entities in one statement. Costs nothing.
    fn batching(&self) -> Batching {
        Batching::default()
    }

    /// Whether a transaction is open, as the last answer said. Costs nothing.
    fn server_transaction(&self) -> ServerTransaction;

    /// Whether the connection looks usable. Costs nothing and asks nobody.
    fn is_usable(&self) -> bool;

    /// The way to stop what this connection does.
    fn canceller(&self) -> Arc<dyn Cancel>;

    /// The raw client, for `driver_connection::<T>()`.
    fn raw(&mut self) -> &mut (dyn Any + Send);

    /// Closes the connection politely, in bounded time.
    fn close(self) -> BoxFuture<'static, ()>;

    /// Closes a connection that nobody may use again: it was invalidated, is lost, or could not be made ready for its next
    /// user. For a driver whose [`close`](Self::close) gives connections back to where they came from.
    fn discard(self) -> BoxFuture<'static, ()> {
        self.close()
    }
}
