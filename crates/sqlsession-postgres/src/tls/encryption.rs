use std::{fmt, io, sync::Arc};

use rustls::{ClientConfig, crypto::ring, pki_types::ServerName};
use sqlsession_core::{Error, ErrorKind, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Complaint, files::Files, verifier::Verifier};
use crate::{
    connect::{Failure, Wire},
    options::{Host, PostgresOptions, SslMode, SslNegotiation},
};

/// An encrypted stream.
pub(crate) type Encrypted = <MakeRustlsConnect as MakeTlsConnect<TcpStream>>::Stream;

/// The message that asks a server for encryption: its length, and the code that stands where a version would.
const REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// What a connection that is encrypted at once must say it will speak.
const PROTOCOL: &[u8] = b"postgresql";

/// How connections are encrypted: the certificates were read.
#[derive(Clone)]
pub(crate) struct Encryption {
    connector: MakeRustlsConnect,
    negotiation: SslNegotiation,
    checks_name: bool,
}

impl Encryption {
    /// Reads the certificates, on a thread where that holds up nobody.
    ///
    /// # Errors
    /// `Configuration` if a file is missing or of no use.
    pub(crate) async fn of(options: &PostgresOptions) -> Result<Option<Self>> {
        let options = options.clone();
        let made = tokio::task::spawn_blocking(move || Self::make(&options));
        made.await.map_err(|error| {
            Error::new(ErrorKind::ConnectionFailed, "the certificates were not read").with_cause(error)
        })?
    }

    fn make(options: &PostgresOptions) -> Result<Option<Self>> {
        let files = Files::read(options)?;
        let provider = Arc::new(ring::default_provider());
        let checks_name = options.ssl_mode() == SslMode::VerifyFull;
        let algorithms = provider.signature_verification_algorithms;
        let verifier = Verifier { roots: files.roots, checks_name, algorithms };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match files.client {
            Some((certificates, key)) => {
                builder.with_client_auth_cert(certificates, key).map_err(unusable)?
            }
            None => builder.with_no_client_auth(),
        };
        let negotiation = options.ssl_negotiation();
        if negotiation == SslNegotiation::Direct {
            config.alpn_protocols.push(PROTOCOL.to_owned());
        }
        Ok(Some(Self { connector: MakeRustlsConnect::new(config), negotiation, checks_name }))
    }

    /// Encrypts a stream on which nothing was said yet. Without `is_required` it is given back as it is where the server
    /// offers no encryption.
    pub(crate) async fn begin(
        &self,
        mut stream: TcpStream,
        host: &Host,
        is_required: bool,
    ) -> Result<Wire, Failure> {
        let is_offered = match self.negotiation {
            SslNegotiation::Direct => true,
            SslNegotiation::Postgres => ask(&mut stream).await?,
        };
        if !is_offered {
            return if is_required { Err(not_offered()) } else { Ok(Wire::Tcp(stream)) };
        }
        let name = self.name(host, &stream)?;
        let mut connector = self.connector.clone();
        let Ok(connect) = MakeTlsConnect::<TcpStream>::make_tls_connect(&mut connector, &name);
        let encrypted = connect.connect(stream).await.map_err(Failure::unencrypted)?;
        Ok(Wire::Tls(Box::new(encrypted)))
    }

    /// The name for the server to choose its certificate by, and for the check of the certificate.
    fn name(&self, host: &Host, stream: &TcpStream) -> Result<String, Failure> {
        if ServerName::try_from(host.name()).is_ok() {
            return Ok(host.name().to_owned());
        }
        if self.checks_name {
            return Err(Failure::insecure(Complaint {
                code: "InvalidName".to_owned(),
                message: "the host's name cannot stand in a certificate".to_owned(),
            }));
        }
        stream.peer_addr().map(|address| address.ip().to_string()).map_err(Failure::unreached)
    }
}

/// Asks the server whether it encrypts.
async fn ask(stream: &mut TcpStream) -> Result<bool, Failure> {
    stream.write_all(&REQUEST).await.map_err(Failure::unreached)?;
    match stream.read_u8().await {
        Ok(b'S') => Ok(true),
        Ok(b'N') => Ok(false),
        Ok(_) => Err(Failure::unreached(io::Error::new(
            io::ErrorKind::InvalidData,
            "the server does not answer as PostgreSQL does",
        ))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Failure::unreached(io::Error::new(error.kind(), "the server closed the connection at once")))
        }
        Err(error) => Err(Failure::unreached(error)),
    }
}

