use std::collections::HashSet;

use sqlsession_postgres::ErrorKind;

use crate::{
    client::{host, refusal},
    logins::WRONG,
    servers::{refusing, silent, with_roles, without_tls},
};

#[tokio::test]
async fn the_first_host_that_answers_is_taken() {
    let (port, refusing) = (without_tls().port(), refusing());
    let user = "postgresql://sqlsession@/sqlsession?sslmode=disable";
    let expected = format!("127.0.0.1:{port}");
    for places in [
        format!("host=127.0.0.1:{refusing},127.0.0.1:{port}"),
        format!("host=127.0.0.1:{refusing}&host=127.0.0.1:{port}"),
        format!("host=127.0.0.1,127.0.0.1&port={refusing},{port}"),
        format!("host=no-such-host.invalid,127.0.0.1&port={port}"),
        format!("host=/nonexistent,127.0.0.1&port={port}"),
    ] {
        assert_eq!(host(&format!("{user}&{places}")).await.unwrap(), expected, "{places}");
    }
}

#[tokio::test]
async fn several_hosts_may_stand_before_the_slash() {
    let (port, refusing) = (without_tls().port(), refusing());
    let url =
        format!("postgresql://sqlsession@127.0.0.1:{refusing},127.0.0.1:{port}/sqlsession?sslmode=disable");
    assert_eq!(host(&url).await.unwrap(), format!("127.0.0.1:{port}"));
}

#[tokio::test]
async fn a_host_that_never_answers_costs_its_time_only() {
    let (listener, address) = silent().await;
    let port = without_tls().port();
    let url = format!(
        "postgresql://sqlsession@/sqlsession?sslmode=disable&host={address},127.0.0.1:{port}&connect_timeout=300ms"
    );
    assert_eq!(host(&url).await.unwrap(), format!("127.0.0.1:{port}"));
    drop(listener);
}

#[tokio::test]
async fn every_host_is_in_the_error() {
    let (listener, address) = silent().await;
    let ports = [refusing(), refusing()];
    let user = "postgresql://ada:s3cret@/shop?connect_timeout=100ms&sslmode=disable";
    let error = refusal(&format!("{user}&host=127.0.0.1:{},127.0.0.1:{}", ports[0], ports[1])).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionFailed);
    for port in ports {
        assert!(error.message().contains(&format!("127.0.0.1:{port}: ")), "{error}");
    }
    let error = refusal(&format!("{user}&host={address},127.0.0.1:{}", ports[0])).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionFailed, "there are two reasons");
    assert!(error.message().contains(&format!("{address}: no connection within 100ms; ")), "{error}");
    let error = refusal(&format!("{user}&host={address},{address}")).await;
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "there is one reason");
    drop(listener);
}

#[tokio::test]
async fn a_wrong_password_ends_the_search() {
    let (strict, open) = (with_roles().port(), without_tls().port());
    let refusing = refusing();
    let url = format!(
        "postgresql://scramuser:{WRONG}@/sqlsession?sslmode=disable\
         &host=127.0.0.1:{refusing},127.0.0.1:{strict},127.0.0.1:{open}"
    );
    let error = refusal(&url).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("28P01")));
    assert!(error.message().starts_with(&format!("127.0.0.1:{refusing}: ")), "{error}");
    assert!(error.message().contains(&format!("; 127.0.0.1:{strict}: password")), "{error}");
    assert!(!error.message().contains(&open.to_string()), "{error}");
}

#[tokio::test]
async fn the_order_may_be_left_to_chance() {
    let ports = [with_roles().port(), without_tls().port()];
    let url = format!(
        "postgresql://sqlsession:sqlsession@/sqlsession?host=127.0.0.1:{},127.0.0.1:{}&sslmode=disable",
        ports[0], ports[1]
    );
    let mut seen = HashSet::new();
    // Both come up, but for a chance of 1 in 2^99.
    for _ in 0..100 {
        seen.insert(host(&format!("{url}&load_balance_hosts=random")).await.unwrap());
        if seen.len() == 2 {
            break;
        }
    }
    assert_eq!(seen, ports.iter().map(|port| format!("127.0.0.1:{port}")).collect());
    for _ in 0..10 {
        assert_eq!(host(&url).await.unwrap(), format!("127.0.0.1:{}", ports[0]));
    }
}

#[tokio::test]
async fn all_addresses_of_a_name_are_tried() {
    // The server listens on 127.0.0.1 only, and `localhost` may be ::1 first.
    let port = without_tls().port();
    let url = format!("postgresql://sqlsession@localhost:{port}/sqlsession?sslmode=disable");
    assert_eq!(host(&url).await.unwrap(), format!("localhost:{port}"));
}
