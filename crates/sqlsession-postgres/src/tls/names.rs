//! The name a certificate is made out to where it has none of today's form.

use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer};
use x509_cert::{
    Certificate,
    der::{Decode, Encode, oid::db::rfc4519::COMMON_NAME},
    ext::pkix::{SubjectAltName, name::GeneralName},
};

/// Whether the certificate's common name is this host's, as in libpq: it counts only where the certificate has no
/// alternative name that is a host's name or address.
pub(super) fn is_common_name(certificate: &CertificateDer<'_>, host: &str) -> bool {
    let Ok(certificate) = Certificate::from_der(certificate) else { return false };
    let subject = &certificate.tbs_certificate;
    let alternatives = match subject.get::<SubjectAltName>() {
        Ok(alternatives) => alternatives.map(|(_, names)| names.0).unwrap_or_default(),
        Err(_) => return false,
    };
    let is_host = |name: &GeneralName| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_));
    if alternatives.iter().any(is_host) {
        return false;
    }
    let attributes = subject.subject.0.iter().flat_map(|relative| relative.0.iter());
    let mut names = attributes.filter(|attribute| attribute.oid == COMMON_NAME);
    names.next().is_some_and(|name| {
        // A NUL inside would end the name in one reader and not in another.
        str::from_utf8(name.value.value()).is_ok_and(|name| !name.contains('\0') && fits(name, host))
    })
}

/// Whether the host is the one that the name stands for. A `*` stands for the first label.
fn fits(name: &str, host: &str) -> bool {
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some(tail) = name.strip_prefix("*.") else { return false };
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    // Not for a whole top-level domain.
    !is_address
        && tail.contains('.')
        && host
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && tail.eq_ignore_ascii_case(rest))
}

/// The public key of a certificate, of an old version too.
pub(super) fn public_key(certificate: &CertificateDer<'_>) -> Option<SubjectPublicKeyInfoDer<'static>> {
    let certificate = Certificate::from_der(certificate).ok()?;
    certificate.tbs_certificate.subject_public_key_info.to_der().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

    use super::*;

    fn certificate(common: &str, alternatives: &[&str]) -> CertificateDer<'static> {
        let alternatives: Vec<String> = alternatives.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(alternatives).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, common);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    #[test]
    fn the_common_name_counts_where_there_is_no_other() {
        let plain = certificate("db.example.org", &[]);
        assert!(is_common_name(&plain, "db.example.org"));
        assert!(is_common_name(&plain, "DB.example.ORG"));
        assert!(!is_common_name(&plain, "db.example.or"));
        assert!(!is_common_name(&plain, ""));
        assert!(!is_common_name(&certificate("db", &["other.example.org"]), "db"));
        assert!(!is_common_name(&certificate("db", &["10.0.0.1"]), "db"));
        assert!(is_common_name(&certificate("10.0.0.1", &[]), "10.0.0.1"));
        assert!(!is_common_name(&CertificateDer::from(vec![1, 2, 3]), "db"));
    }

    #[test]
    fn a_star_is_one_label() {
        assert!(fits("*.example.org", "db.example.org"));
        assert!(!fits("*.example.org", "a.db.example.org"));
        assert!(!fits("*.example.org", "example.org"));
        assert!(!fits("*.example.org", ".example.org"));
        assert!(!fits("*.org", "example.org"));
        assert!(!fits("*.0.0.1", "10.0.0.1"));
        assert!(!fits("d*.example.org", "db.example.org"));
    }
}
