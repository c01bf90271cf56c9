#![doc = include_str!("../README.md")]

mod connect;
mod options;
mod tls;
mod wire;

pub use options::{
    ChannelBinding, Host, LoadBalanceHosts, PostgresOptions, SslMode, SslNegotiation, TargetSessionAttrs,
};
