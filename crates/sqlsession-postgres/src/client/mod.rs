//! The raw client, with what a session's user wants of it beyond statements: COPY as streams, and notifications.

mod copy_in;
mod copy_out;
mod link;
mod notifications;
mod postgres_client;

pub use copy_in::CopyIn;
pub use copy_out::CopyOut;
pub use notifications::{Notification, Notifications};
pub use postgres_client::PostgresClient;
