//! What the servers' own codes mean, for drivers of the same server: each has more than one.

pub mod mysql;
pub mod postgres;
pub mod sqlite;
