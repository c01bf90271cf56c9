//! Rows as they are kept until somebody asks for their values.
//!
//! | file | what it holds |
//! |---|---|
//! | `columns` | the columns of a result, and what each holds |
//! | `gathered` | rows that are read one by one |
//! | `packed`, `cell` | many rows in few allocations, and one of their values |
//! | `batch` | what core is given of them |

mod batch;
mod cell;
mod columns;
mod gathered;
mod packed;

pub(crate) use columns::MyColumns;
pub(crate) use gathered::Rows;