fn not_offered() -> Failure {
    Failure::insecure(Complaint {
        code: "NotOffered".to_owned(),
        message: "encryption is required, and the server does not offer it".to_owned(),
    })
}

fn unusable(error: rustls::Error) -> Error {
    let message = format!("the client's certificate or its key cannot be used: {error}");
    Error::new(ErrorKind::Configuration, message).with_cause(error)
}

impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encryption")
            .field("negotiation", &self.negotiation)
            .field("checks_name", &self.checks_name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{Ipv4Addr, TcpListener},
        path::Path,
    };

    use rustls::{ServerConfig, ServerConnection, Stream, pki_types::PrivateKeyDer};

    use super::*;
    use crate::options::Environment;

    /// The options of this query for a user whose folder this is.
    fn options(query: &str, home: &Path) -> PostgresOptions {
        let url = format!("postgresql://h?{query}").parse().unwrap();
        let nothing: [(&str, &str); 0] = [];
        PostgresOptions::read(&url, &Environment::new(nothing, Some(home.to_owned()))).unwrap()
    }

    /// A server that encrypts at once, as PostgreSQL does from 17 on, and says which protocol was agreed on.
    fn serve(listener: &TcpListener) -> Option<Vec<u8>> {
        let made = rcgen::generate_simple_self_signed(["db.test".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        config.alpn_protocols.push(PROTOCOL.to_owned());
        let mut connection = ServerConnection::new(config.into()).unwrap();
        let (mut socket, _) = listener.accept().unwrap();
        let mut stream = Stream::new(&mut connection, &mut socket);
        let mut word = [0; 4];
        stream.read_exact(&mut word).unwrap();
        stream.write_all(&word).unwrap();
        connection.alpn_protocol().map(<[u8]>::to_vec)
    }

    #[tokio::test]
    async fn a_connection_may_be_encrypted_at_once() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || serve(&listener));
        let options = options("sslmode=require&sslnegotiation=direct", Path::new("/nonexistent"));
        let encryption = Encryption::of(&options).await.unwrap().unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let mut wire = encryption.begin(stream, &Host::new("db.test", 5432), true).await.unwrap();
        wire.write_all(b"word").await.unwrap();
        let mut answer = [0; 4];
        wire.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"word");
        assert_eq!(server.join().unwrap().as_deref(), Some(PROTOCOL));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_usual_files_are_found_where_libpq_finds_them() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".postgresql");
        std::fs::create_dir(&folder).unwrap();
        let read = |query| options(query, home.path());
        let error = Encryption::of(&read("sslmode=verify-ca")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().contains("there is no ~/.postgresql/root.crt"), "{error}");
        assert!(Encryption::of(&read("sslmode=require")).await.is_ok());

        let made = rcgen::generate_simple_self_signed(["db.test".to_owned()]).unwrap();
        std::fs::write(folder.join("root.crt"), made.cert.pem()).unwrap();
        let checked = Files::read(&read("sslmode=require")).unwrap();
        assert!(checked.roots.is_some() && checked.client.is_none());
        assert!(Files::read(&read("sslmode=prefer")).unwrap().roots.is_none());
        std::fs::write(folder.join("root.crl"), "no list").unwrap();
        let error = Encryption::of(&read("sslmode=require")).await.unwrap_err();
        assert!(error.message().contains("root.crl has no list of revoked certificates"), "{error}");
        std::fs::remove_file(folder.join("root.crl")).unwrap();

        std::fs::write(folder.join("postgresql.crt"), made.cert.pem()).unwrap();
        let error = Encryption::of(&read("sslmode=require")).await.unwrap_err();
        assert!(error.message().contains("no key for it"), "{error}");
        let key = folder.join("postgresql.key");
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let mut permissions = std::fs::metadata(&key).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
        std::fs::set_permissions(&key, permissions).unwrap();
        assert!(Files::read(&read("sslmode=require")).unwrap().client.is_some());
    }
}
