use std::{fmt, io};

use rustls::{CertificateError, Error};

use super::Complaint;

/// What an error of an encrypted stream says of the encryption, if it is about that.
pub(crate) fn complaint(error: &io::Error) -> Option<Complaint> {
    error.get_ref()?.downcast_ref::<Error>().map(Complaint::of)
}

impl Complaint {
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(reason) => Self::of_certificate(reason),
            // Among them: the server wants a certificate of the client's, or another one.
            Error::AlertReceived(alert) => {
                Self::new(&alert, format!("the server broke the TLS handshake off: {alert:?}"))
            }
            other => Self::new(&other, format!("the TLS handshake failed: {other}")),
        }
    }

    fn of_certificate(reason: &CertificateError) -> Self {
        use CertificateError as C;
        let known = |code: &str, message: String| Self { code: code.to_owned(), message };
        match reason {
            C::Expired | C::ExpiredContext { .. } => {
                known("Expired", "the server's certificate has expired".to_owned())
            }
            C::NotValidYet | C::NotValidYetContext { .. } => {
                known("NotValidYet", "the server's certificate is not valid yet".to_owned())
            }
            C::UnknownIssuer => known(
                "UnknownIssuer",
                "the server's certificate comes from an authority that is not trusted".to_owned(),
            ),
            C::Revoked => known("Revoked", "the server's certificate was revoked".to_owned()),
            C::UnknownRevocationStatus => known(
                "UnknownRevocationStatus",
                "there is no list of revoked certificates of the authority of the server's certificate".to_owned(),
            ),
            C::ExpiredRevocationList | C::ExpiredRevocationListContext { .. } => known(
                "ExpiredRevocationList",
                "the list of revoked certificates has expired: the authority has a newer one".to_owned(),
            ),
            C::BadSignature => known(
                "BadSignature",
                "the server's certificate is not signed by the authority it names, or the server has not its key"
                    .to_owned(),
            ),
            C::NotValidForName => {
                known("NotValidForName", "the server's certificate is for another host".to_owned())
            }
            C::NotValidForNameContext { expected, presented } => {
                let mut message = format!("the server's certificate is not for the host {}", expected.to_str());
                if !presented.is_empty() {
                    message.push_str(", but for: ");
                    message.push_str(&presented.join(", "));
                }
                known("NotValidForName", message)
            }
            // webpki's word, whose type is not rustls's. `openssl x509 -req` makes such a certificate.
            C::Other(other) if format!("{:?}", other.0) == "UnsupportedCertVersion" => known(
                "UnsupportedCertVersion",
                "the server's certificate is of an old form that cannot be checked: it must be of version 3, and \
                 name the host in subjectAltName"
                    .to_owned(),
            ),
            C::Other(other) => {
                Self::new(&other.0, format!("the server's certificate is of no use: {}", other.0))
            }
            other => Self::new(other, format!("the server's certificate is of no use: {other:?}")),
        }
    }

    /// The code is the name of the variant.
    fn new(variant: &dyn fmt::Debug, message: String) -> Self {
        let shown = format!("{variant:?}");
        let code = shown.chars().take_while(char::is_ascii_alphanumeric).collect();
        Self { code, message }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{AlertDescription, OtherError};

    use super::*;

    #[test]
    fn the_code_is_one_word() {
        let code = |error| Complaint::of(&error).code;
        assert_eq!(code(CertificateError::UnknownIssuer.into()), "UnknownIssuer");
        assert_eq!(code(CertificateError::Expired.into()), "Expired");
        assert_eq!(code(CertificateError::BadSignature.into()), "BadSignature");
        assert_eq!(code(Error::AlertReceived(AlertDescription::CertificateRequired)), "CertificateRequired");
        assert_eq!(code(Error::General("x".into())), "General");
    }

    #[test]
    fn an_old_certificate_is_told_how_to_become_new() {
        #[derive(Debug)]
        struct UnsupportedCertVersion;
        impl fmt::Display for UnsupportedCertVersion {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("unsupported")
            }
        }
        impl std::error::Error for UnsupportedCertVersion {}
        let other = OtherError(Arc::new(UnsupportedCertVersion));
        let shown = Complaint::of(&CertificateError::Other(other).into());
        assert_eq!(shown.code, "UnsupportedCertVersion");
        assert!(shown.message.contains("version 3"), "{shown:?}");
    }

    #[test]
    fn only_what_rustls_says_is_about_encryption() {
        let refused = io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(complaint(&refused), None);
        let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let shown = complaint(&io::Error::new(io::ErrorKind::InvalidData, unknown)).unwrap();
        assert!(shown.message.contains("not trusted"), "{shown:?}");
    }
}
