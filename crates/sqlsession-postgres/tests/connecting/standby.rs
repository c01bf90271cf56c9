use std::time::{Duration, Instant};

use sqlsession_postgres::{EngineOptions, ErrorKind, PostgresClient, PostgresEngine};
use sqlsession_test_servers::PostgresServer;

use crate::{
    client::{host, refusal},
    servers::refusing,
};

fn url(first: u16, second: u16, wanted: &str) -> String {
    format!(
        "postgresql://sqlsession:sqlsession@/sqlsession?sslmode=disable\
         &host=127.0.0.1:{first},127.0.0.1:{second}&target_session_attrs={wanted}"
    )
}

#[tokio::test]
async fn the_server_that_is_looked_for_is_found_and_followed() {
    let mut primary = PostgresServer::start().unwrap();
    let standby = primary.standby().unwrap();
    primary.query("create table t (id int primary key)").unwrap();
    let (p, s) = (primary.port(), standby.port());
    let (on_primary, on_standby) = (format!("127.0.0.1:{p}"), format!("127.0.0.1:{s}"));
    for (wanted, expected) in [
        ("any", &on_standby),
        ("read-write", &on_primary),
        ("primary", &on_primary),
        ("read-only", &on_standby),
        ("standby", &on_standby),
        ("prefer-standby", &on_standby),
    ] {
        assert_eq!(host(&url(s, p, wanted)).await.unwrap(), *expected, "{wanted}");
    }
    assert_eq!(host(&url(p, s, "standby")).await.unwrap(), on_standby);
    assert_eq!(host(&url(p, s, "prefer-standby")).await.unwrap(), on_standby);

    // Where nobody will do, each says why.
    let error = refusal(&url(s, refusing(), "primary")).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionFailed);
    assert!(error.message().starts_with(&format!("{on_standby}: the server is a standby; ")), "{error}");
    assert!(error.message().contains("refused"), "{error}");
    let error = refusal(&url(p, p, "read-only")).await;
    assert!(error.message().contains("the server's transactions are not read-only"), "{error}");
    let error = refusal(&url(s, s, "read-write")).await;
    assert!(error.message().contains("the server's transactions are read-only"), "{error}");
    let error = refusal(&url(p, p, "standby")).await;
    assert!(error.message().contains("the server is no standby"), "{error}");

    // A primary that is read-only by default is no place to write.
    let read_only = format!("{}&options=-c%20default_transaction_read_only%3Don", url(p, s, "read-write"));
    assert_eq!(refusal(&read_only).await.kind(), ErrorKind::ConnectionFailed);

    let options = EngineOptions::default().pool_size(2).max_overflow(0);
    let engine = PostgresEngine::with_options(url(p, s, "read-write"), options).unwrap();
    let maker = engine.session_maker();
    let mut session = maker.session();
    session.execute("insert into t values (1)").await.unwrap();
    assert_eq!(session.driver_connection::<PostgresClient>().await.unwrap().host().to_string(), on_primary);
    session.commit().await.unwrap();
    standby.catch_up_with(&primary).unwrap();

    primary.kill().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut promoted = false;
    loop {
        let mut session = maker.session();
        match session.execute("insert into t values (2)").await {
            Ok(_) => {
                assert_eq!(
                    session.driver_connection::<PostgresClient>().await.unwrap().host().to_string(),
                    on_standby
                );
                session.commit().await.unwrap();
                break;
            }
            Err(error) => {
                assert!(
                    matches!(error.kind(), ErrorKind::ConnectionLost | ErrorKind::ConnectionFailed),
                    "{error}"
                );
                assert!(Instant::now() < deadline, "{error}");
            }
        }
        if !promoted {
            standby.promote().unwrap();
            promoted = true;
        }
    }
    assert!(promoted, "the standby took a write before it was a primary");
    assert_eq!(standby.query("select string_agg(id::text, ' ' order by id) from t").unwrap(), "1 2");
    assert_eq!(host(&url(p, s, "prefer-standby")).await.unwrap(), on_standby, "there is no standby left");
}
