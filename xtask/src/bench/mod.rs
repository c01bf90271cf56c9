//! `cargo xtask bench`: sqlsession beside the raw drivers and its peers, on one core, and the report of it.

mod build_cost;
mod checks;
mod compare;
mod header;
mod overview;
mod palette;
mod peers;
mod python;
mod report;
mod results;
mod run;
mod svg;
mod tables;
mod targets;

pub use build_cost::run as build_cost;
pub use report::write as report;
pub use run::{Kind, Wanted, run};
