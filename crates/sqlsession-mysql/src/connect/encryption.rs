//! What rustls says through mysql_async.

use mysql_async::{Error as MysqlError, IoError};
use rustls::{
    CertificateError, Error as TlsError,
    crypto::{CryptoProvider, ring},
};

/// rustls finds its cryptography by what is compiled in, and cannot choose where two dependents have compiled in one
/// each. Then, and if the program has not chosen, it is ring.
pub(super) fn choose_cryptography() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may be quicker: then there is one as well.
        let _ = ring::default_provider().install_default();
    }
}

/// Whether it was encryption that failed.
pub(super) fn is_of_encryption(error: &MysqlError) -> bool {
    matches!(error, MysqlError::Io(IoError::Tls(_))) || complaint(error).is_some()
}

/// A host's name that the server's certificate is made out to, where the certificate was refused for the name alone.
///
/// mysql_async's own way not to check it looks for a text that rustls no longer writes. A name that the certificate has
/// is no check either, and everything else of it is checked.
pub(super) fn presented_name(error: &MysqlError) -> Option<String> {
    let TlsError::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. }) =
        complaint(error)?
    else {
        return None;
    };
    presented.iter().find_map(|name| {
        let name = name.strip_prefix("DnsName(\"")?.strip_suffix("\")")?;
        Some(name.replacen('*', "any", 1))
    })
}

fn complaint(error: &MysqlError) -> Option<&TlsError> {
    let MysqlError::Io(IoError::Io(broken)) = error else { return None };
    broken.get_ref()?.downcast_ref()
}
