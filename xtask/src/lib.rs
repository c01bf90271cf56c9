//! The project's own commands, `cargo xtask …`, as a library.
//!
//! [`servers`] keeps the servers of `sqlsession-test-servers` running between commands.
//! [`backend`] is the table of backends: one entry there is all that the commands need to know a new one.

pub mod args;
pub mod backend;
pub mod bench;
pub mod bounded;
pub mod chaos;
pub mod conformance;
pub mod driver;
pub mod features;
pub mod fetch;
pub mod minimal_versions;
pub mod package;
pub mod round_trips;
pub mod servers;
pub mod soak;
pub mod tally;
pub mod test_all;
pub mod trace_cost;
pub mod workspace;
