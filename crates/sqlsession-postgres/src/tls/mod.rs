//! Encryption of a connection.

mod absent;

pub(crate) use absent::Encryption;
