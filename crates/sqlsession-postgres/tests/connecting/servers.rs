//! The servers that tests share. They end with the process.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::LazyLock,
};

use sqlsession_test_servers::{AuthRole, Postgres, PostgresServer};
use tokio::net::TcpListener;

/// A server with a role for each way to log in, and with TLS.
pub(crate) fn with_roles() -> &'static PostgresServer {
    static SERVER: LazyLock<PostgresServer> = LazyLock::new(|| Postgres::new().auth_roles().start().unwrap());
    &SERVER
}

/// A server without TLS that asks for no password.
pub(crate) fn without_tls() -> &'static PostgresServer {
    static SERVER: LazyLock<PostgresServer> =
        LazyLock::new(|| Postgres::new().access("host all all 127.0.0.0/8 trust").start().unwrap());
    &SERVER
}

/// The URL of a role with its password and these options.
pub(crate) fn url(server: &PostgresServer, role: AuthRole, options: &str) -> String {
    format!("{}?{options}", server.url_as(role.name(), role.password()))
}

/// A port where connections are accepted and nobody ever says a word.
pub(crate) async fn silent() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A port where nobody listens.
pub(crate) fn refusing() -> u16 {
    sqlsession_test_servers::port::free().unwrap()
}
