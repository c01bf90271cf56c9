use sqlsession_mysql::ErrorKind;
use sqlsession_test_servers::{Mysql, MysqlProduct, MysqlServer, ServerCertificate};

use crate::client::{PASSWORD, is_encrypted, refusal, server, url};

/// All of them.
pub(crate) const MODES: [&str; 5] = ["DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"];

#[tokio::test]
async fn each_mode_encrypts_as_it_says() {
    let authority = server().certificates().unwrap().authority();
    for (mode, expected) in MODES.into_iter().zip([false, true, true, true, true]) {
        let query = format!("ssl_mode={mode}&ssl_ca={}", authority.display());
        assert_eq!(is_encrypted(&url("native", Some(PASSWORD), &query)).await.unwrap(), expected, "{mode}");
    }
    assert!(is_encrypted(&url("native", Some(PASSWORD), "")).await.unwrap(), "where the server can");
}

#[tokio::test]
async fn a_wrong_authority_is_refused_where_it_is_checked() {
    let certificates = server().certificates().unwrap();
    for (mode, file) in [
        ("VERIFY_CA", Some(certificates.wrong_authority())),
        ("VERIFY_IDENTITY", Some(certificates.wrong_authority())),
        // Those that browsers trust do not know this server's.
        ("VERIFY_IDENTITY", None),
    ] {
        let file = file.map(|file| format!("&ssl_ca={}", file.display())).unwrap_or_default();
        let error = refusal(&url("native", Some(PASSWORD), &format!("ssl_mode={mode}{file}"))).await;
        assert_eq!(error.kind(), ErrorKind::Tls, "{mode}: {error:?}");
    }
    let file = certificates.wrong_authority();
    // They would sign for anybody.
    let error = refusal(&url("native", Some(PASSWORD), "ssl_mode=VERIFY_CA")).await;
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
    assert!(error.message().contains("needs `ssl_ca`"), "{error}");
    let unchecked = url("native", Some(PASSWORD), &format!("ssl_mode=REQUIRED&ssl_ca={}", file.display()));
    assert!(is_encrypted(&unchecked).await.unwrap());
}

#[tokio::test]
async fn names_and_times_of_certificates_are_checked() {
    for product in MysqlProduct::installed() {
        let mut server = Mysql::new(product).tls().start().unwrap();
        let authority = server.certificates().unwrap().authority();
        let by = |server: &MysqlServer, mode| {
            format!("{}?ssl_mode={mode}&ssl_ca={}", server.url(), authority.display())
        };
        for shown in [ServerCertificate::OtherHost, ServerCertificate::Nameless] {
            server.show_certificate(shown).unwrap();
            let encrypted = is_encrypted(&by(&server, "VERIFY_CA")).await;
            assert!(encrypted.unwrap(), "{product:?}, {shown:?}: whoever it is made out to");
            let error = refusal(&by(&server, "VERIFY_IDENTITY")).await;
            assert_eq!(error.kind(), ErrorKind::Tls, "{product:?}, {shown:?}");
            let wrong = server.certificates().unwrap().wrong_authority();
            let error =
                refusal(&format!("{}?ssl_mode=VERIFY_CA&ssl_ca={}", server.url(), wrong.display())).await;
            assert_eq!(error.kind(), ErrorKind::Tls, "{product:?}, {shown:?}, another authority");
        }
        server.show_certificate(ServerCertificate::Expired).unwrap();
        for mode in ["VERIFY_CA", "VERIFY_IDENTITY"] {
            assert_eq!(refusal(&by(&server, mode)).await.kind(), ErrorKind::Tls, "{product:?}, {mode}");
        }
        assert!(is_encrypted(&by(&server, "REQUIRED")).await.unwrap());
    }
}

#[tokio::test]
async fn a_server_without_tls_is_enough_for_some_modes() {
    let authority = server().certificates().unwrap().authority();
    for product in MysqlProduct::installed() {
        let plain = MysqlServer::start(product).unwrap();
        for mode in ["DISABLED", "PREFERRED"] {
            assert!(!is_encrypted(&format!("{}?ssl_mode={mode}", plain.url())).await.unwrap(), "{mode}");
        }
        for mode in ["REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"] {
            let url = format!("{}?ssl_mode={mode}&ssl_ca={}", plain.url(), authority.display());
            assert_eq!(refusal(&url).await.kind(), ErrorKind::Tls, "{product:?}, {mode}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_a_wrong_option() {
    for (query, option) in [
        ("ssl_mode=VERIFY_CA&ssl_ca=/nonexistent/ca", "ssl_ca"),
        ("ssl_ca=/nonexistent/ca", "ssl_ca"),
        ("ssl_cert=/nonexistent/cert&ssl_key=/nonexistent/key", "ssl_cert"),
    ] {
        let error = refusal(&url("native", Some(PASSWORD), query)).await;
        assert_eq!(error.kind(), ErrorKind::Configuration, "{query}: {error:?}");
        assert!(error.message().contains(option) && error.message().contains("/nonexistent/"), "{error}");
    }
    let empty = tempfile::NamedTempFile::new().unwrap();
    let query = format!("ssl_mode=VERIFY_CA&ssl_ca={}", empty.path().display());
    let error = refusal(&url("native", Some(PASSWORD), &query)).await;
    assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
}
