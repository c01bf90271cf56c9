//! The interface a driver implements, and the contract it keeps.
//!
//! A driver connects, runs statements, maps types and maps errors; sessions, the pool and cancellation are core's.
//!
//! # Operations own their connection
//!
//! Every method of [`DriverConnection`] that talks to the server takes the connection by value and gives it back with
//! the result. An operation that is not [done at once](Operation::Done) is a `'static` future that holds the
//! connection; core keeps that future in the session and the user's future only polls it. A user's future that is
//! dropped leaves the operation where it was, so that no answer can reach the next statement.
//!
//! # What a driver must hold to
//!
//! - A future inside [`Operation::Running`] reads every answer to what it sent before it gives the connection back.
//! - A connection that can no longer be trusted is not given back: `Finished::connection` is `None`.
//! - An error of kind [`ConnectionLost`](crate::ErrorKind::ConnectionLost) means that the connection is of no use. A
//!   COMMIT whose answer did not come is [`CommitUnknown`](crate::ErrorKind::CommitUnknown).
//! - A [`StatementCommitted`](crate::ErrorKind::StatementCommitted) error, of a statement whose BEGIN failed alone or that
//!   is an error to the driver only, comes without the connection.
//! - [`server_transaction`](DriverConnection::server_transaction) costs nothing: it tells what the last answer said.
//! - A [reset](Control::Reset) may be [done](Operation::Done) when it is on its way and whatever is sent next queues
//!   behind it. From then on `server_transaction` is `Idle`, and a reset that fails after all makes the connection
//!   unusable.
//! - The methods themselves may be called anywhere, also outside of any runtime; what they give is polled by the
//!   engine's runtime, if it has one.
//! - Nothing blocks the thread for long on an engine whose [`Face`] is `Async`.

mod batching;
mod bulk_request;
mod cancel;
mod connection;
mod control;
mod dialect;
mod interface;
mod operation;
mod outcome;
mod request;
mod row_channel;
mod stopper;

pub use batching::{BatchStyle, Batching};
pub use bulk_request::BulkRequest;
pub use cancel::Cancel;
pub use connection::DriverConnection;
pub use control::{Begin, BeginMode, Control, IsolationLevel, ServerTransaction};
pub use dialect::{Dialect, PlaceholderStyle};
pub use interface::{Driver, Face, UrlDriver};
pub use operation::{BoxFuture, Finished, Operation};
pub use outcome::Outcome;
pub use request::{ManyRequest, Request, RunOptions};
pub use row_channel::{RowReceiver, RowSender, row_channel};
pub use stopper::{Kill, Sent, Stopper, Strike, Strikes};
