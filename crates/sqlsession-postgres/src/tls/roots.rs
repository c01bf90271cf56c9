use std::sync::Arc;

use rustls::{
    CertificateError, Error, RootCertStore,
    client::{VerifierBuilderError, WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::ring,
    pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime},
};

/// The certificates that are trusted, and the authorities they make.
#[derive(Debug)]
pub(super) struct Roots {
    pub certificates: Vec<CertificateDer<'static>>,
    pub authorities: Arc<RootCertStore>,
    /// Where there are lists of certificates that were revoked.
    revocation: Option<Arc<WebPkiServerVerifier>>,
}

impl Roots {
    /// Those of these that can be used.
    pub(super) fn new(certificates: Vec<CertificateDer<'static>>) -> Self {
        let mut authorities = RootCertStore::empty();
        authorities.add_parsable_certificates(certificates.iter().cloned());
        Self { certificates, authorities: authorities.into(), revocation: None }
    }

    /// With these lists of certificates that were revoked. As in libpq, there must be one of each authority.
    pub(super) fn with_revoked(
        mut self,
        lists: Vec<CertificateRevocationListDer<'static>>,
    ) -> Result<Self, VerifierBuilderError> {
        let authorities = Arc::clone(&self.authorities);
        let provider = ring::default_provider().into();
        let builder = WebPkiServerVerifier::builder_with_provider(authorities, provider);
        self.revocation = Some(builder.with_crls(lists).enforce_revocation_expiration().build()?);
        Ok(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.authorities.is_empty()
    }

    /// Whether a certificate, whose issuer is known to be trusted, was revoked.
    pub(super) fn check_revoked(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        use CertificateError::{NotValidForName, NotValidForNameContext};
        let Some(revocation) = &self.revocation else { return Ok(()) };
        match revocation.verify_server_cert(certificate, intermediates, server_name, &[], now) {
            // The name is looked at last, and here it is somebody else's matter.
            Ok(_) | Err(Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
