//! Rows as they are kept until somebody asks for their values.
//!
//! | file | what it holds |
//! |---|---|
//! | `columns` | the columns of a result, and how each is read |
//! | `kept` | rows as a client has them |
//! | `packed`, `cell` | many rows in few allocations, and one of their values |

mod cell;
mod columns;
mod kept;
mod packed;

pub use columns::PgColumns;
pub use kept::{RawRow, batch};
pub use packed::{PackedRows, PackedSize};
