use std::time::Duration;

use mysql_async::{Opts, OptsBuilder};

use crate::options::{MysqlOptions, SslMode};

/// The most bytes a packet can have in any server. What this server takes is asked for and checked by this driver, as
/// mysql_async closes the connection over a packet that is too long for it.
const LARGEST_PACKET: usize = 1 << 30;
/// Seconds. mysql_async asks the server for it otherwise, and uses it in its own pool only.
const UNUSED_WAIT_TIMEOUT: usize = 28_800;
/// Idle connections are probed, so that one whose server is gone is noticed.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// What mysql_async is told, with TLS as this mode has it.
///
/// The names of hosts in the server's certificate are not looked at if any is right.
pub(super) fn login(options: &MysqlOptions, mode: SslMode, any_name: bool) -> Opts {
    let builder = OptsBuilder::default()
        .user(options.user())
        .pass(options.password())
        .db_name(options.database())
        .prefer_socket(false)
        .tcp_keepalive(Some(KEEPALIVE))
        .client_found_rows(true)
        .max_allowed_packet(Some(LARGEST_PACKET))
        .wait_timeout(Some(UNUSED_WAIT_TIMEOUT))
        // This driver keeps its own.
        .stmt_cache_size(0);
    match options.unix_socket() {
        Some(path) => builder.socket(Some(path.to_string_lossy())).into(),
        None => {
            let builder = builder.ip_or_hostname(options.host()).tcp_port(options.port());
            encrypted(builder, options, mode, any_name).into()
        }
    }
}

#[cfg(feature = "tls")]
fn encrypted(builder: OptsBuilder, options: &MysqlOptions, mode: SslMode, any_name: bool) -> OptsBuilder {
    use mysql_async::{ClientIdentity, SslOpts};

    if mode == SslMode::Disabled {
        return builder;
    }
    let mut ssl = SslOpts::default();
    match mode {
        SslMode::VerifyIdentity | SslMode::VerifyCa => {}
        _ => ssl = ssl.with_danger_accept_invalid_certs(true),
    }
    if let Some(file) = options.ssl_ca().filter(|_| mode.is_verified()) {
        ssl = ssl.with_root_certs(vec![file.to_owned().into()]).with_disable_built_in_roots(true);
    }
    if any_name {
        ssl = ssl
            .with_danger_skip_domain_validation(true)
            .with_danger_tls_hostname_override(Some(super::encryption::ANY_NAME));
    }
    if let Some((certificate, key)) = options.identity() {
        ssl = ssl.with_client_identity(Some(ClientIdentity::new(
            certificate.to_owned().into(),
            key.to_owned().into(),
        )));
    }
    builder.ssl_opts(ssl)
}

#[cfg(not(feature = "tls"))]
fn encrypted(builder: OptsBuilder, _options: &MysqlOptions, _mode: SslMode, _any_name: bool) -> OptsBuilder {
    builder
}
