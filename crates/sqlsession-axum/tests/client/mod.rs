//! One HTTP connection of a client.

use std::net::SocketAddr;

use http::{Method, Request, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::{net::TcpStream, task::JoinHandle};

pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
    connection: JoinHandle<()>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (sender, connection) = handshake(stream).await.unwrap();
        Self { sender, connection: tokio::spawn(async { drop(connection.await) }) }
    }

    pub(crate) async fn get(&mut self, path: &str) -> (StatusCode, String) {
        self.send(Method::GET, path, String::new()).await.unwrap()
    }

    pub(crate) async fn post(&mut self, path: &str, body: &impl Serialize) -> (StatusCode, String) {
        self.try_post(path, body).await.unwrap()
    }

    pub(crate) async fn try_post(
        &mut self,
        path: &str,
        body: &impl Serialize,
    ) -> hyper::Result<(StatusCode, String)> {
        self.send(Method::POST, path, serde_json::to_string(body).unwrap()).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: String,
    ) -> hyper::Result<(StatusCode, String)> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "bank")
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .unwrap();
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(body.to_vec()).unwrap()))
    }
}

impl Drop for Client {
    /// Hangs up.
    fn drop(&mut self) {
        self.connection.abort();
    }
}
