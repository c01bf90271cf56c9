use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor, verify_server_name,
    },
    crypto::{
        WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
        verify_tls13_signature_with_raw_key,
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

use super::names::{is_common_name, public_key};

/// The certificates that are trusted, and the authorities they make.
#[derive(Debug)]
pub(super) struct Roots {
    certificates: Vec<CertificateDer<'static>>,
    authorities: RootCertStore,
}

impl Roots {
    /// Those of these that can be used.
    pub(super) fn new(certificates: Vec<CertificateDer<'static>>) -> Self {
        let mut authorities = RootCertStore::empty();
        authorities.add_parsable_certificates(certificates.iter().cloned());
        Self { certificates, authorities }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.authorities.is_empty()
    }
}

/// Decides on a server's certificate as libpq does.
#[derive(Debug)]
pub(super) struct Verifier {
    /// Without any, every certificate will do.
    pub roots: Option<Arc<Roots>>,
    /// Whether it must be made out to the host.
    pub checks_name: bool,
    pub algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn check_issuer(
        &self,
        roots: &Roots,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let parsed = ParsedCertificate::try_from(certificate)?;
        let algorithms = self.algorithms.all;
        let checked = verify_server_cert_signed_by_trust_anchor(
            &parsed,
            &roots.authorities,
            intermediates,
            now,
            algorithms,
        );
        match checked {
            // A certificate that signed itself is an authority too, and may be among those that are trusted. Its time
            // was looked at before.
            Err(Error::InvalidCertificate(CertificateError::Other(reason)))
                if format!("{:?}", reason.0) == "CaUsedAsEndEntity"
                    && roots.certificates.iter().any(|trusted| trusted == certificate) =>
            {
                Ok(())
            }
            checked => checked,
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(roots) = &self.roots else { return Ok(ServerCertVerified::assertion()) };
        self.check_issuer(roots, end_entity, intermediates, now)?;
        if self.checks_name {
            let checked = verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name);
            if !is_common_name(end_entity, &server_name.to_str()) {
                checked?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    /// Also where no certificate is checked: that the server has the key is what binds a password to the connection.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let verified = verify_tls13_signature(message, cert, dss, &self.algorithms);
        match (verified, &self.roots) {
            // A certificate of version 1, as `openssl x509 -req` makes it, is refused for its form.
            (Err(Error::InvalidCertificate(reason)), None) if reason != CertificateError::BadSignature => {
                let key = public_key(cert).ok_or(Error::InvalidCertificate(reason))?;
                verify_tls13_signature_with_raw_key(message, &key, dss, &self.algorithms)
            }
            (verified, _) => verified,
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
