//! One connection to the server, and what runs on it.
//!
//! | file | what it holds |
//! |---|---|
//! | `postgres_connection` | the connection as core drives it |
//! | `finish` | the end of an operation: what the server said, and whether the connection is still good |
//! | `limit` | how long a statement may take |
//! | `riding`, `sent`, `commit` | BEGIN and COMMIT that go out with a statement |
//! | `execute`, `many`, `stream`, `cursor`, `bulk` | statements |
//! | `prepared` | the prepared statements a connection keeps |
//! | `user_types` | the types of columns that are not built in |
//! | `control` | transaction statements |
//! | `cancel` | stopping what a connection does |

mod bulk;
mod cancel;
mod commit;
mod control;
mod cursor;
mod execute;
mod finish;
mod limit;
mod many;
mod postgres_connection;
mod prepared;
mod riding;
mod sent;
mod stream;
mod user_types;

pub use postgres_connection::PostgresConnection;
