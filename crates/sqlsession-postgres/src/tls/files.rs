//! The certificates and keys a connection needs, in files of PEM.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, pem::PemObject};
use sqlsession_core::{Error, ErrorKind, Result};

use super::roots::Roots;
use crate::options::{PostgresOptions, RootCertificates, SslMode};

/// What was read for a connection.
pub(super) struct Files {
    /// `None`: no certificate is checked.
    pub roots: Option<Arc<Roots>>,
    /// The client's own certificate, with those of its authorities, and its key.
    pub client: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

impl Files {
    /// Reads what the mode needs. It blocks.
    pub(super) fn read(options: &PostgresOptions) -> Result<Self> {
        Ok(Self { roots: roots(options)?.map(Arc::new), client: client(options)? })
    }
}

fn roots(options: &PostgresOptions) -> Result<Option<Roots>> {
    let mode = options.ssl_mode();
    let must_be_checked = matches!(mode, SslMode::VerifyCa | SslMode::VerifyFull);
    let file = match options.ssl_root_cert() {
        _ if !mode.is_encrypted() => return Ok(None),
        RootCertificates::System => return with_revoked(system_roots()?, options).map(Some),
        RootCertificates::File(file) => file.clone(),
        RootCertificates::Usual => match usual(options, "root.crt") {
            Some(file) => file,
            None if must_be_checked => {
                return Err(wrong(format!(
                    "sslmode={} needs the certificates of the authorities to trust: there is no \
                     ~/.postgresql/root.crt, and sslrootcert names neither a file nor `system`",
                    mode.as_str()
                )));
            }
            None => return Ok(None),
        },
    };
    let roots = Roots::new(certificates(&file)?);
    if roots.is_empty() {
        return Err(wrong(format!("{} has no certificate that can be used", file.display())));
    }
    with_revoked(roots, options).map(Some)
}

/// With the certificates that were revoked, where there is a file of them.
fn with_revoked(roots: Roots, options: &PostgresOptions) -> Result<Roots> {
    let named = options.ssl_crl().map(Path::to_owned);
    let Some(file) = named.or_else(|| usual(options, "root.crl")) else { return Ok(roots) };
    let lists = CertificateRevocationListDer::pem_slice_iter(&read(&file)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong(format!("{} is not in PEM", file.display())).with_cause(error))?;
    if lists.is_empty() {
        return Err(wrong(format!("{} has no list of revoked certificates in PEM", file.display())));
    }
    roots.with_revoked(lists).map_err(|error| {
        let message =
            format!("{} has a list of revoked certificates that cannot be used: {error}", file.display());
        wrong(message).with_cause(error)
    })
}

fn system_roots() -> Result<Roots> {
    let found = rustls_native_certs::load_native_certs();
    let roots = Roots::new(found.certs);
    if !roots.is_empty() {
        return Ok(roots);
    }
    let error = wrong("sslrootcert=system: the system has no certificates of authorities".to_owned());
    Err(match found.errors.into_iter().next() {
        Some(cause) => error.with_cause(cause),
        None => error,
    })
}

fn client(
    options: &PostgresOptions,
) -> Result<Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>> {
    let named = options.ssl_cert().map(Path::to_owned);
    let Some(certificate) = named.or_else(|| usual(options, "postgresql.crt")) else { return Ok(None) };
    let key = match options.ssl_key() {
        Some(key) => key.to_owned(),
        None => usual(options, "postgresql.key").ok_or_else(|| {
            wrong(format!(
                "there is a certificate {}, and no key for it: sslkey names it",
                certificate.display()
            ))
        })?,
    };
    Ok(Some((certificates(&certificate)?, private_key(&key)?)))
}

/// A file of libpq's in the folder of the user, if it is there.
fn usual(options: &PostgresOptions, name: &str) -> Option<PathBuf> {
    Some(options.certificate_folder()?.join(name)).filter(|file| file.exists())
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let text = read(file)?;
    let certificates = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong(format!("{} is not in PEM", file.display())).with_cause(error))?;
    if certificates.is_empty() {
        return Err(wrong(format!("{} has no certificate in PEM", file.display())));
    }
    Ok(certificates)
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>> {
    let metadata = fs::metadata(file).map_err(|error| unreadable(file, error))?;
    if is_open_to_others(&metadata) {
        return Err(wrong(format!(
            "the key {} may be read or written by others: it must be for its owner alone (0600), or of root and \
             readable by a group (0640)",
            file.display()
        )));
    }
    let text = read(file)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| {
        let is_encrypted = String::from_utf8_lossy(&text).contains("ENCRYPTED");
        let reason = if is_encrypted { "is encrypted, which is not supported" } else { "has no key in PEM" };
        wrong(format!("{} {reason}", file.display())).with_cause(error)
    })
}

/// libpq's rule. Who can read a file that is so closed is its owner, or root.
#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    metadata.mode() & forbidden != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| unreadable(file, error))
}

fn unreadable(file: &Path, error: std::io::Error) -> Error {
    wrong(format!("cannot read {}: {error}", file.display())).with_cause(error)
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::Configuration, message)
}
