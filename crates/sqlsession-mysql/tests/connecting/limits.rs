use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use sqlsession_mysql::ErrorKind;
use sqlsession_test_servers::SilentServer;

use crate::client::refusal;

#[tokio::test]
async fn a_port_where_nobody_listens_is_no_connection() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = refusal(&format!("mysql://ada:s3cret@127.0.0.1:{port}/shop")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::ConnectionFailed, None));
    assert!(error.message().starts_with(&format!("127.0.0.1:{port}: ")), "{error}");
    assert!(error.message().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_name_without_an_address_is_no_connection() {
    let error = refusal("mysql://ada@nowhere.invalid/shop").await;
    assert_eq!(error.kind(), ErrorKind::ConnectionFailed, "{error:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let silent = SilentServer::start().unwrap();
    let begun = Instant::now();
    let error = refusal(&format!("mysql://ada@127.0.0.1:{}/shop?connect_timeout=1", silent.port())).await;
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(silent.connections(), 1);
}
