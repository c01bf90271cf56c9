use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

use super::Wire;
use crate::{
    options::{AuthMethod, RequiredAuth},
    wire::{Frames, Piece},
};

/// The length of the number that says what is asked for.
const REQUEST: usize = 4;

/// A stream that breaks off before the client answers a server that asks for a password in a way that will not do.
pub(crate) struct Guarded {
    wire: Wire,
    guard: Option<Guard>,
}

impl Guarded {
    pub(super) fn new(wire: Wire, required: Option<&RequiredAuth>) -> Self {
        Self { wire, guard: required.map(Guard::new) }
    }
}

/// Follows what the server says until the user is let in.
struct Guard {
    required: RequiredAuth,
    frames: Frames,
    /// What is here of the number that says what is asked for.
    request: Vec<u8>,
    /// Whether something was asked for.
    has_asked: bool,
}

/// The way in that the server asked for.
#[derive(Debug)]
pub(super) struct UnwantedAuth(String);

impl fmt::Display for UnwantedAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnwantedAuth {}

impl Guard {
    fn new(required: &RequiredAuth) -> Self {
        Self {
            required: required.clone(),
            frames: Frames::of_server(),
            request: Vec::new(),
            has_asked: false,
        }
    }

    /// Takes what the server said. It gives whether the user was let in.
    fn check(&mut self, bytes: &[u8]) -> io::Result<bool> {
        let mut from = 0;
        while let Some(Piece { tag, part, length }) = self.frames.next(bytes, &mut from) {
            if tag != b'R' {
                continue;
            }
            if length.is_some() {
                self.request.clear();
            }
            let missing = REQUEST - self.request.len();
            if missing == 0 {
                continue;
            }
            self.request.extend(bytes[part].iter().take(missing));
            if let Ok(number) = <[u8; REQUEST]>::try_from(self.request.as_slice())
                && judge(&self.required, u32::from_be_bytes(number), &mut self.has_asked)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Refuses a request that will not do. It gives whether the user is in.
fn judge(required: &RequiredAuth, request: u32, has_asked: &mut bool) -> io::Result<bool> {
    let method = match request {
        0 if *has_asked => return Ok(true),
        0 => AuthMethod::None,
        3 => AuthMethod::Password,
        5 => AuthMethod::Md5,
        7 => AuthMethod::Gss,
        9 => AuthMethod::Sspi,
        10 => AuthMethod::ScramSha256,
        // What goes on in a method, and what tokio-postgres refuses.
        _ => return Ok(false),
    };
    if !required.takes(method) {
        let asked = match method {
            AuthMethod::None => "lets the user in without a proof".to_owned(),
            method => format!("asks for {}", method.as_str()),
        };
        let message = format!("the server {asked}, and require_auth takes {} only", required.words());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, UnwantedAuth(message)));
    }
    *has_asked = true;
    Ok(request == 0)
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.wire).poll_read(cx, buf))?;
        if let Some(guard) = &mut self.guard
            && guard.check(&buf.filled()[before..])?
        {
            self.guard = None;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

impl TlsStream for Guarded {
    fn channel_binding(&self) -> ChannelBinding {
        self.wire.channel_binding()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(number: u32) -> Vec<u8> {
        [&b"R\0\0\0\x0c"[..], &number.to_be_bytes(), b"salt"].concat()
    }

    /// What becomes of these requests, however they are cut.
    fn outcome(required: &str, requests: &[u32]) -> Result<bool, String> {
        let bytes: Vec<u8> = requests.iter().flat_map(|number| request(*number)).collect();
        let mut outcomes = [1, 3, bytes.len()].map(|size| {
            let mut guard = Guard::new(&required.parse().unwrap());
            let mut is_in = false;
            for part in bytes.chunks(size) {
                is_in |= guard.check(part).map_err(|error| error.to_string())?;
            }
            Ok(is_in)
        });
        outcomes.sort();
        assert_eq!(outcomes[0], outcomes[2], "{required} {requests:?}");
        outcomes[0].clone()
    }

    #[test]
    fn only_what_will_do_is_answered() {
        assert_eq!(outcome("scram-sha-256", &[10, 11, 12, 0]), Ok(true));
        assert_eq!(outcome("scram-sha-256", &[10, 11]), Ok(false));
        assert_eq!(outcome("!password", &[5, 0]), Ok(true));
        assert_eq!(outcome("none", &[0]), Ok(true));
        for (required, requests) in [
            ("scram-sha-256", &[3][..]),
            ("!md5", &[5]),
            ("md5", &[10]),
            ("scram-sha-256", &[0]),
            ("!gss", &[7]),
        ] {
            assert!(outcome(required, requests).is_err(), "{required} {requests:?}");
        }
    }
}
