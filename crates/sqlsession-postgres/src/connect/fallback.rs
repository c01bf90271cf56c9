use super::{
    Failure,
    address::{Address, Way},
    socket::Place,
};
use crate::{options::SslMode, tls::Encryption};

/// The other way to speak to a server that gave no connection, where the mode leaves it open whether it is encrypted.
///
/// As in libpq, encryption is given up only where it failed itself, or where the server said a word of refusal. A
/// connection that breaks, or a server that does not prove to know the password, is no reason to send the login in plain.
pub(super) fn other_way(
    mode: SslMode,
    address: &Address,
    encryption: Option<&Encryption>,
    failure: &Failure,
) -> Option<(Way, &'static str)> {
    match (mode, &address.way, encryption, &address.place) {
        (SslMode::Prefer, Way::Encrypted(_) | Way::IfOffered(_), ..)
            if failure.may_end_without_encryption() =>
        {
            Some((Way::Plain, "without encryption"))
        }
        (SslMode::Allow, Way::Plain, Some(encryption), Place::Tcp(_))
            if failure.may_end_with_encryption() =>
        {
            Some((Way::Encrypted(encryption.clone()), "with encryption"))
        }
        _ => None,
    }
}

#[cfg(feature = "tls")]
#[cfg(test)]
mod tests {
    use std::{
        io::{self, Read, Write},
        net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
        thread,
    };

    use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};
    use sqlsession_core::{Error, ErrorKind};

    use crate::{
        connect::open,
        options::{Environment, PostgresOptions},
    };

    type Stream = StreamOwned<ServerConnection, TcpStream>;

    const MARK: &[u8; 4] = b"mark";

    fn encrypted(mut socket: TcpStream) -> Stream {
        socket.read_exact(&mut [0; 8]).unwrap();
        socket.write_all(b"S").unwrap();
        let made = rcgen::generate_simple_self_signed(["db.test".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        StreamOwned::new(ServerConnection::new(config.into()).unwrap(), socket)
    }

    fn read_message(stream: &mut Stream) -> io::Result<String> {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let mut body = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap() - 4];
        stream.read_exact(&mut body)?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[tag][..], &length.to_be_bytes(), body].concat()
    }

    /// Connects to a server that treats the encrypted login like this. It gives the error, and whether the client came
    /// a second time.
    async fn fail(end: impl FnOnce(&mut Stream) + Send + 'static) -> (Error, bool) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let mut stream = encrypted(listener.accept().unwrap().0);
            read_message(&mut stream).unwrap();
            end(&mut stream);
            drop(stream);
            let mut first = [0; 4];
            listener.accept().unwrap().0.read_exact(&mut first).unwrap();
            first != *MARK
        });
        let error = refusal(address).await;
        // If the client did not come again, this is the second connection.
        let _ = TcpStream::connect(address).and_then(|mut stream| stream.write_all(MARK));
        (error, server.join().unwrap())
    }

    async fn refusal(address: SocketAddr) -> Error {
        let url = format!("postgresql://ada:secret@{address}/shop?sslmode=prefer").parse().unwrap();
        let nothing: [(&str, &str); 0] = [];
        let options = PostgresOptions::read(&url, &Environment::new(nothing, None)).unwrap();
        open(&options).await.map(|_| ()).unwrap_err()
    }

    #[tokio::test]
    async fn a_login_that_breaks_is_not_repeated_in_plain() {
        let (error, came_again) = fail(|_| {}).await;
        assert!(!came_again, "{error}");
        assert_eq!(error.kind(), ErrorKind::ConnectionFailed, "{error}");
    }

    #[tokio::test]
    async fn a_server_that_does_not_know_the_password_gets_no_second_try() {
        let (error, came_again) = fail(|stream| {
            stream.write_all(&message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0")).unwrap();
            stream.read_exact(&mut [0]).unwrap();
            let first = read_message(stream).unwrap();
            // The comma is what no nonce has in itself.
            let (_, nonce) = first.rsplit_once(",r=").unwrap();
            let challenge = format!("\0\0\0\x0br={nonce}x,s=c2FsdA==,i=4096");
            stream.write_all(&message(b'R', challenge.as_bytes())).unwrap();
            stream.read_exact(&mut [0]).unwrap();
            read_message(stream).unwrap();
            stream.write_all(&message(b'R', b"\0\0\0\x0cv=d3Jvbmc=")).unwrap();
        })
        .await;
        assert!(!came_again, "{error}");
        assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
    }

    #[tokio::test]
    async fn a_word_of_refusal_is_a_reason_to_try_in_plain() {
        let (error, came_again) = fail(|stream| {
            let said = b"SFATAL\0VFATAL\0C28000\0Mno encryption here\0\0";
            stream.write_all(&message(b'E', said)).unwrap();
        })
        .await;
        assert!(came_again, "{error}");
        assert!(error.message().starts_with("no encryption here; without encryption: "), "{error}");
    }
}
