//! One connection to the server, and what runs on it.
//!
//! | file | what it holds |
//! |---|---|
//! | `mysql_connection` | the connection as core drives it |
//! | `unfinished` | what becomes of a connection whose operation is dropped |
//! | `finish` | the end of an operation: what the server said, and whether the connection is still good |
//! | `transaction` | what is known of the transaction |
//! | `execute`, `many`, `stream`, `bulk` | statements |
//! | `answer` | reading what a statement gave |
//! | `prepared` | the prepared statements a connection keeps |
//! | `control` | transaction statements |
//! | `cancel` | stopping what a connection does |

mod answer;
mod bulk;
mod cancel;
mod control;
mod execute;
mod finish;
mod many;
mod mysql_connection;
mod prepared;
mod stream;
mod transaction;
mod unfinished;

pub use mysql_connection::MysqlConnection;
