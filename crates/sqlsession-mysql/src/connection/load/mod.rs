//! A batch of a bulk insert as LOAD DATA LOCAL, where the program has allowed it.
//!
//! The server takes LOCAL for IGNORE: a row it does not like is skipped or bent, with a warning. So a batch counts only if
//! every row of it is there and the server has warned of nothing. Otherwise it is taken back, and goes by INSERT, which
//! says what is wrong or that nothing is. And only what both ways store alike is loaded at all.
//!
//! | file | what it holds |
//! |---|---|
//! | `batch` | how a batch is sent and taken back |
//! | `file` | the rows as the text of a file, and the text in chunks |
//! | `fits` | which values a column takes from a text as it takes them from a parameter |

mod batch;
mod file;
mod fits;

pub(super) use batch::{Load, MOST_ROWS};
