//! One connection to the server, and what runs on it.
//!
//! | file | what it holds |
//! |---|---|
//! | `mysql_connection` | the connection as core drives it |
//! | `unfinished` | what becomes of a connection whose operation is dropped |
//! | `finish` | the end of an operation: what the server said, and whether the connection is still good |
//! | `transaction` | what is known of the transaction |
//! | `execute`, `many`, `stream`, `bulk` | statements |
//! | `sets` | which sets of values MariaDB takes in one command |
//! | `multi` | a text of several statements, and a procedure with several results |
//! | `warnings` | what the server warned of |
//! | `insert` | the INSERT of a bulk insert, and the rows gathered for it |
//! | `row_sets` | a batch of a bulk insert as sets of values for an INSERT of one row |
//! | `described` | what the server says of the columns of a table |
//! | `load` | a batch of a bulk insert as LOAD DATA LOCAL |
//! | `answer` | reading what a statement gave |
//! | `prepared` | the prepared statements a connection keeps |
//! | `control` | transaction statements |
//! | `cancel` | stopping what a connection does |

mod answer;
mod bulk;
mod cancel;
mod control;
mod database;
mod described;
mod execute;
mod finish;
mod insert;
mod load;
mod many;
mod multi;
mod mysql_connection;
mod prepared;
mod row_sets;
mod sets;
mod stream;
mod transaction;
mod unfinished;
mod warnings;

pub use mysql_connection::MysqlConnection;
