use std::net::Ipv4Addr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::client::ask;

const ROUNDS: usize = 2000;

const TAGS: &[u8] = b"RRRRRRREESSKZNNvTDCGHI1";

/// Numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// Messages whose tags and lengths are right, most of them, and whose bodies are not.
    fn messages(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..=self.below(4) {
            let tag = TAGS[self.below(TAGS.len())];
            let mut body = Vec::new();
            if tag == b'R' {
                body.extend([0, 0, 0, u8::try_from(self.below(14)).unwrap()]);
            }
            for _ in 0..self.below(24) {
                body.push(b"\0\0\0\x01,=rsienSCRAMx~\xff"[self.below(19)]);
            }
            let wrong = if self.below(8) == 0 { self.below(3) } else { 0 };
            bytes.push(tag);
            bytes.extend(u32::try_from(body.len() + 4 - wrong).unwrap().to_be_bytes());
            bytes.extend(body);
        }
        bytes
    }
}

#[tokio::test]
async fn whatever_a_server_says_there_is_an_error_and_no_panic() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 512]).await;
            let _ = stream.write_all(&numbers.messages()).await;
        }
    });
    for round in 0..ROUNDS {
        let more = if round % 2 == 0 { "" } else { "&require_auth=!gss&target_session_attrs=primary" };
        let url = format!("postgresql://ada:secret@{address}/shop?sslmode=disable&connect_timeout=5{more}");
        let error = ask(&url, "select ''").await.unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    server.abort();
}
