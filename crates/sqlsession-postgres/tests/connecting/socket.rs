use std::{fs, os::unix::fs::PermissionsExt};

use sqlsession_postgres::ErrorKind;
use sqlsession_test_servers::AuthRole;

use crate::{
    client::{ask, host, refusal},
    servers::with_roles,
};

#[tokio::test]
async fn a_unix_socket_is_a_host() {
    let server = with_roles();
    let url = server.url_by_socket("trustuser");
    assert_eq!(ask(&url, "select coalesce(inet_client_addr()::text, 'local')").await.unwrap(), "local");
    let socket = server.folder().join(format!(".s.PGSQL.{}", server.port()));
    assert_eq!(host(&url).await.unwrap(), socket.display().to_string());
    let folder = server.folder().to_str().unwrap().replace('/', "%2F");
    let before_the_slash = format!("postgresql://trustuser@{folder}:{}/sqlsession", server.port());
    assert_eq!(host(&before_the_slash).await.unwrap(), socket.display().to_string());
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn a_unix_socket_is_never_encrypted() {
    let url = format!("{}&sslmode=verify-full", with_roles().url_by_socket("trustuser"));
    assert!(!crate::client::is_encrypted(&url).await.unwrap());
}

#[tokio::test]
async fn a_socket_that_is_not_there_is_named() {
    let error = refusal("postgresql://ada@/shop?host=/nonexistent").await;
    assert_eq!(error.kind(), ErrorKind::ConnectionFailed);
    assert!(error.message().starts_with("/nonexistent/.s.PGSQL.5432: "), "{error}");
}

#[tokio::test]
async fn a_password_may_be_in_a_file() {
    let server = with_roles();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passwords");
    let role = AuthRole::Scram.name();
    let password = AuthRole::Scram.password().unwrap();
    let line = |password: &str| format!("127.0.0.1:{}:*:{role}:{password}\n", server.port());
    fs::write(&file, line(password)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let url = format!("{}?sslmode=disable&passfile={}", server.url_as(role, None), file.display());
    assert_eq!(ask(&url, "select current_user::text").await.unwrap(), role);

    // It is read for each connection.
    fs::write(&file, line(crate::logins::WRONG)).unwrap();
    assert_eq!(refusal(&url).await.code(), Some("28P01"));

    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let error = refusal(&url).await;
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert!(error.message().contains("was not used, because others may read it"), "{error}");
}
