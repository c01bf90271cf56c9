use std::time::{Duration, Instant};

use sqlsession_postgres::ErrorKind;
use sqlsession_test_servers::Postgres;

use crate::{
    client::{ask, refusal},
    servers::{refusing, silent, without_tls},
};

#[tokio::test]
async fn a_port_where_nobody_listens_is_no_connection() {
    let port = refusing();
    let error = refusal(&format!("postgresql://ada:s3cret@127.0.0.1:{port}/shop")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::ConnectionFailed, None));
    assert!(error.message().starts_with(&format!("127.0.0.1:{port}: ")), "{error}");
    assert!(error.message().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_name_without_an_address_is_no_connection() {
    let error = refusal("postgresql://ada@no-such-host.invalid/shop?connect_timeout=30").await;
    assert_eq!(error.kind(), ErrorKind::ConnectionFailed);
    assert!(error.message().starts_with("no-such-host.invalid:5432: "), "{error}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_in_time() {
    let (listener, address) = silent().await;
    let begun = Instant::now();
    for mode in modes() {
        let url = format!("postgresql://ada@{address}/shop?connect_timeout=200ms&sslmode={mode}");
        let error = ask(&url, "select 'connected'").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{mode}");
        assert!(error.message().contains("no connection within 200ms"), "{error}");
    }
    // The default is 10 s for each: that one would show.
    assert!(begun.elapsed() < Duration::from_secs(9));
    drop(listener);
}

fn modes() -> &'static [&'static str] {
    if cfg!(feature = "tls") { &["disable", "allow", "prefer", "require"] } else { &["disable", "prefer"] }
}

#[tokio::test]
async fn what_is_no_postgresql_is_told_apart() {
    let (listener, address) = silent().await;
    let server = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 512];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    for mode in modes() {
        let error =
            ask(&format!("postgresql://ada@{address}/shop?sslmode={mode}"), "select ''").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionFailed, "{mode}: {error}");
    }
    server.abort();
}

#[tokio::test]
async fn a_server_without_a_free_place_says_so() {
    let server = Postgres::new()
        .access("host all all 127.0.0.0/8 trust")
        .setting("max_connections", "4")
        .setting("superuser_reserved_connections", "3")
        .setting("max_wal_senders", "0")
        .statement("CREATE ROLE ada LOGIN")
        .start()
        .unwrap();
    let url = format!("{}?sslmode=disable", server.url_as("ada", None));
    let first = sqlsession_postgres::PostgresEngine::new(url.as_str()).unwrap();
    let mut session = first.session_maker().session();
    session.execute("select 1").await.unwrap();
    let error = refusal(&url).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::ConnectionFailed, Some("53300")));
}

#[tokio::test]
async fn keepalives_are_taken_over() {
    let options =
        "sslmode=disable&keepalives_idle=30&keepalives_interval=5&keepalives_count=3&tcp_user_timeout=9000";
    let url = format!("{}?{options}", without_tls().url());
    assert_eq!(ask(&url, "select 'alive'").await.unwrap(), "alive");
    for refused in ["keepalives_idle=0.5", "keepalives_idle=100000", "keepalives_count=1000"] {
        let error = refusal(&format!("{}?sslmode=disable&{refused}", without_tls().url())).await;
        assert_eq!(error.kind(), ErrorKind::Configuration, "{refused}: {error}");
        assert!(error.message().contains("keepalive"), "{error}");
    }
    assert_eq!(
        ask(&format!("{}?keepalives=0", without_tls().url()), "select 'alive'").await.unwrap(),
        "alive"
    );
}
