//! `cargo xtask test-all`: every test of every backend in the tree.

mod apt;
mod compose;
mod run;
mod steps;
mod summary;
pub mod supply;
mod test_run;

pub use run::run;
