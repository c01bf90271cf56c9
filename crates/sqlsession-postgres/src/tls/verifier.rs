use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
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

use super::{
    names::{is_common_name, public_key},
    roots::Roots,
};

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
        roots.check_revoked(end_entity, intermediates, server_name, now)?;
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

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType, IsCa,
        Issuer, KeyIdMethod, KeyPair, RevokedCertParams, date_time_ymd,
    };
    use rustls::{
        ClientConfig, ClientConnection, ServerConfig, ServerConnection, SupportedProtocolVersion,
        crypto::ring,
        pki_types::{CertificateRevocationListDer, PrivateKeyDer},
        sign::{CertifiedKey, SingleCertAndKey},
        version::{TLS12, TLS13},
    };
    use x509_cert::{
        Certificate, Version,
        der::{Decode, Encode},
    };

    use super::*;
    use crate::tls::Complaint;

    struct Server {
        certificate: CertificateDer<'static>,
        key: KeyPair,
    }

    impl Server {
        /// One whose certificate signed itself.
        fn new(edit: impl FnOnce(&mut CertificateParams)) -> Self {
            let mut params = CertificateParams::new(["db.test".to_owned()]).unwrap();
            edit(&mut params);
            let key = KeyPair::generate().unwrap();
            let certificate = params.self_signed(&key).unwrap().der().clone();
            Self { certificate, key }
        }

        /// Takes from its certificate what came with version 3.
        fn aged(mut self) -> Self {
            let mut certificate = Certificate::from_der(&self.certificate).unwrap();
            certificate.tbs_certificate.version = Version::V1;
            certificate.tbs_certificate.extensions = None;
            self.certificate = certificate.to_der().unwrap().into();
            self
        }

        fn connection(&self) -> ServerConnection {
            let provider = ring::default_provider();
            let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
            let key = provider.key_provider.load_private_key(key).unwrap();
            let own = CertifiedKey::new(vec![self.certificate.clone()], key);
            let config = ServerConfig::builder_with_provider(provider.into())
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
            ServerConnection::new(config.into()).unwrap()
        }

        /// What a client says that trusts these certificates.
        fn meets(&self, trusted: Option<&[&Self]>, host: Option<&str>) -> Result<(), String> {
            self.meets_by(&TLS13, trusted, host)
        }

        fn meets_by(
            &self,
            version: &'static SupportedProtocolVersion,
            trusted: Option<&[&Self]>,
            host: Option<&str>,
        ) -> Result<(), String> {
            let roots = trusted
                .map(|servers| Roots::new(servers.iter().map(|server| server.certificate.clone()).collect()));
            self.meets_with(version, roots, host)
        }

        /// What a client says that has these roots.
        fn meets_with(
            &self,
            version: &'static SupportedProtocolVersion,
            roots: Option<Roots>,
            host: Option<&str>,
        ) -> Result<(), String> {
            let roots = roots.map(Arc::new);
            let provider = ring::default_provider();
            let algorithms = provider.signature_verification_algorithms;
            let verifier = Verifier { roots, checks_name: host.is_some(), algorithms };
            let config = ClientConfig::builder_with_provider(provider.into())
                .with_protocol_versions(&[version])
                .unwrap()
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifier))
                .with_no_client_auth();
            let name = ServerName::try_from(host.unwrap_or("any.test").to_owned()).unwrap();
            let mut client = ClientConnection::new(config.into(), name).unwrap();
            let mut server = self.connection();
            while client.is_handshaking() {
                let mut sent = Vec::new();
                client.write_tls(&mut sent).unwrap();
                server.read_tls(&mut sent.as_slice()).unwrap();
                server.process_new_packets().unwrap();
                let mut answer = Vec::new();
                server.write_tls(&mut answer).unwrap();
                client.read_tls(&mut answer.as_slice()).unwrap();
                client.process_new_packets().map_err(|error| Complaint::of(&error).code)?;
            }
            Ok(())
        }
    }

    fn code(code: &str) -> Result<(), String> {
        Err(code.to_owned())
    }

    #[test]
    fn a_certificate_may_be_trusted_by_itself() {
        let plain = Server::new(|params| params.distinguished_name.push(DnType::CommonName, "plain"));
        // As PostgreSQL's manual makes one.
        let authority = Server::new(|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
        for server in [&plain, &authority] {
            assert_eq!(server.meets(Some(&[&plain, &authority]), Some("db.test")), Ok(()));
            assert_eq!(server.meets(Some(&[&plain, &authority]), None), Ok(()));
            assert_eq!(server.meets(Some(&[server]), Some("other.test")), code("NotValidForName"));
        }
        assert_eq!(plain.meets(Some(&[&authority]), None), code("UnknownIssuer"));
        assert_eq!(authority.meets(Some(&[&plain]), None), code("CaUsedAsEndEntity"));
        let namesake = Server::new(|_| {});
        assert_eq!(namesake.meets(Some(&[&authority]), None), code("BadSignature"));
    }

    #[test]
    fn time_counts_for_what_is_trusted_by_itself() {
        let expired = Server::new(|params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        });
        let early = Server::new(|params| {
            params.not_before = date_time_ymd(4000, 1, 1);
            params.not_after = date_time_ymd(4001, 1, 1);
        });
        assert_eq!(expired.meets(Some(&[&expired]), None), code("Expired"));
        assert_eq!(early.meets(Some(&[&early]), None), code("NotValidYet"));
        assert_eq!(expired.meets(None, None), Ok(()));
    }

    /// A list of revoked certificates of this authority, with this number, until this year.
    fn list(
        authority: &Issuer<'_, KeyPair>,
        number: u64,
        until: i32,
    ) -> CertificateRevocationListDer<'static> {
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2001, 1, 1),
            next_update: date_time_ymd(until, 1, 1),
            crl_number: 1.into(),
            issuing_distribution_point: None,
            revoked_certs: vec![RevokedCertParams {
                serial_number: number.into(),
                revocation_time: date_time_ymd(2001, 1, 1),
                reason_code: None,
                invalidity_date: None,
            }],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(authority).unwrap().into()
    }

    fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    #[test]
    fn a_certificate_that_was_revoked_is_refused() {
        let (root, other) = (authority("root"), authority("other"));
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["db.test".to_owned()]).unwrap();
        params.serial_number = Some(7.into());
        let certificate = params.signed_by(&key, &root).unwrap().der().clone();
        let server = Server { certificate, key };
        let meets = |list, host| {
            let roots = Roots::new(vec![root.as_ref().der().clone(), other.as_ref().der().clone()]);
            server.meets_with(&TLS13, Some(roots.with_revoked(vec![list]).unwrap()), host)
        };
        // Whether the name fits, does not fit, or does not count.
        assert_eq!(meets(list(&root, 7, 4000), Some("db.test")), code("Revoked"));
        assert_eq!(meets(list(&root, 7, 4000), None), code("Revoked"));
        assert_eq!(meets(list(&root, 8, 4000), Some("db.test")), Ok(()));
        assert_eq!(meets(list(&root, 8, 4000), None), Ok(()));
        assert_eq!(meets(list(&root, 8, 4000), Some("other.test")), code("NotValidForName"));
        assert_eq!(meets(list(&root, 8, 2002), None), code("ExpiredRevocationList"));
        assert_eq!(meets(list(&other, 8, 4000), None), code("UnknownRevocationStatus"));
    }

    #[test]
    fn a_name_may_be_a_common_name() {
        let server = Server::new(|params| {
            params.subject_alt_names.clear();
            params.distinguished_name.push(DnType::CommonName, "db.test");
        });
        assert_eq!(server.meets(Some(&[&server]), Some("db.test")), Ok(()));
        assert_eq!(server.meets(Some(&[&server]), Some("other.test")), code("NotValidForName"));
    }

    #[test]
    fn an_old_certificate_will_do_where_none_is_checked() {
        let old = Server::new(|_| {}).aged();
        assert_eq!(old.meets(None, None), Ok(()));
        assert_eq!(old.meets(Some(&[&old]), None), code("UnsupportedCertVersion"));
    }

    #[test]
    fn a_server_must_have_its_key() {
        for is_old in [false, true] {
            let mut server = Server::new(|_| {});
            if is_old {
                server = server.aged();
            }
            server.key = KeyPair::generate().unwrap();
            assert_eq!(server.meets(None, None), code("BadSignature"), "{is_old}");
        }
        let mut server = Server::new(|_| {});
        assert_eq!(server.meets_by(&TLS12, None, None), Ok(()));
        server.key = KeyPair::generate().unwrap();
        assert_eq!(server.meets_by(&TLS12, None, None), code("BadSignature"));
    }
}
