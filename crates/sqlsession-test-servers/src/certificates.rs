//! Keys and certificates, made anew for each server.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};

use crate::home::Home;

/// Which certificate a server shows. All are signed by the same authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerCertificate {
    /// For `localhost`, `127.0.0.1` and `::1`.
    Valid,
    /// The same, but its time has passed.
    Expired,
    /// In time, but for another host, `elsewhere.test`.
    OtherHost,
    /// In time, and made out to no host at all, as those are that MySQL makes for itself.
    Nameless,
}

impl ServerCertificate {
    const ALL: [Self; 4] = [Self::Valid, Self::Expired, Self::OtherHost, Self::Nameless];
    const OWN_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

    /// The name of its files, without the ending.
    pub(crate) fn stem(self) -> &'static str {
        match self {
            Self::Valid => "server",
            Self::Expired => "expired",
            Self::OtherHost => "other-host",
            Self::Nameless => "nameless",
        }
    }

    fn hosts(self) -> &'static [&'static str] {
        match self {
            Self::Valid | Self::Expired => &Self::OWN_HOSTS,
            Self::OtherHost => &["elsewhere.test"],
            Self::Nameless => &[],
        }
    }
}

/// The files that a client of a server with TLS needs, in PEM.
#[derive(Debug, Clone)]
pub struct Certificates {
    folder: PathBuf,
}

/// The password of every role for an authentication method that has one.
pub const AUTH_PASSWORD: &str = "s3cret";

/// The name in the client's certificate.
pub const CERTIFICATE_USER: &str = "certuser";

impl Certificates {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The authority that signed the server's and the client's certificates.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.file("authority.crt")
    }

    /// Another authority, which signed nothing.
    #[must_use]
    pub fn wrong_authority(&self) -> PathBuf {
        self.file("wrong-authority.crt")
    }

    /// The certificate of the client [`CERTIFICATE_USER`].
    #[must_use]
    pub fn client_certificate(&self) -> PathBuf {
        self.file("client.crt")
    }

    /// The key of the client [`CERTIFICATE_USER`], in PKCS #8.
    #[must_use]
    pub fn client_key(&self) -> PathBuf {
        self.file("client.key")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Makes all of them in a new folder of that name.
    pub(crate) fn make(home: &Home, folder: &str) -> Result<()> {
        home.make_folder(folder)?;
        let write = |name: &str, text: String| {
            let path = Path::new(folder).join(name);
            home.write(path.to_str().context("the name of a certificate")?, &text).map(|_| ())
        };
        let (authority, issuer) = new_authority("test authority")?;
        write("authority.crt", authority.pem())?;
        let (wrong, _) = new_authority("wrong authority")?;
        write("wrong-authority.crt", wrong.pem())?;
        for kind in ServerCertificate::ALL {
            let mut request = request("localhost", kind.hosts(), ExtendedKeyUsagePurpose::ServerAuth)?;
            if kind == ServerCertificate::Expired {
                request.not_before = date_time_ymd(2001, 1, 1);
                request.not_after = date_time_ymd(2002, 1, 1);
            }
            let (certificate, key) = signed(&request, &issuer)?;
            write(&format!("{}.crt", kind.stem()), certificate)?;
            write(&format!("{}.key", kind.stem()), key)?;
        }
        let request = request(CERTIFICATE_USER, &[], ExtendedKeyUsagePurpose::ClientAuth)?;
        let (certificate, key) = signed(&request, &issuer)?;
        write("client.crt", certificate)?;
        write("client.key", key)
    }
}

fn named(name: &str, hosts: &[&str]) -> Result<CertificateParams> {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut params = CertificateParams::new(hosts).context("the hosts of a certificate")?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

fn new_authority(name: &str) -> Result<(Certificate, Issuer<'static, KeyPair>)> {
    let mut params = named(name, &[])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().context("make a key")?;
    let certificate = params.self_signed(&key).context("sign a certificate")?;
    Ok((certificate, Issuer::new(params, key)))
}

fn request(name: &str, hosts: &[&str], usage: ExtendedKeyUsagePurpose) -> Result<CertificateParams> {
    let mut params = named(name, hosts)?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    Ok(params)
}

/// The certificate and its new key.
fn signed(params: &CertificateParams, issuer: &Issuer<'static, KeyPair>) -> Result<(String, String)> {
    let key = KeyPair::generate().context("make a key")?;
    let certificate = params.signed_by(&key, issuer).context("sign a certificate")?;
    Ok((certificate.pem(), key.serialize_pem()))
}
