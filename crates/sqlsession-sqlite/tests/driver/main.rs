//! The driver, through the interface that sessions use.

mod client;
mod errors;
mod execute;
mod transactions;
mod values;
