//! Encryption of a connection, by rustls with ring.
//!
//! What the server's certificate must be is libpq's: see [`SslMode`](crate::SslMode). The provider of cryptography is
//! named in every call, so that the process's default is neither needed nor set.

#[cfg(not(feature = "tls"))]
mod absent;
#[cfg(feature = "tls")]
mod complaint;
#[cfg(feature = "tls")]
mod encryption;
#[cfg(feature = "tls")]
mod files;
#[cfg(feature = "tls")]
mod names;
#[cfg(feature = "tls")]
mod roots;
#[cfg(feature = "tls")]
mod verifier;

#[cfg(not(feature = "tls"))]
pub(crate) use absent::{Encryption, complaint};
#[cfg(feature = "tls")]
pub(crate) use complaint::complaint;
#[cfg(feature = "tls")]
pub(crate) use encryption::{Encrypted, Encryption};

/// What is wrong with the encryption of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// One word for it, such as `UnknownIssuer`.
    pub code: String,
    /// A sentence for it.
    pub message: String,
}
