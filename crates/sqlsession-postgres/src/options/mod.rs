//! What can be set for an engine, by code, in the URL or in the environment.

mod builder;
mod demands;
mod environment;
mod from_url;
mod host;
mod hosts;
mod keepalive;
mod postgres_options;
mod required_auth;
mod root_certificates;
mod source;
mod words;

pub(crate) use environment::Environment;
pub(crate) use host::DEFAULT_PORT;
pub use host::Host;
pub(crate) use keepalive::Keepalive;
pub use postgres_options::PostgresOptions;
pub use required_auth::AuthMethod;
pub(crate) use required_auth::RequiredAuth;
#[cfg(feature = "tls")]
pub(crate) use root_certificates::RootCertificates;
pub use words::{ChannelBinding, LoadBalanceHosts, SslMode, SslNegotiation, TargetSessionAttrs};
