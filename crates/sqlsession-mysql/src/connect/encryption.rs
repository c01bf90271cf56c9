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

/// The host's name to ask for where any is right. mysql_async takes a certificate whatever its names are if what rustls
/// says of them holds the text `NotValidForName`: rustls says which name it looked for.
pub(super) const ANY_NAME: &str = "NotValidForName.invalid";

/// Whether all is well with the server's certificate but the names of hosts in it.
pub(super) fn is_of_the_name(error: &MysqlError) -> bool {
    matches!(
        complaint(error),
        Some(TlsError::InvalidCertificate(CertificateError::NotValidForNameContext { .. }))
    )
}

fn complaint(error: &MysqlError) -> Option<&TlsError> {
    let MysqlError::Io(IoError::Io(broken)) = error else { return None };
    broken.get_ref()?.downcast_ref()
}
