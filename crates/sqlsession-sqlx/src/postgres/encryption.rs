use std::env;

use sqlsession_core::{
    Error, ErrorKind, Result,
    url::{UrlOptions, UrlQuery},
};
use sqlx_postgres::{PgConnectOptions, PgSslMode};

/// Takes what the URL and libpq's variables say of encryption.
///
/// What sqlx would check less strictly than libpq is refused: it trusts the system's authorities beside those of the file, and they
/// sign for everybody, so that only a check of the name is one.
///
/// # Errors
/// `Configuration`, which names the options.
pub(super) fn take_ssl(mut connect: PgConnectOptions, left: &mut UrlOptions) -> Result<PgConnectOptions> {
    let modes = "disable, allow, prefer, require, verify-ca or verify-full";
    let mut variables = variables()?;
    let mode = match left.take_parsed::<PgSslMode>("sslmode", modes)? {
        Some(mode) => Some(mode),
        None => variables.take_parsed::<PgSslMode>("PGSSLMODE", modes)?,
    };
    let named = left.take_str("sslrootcert")?;
    let root = match &named {
        Some(root) => Some(root.clone()),
        None => variables.take_str("PGSSLROOTCERT")?,
    };
    let is_system = root.as_deref() == Some("system");
    match mode {
        // As in libpq: authorities that give a certificate to anybody are of use for a name only.
        None if is_system => connect = connect.ssl_mode(PgSslMode::VerifyFull),
        Some(mode) if is_system && !matches!(mode, PgSslMode::VerifyFull) => {
            return Err(wrong("sslrootcert=system needs sslmode=verify-full"));
        }
        Some(PgSslMode::VerifyCa) => {
            return Err(wrong(
                "sslmode=verify-ca does not check by sqlx what it does by libpq, as sqlx trusts the system's authorities as \
                 well: use sslmode=verify-full, or the native driver",
            ));
        }
        Some(PgSslMode::Require) if root.is_some() => {
            return Err(wrong(
                "sslmode=require with sslrootcert means verify-ca, which does not check by sqlx what it does by libpq, as \
                 sqlx trusts the system's authorities as well: use sslmode=verify-full, or the native driver",
            ));
        }
        Some(mode) => connect = connect.ssl_mode(mode),
        None => {}
    }
    match named {
        Some(file) if !is_system => connect = connect.ssl_root_cert(file),
        // sqlx has taken the variable for the name of a file, and can be told of one without a certificate only.
        _ if is_system && env::var_os("PGSSLROOTCERT").is_some() => {
            connect = connect.ssl_root_cert_from_pem(Vec::new());
        }
        _ => {}
    }
    if let Some(file) = left.take_str("sslcert")? {
        connect = connect.ssl_client_cert(file);
    }
    if let Some(file) = left.take_str("sslkey")? {
        connect = connect.ssl_client_key(file);
    }
    Ok(connect)
}

/// The variables that decide what is checked.
fn variables() -> Result<UrlOptions> {
    let mut set = UrlQuery::new();
    for name in ["PGSSLMODE", "PGSSLROOTCERT"] {
        let Some(value) = env::var_os(name) else { continue };
        let value = value.into_string().map_err(|_| {
            Error::new(ErrorKind::Configuration, format!("the variable `{name}` is not UTF-8"))
        })?;
        set.set(name, value);
    }
    Ok(UrlOptions::new(&set))
}

fn wrong(words: &'static str) -> Error {
    Error::new(ErrorKind::Configuration, words)
}
