//! The operations of a connection, the same for every database of sqlx's.
//!
//! | file | what it does |
//! |---|---|
//! | `sqlx_connection` | the connection as core has it, and how it is given up |
//! | `inner` | what a connection knows, and how an operation ends |
//! | `transaction` | begin, commit, and what is known of the server's transaction |
//! | `surroundings` | what texts change beside that |
//! | `known` | the statements that were described |
//! | `answer` | the results of a statement |
//! | `execute`, `many`, `bulk`, `stream` | statements |
//! | `own` | what a call of several statements commits and undoes |
//! | `control` | what belongs to a transaction beside its statements |

mod answer;
mod bulk;
mod control;
mod execute;
mod inner;
mod known;
mod many;
mod own;
mod sqlx_connection;
mod stream;
mod surroundings;
mod transaction;

pub use sqlx_connection::SqlxConnection;
