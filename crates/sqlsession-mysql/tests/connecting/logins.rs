use sqlsession_core::pool::PoolClass;
use sqlsession_mysql::{EngineOptions, ErrorKind, MysqlEngine};

use crate::client::{PASSWORD, ask, patiently, refusal, server, url};

const WHO: &str = "select substring_index(current_user(), '@', 1)";

#[tokio::test]
async fn every_way_to_log_in_works_with_and_without_encryption() {
    for (user, password) in [("native", Some(PASSWORD)), ("ed", Some(PASSWORD)), ("nopassword", None)] {
        for mode in ["DISABLED", "REQUIRED"] {
            let url = url(user, password, &format!("ssl_mode={mode}"));
            assert_eq!(patiently(async || ask(&url, WHO).await).await.unwrap(), user, "{mode}");
        }
    }
}

/// Without another try some four of them would be refused.
#[tokio::test]
async fn a_password_that_was_taken_once_is_not_refused_by_chance() {
    let options = EngineOptions::default().pool_class(PoolClass::Null);
    let engine = MysqlEngine::with_options(url("ed", Some(PASSWORD), "ssl_mode=DISABLED"), options).unwrap();
    let mut session = engine.session_maker().session();
    while session.scalar_one::<String>(WHO).await.is_err() {
        session.rollback().await.unwrap();
    }
    session.close().await.unwrap();
    for _ in 0..1000 {
        assert_eq!(session.scalar_one::<String>(WHO).await.unwrap(), "ed");
        session.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_repeated() {
    for user in ["native", "ed", "nopassword", "nobody"] {
        let error = refusal(&url(user, Some("wr0ng"), "ssl_mode=DISABLED")).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("1045")), "{user}");
        assert!(!format!("{error} {error:?}").contains("wr0ng"), "{error:?}");
    }
}

#[tokio::test]
async fn a_user_who_must_encrypt_is_refused_without() {
    assert_eq!(ask(&url("tlsonly", Some(PASSWORD), ""), WHO).await.unwrap(), "tlsonly");
    let error = refusal(&url("tlsonly", Some(PASSWORD), "ssl_mode=DISABLED")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("1045")));
}

#[tokio::test]
async fn a_certificate_logs_in() {
    let certificates = server().certificates().unwrap();
    let files = format!(
        "ssl_cert={}&ssl_key={}",
        certificates.client_certificate().display(),
        certificates.client_key().display()
    );
    let with = url("certified", None, &format!("ssl_mode=REQUIRED&{files}"));
    assert_eq!(ask(&with, WHO).await.unwrap(), "certified");
    let error = refusal(&url("certified", None, "ssl_mode=REQUIRED")).await;
    assert_eq!(error.kind(), ErrorKind::Authentication);
}

#[tokio::test]
async fn a_unix_socket_is_a_place() {
    let url = format!("{}&ssl_mode=VERIFY_CA", server().url_by_socket("root", None));
    assert_eq!(ask(&url, "select current_user()").await.unwrap(), "root@localhost");
    let error = refusal("mysql://root@/sqlsession?unix_socket=/nonexistent/socket").await;
    assert_eq!(error.kind(), ErrorKind::ConnectionFailed);
    assert!(error.message().starts_with("/nonexistent/socket: "), "{error}");
}

#[tokio::test]
async fn a_database_that_is_not_there_or_not_allowed_is_told() {
    let root = server().url().replace("/sqlsession", "/nowhere");
    let error = refusal(&root).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::ConnectionFailed, Some("1049")));
    let error = refusal(&url("native", Some(PASSWORD), "database=mysql")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Privilege, Some("1044")));
}
