use sqlsession_postgres::{ErrorKind, PostgresEngine};
use sqlsession_test_servers::AuthRole;

use crate::{
    client::{ask, refusal},
    servers::{url, with_roles},
};

/// A password that no role has.
pub(crate) const WRONG: &str = "wr0ngw0rd";

#[tokio::test]
async fn each_method_lets_its_role_in() {
    let server = with_roles();
    for role in [AuthRole::Trust, AuthRole::Password, AuthRole::Md5, AuthRole::Scram, AuthRole::ScramPlain] {
        let user = ask(&url(server, role, "sslmode=disable"), "select current_user::text").await;
        assert_eq!(user.unwrap(), role.name());
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let server = with_roles();
    for role in [AuthRole::Password, AuthRole::Md5, AuthRole::Scram] {
        let url = format!("{}?sslmode=disable", server.url_as(role.name(), Some(WRONG)));
        let error = refusal(&url).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("28P01")));
        let expected = format!("password authentication failed for user \"{}\"", role.name());
        assert_eq!(error.message(), expected);
    }
}

#[tokio::test]
async fn a_missing_password_is_asked_for() {
    let server = with_roles();
    for role in [AuthRole::Password, AuthRole::Md5, AuthRole::Scram] {
        let url = format!("{}?sslmode=disable&passfile=/nonexistent", server.url_as(role.name(), None));
        let error = refusal(&url).await;
        assert_eq!(error.kind(), ErrorKind::Authentication);
        assert!(error.message().contains("the server asks for a password"), "{error}");
    }
}

#[tokio::test]
async fn who_may_not_log_in_is_told_so() {
    let server = with_roles();
    for role in [AuthRole::Rejected, AuthRole::ScramTls, AuthRole::Certificate] {
        let error = refusal(&url(server, role, "sslmode=disable")).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("28000")));
        assert!(error.message().contains("pg_hba.conf rejects connection"), "{error}");
    }
    let error = refusal(&format!("{}?sslmode=disable", server.url_as("nobody", Some(WRONG)))).await;
    assert_eq!(error.kind(), ErrorKind::Authentication);
}

#[tokio::test]
async fn a_password_is_sent_only_in_a_way_that_will_do() {
    let server = with_roles();
    let strict = |role| url(server, role, "sslmode=prefer&require_auth=scram-sha-256");
    assert_eq!(ask(&strict(AuthRole::Scram), "select current_user::text").await.unwrap(), "scramuser");
    for (role, part) in [
        (AuthRole::Password, "asks for password"),
        (AuthRole::Md5, "asks for md5"),
        (AuthRole::Trust, "without a proof"),
    ] {
        let error = refusal(&strict(role)).await;
        assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
        assert!(error.message().contains(part), "{error}");
        let lax = url(server, role, "sslmode=prefer&require_auth=!scram-sha-256");
        assert_eq!(ask(&lax, "select current_user::text").await.unwrap(), role.name());
    }
}

#[tokio::test]
async fn channel_binding_needs_encryption() {
    let error = refusal(&url(with_roles(), AuthRole::Scram, "sslmode=disable&channel_binding=require")).await;
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert!(error.message().contains("channel binding"), "{error}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_no_connection() {
    let server = with_roles();
    let url = format!("postgresql://trustuser@127.0.0.1:{}/nosuch?sslmode=disable", server.port());
    let error = refusal(&url).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::ConnectionFailed, Some("3D000")));
    assert_eq!(error.message(), "database \"nosuch\" does not exist");
}

#[tokio::test]
async fn what_the_url_says_reaches_the_server() {
    let options = "sslmode=disable&application_name=the%20tests&options=-c%20statement_timeout%3D1234";
    let url = url(with_roles(), AuthRole::Trust, options);
    assert_eq!(ask(&url, "show application_name").await.unwrap(), "the tests");
    assert_eq!(ask(&url, "show statement_timeout").await.unwrap(), "1234ms");
    assert_eq!(ask(&url, "show client_encoding").await.unwrap(), "UTF8");
    let levels = format!("{url}&isolation_level=REPEATABLE%20READ");
    assert_eq!(ask(&levels, "show transaction_isolation").await.unwrap(), "repeatable read");
}

#[tokio::test]
async fn options_the_server_does_not_know_are_a_matter_of_configuration() {
    for options in ["-c%20nosuch%3D1", "-c%20statement_timeout%3Dnever"] {
        let url = url(with_roles(), AuthRole::Trust, &format!("sslmode=disable&options={options}"));
        assert_eq!(refusal(&url).await.kind(), ErrorKind::Configuration, "{options}");
    }
}

#[tokio::test]
async fn a_command_timeout_holds_for_every_statement() {
    let url = url(with_roles(), AuthRole::Trust, "sslmode=disable&command_timeout=0.05");
    let mut session = PostgresEngine::new(url).unwrap().session_maker().session();
    let error = session.execute("select pg_sleep(100)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StatementTimeout);
}

#[tokio::test]
async fn what_cannot_be_sent_is_a_matter_of_configuration() {
    let port = with_roles().port();
    for login in ["a%00b:x", "passworduser:s3cret%00"] {
        let error =
            refusal(&format!("postgresql://{login}@127.0.0.1:{port}/sqlsession?sslmode=disable")).await;
        assert_eq!(error.kind(), ErrorKind::Configuration, "{login}: {error}");
    }
}
