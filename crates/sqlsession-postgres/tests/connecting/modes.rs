use sqlsession_postgres::ErrorKind;
use sqlsession_test_servers::AuthRole;

use crate::{
    client::{ask, is_encrypted, refusal},
    logins::WRONG,
    servers::{url, with_roles, without_tls},
};

const MODES: [&str; 4] = ["disable", "allow", "prefer", "require"];

#[tokio::test]
async fn each_mode_encrypts_as_it_says() {
    let server = with_roles();
    for (mode, expected) in MODES.into_iter().zip([false, false, true, true]) {
        let url = url(server, AuthRole::Scram, &format!("sslmode={mode}"));
        assert_eq!(is_encrypted(&url).await.unwrap(), expected, "{mode}");
    }
    let by_default = server.url_as(AuthRole::Trust.name(), None);
    assert!(is_encrypted(&by_default).await.unwrap());
    assert!(is_encrypted(&format!("{by_default}?ssl=require")).await.unwrap(), "asyncpg's name");
}

#[tokio::test]
async fn verification_takes_the_right_certificate() {
    let server = with_roles();
    let authority = server.certificates().unwrap().authority();
    let port = server.port();
    for mode in ["require", "verify-ca", "verify-full"] {
        for host in ["127.0.0.1", "localhost"] {
            let url = format!(
                "postgresql://trustuser@{host}:{port}/sqlsession?sslmode={mode}&sslrootcert={}",
                authority.display()
            );
            assert!(is_encrypted(&url).await.unwrap(), "{mode} {host}");
        }
    }
}

#[tokio::test]
async fn allow_encrypts_where_the_server_insists() {
    let server = with_roles();
    assert!(is_encrypted(&url(server, AuthRole::ScramTls, "sslmode=allow")).await.unwrap());
    assert!(is_encrypted(&url(server, AuthRole::ScramTls, "sslmode=prefer")).await.unwrap());
    assert!(is_encrypted(&url(server, AuthRole::ScramTls, "sslmode=require")).await.unwrap());
    assert_eq!(refusal(&url(server, AuthRole::ScramTls, "sslmode=disable")).await.code(), Some("28000"));
}

#[tokio::test]
async fn prefer_does_without_where_the_server_insists() {
    let server = with_roles();
    assert!(!is_encrypted(&url(server, AuthRole::ScramPlain, "sslmode=prefer")).await.unwrap());
    assert!(!is_encrypted(&url(server, AuthRole::ScramPlain, "sslmode=allow")).await.unwrap());
    let error = refusal(&url(server, AuthRole::ScramPlain, "sslmode=require")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("28000")));
}

#[tokio::test]
async fn what_failed_both_ways_says_both() {
    let server = with_roles();
    let url =
        |mode: &str| format!("{}?sslmode={mode}", server.url_as(AuthRole::ScramTls.name(), Some(WRONG)));
    let error = refusal(&url("prefer")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("28P01")));
    assert!(error.message().starts_with("password authentication failed"), "{error}");
    assert!(error.message().contains("; without encryption: pg_hba.conf rejects"), "{error}");
    let error = refusal(&url("allow")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("28000")));
    assert!(error.message().contains("; with encryption: password authentication failed"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_enough_for_some_modes() {
    let server = without_tls();
    for mode in ["disable", "allow", "prefer"] {
        assert!(!is_encrypted(&format!("{}?sslmode={mode}", server.url())).await.unwrap(), "{mode}");
    }
    let authority = with_roles().certificates().unwrap().authority();
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = format!("{}?sslmode={mode}&sslrootcert={}", server.url(), authority.display());
        let error = refusal(&url).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Tls, Some("NotOffered")), "{mode}");
        assert!(error.message().contains("the server does not offer it"), "{error}");
    }
}

#[tokio::test]
async fn a_password_is_bound_to_the_encrypted_connection() {
    let server = with_roles();
    for binding in ["require", "prefer", "disable"] {
        let url = url(server, AuthRole::Scram, &format!("sslmode=require&channel_binding={binding}"));
        assert_eq!(ask(&url, "select current_user::text").await.unwrap(), "scramuser", "{binding}");
    }
    for role in [AuthRole::Md5, AuthRole::Password, AuthRole::Trust] {
        let error = refusal(&url(server, role, "sslmode=require&channel_binding=require")).await;
        assert_eq!(error.kind(), ErrorKind::Authentication, "{role:?}");
        assert!(error.message().contains("channel binding"), "{error}");
    }
}
